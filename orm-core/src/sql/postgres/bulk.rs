//! Many new rows, as one bound array for each column.

use crate::ast::{NumberedRows, RemoveRows, UpdateRows, Value};
use crate::schema::{ColumnDef, SqlType};
use crate::sql::dialect::{BoundRows, Bulk, Dialect as _};
use crate::sql::{AND, WHERE, Writer};

use super::Postgres;
use crate::types::Param;

/// The number of a row, by a name.
const NUMBER: &str = "\"orm number\"";

impl<'a> Writer<'a> {
    /// ` ("a", "b") SELECT "a", now() FROM unnest(CAST($1 AS integer[])) AS given ("a")`
    ///
    /// A function is read from its first row to its last, so numbers of a sequence
    /// are given and rows are returned in the order of the arrays.
    pub(super) fn bulk_rows(&mut self, bulk: &Bulk<'a>) {
        let table = bulk.table;
        let columns = || {
            let given = bulk.columns.iter().map(|&at| table.column(at));
            given.zip(bulk.values)
        };
        if !bulk.columns.is_empty() {
            self.columns_of(table, bulk.columns.iter().copied());
        }
        self.push(" SELECT ");
        self.list(columns(), |w, (column, value)| match value {
            Value::Param(_) => w.given(column, |w| w.identifier(column.name)),
            other => w.value(column, other),
        });
        self.push(" FROM ");
        self.given_rows(bulk);
        if let Some(table) = bulk.all_of {
            self.push(" WHERE ");
            self.keeps_no_row_away(table);
        }
    }

    /// `UPDATE "t" AS t0 SET "a" = given.v0 FROM unnest(CAST($1 AS integer[]), ..)
    /// AS given (k0, v0, n) WHERE t0."id" = given.k0 RETURNING t0."id", .., given.n`
    pub(super) fn update_rows(&mut self, update: &'a UpdateRows) {
        self.all_or_none(&update.rows, |w| w.updated_rows(update));
    }

    fn updated_rows(&mut self, update: &'a UpdateRows) {
        let (rows, table) = (&update.rows, update.rows.table);
        let alias = self.new_alias();
        let arrays = update.set.iter().filter_map(|it| match &it.value {
            Value::Param(array) => Some((array, table.column(it.column).sql_type)),
            Value::Expr(_) | Value::Default => None,
        });
        self.push("UPDATE ");
        self.table(&table.name);
        self.push(" AS ");
        self.alias(alias);
        self.push(" SET ");
        let mut next = 0;
        self.scoped(Some(alias), |w| {
            w.list(&update.set, |w, assignment| {
                let column = table.column(assignment.column);
                w.identifier(column.name);
                w.push(" = ");
                match &assignment.value {
                    Value::Param(_) => {
                        w.given(column, |w| w.numbered_name("given.v", next));
                        next += 1;
                    }
                    other => w.value(column, other),
                }
            });
        });
        self.push(" FROM ");
        self.numbered(rows, arrays);
        self.push(WHERE);
        self.scoped(Some(alias), |w| {
            w.are_given(rows);
            w.returning(table);
            w.push(", ");
            w.number_of_row(rows);
        });
    }

    /// `DELETE FROM "t" AS t0 USING unnest(CAST($1 AS integer[]), ..) AS given (k0, n)
    /// WHERE t0."id" = given.k0 RETURNING given.n`
    pub(super) fn remove_rows(&mut self, remove: &'a RemoveRows) {
        self.all_or_none(&remove.rows, |w| w.removed_rows(remove));
    }

    fn removed_rows(&mut self, remove: &'a RemoveRows) {
        let (rows, table) = (&remove.rows, remove.rows.table);
        let alias = self.new_alias();
        let goes = remove.set.is_empty();
        self.push(if goes { "DELETE FROM " } else { "UPDATE " });
        self.table(&table.name);
        self.push(" AS ");
        self.alias(alias);
        if !goes {
            self.push(" SET ");
            self.scoped(Some(alias), |w| w.assignments(table, &remove.set));
        }
        self.push(if goes { " USING " } else { " FROM " });
        self.numbered(rows, std::iter::empty());
        self.push(WHERE);
        self.scoped(Some(alias), |w| w.are_given(rows));
        self.push(" RETURNING ");
        self.number_of_row(rows);
    }

    /// What tells a row that comes back; by a name where that is asked again, which no column has.
    fn number_of_row(&mut self, rows: &NumberedRows) {
        self.push("given.n");
        if rows.all_or_none.is_some() {
            self.push(" AS ");
            self.push(NUMBER);
        }
    }

    /// `WITH written AS (..) SELECT written.* FROM written WHERE 0 < (SELECT 1 /
    /// CAST(count(DISTINCT "orm number") = CAST($4 AS bigint) AS integer) FROM written)`
    ///
    /// It divides by zero, and so undoes itself, where one of the rows is not written. Rows
    /// that come back are not counted: one key may be that of two, in tables that inherit. The
    /// condition has no column of a row: it is asked once, also where there is no row.
    fn all_or_none(&mut self, rows: &'a NumberedRows, write: impl FnOnce(&mut Self)) {
        let Some(count) = &rows.all_or_none else {
            return write(self);
        };
        self.push("WITH written AS (");
        write(self);
        self.push(") SELECT written.* FROM written WHERE 0 < (SELECT 1 / CAST(count(DISTINCT ");
        self.push(NUMBER);
        self.push(") = CAST(");
        self.param(count);
        self.push(" AS bigint) AS integer) FROM written)");
    }

    /// `unnest(..) AS given (k0, v0, n)`: keys, values and numbers of rows.
    fn numbered(
        &mut self,
        rows: &'a NumberedRows,
        values: impl Iterator<Item = (&'a Param, SqlType)>,
    ) {
        let keys = rows.key.iter();
        let keys = keys.map(|(at, array)| (array, rows.table.column(*at).sql_type));
        let mut all: Vec<(&Param, SqlType)> = keys.chain(values).collect();
        all.push((&rows.numbers, SqlType::Int8));
        let (width, last) = (rows.key.len(), all.len() - 1);
        Postgres.bound_rows(
            self,
            &BoundRows {
                arrays: &all,
                named: Some(("given", &|w, at| match at {
                    _ if at == last => w.push("n"),
                    _ if at < width => w.numbered_name("k", at),
                    _ => w.numbered_name("v", at - width),
                })),
            },
        );
    }

    /// `t0."id" = given.k0 AND ..`
    fn are_given(&mut self, rows: &'a NumberedRows) {
        for (at, (column, _)) in rows.key.iter().enumerate() {
            self.push(if at == 0 { "" } else { AND });
            self.column(rows.table.column(*column));
            self.push(" = ");
            self.numbered_name("given.k", at);
        }
        self.visible(AND, rows.table, &rows.visible);
    }

    fn numbered_name(&mut self, kind: &'static str, at: usize) {
        self.push(kind);
        self.number(at);
    }

    /// A value of a bound array, for a column.
    fn given(&mut self, column: &ColumnDef, value: impl FnOnce(&mut Self)) {
        if !matches!(column.sql_type, SqlType::Array(_)) {
            return value(self);
        }
        self.push("CAST(");
        value(self);
        self.push(" AS ");
        // A cast to `varchar(n)[]` would cut the texts without a word.
        self.type_name(&column.sql_type.without_length());
        self.push(")");
    }

    fn given_rows(&mut self, bulk: &Bulk<'a>) {
        let given = bulk.columns.iter().map(|&at| bulk.table.column(at));
        let (mut names, mut arrays) = (Vec::new(), Vec::new());
        for (column, value) in given.zip(bulk.values) {
            if let Value::Param(array) = value {
                names.push(column.name);
                arrays.push((array, column.sql_type));
            }
        }
        if arrays.is_empty() {
            self.push("generate_series(1, CAST(");
            self.param(bulk.count);
            self.push(" AS bigint))");
            return;
        }
        Postgres.bound_rows(
            self,
            &BoundRows {
                arrays: &arrays,
                named: Some(("given", &|w, at| w.identifier(names[at]))),
            },
        );
    }
}
