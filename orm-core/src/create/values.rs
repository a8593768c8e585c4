//! The values of a row that is about to be written, seen by validators.

use std::borrow::Cow;

use super::Draft;
use crate::ast::{Assignment, Value};
use crate::model::{Column, Model};
use crate::types::{ColumnType, Param};

/// The values that a write gives: all of a new row or an existing one, or
/// only those that an update sets.
///
/// Whole-model validators and conditions (`when = ..`) read it.
pub struct Values<'a, M>(Source<'a, M>);

enum Source<'a, M> {
    Draft(&'a Draft<M>),
    Row(&'a M),
    Set(&'a [Assignment]),
}

impl<M: Model> std::fmt::Debug for Values<'_, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let given = (0..)
            .zip(M::COLUMNS)
            .filter(|(position, _)| self.param(*position).is_some());
        f.debug_list()
            .entries(given.map(|(_, column)| column.field))
            .finish()
    }
}

impl<'a, M: Model> Values<'a, M> {
    pub(crate) fn of_draft(draft: &'a Draft<M>) -> Self {
        Values(Source::Draft(draft))
    }

    pub(crate) fn of_row(row: &'a M) -> Self {
        Values(Source::Row(row))
    }

    pub(crate) fn of_set(set: &'a [Assignment]) -> Self {
        Values(Source::Set(set))
    }

    /// The value given for a column; `None` if this write leaves it alone.
    pub fn get<T: ColumnType, K>(&self, column: Column<M, T, K>) -> Option<T> {
        T::from_param(&*self.param(column.position)?)
    }

    /// Whether this write gives a value for the column.
    pub fn is_given<T: ColumnType, K>(&self, column: Column<M, T, K>) -> bool {
        self.param(column.position).is_some()
    }

    /// The value given for the column at a position.
    #[doc(hidden)]
    pub fn param(&self, position: u16) -> Option<Cow<'a, Param>> {
        match self.0 {
            Source::Draft(draft) => draft.get(position).map(Cow::Borrowed),
            Source::Row(row) => Some(Cow::Owned(row.param(position))),
            Source::Set(set) => {
                let found = set.iter().find(|given| given.column == position)?;
                match &found.value {
                    Value::Param(param) => Some(Cow::Borrowed(param)),
                    // Only the server knows what these come to.
                    Value::Expr(_) | Value::Default => None,
                }
            }
        }
    }
}
