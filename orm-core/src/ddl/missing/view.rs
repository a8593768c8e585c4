//! Views that models read: whether they are there, with the columns that are asked for.

use crate::ddl::blueprint::{Blueprint, Type, View};
use crate::ddl::difference::{Aspect, Difference};
use crate::ddl::live::{Live, Relation};
use crate::schema::Backend;

/// What a database has otherwise than the models of views say. What a view is made of no
/// model says, so none is made, and none altered.
pub(crate) fn differences(backend: Backend, blueprint: &Blueprint, live: &Live) -> Vec<Difference> {
    let mut found = Vec::new();
    for view in &blueprint.views {
        match live.relations.get(&view.name) {
            None => found.push(Difference::MissingView(view.clone())),
            Some(it) if !it.is_view(view.materialized) => {
                found.push(Difference::NotAView(view.clone()));
            }
            Some(it) => columns(backend, view, it, &mut found),
        }
    }
    found
}

fn columns(backend: Backend, view: &View, live: &Relation, found: &mut Vec<Difference>) {
    for column in &view.columns {
        let is_it = |name: &str| match backend {
            Backend::Postgres => name == column.name,
            Backend::Sqlite => name.eq_ignore_ascii_case(&column.name),
        };
        let Some(own) = live.table.columns.iter().find(|it| is_it(&it.name)) else {
            found.push(Difference::NotInView {
                view: view.name.clone(),
                column: column.name.clone(),
            });
            continue;
        };
        // What is computed in SQLite has no type.
        if backend == Backend::Postgres && !reads(&column.kind, &own.kind) {
            found.push(Difference::Column {
                table: view.name.clone(),
                column: column.name.clone(),
                aspect: Aspect::Type,
                model: column.kind.to_string(),
                database: own.kind.to_string(),
            });
        }
    }
}

/// Whether a field reads what a view shows: how long a text may be, or how exact a number,
/// is said where it is stored.
fn reads(model: &Type, live: &Type) -> bool {
    match (model, live.base()) {
        (Type::Other(_), _) => true,
        (Type::BuiltIn(model), Type::BuiltIn(live)) => family(model) == family(live),
        (model, live) => model == live,
    }
}

fn family(kind: &str) -> String {
    let (word, rest) = kind.split_once('(').unwrap_or((kind, ""));
    let behind = rest.split_once(')').map_or("", |(_, behind)| behind);
    match word {
        "character varying" | "character" => format!("text{behind}"),
        word => format!("{word}{behind}"),
    }
}
