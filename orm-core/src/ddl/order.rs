//! The order in which tables can be created: each after those it refers to.

use std::collections::{BTreeMap, BTreeSet};

use super::blueprint::{Constraint, Name, Rule, Table};

/// Tables in the order to create them, without the foreign keys that refer to
/// a later one; those come back apart.
///
/// The order of the input means nothing: where several tables are next, the
/// first by name is.
pub(crate) fn by_dependency(tables: Vec<Table>) -> (Vec<Table>, Vec<(Name, Constraint)>) {
    let graph = references(&tables);
    let mut waiting: BTreeMap<Name, Table> = tables
        .into_iter()
        .map(|table| (table.name.clone(), table))
        .collect();
    let mut ordered = Vec::new();
    let mut late = Vec::new();
    while let Some(name) = next(&waiting, &graph) {
        if let Some(mut table) = waiting.remove(&name) {
            late.extend(take_early_keys(&mut table, &waiting));
            ordered.push(table);
        }
    }
    (ordered, late)
}

type Graph = BTreeMap<Name, BTreeSet<Name>>;

/// Which tables of the set each table refers to, other than itself.
fn references(tables: &[Table]) -> Graph {
    let known: BTreeSet<&Name> = tables.iter().map(|table| &table.name).collect();
    let of = |table: &Table| {
        let targets = table.foreign_keys().map(|(_, key)| &key.target);
        targets
            .filter(|&it| *it != table.name && known.contains(it))
            .cloned()
            .collect()
    };
    tables
        .iter()
        .map(|table| (table.name.clone(), of(table)))
        .collect()
}

/// The first table that waits for no other; in a cycle, the first table of it.
fn next(waiting: &BTreeMap<Name, Table>, graph: &Graph) -> Option<Name> {
    let mut names = waiting.keys();
    let free = names.find(|name| graph[*name].iter().all(|it| !waiting.contains_key(it)));
    let in_cycle = || {
        waiting
            .keys()
            .find(|name| reaches_itself(name, waiting, graph))
    };
    free.or_else(in_cycle).cloned()
}

fn reaches_itself(start: &Name, waiting: &BTreeMap<Name, Table>, graph: &Graph) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![start];
    while let Some(name) = open.pop() {
        for target in graph[name].iter().filter(|it| waiting.contains_key(it)) {
            if target == start {
                return true;
            }
            if seen.insert(target) {
                open.push(target);
            }
        }
    }
    false
}

/// Takes out the keys that refer to tables which do not exist yet.
fn take_early_keys(table: &mut Table, waiting: &BTreeMap<Name, Table>) -> Vec<(Name, Constraint)> {
    let early = |constraint: &Constraint| match &constraint.rule {
        Rule::ForeignKey(key) => waiting.contains_key(&key.target),
        _ => false,
    };
    let (early, kept) = table.constraints.drain(..).partition::<Vec<_>, _>(early);
    table.constraints = kept;
    early
        .into_iter()
        .map(|constraint| (table.name.clone(), constraint))
        .collect()
}
