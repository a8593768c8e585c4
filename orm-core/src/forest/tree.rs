//! Rows within each other.

use std::cell::Cell;
use std::fmt;
use std::ops::Deref;

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use crate::serialize::{LoadedSlot, serialize_loaded};

/// A row with those that follow from it, and so on, from
/// [`Forest::into_trees`](super::Forest::into_trees).
///
/// It derefs to the row. However deep it is, dropping it takes no more of the stack.
/// Serializing it does, so one with more than [`DEEPEST_SERIALIZED`] levels is an error of
/// the serializer.
pub struct Tree<M> {
    /// The row.
    pub row: M,
    /// Whether it leads back to a row above it: there the circle is cut.
    pub leads_back: bool,
    /// What follows from it.
    pub children: Branches<M>,
}

impl<M> Deref for Tree<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.row
    }
}

/// The number of those below alone: they may be thousands of levels deep.
impl<M: fmt::Debug> fmt::Debug for Tree<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tree")
            .field("row", &self.row)
            .field("leads_back", &self.leads_back)
            .field("children", &self.children.len())
            .finish()
    }
}

/// How many levels of a [`Tree`] are serialized within each other: the stack of a thread,
/// small as it may be, has room for several times as many.
pub const DEEPEST_SERIALIZED: u16 = 250;

thread_local! {
    /// How many levels are being serialized: a serializer does not tell.
    static LEVELS: Cell<u16> = const { Cell::new(0) };
}

/// A level that is being serialized.
struct Level;

impl Level {
    fn enter() -> Option<Self> {
        let levels = LEVELS.get();
        (levels < DEEPEST_SERIALIZED).then(|| {
            LEVELS.set(levels + 1);
            Level
        })
    }
}

impl Drop for Level {
    fn drop(&mut self) {
        LEVELS.set(LEVELS.get() - 1);
    }
}

/// The row's fields, and behind them what follows from it as `children`.
impl<M: Serialize + 'static> Serialize for Tree<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Some(_level) = Level::enter() else {
            return Err(S::Error::custom(format!(
                "a tree has more than {DEEPEST_SERIALIZED} levels: load fewer with \
                 `.max_depth(..)`, or send `forest.rows()`, each with its depth"
            )));
        };
        let children = LoadedSlot("children", &self.children, ());
        serialize_loaded(serializer, &self.row, children)
    }
}

/// The trees below a row: a slice, and a list to go through.
pub struct Branches<M>(pub(super) Vec<Tree<M>>);

impl<M> Deref for Branches<M> {
    type Target = [Tree<M>];

    fn deref(&self) -> &[Tree<M>] {
        &self.0
    }
}

impl<M: fmt::Debug> fmt::Debug for Branches<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}

impl<M> IntoIterator for Branches<M> {
    type Item = Tree<M>;
    type IntoIter = std::vec::IntoIter<Tree<M>>;

    fn into_iter(mut self) -> Self::IntoIter {
        std::mem::take(&mut self.0).into_iter()
    }
}

impl<'b, M> IntoIterator for &'b Branches<M> {
    type Item = &'b Tree<M>;
    type IntoIter = std::slice::Iter<'b, Tree<M>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<M: Serialize + 'static> Serialize for Branches<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

// Level by level, not within each other.
impl<M> Drop for Branches<M> {
    fn drop(&mut self) {
        let mut left = std::mem::take(&mut self.0);
        while let Some(mut tree) = left.pop() {
            left.append(&mut tree.children.0);
        }
    }
}
