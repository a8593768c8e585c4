//! Indexes.

use super::table::parameter;
use super::{columns, list};
use crate::ddl::blueprint::{Index, Name, Part, Term};
use crate::sql::identifier;

/// `concurrently` lets others write while it is built, and cannot be in a
/// transaction.
pub(super) fn create(out: &mut String, table: &Name, index: &Index, concurrently: bool) {
    out.push_str(if index.unique {
        "CREATE UNIQUE INDEX "
    } else {
        "CREATE INDEX "
    });
    out.push_str(if concurrently { "CONCURRENTLY " } else { "" });
    // An index lives in its table's schema and takes no schema of its own.
    identifier::quote(out, &index.name);
    out.push_str(" ON ");
    out.push_str(&table.quoted());
    if index.method != "btree" {
        out.push_str(" USING ");
        out.push_str(&index.method);
    }
    out.push_str(" (");
    list(out, &index.parts, part);
    out.push(')');
    if !index.include.is_empty() {
        out.push_str(" INCLUDE ");
        columns(out, &index.include);
    }
    if index.nulls_not_distinct {
        out.push_str(" NULLS NOT DISTINCT");
    }
    if !index.parameters.is_empty() {
        out.push_str(" WITH (");
        let all: Vec<_> = index.parameters.iter().collect();
        list(out, &all, |out, (name, value)| {
            parameter(out, name, value);
        });
        out.push(')');
    }
    if let Some(condition) = &index.filter {
        out.push_str(" WHERE ");
        out.push_str(condition);
    }
}

/// A column or an expression, with its operator class.
pub(super) fn term(out: &mut String, term: &Term, operator_class: Option<&String>) {
    match term {
        Term::Column(name) => identifier::quote(out, name),
        Term::Expression(expression) => {
            out.push('(');
            out.push_str(expression);
            out.push(')');
        }
    }
    if let Some(class) = operator_class {
        out.push(' ');
        out.push_str(class);
    }
}

fn part(out: &mut String, part: &Part) {
    term(out, &part.term, part.operator_class.as_ref());
    out.push_str(if part.descending { " DESC" } else { "" });
    out.push_str(match part.nulls_first {
        Some(true) => " NULLS FIRST",
        Some(false) => " NULLS LAST",
        None => "",
    });
}
