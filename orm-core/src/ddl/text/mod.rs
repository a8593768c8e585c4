//! From a step to its SQL text.

pub(crate) mod postgres;
pub(crate) mod sqlite;

use super::plan::Step;
use crate::schema::Backend;
use crate::sql::identifier;

/// The statement of a step, without a semicolon. SQLite needs several for some.
pub(crate) fn of(backend: Backend, step: &Step) -> String {
    match backend {
        Backend::Postgres => postgres::of(step),
        Backend::Sqlite => sqlite::of(step),
    }
}

/// Writes `items` with `, ` between them.
fn list<T>(out: &mut String, items: &[T], mut each: impl FnMut(&mut String, &T)) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        each(out, item);
    }
}

/// Writes `("a", "b")`.
fn columns(out: &mut String, names: &[String]) {
    out.push('(');
    list(out, names, |out, name| identifier::quote(out, name));
    out.push(')');
}
