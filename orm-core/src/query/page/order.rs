//! The order of a page: that of its query, until no two rows are equal in it.

use sha2::{Digest, Sha256};

use crate::ast::{Expr, Nulls, OrderBy, Select};
use crate::error::{Error, Result};
use crate::key::Key;
use crate::model::Model;
use crate::sql;

/// The order of the query with the key as its last word, in the direction of the term
/// before. What stands behind the whole key says nothing, and is left out.
///
/// # Errors
/// When a term has no value that rows could be compared by.
pub(super) fn complete<M: Model>(select: &Select, what: &str) -> Result<Vec<OrderBy>> {
    let mut order = Vec::with_capacity(select.order_by.len() + M::TABLE.primary_key.len());
    for term in &select.order_by {
        if has_key(&order, M::TABLE.primary_key.len(), select) {
            break;
        }
        if term.expr.has_window() {
            return Err(refused::<M>(&format!(
                "{what} cannot be sorted by a window, which is computed of rows outside of it too; sort by what it is computed of"
            )));
        }
        match term.sorted {
            None => {
                return Err(refused::<M>(&format!(
                    "{what} is sorted by columns and expressions of known types"
                )));
            }
            Some(sorted) if sorted.is_secret => {
                return Err(refused::<M>(&format!(
                    "{what} cannot be sorted by a secret, which would stand in its cursors; sort by another column"
                )));
            }
            Some(_) => {}
        }
        order.push(term.clone());
    }
    let descending = order.last().is_some_and(|last| last.descending);
    for (column, sorted) in M::TABLE.key_columns().zip(M::Key::sorted()) {
        let is_it =
            |term: &OrderBy| matches!(&term.expr, Expr::Column(it) if it.name == column.name);
        if !order.iter().any(is_it) {
            order.push(OrderBy {
                expr: Expr::Column(column),
                descending,
                nulls: Nulls::Default,
                sorted: Some(sorted),
            });
        }
    }
    Ok(order)
}

fn has_key(order: &[OrderBy], width: usize, select: &Select) -> bool {
    let sorts = |name: &str| {
        let mut terms = order.iter();
        terms.any(|term| matches!(&term.expr, Expr::Column(it) if it.name == name))
    };
    width > 0 && select.table.key_columns().all(|column| sorts(column.name))
}

pub(super) fn refused<M: Model>(words: &str) -> Error {
    Error::usage(format!("{}: {words}", M::TABLE.model))
}

/// How many bytes tell orders apart.
pub(super) const WIDTH: usize = 8;

/// What tells an order of a model from every other: the same in every program and on
/// every database.
pub(super) fn fingerprint(select: &Select, order: &[OrderBy]) -> [u8; WIDTH] {
    let described = sql::described_order(order);
    let mut hash = Sha256::new();
    let mut add = |part: &str| {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    };
    let name = &select.table.name;
    add(name.schema.unwrap_or_default());
    add(name.name);
    add(&described.text);
    for term in order {
        add(&term
            .sorted
            .map_or_else(String::new, |it| it.sql_type.wire_name().into()));
    }
    for value in &described.params {
        let mut text = String::new();
        // What has no text is told apart by its type alone.
        let _ = value.write_text(&mut text);
        add(&value.type_name());
        add(&text);
    }
    let whole = hash.finalize();
    let mut first = [0; WIDTH];
    first.copy_from_slice(&whole[..WIDTH]);
    first
}
