//! Connections of the testkit's own.

use tokio_postgres::{Client, Config, NoTls};

/// What the testkit's own connections are called in `pg_stat_activity`.
const APPLICATION_NAME: &str = "orm-testkit";

/// Connects and drives the connection on the current runtime. It closes when
/// the client is dropped.
pub(crate) async fn open(config: &Config) -> Result<Client, tokio_postgres::Error> {
    let mut config = config.clone();
    config.application_name(APPLICATION_NAME);
    let (client, connection) = config.connect(NoTls).await?;
    tokio::spawn(async move {
        // How it ended is reported to whoever uses the client.
        let _ = connection.await;
    });
    Ok(client)
}

/// Quotes an identifier.
pub(crate) fn quote(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_quote_in_a_name_is_doubled() {
        assert_eq!(super::quote(r#"a"b"#), r#""a""b""#);
    }
}
