//! Writing statements.

use smallvec::SmallVec;

use super::{Expr, Visible};
use crate::schema::{ColumnDef, JoinTable, SqlType, TableDef};
use crate::types::Param;

/// New rows for a table.
#[derive(Debug, Clone)]
pub struct Insert {
    /// The table.
    pub table: &'static TableDef,
    /// Their values.
    pub rows: InsertRows,
    /// What happens when a row exists already.
    pub conflict: Option<Conflict>,
    /// Whether the written rows come back.
    pub returning: Returning,
}

/// What an insert returns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Returning {
    /// Nothing.
    Nothing,
    /// The written rows.
    Rows,
    /// The written rows, each followed by whether it is new.
    RowsAndWhetherNew,
}

/// The values of the new rows.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "one row is the usual case and is written without an allocation"
)]
pub enum InsertRows {
    /// One row.
    One {
        /// The values, by column position, in the table's order.
        given: RowValues,
        /// The columns, as positions, that get the time of the statement.
        stamped: SmallVec<[u16; 4]>,
    },
    /// Many rows.
    Arrays {
        /// The columns, as positions.
        columns: Vec<u16>,
        /// Per column a bound array, or an expression that all rows share.
        values: Vec<Value>,
        /// How many rows; written where no array says so.
        count: Param,
        /// The quoted name of the table, where nothing is to be written if a
        /// trigger or a rule of it could keep a row away.
        all_of: Option<Param>,
    },
}

impl Insert {
    /// Of many rows: writes none where a trigger or a rule could keep some away.
    pub(crate) fn all_or_none(&mut self, asked: bool) {
        if let InsertRows::Arrays { all_of, .. } = &mut self.rows {
            *all_of = asked.then(|| Param::Text(crate::sql::quoted(&self.table.name)));
        }
    }

    /// Of many rows: leaves out all but some, which are named by their numbers.
    pub(crate) fn keep(&mut self, rows: &[usize]) {
        let table = self.table;
        let InsertRows::Arrays {
            columns,
            values,
            count,
            ..
        } = &mut self.rows
        else {
            return;
        };
        *count = Param::Int8(i64::try_from(rows.len()).unwrap_or(i64::MAX));
        for (&column, value) in columns.iter().zip(values) {
            if let Value::Param(array) = value
                && let Some(given) = array.elements()
            {
                let kept = rows.iter().filter_map(|&row| given.get(row).cloned());
                *array = Param::array_of(table.column(column).sql_type, kept.collect());
            }
        }
    }

    /// Of many rows: the values given for a column, in order.
    pub(crate) fn given(&self, column: u16) -> Option<&[Param]> {
        let InsertRows::Arrays {
            columns, values, ..
        } = &self.rows
        else {
            return None;
        };
        let at = columns.iter().position(|&given| given == column)?;
        match &values[at] {
            Value::Param(array) => array.elements(),
            Value::Expr(_) | Value::Default => None,
        }
    }
}

/// Values by column position; most rows have few.
pub(crate) type RowValues = SmallVec<[(u16, Param); 8]>;

/// A value that is written.
#[derive(Debug, Clone)]
pub enum Value {
    /// A bound value.
    Param(Param),
    /// An expression.
    Expr(Expr),
    /// Whatever the column's default gives.
    Default,
}

/// What happens when a row exists already.
#[derive(Debug, Clone)]
pub struct Conflict {
    /// What "exists already" means.
    pub target: ConflictTarget,
    /// Which existing rows are there to be written to; others stay, and do not come back.
    pub visible: Visible,
    /// What is written to the existing row; nothing leaves it alone.
    pub set: Vec<Assignment>,
    /// What the session remembers until the transaction ends if an existing row
    /// is written to, where rows do not tell by themselves.
    pub mark: Option<Param>,
    /// Which existing rows may be written to; others stay, and do not come back.
    pub only: Option<Expr>,
}

impl Conflict {
    /// A row that exists already is left alone, and does not come back.
    pub(crate) fn ignoring(target: ConflictTarget) -> Self {
        Conflict {
            target,
            visible: Visible::every(),
            set: Vec::new(),
            mark: None,
            only: None,
        }
    }

    /// Whether it looks at columns of the existing row.
    pub(crate) fn looks_at_existing(&self) -> bool {
        let mut set = self.set.iter();
        let in_value =
            |it: &Assignment| matches!(&it.value, Value::Expr(expr) if expr.looks_at_row());
        self.only.is_some() || set.any(in_value)
    }
}

/// What makes two rows the same: the unique constraint or index over these columns.
#[derive(Debug, Clone)]
pub struct ConflictTarget {
    /// The columns, as positions.
    pub columns: Vec<u16>,
    /// The condition of a partial index, as its model has it.
    pub filter: Option<&'static str>,
}

/// `column = value`
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The column, as its position.
    pub column: u16,
    /// What it becomes.
    pub value: Value,
}

/// New values for rows of a table.
#[derive(Debug, Clone)]
pub struct Update {
    /// The table.
    pub table: &'static TableDef,
    /// Which of its rows are there to be written to.
    pub visible: Visible,
    /// What is set.
    pub set: Vec<Assignment>,
    /// Which rows; `None` is every row, said out loud.
    pub filter: Option<Expr>,
    /// What comes back of each written row.
    pub returning: OfEachRow,
}

/// New values for many rows, each with its own.
#[derive(Debug, Clone)]
pub struct UpdateRows {
    /// The rows; each that was written comes back whole, with its number.
    pub rows: NumberedRows,
    /// What is set: bound arrays, or expressions that all rows share.
    pub set: Vec<Assignment>,
}

/// Rows of a table, each given by its key, which come back by their numbers.
#[derive(Debug, Clone)]
pub struct NumberedRows {
    /// The table.
    pub table: &'static TableDef,
    /// Which of its rows are there for the write.
    pub visible: Visible,
    /// What each row is known by: columns, as positions, and for each a bound array.
    pub key: Vec<(u16, Param)>,
    /// A bound array of the rows' numbers.
    pub numbers: Param,
    /// How many rows there are.
    pub count: usize,
    /// The same as a bound value, where the statement fails, and writes none, if one of them
    /// is missing.
    pub all_or_none: Option<Param>,
}

/// What an update returns of each row that it wrote, or a delete of each that went.
#[derive(Debug, Clone)]
pub enum OfEachRow {
    /// Nothing.
    Nothing,
    /// Its primary key: where tables inherit, two rows may have one.
    Key,
    /// The row as it now is, or was when it went.
    Whole,
    /// Its primary key, and whether it passes a test as it now is: a trigger may have the
    /// last word.
    KeyAndWhether(Expr),
}

/// Rows to remove from a table.
#[derive(Debug, Clone)]
pub struct Delete {
    /// The table.
    pub table: &'static TableDef,
    /// Which of its rows are there to be removed.
    pub visible: Visible,
    /// Which rows; `None` is every row, said out loud.
    pub filter: Option<Expr>,
    /// What comes back of them.
    pub returning: OfEachRow,
}

/// Rows to remove from a table, each given by its key; each that was comes back as its
/// number.
#[derive(Debug, Clone)]
pub struct RemoveRows {
    /// The rows.
    pub rows: NumberedRows,
    /// What marks them as deleted; nothing where they go.
    pub set: Vec<Assignment>,
}

/// New rows of a join table that pair one key with others.
#[derive(Debug, Clone)]
pub struct Link {
    /// The table between the two sides.
    pub join: &'static JoinTable,
    /// What the new rows say.
    pub columns: Vec<LinkColumn>,
    /// How a pair that is there already is known.
    pub known: KnownPair,
    /// Which rows of the table are pairs that are there.
    pub visible: Visible,
    /// What becomes of a pair that is there and marked as deleted, where a constraint
    /// keeps another one away; `None` where none can be.
    pub revived: Option<Revived>,
    /// Which rows may be paired; `None` leaves it to the foreign key.
    pub among: Option<Among>,
    /// The quoted name of the table, where nothing is to be written if a trigger
    /// or a rule of it could keep a pair away.
    pub all_of: Option<Param>,
}

impl Link {
    /// How many rows there are.
    pub(crate) fn pairs(&self) -> usize {
        let lists = self
            .columns
            .iter()
            .filter_map(|column| match &column.value {
                LinkValue::Each(Param::Other(list)) => list.element_count(),
                _ => None,
            });
        lists.max().unwrap_or(1)
    }
}

/// A marked row of a join table that is a pair again.
#[derive(Debug, Clone)]
pub struct Revived {
    /// The column with the mark.
    pub mark: &'static ColumnDef,
    /// What is written to it: no mark, and what every write moves.
    pub set: Vec<Assignment>,
    /// The columns that it takes over from the new row.
    pub taken_over: Vec<&'static ColumnDef>,
}

/// A column of new rows of a join table.
#[derive(Debug, Clone)]
pub struct LinkColumn {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub sql_type: SqlType,
    /// What the rows say there.
    pub value: LinkValue,
}

/// What new rows of a join table say in one column.
#[derive(Debug, Clone)]
pub enum LinkValue {
    /// The same in all.
    Same(Param),
    /// A bound array with a value for each.
    Each(Param),
    /// The time of the statement.
    Now,
}

/// How a pair that is there already is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownPair {
    /// By a constraint over the pair.
    ByConstraint,
    /// By looking.
    ByLooking,
}

/// The rows of the other side that may be paired: either all that were meant
/// are among them, or none is paired.
#[derive(Debug, Clone)]
pub struct Among {
    /// Their table.
    pub table: &'static TableDef,
    /// Which of its rows are there.
    pub visible: Visible,
    /// Those of them that were meant.
    pub filter: Expr,
    /// How many were meant.
    pub meant: Param,
}

/// Rows of a join table to remove.
#[derive(Debug, Clone)]
pub struct Unlink {
    /// The table between the two sides.
    pub join: &'static JoinTable,
    /// Which of its rows are there to be removed.
    pub visible: Visible,
    /// What marks them as deleted; nothing where they go.
    pub marks: Vec<Assignment>,
    /// The one key, by column.
    pub owner: Vec<Param>,
    /// The other keys, one bound array per column, with the column types.
    pub targets: Vec<(Param, SqlType)>,
    /// Whether the other keys are those that stay.
    pub keep: bool,
    /// The scope that the other side's rows pass; pairs with others stay.
    pub scope: Option<UnlinkScope>,
}

/// Which rows of the other side a removal of pairs is about.
#[derive(Debug, Clone)]
pub struct UnlinkScope {
    /// Their table.
    pub table: &'static TableDef,
    /// Which of its rows are there.
    pub visible: Visible,
    /// The columns that the join table points at, as positions.
    pub columns: &'static [u16],
    /// What they pass.
    pub filter: Expr,
}
