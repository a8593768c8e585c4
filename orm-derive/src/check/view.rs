//! Models whose rows a query has, and not a table: what such a model is, and what says
//! nothing about it.

use crate::diag::Diagnostics;
use crate::model::{Association, Kind, TableKind};
use crate::parse::Item;
use crate::parse::options::Options;

/// What the rows of a model are.
pub(super) fn kind(options: &Options, diag: &mut Diagnostics) -> TableKind {
    let mut written = TableKind::READ_ONLY
        .iter()
        .filter_map(|(word, kind)| Some((options.get(word)?, *kind)));
    let Some((first, kind)) = written.next() else {
        return TableKind::Table;
    };
    if let Some((second, _)) = written.next() {
        let what = format!("a model cannot be `{}` and `{}`", first.name, second.name);
        diag.error(&second.key, what, "keep one of the two");
    }
    kind
}

/// What is written with a row, or makes a table: of the struct.
const OF_MODEL: [&str; 14] = [
    "unlogged",
    "storage",
    "partition_by",
    "primary_key_name",
    "timestamps",
    "soft_delete",
    "hooks",
    "comment",
    "renamed_from",
    "unique",
    "exclude",
    "check",
    "validate",
    "create",
];

/// The same of a field.
const OF_COLUMN: [&str; 13] = [
    "collation",
    "auto_increment",
    "identity",
    "sequence",
    "unique",
    "index",
    "default",
    "default_sql",
    "generated",
    "check",
    "version",
    "comment",
    "renamed_from",
];

/// The same of an association.
const OF_KEY: [&str; 6] = [
    "match_full",
    "on_delete",
    "on_update",
    "deferrable",
    "constraint",
    "index",
];

/// Refuses what is about writing rows, or about making a table for them.
pub(super) fn misplaced(item: &Item, kind: TableKind, diag: &mut Diagnostics) {
    if kind == TableKind::Table {
        return;
    }
    let owner = format!("`{}`, which is {}", item.ident, kind.noun());
    refuse(&item.options, &OF_MODEL, &owner, "leave it out", diag);
    if kind == TableKind::NamedQuery {
        of_named(item, &owner, diag);
    } else {
        let made = "leave it out: the migration that makes the view makes its indexes";
        refuse(&item.options, &["index"], &owner, made, diag);
    }
    for field in &item.fields {
        refuse(&field.column, &OF_COLUMN, &owner, "leave it out", diag);
        for rules in &field.rules {
            let what = format!("nothing is validated in {owner}");
            diag.error(&rules.owner, what, "leave it out: its rows are not written");
        }
    }
    for association in &item.associations {
        refuse(association, &OF_KEY, &owner, "leave it out", diag);
    }
}

/// A named query is in no database, and its rows are those of a selection of values.
fn of_named(item: &Item, owner: &str, diag: &mut Diagnostics) {
    refuse(
        &item.options,
        &["index", "schema"],
        owner,
        "leave it out",
        diag,
    );
    if item.fields.len() > WIDEST {
        let what = format!(
            "a named query has at most {WIDEST} fields, but `{}` has {}",
            item.ident,
            item.fields.len()
        );
        diag.error(&item.ident, what, "leave out what is not asked of its rows");
    }
}

/// How many values a query shows at most.
const WIDEST: usize = 12;

fn refuse(options: &Options, keys: &[&str], owner: &str, help: &str, diag: &mut Diagnostics) {
    for key in keys {
        for entry in options.all(key) {
            let what = format!("`{key}` says nothing about {owner}");
            diag.error(&entry.key, what, help);
        }
    }
}

/// No key of a view is one of the database's.
pub(super) fn without_keys(associations: &mut [Association]) {
    let held = associations.iter_mut();
    for association in held.filter(|it| it.kind == Kind::BelongsTo) {
        association.constraint = false;
        association.index = false;
    }
}
