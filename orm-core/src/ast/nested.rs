//! How deep expressions nest.
//!
//! Whatever walks an expression, clones, prints or drops it calls itself once per
//! level, and so does the server that reads its text. So levels are counted where
//! expressions are put together, and there is no other way to put them together:
//! only [`Nested`] holds parts, and only what is here makes one. What would have
//! too many levels becomes [`Expr::TooDeep`], and so does everything around it,
//! which makes it visible without looking inside.

use std::fmt;
use std::ops::Deref;

use super::{
    Aggregate, AssociationTest, BinaryOp, Case, Expr, Function, Include, JoinedTo, Output, Select,
    Subquery, There, ThereAsk, UnaryOp, Visible,
};
use crate::schema::{SqlType, TableDef};

/// So many levels an expression may have: what stands in what, as in `not(a or b)`.
///
/// Chains of `and` and of `or` have one, however long they are. What has more
/// levels is refused when the query is run.
///
/// In a debug build they take a third of the 2 MiB that the stack of a runtime's
/// worker has, and PostgreSQL takes them as it is installed. SQLite takes fewer of some
/// kinds, and of all before version 3.46, and then the query is refused.
pub const DEEPEST: u16 = 256;

/// A longer list stays where it is when two are joined.
const FEW: usize = 16;

/// The parts of an expression. They are read like the value they are.
#[derive(Clone)]
pub struct Nested<T> {
    parts: T,
    /// Of the expression that has these parts.
    levels: u16,
}

/// Parts of an expression.
pub(super) trait Parts {
    /// The levels of the deepest one.
    fn deepest(&self) -> u16;
}

impl<T> Nested<T> {
    fn new(parts: T) -> Self
    where
        T: Parts,
    {
        let levels = parts.deepest().saturating_add(1);
        Nested { parts, levels }
    }

    /// Changes the parts and counts their levels anew.
    pub(super) fn change<R>(&mut self, change: impl FnOnce(&mut T) -> R) -> R
    where
        T: Parts,
    {
        let result = change(&mut self.parts);
        self.levels = self.parts.deepest().saturating_add(1);
        result
    }

    /// The parts by themselves.
    pub fn into_parts(self) -> T {
        self.parts
    }
}

impl<T> Deref for Nested<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.parts
    }
}

impl<T: fmt::Debug> fmt::Debug for Nested<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.fmt(f)
    }
}

/// A list that grows without being looked through.
impl Nested<Vec<Expr>> {
    fn push(&mut self, part: Expr) {
        self.levels = self.levels.max(part.levels().saturating_add(1));
        self.parts.push(part);
    }

    /// Adds the parts of another list. The longer list is not moved: a chain that
    /// is built from its end would be moved as often as it has links. Which of
    /// many conditions is first means nothing.
    fn append(&mut self, mut others: Self) {
        if others.parts.len() > self.parts.len().max(FEW) {
            std::mem::swap(self, &mut others);
        }
        self.levels = self.levels.max(others.levels);
        self.parts.append(&mut others.parts);
    }

    /// The parts of a chain in one list: links that are chains of the same kind
    /// are part of it.
    fn chain(links: impl Iterator<Item = Expr>, same: fn(Expr) -> Result<Self, Expr>) -> Self {
        // As long as is said, if that can be believed.
        let length = links.size_hint().0.min(1024);
        let mut chain = Self::new(Vec::new());
        for link in links {
            match same(link) {
                Ok(parts) if chain.is_empty() => chain = parts,
                Ok(parts) => chain.append(parts),
                Err(part) => {
                    if chain.is_empty() {
                        chain.parts.reserve_exact(length);
                    }
                    chain.push(part);
                }
            }
        }
        chain
    }
}

impl Parts for Box<Expr> {
    fn deepest(&self) -> u16 {
        self.levels()
    }
}

impl<const N: usize> Parts for Box<[Expr; N]> {
    fn deepest(&self) -> u16 {
        deepest(self.iter())
    }
}

impl Parts for Box<[Vec<Expr>; 2]> {
    fn deepest(&self) -> u16 {
        deepest(self.iter().flatten())
    }
}

impl Parts for Vec<Expr> {
    fn deepest(&self) -> u16 {
        deepest(self.iter())
    }
}

impl Parts for Box<Aggregate> {
    fn deepest(&self) -> u16 {
        deepest(self.parts())
    }
}

impl Parts for Case {
    fn deepest(&self) -> u16 {
        deepest(self.parts())
    }
}

/// A query in the query: it takes the server's planner more than an operator does.
impl Parts for Box<AssociationTest> {
    fn deepest(&self) -> u16 {
        let conditions = self.conditions().map(|(_, test)| test);
        let joined = self.joins().flat_map(|(_, visible)| visible.tests());
        let inside = conditions.chain(joined).chain(self.order());
        let deepest = deepest(inside.chain(self.ask.parts()));
        let queries = u16::try_from(self.before.len()).unwrap_or(u16::MAX);
        deepest.saturating_add(queries.saturating_add(1).saturating_mul(QUERY) - 1)
    }
}

impl Parts for Box<There> {
    fn deepest(&self) -> u16 {
        let seen = self.visible.tests();
        deepest(seen.chain([&self.filter])).saturating_add(QUERY - 1)
    }
}

impl Parts for Box<Subquery> {
    fn deepest(&self) -> u16 {
        let inside = self.select.deepest().saturating_add(QUERY - 1);
        inside.max(deepest(self.operands().iter()))
    }
}

/// The levels that a query in a query counts as.
const QUERY: u16 = 4;

/// So deep queries may stand in each other as what is looked at: as parts of a set whose
/// steps differ, or as what has a name.
pub const DEEPEST_QUERIES: u16 = DEEPEST / QUERY;

fn deepest<'e>(parts: impl Iterator<Item = &'e Expr>) -> u16 {
    parts.map(Expr::levels).max().unwrap_or(0)
}

impl Select {
    /// Itself as a query inside of another. One that is too deep for that is refused like
    /// an expression, and holds nothing that anybody had to walk.
    pub(crate) fn inside(self) -> Select {
        if self.queries_inside() < DEEPEST_QUERIES {
            return self;
        }
        Select {
            output: Output::Exprs(vec![Expr::TooDeep; self.values().len()]),
            ..Select::seeing(self.table, Visible::every())
        }
    }

    /// How deep queries stand in it.
    fn queries_inside(&self) -> u16 {
        let inside = self
            .queries()
            .map(|it| it.queries_inside().saturating_add(1));
        inside.max().unwrap_or(0)
    }

    /// The levels of its deepest expression; one that is looked at counts as one in it.
    fn deepest(&self) -> u16 {
        let sources = self.queries().map(Select::deepest).max();
        let sources = sources.map_or(0, |deepest| deepest.saturating_add(QUERY));
        sources.max(deepest(self.exprs()))
    }

    /// The table of the query, here or in an include, one of whose expressions has
    /// too many levels.
    pub(crate) fn too_deep(&self) -> Option<&'static TableDef> {
        let Select {
            table, includes, ..
        } = self;
        if self.exprs().any(Expr::is_too_deep) {
            return Some(table);
        }
        let inside = self.queries().find_map(Select::too_deep);
        inside.or_else(|| includes.iter().find_map(Include::too_deep))
    }
}

impl Include {
    /// The same of what is loaded, and of what is asked of the join rows that lead there.
    pub(crate) fn too_deep(&self) -> Option<&'static TableDef> {
        let order = self.join_order.iter().map(|it| &it.term.expr);
        let mut joined = self.joined.tests().chain(order);
        match joined.any(Expr::is_too_deep) {
            true => Some(self.select.table),
            false => self.select.too_deep(),
        }
    }
}

impl Expr {
    /// Whether it has, or had, too many levels: no query takes it.
    pub(crate) fn is_too_deep(&self) -> bool {
        matches!(self, Expr::TooDeep)
    }

    /// How many levels it has beside its own value; too many are any number.
    pub(super) fn levels(&self) -> u16 {
        match self {
            Expr::Unary(_, operand) | Expr::Cast(operand, _) => operand.levels,
            Expr::Binary(_, parts) | Expr::EqAny(parts) | Expr::NeAll(parts) => parts.levels,
            Expr::Between(parts) => parts.levels,
            Expr::Rows(_, rows) => rows.levels,
            Expr::And(parts) | Expr::Or(parts) | Expr::Call(_, parts) => parts.levels,
            Expr::Aggregate(aggregate) => aggregate.levels,
            Expr::Case(case) => case.levels,
            Expr::Association(test) => test.levels,
            Expr::There(test) => test.levels,
            Expr::Subquery(it) => it.levels,
            Expr::JoinedTo(test) => deepest(test.visible.tests()),
            Expr::TooDeep => u16::MAX,
            Expr::Column(_)
            | Expr::Outer(..)
            | Expr::Place(..)
            | Expr::ColumnIs(..)
            | Expr::Param(_)
            | Expr::TypedParam(..)
            | Expr::Bool(_)
            | Expr::Null
            | Expr::Excluded(_)
            | Expr::KeyIn(..)
            | Expr::Raw(_) => 0,
        }
    }

    /// Itself, unless it has too many levels.
    fn bounded(mut self) -> Expr {
        self.bound();
        self
    }

    /// Becomes [`Expr::TooDeep`] if it has too many levels.
    pub(super) fn bound(&mut self) {
        if self.levels() > DEEPEST {
            *self = Expr::TooDeep;
        }
    }

    /// `NOT x`, `x IS NULL`, …
    pub fn unary(op: UnaryOp, operand: Expr) -> Expr {
        Expr::Unary(op, Nested::new(Box::new(operand))).bounded()
    }

    /// `left op right`
    pub fn binary(op: BinaryOp, left: Expr, right: Expr) -> Expr {
        match (op, left, right) {
            (BinaryOp::Eq, Expr::Column(column), Expr::Param(value)) => {
                Expr::ColumnIs(column, value)
            }
            (op, left, right) => Expr::Binary(op, Nested::new(Box::new([left, right]))).bounded(),
        }
    }

    /// `(a, b) op (c, d)`
    pub fn rows(op: BinaryOp, left: Vec<Expr>, right: Vec<Expr>) -> Expr {
        Expr::Rows(op, Nested::new(Box::new([left, right]))).bounded()
    }

    /// `x BETWEEN low AND high`
    pub fn between(x: Expr, low: Expr, high: Expr) -> Expr {
        Expr::Between(Nested::new(Box::new([x, low, high]))).bounded()
    }

    /// `x = ANY(array)`
    pub fn eq_any(x: Expr, array: Expr) -> Expr {
        Expr::EqAny(Nested::new(Box::new([x, array]))).bounded()
    }

    /// `x <> ALL(array)`
    pub fn ne_all(x: Expr, array: Expr) -> Expr {
        Expr::NeAll(Nested::new(Box::new([x, array]))).bounded()
    }

    /// All of the conditions, flat; none is TRUE.
    pub fn all_of(conditions: impl IntoIterator<Item = Expr>) -> Expr {
        let same = |link| match link {
            Expr::And(parts) => Ok(parts),
            other => Err(other),
        };
        Expr::And(Nested::chain(conditions.into_iter(), same)).bounded()
    }

    /// Any of the conditions, flat; none is FALSE.
    pub fn any_of(conditions: impl IntoIterator<Item = Expr>) -> Expr {
        let same = |link| match link {
            Expr::Or(parts) => Ok(parts),
            other => Err(other),
        };
        Expr::Or(Nested::chain(conditions.into_iter(), same)).bounded()
    }

    /// `self AND other`, flat.
    pub fn and(self, other: Expr) -> Expr {
        Expr::all_of([self, other])
    }

    /// `self OR other`, flat.
    pub fn or(self, other: Expr) -> Expr {
        Expr::any_of([self, other])
    }

    /// A function call.
    pub fn call(function: Function, arguments: Vec<Expr>) -> Expr {
        Expr::Call(function, Nested::new(arguments)).bounded()
    }

    /// An aggregate over all rows, or over a window.
    pub fn aggregate(aggregate: Aggregate) -> Expr {
        Expr::Aggregate(Nested::new(Box::new(aggregate))).bounded()
    }

    /// `CAST(x AS type)`
    pub fn cast(x: Expr, sql_type: SqlType) -> Expr {
        Expr::Cast(Nested::new(Box::new(x)), sql_type).bounded()
    }

    /// A test on the rows of an association.
    pub fn association(test: AssociationTest) -> Expr {
        Expr::Association(Nested::new(Box::new(test))).bounded()
    }

    /// Whether a join table pairs the row with a key.
    pub fn joined_to(test: JoinedTo) -> Expr {
        Expr::JoinedTo(Box::new(test)).bounded()
    }

    /// Whether a table has a row that its model shows and that passes a test.
    pub fn there(table: &'static TableDef, filter: Expr) -> Expr {
        Expr::asked_there(There {
            table,
            visible: Visible::of(table),
            filter,
            ask: ThereAsk::Exists,
        })
    }

    /// What is asked of the rows of a table.
    pub fn asked_there(there: There) -> Expr {
        Expr::There(Nested::new(Box::new(there))).bounded()
    }

    /// What is asked of the rows of another query.
    pub fn subquery(query: Subquery) -> Expr {
        Expr::Subquery(Nested::new(Box::new(query))).bounded()
    }

    /// `CASE WHEN .. THEN .. ELSE .. END`
    pub fn case(arms: Vec<(Expr, Expr)>, otherwise: Option<Expr>) -> Expr {
        let otherwise = otherwise.map(Box::new);
        Expr::Case(Nested::new(Case { arms, otherwise })).bounded()
    }
}

#[cfg(test)]
mod tests;
