//! Tables as the database should have them, or has them: plain data in which
//! every name is decided and every expression is text.

mod exclusion;
mod relative;
pub(crate) mod sequence;
mod storage;

use std::collections::BTreeMap;
use std::fmt;

pub use exclusion::{Element, Exclusion};
pub use sequence::Sequence;
pub use storage::{Partition, Storage};

use crate::schema::{Action, Deferrable, Identity, SequenceOptions, TableName};
use crate::sql::identifier;

/// Everything a set of models needs, ordered by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blueprint {
    /// The enum types.
    pub enums: Vec<EnumType>,
    /// The tables, join tables included.
    pub tables: Vec<Table>,
    /// The views that models read. Migrations make them, and nothing else does.
    pub views: Vec<View>,
}

/// The name of a table or type, with its schema.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// The schema; `None` is the first of the connection's search path.
    pub schema: Option<String>,
    /// The name within it.
    pub name: String,
}

/// An enum type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnumType {
    /// Its name.
    pub name: Name,
    /// Its labels, in sort order.
    pub labels: Vec<String>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: Name,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Its constraints: primary key, uniques, checks, foreign keys, exclusions.
    pub constraints: Vec<Constraint>,
    /// Its indexes, without those that the server makes for constraints.
    pub indexes: Vec<Index>,
    /// How its rows are kept.
    pub storage: Storage,
    /// Its comment.
    pub comment: Option<String>,
}

/// A view, as far as a model speaks of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Its name.
    pub name: Name,
    /// Whether its rows are kept, and computed anew when that is asked for.
    pub materialized: bool,
    /// The columns that are read.
    pub columns: Vec<Column>,
}

impl View {
    /// What it is called.
    pub(crate) fn noun(&self) -> &'static str {
        match self.materialized {
            true => "materialized view",
            false => "view",
        }
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Type,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// How the server numbers its rows.
    pub identity: Option<Identity>,
    /// The sequence that numbers its rows, as far as it is known or spoken of.
    pub sequence: Option<Sequence>,
    /// The expression of its default.
    pub default: Option<String>,
    /// The expression it is computed by.
    pub generated: Option<String>,
    /// The collation of its texts, where it is not that of its type.
    pub collation: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// A built-in type, spelled as the server spells it: `character varying(150)`.
    BuiltIn(String),
    /// An enum type, or an array of it.
    Enum {
        /// The enum's name.
        name: Name,
        /// Whether the column holds arrays.
        array: bool,
    },
    /// Any other type, as the model's author wrote it.
    Other(String),
    /// A domain, as the server spells it, and what it is made of.
    Domain {
        /// Its name, with its schema where that must be said.
        name: String,
        /// The type below all domains.
        base: Box<Type>,
    },
}

impl Type {
    /// What values of it are: the type that a domain is made of.
    pub fn base(&self) -> &Type {
        match self {
            Type::Domain { base, .. } => base,
            kind => kind,
        }
    }

    /// Whether it is one of whole numbers, which a sequence counts in.
    pub(crate) fn is_whole(&self) -> bool {
        match self {
            Type::BuiltIn(name) => matches!(name.as_str(), "smallint" | "integer" | "bigint"),
            _ => false,
        }
    }

    /// The greatest number that a sequence of this type counts to.
    pub(crate) fn greatest(&self) -> i64 {
        match self.base() {
            Type::BuiltIn(name) if name == "smallint" => i16::MAX.into(),
            Type::BuiltIn(name) if name == "integer" => i32::MAX.into(),
            _ => i64::MAX,
        }
    }
}

/// As people say it: `sales.mood[]`.
impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::BuiltIn(name) | Type::Other(name) | Type::Domain { name, .. } => {
                f.write_str(name)
            }
            Type::Enum { name, array } => write!(f, "{name}{}", if *array { "[]" } else { "" }),
        }
    }
}

/// A constraint with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    /// Its name, at most 63 bytes.
    pub name: String,
    /// What it demands.
    pub rule: Rule,
}

/// What a constraint demands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rule {
    /// The columns identify the row.
    PrimaryKey(Vec<String>),
    /// No two rows agree in the columns.
    Unique {
        /// The columns, in order.
        columns: Vec<String>,
        /// Whether two NULLs agree.
        nulls_not_distinct: bool,
        /// When the server checks it.
        deferrable: Deferrable,
    },
    /// The condition is not false for any row.
    Check {
        /// The condition, as SQL.
        condition: String,
        /// The column whose validator it is, if it is one.
        column: Option<String>,
    },
    /// The columns hold the key of a row.
    ForeignKey(ForeignKey),
    /// Of two rows, one of the operators does not hold.
    Exclude(Exclusion),
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    /// The columns that hold the key.
    pub columns: Vec<String>,
    /// The table the key belongs to.
    pub target: Name,
    /// The key's columns there.
    pub target_columns: Vec<String>,
    /// What happens when the row with the key is deleted.
    pub on_delete: Action,
    /// What happens when its key changes.
    pub on_update: Action,
    /// When the server checks it.
    pub deferrable: Deferrable,
    /// Whether the columns are NULL together or not at all.
    pub match_full: bool,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Its name, at most 63 bytes.
    pub name: String,
    /// The method: `btree`, `gin`, …
    pub method: String,
    /// Whether it refuses duplicates.
    pub unique: bool,
    /// Whether two NULLs are duplicates.
    pub nulls_not_distinct: bool,
    /// What it is over.
    pub parts: Vec<Part>,
    /// The columns that are only stored.
    pub include: Vec<String>,
    /// The condition of a partial index.
    pub filter: Option<String>,
    /// Its storage parameters, by name.
    pub parameters: BTreeMap<String, String>,
}

/// One part of an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// A column or an expression.
    pub term: Term,
    /// Whether it sorts descending.
    pub descending: bool,
    /// `Some(true)` is NULLS FIRST, `Some(false)` NULLS LAST, `None` the server's choice.
    pub nulls_first: Option<bool>,
    /// The operator class.
    pub operator_class: Option<String>,
}

/// What one part of an index looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// A column.
    Column(String),
    /// An expression.
    Expression(String),
}

impl Name {
    /// A name in a schema, or in the first one of the search path.
    pub fn new(schema: Option<&str>, name: &str) -> Self {
        Name {
            schema: schema.map(Into::into),
            name: name.into(),
        }
    }

    /// The name as it is written inside `schema`: without it.
    pub(crate) fn relative_to(&mut self, schema: &str) {
        self.schema.take_if(|own| own == schema);
    }

    /// The name in quotes, as SQL, whatever characters it has.
    ///
    /// ```
    /// use orm_core::ddl::blueprint::Name;
    ///
    /// assert_eq!(Name::new(Some("sales"), "Order").quoted(), r#""sales"."Order""#);
    /// ```
    pub fn quoted(&self) -> String {
        let mut out = String::new();
        if let Some(schema) = &self.schema {
            identifier::quote(&mut out, schema);
            out.push('.');
        }
        identifier::quote(&mut out, &self.name);
        out
    }
}

impl From<TableName> for Name {
    fn from(name: TableName) -> Self {
        Name::new(name.schema, name.name)
    }
}

/// The name as people say it, for messages: `sales.orders`.
impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(schema) = &self.schema {
            write!(f, "{schema}.")?;
        }
        f.write_str(&self.name)
    }
}

impl Table {
    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The constraint of a name.
    pub fn constraint(&self, name: &str) -> Option<&Constraint> {
        self.constraints
            .iter()
            .find(|constraint| constraint.name == name)
    }

    /// The primary key's name and its column, where the database numbers the
    /// rows by it and it is the only one.
    pub(crate) fn numbered(&self) -> Option<(&str, &str)> {
        self.constraints.iter().find_map(|it| match &it.rule {
            Rule::PrimaryKey(key) => {
                let [column] = key.as_slice() else {
                    return None;
                };
                let numbered = self.column(column)?.identity.is_some();
                numbered.then_some((it.name.as_str(), column.as_str()))
            }
            _ => None,
        })
    }

    /// The foreign keys, with their names.
    pub fn foreign_keys(&self) -> impl Iterator<Item = (&str, &ForeignKey)> {
        self.constraints
            .iter()
            .filter_map(|constraint| match &constraint.rule {
                Rule::ForeignKey(key) => Some((&*constraint.name, key)),
                _ => None,
            })
    }
}

impl Index {
    /// The columns, if every part is one.
    pub fn columns(&self) -> Option<Vec<&str>> {
        self.parts.iter().map(Part::column).collect()
    }
}

impl Part {
    /// A column, in the server's usual order.
    pub(crate) fn ascending(column: String) -> Self {
        Part {
            term: Term::Column(column),
            descending: false,
            nulls_first: None,
            operator_class: None,
        }
    }

    /// The column, unless it is an expression.
    pub fn column(&self) -> Option<&str> {
        match &self.term {
            Term::Column(name) => Some(name),
            Term::Expression(_) => None,
        }
    }
}

impl Blueprint {
    /// The extensions of PostgreSQL that bring what the tables name, in order.
    pub fn extensions(&self) -> Vec<&'static str> {
        super::extension::needed(&self.tables).into_iter().collect()
    }

    /// The sequences that stand alone, each with what is said of it.
    pub fn sequences(&self) -> BTreeMap<&Name, SequenceOptions> {
        sequence::standing_alone(&self.tables)
    }

    /// Whether anything is in the schema the connection works in.
    pub(crate) fn needs_current_schema(&self) -> bool {
        let enums = self.enums.iter().map(|kind| &kind.name);
        let views = self.views.iter().map(|view| &view.name);
        let tables = self.tables.iter().map(|table| &table.name);
        enums
            .chain(tables)
            .chain(views)
            .any(|it| it.schema.is_none())
    }

    /// Every schema that is named.
    pub(crate) fn schemas(&self) -> std::collections::BTreeSet<&str> {
        let enums = self.enums.iter().map(|kind| &kind.name);
        let tables = self.tables.iter().map(|table| &table.name);
        enums
            .chain(tables)
            .chain(self.sequences().into_keys())
            .filter_map(|name| name.schema.as_deref())
            .collect()
    }
}
