//! What is behind a place, beside a comparison of rows in the program.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::*;
use crate::schema::{ColumnDef, SqlType};
use crate::types::Sorted;

static COLUMNS: [ColumnDef; 3] = [
    ColumnDef::new("0", "a", SqlType::Int4),
    ColumnDef::new("1", "b", SqlType::Int4),
    ColumnDef::new("2", "c", SqlType::Int4),
];

/// What a term says: whether it is descending and may be NULL, and where NULLs go.
type Said = (bool, bool, Nulls);

fn term(at: usize, (descending, nullable, nulls): Said) -> OrderBy {
    OrderBy {
        expr: Expr::Column(&COLUMNS[at]),
        descending,
        nulls,
        sorted: Some(match nullable {
            true => Sorted::of::<Option<i32>>(),
            false => Sorted::of::<i32>(),
        }),
    }
}

type Row = [Option<i32>; 3];

fn value(expr: &Expr, row: &Row) -> Option<i32> {
    match expr {
        Expr::Column(column) => row[column.name.parse::<usize>().unwrap()],
        Expr::Param(Param::Int4(value)) => Some(*value),
        Expr::Param(Param::Null) => None,
        other => panic!("no value: {other:?}"),
    }
}

fn compared(op: BinaryOp, order: Ordering) -> bool {
    match op {
        BinaryOp::Eq => order.is_eq(),
        BinaryOp::Lt => order.is_lt(),
        BinaryOp::Le => order.is_le(),
        BinaryOp::Gt => order.is_gt(),
        BinaryOp::Ge => order.is_ge(),
        other => panic!("{other:?}"),
    }
}

/// As SQL has it; `None` is unknown.
fn holds(expr: &Expr, row: &Row) -> Option<bool> {
    let decided = |parts: &[Expr], by: bool| {
        let parts: Vec<_> = parts.iter().map(|part| holds(part, row)).collect();
        match parts.contains(&Some(by)) {
            true => Some(by),
            false if parts.contains(&None) => None,
            false => Some(!by),
        }
    };
    match expr {
        Expr::Bool(value) => Some(*value),
        Expr::And(parts) => decided(parts, false),
        Expr::Or(parts) => decided(parts, true),
        Expr::Unary(UnaryOp::IsNull, operand) => Some(value(operand, row).is_none()),
        Expr::Unary(UnaryOp::IsNotNull, operand) => Some(value(operand, row).is_some()),
        Expr::ColumnIs(column, other) => {
            let column = value(&Expr::Column(column), row)?;
            Some(column == value(&Expr::Param(other.clone()), row)?)
        }
        Expr::Binary(op, operands) => {
            let order = value(&operands[0], row)?.cmp(&value(&operands[1], row)?);
            Some(compared(*op, order))
        }
        Expr::Rows(op, rows) => {
            for (left, right) in rows[0].iter().zip(&rows[1]) {
                let order = value(left, row)?.cmp(&value(right, row)?);
                if order.is_ne() {
                    return Some(compared(*op, order));
                }
            }
            Some(compared(*op, Ordering::Equal))
        }
        other => panic!("no condition: {other:?}"),
    }
}

fn order(terms: &[OrderBy], left: &Row, right: &Row) -> Ordering {
    let each = terms.iter().zip(left.iter().zip(right));
    let each = each.map(|(term, (left, right))| match (left, right) {
        (Some(left), Some(right)) if term.descending => right.cmp(left),
        (Some(left), Some(right)) => left.cmp(right),
        (None, None) => Ordering::Equal,
        (None, Some(_)) if nulls_are_last(term) => Ordering::Greater,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) if nulls_are_last(term) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
    });
    each.fold(Ordering::Equal, Ordering::then)
}

fn said() -> impl Strategy<Value = Said> {
    let nulls = prop::sample::select(vec![Nulls::Default, Nulls::First, Nulls::Last]);
    (any::<bool>(), any::<bool>(), nulls)
}

fn row() -> impl Strategy<Value = Row> {
    prop::array::uniform3(prop::option::of(0..3_i32))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn behind_a_place_is_what_is_sorted_behind_it(
        said in prop::collection::vec(said(), 1..4),
        mut place in row(),
        mut rows in prop::collection::vec(row(), 30),
        at_it: bool,
        backwards: bool,
    ) {
        for (at, (_, nullable, _)) in said.iter().enumerate() {
            for row in rows.iter_mut().chain([&mut place]) {
                if !nullable {
                    row[at].get_or_insert(1);
                }
            }
        }
        let mut terms: Vec<_> = (0..).zip(said).map(|(at, said)| term(at, said)).collect();
        if backwards {
            terms = reversed(&terms);
        }
        let values: Vec<_> = place[..terms.len()]
            .iter()
            .map(|value| value.map_or(Param::Null, Param::Int4))
            .collect();
        let condition = behind(&terms, &values, at_it);
        for row in rows.iter().chain([&place]) {
            let order = order(&terms, row, &place);
            let is_behind = order.is_gt() || (at_it && order.is_eq());
            prop_assert_eq!(holds(&condition, row) == Some(true), is_behind, "{:?} {:?}", row, condition);
        }
    }
}
