//! Columns of the rows around, where there are none.

use super::{Judged, Problem};
use crate::ast::{Expr, Select};
use crate::schema::{ColumnDef, TableDef};

/// The tables around an expression, outermost first.
pub(super) type Around = Vec<&'static TableDef>;

/// Refuses a query with a column of rows that are not around it.
pub(super) fn query(select: &Select, around: &mut Around) -> Judged {
    for from in select.sources() {
        query(from, around)?;
    }
    let mut exprs = select.exprs();
    exprs.try_for_each(|it| expr(select.table, it, around))?;
    let mut includes = select.includes.iter();
    includes.try_for_each(|include| query(&include.select, &mut Around::new()))
}

/// Refuses an expression over rows of a table with such a column.
pub(super) fn expr(table: &'static TableDef, it: &Expr, around: &mut Around) -> Judged {
    match it {
        Expr::Outer(of, column) if !around.iter().any(|it| it.name == of.name) => {
            return Err(nowhere(of, column));
        }
        Expr::Subquery(it) => inside(table, around, |around| query(&it.select, around))?,
        Expr::Association(test) => {
            let target = (test.association.target)();
            inside(table, around, |around| {
                let mut conditions = test.conditions();
                conditions.try_for_each(|(table, it)| expr(table, it, around))?;
                let mut asked = test.ask.parts();
                asked.try_for_each(|it| expr(target, it, around))
            })?;
        }
        _ => {}
    }
    let parts = it.parts();
    parts.iter().try_for_each(|part| expr(table, part, around))
}

fn inside(
    table: &'static TableDef,
    around: &mut Around,
    judge: impl FnOnce(&mut Around) -> Judged,
) -> Judged {
    around.push(table);
    let judged = judge(around);
    around.pop();
    judged
}

fn nowhere(table: &TableDef, column: &ColumnDef) -> Problem {
    Problem::new(
        table,
        format!(
            "`outer({}::{})` is not inside a query of {}: `outer` names a column of the rows around a \
             subquery, or around a condition on an association",
            table.model, column.field, table.model
        ),
    )
}
