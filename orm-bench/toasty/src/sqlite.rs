//! The work of `orm-bench-sqlite`, done by Toasty in the same process.

mod toasty_peer;

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
            seat(toasty_peer::Toasty::connect(&url, toasty_peer::tables()).await?),
        ])
    })
    .await
}
