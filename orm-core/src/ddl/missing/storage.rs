//! How the rows of tables are kept that exist.

use super::Work;
use crate::ddl::blueprint::{Index, Partition, Table};
use crate::ddl::difference::Difference;
use crate::ddl::live::Relation;

impl Work {
    /// A model that says nothing of partitions or of a parameter takes what there is.
    pub(super) fn storage(&mut self, table: &Table, relation: &Relation) {
        let (model, database) = (&table.storage, &relation.table.storage);
        let logged = |unlogged: bool| if unlogged { "said" } else { "not said" };
        if model.unlogged != database.unlogged {
            let [model, database] = [model.unlogged, database.unlogged].map(logged);
            self.kept_otherwise(table, "UNLOGGED", model, database);
        }
        if model.partition.is_some() && model.partition != database.partition {
            let [model, database] = [&model.partition, &database.partition].map(by);
            self.kept_otherwise(table, "PARTITION BY", &model, &database);
        }
        for (name, value) in &model.parameters {
            let found = database.parameters.get(name);
            if found != Some(value) {
                let what = format!("the storage parameter {name}");
                let found = found.map_or("not set", String::as_str);
                self.kept_otherwise(table, &what, value, found);
            }
        }
    }

    /// A model that says nothing of a parameter takes what there is.
    pub(super) fn index_storage(&mut self, table: &Table, model: &Index, database: &Index) {
        for (name, value) in &model.parameters {
            let found = database.parameters.get(name);
            if found != Some(value) {
                let what = format!("the storage parameter {name} of the index {}", model.name);
                let found = found.map_or("not set", String::as_str);
                self.kept_otherwise(table, &what, value, found);
            }
        }
    }

    fn kept_otherwise(&mut self, table: &Table, what: &str, model: &str, database: &str) {
        self.differences.push(Difference::Storage {
            table: table.name.clone(),
            what: what.into(),
            model: model.into(),
            database: database.into(),
        });
    }
}

/// `RANGE (day)`
fn by(partition: &Option<Partition>) -> String {
    match partition {
        Some(it) => format!("{} ({})", it.method.sql(), it.columns.join(", ")),
        None => "another".into(),
    }
}
