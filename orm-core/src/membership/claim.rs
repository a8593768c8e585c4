//! What an association asks of a new row.

use std::sync::Arc;

use super::{Membership, is_same};
use crate::ast::{Assignment, Expr};
use crate::error::Error;
use crate::key::KeyValues;
use crate::types::Param;

/// Why nothing can belong to an owner.
pub(crate) const NULL_KEY: &str = "the row's key is NULL, so nothing can refer to it";

/// What an association asks of a row that is created in it. It outlives the
/// setters of the row's builder, and is asked before the row is written.
#[derive(Clone)]
pub(crate) struct Claim {
    membership: Membership,
    /// What the row must say; `None` where the owner has no key.
    values: Option<Vec<(u16, Param)>>,
    /// What another association asks of the row, in which it was begun.
    earlier: Option<Arc<Claim>>,
}

impl Membership {
    /// What a new row must say to belong to the owner with a key; `None` is a
    /// key that is NULL.
    pub(crate) fn claim(self, key: Option<&[Param]>) -> Claim {
        Claim {
            membership: self,
            values: key.map(|key| self.held(key).chain(self.conditions()).collect()),
            earlier: None,
        }
    }

    /// What a new row must say whoever it belongs to.
    pub(crate) fn claim_of_scope(self) -> Claim {
        let scope = self.association.scope.iter();
        Claim {
            membership: self,
            values: Some(scope.map(|(column, value)| (*column, value())).collect()),
            earlier: None,
        }
    }
}

impl Claim {
    /// Whether nothing is asked.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.as_ref().is_some_and(Vec::is_empty)
    }

    /// This and what was asked of the row before.
    pub(crate) fn after(self, earlier: Option<Arc<Claim>>) -> Claim {
        Claim { earlier, ..self }
    }

    /// What the row must say.
    pub(crate) fn values(&self) -> &[(u16, Param)] {
        self.values.as_deref().unwrap_or_default()
    }

    /// The existing rows that the new one may overwrite with `set`: those of the
    /// association, and free ones if they come to belong to it.
    pub(crate) fn existing(&self, set: &[Assignment]) -> Expr {
        let width = self.membership.association.target_columns.len();
        let Some(key) = self.values().get(..width) else {
            return Expr::Bool(false);
        };
        let key: KeyValues = key.iter().map(|(_, value)| value.clone()).collect();
        let members = self.membership.members(&key);
        let mut asked = self.values().iter();
        let enters = asked.all(|(column, _)| set.iter().any(|it| it.column == *column));
        match enters {
            true => members.or(self.membership.free(&key)),
            false => members,
        }
    }

    /// The existing row is none of those.
    pub(crate) fn not_related(&self) -> Error {
        self.membership.not_related(1, 0)
    }

    /// What is wrong with a row, given by the values of its columns.
    pub(crate) fn refusal<'v>(&self, given: &dyn Fn(u16) -> Option<&'v Param>) -> Option<Error> {
        let Some(values) = &self.values else {
            return Some(Error::usage(NULL_KEY));
        };
        let contradicts = |(column, asked): &(u16, Param)| {
            given(*column).is_some_and(|given| !is_same(given, asked))
        };
        let refused = values.iter().any(contradicts);
        if refused {
            return Some(self.membership.not_related(1, 0));
        }
        self.earlier.as_ref()?.refusal(given)
    }
}
