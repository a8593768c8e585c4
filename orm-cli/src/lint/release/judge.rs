//! What a release cannot do with the schema as it is.

use super::believed::{enum_of, kind_of};
use super::relation::{Column, Relation};
use super::schema::{Labels, Schema};
use super::{Broken, Release, about};
use crate::lint::fact::Source;
use crate::lint::name::Name;
use crate::manifest::{self, Enum, Kind, Table, Write};

/// What is wrong now with a table that the release uses.
pub(super) fn table(release: &Release, schema: &Schema, at: usize) -> Vec<Broken> {
    let mut all = Vec::new();
    if let Some(table) = release.manifest.tables.get(at) {
        of_table(release, schema, (at, table), &mut all);
    }
    all
}

/// What is wrong now with its enum types.
pub(super) fn enums(release: &Release, schema: &Schema) -> Vec<Broken> {
    let mut all = Vec::new();
    for (at, it) in release.manifest.enums.iter().enumerate() {
        of_enum(release, schema, (at, it), &mut all);
    }
    all
}

fn of_table(
    release: &Release,
    schema: &Schema,
    (at, table): (usize, &Table),
    all: &mut Vec<Broken>,
) {
    let name = Name::of(table.schema.as_deref(), &table.name);
    let found = schema.found(&name);
    let former = schema.relations.iter().find(|it| it.was == Some(at));
    let is_table = table.kind == Kind::Table;
    match found {
        None => all.push(about::table_gone(table, former)),
        Some(it) if is_table && it.is_view => all.push(about::table_is_view(table)),
        Some(_) => {}
    }
    // Behind a view, and under a new name, it is still the table that was.
    let found = found.filter(|it| !is_table || !it.is_view).or(former);
    let Some(relation) = found.filter(|it| !it.is_opaque) else {
        return;
    };
    for column in &table.columns {
        match relation.column(&column.name) {
            Some(now) => of_column(release, schema, table, (column, now), all),
            None => {
                let now = relation.column_that_was(&column.name);
                all.push(about::column_gone(table, column, now));
                if let Some(now) = now {
                    of_column(release, schema, table, (column, now), all);
                }
            }
        }
    }
    if is_table {
        unknown(table, relation, all);
        of_keys(table, relation, all);
    }
}

/// Columns that inserts leave out, because they do not know them.
fn unknown(table: &Table, relation: &Relation, all: &mut Vec<Broken>) {
    let known = |it: &Column| {
        let is_said = it
            .was
            .as_ref()
            .is_some_and(|was| relation.column(was).is_none());
        is_said || table.columns.iter().any(|column| column.name == it.name)
    };
    for column in relation.columns.iter().filter(|it| !known(it)) {
        if column.demands_value() && column.source == Source::Nobody {
            all.push(about::left_out(table, column));
        }
    }
}

fn of_column(
    release: &Release,
    schema: &Schema,
    table: &Table,
    (column, now): (&manifest::Column, &Column),
    all: &mut Vec<Broken>,
) {
    let kind = kind_of(&release.manifest, column);
    let domain = schema.domains.iter().find(|(name, _)| now.kind.is(name));
    let held = domain.map_or_else(|| now.kind.clone(), |(_, base)| now.kind.over(base));
    let of_enum = enum_of(&release.manifest, column);
    // An enum that is called otherwise is said once, of the type.
    let is_said = of_enum.is_some_and(|at| {
        let is_it = |it: &&Labels| it.was == Some(at) && now.kind.is(&it.name);
        schema.found_enum(&kind.name()).is_none() && schema.enums.iter().any(|it| is_it(&it))
    });
    if !is_said && !kind.is_served_by(&held) {
        all.push(about::other_type(table, column, now));
    } else if column.write != Write::Never && held.is_narrower_than(&kind) {
        all.push(about::narrower(table, column, now));
    }
    if !column.nullable && !now.demands_value() {
        all.push(about::may_be_null(table, column));
    }
    if table.kind != Kind::Table {
        return;
    }
    let is_written = column.write != Write::Never;
    if is_written && column.nullable && now.demands_value() {
        all.push(about::demanded(table, column));
    }
    if is_written && now.source == Source::ServerAlone {
        all.push(about::not_taken(table, column));
    }
    let is_left = matches!(column.write, Write::OrDefault | Write::Never);
    if is_left && now.source == Source::Nobody {
        all.push(about::not_made(table, column));
    }
}

/// An upsert names its columns: some key has to be over exactly these.
fn of_keys(table: &Table, relation: &Relation, all: &mut Vec<Broken>) {
    for key in &table.keys {
        // By the names that they have now, where they are called otherwise.
        let now = key.columns.iter().map(|name| {
            let column = relation.column_that_was(name);
            column.map_or(name, |it| &it.name)
        });
        let now = now.cloned().collect();
        let serves = relation.keys.iter().any(|it| {
            it.columns == now
                && (it.filter.is_none() || same(it.filter.as_deref(), key.filter.as_deref()))
        });
        let is_whole = key.columns.iter().all(|it| relation.column(it).is_some());
        if !serves && is_whole {
            all.push(about::key_gone(table, key));
        }
    }
}

/// Whether two conditions are the same but for parentheses and spaces.
fn same(one: Option<&str>, other: Option<&str>) -> bool {
    let bare = |text: &str| -> String {
        let meant = |c: &char| !c.is_whitespace() && !['(', ')', '"'].contains(c);
        let text = text.chars().filter(meant).collect::<String>();
        text.to_lowercase()
    };
    one.map(bare) == other.map(bare)
}

fn of_enum(release: &Release, schema: &Schema, (at, it): (usize, &Enum), all: &mut Vec<Broken>) {
    let columns: Vec<(&Table, &manifest::Column)> = release
        .manifest
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().map(move |column| (table, column)))
        .filter(|(_, column)| enum_of(&release.manifest, column) == Some(at))
        .collect();
    let name = Name::of(it.schema.as_deref(), &it.name);
    let Some(now) = schema.found_enum(&name) else {
        let former = schema.enums.iter().find(|it| it.was == Some(at));
        all.push(about::type_gone(it, &columns, former));
        return;
    };
    for label in it.labels.iter().filter(|it| !now.labels.contains(it)) {
        let mut renamed = now.renamed.iter();
        let renamed = renamed.find(|(_, from)| from == label);
        let to = renamed.map(|(to, _)| to.as_str());
        all.push(about::label_gone(it, label, to, &columns));
    }
    let closed: Vec<_> = columns
        .into_iter()
        .filter(|(_, column)| !column.takes_unknown)
        .collect();
    for label in now.labels.iter().filter(|label| !it.labels.contains(label)) {
        let is_renamed = now.renamed.iter().any(|(to, _)| to == label);
        if !closed.is_empty() && !is_renamed {
            all.push(about::new_label(it, label, &closed));
        }
    }
}
