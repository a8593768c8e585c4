//! What a `Db` has learned from its statements: how far the server is away,
//! and which statements return many rows.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use foldhash::fast::RandomState;
use tokio::runtime::Handle;

use super::executor::On;
use super::held::{Held, Lease};

/// Fewer rows than this are not worth remembering.
pub(super) const MANY: u64 = 500;

/// How many statements are remembered. One that comes later waits until the
/// memory is cleared, which happens when it is full.
const STATEMENTS: usize = 256;

/// A server that is farther away than this need not be measured.
const LONGEST: Duration = Duration::from_secs(2);

/// Shared by all clones of a `Db`.
#[derive(Debug)]
pub(in crate::exec) struct Pace {
    /// The shortest time, in nanoseconds, in which a statement was answered.
    fastest: AtomicU64,
    /// The statements with large answers, by the hash of the text.
    large: Mutex<HashMap<u64, Large>>,
    hasher: RandomState,
    /// Whether the distance was measured, not only seen in passing.
    measured: AtomicBool,
}

#[derive(Debug, Default)]
struct Large {
    /// The rows of the last run.
    rows: u64,
    /// It was too much for a shared connection, in rows or in bytes.
    claims: bool,
}

impl Pace {
    pub(in crate::exec) fn new() -> Self {
        Pace {
            fastest: AtomicU64::new(u64::MAX),
            large: Mutex::default(),
            hasher: RandomState::default(),
            measured: AtomicBool::new(false),
        }
    }

    /// A statement was answered after this time.
    pub(in crate::exec) fn note(&self, answered: Duration) {
        let nanos = u64::try_from(answered.as_nanos()).unwrap_or(u64::MAX);
        // Nearly always only a look: the shortest time is found early.
        if nanos < self.fastest.load(Ordering::Relaxed) {
            self.fastest.fetch_min(nanos, Ordering::Relaxed);
        }
    }

    /// The time to the server and back: that of the fastest statement so far,
    /// so at most a little too long.
    pub(in crate::exec) fn round_trip(&self) -> Duration {
        Duration::from_nanos(self.fastest.load(Ordering::Relaxed))
    }

    pub(in crate::exec) fn rows(&self, text: &str) -> Option<u64> {
        let large = self.large();
        if large.is_empty() {
            return None;
        }
        let rows = large.get(&self.hasher.hash_one(text))?.rows;
        (rows >= MANY).then_some(rows)
    }

    /// Whether the statement's answer is too large to share a connection.
    pub(super) fn is_large(&self, text: &str) -> bool {
        let large = self.large();
        !large.is_empty() && large.contains_key(&self.hasher.hash_one(text))
    }

    pub(in crate::exec) fn remember(&self, text: &str, rows: u64) {
        let mut large = self.large();
        if rows >= MANY {
            self.entry(&mut large, text).rows = rows;
        } else if !large.is_empty() {
            let hash = self.hasher.hash_one(text);
            match large.get_mut(&hash) {
                Some(known) if known.claims => known.rows = rows,
                _ => drop(large.remove(&hash)),
            }
        }
    }

    /// The statement's answer was too much for a shared connection.
    pub(super) fn remember_large(&self, text: &str) {
        self.entry(&mut self.large(), text).claims = true;
    }

    fn entry<'l>(&self, large: &'l mut HashMap<u64, Large>, text: &str) -> &'l mut Large {
        if large.len() >= STATEMENTS {
            large.clear();
        }
        large.entry(self.hasher.hash_one(text)).or_default()
    }

    // A map of numbers is whole whatever happened while it was locked.
    fn large(&self) -> MutexGuard<'_, HashMap<u64, Large>> {
        self.large.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl On<'_> {
    /// Takes a note of how many rows a statement had.
    pub(in crate::exec) fn remember_rows(self, text: &str, rows: u64) {
        self.pace().remember(text, rows);
        if rows >= MANY {
            self.measure_distance();
        }
    }

    /// Asks the server for nothing, once per `Db`: a program that only runs big
    /// statements would take their work for distance.
    ///
    /// Nobody waits for the answer, and it takes no connection from anyone: if
    /// none is idle, it is asked another time.
    fn measure_distance(self) {
        let On::Pool(db) = self else { return };
        if db.shared.pace.measured.load(Ordering::Relaxed) {
            return;
        }
        let (Some(object), Ok(runtime)) = (db.shared.idle(), Handle::try_current()) else {
            return;
        };
        db.shared.pace.measured.store(true, Ordering::Relaxed);
        let db = db.clone();
        runtime.spawn(async move {
            let mut held = Held::Lease(Lease::new(&db, object));
            held.depart();
            let asked = Instant::now();
            let asking = held.connection().batch_execute("");
            if let Ok(Ok(())) = tokio::time::timeout(LONGEST, asking).await {
                db.shared.pace.note(asked.elapsed());
                held.arrive();
            }
        });
    }

    pub(super) fn note_answer(self, after: Duration) {
        self.pace().note(after);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // A statement whose data shrank must get its one round trip back.
    #[test]
    fn few_rows_are_forgotten_and_many_replaced() {
        let pace = Pace::new();
        pace.remember("SELECT 1", MANY);
        assert_eq!(pace.rows("SELECT 1"), Some(MANY));
        pace.remember("SELECT 1", MANY + 5);
        assert_eq!(pace.rows("SELECT 1"), Some(MANY + 5));
        pace.remember("SELECT 1", MANY - 1);
        assert_eq!(pace.rows("SELECT 1"), None);
    }

    // Few rows can be much; such a statement would take a connection every time.
    #[test]
    fn what_is_too_much_to_share_stays_so_however_few_the_rows() {
        let pace = Pace::new();
        pace.remember_large("SELECT 1");
        pace.remember("SELECT 1", 3);
        assert!(pace.is_large("SELECT 1"));
        assert_eq!(pace.rows("SELECT 1"), None);
    }

    // Texts that never come again must not grow the memory.
    #[test]
    fn the_memory_is_bounded() {
        let pace = Pace::new();
        for n in 0..STATEMENTS * 3 {
            pace.remember(&format!("SELECT {n}"), MANY);
        }
        let held = pace.large().len();
        assert!(held <= STATEMENTS, "{held}");
    }

    #[test]
    fn the_fastest_answer_counts() {
        let pace = Pace::new();
        for micros in [90, 40, 70] {
            pace.note(Duration::from_micros(micros));
        }
        assert_eq!(pace.fastest.load(Ordering::Relaxed), 40_000);
    }
}
