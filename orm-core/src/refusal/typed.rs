//! What a column's type in the database cannot be asked, where the type of its
//! field does not tell.

use super::{Judged, Problem};
use crate::ast::{AssociationAsk, BinaryOp, Expr, Function, SubqueryAsk, TimeUnit};
use crate::schema::{ColumnDef, SqlType, TableDef};

/// Refuses an operator or a function that the server does not have for a column.
/// The parts of the expression are judged by themselves.
pub(super) fn judge(table: &'static TableDef, expr: &Expr) -> Judged {
    match expr {
        Expr::ColumnIs(column, _) if is_document(column) => Err(no_equality(table, column)),
        Expr::Binary(op, operands) if asks_equality(*op) => all(table, &operands[..]),
        Expr::EqAny(operands) | Expr::NeAll(operands) => all(table, &operands[..]),
        Expr::Between(operands) => all(table, &operands[..]),
        Expr::Call(Function::Extract(unit), arguments) => {
            let mut columns = arguments.iter().filter_map(column_of);
            match columns.find(|column| column.sql_type == SqlType::Time) {
                Some(column) if !is_of_a_day(*unit) => Err(Problem::new(
                    table,
                    format!(
                        "`{}` is a time of day, which has hours, minutes and seconds and no longer unit",
                        column.field
                    ),
                )),
                _ => Ok(()),
            }
        }
        _ => Ok(()),
    }
}

/// Refuses an expression whose values the server cannot compare.
pub(super) fn has_equality(table: &'static TableDef, expr: &Expr) -> Judged {
    match column_of(expr) {
        Some(column) if is_document(column) => Err(no_equality(table, column)),
        _ => Ok(()),
    }
}

/// Refuses rows of a table that the server cannot compare as a whole.
pub(super) fn rows_have_equality(table: &'static TableDef) -> Judged {
    match table.columns.iter().find(|column| is_document(column)) {
        Some(column) => Err(no_equality(table, column)),
        None => Ok(()),
    }
}

fn all(table: &'static TableDef, operands: &[Expr]) -> Judged {
    let mut operands = operands.iter();
    operands.try_for_each(|operand| has_equality(table, operand))
}

/// `json` is kept as written: two spellings of one document are not equal, and
/// the server does not try.
fn is_document(column: &ColumnDef) -> bool {
    matches!(
        column.sql_type,
        SqlType::Json | SqlType::Array(SqlType::Json)
    )
}

fn no_equality(table: &TableDef, column: &ColumnDef) -> Problem {
    Problem::new(
        table,
        format!(
            "`{}` is a `json` column, which the server does not compare, sort or search: declare it \
             `jsonb`, or ask `.cast::<serde_json::Value>()` of it",
            column.field
        ),
    )
}

/// The column whose values, or parts of them, the expression has.
fn column_of(expr: &Expr) -> Option<&'static ColumnDef> {
    match expr {
        Expr::Column(column) => Some(column),
        Expr::Binary(BinaryOp::JsonPath, operands) => column_of(&operands[0]),
        Expr::Call(Function::Coalesce, arguments) => arguments.first().and_then(column_of),
        Expr::Case(case) => case.arms.first().and_then(|(_, value)| column_of(value)),
        Expr::Outer(_, column) => Some(column),
        Expr::Subquery(it) => match it.ask {
            SubqueryAsk::Value => it.value().and_then(column_of),
            SubqueryAsk::Exists | SubqueryAsk::IsAmong(_) => None,
        },
        Expr::Association(test) => match &test.ask {
            AssociationAsk::Value(value) => column_of(value),
            _ => None,
        },
        _ => None,
    }
}

fn asks_equality(op: BinaryOp) -> bool {
    !matches!(
        op,
        BinaryOp::JsonGet
            | BinaryOp::JsonGetText
            | BinaryOp::JsonPath
            | BinaryOp::JsonPathText
            | BinaryOp::Concat
    )
}

fn is_of_a_day(unit: TimeUnit) -> bool {
    matches!(
        unit,
        TimeUnit::Microseconds
            | TimeUnit::Milliseconds
            | TimeUnit::Second
            | TimeUnit::Minute
            | TimeUnit::Hour
    )
}
