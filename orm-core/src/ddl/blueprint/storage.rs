//! How the rows of a table are kept.

use std::collections::BTreeMap;

use crate::schema::PartitionMethod;

/// How the rows of a table are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Storage {
    /// Whether its writes are not logged, so that a crash of the server empties it.
    pub unlogged: bool,
    /// Its storage parameters, by name: of a model those that it speaks of.
    pub parameters: BTreeMap<String, String>,
    /// How its rows are spread over partitions, if they are.
    pub partition: Option<Partition>,
}

/// How the rows of a table are spread over partitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// What a partition holds.
    pub method: PartitionMethod,
    /// The columns that say in which one a row is.
    pub columns: Vec<String>,
}
