//! The extensions of PostgreSQL that tables need, told by the types and the operator
//! classes that an extension brings.

use std::collections::BTreeSet;

use super::blueprint::{Table, Type};
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
    let words = tables.into_iter().flat_map(|table| {
        let types = table.columns.iter().filter_map(|it| type_name(&it.kind));
        let parts = table.indexes.iter().flat_map(|it| &it.parts);
        let classes = parts.filter_map(|it| it.operator_class.as_deref());
        types.chain(classes.map(bare))
    });
    words.filter_map(bringing).collect()
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
