//! What is in reach where it is named: columns of the rows around, and queries that go by
//! a name.

use super::{Judged, Problem};
use crate::ast::{Expr, Follow, Include, RawPart, Select, Visible};
use crate::schema::{ColumnDef, JoinTable, TableDef, TableKind, TableName};

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
        if said.any(|it| hides(it.table, &table.name)) {
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
        let judged = of_include(select.table, include, scope);
        scope.around = around;
        judged
    })
}

/// Refuses what is to be loaded for rows that are there, with something that is not in reach.
pub(super) fn include(include: &Include) -> Judged {
    of_include(include.select.table, include, &mut Scope::default())
}

fn of_include(owner: &'static TableDef, include: &Include, scope: &mut Scope) -> Judged {
    if let Some(join) = &include.association.through {
        join_rows(owner, join, &include.joined, scope)?;
    }
    if let Some(table) = include.join_model() {
        let mut order = include.join_order.iter();
        order.try_for_each(|it| expr(table, &it.term.expr, scope))?;
    }
    query(&include.select, scope)
}

/// The same of the join rows that lead from row to row.
pub(super) fn followed(follow: &Follow) -> Judged {
    let Some(join) = &follow.association.through else {
        return Ok(());
    };
    let named = follow.named.iter().map(|it| Said {
        table: it.table,
        is_known: true,
    });
    let mut scope = Scope {
        around: Vec::new(),
        named: named.collect(),
    };
    join_rows(follow.table, join, &follow.joined, &mut scope)
}

/// Refuses a join table whose name stands for others, and what is asked of its rows with
/// something that is not in reach.
fn join_rows(
    owner: &'static TableDef,
    join: &'static JoinTable,
    visible: &Visible,
    scope: &mut Scope,
) -> Judged {
    if let Some(it) = scope.hiding(&join.name) {
        let whose = format!("its join table `{}`", join.name.name);
        return Err(hidden(owner, &whose, it.table));
    }
    let mut tests = visible.tests();
    join.table.map_or(Ok(()), |table| {
        tests.try_for_each(|it| expr(table(), it, scope))
    })
}

/// Refuses an expression over rows of a table with something that is not in reach.
pub(super) fn expr(table: &'static TableDef, it: &Expr, scope: &mut Scope) -> Judged {
    match it {
        Expr::Outer(of, column) => scope.has_around(of, column)?,
        Expr::Raw(parts) => {
            let mut around = parts.iter().filter_map(|part| match part {
                RawPart::Enclosing(of, column) => Some((*of, *column)),
                _ => None,
            });
            around.try_for_each(|(of, column)| scope.has_around(of, column))?;
        }
        Expr::JoinedTo(test) => join_rows(table, test.join, &test.visible, scope)?,
        Expr::Subquery(it) => match it.owner {
            Some(_) => scope.inside(table, |scope| query(&it.select, scope))?,
            None => query(&it.select, scope)?,
        },
        Expr::Association(test) => {
            let target = test.last.target();
            let mut steps = test.steps();
            steps.try_for_each(|step| scope.reads(step.target()))?;
            scope.inside(table, |scope| {
                for step in test.steps() {
                    if let Some(join) = &step.association.through {
                        join_rows(step.owner, join, &step.joined, scope)?;
                    }
                }
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

    /// Refuses a column of a table whose rows are not around.
    fn has_around(&self, of: &'static TableDef, column: &ColumnDef) -> Judged {
        match self.around.iter().any(|it| it.name == of.name) {
            true => Ok(()),
            false => Err(nowhere(of, column)),
        }
    }

    /// The query that a name means here, if it is that of one.
    fn hiding(&self, name: &TableName) -> Option<&Said> {
        let mut said = self.named.iter().rev();
        said.find(|it| hides(it.table, name))
    }

    /// Refuses a named query that has no rows here, and a table whose name stands for others.
    fn reads(&self, table: &'static TableDef) -> Judged {
        match (table.kind, self.hiding(&table.name)) {
            (TableKind::NamedQuery, Some(it)) if it.is_known && it.table.model == table.model => {
                Ok(())
            }
            (TableKind::NamedQuery, _) => Err(unsaid(table)),
            (_, None) => Ok(()),
            (_, Some(it)) => Err(hidden(table, "its table", it.table)),
        }
    }
}

/// Whether the name of a named query means it where a table is read. SQLite takes letters
/// that differ in case alone for one.
fn hides(named: &TableDef, name: &TableName) -> bool {
    name.schema.is_none() && named.name.name.eq_ignore_ascii_case(name.name)
}

fn hidden(table: &TableDef, whose: &str, by: &TableDef) -> Problem {
    let by = by.model;
    Problem::new(
        table,
        format!(
            "{whose} has the name of the named query {by}, which hides it: give that one another, \
             `#[model(named_query, table = \"..\")]`"
        ),
    )
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
