//! What is asked of the rows that associations lead to.

use super::{Expr, Function, Limit, OrderBy, Visible};
use crate::schema::{AssociationDef, JoinTable, TableDef};
use crate::types::Param;

/// A test on the rows on the other side of an association.
#[derive(Debug, Clone)]
pub struct AssociationTest {
    /// The associations that lead to the rows whose association it is, from the
    /// innermost table in scope on. Usually none: it is that table's own.
    pub before: Vec<Step>,
    /// The association of which something is asked.
    pub last: Step,
    /// Whether it is the first of its rows alone that are meant.
    pub first: Option<First>,
    /// What is asked.
    pub ask: AssociationAsk,
}

impl AssociationTest {
    /// The innermost table in scope, and its columns that the first association asks.
    pub fn start(&self) -> (&'static TableDef, &'static [u16]) {
        let first = self.before.first().unwrap_or(&self.last);
        (first.owner, first.association.owner_columns)
    }

    /// The associations on its way, from the innermost table in scope on.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        self.before.iter().chain([&self.last])
    }

    /// The tables that it reads, each with what chooses its rows.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static TableDef, &Expr)> {
        let conditions = self.steps().flat_map(|step| {
            let tests = step.filter.iter().chain(step.visible.tests());
            tests.map(move |test| (step.target(), test))
        });
        let among_first = self.first.iter().flat_map(|it| &it.filter);
        conditions.chain(among_first.map(|test| (self.last.target(), test)))
    }

    /// What sorts the rows of which the first are meant.
    pub fn order(&self) -> impl Iterator<Item = &Expr> {
        let terms = self.first.iter().flat_map(|it| &it.order_by);
        terms.map(|term| &term.expr)
    }

    /// The join tables on its way, each with which of its rows are there.
    pub fn joins(&self) -> impl Iterator<Item = (&'static JoinTable, &Visible)> {
        self.steps()
            .filter_map(|step| Some((step.association.through.as_ref()?, &step.joined)))
    }
}

/// An association, and which of its rows are meant.
#[derive(Debug, Clone)]
pub struct Step {
    /// The table that declares it.
    pub owner: &'static TableDef,
    /// The association.
    pub association: &'static AssociationDef,
    /// Which rows of the other side are there.
    pub visible: Visible,
    /// Which rows of the join table are there (many-to-many).
    pub joined: Visible,
    /// The condition on the other side, if any.
    pub filter: Option<Expr>,
}

impl Step {
    /// The table on the other side.
    pub fn target(&self) -> &'static TableDef {
        (self.association.target)()
    }
}

/// The first of several rows.
#[derive(Debug, Clone)]
pub struct First {
    /// Which row is first; of equal ones that with the smallest key.
    pub order_by: Vec<OrderBy>,
    /// How many.
    pub limit: Limit,
    /// Which of them are meant.
    pub filter: Option<Expr>,
}

impl First {
    /// Keeps one of them, where no filter says which is meant.
    pub fn one_is_enough(&mut self) {
        if let (None, Limit::Bound(Param::Int8(rows))) = (&self.filter, &mut self.limit) {
            *rows = (*rows).min(1);
        }
    }
}

/// What an [`AssociationTest`] asks.
#[derive(Debug, Clone)]
pub enum AssociationAsk {
    /// Whether a row exists.
    Exists,
    /// Whether no row exists.
    NotExists,
    /// An aggregate over the rows, as a value.
    Aggregate(Folded),
    /// The value of an expression on the one row of the other side.
    Value(Expr),
    /// The values of an expression on each row, as an array in an order.
    Array(Expr, Vec<OrderBy>),
}

impl AssociationAsk {
    /// The expressions over rows of the other side.
    pub fn parts(&self) -> impl Iterator<Item = &Expr> {
        let (first, others, order) = match self {
            AssociationAsk::Exists | AssociationAsk::NotExists => (None, &[][..], &[][..]),
            AssociationAsk::Aggregate(folded) => (None, folded.arguments.as_slice(), &[][..]),
            AssociationAsk::Value(value) => (Some(value), &[][..], &[][..]),
            AssociationAsk::Array(value, order) => (Some(value), &[][..], order.as_slice()),
        };
        let order = order.iter().map(|term| &term.expr);
        first.into_iter().chain(others).chain(order)
    }
}

/// An aggregate over the rows of the other side of an association.
#[derive(Debug, Clone)]
pub struct Folded {
    /// The function.
    pub function: Function,
    /// Whether equal arguments count once.
    pub distinct: bool,
    /// Its arguments.
    pub arguments: Vec<Expr>,
    /// Whether a row counts once for each way that leads to it.
    pub each_way: bool,
}
