//! A whole run: everyone at everything that the command line asks for.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use crate::arguments::{Arguments, Distance};
use crate::contender::{Contender, Result, Work};
use crate::fixture::Fixture;
use crate::measure::{Runner, compare, runner};
use crate::opening;
use crate::ours::Ours;
use crate::pgbench::Pgbench;
use crate::raw::Raw;
use crate::raw::unprepared::Unprepared;
use crate::report::{self, Entry};
use crate::throughput::{self, Rate, median};

/// A contender, whatever its type.
pub trait Seat {
    /// What it is called in the tables.
    fn name(&self) -> &'static str;

    /// Its turns at a kind of work, if it does that.
    fn runner(&self, work: Work) -> Option<Runner<'_>>;

    /// How much of the work a number of its tasks get done; `None` if it does not do it.
    fn rate(&self, work: Work, tasks: u64) -> Option<Rating<'_>>;
}

/// A rate that is being measured.
pub type Rating<'a> = Pin<Box<dyn Future<Output = Result<Rate>> + 'a>>;

impl<C: Contender> Seat for Rc<C> {
    fn name(&self) -> &'static str {
        (**self).name()
    }

    fn runner(&self, work: Work) -> Option<Runner<'_>> {
        runner(&**self, work)
    }

    fn rate(&self, work: Work, tasks: u64) -> Option<Rating<'_>> {
        self.does(work)
            .then(|| Box::pin(C::rate(self, work, tasks)) as Rating<'_>)
    }
}

/// Someone to compare.
pub fn seat(contender: impl Contender) -> Box<dyn Seat> {
    Box::new(Rc::new(contender))
}

/// Measures what the command line asks for. `connect` seats everyone at a
/// database; the first is who the others are compared with.
///
/// # Errors
/// When a contender fails, or finds other rows than the first.
pub async fn run(connect: impl AsyncFn(&str) -> Result<Vec<Box<dyn Seat>>>) -> Result<()> {
    let arguments = Arguments::read(std::env::args().skip(1))?;
    let fixture = Fixture::create(arguments.wants(Work::Stream) && !arguments.throughput).await?;
    if arguments.throughput {
        let mut seats = connect(&fixture.near()).await?;
        if let Some(pgbench) = Pgbench::find(&fixture.near()) {
            seats.push(Box::new(pgbench));
        }
        let works = [Work::FindByKey, Work::W1];
        let entries = rates(&seats, &arguments, &works, &[1, 4, 16, 64, 256]).await?;
        return write(&arguments, &throughput::csv(&entries));
    }
    if arguments.opening {
        let stages = opening::measure(&fixture.near(), arguments.rounds).await?;
        print!("{}", opening::table(&stages));
        return write(&arguments, &opening::csv(&stages));
    }
    let mut entries = Vec::new();
    if arguments.pooler {
        let (_pooler, through) = fixture.pooled()?;
        let near = fixture.near();
        let seats = vec![
            seat(Raw::connect(&near)?),
            seat(Ours::connect(&near).await?),
            seat(Ours::pooled(&near, "orm, pooler mode").await?),
            seat(Unprepared::connect(&through, "raw by PgBouncer")?),
            seat(Ours::pooled(&through, "orm by PgBouncer").await?),
        ];
        let works: Vec<_> = Work::POOLED
            .into_iter()
            .filter(|&work| arguments.wants(work))
            .collect();
        let empty = async || fixture.empty_articles().await;
        entries = compared(&arguments, &seats, &works, "0 ms", empty).await?;
        println!("{}", report::table(&entries));
        return write(&arguments, &report::csv(&entries));
    }
    for &distance in &arguments.distances {
        let url = match distance {
            Distance::Near => fixture.near(),
            Distance::Far => fixture.far(),
        };
        let seats = connect(&url).await?;
        let works: Vec<_> = Work::ALL
            .into_iter()
            .filter(|&work| arguments.wants(work))
            .collect();
        let empty = async || fixture.empty_articles().await;
        entries.extend(compared(&arguments, &seats, &works, distance.name(), empty).await?);
    }
    println!("{}", report::table(&entries));
    write(&arguments, &report::csv(&entries))
}

/// Everyone at some kinds of work, at one distance. `empty` empties the table that
/// inserts fill.
pub(crate) async fn compared(
    arguments: &Arguments,
    seats: &[Box<dyn Seat>],
    works: &[Work],
    distance: &'static str,
    empty: impl AsyncFn() -> Result<()>,
) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for &work in works {
        empty().await?;
        let mut runners: Vec<_> = seats
            .iter()
            .filter(|seat| arguments.wants_contender(seat.name()))
            .filter_map(|seat| seat.runner(work))
            .collect();
        let rounds = work.rounds(arguments.rounds);
        let entry = Entry {
            work,
            distance,
            outcomes: compare(&mut runners, work, rounds).await?,
        };
        eprint!("{}", report::table(std::slice::from_ref(&entry)));
        entries.push(entry);
    }
    Ok(entries)
}

/// Requests per second, everyone interleaved.
pub(crate) async fn rates(
    seats: &[Box<dyn Seat>],
    arguments: &Arguments,
    works: &[Work],
    tasks: &[u64],
) -> Result<Vec<throughput::Entry>> {
    let mut entries = Vec::new();
    for &work in works {
        if !arguments.wants(work) {
            continue;
        }
        for &tasks in tasks {
            let mut found: Vec<(&'static str, Vec<Rate>)> = Vec::new();
            for _ in 0..5 {
                let wanted = seats.iter().filter(|s| arguments.wants_contender(s.name()));
                for seat in wanted {
                    let Some(rate) = seat.rate(work, tasks) else {
                        continue;
                    };
                    let rate = rate.await?;
                    match found.iter_mut().find(|(name, _)| *name == seat.name()) {
                        Some((_, rates)) => rates.push(rate),
                        None => found.push((seat.name(), vec![rate])),
                    }
                }
            }
            let mut first = None;
            for (who, rates) in found {
                let rate = median(rates);
                let first = *first.get_or_insert(rate.per_second);
                let ratio = rate.per_second / first;
                eprintln!(
                    "{work}, {tasks} tasks, {who}: {:.0}/s, {ratio:.2}",
                    rate.per_second
                );
                entries.push(throughput::Entry {
                    work,
                    tasks,
                    who,
                    rate,
                    ratio,
                });
            }
        }
    }
    Ok(entries)
}

/// Writes the figures where the command line says.
pub(crate) fn write(arguments: &Arguments, csv: &str) -> Result<()> {
    if let Some(path) = &arguments.csv {
        std::fs::write(path, csv)?;
    }
    Ok(())
}
