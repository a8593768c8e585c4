//! The same expressions as typed queries say them.

use std::cell::RefCell;

use orm::ast;
use orm::decode::Cursor;
use orm::model::{Associate, Association, Column};
use orm::prelude::*;
use orm::query::{
    Expr, Expression, Filter, Functions, IntoOperand, IntoOrder, Selection, case, holds, value,
};

use super::expression::{
    Calc, Cell, Compare, Cond, Count, Int, Operand, Pattern, Quantifier, Sure, SureText, Text,
    Value,
};
use super::world::Side;
use crate::models::{Author, Post, Tag};

/// What the models have in common.
pub(super) trait Node: Model {
    fn id() -> Column<Self, i32, orm::model::Unique>;
    fn number() -> Column<Self, Option<i32>>;
    fn amount() -> Column<Self, i32>;
    fn label() -> Column<Self, Option<String>>;
    fn title() -> Column<Self, String>;
    fn ask(side: Side, ask: Ask<'_>) -> Filter<Self>;
    fn count(count: &Count) -> Expr<Self, i64>;
    fn of_author(int: &Int) -> Expr<Self, Option<i32>>;
}

/// A question about the other side.
#[derive(Clone, Copy)]
pub(super) enum Ask<'c> {
    Quantified(Quantifier, &'c Cond),
    HasRows(bool),
}

macro_rules! nodes {
    ($($model:ident { $($side:ident: $association:ident),+ } $of_author:expr;)+) => {$(
        impl Node for $model {
            fn id() -> Column<Self, i32, orm::model::Unique> {
                $model::id
            }
            fn number() -> Column<Self, Option<i32>> {
                $model::number
            }
            fn amount() -> Column<Self, i32> {
                $model::amount
            }
            fn label() -> Column<Self, Option<String>> {
                $model::label
            }
            fn title() -> Column<Self, String> {
                $model::title
            }
            fn ask(side: Side, ask: Ask<'_>) -> Filter<Self> {
                match side {
                    $(Side::$side => self::ask($model::$association, ask),)+
                    _ => unreachable!("no such association"),
                }
            }
            fn count(count: &Count) -> Expr<Self, i64> {
                match count.side {
                    $(Side::$side => self::count($model::$association, count),)+
                    _ => unreachable!("no such association"),
                }
            }
            fn of_author(int: &Int) -> Expr<Self, Option<i32>> {
                let of_author: fn(&Int) -> Expr<Self, Option<i32>> = $of_author;
                of_author(int)
            }
        }
    )+};
}

nodes! {
    Author { Posts: posts } |_| unreachable!("an author has no author");
    Post { Author: author, Tags: tags } |it| Post::author.value(int::<Author>(it));
    Tag { Posts: posts } |_| unreachable!("a tag has no author");
}

fn ask<A: Associate>(association: Association<A>, ask: Ask<'_>) -> Filter<A::Owner>
where
    A::Target: Node,
{
    match ask {
        Ask::Quantified(Quantifier::Any, inner) => association.any(cond(inner)),
        Ask::Quantified(Quantifier::None, inner) => association.none(cond(inner)),
        Ask::Quantified(Quantifier::All, inner) => association.all(cond(inner)),
        Ask::HasRows(true) => association.exists(),
        Ask::HasRows(false) => association.is_empty(),
    }
}

fn count<A: Associate>(association: Association<A>, count: &Count) -> Expr<A::Owner, i64>
where
    A::Target: Node,
{
    match &count.of {
        Some(inner) => association.count_where(cond(inner)),
        None => association.count(),
    }
}

/// A number on the right of an operator: a constant or an expression.
struct Right(ast::Expr);

impl<M: Node> IntoOperand<M, i32> for Right {
    type Nulls = orm::query::MaybeNull;

    fn into_operand(self) -> ast::Expr {
        self.0
    }
}

fn operand<M: Node>(operand: &Operand) -> Right {
    Right(match operand {
        Operand::Constant(n) => IntoOperand::<M, i32>::into_operand(*n),
        Operand::Int(inner) => match &**inner {
            Int::Number => M::number().into_ast(),
            inner => int::<M>(inner).into_ast(),
        },
        Operand::Sure(inner) => sure::<M>(inner).into_ast(),
    })
}

pub(super) fn int<M: Node>(spec: &Int) -> Expr<M, Option<i32>> {
    match spec {
        Int::Number => M::number() + 0,
        Int::Calc(calc, left, right) => {
            let right = operand::<M>(right);
            // A column by itself has operators of its own.
            match (calc, &**left) {
                (Calc::Add, Int::Number) => M::number() + right,
                (Calc::Sub, Int::Number) => M::number() - right,
                (Calc::Add, left) => int::<M>(left) + right,
                (Calc::Sub, left) => int::<M>(left) - right,
                (Calc::Mul, left) => int::<M>(left) * right,
                (Calc::Div, left) => int::<M>(left) / right,
                (Calc::Rem, left) => int::<M>(left) % right,
            }
        }
        Int::Abs(inner) => int::<M>(inner).abs(),
        Int::Case(when, then, otherwise) => match &**then {
            Int::Number => case(cond(when), M::number(), operand::<M>(otherwise)),
            then => case(cond(when), int::<M>(then), operand::<M>(otherwise)),
        },
        Int::Length(inner) => match &**inner {
            Text::Label => M::label().char_length(),
            inner => text::<M>(inner).char_length(),
        },
        Int::OfAuthor(inner) => M::of_author(inner),
    }
}

pub(super) fn sure<M: Node>(spec: &Sure) -> Expr<M, i32> {
    match spec {
        Sure::Id => M::id() * 1,
        Sure::Amount => M::amount() - 0,
        Sure::Constant(n) => value(*n),
        Sure::Calc(calc, left, right) => {
            let (left, right) = (sure::<M>(left), sure::<M>(right));
            match calc {
                Calc::Add => left + right,
                Calc::Sub => left - right,
                Calc::Mul => left * right,
                Calc::Div => left / right,
                Calc::Rem => left % right,
            }
        }
        Sure::Coalesce(inner, otherwise) => int::<M>(inner).coalesce(sure::<M>(otherwise)),
    }
}

pub(super) fn text<M: Node>(spec: &Text) -> Expr<M, Option<String>> {
    match spec {
        Text::Label => M::label().concat(""),
        Text::Lower(inner) => text::<M>(inner).lower(),
        Text::Upper(inner) => text::<M>(inner).upper(),
        Text::Trim(inner) => text::<M>(inner).trim(),
        Text::Concat(inner, more) => text::<M>(inner).concat(more.as_str()),
        Text::WithTitle(inner) => text::<M>(inner).concat(M::title()),
        Text::Case(when, then, otherwise) => case(cond(when), text::<M>(then), otherwise.as_str()),
        Text::Digits(inner) => match &**inner {
            Int::Number => M::number().cast(),
            inner => int::<M>(inner).cast(),
        },
    }
}

pub(super) fn sure_text<M: Node>(spec: &SureText) -> Expr<M, String> {
    match spec {
        SureText::Title => M::title().concat(""),
        SureText::Coalesce(inner, otherwise) => text::<M>(inner).coalesce(otherwise.as_str()),
        SureText::Lower(inner) => match &**inner {
            SureText::Title => M::title().lower(),
            inner => sure_text::<M>(inner).lower(),
        },
    }
}

pub(super) fn compare<E, R>(left: E, op: Compare, right: R) -> Filter<E::Model>
where
    E: Expression,
    R: IntoOperand<E::Model, <E::Type as orm::types::ColumnType>::Base>,
{
    match op {
        Compare::Eq => left.eq(right),
        Compare::Ne => left.ne(right),
        Compare::Lt => left.lt(right),
        Compare::Le => left.le(right),
        Compare::Gt => left.gt(right),
        Compare::Ge => left.ge(right),
        Compare::Distinct => left.is_distinct_from(right),
        Compare::NotDistinct => left.is_not_distinct_from(right),
    }
}

fn matches<E>(left: E, pattern: Pattern, value: &str) -> Filter<E::Model>
where
    E: Expression,
    <E::Type as orm::types::ColumnType>::Base: orm::types::Textual,
{
    match pattern {
        Pattern::Like => left.like(value),
        Pattern::NotLike => left.not_like(value),
        Pattern::StartsWith => left.starts_with(value),
        Pattern::EndsWith => left.ends_with(value),
        Pattern::Contains => left.contains(value),
        Pattern::Icontains => left.icontains(value),
    }
}

pub(super) fn cond<M: Node>(spec: &Cond) -> Filter<M> {
    let all = |conds: &[Cond]| conds.iter().map(cond::<M>).collect::<Vec<_>>();
    match spec {
        Cond::Always => Filter::always(),
        Cond::Never => Filter::never(),
        Cond::Compare(Int::Number, op, right) => compare(M::number(), *op, operand::<M>(right)),
        Cond::Compare(left, op, right) => compare(int::<M>(left), *op, operand::<M>(right)),
        Cond::CompareSure(Sure::Id, op, right) => compare(M::id(), *op, operand::<M>(right)),
        Cond::CompareSure(Sure::Amount, op, right) => {
            compare(M::amount(), *op, operand::<M>(right))
        }
        Cond::CompareSure(left, op, right) => compare(sure::<M>(left), *op, operand::<M>(right)),
        Cond::Between(inner, low, high) => {
            int::<M>(inner).between(operand::<M>(low), operand::<M>(high))
        }
        Cond::In(Int::Number, list) => M::number().in_(list.clone()),
        Cond::In(inner, list) => int::<M>(inner).in_(list.clone()),
        Cond::NotIn(Int::Number, list) => M::number().not_in(list.clone()),
        Cond::NotIn(inner, list) => int::<M>(inner).not_in(list.clone()),
        Cond::IntNull(inner, true) => int::<M>(inner).is_null(),
        Cond::IntNull(inner, false) => int::<M>(inner).is_not_null(),
        Cond::TextNull(inner, true) => text::<M>(inner).is_null(),
        Cond::TextNull(inner, false) => text::<M>(inner).is_not_null(),
        Cond::TextIs(Text::Label, op, value) => compare(M::label(), *op, value.as_str()),
        Cond::TextIs(inner, op, value) => compare(text::<M>(inner), *op, value.as_str()),
        Cond::TextIsTitle(inner, op) => compare(text::<M>(inner), *op, M::title()),
        Cond::Like(inner, pattern, value) => matches(text::<M>(inner), *pattern, value),
        Cond::LikeSure(inner, pattern, value) => matches(sure_text::<M>(inner), *pattern, value),
        // The two ways to join conditions.
        Cond::And(conds) if conds.len() == 2 => cond(&conds[0]) & cond(&conds[1]),
        Cond::Or(conds) if conds.len() == 2 => cond(&conds[0]) | cond(&conds[1]),
        Cond::And(conds) => Filter::all_of(all(conds)),
        Cond::Or(conds) => Filter::any_of(all(conds)),
        Cond::Not(inner) => cond(inner).not(),
        Cond::NotTrue(inner) => cond(inner).is_not_true(),
        Cond::Quantified(side, quantifier, inner) => {
            M::ask(*side, Ask::Quantified(*quantifier, inner))
        }
        Cond::HasRows(side, wanted) => M::ask(*side, Ask::HasRows(*wanted)),
        Cond::CountIs(count, op, n) => compare(M::count(count), *op, *n),
    }
}

/// An expression of any type, with the way its values are read.
#[derive(Clone)]
pub(super) struct Shown {
    ast: ast::Expr,
    read: fn(&mut Cursor<'_>) -> orm::Result<Cell>,
}

impl Shown {
    pub(super) fn of<E>(expr: E) -> Shown
    where
        E: Expression,
        E::Type: Into<Cell>,
    {
        Shown {
            ast: expr.into_ast(),
            read: |row| Ok(row.take::<E::Type>()?.into()),
        }
    }

    /// As a term of an order, or of what is grouped by.
    pub(super) fn term(self, descending: bool, nulls: ast::Nulls) -> ast::OrderBy {
        ast::OrderBy {
            expr: self.ast,
            descending,
            nulls,
            sorted: None,
        }
    }
}

/// Any number of terms.
#[derive(Clone)]
pub(super) struct Terms(pub(super) Vec<ast::OrderBy>);

impl<M> IntoOrder<M> for Terms {
    fn push_to(self, order: &mut Vec<ast::OrderBy>) {
        order.extend(self.0);
    }
}

pub(super) fn shown<M: Node>(spec: &Value) -> Shown {
    match spec {
        Value::Int(Int::Number) => Shown::of(M::number()),
        Value::Sure(Sure::Id) => Shown::of(M::id()),
        Value::Sure(Sure::Amount) => Shown::of(M::amount()),
        Value::Text(Text::Label) => Shown::of(M::label()),
        Value::SureText(SureText::Title) => Shown::of(M::title()),
        Value::Int(inner) => Shown::of(int::<M>(inner)),
        Value::Sure(inner) => Shown::of(sure::<M>(inner)),
        Value::Text(inner) => Shown::of(text::<M>(inner)),
        Value::SureText(inner) => Shown::of(sure_text::<M>(inner)),
        Value::Cond(inner) => Shown::of(holds(cond::<M>(inner))),
        Value::Count(inner) => Shown::of(M::count(inner)),
    }
}

/// Any number of values: what a program says with a tuple.
pub(super) struct Columns(pub(super) Vec<Shown>);

thread_local! {
    /// How the values of the query at hand are read.
    static READ: RefCell<Vec<fn(&mut Cursor<'_>) -> orm::Result<Cell>>> =
        const { RefCell::new(Vec::new()) };
}

impl<M: Model> Selection<M> for Columns {
    type Row = Vec<Cell>;

    fn push_to(self, exprs: &mut Vec<ast::Expr>) {
        READ.set(self.0.iter().map(|shown| shown.read).collect());
        exprs.extend(self.0.into_iter().map(|shown| shown.ast));
    }

    // What stands beside whole rows has types; these are values alone.
    fn types(_: &mut Vec<orm::schema::SqlType>) {}

    fn decode(row: &mut Cursor<'_>) -> orm::Result<Vec<Cell>> {
        READ.with_borrow(|read| read.iter().map(|read| read(row)).collect())
    }
}
