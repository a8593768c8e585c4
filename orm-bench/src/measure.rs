//! Turns, rounds, medians, ratios.
//!
//! In each round every contender has one turn at the work, and rounds begin
//! with a different contender each: what the machine does beside falls on all.
//! A contender's ratio is the median over the rounds of its median time
//! divided by the first contender's in the same round.

use std::future::Future;
use std::pin::Pin;
use std::time::{Duration, Instant};

use crate::contender::{Contender, Result, Work};
use crate::{allocation, cpu};

/// Someone who takes turns at one kind of work.
pub struct Runner<'c> {
    name: &'static str,
    turn: Box<dyn Turn + 'c>,
}

impl std::fmt::Debug for Runner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Runner").field(&self.name).finish()
    }
}

impl Runner<'_> {
    /// Whose turns these are.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

/// What one contender did at one kind of work.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Who.
    pub name: &'static str,
    /// The median time of doing it once.
    pub median: Duration,
    /// The time that one in ten exceeds.
    pub p90: Duration,
    /// The median over the rounds of the ratio to the first contender.
    pub ratio: f64,
    /// Allocations of doing it once.
    pub allocations: u64,
    /// Kilobytes allocated.
    pub kilobytes: u64,
    /// The most kilobytes that were in use at once, beyond those before.
    pub peak_kilobytes: u64,
    /// Processor time of the client.
    pub cpu: Duration,
    /// How many rows, for comparison.
    pub rows: usize,
}

type Doing<'a> = Pin<Box<dyn Future<Output = Result<usize>> + 'a>>;

/// Does the work a number of times in a row.
trait Turn {
    fn take<'a>(&'a mut self, times: &'a mut Vec<Duration>, count: usize) -> Doing<'a>;
}

struct Turns<'c, C> {
    contender: &'c C,
    work: Work,
    number: u64,
}

impl<C: Contender> Turn for Turns<'_, C> {
    fn take<'a>(&'a mut self, times: &'a mut Vec<Duration>, count: usize) -> Doing<'a> {
        Box::pin(async move {
            let mut rows = 0;
            for _ in 0..count {
                self.number += 1;
                let started = Instant::now();
                rows = self.work.done_by(self.contender, self.number).await?;
                times.push(started.elapsed());
            }
            Ok(rows)
        })
    }
}

/// `contender` at `work`, if it does that.
pub fn runner<C: Contender>(contender: &C, work: Work) -> Option<Runner<'_>> {
    contender.does(work).then(|| Runner {
        name: contender.name(),
        turn: Box::new(Turns {
            contender,
            work,
            number: 0,
        }),
    })
}

/// What a runner has done so far.
#[derive(Default)]
struct Tally {
    times: Vec<Duration>,
    medians: Vec<Duration>,
    allocations: Vec<u64>,
    kilobytes: Vec<u64>,
    peaks: Vec<u64>,
    cpu: Vec<Duration>,
    rows: usize,
}

/// Lets everyone do the work; the first is what the others are compared with.
///
/// # Errors
/// When somebody's work fails, or finds other rows than the first's.
pub async fn compare(
    runners: &mut [Runner<'_>],
    work: Work,
    rounds: usize,
) -> Result<Vec<Outcome>> {
    let mut tallies: Vec<Tally> = runners.iter().map(|_| Tally::default()).collect();
    for runner in runners.iter_mut() {
        // Warm: connections, prepared statements and the server's caches.
        runner.turn.take(&mut Vec::new(), work.warm_up()).await?;
    }
    for round in 0..rounds {
        for step in 0..runners.len() {
            let at = (round + step) % runners.len();
            take_turn(&mut runners[at], &mut tallies[at], work).await?;
        }
    }
    if let Some(other) = tallies.iter().position(|t| t.rows != tallies[0].rows) {
        let (name, rows) = (runners[other].name, tallies[other].rows);
        return Err(format!("{work}: {name} has {rows} rows, not {}", tallies[0].rows).into());
    }
    let first = tallies[0].medians.clone();
    let outcomes = runners.iter().zip(tallies);
    Ok(outcomes
        .map(|(runner, tally)| tally.sum_up(runner.name, &first))
        .collect())
}

async fn take_turn(runner: &mut Runner<'_>, tally: &mut Tally, work: Work) -> Result<()> {
    let count = work.turn();
    let mut times = Vec::with_capacity(count);
    let (allocations, bytes) = allocation::so_far();
    let in_use = allocation::watch_peak();
    let used = cpu::of_main_thread();
    tally.rows = runner.turn.take(&mut times, count).await?;
    let used = cpu::of_main_thread() - used;
    let (allocations_after, bytes_after) = allocation::so_far();
    let peak = (allocation::peak() - in_use).unsigned_abs();
    tally.peaks.push(peak / 1024);
    tally.cpu.push(used / count as u32);
    // Reading the clock of the processor allocates twice, and the turn once.
    let allocated = (allocations_after - allocations).saturating_sub(3);
    tally.allocations.push(allocated / count as u64);
    tally
        .kilobytes
        .push((bytes_after - bytes) / count as u64 / 1024);
    times.sort_unstable();
    tally.medians.push(times[count / 2]);
    tally.times.extend(times);
    Ok(())
}

impl Tally {
    fn sum_up(mut self, name: &'static str, first: &[Duration]) -> Outcome {
        let ratios = self.medians.iter().zip(first);
        let mut ratios: Vec<f64> = ratios
            .map(|(own, first)| own.div_duration_f64(*first))
            .collect();
        ratios.sort_unstable_by(f64::total_cmp);
        self.times.sort_unstable();
        Outcome {
            name,
            median: self.times[self.times.len() / 2],
            p90: self.times[self.times.len() * 9 / 10],
            ratio: ratios[ratios.len() / 2],
            allocations: middle(self.allocations),
            kilobytes: middle(self.kilobytes),
            peak_kilobytes: middle(self.peaks),
            cpu: middle(self.cpu),
            rows: self.rows,
        }
    }
}

fn middle<T: Ord + Copy>(mut values: Vec<T>) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}
