//! What a table gets together with the tables above it, by inheritance or as a partition.

use std::collections::BTreeSet;

use super::column::can_be_added;
use crate::ddl::blueprint::{Blueprint, Constraint, Index, Name, Rule};
use crate::ddl::live::Relation;

/// What the models say of the tables above one.
#[derive(Debug, Default)]
pub(super) struct Above {
    /// The table that it is a partition of.
    pub(super) parent: Option<Name>,
    /// The columns that are there, or will be.
    pub(super) columns: BTreeSet<String>,
    constraints: Vec<Constraint>,
    indexes: Vec<Index>,
}

impl Above {
    pub(super) fn of(relation: &Relation, blueprint: &Blueprint) -> Self {
        let inherited = &relation.inherited;
        let parent = inherited.from.first().filter(|_| inherited.is_partition);
        let mut above = Above {
            parent: parent.cloned(),
            ..Above::default()
        };
        let tables = blueprint.tables.iter();
        for table in tables.filter(|it| inherited.from.contains(&it.name)) {
            let columns = table.columns.iter().filter(|it| can_be_added(it));
            above.columns.extend(columns.map(|it| it.name.clone()));
            above.constraints.extend(table.constraints.iter().cloned());
            above.indexes.extend(table.indexes.iter().cloned());
        }
        above
    }

    /// Whether a constraint is added with one of a table above: a check by its name, and
    /// whatever a partition has.
    pub(super) fn has(&self, constraint: &Constraint) -> bool {
        self.constraints.iter().any(|it| match &it.rule {
            Rule::Check { .. } => it.name == constraint.name,
            rule => self.parent.is_some() && *rule == constraint.rule,
        })
    }

    /// Whether an index is made with one of the table that this is a partition of.
    pub(super) fn has_index(&self, index: &Index) -> bool {
        let mut all = self.indexes.iter();
        self.parent.is_some() && all.any(|it| super::index::same(index, it))
    }
}
