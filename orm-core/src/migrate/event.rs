//! What happens while migrations run, for whoever shows it.

use std::fmt;
use std::time::Duration;

/// Whether a migration is applied or undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// It is applied.
    Up,
    /// It is undone.
    Down,
}

impl Direction {
    pub(super) fn word(self) -> &'static str {
        match self {
            Direction::Up => "up",
            Direction::Down => "down",
        }
    }
}

/// Something that happens while migrations run.
///
/// Its `Display` is the line that `orm migrate` prints.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// Another process migrates this database; we wait for it.
    Waiting,
    /// A migration begins.
    Started {
        /// The migration.
        name: &'a str,
        /// Whether it is applied or undone.
        direction: Direction,
        /// How many of its statements an interrupted run had done already.
        resumed_after: usize,
    },
    /// A statement begins.
    Statement {
        /// Which one, counted from 1.
        number: usize,
        /// How many the migration has; 0 if it is written in Rust.
        total: usize,
    },
    /// A statement in batches was done for more rows.
    Batch {
        /// For how many rows it is done by now.
        rows: u64,
        /// About how many there are; `None` if nobody knows.
        of: Option<u64>,
    },
    /// The server says something: `RAISE NOTICE` in a migration, or a warning.
    Notice {
        /// `NOTICE`, `WARNING`, `INFO`, ..
        severity: &'a str,
        /// What it says.
        message: &'a str,
    },
    /// A lock could not be had in time; it will be tried again.
    Retrying {
        /// How many attempts there were.
        attempts: u32,
        /// How long the pause before the next one is.
        pause: Duration,
    },
    /// A migration is done.
    Finished {
        /// The migration.
        name: &'a str,
        /// Whether it was applied or undone.
        direction: Direction,
        /// How long it took.
        took: Duration,
    },
}

impl fmt::Display for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Event::Waiting => f.write_str("another process is migrating this database: waiting"),
            Event::Started {
                name,
                direction,
                resumed_after,
            } => {
                let doing = match direction {
                    Direction::Up => "migrating",
                    Direction::Down => "reverting",
                };
                write!(f, "== {name}: {doing} =======")?;
                if resumed_after > 0 {
                    write!(
                        f,
                        "\nresuming after {resumed_after} statements that are done"
                    )?;
                }
                Ok(())
            }
            Event::Statement { number, total: 0 } => write!(f, "statement {number}"),
            Event::Statement { number, total } => write!(f, "statement {number} of {total}"),
            Event::Batch { rows, of: None } => write!(f, "{rows} rows"),
            Event::Batch { rows, of: Some(of) } => write!(f, "{rows} of about {of} rows"),
            Event::Notice {
                severity: "NOTICE" | "INFO" | "LOG",
                message,
            } => f.write_str(message),
            Event::Notice { severity, message } => write!(f, "{severity}: {message}"),
            Event::Retrying { attempts, pause } => write!(
                f,
                "a lock could not be had ({attempts} attempts): trying again in {:.1} s",
                pause.as_secs_f64()
            ),
            Event::Finished {
                name,
                direction,
                took,
            } => {
                let done = match direction {
                    Direction::Up => "migrated",
                    Direction::Down => "reverted",
                };
                write!(f, "== {name}: {done} ({:.3}s)", took.as_secs_f64())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // People's scripts read these lines: they are Sequelize's.
    #[test]
    fn lines_are_the_ones_people_know() {
        let name = "20240315102344-add-discount-code-to-orders";
        let lines = [Direction::Up, Direction::Down].map(|direction| {
            let took = Duration::from_millis(312);
            [
                Event::Started {
                    name,
                    direction,
                    resumed_after: 0,
                }
                .to_string(),
                Event::Finished {
                    name,
                    direction,
                    took,
                }
                .to_string(),
            ]
        });
        assert_eq!(
            lines.as_flattened(),
            [
                "== 20240315102344-add-discount-code-to-orders: migrating =======",
                "== 20240315102344-add-discount-code-to-orders: migrated (0.312s)",
                "== 20240315102344-add-discount-code-to-orders: reverting =======",
                "== 20240315102344-add-discount-code-to-orders: reverted (0.312s)",
            ]
        );
    }

    #[test]
    fn a_notice_is_its_text_and_a_warning_says_that_it_is_one() {
        let notice = |severity| {
            Event::Notice {
                severity,
                message: "done",
            }
            .to_string()
        };
        assert_eq!(notice("NOTICE"), "done");
        assert_eq!(notice("WARNING"), "WARNING: done");
    }
}
