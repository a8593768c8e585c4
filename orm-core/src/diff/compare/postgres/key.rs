//! A key as the index that it is, which can be built while others go on.

use std::collections::BTreeMap;

use crate::ddl::blueprint::{Constraint, Index, Name, Part, Rule};
use crate::ddl::text::postgres as text;
use crate::diff::statement::{alter, quoted};

/// The index that a primary key or a unique constraint is, under its name.
pub(super) fn index_of(key: &Constraint) -> Index {
    let (columns, nulls_not_distinct) = match &key.rule {
        Rule::PrimaryKey(columns) => (columns.clone(), false),
        Rule::Unique {
            columns,
            nulls_not_distinct,
            ..
        } => (columns.clone(), *nulls_not_distinct),
        Rule::Check { .. } | Rule::ForeignKey(_) | Rule::Exclude(_) => (Vec::new(), false),
    };
    Index {
        name: key.name.clone(),
        method: "btree".into(),
        unique: true,
        nulls_not_distinct,
        parts: columns.into_iter().map(Part::ascending).collect(),
        include: Vec::new(),
        filter: None,
        parameters: BTreeMap::new(),
    }
}

/// Makes a key of an index that is there, which gets the key's name.
pub(super) fn adopted(table: &Name, key: &Constraint, index: &str) -> String {
    let (words, when) = match &key.rule {
        Rule::Unique { deferrable, .. } => ("UNIQUE", text::when(*deferrable)),
        _ => ("PRIMARY KEY", ""),
    };
    let (name, index) = (quoted(&key.name), quoted(index));
    alter(
        table,
        format!("ADD CONSTRAINT {name} {words} USING INDEX {index}{when}"),
    )
}
