//! Rows within each other.

use std::fmt;
use std::ops::Deref;

use serde::{Serialize, Serializer};

use crate::serialize::{LoadedSlot, serialize_loaded};

/// A row with those that follow from it, and so on, from
/// [`Forest::into_trees`](super::Forest::into_trees).
///
/// It derefs to the row. However deep it is, dropping it takes no more of the stack;
/// serializing it does, as much as the serializer takes for each level.
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

/// The row's fields, and behind them what follows from it as `children`.
impl<M: Serialize + 'static> Serialize for Tree<M> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
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
