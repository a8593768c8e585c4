//! Tables that are between two others: join tables that need no model, and
//! models that others go through.

use std::collections::BTreeSet;

use orm_core::ddl::blueprint::{Column, Index, Rule, Storage, Table};
use orm_core::ddl::constraint_name;
use orm_core::schema::{Action, Deferrable};

use super::ident;
use super::index;
use super::link::{self, Link};
use super::model::{Model, primary_key};

/// The two keys of a table that is between two others.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'l, 'b> {
    pub(super) left: &'l Link<'b>,
    pub(super) right: &'l Link<'b>,
}

/// The two foreign keys of a table whose rows they identify together.
pub(super) fn pair<'l, 'b>(table: &Table, own: &[&'l Link<'b>]) -> Option<Pair<'l, 'b>> {
    let mut pairs = own.iter().enumerate().flat_map(|(at, &left)| {
        let behind = own[at + 1..].iter();
        behind.map(move |&right| Pair { left, right })
    });
    pairs.find(|pair| {
        let columns = pair.columns();
        let distinct: BTreeSet<&String> = columns.iter().collect();
        distinct.len() == columns.len() && link::is_unique(table, &columns)
    })
}

impl Pair<'_, '_> {
    fn columns(&self) -> Vec<String> {
        let keys = [self.left, self.right];
        keys.iter().flat_map(|it| it.key.columns.clone()).collect()
    }
}

/// Whether the table is exactly the one that a `many_to_many` through its name
/// has, so that a model of it would say nothing.
pub(super) fn is_plain(models: &[Model<'_>], table: &Table, pair: &Pair<'_, '_>) -> bool {
    let keys = [pair.left, pair.right];
    let columns = pair.columns();
    table.name.schema.is_none()
        && table.comment.is_none()
        && table.storage == Storage::default()
        && table.columns.len() == columns.len()
        && table.columns.iter().all(is_bare)
        && constraints_are_usual(table, pair)
        && keys.iter().all(|link| is_usual(table, link))
        && keys.iter().all(|link| types_are_equal(models, table, link))
        && indexes_are_usual(table, &columns, &keys)
}

/// A column whose name is its field's, with nothing but a type.
fn is_bare(column: &Column) -> bool {
    ident::snake(&column.name).is_some_and(|name| name == column.name)
        && !column.nullable
        && column.identity.is_none()
        && column.default.is_none()
        && column.generated.is_none()
        && column.comment.is_none()
}

/// Two foreign keys, and a primary key over them, the first by name in front.
fn constraints_are_usual(table: &Table, pair: &Pair<'_, '_>) -> bool {
    let mut sides = [&pair.left.key.columns, &pair.right.key.columns];
    sides.sort();
    let name = constraint_name::primary_key(&table.name.name);
    let has_usual_key = table.constraints.iter().any(|it| {
        it.name == name
            && it.rule == Rule::PrimaryKey(sides.iter().copied().flatten().cloned().collect())
    });
    has_usual_key && table.constraints.len() == 3 && primary_key(table).len() == table.columns.len()
}

fn is_usual(table: &Table, link: &Link<'_>) -> bool {
    let columns = link.key.columns.iter().map(String::as_str);
    link.name == constraint_name::foreign_key(&table.name.name, columns)
        && link.key.on_delete == Action::Cascade
        && link.key.on_update == Action::Cascade
        && link.key.deferrable == Deferrable::No
        && !link.key.match_full
}

/// The columns of a join table have the types of the keys they hold.
fn types_are_equal(models: &[Model<'_>], table: &Table, link: &Link<'_>) -> bool {
    let target = &models[link.target];
    link.key.columns.iter().zip(&link.held).all(|(own, &held)| {
        let own = table.column(own);
        own.is_some_and(|own| {
            let held = target.fields[held].column;
            own.kind == held.kind && own.collation == held.collation
        })
    })
}

/// The primary key finds one side; the other has the index of foreign keys.
fn indexes_are_usual(table: &Table, columns: &[String], keys: &[&Link<'_>]) -> bool {
    let unserved = keys.iter().filter(|link| {
        let key = primary_key(table).iter().take(link.key.columns.len());
        !link
            .key
            .columns
            .iter()
            .all(|it| key.clone().any(|other| other == it))
    });
    let wanted: Vec<&Link<'_>> = unserved.copied().collect();
    let is_wanted = |index: &Index| {
        wanted
            .iter()
            .any(|link| index::is_automatic(table, index, &link.key.columns))
    };
    columns.len() == table.columns.len()
        && table.indexes.len() == wanted.len()
        && table.indexes.iter().all(is_wanted)
}
