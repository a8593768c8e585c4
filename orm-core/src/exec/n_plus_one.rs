//! Finds loops that load an association row by row.

use std::collections::HashMap;
use std::fmt;
use std::panic::Location;
use std::sync::{Arc, Mutex, PoisonError};

use super::db::Db;

/// Where in the program an association of one row is loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallSite {
    /// The model whose row it is.
    pub model: &'static str,
    /// The association.
    pub association: &'static str,
    /// The call of `related`.
    pub location: &'static Location<'static>,
}

/// Counts, per place in the program, how often an association was loaded for a single row.
///
/// One statement per row of a list is the most common way to make a page
/// slow. Watch a handle in development or in a test, run the code, and ask:
///
/// ```no_run
/// # async fn handle_request(db: &orm_core::exec::Db) -> orm_core::Result<()> { Ok(()) }
/// # async fn test(db: orm_core::exec::Db) -> orm_core::Result<()> {
/// use orm_core::exec::NPlusOne;
///
/// let watch = NPlusOne::new();
/// handle_request(&db.watched_by(&watch)).await?;
/// let repeated = watch.repeated(2);
/// assert!(repeated.is_empty(), "{repeated}");
/// # Ok(())
/// # }
/// ```
///
/// The tenth time is also a `tracing` warning under the target `orm::n_plus_one`.
#[derive(Clone, Default)]
pub struct NPlusOne(Arc<Mutex<HashMap<CallSite, usize>>>);

/// How often a place loads an association before it is worth a warning.
const WARN_AT: usize = 10;

impl NPlusOne {
    /// A watch that has seen nothing.
    pub fn new() -> Self {
        NPlusOne::default()
    }

    /// Forgets what was seen: the start of another scope.
    pub fn clear(&self) {
        self.counts().clear();
    }

    /// The places that loaded an association at least `times` times.
    pub fn repeated(&self, times: usize) -> RepeatedLoads {
        let counts = self.counts();
        let repeated = counts.iter().filter(|(_, count)| **count >= times);
        let mut loads: Vec<(CallSite, usize)> =
            repeated.map(|(site, count)| (*site, *count)).collect();
        loads.sort_by_key(|(site, count)| {
            (
                usize::MAX - count,
                site.location.file(),
                site.location.line(),
            )
        });
        RepeatedLoads(loads)
    }

    pub(crate) fn note(&self, site: CallSite) {
        let mut counts = self.counts();
        let count = counts.entry(site).or_insert(0);
        *count += 1;
        if *count == WARN_AT {
            tracing::warn!(target: "orm::n_plus_one", "{}", Repeated(&site, *count));
        }
    }

    fn counts(&self) -> std::sync::MutexGuard<'_, HashMap<CallSite, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for NPlusOne {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("NPlusOne").field(&self.counts()).finish()
    }
}

/// Places that load an association again and again; printed, one line each,
/// with the include that would load it once.
#[derive(Debug, Clone)]
pub struct RepeatedLoads(Vec<(CallSite, usize)>);

impl RepeatedLoads {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each place and its count, the most frequent first.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (CallSite, usize)> + '_ {
        self.0.iter().copied()
    }
}

impl fmt::Display for RepeatedLoads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (site, count)) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            Repeated(site, *count).fmt(f)?;
        }
        Ok(())
    }
}

struct Repeated<'s>(&'s CallSite, usize);

impl fmt::Display for Repeated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Repeated(
            CallSite {
                model,
                association,
                location,
            },
            count,
        ) = self;
        write!(
            f,
            "{location}: {model}.{association} was loaded {count} times, one row at a time; add \
             `.include({model}::{association})` to the query that loads the rows"
        )
    }
}

impl Db {
    /// A handle to the same pool whose loads of associations are counted.
    #[must_use]
    pub fn watched_by(&self, watch: &NPlusOne) -> Self {
        let mut derived = self.clone();
        *derived.watch() = Some(watch.clone());
        derived
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tracing::field::{Field, Visit};
    use tracing::span::{Attributes, Id, Record};
    use tracing::{Event, Level, Metadata, Subscriber};

    /// Keeps what is warned of, with its target.
    #[derive(Clone, Default)]
    struct Warnings(Arc<Mutex<Vec<String>>>);

    impl Subscriber for Warnings {
        fn enabled(&self, _: &Metadata<'_>) -> bool {
            true
        }
        fn new_span(&self, _: &Attributes<'_>) -> Id {
            Id::from_u64(1)
        }
        fn record(&self, _: &Id, _: &Record<'_>) {}
        fn record_follows_from(&self, _: &Id, _: &Id) {}
        fn event(&self, event: &Event<'_>) {
            let of = event.metadata();
            assert_eq!(*of.level(), Level::WARN);
            let mut text = Text(format!("{}: ", of.target()));
            event.record(&mut text);
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(text.0);
        }
        fn enter(&self, _: &Id) {}
        fn exit(&self, _: &Id) {}
    }

    struct Text(String);

    impl Visit for Text {
        fn record_debug(&mut self, _: &Field, value: &dyn fmt::Debug) {
            self.0 += &format!("{value:?}");
        }
    }

    #[test]
    fn the_tenth_load_at_one_place_is_a_warning_once() {
        let here = CallSite {
            model: "Order",
            association: "line_items",
            location: Location::caller(),
        };
        let elsewhere = CallSite {
            association: "customer",
            ..here
        };
        let warnings = Warnings::default();
        let heard = warnings.clone();
        tracing::subscriber::with_default(warnings, || {
            let watch = NPlusOne::new();
            let note = |site, times: usize| (0..times).for_each(|_| watch.note(site));
            note(here, WARN_AT - 1);
            note(elsewhere, WARN_AT - 1);
            assert!(heard.0.lock().is_ok_and(|it| it.is_empty()));
            note(here, WARN_AT);
        });
        let heard = heard.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [warning] = &heard[..] else {
            panic!("{heard:?}");
        };
        assert!(warning.starts_with("orm::n_plus_one: "), "{warning}");
        assert!(
            warning.contains("Order.line_items was loaded 10 times"),
            "{warning}"
        );
    }
}
