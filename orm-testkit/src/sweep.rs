//! Removing what killed processes left in a server that outlives them.

use tokio_postgres::Client;

use crate::connection::quote;
use crate::name::Maker;

/// Drops the test databases whose makers are gone.
///
/// Without FORCE: what somebody is looking at stays. And without complaint:
/// another process may be sweeping, too, or another user may own the database.
pub(crate) async fn run(client: &Client) {
    for name in leftovers(client).await.unwrap_or_default() {
        let drop = format!("DROP DATABASE IF EXISTS {}", quote(&name));
        let _ = client.batch_execute(&drop).await;
    }
}

async fn leftovers(client: &Client) -> Result<Vec<String>, tokio_postgres::Error> {
    let rows = client
        .query("SELECT datname::text FROM pg_database", &[])
        .await?;
    let mut names = Vec::new();
    for row in rows {
        let name: String = row.try_get(0)?;
        if Maker::of(&name).is_some_and(|maker| maker.is_gone()) {
            names.push(name);
        }
    }
    Ok(names)
}
