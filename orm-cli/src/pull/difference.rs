//! What models cannot say as the database has it, told in notices.

use std::collections::BTreeSet;

use orm_core::ddl::blueprint::{Rule, Table};
use orm_core::ddl::constraint_name;
use orm_core::ddl::unsaid;
use orm_core::schema::Action;

use super::link::Link;
use super::model::Model;
use super::notice::{Matter, Notice};

/// The notices about one model.
pub(super) fn of(model: &Model<'_>, links: &[Link<'_>]) -> Vec<Notice> {
    let table = model.table;
    let mut matters = Vec::new();
    for link in links.iter().filter(|it| std::ptr::eq(it.table, table)) {
        matters.extend(foreign_key_name(table, link, links));
        for action in [link.key.on_delete, link.key.on_update] {
            let impossible = possible(model, link, action) != action;
            matters.extend(impossible.then(|| Matter::Action {
                name: link.name.to_owned(),
                action: words(action),
            }));
        }
    }
    matters.extend(primary_key_name(table));
    matters.extend(indexes(table));
    matters.extend(same_names(table));
    let notice = |matter| Notice::new(&table.name, matter);
    matters.into_iter().map(notice).collect()
}

/// The action, or none where it could never succeed: the derive refuses it.
pub(super) fn possible(model: &Model<'_>, link: &Link<'_>, action: Action) -> Action {
    unsaid::possible_action(model.table, link.key, action)
}

fn words(action: Action) -> &'static str {
    match action {
        Action::SetNull => "SET NULL",
        Action::SetDefault => "SET DEFAULT",
        Action::Restrict => "RESTRICT",
        Action::NoAction => "NO ACTION",
        Action::Cascade => "CASCADE",
    }
}

/// Names of foreign keys follow from their columns.
fn foreign_key_name(table: &Table, link: &Link<'_>, links: &[Link<'_>]) -> Option<Matter> {
    let key = link.key;
    let mut own = links.iter().filter(|it| std::ptr::eq(it.table, table));
    let rivals = own.any(|it| it.key.columns == key.columns && it.key.target != key.target);
    let columns = key.columns.iter().map(String::as_str);
    let target = rivals.then_some(key.target.name.as_str());
    let name = constraint_name::foreign_key(&table.name.name, columns.chain(target));
    renamed(link.name, name)
}

fn primary_key_name(table: &Table) -> Option<Matter> {
    let mut constraints = table.constraints.iter();
    let found = constraints.find(|it| matches!(it.rule, Rule::PrimaryKey(_)))?;
    renamed(&found.name, constraint_name::primary_key(&table.name.name))
}

fn renamed(database: &str, model: String) -> Option<Matter> {
    (database != model).then(|| Matter::ConstraintName {
        database: database.to_owned(),
        model,
    })
}

fn indexes(table: &Table) -> Vec<Matter> {
    let faults = table.indexes.iter().filter_map(|index| {
        let reason = unsaid::index(index)?;
        let name = index.name.clone();
        Some(Matter::Index { name, reason })
    });
    faults.collect()
}

/// The server keeps the names of indexes and constraints apart, models do not.
fn same_names(table: &Table) -> Vec<Matter> {
    let mut taken = BTreeSet::new();
    let constraints = table.constraints.iter().map(|it| &it.name);
    let all = constraints.chain(table.indexes.iter().map(|it| &it.name));
    all.filter(|name| !taken.insert(*name))
        .map(|name| Matter::SameName(name.clone()))
        .collect()
}
