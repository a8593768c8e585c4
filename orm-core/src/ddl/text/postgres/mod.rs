//! Steps in PostgreSQL's words.

mod index;
mod table;

use super::{columns, list};
use crate::ddl::blueprint::{Column, Constraint, EnumType, Index, Name, Storage, Type};
use crate::ddl::literal;
use crate::ddl::plan::Step;
use crate::schema::{Deferrable, SequenceOptions};
use crate::sql::identifier;

/// The statement of a step.
pub(super) fn of(step: &Step) -> String {
    let mut out = String::new();
    match step {
        Step::CreateSchema(name) => {
            out.push_str("CREATE SCHEMA ");
            identifier::quote(&mut out, name);
        }
        Step::CreateExtension(name) => out.push_str(&create_extension(name)),
        Step::CreateEnum(kind) => create_enum(&mut out, kind),
        Step::CreateSequence(name, options) => {
            out.push_str("CREATE SEQUENCE ");
            out.push_str(&name.quoted());
            for clause in options.clauses() {
                out.push(' ');
                out.push_str(&clause);
            }
        }
        Step::CreateTable(table) => table::create(&mut out, table),
        Step::AddColumn(name, column, _) => table::add_column(&mut out, name, column),
        Step::AddConstraint(name, constraint) => table::add_constraint(&mut out, name, constraint),
        Step::CreateIndex(name, index) => index::create(&mut out, name, index, false),
        Step::CommentOnTable(table, comment) => {
            out.push_str("COMMENT ON TABLE ");
            out.push_str(&table.quoted());
            is(&mut out, comment);
        }
        Step::CommentOnColumn(table, column, comment) => {
            out.push_str("COMMENT ON COLUMN ");
            out.push_str(&table.quoted());
            out.push('.');
            identifier::quote(&mut out, column);
            is(&mut out, comment);
        }
        Step::DropTables(names) => {
            out.push_str("DROP TABLE ");
            list(&mut out, names, |out, name: &Name| {
                out.push_str(&name.quoted());
            });
        }
        Step::DropEnum(name) => {
            out.push_str("DROP TYPE ");
            out.push_str(&name.quoted());
        }
    }
    out
}

/// The statement that creates an extension, unless it is there.
pub(crate) fn create_extension(name: &str) -> String {
    let mut out = String::from("CREATE EXTENSION IF NOT EXISTS ");
    identifier::quote(&mut out, name);
    out
}

/// A column as a table's definition has it: `"id" integer NOT NULL`.
pub(crate) fn column(column: &Column) -> String {
    let mut out = String::new();
    table::column(&mut out, column);
    out
}

/// A constraint with its name: `CONSTRAINT "users_pkey" PRIMARY KEY ("id")`.
pub(crate) fn constraint(constraint: &Constraint) -> String {
    let mut out = String::new();
    table::constraint(&mut out, constraint);
    out
}

/// What stands behind the columns of a table.
pub(crate) fn storage(storage: &Storage) -> String {
    let mut out = String::new();
    table::storage(&mut out, storage);
    out
}

/// A storage parameter: `"fillfactor" = '70'`.
pub(crate) fn parameter(name: &str, value: &str) -> String {
    let mut out = String::new();
    table::parameter(&mut out, name, value);
    out
}

/// When a constraint is checked, as words behind it.
pub(crate) fn when(deferrable: Deferrable) -> &'static str {
    table::when(deferrable)
}

/// What stands behind the word IDENTITY: ` (START WITH 1000)`, or nothing.
pub(crate) fn counting(kind: &Type, options: &SequenceOptions) -> String {
    table::counting(kind, options)
}

/// A type's name.
pub(crate) fn kind(kind: &Type) -> String {
    let mut out = String::new();
    table::kind(&mut out, kind);
    out
}

/// The statement that creates an index; see [`index::create`].
pub(crate) fn create_index(table: &Name, index: &Index, concurrently: bool) -> String {
    let mut out = String::new();
    index::create(&mut out, table, index, concurrently);
    out
}

fn create_enum(out: &mut String, kind: &EnumType) {
    out.push_str("CREATE TYPE ");
    out.push_str(&kind.name.quoted());
    out.push_str(" AS ENUM (");
    list(out, &kind.labels, |out, label| literal::write(out, label));
    out.push(')');
}

fn is(out: &mut String, comment: &str) {
    out.push_str(" IS ");
    literal::write(out, comment);
}
