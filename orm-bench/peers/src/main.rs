//! The work of `orm-bench`, done by other libraries in the same process.

mod diesel_async;
mod sea;
mod sqlx_peer;

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
        let diesel = diesel_async::Diesel::connect(&url)?;
        // sqlx wants a host in the address, also when the parameter `host` names a socket.
        let url = url.replace("@/", "@localhost/");
        let sea = sea::Sea::connect(&url).await?;
        let sqlx = sqlx_peer::Sqlx::connect(&url).await?;
        for work in Work::ALL.into_iter().filter(|&work| arguments.wants(work)) {
            fixture.empty_articles().await?;
            let mut runners: Vec<_> = [
                runner(&raw, work),
                runner(&ours, work),
                runner(&diesel, work),
                runner(&sea, work),
                runner(&sqlx, work),
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
