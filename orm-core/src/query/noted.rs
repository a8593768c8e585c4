//! What writes have learned about tables, for as long as the program runs.

use std::collections::BTreeSet;
use std::sync::{PoisonError, RwLock};

use crate::schema::TableName;

/// Tables of which something was found out.
pub(super) struct Tables(RwLock<BTreeSet<(Option<&'static str>, &'static str)>>);

impl Tables {
    pub(super) const fn new() -> Self {
        Tables(RwLock::new(BTreeSet::new()))
    }

    pub(super) fn has(&self, table: &TableName) -> bool {
        // A set is whole whatever happened while it was locked.
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        tables.contains(&(table.schema, table.name))
    }

    pub(super) fn note(&self, table: TableName) {
        let mut tables = self.0.write().unwrap_or_else(PoisonError::into_inner);
        tables.insert((table.schema, table.name));
    }
}
