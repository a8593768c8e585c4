//! Measures `orm` beside hand-written `tokio-postgres`.

use orm_bench::allocation::Counting;
use orm_bench::contender::Result;
use orm_bench::ours::Ours;
use orm_bench::raw::Raw;
use orm_bench::run::{run, seat};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// One thread: what is measured runs on it, and nothing else does.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    if std::env::args().len() == 1 {
        print_building();
    }
    run(async |url| {
        Ok(vec![
            seat(Raw::connect(url)?),
            seat(Ours::connect(url).await?),
            seat(Ours::sharing(url).await?),
        ])
    })
    .await
}

fn print_building() {
    println!("| built, not sent | ns | allocations |\n|---|---|---|");
    for built in orm_bench::building::measure() {
        println!(
            "| {} | {} | {} |",
            built.what, built.nanos, built.allocations
        );
    }
    println!();
}
