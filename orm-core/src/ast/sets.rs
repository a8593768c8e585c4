//! Rows of several queries, put together.

use super::{Expr, Fingerprint, OrderBy, Output, Select, Visible};
use crate::schema::SqlType;

/// A query whose rows are put together with those of the queries before it.
#[derive(Debug, Clone)]
pub struct Operand {
    /// How.
    pub op: SetOp,
    /// The query; it shows values.
    pub select: Select,
}

/// How the rows of two queries are put together. Two NULLs are equal here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SetOp {
    /// Those of either, equal ones once.
    Union,
    /// Those of both, each as often as it is there.
    UnionAll,
    /// Those that both have, each once.
    Intersect,
    /// Those of the first that the second does not have, each once.
    Except,
}

impl SetOp {
    /// Whether it has to know which rows are equal.
    pub fn compares(self) -> bool {
        self != SetOp::UnionAll
    }
}

impl Select {
    /// The rows of this query, which shows values of these types, and of another one.
    pub fn combined_with(mut self, op: SetOp, other: Select, types: &[SqlType]) -> Select {
        let other = Operand {
            op,
            select: other.unsorted().inside(),
        };
        self = self.unsorted();
        let goes_on = self.combined.last().is_some_and(|last| last.op == op);
        // An order or a limit is about the rows before this step.
        if goes_on && self.order_by.is_empty() && !self.is_limited() {
            self.combined.push(other);
            return self;
        }
        let places = (0..).zip(types);
        Select {
            output: Output::Exprs(places.map(|(at, it)| Expr::Place(at, *it)).collect()),
            visible: Visible::every(),
            combined: vec![other],
            ..Select::from(self.inside())
        }
    }

    /// Without an order that decides nothing.
    fn unsorted(mut self) -> Select {
        if !self.is_limited() {
            self.order_by.clear();
        }
        self
    }

    /// Sorts rows that are put together by what the first query shows.
    pub fn sort_places(&self, terms: &mut [OrderBy]) {
        let mut first = self;
        while let (Some(from), false) = (&first.from, first.combined.is_empty()) {
            first = from;
        }
        let types = self.values();
        for term in terms {
            let place = {
                let sought = Fingerprint::of(&term.expr);
                let mut shown = first.values().iter().zip(types);
                shown.find(|(value, _)| Fingerprint::of(*value) == sought)
            };
            if let Some((_, place)) = place {
                term.expr = place.clone();
            }
        }
    }
}
