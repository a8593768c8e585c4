//! What a database has otherwise than the models say, and is left as it is.

use std::fmt;

use super::blueprint::{Name, View};

/// One difference between models and database that is reported and not touched.
/// `Display` is one line.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// A view, a sequence or the like has the name of a table.
    NotATable(Name),
    /// A view that a model reads, and the database does not have.
    MissingView(View),
    /// What has the name of a view is something else.
    NotAView(View),
    /// A column that a model reads, and its view does not have.
    NotInView {
        /// The view.
        view: Name,
        /// The column.
        column: String,
    },
    /// Another kind of type has the name of an enum.
    NotAnEnum(Name),
    /// An enum has other labels, or sorts them in another order.
    Labels {
        /// The enum type.
        kind: Name,
        /// The labels that only the model has.
        missing: Vec<String>,
        /// The labels that only the database has.
        extra: Vec<String>,
    },
    /// The numbers of a sequence follow each other otherwise.
    Sequence {
        /// The sequence.
        name: Name,
        /// What the models say otherwise, in PostgreSQL's words.
        model: String,
        /// The same of the database.
        database: String,
    },
    /// A column that the database does not have and that cannot be added to
    /// existing rows: NOT NULL, and nothing says what they would hold.
    MissingColumn(Name, String),
    /// A column that the database does not have, and that SQLite adds only by
    /// making the table anew, as a migration does.
    ColumnAnew(Name, String),
    /// A column that a partition does not have, because its table has none.
    NotInParent {
        /// The partition.
        table: Name,
        /// The column.
        column: String,
        /// The table that it is a partition of.
        parent: Name,
    },
    /// A column that no field stands for.
    ExtraColumn {
        /// The table.
        table: Name,
        /// The column.
        column: String,
        /// Whether no row can be created without giving it a value.
        required: bool,
    },
    /// Something about a column that both have.
    Column {
        /// The table.
        table: Name,
        /// The column.
        column: String,
        /// What differs.
        aspect: Aspect,
        /// How the model has it.
        model: String,
        /// How the database has it.
        database: String,
    },
    /// SQLite's: the table's columns take values of any type.
    NotStrict(Name),
    /// Something about how the rows of a table are kept.
    Storage {
        /// The table.
        table: Name,
        /// What it is: `UNLOGGED`, `PARTITION BY`, a storage parameter.
        what: String,
        /// How the model has it.
        model: String,
        /// How the database has it.
        database: String,
    },
    /// The table's comment is another one.
    Comment(Name),
    /// The primary key is over other columns; none if there is no primary key.
    PrimaryKey {
        /// The table.
        table: Name,
        /// The model's key columns.
        model: Vec<String>,
        /// The database's key columns.
        database: Vec<String>,
    },
    /// A constraint that demands the same and is called something else, so
    /// that its violations do not tell the fields.
    OtherName {
        /// The table.
        table: Name,
        /// What the model calls it.
        model: String,
        /// What the database calls it.
        database: String,
    },
    /// A constraint that is not as the model says.
    Constraint {
        /// The table.
        table: Name,
        /// The constraint.
        name: String,
        /// How it differs.
        state: State,
    },
    /// An index that is not as the model says.
    Index {
        /// The table.
        table: Name,
        /// The index.
        name: String,
        /// How it differs.
        state: State,
    },
}

/// How a constraint or index differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// It is missing and cannot be added, because a column it needs, or may
    /// need, is missing and cannot be added.
    Waiting,
    /// It is missing, and SQLite adds it only by making the table anew, as a
    /// migration does.
    Anew,
    /// The database has another one of this name, or one for the same purpose.
    Another,
    /// Only the database has it.
    Extra,
    /// It was never finished, and helps nobody.
    Invalid,
}

/// What can differ about a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Aspect {
    /// Its type.
    Type,
    /// The collation of its texts.
    Collation,
    /// Whether it may hold NULL.
    Nullable,
    /// Its default.
    Default,
    /// How the server numbers it.
    Identity,
    /// How the numbers of its sequence follow each other.
    Sequence,
    /// Whether it is computed.
    Generated,
    /// Its comment.
    Comment,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotATable(name) => write!(f, "`{name}` exists and is not a table"),
            Self::MissingView(view) => write!(
                f,
                "the {} `{}` is in the models and not in the database: write a migration that \
                 makes it",
                view.noun(),
                view.name
            ),
            Self::NotAView(view) => {
                write!(f, "`{}` exists and is not a {}", view.name, view.noun())
            }
            Self::NotInView { view, column } => write!(
                f,
                "`{view}.{column}` is in the model and not in the view: write a migration that \
                 makes the view anew"
            ),
            Self::Sequence {
                name,
                model,
                database,
            } => {
                write!(f, "the sequence `{name}` has ")?;
                sides(f, model, database)
            }
            Self::NotAnEnum(name) => write!(f, "the type `{name}` exists and is not an enum"),
            Self::Labels {
                kind,
                missing,
                extra,
            } => labels(f, kind, missing, extra),
            Self::MissingColumn(table, column) => write!(
                f,
                "`{table}.{column}` is in the model and not in the database, and is not added: it \
                 is NOT NULL and has no default for the rows that exist"
            ),
            Self::ColumnAnew(table, column) => write!(
                f,
                "`{table}.{column}` is in the model and not in the database, and is not added: \
                 SQLite can only make the table anew for it, which a migration does"
            ),
            Self::NotInParent {
                table,
                column,
                parent,
            } => write!(
                f,
                "`{table}.{column}` is in the model and not in the database, and is not added: a \
                 partition has the columns of its table, `{parent}`"
            ),
            Self::ExtraColumn {
                table,
                column,
                required,
            } => {
                write!(
                    f,
                    "`{table}.{column}` is in the database and not in the model"
                )?;
                let note = ", and no row can be created: it is NOT NULL and has no default";
                f.write_str(if *required { note } else { "" })
            }
            Self::Column {
                table,
                column,
                aspect,
                model,
                database,
            } => {
                write!(f, "{aspect} of `{table}.{column}` is ")?;
                sides(f, model, database)
            }
            Self::Storage {
                table,
                what,
                model,
                database,
            } => {
                write!(f, "{what} of `{table}` is ")?;
                sides(f, model, database)
            }
            Self::Comment(table) => {
                write!(f, "the comment of `{table}` is another one in the database")
            }
            Self::NotStrict(table) => write!(
                f,
                "the table `{table}` is not STRICT in the database: its columns hold values of any \
                 type"
            ),
            Self::PrimaryKey {
                table,
                model,
                database,
            } => {
                write!(f, "the primary key of `{table}` is ")?;
                sides(f, &key(model), &key(database))
            }
            Self::OtherName {
                table,
                model,
                database,
            } => {
                write!(f, "the constraint `{model}` of `{table}` ")?;
                write!(f, "is called `{database}` in the database")
            }
            Self::Constraint { table, name, state } => {
                write!(f, "the constraint `{name}` of `{table}` {state}")
            }
            Self::Index { table, name, state } => {
                write!(f, "the index `{name}` of `{table}` {state}")
            }
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "is missing too, and waits for the columns that are missing",
            Self::Anew => {
                "is missing in the database, and SQLite can only make the table anew for it, which \
                 a migration does"
            }
            Self::Another => "is another one in the database",
            Self::Extra => "is in the database and not in the model",
            Self::Invalid => "is invalid in the database: it was never finished",
        })
    }
}

fn sides(f: &mut fmt::Formatter<'_>, model: &str, database: &str) -> fmt::Result {
    write!(f, "{model} in the model and {database} in the database")
}

fn labels(
    f: &mut fmt::Formatter<'_>,
    kind: &Name,
    missing: &[String],
    extra: &[String],
) -> fmt::Result {
    write!(f, "the enum type `{kind}` ")?;
    match (missing, extra) {
        ([], []) => f.write_str("sorts its labels in another order in the database"),
        ([], extra) => write!(
            f,
            "has {} in the database and not in the model",
            quoted(extra)
        ),
        (missing, []) => write!(f, "lacks {} in the database", quoted(missing)),
        (missing, extra) => write!(
            f,
            "lacks {} in the database, which has {} instead",
            quoted(missing),
            quoted(extra)
        ),
    }
}

fn quoted(names: &[String]) -> String {
    names
        .iter()
        .map(|name| format!("`{name}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn key(columns: &[String]) -> String {
    if columns.is_empty() {
        "missing".into()
    } else {
        format!("({})", columns.join(", "))
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Type => "the type",
            Self::Collation => "the collation",
            Self::Nullable => "the nullability",
            Self::Default => "the default",
            Self::Identity => "the numbering",
            Self::Sequence => "the sequence",
            Self::Generated => "the computation",
            Self::Comment => "the comment",
        })
    }
}
