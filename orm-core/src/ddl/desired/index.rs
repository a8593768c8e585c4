//! Indexes: the model's own, and those that foreign keys need.

use std::collections::{BTreeMap, BTreeSet};

use super::column_names;
use crate::ddl::blueprint::{Index, Part, Rule, Table, Term};
use crate::ddl::constraint_name;
use crate::schema::{Backend, IndexDef, IndexMethod, IndexPart, IndexTerm, TableDef};

pub(super) fn of(backend: Backend, model: &TableDef, def: &IndexDef) -> Index {
    let parts = def.parts.iter().map(|it| part(backend, model, it));
    let parts: Vec<Part> = parts.collect();
    let name = match def.name {
        "" => constraint_name::index(model.name.name, parts.iter().map(word)),
        name => constraint_name::given(name),
    };
    Index {
        name,
        method: method(def.method).into(),
        unique: def.unique,
        nulls_not_distinct: false,
        parts,
        include: column_names(model, def.include),
        filter: def.filter.map(Into::into),
        parameters: parameters(backend, def),
    }
}

/// SQLite has one way to keep an index.
fn parameters(backend: Backend, def: &IndexDef) -> BTreeMap<String, String> {
    let said = def
        .parameters
        .iter()
        .filter(|_| backend == Backend::Postgres);
    said.map(|&(name, value)| (name.into(), value.into()))
        .collect()
}

/// Gives each foreign key an index, unless one of the table's own serves it,
/// or the model says that it needs none.
///
/// Without one, deleting a row of the target reads this whole table.
pub(super) fn add_for_foreign_keys(table: &mut Table, unwanted: &[Vec<String>]) {
    let keys: BTreeSet<Vec<String>> = table
        .foreign_keys()
        .map(|(_, key)| key.columns.clone())
        .filter(|columns| !unwanted.contains(columns))
        .collect();
    for columns in keys {
        if !is_served(table, &columns) {
            table.indexes.push(over(&table.name.name, columns));
        }
    }
}

/// Whether the columns are where an index of the table begins, in any order.
fn is_served(table: &Table, columns: &[String]) -> bool {
    let by_constraint = table
        .constraints
        .iter()
        .any(|constraint| match &constraint.rule {
            Rule::PrimaryKey(key) | Rule::Unique { columns: key, .. } => {
                begins_with(key.iter().map(String::as_str).map(Some), columns)
            }
            _ => false,
        });
    by_constraint || table.indexes.iter().any(|index| serves(index, columns))
}

/// Whether an index finds the rows with given values in these columns.
pub(in crate::ddl) fn serves(index: &Index, columns: &[String]) -> bool {
    index.method == "btree"
        && index.filter.is_none()
        && begins_with(index.parts.iter().map(Part::column), columns)
}

fn begins_with<'a>(parts: impl Iterator<Item = Option<&'a str>>, columns: &[String]) -> bool {
    let beginning: BTreeSet<_> = parts.take(columns.len()).collect();
    beginning == columns.iter().map(|column| Some(column.as_str())).collect()
}

/// The index that does what a unique constraint of this name would.
pub(super) fn unique(name: &str, columns: Vec<String>, nulls_not_distinct: bool) -> Index {
    Index {
        name: name.into(),
        unique: true,
        nulls_not_distinct,
        ..over("", columns)
    }
}

fn over(table: &str, columns: Vec<String>) -> Index {
    Index {
        name: constraint_name::index(table, columns.iter().map(String::as_str)),
        method: "btree".into(),
        unique: false,
        nulls_not_distinct: false,
        parts: columns.into_iter().map(Part::ascending).collect(),
        include: Vec::new(),
        filter: None,
        parameters: BTreeMap::new(),
    }
}

fn part(backend: Backend, model: &TableDef, part: &IndexPart) -> Part {
    Part {
        term: term(model, part.term),
        descending: part.descending,
        // SQLite's indexes have NULLs first, and serve either order.
        nulls_first: part.nulls_first.filter(|_| backend == Backend::Postgres),
        operator_class: part.operator_class.map(Into::into),
    }
}

pub(super) fn term(model: &TableDef, term: IndexTerm) -> Term {
    match term {
        IndexTerm::Column(position) => Term::Column(model.column(position).name.into()),
        IndexTerm::Expression(expression) => Term::Expression(expression.into()),
    }
}

/// What a part is called in a name; the server says `expr` too.
fn word(part: &Part) -> &str {
    part.column().unwrap_or("expr")
}

pub(super) fn method(method: IndexMethod) -> &'static str {
    match method {
        IndexMethod::Btree => "btree",
        IndexMethod::Hash => "hash",
        IndexMethod::Gin => "gin",
        IndexMethod::Gist => "gist",
        IndexMethod::SpGist => "spgist",
        IndexMethod::Brin => "brin",
        IndexMethod::Hnsw => "hnsw",
        IndexMethod::IvfFlat => "ivfflat",
    }
}
