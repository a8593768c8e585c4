//! What is in reach where it is named: columns of the rows around, and queries that go by
//! a name.

use super::{Judged, Problem};
use crate::ast::{Expr, Select};
use crate::schema::{ColumnDef, TableDef, TableKind};

/// What is in reach of an expression.
#[derive(Default)]
pub(super) struct Scope {
    /// The tables around it, outermost first.
    around: Vec<&'static TableDef>,
    /// The queries that have a name, and one that is about to get it.
    named: Vec<Said>,
}

struct Said {
    table: &'static TableDef,
    /// Whether it can be read: not by itself.
    is_known: bool,
}

/// Refuses a query with something that is not in reach.
pub(super) fn query(select: &Select, scope: &mut Scope) -> Judged {
    let before = scope.named.len();
    let judged = names(select, scope).and_then(|()| parts(select, scope));
    scope.named.truncate(before);
    judged
}

/// The queries that get a name, each in reach of those behind it.
fn names(select: &Select, scope: &mut Scope) -> Judged {
    let before = scope.named.len();
    for named in &select.named {
        let table = named.table;
        let mut said = scope.named[before..].iter();
        if said.any(|it| hides(it.table, table)) {
            let words = "its rows are said twice: leave one `.with::<..>(..)` out";
            return Err(Problem::new(table, words));
        }
        scope.named.push(Said {
            table,
            is_known: false,
        });
        query(&named.rows, scope)?;
        if let Some(said) = scope.named.last_mut() {
            said.is_known = true;
        }
    }
    Ok(())
}

fn parts(select: &Select, scope: &mut Scope) -> Judged {
    for from in select.sources() {
        query(from, scope)?;
    }
    if select.from.is_none() {
        scope.reads(select.table)?;
    }
    let mut exprs = select.exprs();
    exprs.try_for_each(|it| expr(select.table, it, scope))?;
    select.includes.iter().try_for_each(|include| {
        // Rows of an include are not inside those that they belong to.
        let around = std::mem::take(&mut scope.around);
        let judged = query(&include.select, scope);
        scope.around = around;
        judged
    })
}

/// Refuses an expression over rows of a table with something that is not in reach.
pub(super) fn expr(table: &'static TableDef, it: &Expr, scope: &mut Scope) -> Judged {
    match it {
        Expr::Outer(of, column) if !scope.around.iter().any(|it| it.name == of.name) => {
            return Err(nowhere(of, column));
        }
        Expr::Subquery(it) => scope.inside(table, |scope| query(&it.select, scope))?,
        Expr::Association(test) => {
            let target = test.last.target();
            let mut steps = test.steps();
            steps.try_for_each(|step| scope.reads(step.target()))?;
            scope.inside(table, |scope| {
                let mut conditions = test.conditions();
                conditions.try_for_each(|(table, it)| expr(table, it, scope))?;
                let mut asked = test.order().chain(test.ask.parts());
                asked.try_for_each(|it| expr(target, it, scope))
            })?;
        }
        _ => {}
    }
    let parts = it.parts();
    parts.iter().try_for_each(|part| expr(table, part, scope))
}

impl Scope {
    fn inside(
        &mut self,
        table: &'static TableDef,
        judge: impl FnOnce(&mut Scope) -> Judged,
    ) -> Judged {
        self.around.push(table);
        let judged = judge(self);
        self.around.pop();
        judged
    }

    /// Refuses a named query that has no rows here, and a table whose name stands for others.
    fn reads(&self, table: &'static TableDef) -> Judged {
        let mut said = self.named.iter().rev();
        let found = said.find(|it| hides(it.table, table));
        match (table.kind, found) {
            (TableKind::NamedQuery, Some(it)) if it.is_known && it.table.model == table.model => {
                Ok(())
            }
            (TableKind::NamedQuery, _) => Err(unsaid(table)),
            (_, None) => Ok(()),
            (_, Some(it)) => Err(Problem::new(
                table,
                format!(
                    "its table has the name of the named query {}, which hides it: give that one \
                     another, `#[model(named_query, table = \"..\")]`",
                    it.table.model
                ),
            )),
        }
    }
}

/// Whether the name of a named query means it where a table is read. SQLite takes letters
/// that differ in case alone for one.
fn hides(named: &TableDef, table: &TableDef) -> bool {
    table.name.schema.is_none() && named.name.name.eq_ignore_ascii_case(table.name.name)
}

fn unsaid(table: &TableDef) -> Problem {
    let model = table.model;
    Problem::new(
        table,
        format!("a named query has the rows that are said before: `.with::<{model}>(..)`"),
    )
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
