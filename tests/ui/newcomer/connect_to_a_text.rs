// A URL is read before it is connected to, and may be wrong.
use orm::prelude::*;

async fn program() -> orm::Result<()> {
    let db = Db::connect("sqlite:shop.db").await?;
    db.close().await;
    Ok(())
}

fn main() {}
