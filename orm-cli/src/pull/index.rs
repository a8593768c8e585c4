//! Which indexes a model writes down, and which its foreign keys bring along.

use std::collections::BTreeSet;

use orm_core::ddl::blueprint::{Index, Part, Rule, Table};
use orm_core::ddl::constraint_name;

use orm_core::ddl::unsaid::{self, is_usual_order};

/// The indexes of a model.
#[derive(Debug, Default)]
pub(super) struct Indexes<'b> {
    /// Those that it writes down.
    pub(super) declared: Vec<&'b Index>,
    /// The foreign keys that have no index.
    pub(super) without: BTreeSet<&'b [String]>,
}

/// Tells the indexes of a table apart; `keys` are the columns of its
/// foreign keys.
pub(super) fn of<'b>(table: &'b Table, keys: &BTreeSet<&'b [String]>) -> Indexes<'b> {
    let mut indexes = Indexes::default();
    let mut brought = Vec::new();
    let usable: Vec<&'b Index> = table
        .indexes
        .iter()
        .filter(|it| is_usable(table, it))
        .collect();
    for &key in keys {
        let own = usable
            .iter()
            .copied()
            .find(|it| is_automatic(table, it, key));
        // An index that another key begins with too is written down: which of
        // the keys would bring it is nobody's business.
        let shared = keys
            .iter()
            .any(|&other| other != key && overlaps(other, key));
        match own {
            _ if is_served(table, &usable, key, own) => {}
            Some(own) if !shared => brought.push(own),
            Some(_) => {}
            None => {
                indexes.without.insert(key);
            }
        }
    }
    let is_brought = |index: &Index| brought.iter().any(|it| std::ptr::eq(*it, index));
    indexes.declared = usable.into_iter().filter(|it| !is_brought(it)).collect();
    indexes
}

/// Whether the index has an attribute, and a name of its own among them.
fn is_usable(table: &Table, index: &Index) -> bool {
    let mut others = table.constraints.iter();
    let is_named = |rule: &Rule| {
        matches!(
            rule,
            Rule::Unique { .. } | Rule::Check { .. } | Rule::Exclude(_)
        )
    };
    unsaid::index(index).is_none() && !others.any(|it| it.name == index.name && is_named(&it.rule))
}

/// Whether the index is the one that a foreign key over the columns brings.
pub(super) fn is_automatic(table: &Table, index: &Index, columns: &[String]) -> bool {
    let names = columns.iter().map(String::as_str);
    let plain = |(part, column): (&Part, &String)| {
        part.column() == Some(column)
            && !part.descending
            && is_usual_order(part)
            && part.operator_class.is_none()
    };
    index.name == constraint_name::index(&table.name.name, names)
        && index.method == "btree"
        && !index.unique
        && index.include.is_empty()
        && index.filter.is_none()
        && index.parameters.is_empty()
        && index.parts.len() == columns.len()
        && index.parts.iter().zip(columns).all(plain)
}

fn overlaps(left: &[String], right: &[String]) -> bool {
    let short = left.len().min(right.len());
    let beginning =
        |columns: &[String]| -> BTreeSet<String> { columns[..short].iter().cloned().collect() };
    beginning(left) == beginning(right)
}

/// Whether the key's columns are where a key or another index begins.
fn is_served(table: &Table, indexes: &[&Index], key: &[String], own: Option<&Index>) -> bool {
    let wanted: BTreeSet<&str> = key.iter().map(String::as_str).collect();
    let begins = |columns: &mut dyn Iterator<Item = Option<&str>>| {
        let found: BTreeSet<Option<&str>> = columns.take(key.len()).collect();
        found == wanted.iter().map(|it| Some(*it)).collect()
    };
    let by_constraint = table.constraints.iter().any(|it| match &it.rule {
        Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => {
            begins(&mut columns.iter().map(|it| Some(it.as_str())))
        }
        _ => false,
    });
    by_constraint
        || indexes.iter().any(|&index| {
            !own.is_some_and(|own| std::ptr::eq(own, index))
                && index.method == "btree"
                && index.filter.is_none()
                && begins(&mut index.parts.iter().map(Part::column))
        })
}
