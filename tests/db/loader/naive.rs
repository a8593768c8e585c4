//! The oracle: one query per row and association, nothing clever.

use std::future::Future;
use std::pin::Pin;

use orm::prelude::*;
use orm::raw::raw_sql;
use orm::schema::{AssociationDef, AssociationKind, TableDef};
use serde_json::Value;

use super::spec::Spec;
use crate::database::{Test, row_as_json};

/// A tree to load: what is asked of a level and of those below it.
#[derive(Debug, Clone)]
pub(super) struct Tree {
    /// The association that leads here; empty for the root.
    pub(super) name: &'static str,
    pub(super) spec: Spec,
    pub(super) children: Vec<Tree>,
}

/// The rows of a level before its offset and limit.
type Found<'a> = Pin<Box<dyn Future<Output = Test<Vec<Value>>> + 'a>>;

pub(super) async fn load(db: &Db, table: &'static TableDef, tree: &Tree) -> Test<Value> {
    let rows = found(db, table, "TRUE".to_owned(), tree).await?;
    Ok(Value::Array(cut(rows, &tree.spec)))
}

fn found<'a>(db: &'a Db, table: &'static TableDef, key: String, tree: &'a Tree) -> Found<'a> {
    Box::pin(async move {
        let keys: Vec<String> = table
            .key_columns()
            .map(|column| format!("t.{}", column.name))
            .collect();
        let sql = format!(
            "SELECT {} FROM {} t WHERE {key} AND {} ORDER BY {}{}",
            row_as_json(table),
            table.name.name,
            tree.spec.condition_sql(linked(table)),
            tree.spec.order_sql(),
            keys.join(", "),
        );
        let rows: Vec<Value> = raw_sql(sql).scalars(db).await?;
        let mut kept = Vec::new();
        for row in rows {
            if let Some(row) = with_children(db, table, row, tree).await? {
                kept.push(row);
            }
        }
        Ok(kept)
    })
}

/// The row with its children; `None` where a required one is missing.
async fn with_children(
    db: &Db,
    table: &'static TableDef,
    mut row: Value,
    tree: &Tree,
) -> Test<Option<Value>> {
    for child in &tree.children {
        let association = table.associations.iter().find(|it| it.name == child.name);
        let association = association.ok_or("no such association")?;
        let rows = match key_condition(table, association, &row) {
            Some(key) => found(db, (association.target)(), key, child).await?,
            None => Vec::new(),
        };
        if child.spec.required && rows.is_empty() {
            return Ok(None);
        }
        let mut rows = cut(rows, &child.spec);
        row[child.name] = match association.kind {
            AssociationKind::BelongsTo | AssociationKind::HasOne if rows.is_empty() => Value::Null,
            AssociationKind::BelongsTo | AssociationKind::HasOne => rows.swap_remove(0),
            AssociationKind::HasMany | AssociationKind::ManyToMany => Value::Array(rows),
        };
    }
    Ok(Some(row))
}

/// What the rows `t` on the other side of a row must pass; `None` where its key is NULL.
fn key_condition(table: &TableDef, association: &AssociationDef, row: &Value) -> Option<String> {
    let target = (association.target)();
    let keys: Option<Vec<String>> = association
        .owner_columns
        .iter()
        .map(|&position| literal(&row[table.column(position).name]))
        .collect();
    let there = association
        .target_columns
        .iter()
        .map(|&position| target.column(position).name);
    let Some(join) = &association.through else {
        let parts = there
            .zip(keys?)
            .map(|(name, key)| format!("t.{name} = {key}"));
        return Some(parts.collect::<Vec<_>>().join(" AND "));
    };
    let mine = join
        .owner_columns
        .iter()
        .zip(keys?)
        .map(|(name, key)| format!("j.{name} = {key}"));
    let theirs = join
        .target_columns
        .iter()
        .zip(there)
        .map(|(name, there)| format!("j.{name} = t.{there}"));
    let parts: Vec<String> = mine.chain(theirs).collect();
    Some(format!(
        "EXISTS (SELECT 1 FROM {} j WHERE {})",
        join.name.name,
        parts.join(" AND ")
    ))
}

fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(format!("'{text}'")),
        other => Some(other.to_string()),
    }
}

fn cut(rows: Vec<Value>, spec: &Spec) -> Vec<Value> {
    let offset = usize::try_from(spec.offset.unwrap_or(0)).unwrap_or(usize::MAX);
    let limit = spec.limit.map_or(usize::MAX, |limit| limit as usize);
    rows.into_iter().skip(offset).take(limit).collect()
}

/// The same as `Node::linked`, on the table `t`.
fn linked(table: &TableDef) -> &'static str {
    match table.name.name {
        "users" => "EXISTS (SELECT 1 FROM orders o WHERE o.user_id = t.id AND o.number < 3)",
        "orders" => "EXISTS (SELECT 1 FROM users u WHERE u.id = t.handler_id)",
        "items" => "EXISTS (SELECT 1 FROM shelves s WHERE s.room = t.room AND s.slot = t.slot)",
        "roles" => {
            "EXISTS (SELECT 1 FROM user_roles j JOIN users u ON u.id = j.user_id WHERE j.role_id = t.id)"
        }
        "products" => "(SELECT count(*) FROM items i WHERE i.product_code = t.code) > 1",
        _ => "EXISTS (SELECT 1 FROM items i WHERE i.room = t.room AND i.slot = t.slot)",
    }
}
