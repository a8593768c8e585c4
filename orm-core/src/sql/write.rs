//! Inserts, updates and deletes.

use super::Writer;
use super::dialect::Bulk;
use super::visible::{AND, WHERE};
use crate::ast::{
    Assignment, Conflict, Delete, Expr, Insert, InsertRows, OfEachRow, Returning, RowValues,
    Update, Value,
};
use crate::schema::{ColumnDef, TableDef};

impl<'a> Writer<'a> {
    pub(crate) fn insert(&mut self, insert: &'a Insert) {
        self.push("INSERT INTO ");
        self.table(&insert.table.name);
        let conflict = insert.conflict.as_ref();
        // The existing row has columns of the same names as the proposed one.
        let alias = conflict
            .is_some_and(|it| insert.table.hides_rows() || it.looks_at_existing())
            .then(|| self.new_alias());
        if let Some(alias) = alias {
            self.push(" AS ");
            self.alias(alias);
        }
        match &insert.rows {
            InsertRows::One { given, stamped } => self.row(insert.table, given, stamped),
            InsertRows::Arrays {
                columns,
                values,
                count,
                all_of,
            } => {
                let bulk = Bulk {
                    table: insert.table,
                    columns,
                    values,
                    count,
                    all_of: all_of.as_ref(),
                };
                self.dialect.bulk_rows(self, &bulk);
            }
        }
        if let Some(conflict) = &insert.conflict {
            self.scoped(alias, |w| w.conflict(insert.table, conflict));
        }
        if insert.returning != Returning::Nothing {
            self.returning(insert.table);
        }
        if insert.returning == Returning::RowsAndWhetherNew {
            self.push(", ");
            let mark = insert.conflict.as_ref();
            self.dialect
                .is_new(self, mark.and_then(|conflict| conflict.mark.as_ref()));
        }
    }

    /// ` ("a", "b") VALUES ($1, statement_timestamp())`
    fn row(&mut self, table: &'static TableDef, given: &'a RowValues, stamped: &[u16]) {
        if given.is_empty() && stamped.is_empty() {
            self.push(" DEFAULT VALUES");
            return;
        }
        let value = |position| given.iter().find(|(at, _)| *at == position);
        let written = || positions(table).filter(|at| value(*at).is_some() || stamped.contains(at));
        self.columns_of(table, written());
        self.push(" VALUES (");
        self.list(written(), |w, position| match value(position) {
            Some((_, value)) => w.dialect.given(w, &table.column(position).sql_type, value),
            None => w.dialect.stamp(w, &table.column(position).sql_type),
        });
        self.push(")");
    }

    /// ` ("a", "b")`
    pub(super) fn columns_of(
        &mut self,
        table: &'static TableDef,
        columns: impl IntoIterator<Item = u16>,
    ) {
        self.push(" (");
        self.list(columns, |w, position| {
            w.identifier(table.column(position).name);
        });
        self.push(")");
    }

    pub(super) fn value(&mut self, column: &ColumnDef, value: &'a Value) {
        match value {
            Value::Param(param) => self.dialect.given(self, &column.sql_type, param),
            Value::Expr(expr) => self.dialect.assigned(self, column, expr),
            Value::Default => self.push("DEFAULT"),
        }
    }

    /// ` ON CONFLICT ("a") WHERE .. DO UPDATE SET "b" = excluded."b" WHERE (..)`
    fn conflict(&mut self, table: &'static TableDef, conflict: &'a Conflict) {
        let target = &conflict.target;
        self.push(" ON CONFLICT");
        self.columns_of(table, target.columns.iter().copied());
        if let Some(filter) = target.filter {
            self.push(" WHERE ");
            self.push(filter);
        }
        if conflict.set.is_empty() {
            self.push(" DO NOTHING");
            return;
        }
        self.push(" DO UPDATE SET ");
        self.assignments(table, &conflict.set);
        let mut before = self.visible(WHERE, table, &conflict.visible);
        if let Some(expr) = &conflict.only {
            self.push(std::mem::replace(&mut before, AND));
            self.in_parentheses(expr);
        }
        if let Some(mark) = &conflict.mark {
            self.push(before);
            self.dialect.notes_overwriting(self, mark);
        }
    }

    pub(super) fn assignments(&mut self, table: &'static TableDef, set: &'a [Assignment]) {
        self.list(set, |w, assignment| {
            let column = table.column(assignment.column);
            w.identifier(column.name);
            w.push(" = ");
            w.value(column, &assignment.value);
        });
    }

    pub(crate) fn update(&mut self, update: &'a Update) {
        let values = update
            .set
            .iter()
            .filter_map(|assignment| match &assignment.value {
                Value::Expr(expr) => Some(expr),
                _ => None,
            });
        let alias = values
            .chain(&update.filter)
            .chain(update.visible.tests())
            .chain(match &update.returning {
                OfEachRow::KeyAndWhether(test) => Some(test),
                OfEachRow::Nothing | OfEachRow::Key | OfEachRow::Whole => None,
            })
            .any(Expr::needs_qualifier)
            .then(|| self.new_alias());
        self.push("UPDATE ");
        self.table(&update.table.name);
        if let Some(alias) = alias {
            self.push(" AS ");
            self.alias(alias);
        }
        self.scoped(alias, |w| {
            w.push(" SET ");
            w.assignments(update.table, &update.set);
            w.rows_that_pass(WHERE, update.table, &update.visible, update.filter.as_ref());
            w.of_each_row(update.table, &update.returning);
        });
    }

    pub(crate) fn delete(&mut self, delete: &'a Delete) {
        let alias = delete
            .filter
            .iter()
            .chain(delete.visible.tests())
            .any(Expr::needs_qualifier)
            .then(|| self.new_alias());
        self.push("DELETE FROM ");
        self.table(&delete.table.name);
        if let Some(alias) = alias {
            self.push(" AS ");
            self.alias(alias);
        }
        self.scoped(alias, |w| {
            w.rows_that_pass(WHERE, delete.table, &delete.visible, delete.filter.as_ref());
            w.of_each_row(delete.table, &delete.returning);
        });
    }

    /// ` RETURNING "id", "name"`: the rows as they now are.
    pub(super) fn returning(&mut self, table: &'static TableDef) {
        self.returned(|w| w.list(table.columns, |w, column| w.column(column)));
    }

    fn of_each_row(&mut self, table: &'static TableDef, returning: &'a OfEachRow) {
        let key = |w: &mut Self| w.list(table.key_columns(), |w, column| w.column(column));
        match returning {
            OfEachRow::Nothing => {}
            OfEachRow::Key => self.returned(key),
            OfEachRow::Whole => self.returning(table),
            OfEachRow::KeyAndWhether(test) => self.returned(|w| {
                key(w);
                w.push(", ");
                w.expr(test);
            }),
        }
    }

    fn returned(&mut self, what: impl FnOnce(&mut Self)) {
        self.push(" RETURNING ");
        match self.dialect.names_written_rows() {
            true => what(self),
            false => self.scoped(None, what),
        }
    }
}

fn positions(table: &'static TableDef) -> impl Iterator<Item = u16> {
    (0..).take(table.columns.len())
}
