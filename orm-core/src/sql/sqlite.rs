//! SQLite.
//!
//! Functions whose names begin with `orm_` are ours, and `decimal_add` and its like are
//! those of SQLite's own extension of that name: both are registered on every connection
//! (`exec/sqlite`). SQLite's own functions are never replaced: indexes and generated
//! columns of other programs depend on what they do.

mod expr;
mod kind;
mod pairs;
#[cfg(all(test, feature = "decimal"))]
pub(crate) mod tests;

pub(crate) use self::kind::kind;
use super::dialect::{BoundRows, Bulk, Dialect, For, Listed, ManyRows, PerParent, push_number};
use super::postgres::Postgres;
use super::{AND, Alias, WHERE, Writer, identifier};
use crate::ast::{
    BinaryOp, Expr, Function, Link, LockStrength, LockWait, NumberedRows, RemoveRows, TimeUnit,
    Unlink, UpdateRows, Value, Visible,
};
use crate::schema::{ColumnDef, SqlType};
use crate::types::Param;

/// The words and forms of SQLite.
pub(crate) struct Sqlite;

impl Dialect for Sqlite {
    fn identifier(&self, out: &mut String, name: &str) {
        identifier::quote(out, name);
    }

    fn placeholder(&self, out: &mut String, n: usize) {
        out.push('?');
        push_number(out, n);
    }

    /// The five that a STRICT table knows.
    fn type_name(&self, out: &mut String, sql_type: &SqlType) {
        out.push_str(match sql_type {
            SqlType::Bool | SqlType::Int2 | SqlType::Int4 | SqlType::Int8 => "INTEGER",
            SqlType::Float4 | SqlType::Float8 => "REAL",
            SqlType::Bytea => "BLOB",
            _ => "TEXT",
        });
    }

    fn operator(&self, op: BinaryOp) -> &'static str {
        match op {
            BinaryOp::IsDistinctFrom => " IS NOT ",
            BinaryOp::IsNotDistinctFrom => " IS ",
            other => Postgres.operator(other),
        }
    }

    fn function(&self, function: Function) -> &'static str {
        match function {
            Function::Lower => "orm_lower",
            Function::Upper => "orm_upper",
            Function::CharLength => "length",
            Function::Trim => "trim",
            Function::Now => "orm_now",
            Function::StatementTime => "orm_statement_time",
            Function::DateTrunc(_) => "orm_date_trunc",
            Function::Extract(_) => "orm_date_part",
            Function::JsonArrayLength => "orm_json_length",
            Function::StringAgg => "group_concat",
            Function::BoolAnd => "min",
            Function::BoolOr => "max",
            other => Postgres.function(other),
        }
    }

    fn time_unit(&self, unit: TimeUnit) -> &'static str {
        Postgres.time_unit(unit)
    }

    /// A transaction that writes is alone; who asks for more is refused.
    fn lock(&self, _strength: LockStrength) -> &'static str {
        ""
    }

    fn lock_wait(&self, _wait: LockWait) -> &'static str {
        ""
    }

    fn has_row_locks(&self) -> bool {
        false
    }

    fn expr<'a>(&self, w: &mut Writer<'a>, expr: &'a Expr) -> bool {
        w.sqlite_expr(expr)
    }

    /// It forgets DISTINCT there, and OFFSET then skips rows that are equal.
    fn exists_skips_distinct_rows(&self) -> bool {
        false
    }

    /// Each is one level to its parser, which takes 1,000.
    fn longest_chain(&self) -> usize {
        100
    }

    fn compared<'a>(&self, w: &mut Writer<'a>, expr: &'a Expr) {
        w.comparable(expr, For::Equality);
    }

    fn key<'a>(&self, w: &mut Writer<'a>, expr: &'a Expr, purpose: For) -> bool {
        w.sqlite_key(expr, purpose)
    }

    fn aggregate<'a>(
        &self,
        w: &mut Writer<'a>,
        function: Function,
        distinct: bool,
        arguments: &'a [Expr],
    ) -> bool {
        w.sqlite_aggregate(function, distinct, arguments)
    }

    /// A number is rounded to the digits of its column, as a server does.
    fn given<'a>(&self, w: &mut Writer<'a>, column: &SqlType, value: &'a Param) {
        match column {
            SqlType::Numeric(Some(size)) => w.fitted(*size, |w| w.param(value)),
            _ => w.param(value),
        }
    }

    fn assigned<'a>(&self, w: &mut Writer<'a>, column: &ColumnDef, expr: &'a Expr) {
        w.sqlite_assigned(column, expr);
    }

    fn stamp(&self, w: &mut Writer<'_>, column: &SqlType) {
        w.push(match column {
            SqlType::Timestamp => "orm_cast(orm_statement_time(), 'timestamptz', 'timestamp')",
            SqlType::Date => "orm_cast(orm_statement_time(), 'timestamptz', 'date')",
            _ => "orm_statement_time()",
        });
    }

    fn nulls_as_biggest(&self, expr: &Expr, descending: bool) -> &'static str {
        match expr {
            Expr::Column(column) if !column.nullable => "",
            _ if descending => " NULLS FIRST",
            _ => " NULLS LAST",
        }
    }

    fn no_limit(&self) -> &'static str {
        " LIMIT -1"
    }

    fn is_listed<'a>(
        &self,
        w: &mut Writer<'a>,
        listed: Listed,
        list: &mut dyn FnMut(&mut Writer<'a>),
    ) {
        w.push(match listed {
            Listed::Yes => " IN (SELECT value FROM rarray(",
            Listed::No => " NOT IN (SELECT value FROM rarray(",
        });
        list(w);
        w.push("))");
    }

    /// `(WITH a0 AS MATERIALIZED (SELECT rowid AS n, value AS v FROM rarray(?1)), ..
    /// SELECT a0.v, a1.v FROM a0 JOIN a1 ON a1.n = a0.n)`
    ///
    /// Written down, an array gets an index over its numbers. Read as it is, the second
    /// would be read once for each element of the first.
    fn bound_rows<'a>(&self, w: &mut Writer<'a>, rows: &BoundRows<'a, '_>) {
        let part = |w: &mut Writer<'a>, at, what| {
            w.push("a");
            w.number(at);
            w.push(what);
        };
        w.push("(WITH ");
        w.list(rows.arrays.iter().enumerate(), |w, (at, (array, _))| {
            part(
                w,
                at,
                " AS MATERIALIZED (SELECT rowid AS n, value AS v FROM rarray(",
            );
            w.param(array);
            w.push("))");
        });
        w.push(" SELECT ");
        w.list(0..rows.arrays.len(), |w, at| {
            part(w, at, ".v");
            if let Some((_, column)) = rows.named {
                w.push(" AS ");
                column(w, at);
            }
        });
        w.push(" FROM a0");
        for at in 1..rows.arrays.len() {
            w.push(" JOIN ");
            part(w, at, " ON ");
            part(w, at, ".n = a0.n");
        }
        w.push(")");
        if let Some((name, _)) = rows.named {
            w.push(" AS ");
            w.push(name);
        }
    }

    fn is_key_of_parent<'a>(
        &self,
        w: &mut Writer<'a>,
        _by_index: bool,
        keys: &mut dyn FnMut(&mut Writer<'a>),
    ) {
        w.push(" IN (");
        keys(w);
        w.push(")");
    }

    fn limit_per_parent(&self) -> PerParent {
        PerParent::RowNumber
    }

    /// Level by level is quicker, with nobody far away to wait for.
    fn folds_levels(&self) -> bool {
        false
    }

    fn level(&self, _is_read_again: bool) -> &'static str {
        " AS ("
    }

    fn null_of(&self, w: &mut Writer<'_>, _sql_type: &SqlType) {
        w.push("NULL");
    }

    fn many_rows(&self) -> ManyRows {
        ManyRows::Steps
    }

    /// ` ("a", "b") VALUES (?1, ?2)`, each array with one value for each step
    fn bulk_rows<'a>(&self, w: &mut Writer<'a>, bulk: &Bulk<'a>) {
        let given = || {
            let columns = bulk.columns.iter().zip(bulk.values);
            columns.filter(|(_, value)| !matches!(value, Value::Default))
        };
        if given().next().is_none() {
            w.push(" DEFAULT VALUES");
            return;
        }
        w.columns_of(bulk.table, given().map(|(column, _)| *column));
        w.push(" VALUES (");
        w.list(given(), |w, (&column, value)| {
            w.value(bulk.table.column(column), value);
        });
        w.push(")");
    }

    /// `UPDATE "t" SET "a" = ?1 WHERE "id" = ?2 RETURNING "id", "a", ?3`, each array with
    /// one value for each step
    fn update_rows<'a>(&self, w: &mut Writer<'a>, update: &'a UpdateRows) {
        w.push("UPDATE ");
        w.table(&update.rows.table.name);
        let alias = w.alias_beside(&update.rows.visible);
        w.scoped(alias, |w| {
            w.push(" SET ");
            w.assignments(update.rows.table, &update.set);
            w.held_rows(&update.rows);
        });
        w.returning(update.rows.table);
        w.push(", ");
        w.param(&update.rows.numbers);
    }

    fn remove_rows<'a>(&self, w: &mut Writer<'a>, remove: &'a RemoveRows) {
        let goes = remove.set.is_empty();
        w.push(if goes { "DELETE FROM " } else { "UPDATE " });
        w.table(&remove.rows.table.name);
        let alias = w.alias_beside(&remove.rows.visible);
        w.scoped(alias, |w| {
            if !goes {
                w.push(" SET ");
                w.assignments(remove.rows.table, &remove.set);
            }
            w.held_rows(&remove.rows);
        });
        w.push(" RETURNING ");
        w.param(&remove.rows.numbers);
    }

    fn rows_tell_their_age(&self) -> bool {
        false
    }

    fn notes_overwriting<'a>(&self, w: &mut Writer<'a>, mark: &'a Param) {
        w.push("orm_overwrites(");
        w.param(mark);
        w.push(")");
    }

    fn is_new<'a>(&self, w: &mut Writer<'a>, mark: Option<&'a Param>) {
        match mark {
            Some(mark) => {
                w.push("NOT orm_overwrote(");
                w.param(mark);
                w.push(")");
            }
            // What nothing overwrites is new.
            None => w.push("TRUE"),
        }
    }

    /// A qualifier is not known there.
    fn names_written_rows(&self) -> bool {
        false
    }

    fn new_pairs<'a>(&self, w: &mut Writer<'a>, link: &'a Link) {
        w.new_pair(link);
    }

    fn missing_pairs<'a>(&self, w: &mut Writer<'a>, link: &'a Link) {
        w.missing_pair(link);
    }

    fn leads_to_listed<'a>(&self, w: &mut Writer<'a>, unlink: &'a Unlink) {
        w.leads_to_one_of(unlink);
    }

    fn avoids_scans(&self) -> Option<&'static str> {
        None
    }
}

impl<'a> Writer<'a> {
    /// An alias for a table whose rows pass tests that need one.
    fn alias_beside(&mut self, visible: &Visible) -> Option<Alias> {
        let needs = visible.tests().any(Expr::needs_qualifier);
        let alias = needs.then(|| self.new_alias())?;
        self.push(" AS ");
        self.alias(alias);
        Some(alias)
    }

    /// ` WHERE "id" = ? AND "version" = ?`: a row as the program holds it.
    fn held_rows(&mut self, rows: &'a NumberedRows) {
        let mut before = WHERE;
        for (column, value) in &rows.key {
            self.push(std::mem::replace(&mut before, AND));
            self.column(rows.table.column(*column));
            self.push(" = ");
            self.param(value);
        }
        self.visible(before, rows.table, &rows.visible);
    }
}
