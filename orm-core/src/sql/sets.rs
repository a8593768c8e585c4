//! Rows of several queries, put together.

use super::Writer;
use super::dialect::For;
use crate::ast::{Operand, Select, SetOp};

impl<'a> Writer<'a> {
    /// `first UNION second EXCEPT ..`
    pub(super) fn sets(&mut self, first: &'a Select, others: &'a [Operand]) {
        self.operand_of_set(first);
        for Operand { op, select } in others {
            self.push(match op {
                SetOp::Union => " UNION ",
                SetOp::UnionAll => " UNION ALL ",
                SetOp::Intersect => " INTERSECT ",
                SetOp::Except => " EXCEPT ",
            });
            self.operand_of_set(select);
        }
    }

    /// One of the queries: an order, a limit and names of its own stand in a query inside.
    fn operand_of_set(&mut self, select: &'a Select) {
        if select.named.is_empty() && select.order_by.is_empty() && !select.is_limited() {
            return self.named_values(select);
        }
        self.push("SELECT * FROM (");
        self.named_values(select);
        self.push(") AS ");
        let alias = self.new_alias();
        self.alias(alias);
    }

    /// A query each of whose values has a name, and the form that rows are compared by.
    fn named_values(&mut self, select: &'a Select) {
        let alias = self.new_alias();
        self.body(select, Some(alias), |w| {
            w.list((0..).zip(select.values()), |w, (at, value)| {
                if !w.dialect.key(w, value, For::Equality) {
                    w.expr(value);
                }
                w.push(" AS ");
                w.name_of_place(at);
            });
        });
    }

    /// A value of the query whose rows are looked at.
    pub(super) fn place(&mut self, at: u16) {
        if let Some(alias) = self.current_alias() {
            self.alias(alias);
            self.push(".");
        }
        self.name_of_place(at);
    }

    fn name_of_place(&mut self, at: u16) {
        self.push("v");
        self.number(at.into());
    }
}
