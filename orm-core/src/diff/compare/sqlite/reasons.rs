//! What makes it necessary to make a table anew.

use crate::ddl::blueprint::{Column, Constraint, Rule, Table};
use crate::ddl::is_added_by_sqlite;
use crate::ddl::live::Relation;
use crate::ddl::token;

/// What `ALTER TABLE` cannot do, in words: `drop column price`.
///
/// `names_stay` says whether nothing gets another name beside.
pub(super) fn of(now: &Relation, wanted: &Table, names_stay: bool) -> Vec<String> {
    let mut found = Vec::new();
    if !now.definition.strict {
        found.push("make it STRICT".to_owned());
    }
    columns(&now.table, wanted, names_stay, &mut found);
    constraints(&now.table, wanted, &mut found);
    uniques(now, wanted, &mut found);
    found
}

/// The constraints that a new column brings with it.
pub(super) fn of_column<'t>(
    wanted: &'t Table,
    column: &str,
) -> impl Iterator<Item = &'t Constraint> {
    let belongs = move |rule: &Rule| match rule {
        Rule::Check { column: own, .. } => own.as_deref() == Some(column),
        Rule::ForeignKey(key) => key.columns == [column],
        Rule::PrimaryKey(_) | Rule::Unique { .. } | Rule::Exclude(_) => false,
    };
    wanted
        .constraints
        .iter()
        .filter(move |it| belongs(&it.rule))
}

fn columns(now: &Table, wanted: &Table, names_stay: bool, found: &mut Vec<String>) {
    for column in &wanted.columns {
        let name = &column.name;
        match now.column(name) {
            // Taking a key back makes the table as it was, for which nothing may have
            // another name by then.
            None if is_added_by_sqlite(wanted, column) && (names_stay || !is_key(wanted, name)) => {
            }
            None => found.push(format!("add column {name}")),
            Some(own) => {
                let changed = aspects(own, column);
                found.extend(changed.map(|what| format!("{what} of column {name}")));
            }
        }
    }
    let gone = now.columns.iter();
    for column in gone.filter(|it| wanted.column(&it.name).is_none()) {
        found.push(format!("drop column {}", column.name));
    }
}

fn is_key(table: &Table, column: &String) -> bool {
    table
        .foreign_keys()
        .any(|(_, key)| key.columns.contains(column))
}

fn aspects(now: &Column, wanted: &Column) -> impl Iterator<Item = &'static str> {
    let same = |now: &Option<String>, wanted: &Option<String>| match (now, wanted) {
        (None, None) => true,
        (Some(now), Some(wanted)) => token::same(now, wanted),
        // `DEFAULT NULL` says nothing.
        (Some(one), None) | (None, Some(one)) => one.eq_ignore_ascii_case("null"),
    };
    let changed = [
        (now.kind != wanted.kind).then_some("another type"),
        (now.nullable && !wanted.nullable).then_some("NOT NULL"),
        (!now.nullable && wanted.nullable).then_some("no NOT NULL"),
        (now.identity != wanted.identity).then_some("other numbering"),
        (!same(&now.default, &wanted.default)).then_some("another default"),
        (!same(&now.generated, &wanted.generated)).then_some("another expression"),
    ];
    changed.into_iter().flatten()
}

fn constraints(now: &Table, wanted: &Table, found: &mut Vec<String>) {
    let with_column = |constraint: &Constraint| {
        let mut new = wanted.columns.iter();
        new.any(|it| {
            now.column(&it.name).is_none()
                && of_column(wanted, &it.name).any(|own| own == constraint)
        })
    };
    for constraint in wanted.constraints.iter().filter(|it| !with_column(it)) {
        if !now.constraints.iter().any(|it| same(it, constraint)) {
            found.push(format!("add constraint {}", constraint.name));
        }
    }
    for constraint in &now.constraints {
        if !wanted.constraints.iter().any(|it| same(constraint, it)) {
            found.push(format!("drop constraint {}", constraint.name));
        }
    }
}

/// The name of a check is what a violation says; nothing says that of a key.
fn same(now: &Constraint, wanted: &Constraint) -> bool {
    match (&now.rule, &wanted.rule) {
        (
            Rule::Check {
                condition: now_says,
                ..
            },
            Rule::Check {
                condition: wanted_says,
                ..
            },
        ) => now.name == wanted.name && token::same(now_says, wanted_says),
        (now, wanted) => now == wanted,
    }
}

/// A unique constraint is no index that could be dropped.
fn uniques(now: &Relation, wanted: &Table, found: &mut Vec<String>) {
    for name in &now.definition.uniques {
        let index = now.table.indexes.iter().find(|it| it.name == *name);
        let is_wanted = index.is_some_and(|index| {
            let mut all = wanted.indexes.iter();
            all.any(|it| super::is_for(it, index))
        });
        if !is_wanted {
            found.push(format!("drop unique constraint {name}"));
        }
    }
}
