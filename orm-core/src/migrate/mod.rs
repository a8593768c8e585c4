//! Migrations: changes of the schema, in order, once.
//!
#![doc = include_str!("guide.md")]
//!
//! # The way through the modules
//!
//! ```text
//! folder, embed_migrations!, impl Migration -> Migrator (units by name)
//! units + history -> judge -> tasks -> run (one connection, one lock) -> history
//! ```
//!
//! | module | job |
//! |---|---|
//! | `source`, `script` | from files to statements, as a database reads them |
//! | `folder`, `embedded`, `migration` | where migrations come from |
//! | `migrator` | a set of them, and what can be done with it |
//! | `history` | the table of what was applied |
//! | `judge` | what is to be done, and whether it may be |
//! | `connection`, `session` | the lock, the notices; the connection of either database |
//! | `run` | one migration, in a transaction or in steps |
//! | `editor` | what migrations in Rust change the schema with |
//! | `database` | making and dropping whole databases |
//! | `interrupt` | migrations that are told to stop |
//! | `sql` | the text of migrations, for a linter |
//! | `squashed` | many migrations in one file |
//! | `status`, `upkeep` | looking, baseline and repair |
//! | `foreign` | the histories of other tools |

mod checksum;
mod connection;
mod database;
mod editor;
mod embedded;
mod event;
mod folder;
mod foreign;
mod history;
mod interrupt;
mod judge;
mod migration;
mod migrator;
mod name;
mod options;
mod problem;
mod run;
mod script;
mod session;
mod source;
mod sql;
mod squashed;
mod status;
mod unit;
mod upkeep;

pub use self::database::{create_database, drop_database};
pub use self::editor::{
    Column, ColumnType, ForeignKey, Index, NewEnumValue, QualifiedName, SchemaEditor, Table, Value,
};
pub use self::embedded::{Embedded, EmbeddedSource};
pub use self::event::{Direction, Event};
pub use self::foreign::Tool;
pub use self::interrupt::Interrupt;
pub use self::judge::Undo;
pub use self::migration::{IrreversibleMigration, Migration};
pub use self::migrator::{Migrator, Planned, Run};
pub use self::name::{is_kebab, to_kebab};
pub use self::problem::{Failure, Inconsistency, Left, MigrationProblem};
pub(crate) use self::script::batch_range;
pub use self::sql::{Allowance, SqlMigration, SqlStatement};
pub use self::squashed::{Squashed, squash};
pub use self::status::{Standing, State};
pub use self::upkeep::Repair;
