//! Text and bound values, written by one hand.

use std::sync::Arc;

use super::Dialect;
use super::dialect::push_number;
use super::repeat::Repeats;
use crate::ast::Bound;
use crate::schema::{ColumnDef, SqlType, TableDef, TableName};
use crate::types::Param;

/// A finished statement: its text and the values bound to it, in order.
#[derive(Debug, Clone)]
pub(crate) struct Sql<'a> {
    /// The text; the first placeholder stands for the first of `params`.
    pub text: Arc<str>,
    /// The bound values.
    pub params: Bound<'a>,
    /// Whether some of the text was written by hand: it may do anything.
    pub has_raw: bool,
    /// How many times the statement is run in a row, where its arrays are not values
    /// but one value for each time.
    pub steps: Option<usize>,
}

/// Writes one statement.
pub(crate) struct Writer<'a> {
    pub(crate) dialect: &'static dyn Dialect,
    pub(super) text: String,
    params: Bound<'a>,
    pub(super) has_raw: bool,
    /// The alias of the innermost table in scope. No alias: the statement has
    /// one table and its columns need no qualifier.
    scope: Option<Alias>,
    /// The tables around the innermost one, outermost first.
    enclosing: Vec<(&'static TableDef, Option<Alias>)>,
    next_alias: usize,
    pub(super) repeats: Repeats<'a>,
}

/// The alias of a table in a statement with several: `t0`, `t1`, …
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alias(usize);

impl Alias {
    /// That of the join table in a statement that removes pairs: `pair`.
    pub(super) const PAIR: Alias = Alias(usize::MAX);
}

impl<'a> Writer<'a> {
    pub(crate) fn new(dialect: &'static dyn Dialect) -> Self {
        Writer {
            dialect,
            text: String::with_capacity(256),
            params: Bound::new(),
            has_raw: false,
            scope: None,
            enclosing: Vec::new(),
            next_alias: 0,
            repeats: Repeats::default(),
        }
    }

    pub(crate) fn finish(self) -> Sql<'a> {
        Sql {
            text: self.text.into(),
            params: self.params,
            has_raw: self.has_raw,
            steps: None,
        }
    }

    /// SQL words of our own.
    pub(crate) fn push(&mut self, words: &str) {
        self.text.push_str(words);
    }

    /// A text of the program's, quoted.
    pub(super) fn word(&mut self, text: &str) {
        self.push("'");
        self.push(&text.replace('\'', "''"));
        self.push("'");
    }

    pub(crate) fn number(&mut self, n: usize) {
        push_number(&mut self.text, n);
    }

    pub(crate) fn param(&mut self, param: &'a Param) {
        self.params.push(param);
        self.dialect.placeholder(&mut self.text, self.params.len());
    }

    pub(crate) fn identifier(&mut self, name: &str) {
        self.dialect.identifier(&mut self.text, name);
    }

    pub(crate) fn type_name(&mut self, sql_type: &SqlType) {
        self.dialect.type_name(&mut self.text, sql_type);
    }

    pub(crate) fn table(&mut self, name: &TableName) {
        if let Some(schema) = name.schema {
            self.identifier(schema);
            self.push(".");
        }
        self.identifier(name.name);
    }

    /// Writes `items` with `, ` between them.
    pub(crate) fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut each: impl FnMut(&mut Self, T),
    ) {
        for (i, item) in items.into_iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            each(self, item);
        }
    }

    /// A column of the innermost table in scope.
    pub(crate) fn column(&mut self, column: &ColumnDef) {
        self.column_of(self.current_alias(), column.name);
    }

    /// A column of the table with an alias, or of the only table.
    pub(crate) fn column_of(&mut self, alias: Option<Alias>, name: &str) {
        if let Some(alias) = alias {
            self.alias(alias);
            self.push(".");
        }
        self.identifier(name);
    }

    pub(crate) fn alias(&mut self, alias: Alias) {
        if alias == Alias::PAIR {
            return self.push("pair");
        }
        self.push("t");
        self.number(alias.0);
    }

    pub(crate) fn new_alias(&mut self) -> Alias {
        let alias = Alias(self.next_alias);
        self.next_alias += 1;
        alias
    }

    /// Writes with a table in scope.
    pub(crate) fn scoped(&mut self, alias: Option<Alias>, write: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.scope, alias);
        write(self);
        self.scope = outer;
    }

    /// Writes with another table in scope, inside `owner`, which is innermost now.
    pub(crate) fn inside(
        &mut self,
        owner: &'static TableDef,
        alias: Alias,
        write: impl FnOnce(&mut Self),
    ) {
        self.within(owner, |w| w.scoped(Some(alias), write));
    }

    /// Writes with the columns of `owner`, which is innermost now, in reach.
    pub(crate) fn within(&mut self, owner: &'static TableDef, write: impl FnOnce(&mut Self)) {
        self.enclosing.push((owner, self.scope));
        write(self);
        self.enclosing.pop();
    }

    /// A column of the nearest table around the innermost one. Where there is
    /// none, the name is one that the server does not know.
    pub(crate) fn enclosing_column(&mut self, table: &TableDef, column: &ColumnDef) {
        let mut around = self.enclosing.iter().rev();
        match around.find(|(owner, _)| owner.name == table.name) {
            Some((_, alias)) => self.column_of(*alias, column.name),
            None => {
                self.table(&table.name);
                self.push(".");
                self.identifier(column.name);
            }
        }
    }

    /// The alias of the innermost table in scope.
    pub(crate) fn current_alias(&self) -> Option<Alias> {
        self.scope
    }
}
