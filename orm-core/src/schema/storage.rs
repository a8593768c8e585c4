//! How the rows of a table are kept.

/// How the rows of a table are kept, as far as its model says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StorageDef {
    /// Whether its writes are not logged, so that a crash of the server empties it.
    pub unlogged: bool,
    /// The storage parameters that the model names, with their values.
    pub parameters: &'static [(&'static str, &'static str)],
    /// How its rows are spread over partitions, if they are.
    pub partition: Option<PartitionDef>,
}

/// How the rows of a table are spread over partitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionDef {
    /// What a partition holds.
    pub method: PartitionMethod,
    /// The columns that say in which one a row is, as positions in the table's column list.
    pub columns: &'static [u16],
}

/// What a partition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PartitionMethod {
    /// `RANGE`: the rows between two bounds.
    Range,
    /// `LIST`: the rows with one of some values.
    List,
    /// `HASH`: the rows whose digests leave one remainder.
    Hash,
}

impl StorageDef {
    /// A table of which nothing is said.
    pub const PLAIN: StorageDef = StorageDef {
        unlogged: false,
        parameters: &[],
        partition: None,
    };
}

impl PartitionMethod {
    /// The word for it in SQL.
    pub const fn sql(self) -> &'static str {
        match self {
            PartitionMethod::Range => "RANGE",
            PartitionMethod::List => "LIST",
            PartitionMethod::Hash => "HASH",
        }
    }
}
