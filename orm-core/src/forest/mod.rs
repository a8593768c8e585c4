//! Rows that follow from each other: as a list with depths, and as trees.

mod grow;
mod tree;
mod within;

pub(crate) use grow::{Arrived, Growth, grow};
pub use tree::{Branches, DEEPEST_SERIALIZED, Tree};
pub(crate) use within::within;

use std::fmt;

/// Rows and what follows from them, from [`Query::follow`](crate::query::Query::follow).
///
/// Each row comes before those that follow from it, and rows that one row leads to are in
/// the query's order: the list is a tree as it is printed.
#[derive(Clone, PartialEq)]
pub struct Forest<M> {
    rows: Vec<Followed<M>>,
}

/// A row of a [`Forest`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Followed<M> {
    /// The row.
    pub row: M,
    /// How many steps it is from where it began.
    pub depth: u32,
    /// The row that led to it, as its place in the list; `None` where it began, or where
    /// none on the way is shown.
    pub from: Option<usize>,
    /// Whether it leads back to a row that led to it: there the circle is cut.
    pub leads_back: bool,
}

impl<M> Forest<M> {
    pub(crate) fn new(rows: Vec<Followed<M>>) -> Self {
        Forest { rows }
    }

    /// The rows in their order.
    pub fn rows(&self) -> &[Followed<M>] {
        &self.rows
    }

    /// The rows in their order, to keep.
    pub fn into_rows(self) -> Vec<Followed<M>> {
        self.rows
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Whether rows lead back to where they came from.
    pub fn has_circles(&self) -> bool {
        self.rows.iter().any(|it| it.leads_back)
    }

    /// The way to a row, from where it began to the row itself; empty beyond the last row.
    ///
    /// ```
    /// # use orm_core::forest::Forest;
    /// fn crumbs(forest: &Forest<String>, row: usize) -> String {
    ///     let way: Vec<&str> = forest.path(row).into_iter().map(String::as_str).collect();
    ///     way.join(" / ")
    /// }
    /// ```
    pub fn path(&self, row: usize) -> Vec<&M> {
        let mut path = Vec::new();
        let mut next = self.rows.get(row);
        while let Some(followed) = next {
            path.push(&followed.row);
            next = followed.from.and_then(|from| self.rows.get(from));
        }
        path.reverse();
        path
    }

    /// How many rows follow from each row, however far: counted for all of them at once.
    pub fn sizes(&self) -> Vec<usize> {
        self.fold(|_, below: &[usize]| below.iter().map(|size| size + 1).sum())
    }

    /// A value of each row, computed of the row and the values of those that follow from
    /// it: sums over whole trees.
    ///
    /// ```
    /// # use orm_core::forest::Forest;
    /// # struct Part { price: i64 }
    /// fn prices(forest: &Forest<Part>) -> Vec<i64> {
    ///     forest.fold(|part, below: &[i64]| part.price + below.iter().sum::<i64>())
    /// }
    /// ```
    pub fn fold<T: Clone>(&self, mut each: impl FnMut(&M, &[T]) -> T) -> Vec<T> {
        let mut below: Vec<Vec<T>> = self.rows.iter().map(|_| Vec::new()).collect();
        let mut values = Vec::with_capacity(self.rows.len());
        for (at, followed) in self.rows.iter().enumerate().rev() {
            let mut own = std::mem::take(&mut below[at]);
            own.reverse();
            let value = each(&followed.row, &own);
            if let Some(from) = followed.from {
                below[from].push(value.clone());
            }
            values.push(value);
        }
        values.reverse();
        values
    }

    /// The rows within each other.
    pub fn into_trees(self) -> Vec<Tree<M>> {
        let mut below: Vec<Vec<Tree<M>>> = self.rows.iter().map(|_| Vec::new()).collect();
        let mut trees = Vec::new();
        for followed in self.rows.into_iter().rev() {
            let mut children = below.pop().unwrap_or_default();
            children.reverse();
            let tree = Tree {
                row: followed.row,
                leads_back: followed.leads_back,
                children: Branches(children),
            };
            match followed.from.and_then(|from| below.get_mut(from)) {
                Some(siblings) => siblings.push(tree),
                None => trees.push(tree),
            }
        }
        trees.reverse();
        trees
    }
}

impl<M: fmt::Debug> fmt::Debug for Forest<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.rows).finish()
    }
}

#[cfg(test)]
mod tests;
