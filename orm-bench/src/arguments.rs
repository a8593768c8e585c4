//! What the command line asks for.

use crate::contender::{Result, Work};

/// What the command line asks for.
#[derive(Debug)]
pub struct Arguments {
    /// How many turns everyone has at each kind of work.
    pub rounds: usize,
    /// Only work of these names; what is no name stands for all that contain it.
    pub only: Vec<String>,
    /// Only contenders whose name contains one of these.
    pub who: Vec<String>,
    /// Whether to measure without and with a millisecond of round trip.
    pub distances: Vec<Distance>,
    /// Whether to measure requests per second in place of single ones.
    pub throughput: bool,
    /// Whether to measure behind a pooler in transaction mode in place of directly.
    pub pooler: bool,
    /// Whether to measure connecting, first statements and checkouts.
    pub opening: bool,
    /// Where to write the figures.
    pub csv: Option<String>,
}

/// How far the server is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// On the same machine.
    Near,
    /// A millisecond of round trip.
    Far,
}

/// How to call it.
pub const USAGE: &str = "orm-bench [--rounds N] [--only WORK]... [--who NAME]... [--near | --far] [--throughput | --pooler | --opening] [--csv FILE]";

impl Arguments {
    /// Reads the command line.
    ///
    /// # Errors
    /// When it cannot be understood.
    pub fn read(mut words: impl Iterator<Item = String>) -> Result<Self> {
        let mut arguments = Arguments {
            rounds: 31,
            only: Vec::new(),
            who: Vec::new(),
            distances: vec![Distance::Near, Distance::Far],
            throughput: false,
            pooler: false,
            opening: false,
            csv: None,
        };
        while let Some(word) = words.next() {
            let mut value = || {
                words
                    .next()
                    .ok_or_else(|| format!("`{word}` needs a value"))
            };
            match word.as_str() {
                "--rounds" => arguments.rounds = value()?.parse()?,
                "--only" => arguments.only.push(value()?),
                "--who" => arguments.who.push(value()?),
                "--near" => arguments.distances = vec![Distance::Near],
                "--far" => arguments.distances = vec![Distance::Far],
                "--throughput" => arguments.throughput = true,
                "--pooler" => arguments.pooler = true,
                "--opening" => arguments.opening = true,
                "--csv" => arguments.csv = Some(value()?),
                _ => return Err(format!("unknown argument `{word}`; usage: {USAGE}").into()),
            }
        }
        Ok(arguments)
    }

    /// Whether this work is asked for.
    pub fn wants(&self, work: Work) -> bool {
        let is_name = |part: &str| Work::ALL.iter().any(|work| work.name() == part);
        let means = |part: &String| match is_name(part) {
            true => work.name() == part,
            false => work.name().contains(part.as_str()),
        };
        self.only.is_empty() || self.only.iter().any(means)
    }

    /// Whether this contender is asked for.
    pub fn wants_contender(&self, name: &str) -> bool {
        self.who.is_empty() || self.who.iter().any(|part| name.contains(part.as_str()))
    }
}

impl Distance {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Distance::Near => "0 ms",
            Distance::Far => "1 ms",
        }
    }
}
