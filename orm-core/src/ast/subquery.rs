//! Queries as operands.

use super::{Expr, Select};
use crate::schema::TableDef;

/// A query whose rows are an operand of the query around it. Its expressions may name
/// columns of the rows around: [`Expr::Outer`].
#[derive(Debug, Clone)]
pub struct Subquery {
    /// The innermost table around it, if its expressions may name columns of that one:
    /// what chooses among rows of that table names those further out alone.
    pub owner: Option<&'static TableDef>,
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
    /// Whether values are together among those of the rows.
    IsAmong(Vec<Expr>),
}

impl Subquery {
    /// What it asks about the rows around.
    pub fn operands(&self) -> &[Expr] {
        match &self.ask {
            SubqueryAsk::IsAmong(operands) => operands,
            SubqueryAsk::Exists | SubqueryAsk::Value => &[],
        }
    }

    /// The one value of its one row, where that is what it asks.
    pub fn value(&self) -> Option<&Expr> {
        match (&self.ask, self.select.values()) {
            (SubqueryAsk::Value, [value]) => Some(value),
            _ => None,
        }
    }
}
