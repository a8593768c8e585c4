//! Rows that a delete or a restore is about, read and locked.

use super::consequences::{marked_parent, parents, referred_columns};
use crate::ast::{
    AssociationAsk, AssociationTest, Expr, Item, Lock, LockStrength, LockWait, Output, Select,
};
use crate::create::statement_time;
use crate::decode::Cursor;
use crate::error::Result;
use crate::exec::{Exec, Params};
use crate::refusal;
use crate::schema::{SqlType, TableDef};
use crate::sql::dialect;
use crate::types::{Mark, Param, take_param};

/// Rows as they were read.
pub(super) struct Read {
    pub(super) table: &'static TableDef,
    /// The columns that were read: the primary key, and what others refer to.
    pub(super) columns: Vec<u16>,
    pub(super) rows: Vec<ReadRow>,
    /// The marks of rows that these refer to, where a delete of those marks these.
    pub(super) beside: Vec<Mark>,
    /// The moment of the statement.
    pub(super) now: Mark,
}

/// One of them.
pub(super) struct ReadRow {
    pub(super) values: Vec<Param>,
    pub(super) mark: Option<Mark>,
}

impl Read {
    /// These rows of their table.
    pub(super) fn key_filter(&self) -> Expr {
        let key = self.table.primary_key;
        let arrays = key.iter().enumerate().map(|(at, &column)| {
            let values = self
                .rows
                .iter()
                .filter_map(|row| row.values.get(at).cloned());
            Param::array_of(self.table.column(column).sql_type, values.collect())
        });
        let arrays = arrays.collect();
        Expr::KeyIn(self.table, key.to_vec(), arrays)
    }
}

/// Reads the rows of a query, with some more of their columns, and keeps others from changing them or from referring
/// to them until the transaction ends.
pub(super) async fn read(mut rows: Select, also: &[u16], db: Exec<'_>) -> Result<Read> {
    let table = rows.table;
    let mark = table.soft_delete.unwrap_or_default();
    let marks = table.column(mark).sql_type;
    let mut columns = referred_columns(table);
    let more = also.iter().filter(|column| !columns.contains(column));
    let more: Vec<u16> = more.copied().collect();
    columns.extend(more);
    let mut items: Vec<Item> = columns.iter().copied().map(Item::Column).collect();
    items.push(Item::Column(mark));
    items.push(Item::Value {
        name: "orm now",
        expr: Expr::cast(statement_time(), marks),
        sql_type: marks,
    });
    let mut of_parents = Vec::new();
    for (association, mark) in parents(table) {
        let column = (association.target)().column(mark);
        let value = AssociationAsk::Value(Expr::Column(column));
        of_parents.push(column.sql_type);
        items.push(Item::Value {
            name: "orm mark",
            expr: Expr::association(AssociationTest {
                before: Vec::new(),
                last: marked_parent(table, association),
                first: None,
                ask: value,
            }),
            sql_type: column.sql_type,
        });
    }
    rows.output = Output::Items(items);
    // Where rows have no locks, a transaction that writes is alone.
    rows.lock = dialect(db.backend()).has_row_locks().then_some(Lock {
        strength: LockStrength::Update,
        wait: LockWait::Wait,
    });
    let sql = refusal::select(db.backend(), &rows)?;
    let mut read = Read {
        table,
        columns,
        rows: Vec::new(),
        beside: Vec::new(),
        now: Mark::default(),
    };
    let params = Params::from(&sql.params);
    let each = &mut |row| {
        read.take(&row, marks, &of_parents)?;
        Ok(())
    };
    db.query_each(&sql.text, params, each).await?;
    Ok(read)
}

impl Read {
    fn take(
        &mut self,
        row: &crate::decode::Row,
        marks: SqlType,
        of_parents: &[SqlType],
    ) -> Result<()> {
        let mut cursor = Cursor::of_row(row);
        let mut values = Vec::with_capacity(self.columns.len());
        for &column in &self.columns {
            values.push(take_param(&mut cursor, self.table.column(column).sql_type)?);
        }
        let mark = Mark::take(&mut cursor, marks)?;
        if let Some(now) = Mark::take(&mut cursor, marks)? {
            self.now = now;
        }
        for &sql_type in of_parents {
            self.beside.extend(Mark::take(&mut cursor, sql_type)?);
        }
        self.rows.push(ReadRow { values, mark });
        Ok(())
    }
}
