//! The extensions of PostgreSQL that tables need, told by the types and the operator
//! classes that an extension brings.

use std::collections::BTreeSet;

use super::blueprint::{Element, Exclusion, Rule, Table, Term, Type};
use super::live::Live;
use crate::schema::ExclusionOperator;

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

/// The types of the operator classes `gist_.._ops` of `btree_gist`.
const OF_BTREE_GIST: [&str; 25] = [
    "bit",
    "bool",
    "bpchar",
    "bytea",
    "cash",
    "cidr",
    "date",
    "enum",
    "float4",
    "float8",
    "inet",
    "int2",
    "int4",
    "int8",
    "interval",
    "macad",
    "macad8",
    "numeric",
    "oid",
    "text",
    "time",
    "timestamp",
    "timestamptz",
    "timetz",
    "uuid",
];

/// The extensions that tables need.
pub(crate) fn needed<'t>(tables: impl IntoIterator<Item = &'t Table>) -> BTreeSet<&'static str> {
    let found = tables.into_iter().flat_map(|table| {
        let types = table.columns.iter().filter_map(|it| type_name(&it.kind));
        let parts = table.indexes.iter().flat_map(|it| &it.parts);
        let classes = parts.filter_map(|it| it.operator_class.as_deref());
        let elements = exclusions(table).flat_map(|it| &it.elements);
        let classes = classes.chain(elements.filter_map(|it| it.operator_class.as_deref()));
        let brought = types.chain(classes.map(bare)).filter_map(bringing);
        brought.chain(in_gist(table).then_some("btree_gist"))
    });
    found.collect()
}

fn exclusions(table: &Table) -> impl Iterator<Item = &Exclusion> {
    table.constraints.iter().filter_map(|it| match &it.rule {
        Rule::Exclude(exclusion) => Some(exclusion),
        _ => None,
    })
}

/// Whether an index of the method `gist` is over values that it compares with an extension alone.
fn in_gist(table: &Table) -> bool {
    let indexes = table.indexes.iter().filter(|it| it.method == "gist");
    let mut parts = indexes.flat_map(|it| &it.parts);
    let is_over_plain = |term: &Term, class: &Option<String>| match (term, class) {
        (Term::Column(name), None) => table.column(name).is_some_and(|it| is_plain(&it.kind)),
        _ => false,
    };
    // Of an expression no type is known. What is equal or not is mostly a number or a text;
    // what overlaps is a range, which needs no extension.
    let is_equal_expression = |it: &Element| {
        let compares = matches!(
            it.operator,
            ExclusionOperator::Equal | ExclusionOperator::NotEqual
        );
        compares && matches!(it.term, Term::Expression(_)) && it.operator_class.is_none()
    };
    let in_gist = exclusions(table).filter(|it| it.method == "gist");
    let mut elements = in_gist.flat_map(|it| &it.elements);
    parts.any(|it| is_over_plain(&it.term, &it.operator_class))
        || elements.any(|it| is_over_plain(&it.term, &it.operator_class) || is_equal_expression(it))
}

/// Whether values are of a type without a `gist` operator class of PostgreSQL's own.
fn is_plain(kind: &Type) -> bool {
    const PLAIN: [&str; 23] = [
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
        "macaddr",
        "macaddr8",
        "bit",
        "bit varying",
        "oid",
        "bpchar",
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
    if word
        .strip_prefix("gist_")
        .and_then(|it| it.strip_suffix("_ops"))
        .is_some_and(|of| OF_BTREE_GIST.contains(&of))
    {
        return Some("btree_gist");
    }
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

/// Without its schema, and what is set behind it: `gist_trgm_ops` of `gist_trgm_ops(siglen=32)`.
fn bare(name: &str) -> &str {
    let name = name.split([' ', '(']).next().unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}
