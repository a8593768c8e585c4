//! How many requests per second, and how long each waits.

use std::fmt::Write as _;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;

use crate::contender::{Contender, Result, Work};

/// How long each measurement runs.
const WINDOW: Duration = Duration::from_millis(700);

/// What a number of tasks got done.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// Requests per second.
    pub per_second: f64,
    /// The median time of a request.
    pub p50: Duration,
    /// The time that one request in a hundred exceeds.
    pub p99: Duration,
}

/// Lets `tasks` tasks do the work over and over, all on this thread.
///
/// # Errors
/// When the work fails.
pub async fn rate<C: Contender>(contender: &Rc<C>, work: Work, tasks: u64) -> Result<Rate> {
    let local = tokio::task::LocalSet::new();
    let started = Instant::now();
    let running: Vec<_> = (0..tasks)
        .map(|task| {
            let contender = Rc::clone(contender);
            local.spawn_local(async move {
                let mut times = Vec::new();
                let mut number = task * 1_000_003;
                while started.elapsed() < WINDOW {
                    number += 1;
                    let asked = Instant::now();
                    work.done_by(&*contender, number).await?;
                    times.push(asked.elapsed());
                }
                Result::Ok(times)
            })
        })
        .collect();
    let times = local
        .run_until(async {
            let mut all = Vec::new();
            for task in running {
                all.extend(task.await??);
            }
            Result::Ok(all)
        })
        .await?;
    Ok(of_times(times, started.elapsed()))
}

/// The same for a contender whose calls block: a thread for each task.
///
/// # Errors
/// When the work fails, or waits for something that does not block.
pub fn rate_of_threads<C: Contender + Sync>(contender: &C, work: Work, tasks: u64) -> Result<Rate> {
    let started = Instant::now();
    let run = |task: u64| {
        let mut times = Vec::new();
        let mut number = task * 1_000_003;
        while started.elapsed() < WINDOW {
            number += 1;
            let asked = Instant::now();
            let done = work.done_by(contender, number).now_or_never();
            done.ok_or("it should have blocked")??;
            times.push(asked.elapsed());
        }
        Result::Ok(times)
    };
    let times = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..tasks)
            .map(|task| scope.spawn(move || run(task)))
            .collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| "a thread panicked")??);
        }
        Result::Ok(all)
    })?;
    Ok(of_times(times, started.elapsed()))
}

/// The rate of requests that took these times.
pub(crate) fn of_times(mut times: Vec<Duration>, elapsed: Duration) -> Rate {
    times.sort_unstable();
    let at = |place: usize| times.get(place).copied().unwrap_or_default();
    Rate {
        per_second: times.len() as f64 / elapsed.as_secs_f64(),
        p50: at(times.len() / 2),
        p99: at(times.len() * 99 / 100),
    }
}

/// The middle one of several measurements, by requests per second.
pub fn median(mut rates: Vec<Rate>) -> Rate {
    rates.sort_unstable_by(|a, b| a.per_second.total_cmp(&b.per_second));
    rates[rates.len() / 2]
}

/// The rate of one contender with a number of tasks.
#[derive(Debug)]
pub struct Entry {
    /// The work.
    pub work: Work,
    /// How many tasks.
    pub tasks: u64,
    /// Who.
    pub who: &'static str,
    /// The middle one of several measurements.
    pub rate: Rate,
    /// The requests per second divided by the first contender's.
    pub ratio: f64,
}

/// The figures as comma-separated values, times in microseconds.
pub fn csv(entries: &[Entry]) -> String {
    let mut text = String::from("work,tasks,who,per_second,p50_us,p99_us,ratio\n");
    for entry in entries {
        let _ = writeln!(
            text,
            "\"{}\",{},\"{}\",{:.0},{:.1},{:.1},{:.3}",
            entry.work,
            entry.tasks,
            entry.who,
            entry.rate.per_second,
            entry.rate.p50.as_secs_f64() * 1e6,
            entry.rate.p99.as_secs_f64() * 1e6,
            entry.ratio,
        );
    }
    text
}
