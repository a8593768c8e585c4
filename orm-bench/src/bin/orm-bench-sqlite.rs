//! Measures `orm` on SQLite beside hand-written rusqlite.

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
        Ok(vec![
            seat(Raw::direct(fixture.path())?),
            seat(Raw::on_threads(fixture.path(), 8)?),
            seat(Ours::connect(&fixture.url()).await?),
        ])
    })
    .await
}
