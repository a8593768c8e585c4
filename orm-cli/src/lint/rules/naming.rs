//! Names the server changes, and text it may not understand.

use crate::lint::fact::{Constraint, Fact};
use crate::lint::name::Name;
use crate::lint::rule::{Example, Found, Level, Rule, Step};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "name-too-long",
        level: Level::Danger,
        lock: None,
        reason: "the server cuts names after 63 bytes without an error, so it will be called otherwise",
        example: Example {
            before: "",
            migration: "CREATE TABLE a_table_whose_name_goes_on_and_on_until_nobody_remembers_what_it_was \
                        (id int PRIMARY KEY);",
        },
        check: too_long,
    },
    Rule {
        name: "unreadable",
        level: Level::Danger,
        lock: None,
        reason: "this is not SQL as PostgreSQL writes it, or newer than the grammar; it was not checked",
        example: Example {
            before: "",
            migration: "ALTER TABLE users FROBNICATE;",
        },
        check: unreadable,
    },
];

/// `NAMEDATALEN - 1` of a server as it is built by default.
const LONGEST: usize = 63;

fn too_long(step: &Step<'_>) -> Option<Found> {
    let names = names(step.fact);
    let mut parts = names.iter().flat_map(|name| name.parts());
    let long = parts.find(|part| part.len() > LONGEST)?;
    let mut end = LONGEST;
    while !long.is_char_boundary(end) {
        end -= 1;
    }
    Found::anywhere(format!(
        "{};",
        step.text.replace(long.as_str(), &long[..end])
    ))
}

/// The names that a fact gives to something.
fn names(fact: &Fact) -> Vec<&Name> {
    let of_constraint = |constraint: &'_ Constraint| constraint.name.is_some();
    match fact {
        Fact::CreatesTable {
            table,
            columns,
            constraints,
            ..
        } => {
            let named = constraints.iter().filter(|it| of_constraint(it));
            let named = named.filter_map(|it| it.name.as_ref());
            let columns = columns.iter().map(|it| &it.name);
            std::iter::once(table).chain(columns).chain(named).collect()
        }
        Fact::AddsColumn { column, .. } => vec![&column.name],
        Fact::RenamesColumn { to, .. } | Fact::RenamesTable { to, .. } => vec![to],
        Fact::AddsConstraint { constraint, .. } => constraint.name.iter().collect(),
        Fact::CreatesIndex(index) => index.name.iter().collect(),
        Fact::CreatesType { kind, .. } => vec![kind],
        _ => Vec::new(),
    }
}

fn unreadable(step: &Step<'_>) -> Option<Found> {
    match step.fact {
        Fact::Unreadable(_) => {
            Found::anywhere(step.allowed("unreadable", "it has been run on a copy of the database"))
        }
        _ => None,
    }
}
