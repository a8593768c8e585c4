//! What a database has, as far as a blueprint asks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::blueprint::{Blueprint, Column, Constraint, Index, Name, Rule, Table};
use super::unsaid::ConstraintReason;
use crate::schema::SequenceOptions;

/// The part of a database that a blueprint talks about. Names in the schema
/// the connection works in have no schema, as in the blueprint.
#[derive(Debug, Clone, Default)]
pub(crate) struct Live {
    /// The name of the database.
    pub(crate) database: String,
    /// The schema the connection works in, if it has one.
    pub(crate) schema: Option<String>,
    /// Those of the blueprint's schemas that exist.
    pub(crate) schemas: BTreeSet<String>,
    /// What has the name of a table.
    pub(crate) relations: BTreeMap<Name, Relation>,
    /// What has the name of an enum type: its labels, or `None` for another type.
    pub(crate) types: BTreeMap<Name, Option<Vec<String>>>,
    /// The sequences of the schemas, those of columns among them.
    pub(crate) sequences: BTreeMap<Name, SequenceOptions>,
}

/// Something that has a table's name.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its columns, constraints and indexes.
    pub(crate) table: Table,
    /// Whether its rows are in partitions, by whatever rule.
    pub(crate) is_partitioned: bool,
    /// Its columns that say in which partition a row is, here or further down.
    pub(crate) partition_key: BTreeSet<String>,
    /// What it has from tables above it.
    pub(crate) inherited: Inherited,
    /// Its indexes that were never finished.
    pub(crate) invalid_indexes: BTreeSet<String>,
    /// Its constraints that were never held against the rows that exist.
    pub(crate) unvalidated: BTreeSet<String>,
    /// Its columns that are numbered by a sequence of their own (`serial`).
    pub(crate) serials: BTreeSet<String>,
    /// Its constraints as the server writes them, with what no model can say.
    pub(crate) constraint_texts: BTreeMap<String, String>,
    /// Its indexes likewise.
    pub(crate) index_texts: BTreeMap<String, String>,
    /// Those of its constraints that no model can describe.
    pub(crate) unsaid: BTreeMap<String, ConstraintReason>,
    /// The columns that the indexes of its keys store beside the key's own.
    pub(crate) stored: BTreeMap<String, Vec<String>>,
    /// What else is built on it or on its columns, which no model speaks of.
    pub(crate) hangers: Vec<Hanger>,
    /// Its indexes that were set aside, which stay as they are.
    pub(crate) kept_indexes: Vec<Index>,
    /// Its columns likewise, under an old name.
    pub(crate) kept_columns: Vec<Column>,
    /// What its columns were called before, where a trigger keeps those of both names the same.
    pub(crate) formers: Vec<Former>,
    /// Its constraints likewise.
    pub(crate) kept_constraints: Vec<Constraint>,
    /// What SQLite keeps of it.
    pub(crate) definition: Definition,
}

/// What a table has from those that it inherits from or is a partition of: it is changed
/// there, and here together with it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Inherited {
    /// The tables above it, nearest first.
    pub(crate) from: Vec<Name>,
    /// Whether it is a partition, which has no other columns.
    pub(crate) is_partition: bool,
    /// Its columns that they have.
    pub(crate) columns: BTreeSet<String>,
    /// Its constraints likewise.
    pub(crate) constraints: BTreeSet<String>,
    /// Its indexes that are parts of theirs.
    pub(crate) indexes: BTreeSet<String>,
}

/// What has the name of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Table,
    View,
    MaterializedView,
    /// A sequence, an index or the like.
    Other,
}

/// Something that is built on a table or a column: a view, a policy, a trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hanger {
    /// The column; `None` is the table as a whole.
    pub(crate) column: Option<String>,
    /// What it is: `view`, `row policy`, ..
    pub(crate) kind: String,
    /// Its name.
    pub(crate) name: String,
    /// Whether it is part of the table, and goes with it.
    pub(crate) is_own: bool,
    /// Whether a column that it is built on keeps its type as long as it is there.
    pub(crate) holds_type: bool,
}

/// A column under an old name, for programs that still use that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Former {
    /// The old name.
    pub(crate) column: String,
    /// The column of the name that it has now.
    pub(crate) current: String,
    /// The trigger that keeps them the same.
    pub(crate) trigger: String,
    /// The trigger's function.
    pub(crate) function: Name,
}

/// What SQLite keeps of a table beside its columns.
#[derive(Debug, Clone, Default)]
pub(crate) struct Definition {
    /// The statement that made it.
    pub(crate) sql: String,
    /// Whether its columns hold values of their types only.
    pub(crate) strict: bool,
    /// Those of its unique indexes that are part of the statement.
    pub(crate) uniques: BTreeSet<String>,
    /// The statements that made its triggers.
    pub(crate) triggers: Vec<String>,
}

impl Live {
    /// The same with the tables' and columns' names spelled as in a blueprint,
    /// where they differ in ASCII letters' case alone: to SQLite they are one.
    pub(crate) fn spelled_as(mut self, blueprint: &Blueprint) -> Self {
        let tables = blueprint.tables.iter().map(|it| &it.name);
        for wanted in tables.chain(blueprint.views.iter().map(|it| &it.name)) {
            let is_it = |name: &Name| name.name.eq_ignore_ascii_case(&wanted.name);
            let Some(found) = self.relations.keys().find(|it| is_it(it)).cloned() else {
                continue;
            };
            if let Some(mut relation) = self.relations.remove(&found) {
                relation.table.name = wanted.clone();
                self.relations.insert(wanted.clone(), relation);
            }
            for relation in self.relations.values_mut() {
                relation.table.targets_spelled_as(wanted);
            }
        }
        self
    }
}

impl Table {
    fn targets_spelled_as(&mut self, name: &Name) {
        for constraint in &mut self.constraints {
            if let Rule::ForeignKey(key) = &mut constraint.rule
                && key.target.name.eq_ignore_ascii_case(&name.name)
            {
                key.target = name.clone();
            }
        }
    }
}

impl Relation {
    /// A relation of which nothing else is known yet.
    pub(crate) fn new(kind: Kind, table: Table) -> Self {
        Relation {
            kind,
            table,
            is_partitioned: false,
            partition_key: BTreeSet::new(),
            inherited: Inherited::default(),
            invalid_indexes: BTreeSet::new(),
            unvalidated: BTreeSet::new(),
            serials: BTreeSet::new(),
            constraint_texts: BTreeMap::new(),
            index_texts: BTreeMap::new(),
            unsaid: BTreeMap::new(),
            stored: BTreeMap::new(),
            hangers: Vec::new(),
            kept_indexes: Vec::new(),
            kept_columns: Vec::new(),
            formers: Vec::new(),
            kept_constraints: Vec::new(),
            definition: Definition::default(),
        }
    }
}

impl Relation {
    pub(crate) fn is_table(&self) -> bool {
        self.kind == Kind::Table
    }

    /// Whether it is what a model calls a view of this sort.
    pub(crate) fn is_view(&self, materialized: bool) -> bool {
        self.kind
            == match materialized {
                true => Kind::MaterializedView,
                false => Kind::View,
            }
    }
}

impl fmt::Display for Hanger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} `{}`", self.kind, self.name.escape_debug())
    }
}
