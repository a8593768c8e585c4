//! Queries as operands.

use super::{Expr, Select};
use crate::schema::TableDef;

/// A query whose rows are an operand of the query around it. Its expressions may name
/// columns of the rows around: [`Expr::Outer`].
#[derive(Debug, Clone)]
pub struct Subquery {
    /// The innermost table around it.
    pub owner: &'static TableDef,
    /// The query.
    pub select: Select,
    /// What is asked of its rows.
    pub ask: SubqueryAsk,
}

/// What a [`Subquery`] asks.
#[derive(Debug, Clone)]
pub enum SubqueryAsk {
    /// Whether there is a row.
    Exists,
    /// The one value of the one row; NULL where there is none.
    Value,
    /// Whether the value is among those of the rows.
    IsAmong(Expr),
}

impl Subquery {
    /// What it asks about the rows around.
    pub fn operand(&self) -> Option<&Expr> {
        match &self.ask {
            SubqueryAsk::IsAmong(operand) => Some(operand),
            SubqueryAsk::Exists | SubqueryAsk::Value => None,
        }
    }

    /// The one value of its rows, where they have one.
    pub fn value(&self) -> Option<&Expr> {
        match (&self.ask, self.select.values()) {
            (SubqueryAsk::Value | SubqueryAsk::IsAmong(_), [value]) => Some(value),
            _ => None,
        }
    }
}
