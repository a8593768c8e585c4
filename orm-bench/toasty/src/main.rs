//! The work of `orm-bench`, done by Toasty in the same process.

mod toasty_peer;

use orm_bench::allocation::Counting;
use orm_bench::contender::Result;
use orm_bench::ours::Ours;
use orm_bench::raw::Raw;
use orm_bench::run::{run, seat};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    run(async |url| {
        let named = url.replace("@/", "@localhost/");
        Ok(vec![
            seat(Raw::connect(url)?),
            seat(Ours::connect(url).await?),
            seat(toasty_peer::Toasty::connect(&named, toasty_peer::all_tables()).await?),
        ])
    })
    .await
}
