//! Many new rows, as one bound array for each column.

use crate::ast::Value;
use crate::schema::SqlType;
use crate::sql::Writer;
use crate::sql::dialect::{BoundRows, Bulk, Dialect as _};

use super::Postgres;

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
            Value::Param(_) if matches!(column.sql_type, SqlType::Array(_)) => {
                w.push("CAST(");
                w.identifier(column.name);
                w.push(" AS ");
                // A cast to `varchar(n)[]` would cut the texts without a word.
                w.type_name(&column.sql_type.without_length());
                w.push(")");
            }
            Value::Param(_) => w.identifier(column.name),
            other => w.value(column, other),
        });
        self.push(" FROM ");
        self.given_rows(bulk);
        if let Some(table) = bulk.all_of {
            self.push(" WHERE ");
            self.keeps_no_row_away(table);
        }
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
        let rows = BoundRows {
            arrays: &arrays,
            named: Some(("given", &|w, at| w.identifier(names[at]))),
        };
        Postgres.bound_rows(self, &rows);
    }
}
