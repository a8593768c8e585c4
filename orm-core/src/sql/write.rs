//! Inserts, updates and deletes.

use super::Writer;
use super::writer::Alias;
use crate::ast::{
    Assignment, Conflict, ConflictTarget, Delete, Expr, Function, Insert, InsertRows, Returning,
    RowValues, Update, Value,
};
use crate::schema::{SqlType, TableDef};
use crate::types::Param;

impl<'a> Writer<'a> {
    pub(crate) fn insert(&mut self, insert: &'a Insert) {
        self.push("INSERT INTO ");
        self.table(&insert.table.name);
        let only = insert.conflict.as_ref().is_some_and(|it| it.only.is_some());
        // The existing row has columns of the same names as the proposed one.
        let alias = only.then(|| self.new_alias());
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
                self.arrays(insert.table, columns, values, count);
                if let Some(table) = all_of {
                    self.push(" WHERE ");
                    self.keeps_no_row_away(table);
                }
            }
        }
        if let Some(conflict) = &insert.conflict {
            self.conflict(insert.table, conflict, alias);
        }
        self.returning(insert.table, insert.returning != Returning::Nothing);
        if insert.returning == Returning::RowsAndWhetherNew {
            self.whether_new(insert.conflict.as_ref());
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
    ///
    /// A function is read from its first row to its last, so numbers of a sequence
    /// are given and rows are returned in the order of the arrays.
    fn arrays(
        &mut self,
        table: &'static TableDef,
        given: &[u16],
        values: &'a [Value],
        count: &'a Param,
    ) {
        let columns = || given.iter().map(|&at| table.column(at)).zip(values);
        if !given.is_empty() {
            self.columns_of(table, given.iter().copied());
        }
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
        if arrays().next().is_none() {
            self.push("generate_series(1, CAST(");
            self.param(count);
            self.push(" AS bigint))");
            return;
        }
        self.unnest(arrays().map(|(column, array)| (array, column.sql_type)));
        self.push(" AS given (");
        self.list(arrays(), |w, (column, _)| w.identifier(column.name));
        self.push(")");
    }

    /// True of a table whose every row is written that is sent to it: no row
    /// passes through a trigger that may drop it (the bits of `tgtype` are ROW,
    /// BEFORE and INSERT), a rule, a view or another server.
    ///
    /// The insert holds its lock on the table when this is looked up, so that
    /// nobody adds a trigger in between.
    pub(super) fn keeps_no_row_away(&mut self, table: &'a Param) {
        self.push(
            "(SELECT c.relkind = 'r' AND NOT c.relhasrules AND NOT EXISTS (\
             SELECT FROM pg_catalog.pg_trigger AS t WHERE t.tgrelid = c.oid AND t.tgtype & 7 = 7) \
             FROM pg_catalog.pg_class AS c WHERE c.oid = CAST(CAST(",
        );
        self.param(table);
        self.push(" AS text) AS pg_catalog.regclass))");
    }

    fn value(&mut self, value: &'a Value) {
        match value {
            Value::Param(param) => self.param(param),
            Value::Expr(expr) => self.expr(expr),
            Value::Default => self.push("DEFAULT"),
        }
    }

    fn conflict(&mut self, table: &'static TableDef, conflict: &'a Conflict, alias: Option<Alias>) {
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
        if let Some(only) = &conflict.only {
            self.push(" WHERE (");
            self.scoped(alias, |w| w.expr(only));
            self.push(")");
        }
        if let Some(mark) = &conflict.mark {
            self.push(if conflict.only.is_some() {
                " AND "
            } else {
                " WHERE "
            });
            // Looked at once the existing row is found and locked.
            self.push("set_config('orm.overwrote', ");
            self.param(mark);
            self.push(", true) IS NOT NULL");
        }
    }

    fn whether_new(&mut self, conflict: Option<&'a Conflict>) {
        match conflict.and_then(|conflict| conflict.mark.as_ref()) {
            // A row version made by an insert has no deleting transaction yet;
            // one made by the update of a conflict was locked first.
            None => self.push(", (xmax = 0)"),
            Some(mark) => {
                self.push(", (current_setting('orm.overwrote', true) IS DISTINCT FROM ");
                self.param(mark);
                self.push(")");
            }
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
