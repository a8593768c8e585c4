//! The rows of an upsert of many, laid out as they arrive.

use super::only_a_row;
use super::twice::refuse_twice;
use crate::ast::{ConflictTarget, Insert};
use crate::create::{Draft, IntoNew, Laid};
use crate::error::{Error, Result};
use crate::hooks::Judged;
use crate::model::Model;

/// A statement, where its rows stood among all, and the columns that they gave.
pub(super) type Statement = (Insert, Vec<usize>, Vec<u16>);

/// The rows of an upsert of many.
pub struct UpsertRows<M> {
    laid: Laid,
    /// Why the first of them that cannot be upserted with others cannot.
    refusal: Option<Error>,
    /// Where there are hooks, which may change them, the rows as they are.
    kept: Vec<Draft<M>>,
}

impl<M: Model> std::fmt::Debug for UpsertRows<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("UpsertRows").field(&self.len()).finish()
    }
}

impl<M: Model> UpsertRows<M> {
    pub(super) fn new<N: IntoNew<M>>(rows: impl IntoIterator<Item = N>) -> Self {
        let rows = rows.into_iter().map(IntoNew::into_new);
        match M::HOOKS {
            None => Self::laid(rows, Judged::No),
            Some(_) => UpsertRows {
                kept: rows.collect(),
                ..Self::laid([], Judged::No)
            },
        }
    }

    /// Those that hooks and validators have seen.
    pub(super) fn judged(rows: Vec<Draft<M>>) -> Self {
        Self::laid(rows, Judged::Yes)
    }

    fn laid(rows: impl IntoIterator<Item = Draft<M>>, judged: Judged) -> Self {
        let rows = rows.into_iter();
        // What an iterator says of its length is a hint, and may be absurd.
        let expected = rows.size_hint().0.min(1 << 20);
        let mut laid = Laid::of(M::TABLE, expected, judged);
        let mut refusal = None;
        let mut given: Vec<u16> = Vec::new();
        for (place, draft) in rows.enumerate() {
            if refusal.is_none() {
                refusal = alone(&draft).map(|error| error.in_row(Some(place)));
            }
            given.clear();
            given.extend(draft.values().iter().map(|(position, _)| *position));
            laid.push_alike(draft, &given);
        }
        UpsertRows {
            laid,
            refusal,
            kept: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.laid.len() + self.kept.len()
    }

    /// The rows for their hooks.
    ///
    /// # Errors
    /// What no hook can cure.
    pub(super) fn for_hooks(&mut self, target: &ConflictTarget) -> Result<Vec<Draft<M>>> {
        Self::judged(self.kept.clone()).statements(target)?;
        Ok(std::mem::take(&mut self.kept))
    }

    /// The statements, no two of their rows the same.
    ///
    /// # Errors
    /// With every fault of every row; the message says which row.
    pub(super) fn statements(self, target: &ConflictTarget) -> Result<Vec<Statement>> {
        if let Some(refusal) = self.refusal {
            return Err(refusal);
        }
        let statements = self.laid.finish_alike()?;
        refuse_twice(&statements, target)?;
        Ok(statements)
    }
}

/// Why a row cannot be upserted together with others.
fn alone<M: Model>(draft: &Draft<M>) -> Option<Error> {
    if let Err(error) = only_a_row(draft) {
        return Some(error);
    }
    draft.claim().map(|_| {
        Error::usage(format!(
            "{}: a row that an association's `create` made is upserted alone, with `upsert`: which existing rows it \
             may overwrite is its own affair",
            M::TABLE.model
        ))
    })
}
