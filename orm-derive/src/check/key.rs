//! The primary key.

use crate::diag::Diagnostics;
use crate::model::Column;
use crate::parse::Item;

/// The columns of the primary key, in the order of the fields.
pub(super) fn primary(item: &Item, columns: &[Column], diag: &mut Diagnostics) -> Vec<usize> {
    let key: Vec<usize> = (0..columns.len())
        .filter(|at| columns[*at].primary_key)
        .collect();
    if key.is_empty() {
        diag.error(
            &item.ident,
            format!("`{}` has no primary key", item.ident),
            "mark a field: `#[column(primary_key)]`, or `#[column(primary_key, auto_increment)]` for a number the database gives",
        );
    }
    for &at in &key {
        nullable_key(item, at, &columns[at], diag);
    }
    one_counter(item, columns, diag);
    key
}

fn nullable_key(item: &Item, at: usize, column: &Column, diag: &mut Diagnostics) {
    if column.nullable {
        let what = format!(
            "a primary key is never NULL, but `{}` is an `Option`",
            column.field
        );
        diag.error(&item.fields[at].ty, what, "remove the `Option`");
    }
}

/// PostgreSQL numbers any column, but a second counter in a table is a slip:
/// nobody fills in two numbers that the database makes up.
fn one_counter(item: &Item, columns: &[Column], diag: &mut Diagnostics) {
    let mut counters =
        (0..columns.len()).filter(|at| item.fields[*at].column.has("auto_increment"));
    let Some(first) = counters.next() else { return };
    for second in counters {
        let Some(entry) = item.fields[second].column.get("auto_increment") else {
            continue;
        };
        diag.error(
            &entry.key,
            format!(
                "`auto_increment` is on two fields: `{}` and `{}`",
                columns[first].field, columns[second].field
            ),
            "keep it on the primary key; `identity` numbers any other column",
        );
    }
}
