//! What models cannot say as the database has it, told in notices.

use std::collections::BTreeSet;

use orm_core::ddl::blueprint::Table;
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
        for action in [link.key.on_delete, link.key.on_update] {
            let impossible = possible(model, link, action) != action;
            matters.extend(impossible.then(|| Matter::Action {
                name: link.name.to_owned(),
                action: words(action),
            }));
        }
    }
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
