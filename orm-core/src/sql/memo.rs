//! Texts that were written before.
//!
//! A program builds the same few statements over and over with other values.
//! Their text is kept by the statement's [fingerprint](crate::ast::Fingerprint),
//! with the place of each value in it, so that a repeated statement is looked
//! up and not written.

use std::cell::RefCell;
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _};

use super::Sql;
use crate::ast::{Bound, Fingerprint, Shaped};
use crate::schema::Backend;

/// How many texts a thread keeps. When there are more, it begins anew: a
/// program with that many shapes makes them up as it goes.
const TEXTS: usize = 256;

/// A statement of more words than this is not kept.
pub(crate) const WORDS: usize = 512;

/// The texts of one kind of statement, each with what else its writing made.
///
/// Each thread has its own, so that looking one up waits for nobody.
pub(crate) struct Memo<E> {
    known: HashMap<Box<[u64]>, Known<E>>,
    /// The words of the statement at hand; kept for its memory.
    words: Vec<u64>,
}

struct Known<E> {
    text: Arc<str>,
    /// For each placeholder, which of the fingerprint's values it stands for.
    order: Box<[u16]>,
    has_raw: bool,
    extra: E,
    /// How many more times a debug build compares the text with a fresh one.
    compare: u8,
}

/// Enough for two statements of one fingerprint to meet in a test, few enough
/// for a debug build to show what a release build allocates.
const COMPARISONS: u8 = if cfg!(debug_assertions) { 4 } else { 0 };

impl<E: Clone> Memo<E> {
    pub(crate) fn new() -> RefCell<Self> {
        RefCell::new(Memo {
            known: HashMap::new(),
            words: Vec::new(),
        })
    }

    /// The text and values of a statement for a kind of database; `write` makes
    /// them where it is new.
    pub(crate) fn sql<'a, S: Shaped>(
        &mut self,
        backend: Backend,
        statement: &'a S,
        write: impl Fn(&'a S) -> (Sql<'a>, E),
    ) -> (Sql<'a>, E) {
        let values = Fingerprint::take(statement, &mut self.words);
        self.words.push(backend as u64);
        if let Some(known) = self.known.get_mut(&*self.words) {
            let params = known.order.iter().map(|&at| values[usize::from(at)]);
            let sql = Sql {
                text: Arc::clone(&known.text),
                params: params.collect(),
                has_raw: known.has_raw,
                steps: None,
            };
            if known.compare > 0 {
                known.compare -= 1;
                assert!(is_same(&sql, &write(statement).0), "{}", sql.text);
            }
            return (sql, known.extra.clone());
        }
        let (sql, extra) = write(statement);
        if self.words.len() <= WORDS
            && let Some(order) = order(&values, &sql.params)
        {
            if self.known.len() >= TEXTS {
                self.known.clear();
            }
            let known = Known {
                text: Arc::clone(&sql.text),
                order,
                has_raw: sql.has_raw,
                extra: extra.clone(),
                compare: COMPARISONS,
            };
            self.known.insert(self.words.as_slice().into(), known);
        }
        // A long statement leaves no memory behind.
        if self.words.capacity() > WORDS * 8 {
            self.words = Vec::new();
        }
        (sql, extra)
    }
}

/// Where each parameter is among the values.
fn order(values: &Bound<'_>, params: &Bound<'_>) -> Option<Box<[u16]>> {
    let place = |param| {
        let at = values
            .iter()
            .position(|value| std::ptr::eq(*value, param))?;
        u16::try_from(at).ok()
    };
    params.iter().map(|param| place(*param)).collect()
}

fn is_same(found: &Sql<'_>, written: &Sql<'_>) -> bool {
    let params = || found.params.iter().zip(&written.params);
    found.text == written.text
        && found.params.len() == written.params.len()
        && params().all(|(a, b)| std::ptr::eq(*a, *b))
}

#[cfg(test)]
mod tests;
