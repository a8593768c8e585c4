//! The extensions of PostgreSQL that tables need, told by the types and the operator
//! classes that an extension brings.

use std::collections::BTreeSet;

use super::blueprint::{Rule, Table, Term, Type};
use super::live::Live;

/// What is brought, by which extension.
const BROUGHT: [(&str, &str); 9] = [
    ("gin_trgm_ops", "pg_trgm"),
    ("gist_trgm_ops", "pg_trgm"),
    ("halfvec", "vector"),
    ("sparsevec", "vector"),
    ("vector", "vector"),
    ("vector_cosine_ops", "vector"),
    ("vector_ip_ops", "vector"),
    ("vector_l1_ops", "vector"),
    ("vector_l2_ops", "vector"),
];

/// The extensions that tables need.
pub(crate) fn needed<'t>(tables: impl IntoIterator<Item = &'t Table>) -> BTreeSet<&'static str> {
    let found = tables.into_iter().flat_map(|table| {
        let types = table.columns.iter().filter_map(|it| type_name(&it.kind));
        let parts = table.indexes.iter().flat_map(|it| &it.parts);
        let classes = parts.filter_map(|it| it.operator_class.as_deref());
        let brought = types.chain(classes.map(bare)).filter_map(bringing);
        brought.chain(in_gist(table).then_some("btree_gist"))
    });
    found.collect()
}

/// Whether an index of the method `gist` is over values that it compares with an extension alone.
fn in_gist(table: &Table) -> bool {
    let indexes = table.indexes.iter().filter(|it| it.method == "gist");
    let parts = indexes.flat_map(|it| &it.parts);
    let parts = parts.map(|it| (&it.term, &it.operator_class));
    let exclusions = table.constraints.iter().filter_map(|it| match &it.rule {
        Rule::Exclude(exclusion) if exclusion.method == "gist" => Some(exclusion),
        _ => None,
    });
    let elements = exclusions.flat_map(|it| &it.elements);
    let elements = elements.map(|it| (&it.term, &it.operator_class));
    parts
        .chain(elements)
        .any(|(term, class)| match (term, class) {
            (Term::Column(name), None) => table.column(name).is_some_and(|it| is_plain(&it.kind)),
            _ => false,
        })
}

/// Whether values are of a type without a `gist` operator class of PostgreSQL's own.
fn is_plain(kind: &Type) -> bool {
    const PLAIN: [&str; 17] = [
        "smallint",
        "integer",
        "bigint",
        "real",
        "double precision",
        "numeric",
        "boolean",
        "text",
        "character varying",
        "character",
        "bytea",
        "date",
        "interval",
        "uuid",
        "inet",
        "cidr",
        "money",
    ];
    match kind.base() {
        Type::Enum { array, .. } => !array,
        Type::BuiltIn(name) if name.ends_with("[]") => false,
        Type::BuiltIn(name) => {
            let bare = name.split('(').next().unwrap_or(name).trim_end();
            PLAIN.contains(&bare) || bare.starts_with("time")
        }
        Type::Other(_) | Type::Domain { .. } => false,
    }
}

/// Those that no table of the database needs, and so it may not have them.
pub(crate) fn absent<'t>(
    tables: impl IntoIterator<Item = &'t Table>,
    live: &Live,
) -> BTreeSet<&'static str> {
    let present = needed(live.relations.values().map(|it| &it.table));
    &needed(tables) - &present
}

fn bringing(word: &str) -> Option<&'static str> {
    let mut brought = BROUGHT.iter();
    brought.find_map(|(name, extension)| (*name == word).then_some(*extension))
}

/// `vector` of `vector(3)[]`.
fn type_name(kind: &Type) -> Option<&str> {
    match kind.base() {
        Type::BuiltIn(name) | Type::Other(name) => name.split(['(', '[']).next().map(bare),
        Type::Enum { .. } | Type::Domain { .. } => None,
    }
}

/// Without its schema, and what is set behind it.
fn bare(name: &str) -> &str {
    let name = name.split_whitespace().next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}
