//! What a database has, as far as a blueprint asks.

use std::collections::{BTreeMap, BTreeSet};

use super::blueprint::{Blueprint, Name, Rule, Table};

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
}

/// Something that has a table's name.
#[derive(Debug, Clone)]
pub(crate) struct Relation {
    /// Whether it is a table, and not a view, sequence, index or the like.
    pub(crate) is_table: bool,
    /// Its columns, constraints and indexes.
    pub(crate) table: Table,
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
    /// What SQLite keeps of it.
    pub(crate) definition: Definition,
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
        for table in &blueprint.tables {
            let is_it = |name: &Name| name.name.eq_ignore_ascii_case(&table.name.name);
            let Some(found) = self.relations.keys().find(|it| is_it(it)).cloned() else {
                continue;
            };
            if let Some(mut relation) = self.relations.remove(&found) {
                relation.table.name = table.name.clone();
                self.relations.insert(table.name.clone(), relation);
            }
            for relation in self.relations.values_mut() {
                relation.table.targets_spelled_as(&table.name);
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
    pub(crate) fn new(is_table: bool, table: Table) -> Self {
        Relation {
            is_table,
            table,
            invalid_indexes: BTreeSet::new(),
            unvalidated: BTreeSet::new(),
            serials: BTreeSet::new(),
            constraint_texts: BTreeMap::new(),
            index_texts: BTreeMap::new(),
            definition: Definition::default(),
        }
    }
}
