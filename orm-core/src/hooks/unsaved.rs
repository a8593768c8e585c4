//! Rows on their way into the database, as hooks see and change them.

use crate::ast::{Assignment, Value};
use crate::create::{Draft, Values};
use crate::model::{Column, Model, Settable};
use crate::types::{ColumnType, IntoValue};

/// A row on its way into the database: a new one, or changes of one that exists.
///
/// A hook that runs before the write reads it, and changes what is written.
pub struct Unsaved<M>(pub(super) Kind<M>);

pub(super) enum Kind<M> {
    New(Box<Draft<M>>),
    Changed(M, Vec<Assignment>),
}

impl<M: Model> std::fmt::Debug for Unsaved<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.values().fmt(f)
    }
}

impl<M: Model> Unsaved<M> {
    pub(super) fn new(draft: Draft<M>) -> Self {
        Unsaved(Kind::New(Box::new(draft)))
    }

    pub(super) fn changed(before: M, set: Vec<Assignment>) -> Self {
        Unsaved(Kind::Changed(before, set))
    }

    /// The row as the program holds it, of which this is a change; `None` of a new one,
    /// and of an upsert, of which nobody knows yet.
    pub fn before(&self) -> Option<&M> {
        match &self.0 {
            Kind::New(_) => None,
            Kind::Changed(before, _) => Some(before),
        }
    }

    /// The value that this write gives a column; `None` where it leaves it alone, or to
    /// the database: an expression, a default in SQL.
    pub fn get<T: ColumnType, K>(&self, column: Column<M, T, K>) -> Option<T> {
        self.values().get(column)
    }

    /// Whether this write gives the column a value, or an expression.
    pub fn is_given<T: ColumnType, K>(&self, column: Column<M, T, K>) -> bool {
        match &self.0 {
            Kind::New(draft) => draft.get(column.position).is_some(),
            Kind::Changed(_, set) => set.iter().any(|it| it.column == column.position),
        }
    }

    /// Gives a column a value, in place of what was given.
    pub fn set<T: ColumnType, K: Settable>(
        &mut self,
        column: Column<M, T, K>,
        value: impl IntoValue<T>,
    ) {
        let (column, value) = (column.position, value.into_value().into_param());
        match &mut self.0 {
            Kind::New(draft) => draft.put(column, value),
            Kind::Changed(_, set) => {
                let value = Value::Param(value);
                match set.iter_mut().find(|it| it.column == column) {
                    Some(known) => known.value = value,
                    None => set.push(Assignment { column, value }),
                }
            }
        }
    }

    pub(super) fn values(&self) -> Values<'_, M> {
        match &self.0 {
            Kind::New(draft) => Values::of_draft(draft),
            Kind::Changed(_, set) => Values::of_set(set),
        }
    }
}
