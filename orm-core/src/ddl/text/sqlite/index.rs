//! Indexes.

use super::list;
use crate::ddl::blueprint::{Index, Name, Part, Term};
use crate::sql::identifier;

/// The statement that creates an index.
pub(crate) fn create(table: &Name, index: &Index) -> String {
    let mut out = String::from(if index.unique {
        "CREATE UNIQUE INDEX "
    } else {
        "CREATE INDEX "
    });
    identifier::quote(&mut out, &index.name);
    out.push_str(" ON ");
    identifier::quote(&mut out, &table.name);
    out.push_str(" (");
    list(&mut out, &index.parts, part);
    out.push(')');
    if let Some(condition) = &index.filter {
        out.push_str(" WHERE ");
        out.push_str(condition);
    }
    out
}

fn part(out: &mut String, part: &Part) {
    match &part.term {
        Term::Column(name) => identifier::quote(out, name),
        Term::Expression(expression) => {
            out.push('(');
            out.push_str(expression);
            out.push(')');
        }
    }
    out.push_str(if part.descending { " DESC" } else { "" });
}
