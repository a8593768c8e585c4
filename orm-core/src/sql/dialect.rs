//! What differs between databases, as far as statements are concerned.
//!
//! Words are translated one by one. Where databases want another *form*, the writer
//! asks for it by what it means: the rows of bound arrays, the keys of parents, what
//! happens on a conflict. What a database cannot say at all is refused before
//! anything is written (`refusal/lacking.rs`).

use super::Writer;
use super::postgres::Postgres;
use super::sqlite::Sqlite;
use crate::ast::{
    BinaryOp, Expr, Function, Link, LockStrength, LockWait, RemoveRows, TimeUnit, Unlink,
    UpdateRows, Value,
};
use crate::schema::{Backend, ColumnDef, SqlType, TableDef};
use crate::types::Param;

/// The dialect of a kind of database.
pub(crate) fn dialect(backend: Backend) -> &'static dyn Dialect {
    match backend {
        Backend::Postgres => &Postgres,
        Backend::Sqlite => &Sqlite,
    }
}

/// The words and forms of one database.
pub(crate) trait Dialect: Sync {
    /// Writes a name so that the database takes it literally.
    fn identifier(&self, out: &mut String, name: &str);

    /// Writes the placeholder of the n-th bound value, counted from 1.
    fn placeholder(&self, out: &mut String, n: usize);

    /// Writes the name of a column type.
    fn type_name(&self, out: &mut String, sql_type: &SqlType);

    /// The operator between two operands.
    fn operator(&self, op: BinaryOp) -> &'static str;

    /// The name of a function.
    fn function(&self, function: Function) -> &'static str;

    /// The name of a unit of time.
    fn time_unit(&self, unit: TimeUnit) -> &'static str;

    /// The clause that locks rows.
    fn lock(&self, strength: LockStrength) -> &'static str;

    /// Whether rows can be locked; where they cannot, a transaction that writes is alone.
    fn has_row_locks(&self) -> bool {
        true
    }

    /// What a lock does when it has to wait.
    fn lock_wait(&self, wait: LockWait) -> &'static str;

    /// Writes a value in the form in which it is compared with those of a query.
    fn compared<'a>(&self, w: &mut Writer<'a>, expr: &'a Expr) {
        w.operand(expr);
    }

    /// Writes an expression that this database words in a way of its own; tells
    /// whether it did.
    fn expr<'a>(&self, _w: &mut Writer<'a>, _expr: &'a Expr) -> bool {
        false
    }

    /// Whether EXISTS knows that a distinct query skips rows that differ.
    fn exists_skips_distinct_rows(&self) -> bool {
        true
    }

    /// So many conditions may follow each other without parentheses.
    fn longest_chain(&self) -> usize {
        usize::MAX
    }

    /// Writes what rows are sorted or grouped by, where that is more than the
    /// expression; tells whether it did.
    fn key<'a>(&self, _w: &mut Writer<'a>, _expr: &'a Expr, _purpose: For) -> bool {
        false
    }

    /// Writes a function over rows that this database words in a way of its own, up
    /// to its closing parenthesis; tells whether it did.
    fn aggregate<'a>(
        &self,
        _w: &mut Writer<'a>,
        _function: Function,
        _distinct: bool,
        _arguments: &'a [Expr],
    ) -> bool {
        false
    }

    /// Where NULLs go that an order says nothing about: last, as the biggest.
    fn nulls_as_biggest(&self, _expr: &Expr, _descending: bool) -> &'static str {
        ""
    }

    /// Writes an expression that a column is set to.
    fn assigned<'a>(&self, w: &mut Writer<'a>, _column: &ColumnDef, expr: &'a Expr) {
        w.expr(expr);
    }

    /// Writes a bound value that a column of a type is given.
    fn given<'a>(&self, w: &mut Writer<'a>, _column: &SqlType, value: &'a Param) {
        w.param(value);
    }

    /// The time of the statement, for a column of a type.
    fn stamp(&self, w: &mut Writer<'_>, _column: &SqlType) {
        w.call(Function::StatementTime, &[]);
    }

    /// What stands before ` OFFSET` where there is no limit.
    fn no_limit(&self) -> &'static str {
        ""
    }

    /// Whether what was written just now is, or is not, among the elements of a list:
    /// a bound array, which `list` writes.
    fn is_listed<'a>(
        &self,
        w: &mut Writer<'a>,
        listed: Listed,
        list: &mut dyn FnMut(&mut Writer<'a>),
    );

    /// The rows that several bound arrays make side by side, as a table.
    fn bound_rows<'a>(&self, w: &mut Writer<'a>, rows: &BoundRows<'a, '_>);

    /// Whether what was written just now is among the keys that a query has;
    /// `by_index`, where an index finds the rows that hold one.
    fn is_key_of_parent<'a>(
        &self,
        w: &mut Writer<'a>,
        by_index: bool,
        keys: &mut dyn FnMut(&mut Writer<'a>),
    );

    /// How so many rows of each parent are fetched.
    fn limit_per_parent(&self) -> PerParent;

    /// Whether the levels of a tree may come in one result.
    fn folds_levels(&self) -> bool {
        true
    }

    /// What stands between the name of a level of a folded tree and its query.
    fn level(&self, is_read_again: bool) -> &'static str;

    /// NULL, where nothing else tells its type.
    fn null_of(&self, w: &mut Writer<'_>, sql_type: &SqlType);

    /// How the values of many new rows come.
    fn many_rows(&self) -> ManyRows {
        ManyRows::Arrays
    }

    /// The columns and values of many new rows, behind the name of their table.
    fn bulk_rows<'a>(&self, w: &mut Writer<'a>, bulk: &Bulk<'a>);

    /// New values for many rows, each of which comes back with its number behind it.
    fn update_rows<'a>(&self, w: &mut Writer<'a>, update: &'a UpdateRows);

    /// A removal of many rows, each given by its key: an array for each column, or a value.
    fn remove_rows<'a>(&self, w: &mut Writer<'a>, remove: &'a RemoveRows);

    /// Whether a row that comes back from an upsert tells whether it is new.
    fn rows_tell_their_age(&self) -> bool {
        true
    }

    /// A condition that is true, and leaves a mark when it is asked.
    fn notes_overwriting<'a>(&self, w: &mut Writer<'a>, mark: &'a Param);

    /// Whether the returned row is new: by the mark, or by itself.
    fn is_new<'a>(&self, w: &mut Writer<'a>, mark: Option<&'a Param>);

    /// Whether what comes back of written rows may name their table.
    fn names_written_rows(&self) -> bool {
        true
    }

    /// New rows of a join table, where such are not there yet.
    fn new_pairs<'a>(&self, w: &mut Writer<'a>, link: &'a Link);

    /// How many of the pairs are not there.
    fn missing_pairs<'a>(&self, w: &mut Writer<'a>, link: &'a Link);

    /// Whether the pair leads to one of the keys, or to none of them.
    fn leads_to_listed<'a>(&self, w: &mut Writer<'a>, unlink: &'a Unlink);

    /// What makes the planner avoid to go through all rows of a table, until the
    /// transaction ends; `None` where it does so anyway.
    fn avoids_scans(&self) -> Option<&'static str>;
}

/// What an expression is compared for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum For {
    /// Which value is the bigger one.
    Order,
    /// Which values are one.
    Equality,
}

/// Whether a value is among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    /// It is.
    Yes,
    /// It is none of them.
    No,
}

/// How so many rows of each parent are fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PerParent {
    /// By one limited query for each parent, of which the server makes one.
    Lateral,
    /// By their keys, if an index finds those of each parent, and otherwise by
    /// numbering its rows.
    RowNumber,
}

/// How the values of many rows reach the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ManyRows {
    /// One array for each column, in one statement.
    Arrays,
    /// Row by row: the text is that of one row and takes one step for each.
    Steps,
}

/// Bound arrays side by side.
pub(crate) struct BoundRows<'a, 'r> {
    /// The arrays, with the types of the columns that their elements are for.
    pub(crate) arrays: &'r [(&'a Param, SqlType)],
    /// The name of the table, and what writes those of its columns.
    pub(crate) named: Option<(&'static str, &'r dyn Fn(&mut Writer<'a>, usize))>,
}

/// Many new rows.
pub(crate) struct Bulk<'a> {
    pub(crate) table: &'static TableDef,
    pub(crate) columns: &'a [u16],
    pub(crate) values: &'a [Value],
    pub(crate) count: &'a Param,
    pub(crate) all_of: Option<&'a Param>,
}

/// Appends a decimal number without allocating.
pub(crate) fn push_number(out: &mut String, n: usize) {
    if n >= 10 {
        push_number(out, n / 10);
    }
    out.push(char::from(b'0' + (n % 10) as u8));
}
