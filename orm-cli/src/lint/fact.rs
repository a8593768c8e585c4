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
        /// It has these columns, and no others from elsewhere.
        is_whole: bool,
    },
    DropsTable(Name),
    RenamesTable {
        table: Name,
        to: Name,
    },
    /// The table goes to another schema.
    MovesTable {
        table: Name,
        to: Name,
    },
    RenamesSchema {
        schema: Name,
        to: Name,
    },
    DropsSchema(Name),
    AddsColumn {
        table: Name,
        column: Column,
    },
    DropsColumn {
        table: Name,
        column: Name,
    },
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
    DropsNotNull {
        table: Name,
        column: Name,
    },
    /// Who gives the column what an insert does not say.
    ChangesSource {
        table: Name,
        column: Name,
        to: Source,
    },
    AddsConstraint {
        table: Name,
        constraint: Constraint,
    },
    DropsConstraint {
        table: Name,
        constraint: Name,
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
    /// An index, or the constraint that it stands behind.
    RenamesIndex {
        index: Name,
        to: Name,
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
    CreatesType {
        kind: Name,
        /// Those of an enum, as its rows hold them.
        labels: Vec<String>,
        /// What a domain is made of, as written.
        base: Option<String>,
    },
    DropsType(Name),
    /// It is called otherwise, or in another schema.
    RenamesType {
        kind: Name,
        to: Name,
    },
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
    /// Rights on these tables, or on what is in these schemas, are taken away.
    Revokes {
        tables: Vec<Name>,
        schemas: Vec<Name>,
    },
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
    /// Numbered, and no other number is taken: `GENERATED ALWAYS AS IDENTITY`.
    pub(crate) numbered_always: bool,
    pub(crate) stored: bool,
    /// Computed of others, whether it is stored or not.
    pub(crate) computed: bool,
    pub(crate) unique: bool,
    pub(crate) primary_key: bool,
    /// `REFERENCES ..`, as written.
    pub(crate) references: Option<String>,
    pub(crate) check: Option<String>,
}

/// Who gives a column what an insert does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Nobody: it is NULL.
    Nobody,
    /// The server, unless a value is given.
    Server,
    /// The server, and no value may be given.
    ServerAlone,
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
    Unique {
        columns: String,
        /// The index that is there, and is called as the constraint from now on.
        by_index: Option<Name>,
    },
    PrimaryKey {
        columns: String,
        by_index: Option<Name>,
    },
    Exclusion,
    NotNull(Option<Name>),
}

/// An index that is created.
#[derive(Debug, Clone)]
pub(crate) struct Index {
    pub(crate) name: Option<Name>,
    pub(crate) table: Name,
    pub(crate) columns: Vec<Name>,
    pub(crate) unique: bool,
    /// The condition of a partial index, as written.
    pub(crate) filter: Option<String>,
    pub(crate) concurrently: bool,
}
