//! The rows on the other side of one row's association.

use super::include::scope_filter;
use super::{Filter, Filtered, Query};
use crate::ast::{self, JoinedTo};
use crate::key::Key;
use crate::model::{Associate, Association, Model};
use crate::types::Param;

/// The rows that one row's association leads to, from
/// [`Queries::related`](super::Queries::related).
#[must_use = "nothing happens until a method is called and awaited"]
pub struct Related<'m, A: Associate> {
    pub(crate) owner: &'m A::Owner,
}

impl<A: Associate> std::fmt::Debug for Related<'_, A> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Related({}::{})", A::Owner::TABLE.model, A::DEF.name)
    }
}

impl<'m, A: Associate> Related<'m, A> {
    pub(crate) fn new(owner: &'m A::Owner, _: Association<A>) -> Self {
        Related { owner }
    }

    /// The rows as a query, to be filtered, sorted and loaded further.
    pub fn query(&self) -> Query<A::Target, A::Target, Filtered> {
        let mut filter = self.key_filter();
        if let Some(scope) = scope_filter::<A>() {
            filter = filter.and(scope);
        }
        Query::new().filter(Filter::new(filter))
    }

    /// Rows of the other side that hold this row's key.
    fn key_filter(&self) -> ast::Expr {
        let Some(key) = A::owner_key(self.owner) else {
            return ast::Expr::Bool(false);
        };
        let mut params: Vec<Param> = Vec::with_capacity(A::Key::WIDTH);
        key.push_params(&mut params);
        if let Some(join) = &A::DEF.through {
            return ast::Expr::JoinedTo(Box::new(JoinedTo {
                join,
                table: A::Target::TABLE,
                columns: A::DEF.target_columns,
                key: params,
            }));
        }
        let columns = A::DEF
            .target_columns
            .iter()
            .map(|&position| A::Target::TABLE.column(position));
        let parts = columns
            .zip(params)
            .map(|(column, param)| super::queries::column_eq(column, param));
        ast::Expr::And(parts.collect())
    }
}
