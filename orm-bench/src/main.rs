//! Measures `orm` beside hand-written `tokio-postgres`.

use std::rc::Rc;

use orm_bench::allocation::Counting;
use orm_bench::arguments::{Arguments, Distance};
use orm_bench::contender::{Result, Work};
use orm_bench::fixture::Fixture;
use orm_bench::measure::{compare, runner};
use orm_bench::ours::Ours;
use orm_bench::raw::Raw;
use orm_bench::report::{self, Entry};
use orm_bench::throughput::{median, rate};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

// One thread: what is measured runs on it, and nothing else does.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    if arguments.only.is_empty() {
        print_building();
    }
    let fixture = Fixture::create().await?;
    if arguments.throughput {
        return print_throughput(&fixture.near()).await;
    }
    let mut entries = Vec::new();
    for &distance in &arguments.distances {
        entries.extend(run(&fixture, &arguments, distance).await?);
    }
    println!("{}", report::table(&entries));
    if let Some(path) = &arguments.csv {
        std::fs::write(path, report::csv(&entries))?;
    }
    Ok(())
}

async fn run(fixture: &Fixture, arguments: &Arguments, distance: Distance) -> Result<Vec<Entry>> {
    let url = match distance {
        Distance::Near => fixture.near(),
        Distance::Far => fixture.far(),
    };
    let raw = Raw::connect(&url)?;
    let ours = Ours::connect(&url).await?;
    let mut entries = Vec::new();
    for work in Work::ALL.into_iter().filter(|&work| arguments.wants(work)) {
        fixture.empty_articles().await?;
        let mut runners: Vec<_> = [runner(&raw, work), runner(&ours, work)]
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
    Ok(entries)
}

async fn print_throughput(url: &str) -> Result<()> {
    let raw = Rc::new(Raw::connect(url)?);
    let ours = Rc::new(Ours::connect(url).await?);
    println!("| work | tasks | raw /s | p50 | p99 | orm /s | p50 | p99 | ratio |");
    println!("|---|---|---|---|---|---|---|---|---|");
    for work in [Work::FindByKey, Work::W1] {
        for tasks in [1, 4, 16, 64, 256] {
            let (mut of_raw, mut of_ours) = (Vec::new(), Vec::new());
            for _ in 0..7 {
                of_raw.push(rate(&raw, work, tasks).await?);
                of_ours.push(rate(&ours, work, tasks).await?);
            }
            let (raw, ours) = (median(of_raw), median(of_ours));
            println!(
                "| {work} | {tasks} | {:.0} | {:.3} | {:.3} | {:.0} | {:.3} | {:.3} | {:.2} |",
                raw.per_second,
                raw.p50.as_secs_f64() * 1e3,
                raw.p99.as_secs_f64() * 1e3,
                ours.per_second,
                ours.p50.as_secs_f64() * 1e3,
                ours.p99.as_secs_f64() * 1e3,
                ours.per_second / raw.per_second,
            );
        }
    }
    Ok(())
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
