//! Tables for people, lines for programs.

use std::fmt::Write as _;
use std::time::Duration;

use crate::contender::Work;
use crate::measure::Outcome;

/// The figures of one kind of work at one distance.
#[derive(Debug)]
pub struct Entry {
    /// The work.
    pub work: Work,
    /// `0 ms` or `1 ms`.
    pub distance: &'static str,
    /// One outcome per contender, the first being what is compared with.
    pub outcomes: Vec<Outcome>,
}

/// The table, in Markdown.
pub fn table(entries: &[Entry]) -> String {
    let mut text = String::from(
        "| work | distance | who | median | p90 | ratio | allocations | kB | peak kB | client CPU |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for entry in entries {
        for outcome in &entry.outcomes {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {:.2} | {} | {} | {} | {} |",
                entry.work,
                entry.distance,
                outcome.name,
                millis(outcome.median),
                millis(outcome.p90),
                outcome.ratio,
                outcome.allocations,
                outcome.kilobytes,
                outcome.peak_kilobytes,
                millis(outcome.cpu),
            );
        }
    }
    text
}

/// The same as comma-separated values, times in microseconds.
pub fn csv(entries: &[Entry]) -> String {
    let mut text = String::from(
        "work,distance,who,median_us,p90_us,ratio,allocations,kilobytes,peak_kb,cpu_us\n",
    );
    for entry in entries {
        for outcome in &entry.outcomes {
            let _ = writeln!(
                text,
                "\"{}\",{},\"{}\",{:.1},{:.1},{:.3},{},{},{},{:.1}",
                entry.work,
                entry.distance,
                outcome.name,
                micros(outcome.median),
                micros(outcome.p90),
                outcome.ratio,
                outcome.allocations,
                outcome.kilobytes,
                outcome.peak_kilobytes,
                micros(outcome.cpu),
            );
        }
    }
    text
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn millis(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1e3)
}
