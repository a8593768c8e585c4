//! What a condition comes to whatever the row is: true by an empty list, say.

use super::{AssociationAsk, AssociationTest, BinaryOp, Expr, Function, UnaryOp};
use crate::types::Param;

impl Expr {
    /// Whether the condition is true for every row by the way it is built: it
    /// holds no test, or the lists it tests against are empty.
    ///
    /// A bound truth value does not count: with it `all_rows` says that every row
    /// is meant.
    pub fn is_always_true(&self) -> bool {
        self.constant() == Some(true)
    }

    /// The one truth value that the condition has for every row, if it is known to
    /// have one.
    fn constant(&self) -> Option<bool> {
        match self {
            Expr::Bool(value) => Some(*value),
            Expr::Unary(op, operand) => unary(*op, operand),
            Expr::Binary(op, operands) => binary(*op, &operands[0], &operands[1]),
            Expr::EqAny(parts) => is_empty(&parts[1]).then_some(false),
            Expr::NeAll(parts) => is_empty(&parts[1]).then_some(true),
            Expr::KeyIn(_, _, keys) => keys.iter().any(is_empty_array).then_some(false),
            Expr::And(parts) => decided(parts, false),
            Expr::Or(parts) => decided(parts, true),
            Expr::Call(Function::Coalesce, arguments) => arguments.first()?.constant(),
            Expr::Case(it) => case(&it.arms, it.otherwise.as_deref()),
            Expr::Association(test) => rows(test),
            Expr::Column(_)
            | Expr::Param(_)
            | Expr::TypedParam(..)
            | Expr::Null
            | Expr::ColumnIs(..)
            | Expr::Between(_)
            | Expr::Call(..)
            | Expr::Aggregate(_)
            | Expr::Cast(..)
            | Expr::JoinedTo(_)
            | Expr::There(_)
            | Expr::Outer(..)
            | Expr::Place(..)
            | Expr::Subquery(_)
            | Expr::Excluded(_)
            | Expr::Raw(_)
            | Expr::Rows(..)
            | Expr::TooDeep => None,
        }
    }
}

/// Of parts one of which decides all by being `decisive`.
fn decided(parts: &[Expr], decisive: bool) -> Option<bool> {
    let mut all_known = true;
    for part in parts {
        match part.constant() {
            Some(value) if value == decisive => return Some(decisive),
            Some(_) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(!decisive)
}

fn unary(op: UnaryOp, operand: &Expr) -> Option<bool> {
    let value = operand.constant()?;
    match op {
        UnaryOp::Not | UnaryOp::IsNotTrue => Some(!value),
        UnaryOp::IsNull => Some(false),
        UnaryOp::IsNotNull => Some(true),
        UnaryOp::Negate => None,
    }
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr) -> Option<bool> {
    // `@> '{}'` holds for every array, `&& '{}'` for none. Of NULL both are unknown.
    if let Expr::Column(column) = left
        && !column.nullable
        && is_empty(right)
    {
        match op {
            BinaryOp::Contains | BinaryOp::HasAllKeys => return Some(true),
            BinaryOp::Overlaps | BinaryOp::HasAnyKey => return Some(false),
            _ => {}
        }
    }
    let compared = |expr: &Expr| match expr {
        Expr::Param(Param::Bool(value)) => Some(*value),
        other => other.constant(),
    };
    let (left, right) = (compared(left)?, compared(right)?);
    match op {
        BinaryOp::Eq | BinaryOp::IsNotDistinctFrom => Some(left == right),
        BinaryOp::Ne | BinaryOp::IsDistinctFrom => Some(left != right),
        _ => None,
    }
}

fn case(arms: &[(Expr, Expr)], otherwise: Option<&Expr>) -> Option<bool> {
    for (when, then) in arms {
        match when.constant() {
            Some(true) => return then.constant(),
            Some(false) => {}
            None => return None,
        }
    }
    otherwise?.constant()
}

/// No row passes a condition that is false of every row.
fn rows(test: &AssociationTest) -> Option<bool> {
    let passes = test.last.filter.as_ref()?.constant()?;
    match test.ask {
        AssociationAsk::Exists if !passes => Some(false),
        AssociationAsk::NotExists if !passes => Some(true),
        _ => None,
    }
}

fn is_empty(list: &Expr) -> bool {
    matches!(list, Expr::Param(list) if is_empty_array(list))
}

fn is_empty_array(list: &Param) -> bool {
    matches!(list, Param::Other(list) if list.element_count() == Some(0))
}
