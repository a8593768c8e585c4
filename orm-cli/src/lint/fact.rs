//! What a statement does to the schema, in the words that rules are about.

use super::name::Name;

/// One thing that a statement does. A statement may do several.
#[derive(Debug, Clone)]
pub(crate) enum Fact {
    CreatesTable {
        table: Name,
        columns: Vec<Column>,
        constraints: Vec<Constraint>,
        /// It may be there already, and then nothing is made.
        if_missing: bool,
    },
    DropsTable(Name),
    RenamesTable {
        table: Name,
        to: Name,
    },
    /// The table goes to another schema.
    MovesTable(Name),
    RenamesSchema,
    DropsSchema,
    AddsColumn {
        table: Name,
        column: Column,
    },
    DropsColumn(Name),
    RenamesColumn {
        table: Name,
        column: Name,
        to: Name,
    },
    ChangesType {
        table: Name,
        column: Name,
        to: String,
    },
    SetsNotNull {
        table: Name,
        column: Name,
    },
    DropsNotNull(Name),
    AddsConstraint {
        table: Name,
        constraint: Constraint,
    },
    Validates {
        table: Name,
        constraint: Name,
    },
    ConstrainsDomain {
        domain: Name,
        constraint: Constraint,
    },
    CreatesIndex(Index),
    DropsIndex {
        indexes: String,
        concurrently: bool,
    },
    Reindexes {
        target: String,
        concurrently: bool,
    },
    Refreshes {
        view: Name,
        concurrently: bool,
    },
    DetachesPartition {
        table: Name,
        partition: Name,
        concurrently: bool,
    },
    AttachesPartition(Name),
    /// The whole table is written anew: `CLUSTER`, `SET LOGGED`, ..
    Rewrites {
        table: Option<Name>,
        by: &'static str,
    },
    LocksTables {
        tables: Vec<Name>,
        mode: String,
    },
    Truncates(Vec<Name>),
    CreatesType(Name),
    DropsType(Name),
    /// It is called otherwise, or in another schema.
    RenamesType(Name),
    Creates {
        thing: Thing,
        name: Name,
        /// It was not there before.
        anew: bool,
    },
    Drops(Thing, Name),
    /// A function or sequence is called otherwise, or in another schema.
    RenamesObject,
    /// What depends on these goes with them.
    Cascades(Vec<Name>),
    /// Which rows of the table a program sees.
    ChangesRowSecurity(Name),
    AddsLabel {
        kind: Name,
        label: String,
    },
    RenamesLabel {
        kind: Name,
        from: String,
        to: String,
    },
    /// Rows are changed or removed.
    Writes {
        table: Name,
        /// By a WHERE that looks at them.
        narrowed: bool,
        /// The same for some of them, if it is not.
        batch: String,
    },
    /// Rows are added, or put in place of others, from a query.
    Copies {
        table: Name,
        /// By a WHERE that looks at what is read.
        narrowed: bool,
    },
    /// Code whose effect cannot be read off it.
    RunsCode,
    /// A setting of the session, and what it becomes.
    Sets {
        setting: String,
        value: String,
    },
    /// Something that no transaction may hold, such as `VACUUM`.
    NeedsNoTransaction,
    /// Nothing that anybody would notice.
    Other,
    /// The grammar does not know it.
    Unreadable(String),
}

/// What a table has beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Thing {
    View,
    Extension,
    Sequence,
    /// A function, procedure or aggregate.
    Routine,
    /// Everything that a role owns.
    Owned,
}

/// A column of a table that is created, or a new one of a table.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: Name,
    /// Its type as written.
    pub(crate) kind: String,
    pub(crate) not_null: bool,
    pub(crate) default: Default,
    /// Numbered by the server: identity, or one of the `serial` types.
    pub(crate) numbered: bool,
    pub(crate) stored: bool,
    pub(crate) unique: bool,
    pub(crate) primary_key: bool,
    /// `REFERENCES ..`, as written.
    pub(crate) references: Option<String>,
    pub(crate) check: Option<String>,
}

/// What rows get that do not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Default {
    None,
    /// The same for every row of a statement.
    Fixed(String),
    /// It calls a function that may give each row another value.
    Changing(String),
}

/// A constraint of a table or domain.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) name: Option<Name>,
    pub(crate) kind: Kind,
    /// Without `NOT VALID`.
    pub(crate) validates: bool,
    /// As written, without its name.
    pub(crate) text: String,
}

/// What a constraint demands.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    ForeignKey(Vec<Name>),
    Check(String),
    Unique { columns: String, by_index: bool },
    PrimaryKey { columns: String, by_index: bool },
    Exclusion,
    NotNull(Option<Name>),
}

/// An index that is created.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) name: Option<Name>,
    pub(crate) table: Name,
    pub(crate) columns: Vec<Name>,
    pub(crate) concurrently: bool,
}
