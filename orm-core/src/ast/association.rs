//! What is asked of the rows that associations lead to.

use super::{Expr, Function, OrderBy, Visible};
use crate::schema::{AssociationDef, JoinTable, TableDef};

/// A test on the rows on the other side of an association.
#[derive(Debug, Clone)]
pub struct AssociationTest {
    /// The associations that lead to the rows whose association it is, from the
    /// innermost table in scope on. Usually none: it is that table's own.
    pub before: Vec<Step>,
    /// The table that declares the association.
    pub owner: &'static TableDef,
    /// The association.
    pub association: &'static AssociationDef,
    /// Which rows of the other side are there.
    pub visible: Visible,
    /// Which rows of the join table are there (many-to-many).
    pub joined: Visible,
    /// The condition on the other side, if any.
    pub filter: Option<Expr>,
    /// What is asked.
    pub ask: AssociationAsk,
}

impl AssociationTest {
    /// The innermost table in scope, and its columns that the first association asks.
    pub fn start(&self) -> (&'static TableDef, &'static [u16]) {
        match self.before.first() {
            Some(step) => (step.owner, step.association.owner_columns),
            None => (self.owner, self.association.owner_columns),
        }
    }

    /// The tables that it reads, each with what chooses its rows.
    pub fn conditions(&self) -> impl Iterator<Item = (&'static TableDef, &Expr)> {
        let of = |association: &AssociationDef| (association.target)();
        let before = self.before.iter().flat_map(move |step| {
            let tests = step.filter.iter().chain(step.visible.tests());
            tests.map(move |test| (of(step.association), test))
        });
        let own = self.filter.iter().chain(self.visible.tests());
        before.chain(own.map(move |test| (of(self.association), test)))
    }

    /// The join tables on its way, each with which of its rows are there.
    pub fn joins(&self) -> impl Iterator<Item = (&'static JoinTable, &Visible)> {
        let before = self.before.iter();
        let before = before.map(|step| (step.association, &step.joined));
        let all = before.chain([(self.association, &self.joined)]);
        all.filter_map(|(association, joined)| Some((association.through.as_ref()?, joined)))
    }
}

/// An association on the way to another one.
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
