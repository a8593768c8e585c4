//! Expressions.

use smallvec::{SmallVec, smallvec};

use super::{AssociationTest, Function, Nested, OrderBy, Subquery, Visible};
use crate::schema::{ColumnDef, JoinTable, SqlType, TableDef};
use crate::types::Param;

/// An SQL expression.
///
/// A column belongs to the innermost table in scope: inside an
/// [`Expr::Association`] test that is the table on the other side.
///
/// What is made of other expressions is made by a function: it has no more than
/// [`DEEPEST`](super::DEEPEST) levels.
#[derive(Debug, Clone)]
pub enum Expr {
    /// A column of the innermost table.
    Column(&'static ColumnDef),
    /// A bound value whose type the server knows from its surroundings.
    Param(Param),
    /// A bound value written with its type, where the surroundings say nothing.
    TypedParam(Param, SqlType),
    /// `TRUE` or `FALSE`.
    Bool(bool),
    /// `NULL`.
    Null,
    /// `NOT x`, `x IS NULL`, …
    Unary(UnaryOp, Nested<Box<Expr>>),
    /// `left op right`
    Binary(BinaryOp, Nested<Box<[Expr; 2]>>),
    /// `column = value`, the commonest test of all
    ColumnIs(&'static ColumnDef, Param),
    /// `(a, b) op (c, d)`: the first that differ decide
    Rows(BinaryOp, Nested<Box<[Vec<Expr>; 2]>>),
    /// `x BETWEEN low AND high`
    Between(Nested<Box<[Expr; 3]>>),
    /// `x = ANY(array)`
    EqAny(Nested<Box<[Expr; 2]>>),
    /// `x <> ALL(array)`
    NeAll(Nested<Box<[Expr; 2]>>),
    /// `(a, b) IN (keys)`, the keys bound as one array per column
    KeyIn(&'static TableDef, Vec<u16>, Vec<Param>),
    /// All of these; none is TRUE.
    And(Nested<Vec<Expr>>),
    /// Any of these; none is FALSE.
    Or(Nested<Vec<Expr>>),
    /// A function call.
    Call(Function, Nested<Vec<Expr>>),
    /// An aggregate over the rows that pass a filter, or over a window.
    Aggregate(Nested<Box<Aggregate>>),
    /// `CAST(x AS type)`
    Cast(Nested<Box<Expr>>, SqlType),
    /// A test on the rows of an association, as a semi-join.
    Association(Nested<Box<AssociationTest>>),
    /// Whether a join table pairs the row with a key.
    JoinedTo(Box<JoinedTo>),
    /// A column of the nearest row of a table around the innermost one.
    Outer(&'static TableDef, &'static ColumnDef),
    /// A value that a query shows whose rows are looked at, by its place, and its type.
    Place(u16, SqlType),
    /// What is asked of the rows of another query.
    Subquery(Nested<Box<Subquery>>),
    /// Whether, or how often, a table has a row that passes a test.
    There(Nested<Box<There>>),
    /// The value the insert of an upsert proposed for a column.
    Excluded(&'static ColumnDef),
    /// `CASE WHEN .. THEN .. ELSE .. END`
    Case(Nested<Case>),
    /// Text from the raw API, with its bound values in place.
    Raw(Vec<RawPart>),
    /// What had too many levels, and whatever was made with it. No query takes it.
    TooDeep,
}

impl Expr {
    /// Whether its columns need a qualifier: it looks at another table, or raw
    /// text around a column may.
    pub fn needs_qualifier(&self) -> bool {
        self.any(&|part| match part {
            Expr::Association(_) | Expr::JoinedTo(_) | Expr::Subquery(_) => true,
            Expr::Raw(parts) => parts.iter().any(RawPart::is_column),
            _ => false,
        })
    }

    /// Whether it looks at the row that it is computed of, or may.
    pub fn looks_at_row(&self) -> bool {
        self.any(&|part| {
            matches!(
                part,
                Expr::Column(_)
                    | Expr::Place(..)
                    | Expr::ColumnIs(..)
                    | Expr::KeyIn(..)
                    | Expr::Association(_)
                    | Expr::JoinedTo(_)
                    | Expr::There(_)
                    | Expr::Subquery(_)
                    | Expr::Raw(_)
            )
        })
    }

    /// Whether it is computed from many rows and folds them into one.
    pub fn folds_rows(&self) -> bool {
        self.any(&|part| matches!(part, Expr::Aggregate(it) if it.over.is_none()))
    }

    /// Whether it looks at other rows of the result.
    pub fn has_window(&self) -> bool {
        self.any(&|part| matches!(part, Expr::Aggregate(it) if it.over.is_some()))
    }

    /// Whether a filter or a window was given to what is no aggregate.
    pub fn narrows_no_aggregate(&self) -> bool {
        self.any(
            &|part| matches!(part, Expr::Aggregate(it) if it.function == Function::NotAnAggregate),
        )
    }

    /// Changes the filter and the window of each outermost aggregate in it;
    /// tells whether there is one.
    pub fn on_aggregates(
        &mut self,
        change: &mut dyn FnMut(&mut Option<Box<Expr>>, &mut Option<Box<Window>>),
    ) -> bool {
        let mut each = |parts: &mut [Expr]| {
            let mut found = false;
            for part in parts {
                found |= part.on_aggregates(change);
            }
            found
        };
        let found = match self {
            Expr::Aggregate(aggregate) => {
                aggregate.change(|it| change(&mut it.filter, &mut it.over));
                true
            }
            Expr::Unary(_, operand) | Expr::Cast(operand, _) => {
                operand.change(|it| it.on_aggregates(change))
            }
            Expr::Binary(_, parts) | Expr::EqAny(parts) | Expr::NeAll(parts) => {
                parts.change(|it| each(&mut **it))
            }
            Expr::Between(parts) => parts.change(|it| each(&mut **it)),
            Expr::And(parts) | Expr::Or(parts) | Expr::Call(_, parts) => {
                parts.change(|it| each(it))
            }
            Expr::Case(case) => case.change(|it| {
                let mut found = false;
                for (when, then) in &mut it.arms {
                    found |= when.on_aggregates(change);
                    found |= then.on_aggregates(change);
                }
                let otherwise = it.otherwise.as_deref_mut();
                otherwise.is_some_and(|expr| expr.on_aggregates(change)) || found
            }),
            _ => false,
        };
        self.bound();
        found
    }

    /// Whether it holds text written by hand.
    pub fn has_raw(&self) -> bool {
        self.any(&|part| matches!(part, Expr::Raw(_)))
    }

    /// Whether the expression or a part of it passes the test.
    fn any(&self, test: &dyn Fn(&Expr) -> bool) -> bool {
        test(self) || self.parts().iter().any(|part| part.any(test))
    }

    /// The expressions it is made of. What is inside an association or another query is
    /// about another table and no part of it.
    pub fn parts(&self) -> SmallVec<[&Expr; 4]> {
        match self {
            Expr::Unary(_, operand) | Expr::Cast(operand, _) => smallvec![&***operand],
            Expr::Binary(_, parts) | Expr::EqAny(parts) | Expr::NeAll(parts) => {
                parts.iter().collect()
            }
            Expr::Between(parts) => parts.iter().collect(),
            Expr::Rows(_, rows) => rows.iter().flatten().collect(),
            Expr::And(parts) | Expr::Or(parts) | Expr::Call(_, parts) => parts.iter().collect(),
            Expr::Aggregate(aggregate) => aggregate.parts().collect(),
            Expr::Case(case) => case.parts().collect(),
            Expr::Subquery(it) => it.operands().iter().collect(),
            Expr::Association(_)
            | Expr::JoinedTo(_)
            | Expr::There(_)
            | Expr::Column(_)
            | Expr::Outer(..)
            | Expr::Place(..)
            | Expr::ColumnIs(..)
            | Expr::Param(_)
            | Expr::TypedParam(..)
            | Expr::Bool(_)
            | Expr::Null
            | Expr::Excluded(_)
            | Expr::KeyIn(..)
            | Expr::Raw(_)
            | Expr::TooDeep => SmallVec::new(),
        }
    }
}

/// An aggregate function of some rows.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// The function.
    pub function: Function,
    /// Whether equal arguments count once.
    pub distinct: bool,
    /// Its arguments.
    pub arguments: Vec<Expr>,
    /// `FILTER (WHERE ..)`
    pub filter: Option<Box<Expr>>,
    /// `OVER (..)`
    pub over: Option<Box<Window>>,
}

impl Aggregate {
    /// Over all rows.
    pub fn new(function: Function, arguments: Vec<Expr>) -> Self {
        Aggregate {
            function,
            distinct: false,
            arguments,
            filter: None,
            over: None,
        }
    }

    pub(super) fn parts(&self) -> impl Iterator<Item = &Expr> {
        let Aggregate {
            function: _,
            distinct: _,
            arguments,
            filter,
            over,
        } = self;
        let windows = over.iter().flat_map(|window| {
            let order = window.order_by.iter().map(|term| &term.expr);
            window.partition_by.iter().chain(order)
        });
        arguments.iter().chain(filter.as_deref()).chain(windows)
    }
}

/// The arms of a `CASE`.
#[derive(Debug, Clone)]
pub struct Case {
    /// `WHEN .. THEN ..`
    pub arms: Vec<(Expr, Expr)>,
    /// `ELSE ..`
    pub otherwise: Option<Box<Expr>>,
}

impl Case {
    pub(super) fn parts(&self) -> impl Iterator<Item = &Expr> {
        let arms = self.arms.iter().flat_map(|(when, then)| [when, then]);
        arms.chain(self.otherwise.as_deref())
    }
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `NOT x`
    Not,
    /// `-x`
    Negate,
    /// `x IS NULL`
    IsNull,
    /// `x IS NOT NULL`
    IsNotNull,
    /// `x IS NOT TRUE`
    IsNotTrue,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum BinaryOp {
    /// `=`
    Eq,
    /// `<>`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `IS DISTINCT FROM`
    IsDistinctFrom,
    /// `IS NOT DISTINCT FROM`
    IsNotDistinctFrom,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `%`
    Rem,
    /// `||`
    Concat,
    /// `LIKE`
    Like,
    /// `NOT LIKE`
    NotLike,
    /// `ILIKE`
    ILike,
    /// `NOT ILIKE`
    NotILike,
    /// `~`
    Matches,
    /// `!~`
    NotMatches,
    /// `~*`
    IMatches,
    /// `@>`
    Contains,
    /// `<@`
    ContainedBy,
    /// `&&`
    Overlaps,
    /// `-|-`
    Adjacent,
    /// `<<`
    StrictlyLeft,
    /// `>>`
    StrictlyRight,
    /// `+` of ranges
    RangeUnion,
    /// `*` of ranges
    RangeIntersection,
    /// `-` of ranges
    RangeDifference,
    /// `->`, or `#>` for a path
    JsonGet,
    /// `->>`
    JsonGetText,
    /// `#>`
    JsonPath,
    /// `#>>`
    JsonPathText,
    /// `?`
    HasKey,
    /// `?|`
    HasAnyKey,
    /// `?&`
    HasAllKeys,
    /// `@@`
    TextMatch,
    /// `%`: whether texts are alike
    Alike,
    /// `%>`: whether a part of a text is like another
    HasAlike,
    /// `<->`: how far apart values are
    Distance,
    /// `<=>`: one less the cosine between vectors
    CosineDistance,
    /// `<#>`: the inner product of vectors with its sign turned
    NegativeInnerProduct,
    /// `<+>`: the sum of the differences of vectors
    L1Distance,
    /// `<->>`: how far the nearest part of a text is from another
    PartDistance,
}

/// A test whether a join table pairs the innermost row with a key.
#[derive(Debug, Clone)]
pub struct JoinedTo {
    /// The join table.
    pub join: &'static JoinTable,
    /// Which of its rows are there.
    pub visible: Visible,
    /// The innermost table in scope.
    pub table: &'static TableDef,
    /// The columns the join table's target columns point at, as positions.
    pub columns: &'static [u16],
    /// The key in the join table's owner columns.
    pub key: Vec<Param>,
}

/// What is asked of the rows of a table that pass a test, whatever the innermost row is.
#[derive(Debug, Clone)]
pub struct There {
    /// The table.
    pub table: &'static TableDef,
    /// Which of its rows are there.
    pub visible: Visible,
    /// The test, of its columns alone.
    pub filter: Expr,
    /// What is asked.
    pub ask: ThereAsk,
}

/// What a [`There`] asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ThereAsk {
    /// Whether there is such a row.
    Exists,
    /// How many such rows there are.
    Count,
}

/// The rows an aggregate looks at beside its own.
#[derive(Debug, Clone, Default)]
pub struct Window {
    /// `PARTITION BY`
    pub partition_by: Vec<Expr>,
    /// `ORDER BY`
    pub order_by: Vec<OrderBy>,
}

/// A piece of a raw expression.
#[derive(Debug, Clone)]
pub enum RawPart {
    /// SQL text, written as given.
    Text(std::borrow::Cow<'static, str>),
    /// A bound value.
    Param(Param),
    /// A column of the innermost table, with its qualifier.
    Column(&'static ColumnDef),
    /// A column of a table that encloses the innermost one.
    Enclosing(&'static TableDef, &'static ColumnDef),
}

impl RawPart {
    fn is_column(&self) -> bool {
        matches!(self, RawPart::Column(_) | RawPart::Enclosing(..))
    }
}
