//! A line for each span: each statement, with what it is part of in front of it.
//!
//! ```sh
//! DATABASE_URL=sqlite:spans.db cargo run -p orm-examples --example spans
//! ```

use orm::prelude::*;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::{self, MakeWriter, format::FmtSpan};
use tracing_subscriber::prelude::*;
use tracing_subscriber::util::SubscriberInitExt;

/// What the program writes with.
#[derive(Model, Debug, Clone)]
#[model(table = "pens")]
pub struct Pen {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i64,
    /// As it says on the cap.
    pub colour: String,
}

/// Writes a line when a span ends.
pub fn lines(to: impl for<'w> MakeWriter<'w> + Send + Sync + 'static) -> impl SubscriberInitExt {
    let lines = fmt::layer()
        .with_span_events(FmtSpan::CLOSE)
        .with_ansi(false)
        .with_writer(to);
    let statements = Targets::new().with_target("orm::client", LevelFilter::DEBUG);
    tracing_subscriber::registry().with(lines).with(statements)
}

/// Something to print spans of: a table, and a transaction with two statements.
///
/// # Errors
/// When the database fails.
pub async fn work(db: &Db) -> orm::Result<()> {
    db.create_missing(orm::models![Pen]).await?;
    let tx = db.begin().await?;
    Pen::create().colour("blue").save(&tx).await?;
    Pen::query().page(10).fetch(&tx).await?;
    tx.commit().await
}

#[tokio::main]
async fn main() -> orm::Result<()> {
    lines(std::io::stdout).init();
    let db = Db::connect(Config::from_env()?).await?;
    work(&db).await
}
