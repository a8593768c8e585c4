//! From a statement to SQL text and its bound values.
//!
//! [`Writer`] is the only place that writes a placeholder, and
//! [`identifier::quote`] the only one that quotes a name. Writing cannot fail.

mod dialect;
mod expr;
pub(crate) mod identifier;
mod link;
mod select;
mod write;
mod writer;

pub(crate) use writer::Sql;

pub(crate) use dialect::{Dialect, POSTGRES};
pub(crate) use select::needs_alias;
pub(crate) use writer::{Alias, Writer};

use crate::ast;

/// The text and values of a query without includes.
pub(crate) fn select(select: &ast::Select) -> Sql<'_> {
    let mut w = Writer::new(&POSTGRES);
    w.select(select);
    w.finish()
}

/// The text and values of an insert.
pub(crate) fn insert(insert: &ast::Insert) -> Sql<'_> {
    let mut w = Writer::new(&POSTGRES);
    w.insert(insert);
    w.finish()
}

/// The text and values of an update.
pub(crate) fn update(update: &ast::Update) -> Sql<'_> {
    let mut w = Writer::new(&POSTGRES);
    w.update(update);
    w.finish()
}

/// The text and values of a delete.
pub(crate) fn delete(delete: &ast::Delete) -> Sql<'_> {
    let mut w = Writer::new(&POSTGRES);
    w.delete(delete);
    w.finish()
}

/// The text and values that pair keys in a join table.
pub(crate) fn link(link: &ast::Link) -> Sql<'_> {
    let mut w = Writer::new(&POSTGRES);
    w.link(link);
    w.finish()
}

/// The text and values that remove pairs from a join table.
pub(crate) fn unlink(unlink: &ast::Unlink) -> Sql<'_> {
    let mut w = Writer::new(&POSTGRES);
    w.unlink(unlink);
    w.finish()
}
