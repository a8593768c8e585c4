//! Inserts, updates and deletes.

use super::Writer;
use crate::ast::{
    Assignment, Conflict, ConflictTarget, Delete, Expr, Function, Insert, InsertRows, Returning,
    RowValues, Update, Value,
};
use crate::schema::{SqlType, TableDef};

impl<'a> Writer<'a> {
    pub(crate) fn insert(&mut self, insert: &'a Insert) {
        self.push("INSERT INTO ");
        self.table(&insert.table.name);
        match &insert.rows {
            InsertRows::One { given, stamped } => self.row(insert.table, given, stamped),
            InsertRows::Arrays { columns, values } => self.arrays(insert.table, columns, values),
        }
        if let Some(conflict) = &insert.conflict {
            self.conflict(insert.table, conflict);
        }
        self.returning(insert.table, insert.returning != Returning::Nothing);
        if insert.returning == Returning::RowsAndWhetherNew {
            // A row version made by an insert has no deleting transaction yet;
            // one made by the update of a conflict was locked first.
            self.push(", (xmax = 0)");
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
            Some((_, value)) => w.param(value),
            None => w.call(Function::StatementTime, &[]),
        });
        self.push(")");
    }

    /// ` ("a", "b")`
    fn columns_of(&mut self, table: &'static TableDef, columns: impl IntoIterator<Item = u16>) {
        self.push(" (");
        self.list(columns, |w, position| {
            w.identifier(table.column(position).name);
        });
        self.push(")");
    }

    /// ` ("a", "b") SELECT "a", now() FROM unnest(CAST($1 AS integer[])) AS given ("a")`
    fn arrays(&mut self, table: &'static TableDef, given: &[u16], values: &'a [Value]) {
        let columns = || given.iter().map(|&at| table.column(at)).zip(values);
        self.columns_of(table, given.iter().copied());
        self.push(" SELECT ");
        self.list(columns(), |w, (column, value)| match value {
            Value::Param(_) if matches!(column.sql_type, SqlType::Array(_)) => {
                w.push("CAST(");
                w.identifier(column.name);
                w.push(" AS ");
                // A cast to `varchar(n)[]` would cut the texts without a word.
                w.type_name(&column.sql_type.without_length());
                w.push(")");
            }
            Value::Param(_) => w.identifier(column.name),
            other => w.value(other),
        });
        self.push(" FROM ");
        let arrays = || {
            columns().filter_map(|(column, value)| match value {
                Value::Param(array) => Some((column, array)),
                Value::Expr(_) | Value::Default => None,
            })
        };
        self.unnest(arrays().map(|(column, array)| (array, column.sql_type)));
        self.push(" AS given (");
        self.list(arrays(), |w, (column, _)| w.identifier(column.name));
        self.push(")");
    }

    fn value(&mut self, value: &'a Value) {
        match value {
            Value::Param(param) => self.param(param),
            Value::Expr(expr) => self.expr(expr),
            Value::Default => self.push("DEFAULT"),
        }
    }

    fn conflict(&mut self, table: &'static TableDef, conflict: &'a Conflict) {
        self.push(" ON CONFLICT");
        if let ConflictTarget::Columns(columns) = &conflict.target {
            self.push(" (");
            self.list(columns, |w, column| w.identifier(column.name));
            self.push(")");
        }
        if conflict.set.is_empty() {
            self.push(" DO NOTHING");
            return;
        }
        self.push(" DO UPDATE SET ");
        self.assignments(table, &conflict.set);
        if let Some(filter) = &conflict.filter {
            self.push(" WHERE ");
            self.expr(filter);
        }
    }

    fn assignments(&mut self, table: &'static TableDef, set: &'a [Assignment]) {
        self.list(set, |w, assignment| {
            w.identifier(table.column(assignment.column).name);
            w.push(" = ");
            w.value(&assignment.value);
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
            w.filter(update.filter.as_ref());
            w.returning(update.table, update.returning);
        });
    }

    pub(crate) fn delete(&mut self, delete: &'a Delete) {
        let alias = delete
            .filter
            .iter()
            .any(Expr::needs_qualifier)
            .then(|| self.new_alias());
        self.push("DELETE FROM ");
        self.table(&delete.table.name);
        if let Some(alias) = alias {
            self.push(" AS ");
            self.alias(alias);
        }
        self.scoped(alias, |w| {
            w.filter(delete.filter.as_ref());
            w.returning(delete.table, delete.returning);
        });
    }

    fn filter(&mut self, filter: Option<&'a Expr>) {
        if let Some(filter) = filter {
            self.push(" WHERE ");
            self.expr(filter);
        }
    }

    fn returning(&mut self, table: &'static TableDef, returning: bool) {
        if returning {
            self.push(" RETURNING ");
            self.list(table.columns, |w, column| w.column(column));
        }
    }
}

fn positions(table: &'static TableDef) -> impl Iterator<Item = u16> {
    (0..).take(table.columns.len())
}
