//! The part of a database that models can say: what no field can stand for is left
//! out before anything has a name, and told.

use std::collections::BTreeSet;

use orm_core::ddl::Blueprint;
use orm_core::ddl::blueprint::{Index, Rule, Table, Term};
use orm_core::ddl::unsaid;
use orm_core::schema::Backend;

use super::notice::{Matter, Notice};

/// The same without columns that no type reads, and without what is over them.
pub(super) fn of(blueprint: &Blueprint, notices: &mut Vec<Notice>) -> Blueprint {
    let mut blueprint = blueprint.clone();
    for table in &mut blueprint.tables {
        leave_out(table, notices);
    }
    blueprint
}

fn leave_out(table: &mut Table, notices: &mut Vec<Notice>) {
    let key: Vec<String> = unsaid::primary_key(table).to_vec();
    // A table whose key cannot be read has no model at all.
    let bad = table
        .columns
        .iter()
        .filter(|it| !key.contains(&it.name) && unsaid::is_unreadable(Backend::Postgres, it));
    let gone: BTreeSet<String> = bad.map(|it| it.name.clone()).collect();
    if gone.is_empty() {
        return;
    }
    let about = table.name.clone();
    let mut told = |matter| notices.push(Notice::new(&about, matter));
    for column in table.columns.iter().filter(|it| gone.contains(&it.name)) {
        told(Matter::ColumnType {
            column: column.name.clone(),
            kind: column.kind.to_string(),
        });
    }
    for index in table.indexes.iter().filter(|it| is_over(it, &gone)) {
        told(Matter::Index {
            name: index.name.clone(),
            reason: unsaid::IndexReason::Column,
        });
    }
    for constraint in table.constraints.iter().filter(|it| rules(&it.rule, &gone)) {
        told(Matter::Constraint(constraint.name.clone()));
    }
    table.columns.retain(|it| !gone.contains(&it.name));
    table.indexes.retain(|it| !is_over(it, &gone));
    table.constraints.retain(|it| !rules(&it.rule, &gone));
}

fn in_text(text: &str, gone: &BTreeSet<String>) -> bool {
    gone.iter().any(|column| unsaid::mentions(text, column))
}

fn is_over(index: &Index, gone: &BTreeSet<String>) -> bool {
    let in_parts = index.parts.iter().any(|it| match &it.term {
        Term::Column(name) => gone.contains(name),
        Term::Expression(text) => in_text(text, gone),
    });
    in_parts
        || index.include.iter().any(|it| gone.contains(it))
        || index.filter.as_ref().is_some_and(|it| in_text(it, gone))
}

fn rules(rule: &Rule, gone: &BTreeSet<String>) -> bool {
    let any = |columns: &[String]| columns.iter().any(|it| gone.contains(it));
    match rule {
        Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => any(columns),
        Rule::Check { condition, .. } => in_text(condition, gone),
        Rule::ForeignKey(key) => any(&key.columns),
        Rule::Exclude(exclusion) => gone.iter().any(|it| exclusion.is_over(it)),
    }
}
