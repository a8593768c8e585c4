//! COPY: the columns of a table are filled with rows that follow the statement.
#![cfg(feature = "postgres")]

use crate::schema::Backend;
use crate::schema::{SqlType, TableDef};
use crate::sql::{Writer, dialect};

/// How a COPY ends that takes rows from the program.
pub(crate) const COPY_END: &str = " FROM STDIN (FORMAT binary)";

/// What fills columns of a table by COPY.
pub(crate) struct Copy {
    /// Tells the types of the columns when it is prepared; it is not run.
    pub(crate) described: String,
    /// The statement itself.
    pub(crate) text: String,
}

/// `COPY "t" ("a", "b") FROM STDIN (FORMAT binary)`
pub(crate) fn copy(table: &'static TableDef, columns: &[u16]) -> Copy {
    crate::ddl::known::note(table);
    let described = written(|w| {
        w.push("SELECT ");
        w.list(columns, |w, &at| w.identifier(table.column(at).name));
        w.push(" FROM ");
        w.table(&table.name);
    });
    let text = written(|w| {
        w.push("COPY ");
        w.table(&table.name);
        w.columns_of(table, columns.iter().copied());
        w.push(COPY_END);
    });
    Copy { described, text }
}

/// `SELECT CAST(statement_timestamp() AS timestamptz), ..`: what columns hold that are
/// filled with the time.
pub(crate) fn time_of_copy(types: impl Iterator<Item = SqlType>) -> String {
    written(|w| {
        w.push("SELECT ");
        w.list(types, |w, sql_type| {
            w.push("CAST(");
            w.dialect.stamp(w, &sql_type);
            w.push(" AS ");
            w.type_name(&sql_type);
            w.push(")");
        });
    })
}

fn written(write: impl FnOnce(&mut Writer<'_>)) -> String {
    let mut w = Writer::new(dialect(Backend::Postgres));
    write(&mut w);
    w.text
}
