//! From a statement to SQL text and its bound values.
//!
//! [`Writer`] is the only place that writes a placeholder, and
//! [`identifier::quote`] the only one that quotes a name. Writing cannot fail.

mod association;
mod dialect;
mod expr;
mod follow;
pub(crate) mod identifier;
mod link;
mod memo;
mod named;
mod postgres;
mod repeat;
mod select;
mod sets;
mod sqlite;
mod through;
mod visible;
mod write;
mod writer;

pub(crate) use memo::{Memo, WORDS as LONGEST_KEPT};
pub(crate) use writer::Sql;

pub(crate) use dialect::{Dialect, Listed, ManyRows, PerParent, dialect};
#[cfg(feature = "postgres")]
pub(crate) use postgres::{COPY_END, Copy, copy, time_of_copy};
pub(crate) use select::needs_alias;
pub(crate) use sqlite::kind;
#[cfg(all(test, feature = "sqlite", feature = "decimal"))]
pub(crate) use sqlite::tests as sqlite_texts;
pub(crate) use through::{Link, Pairs};
pub(crate) use visible::{AND, WHERE};
pub(crate) use writer::{Alias, Writer};

use std::cell::RefCell;
use std::sync::Arc;

use crate::ast;
use crate::schema::{Backend, TableDef};

/// The text and values of a query without includes.
pub(crate) fn select(backend: Backend, select: &ast::Select) -> Sql<'_> {
    thread_local!(static TEXTS: RefCell<Memo<()>> = Memo::new());
    TEXTS.with_borrow_mut(|texts| {
        texts
            .sql(backend, select, |it| {
                (new(backend, it.table, |w| w.select(it)), ())
            })
            .0
    })
}

/// The text and values of a query for rows and what follows from them.
pub(crate) fn follow(backend: Backend, follow: &ast::Follow) -> Sql<'_> {
    new(backend, follow.table, |w| w.follow(follow))
}

/// The text that computes the rows of a materialized view anew.
pub(crate) fn refresh_view(backend: Backend, view: &TableDef, concurrently: bool) -> Arc<str> {
    let sql = written(backend, |w| {
        w.push("REFRESH MATERIALIZED VIEW ");
        w.push(if concurrently { "CONCURRENTLY " } else { "" });
        w.table(&view.name);
    });
    sql.text
}

/// The text and values of an insert.
pub(crate) fn insert(backend: Backend, insert: &ast::Insert) -> Sql<'_> {
    thread_local!(static TEXTS: RefCell<Memo<()>> = Memo::new());
    let mut sql = TEXTS.with_borrow_mut(|texts| {
        texts
            .sql(backend, insert, |it| {
                (new(backend, it.table, |w| w.insert(it)), ())
            })
            .0
    });
    if let ast::InsertRows::Arrays { count, .. } = &insert.rows
        && dialect(backend).many_rows() == ManyRows::Steps
    {
        sql.steps = count.as_count();
    }
    sql
}

/// The text and values of an update.
pub(crate) fn update(backend: Backend, update: &ast::Update) -> Sql<'_> {
    thread_local!(static TEXTS: RefCell<Memo<()>> = Memo::new());
    TEXTS.with_borrow_mut(|texts| {
        texts
            .sql(backend, update, |it| {
                (new(backend, it.table, |w| w.update(it)), ())
            })
            .0
    })
}

/// The text and values of an update of many rows.
pub(crate) fn update_rows(backend: Backend, update: &ast::UpdateRows) -> Sql<'_> {
    thread_local!(static TEXTS: RefCell<Memo<()>> = Memo::new());
    let sql = TEXTS.with_borrow_mut(|texts| {
        texts
            .sql(backend, update, |it| {
                let written = new(backend, it.rows.table, |w| w.dialect.update_rows(w, it));
                (written, ())
            })
            .0
    });
    let steps = match dialect(backend).many_rows() {
        ManyRows::Arrays => None,
        ManyRows::Steps => Some(update.rows.count),
    };
    Sql { steps, ..sql }
}

/// The text and values of a removal of many rows.
pub(crate) fn remove_rows(backend: Backend, remove: &ast::RemoveRows) -> Sql<'_> {
    thread_local!(static TEXTS: RefCell<Memo<()>> = Memo::new());
    let sql = TEXTS.with_borrow_mut(|texts| {
        texts
            .sql(backend, remove, |it| {
                let written = new(backend, it.rows.table, |w| w.dialect.remove_rows(w, it));
                (written, ())
            })
            .0
    });
    let steps = match dialect(backend).many_rows() {
        ManyRows::Arrays => None,
        ManyRows::Steps => Some(remove.rows.count),
    };
    Sql { steps, ..sql }
}

/// The text and values of a delete.
pub(crate) fn delete(backend: Backend, delete: &ast::Delete) -> Sql<'_> {
    thread_local!(static TEXTS: RefCell<Memo<()>> = Memo::new());
    TEXTS.with_borrow_mut(|texts| {
        texts
            .sql(backend, delete, |it| {
                (new(backend, it.table, |w| w.delete(it)), ())
            })
            .0
    })
}

/// The text and values that pair keys in a join table.
pub(crate) fn link(backend: Backend, link: &ast::Link) -> Sql<'_> {
    let sql = written(backend, |w| w.dialect.new_pairs(w, link));
    in_steps(backend, link, sql)
}

/// The text and values that count the rows which may be paired.
pub(crate) fn among(backend: Backend, among: &ast::Among) -> Sql<'_> {
    written(backend, |w| w.among(among))
}

/// A statement about pairs, which may be run for each.
fn in_steps<'a>(backend: Backend, link: &ast::Link, sql: Sql<'a>) -> Sql<'a> {
    let steps = match dialect(backend).many_rows() {
        ManyRows::Arrays => None,
        ManyRows::Steps => Some(link.pairs()),
    };
    Sql { steps, ..sql }
}

/// The text and values that count the pairs which are not in a join table.
pub(crate) fn missing_pairs(backend: Backend, link: &ast::Link) -> Sql<'_> {
    let sql = written(backend, |w| w.dialect.missing_pairs(w, link));
    in_steps(backend, link, sql)
}

/// The text and values that remove pairs from a join table.
pub(crate) fn unlink(backend: Backend, unlink: &ast::Unlink) -> Sql<'_> {
    written(backend, |w| w.unlink(unlink))
}

/// A statement that was not written before: from now on errors of the server
/// that name its table are known to be about its model.
fn new<'a>(
    backend: Backend,
    table: &'static TableDef,
    write: impl FnOnce(&mut Writer<'a>),
) -> Sql<'a> {
    crate::ddl::known::note(table);
    written(backend, write)
}

/// An order in words that do not depend on the database, and the values bound in it.
pub(crate) fn described_order(order: &[ast::OrderBy]) -> Sql<'_> {
    written(Backend::Postgres, |w| {
        let alias = w.new_alias();
        w.scoped(Some(alias), |w| w.order_by(order));
    })
}

/// The name of a table as a statement writes it.
pub(crate) fn quoted(table: &crate::schema::TableName) -> String {
    let mut w = Writer::new(dialect(Backend::Postgres));
    w.table(table);
    w.text
}

fn written<'a>(backend: Backend, write: impl FnOnce(&mut Writer<'a>)) -> Sql<'a> {
    let mut w = Writer::new(dialect(backend));
    write(&mut w);
    w.finish()
}
