//! The work of `orm-bench-sqlite`, done by other libraries in the same process.

mod diesel_sync;
mod diesel_tables;
mod sea;
mod sqlx_sqlite;

use orm_bench::allocation::Counting;
use orm_bench::contender::Result;
use orm_bench::ours::Ours;
use orm_bench::run::seat;
use orm_bench::sqlite::{Raw, run};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    run(async |fixture| {
        let (path, url) = (fixture.path(), fixture.url());
        Ok(vec![
            seat(Raw::direct(path)?),
            seat(Raw::on_threads(path, 8)?),
            seat(Ours::connect(&url).await?),
            seat(diesel_sync::Diesel::connect(&path.to_string_lossy())?),
            seat(sea::Sea::connect(&url).await?),
            seat(sqlx_sqlite::Sqlx::connect(&url).await?),
        ])
    })
    .await
}
