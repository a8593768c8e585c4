//! The primary key.

use crate::diag::Diagnostics;
use crate::model::{Column, TableKind};
use crate::parse::Item;

/// The columns of the primary key, in the order of the fields.
pub(super) fn primary(
    item: &Item,
    kind: TableKind,
    columns: &[Column],
    diag: &mut Diagnostics,
) -> Vec<usize> {
    let key: Vec<usize> = (0..columns.len())
        .filter(|at| columns[*at].primary_key)
        .collect();
    if key.is_empty() {
        let help = match kind {
            TableKind::Table => {
                "mark a field: `#[column(primary_key)]`, or `#[column(primary_key, auto_increment)]` for a number the database gives"
            }
            TableKind::View | TableKind::MaterializedView | TableKind::NamedQuery => {
                "mark the fields that tell its rows apart: `#[column(primary_key)]` on one, or on several"
            }
        };
        diag.error(
            &item.ident,
            format!("`{}` has no primary key", item.ident),
            help,
        );
    }
    for &at in &key {
        nullable_key(item, at, &columns[at], diag);
    }
    one_of_each(item, columns, diag);
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
/// nobody fills in two numbers that the database makes up. A row has one version.
fn one_of_each(item: &Item, columns: &[Column], diag: &mut Diagnostics) {
    for (option, help) in [
        (
            "auto_increment",
            "keep it on the primary key; `identity` numbers any other column",
        ),
        ("version", "keep it on one: a row has one version"),
    ] {
        let has = |at: &usize| item.fields[*at].column.has(option);
        let mut marked = (0..columns.len()).filter(has);
        let Some(first) = marked.next() else { continue };
        for second in marked {
            let Some(entry) = item.fields[second].column.get(option) else {
                continue;
            };
            let what = format!(
                "`{option}` is on two fields: `{}` and `{}`",
                columns[first].field, columns[second].field
            );
            diag.error(&entry.key, what, help);
        }
    }
}
