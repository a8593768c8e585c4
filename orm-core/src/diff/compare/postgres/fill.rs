//! Columns that rows get a value in, some rows at a time.

use super::column::is_null;
use super::{Work, momentary};
use crate::ddl::blueprint::{Column, Name};
use crate::ddl::token;
use crate::ddl::unsaid::primary_key;
use crate::diff::change::{Change, Rank, Stage};
use crate::diff::statement::{add_column, alter_column, drop_column, in_batches, quoted};

impl Work<'_> {
    /// Whether rows that exist get a value each, which would lock all of them.
    pub(super) fn is_filled_later(&self, table: &Name, column: &Column) -> bool {
        let default = column.default.as_deref();
        let differs = default.is_some_and(|it| !is_null(it) && !is_one_for_all(it));
        let is_plain = column.identity.is_none() && column.generated.is_none();
        differs && is_plain && !self.options.plain && self.key_now(table).is_some()
    }

    /// Adds a column that is empty for a moment: rows that come have its default, and
    /// those that exist get it some at a time.
    pub(super) fn column_filled_later(&mut self, table: &Name, column: &Column) {
        let default = column.default.clone().unwrap_or_default();
        let empty = Column {
            nullable: true,
            default: None,
            ..column.clone()
        };
        let summary = format!("add column {table}.{}", column.name);
        let mut change = Change::new(Stage::Schema, Rank::AddColumn, summary);
        change.up = add_column(table, &empty);
        let set = alter_column(table, &column.name, format!("SET DEFAULT {default}"));
        change.up.push(set);
        change.down = vec![drop_column(table, &column.name)];
        self.push(change.note(momentary(table)));
        if !column.nullable {
            return self.not_null(table, &column.name, Some(&default), Vec::new());
        }
        self.fill(table, &column.name, &default);
    }

    /// Fills a column where it is empty, which it may be.
    pub(super) fn fill(&mut self, table: &Name, column: &str, value: &str) {
        let summary = format!("fill {table}.{column}");
        let change = Change::new(Stage::Online, Rank::Fill, summary);
        self.push(self.filled(change, table, column, value));
    }

    /// The statement that fills a column where it is empty, with a table's rows some at a
    /// time where that can be had.
    pub(super) fn filled(&self, change: Change, table: &Name, column: &str, value: &str) -> Change {
        let column = quoted(column);
        let update = format!("UPDATE {} SET {column} = {value}", table.quoted());
        match self.key_now(table).filter(|_| !self.options.plain) {
            Some(key) => change.up(in_batches(
                table,
                key,
                &update,
                &format!("{column} IS NULL"),
            )),
            None => change.up(format!("{update} WHERE {column} IS NULL")),
        }
        .note("Rows are filled some at a time: a run that is stopped goes on where it was.")
    }

    /// The primary key that a table has already, and keeps: what rows are filled along.
    pub(super) fn key_now(&self, table: &Name) -> Option<&[String]> {
        let relation = self.now.relations.get(table)?;
        let key = primary_key(&relation.table);
        let touched = self.touched.get(table);
        let stays = key
            .iter()
            .all(|it| touched.is_none_or(|touched| !touched.gone.contains(it)));
        // The line that says so is one line.
        let names = key.iter().chain(&table.schema).chain([&table.name]);
        let fits = names.into_iter().all(|it| !it.contains(char::is_control));
        (stays && fits && !key.is_empty()).then_some(key)
    }
}

/// Whether a default is surely the same for all rows that exist: then adding it writes none.
pub(super) fn is_one_for_all(default: &str) -> bool {
    const STABLE: [&str; 6] = [
        "now()",
        "current_timestamp",
        "current_date",
        "localtimestamp",
        "transaction_timestamp()",
        "statement_timestamp()",
    ];
    is_null(default)
        || default.parse::<f64>().is_ok()
        || matches!(default.to_lowercase().as_str(), "true" | "false")
        || STABLE.contains(&default.to_lowercase().as_str())
        || token::is_text(default)
}
