//! The work of `orm-bench`, done by Toasty in the same process.

mod toasty_peer;

use orm_bench::allocation::Counting;
use orm_bench::arguments::{Arguments, Distance};
use orm_bench::contender::{Result, Work};
use orm_bench::fixture::Fixture;
use orm_bench::measure::{compare, runner};
use orm_bench::ours::Ours;
use orm_bench::raw::Raw;
use orm_bench::report::{self, Entry};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    let fixture = Fixture::create().await?;
    let mut entries = Vec::new();
    for &distance in &arguments.distances {
        let url = match distance {
            Distance::Near => fixture.near(),
            Distance::Far => fixture.far(),
        };
        let raw = Raw::connect(&url)?;
        let ours = Ours::connect(&url).await?;
        let toasty = toasty_peer::Toasty::connect(&url.replace("@/", "@localhost/")).await?;
        for work in Work::ALL.into_iter().filter(|&work| arguments.wants(work)) {
            fixture.empty_articles().await?;
            let mut runners: Vec<_> = [
                runner(&raw, work),
                runner(&ours, work),
                runner(&toasty, work),
            ]
            .into_iter()
            .flatten()
            .filter(|runner| arguments.wants_contender(runner.name()))
            .collect();
            let outcomes = compare(&mut runners, work, arguments.rounds).await?;
            let entry = Entry {
                work,
                distance: distance.name(),
                outcomes,
            };
            eprint!("{}", report::table(std::slice::from_ref(&entry)));
            entries.push(entry);
        }
    }
    println!("{}", report::table(&entries));
    if let Some(path) = &arguments.csv {
        std::fs::write(path, report::csv(&entries))?;
    }
    Ok(())
}
