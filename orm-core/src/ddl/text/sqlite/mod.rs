//! Steps in SQLite's words.

mod index;
mod table;

pub(crate) use index::create as create_index;
pub(crate) use table::{create as create_table, is_literal};

use super::{columns, list};
use crate::ddl::blueprint::{Column, Constraint, Name};
use crate::ddl::plan::Step;

/// The statement of a step. What SQLite does not have, schemas, enum types and
/// comments, is in no plan for it.
pub(super) fn of(step: &Step) -> String {
    match step {
        Step::CreateTable(table) => create_table(table),
        Step::AddColumn(table, column, own) => add_column(table, column, own),
        Step::CreateIndex(table, index) => create_index(table, index),
        Step::DropTables(names) => {
            let drops = names
                .iter()
                .map(|name| format!("DROP TABLE {}", name.quoted()));
            // The keys of tables that refer to each other are looked at once
            // both are gone.
            let defer = "PRAGMA defer_foreign_keys = ON".to_owned();
            let all = std::iter::once(defer).chain(drops);
            all.collect::<Vec<_>>().join(";\n")
        }
        Step::CreateSchema(_)
        | Step::CreateExtension(_)
        | Step::CreateEnum(_)
        | Step::CreateSequence(..)
        | Step::AddConstraint(..)
        | Step::CommentOnTable(..)
        | Step::CommentOnColumn(..)
        | Step::DropEnum(_) => String::new(),
    }
}

/// Adds a column with what is demanded of it.
pub(crate) fn add_column(table: &Name, added: &Column, constraints: &[Constraint]) -> String {
    let mut out = format!("ALTER TABLE {} ADD COLUMN ", table.quoted());
    table::column(&mut out, added, None);
    for constraint in constraints {
        out.push(' ');
        table::constraint_of_column(&mut out, constraint);
    }
    out
}
