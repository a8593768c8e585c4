//! Pairs of a join table that are marked as deleted, and added again.

use std::collections::HashMap;

use super::rows::{ReadRow, read};
use super::{Statement, execute};
use crate::ast::{
    Assignment, Expr, Link, LinkValue, Marked, OfEachRow, Select, Update, Value, Visible,
};
use crate::error::Result;
use crate::exec::Exec;
use crate::schema::TableDef;
use crate::types::Param;

/// Takes the mark away from the row of each pair that was marked last, unless one of
/// its rows is not marked. Where a constraint keeps pairs apart, the insert does it.
pub(crate) async fn revive(link: &Link, db: Exec<'_>) -> Result<()> {
    let (Some(revived), Some(table)) = (&link.revived, link.join.table) else {
        return Ok(());
    };
    let table = table();
    let (mut tests, mut columns, mut arrays) = (Vec::new(), Vec::new(), Vec::new());
    for column in &link.columns {
        let Some(at) = position(table, column.name) else {
            continue;
        };
        let is_of_target = link.join.target_columns.contains(&column.name);
        match &column.value {
            LinkValue::Same(value) if link.join.owner_columns.contains(&column.name) => {
                tests.push(Expr::ColumnIs(table.column(at), value.clone()));
            }
            LinkValue::Each(array) if is_of_target => {
                columns.push(at);
                arrays.push(array.clone());
            }
            _ => {}
        }
    }
    tests.push(Expr::KeyIn(table, columns.clone(), arrays));
    let mut rows = Select::seeing(table, Visible::every());
    rows.filter = Some(Expr::all_of(tests));
    let mut rows = read(rows, &columns, db).await?;
    let places: Vec<usize> = columns
        .iter()
        .filter_map(|column| rows.columns.iter().position(|it| it == column))
        .collect();
    let mut latest: HashMap<String, Option<ReadRow>> = HashMap::new();
    for row in std::mem::take(&mut rows.rows) {
        let pair = text(places.iter().map(|&at| &row.values[at]));
        let kept = latest.remove(&pair);
        let next = match (kept, row.mark) {
            (Some(None), _) | (_, None) => None,
            (Some(Some(kept)), mark) if kept.mark >= mark => Some(kept),
            _ => Some(row),
        };
        latest.insert(pair, next);
    }
    rows.rows.extend(latest.into_values().flatten());
    if rows.rows.is_empty() {
        return Ok(());
    }
    let mut set = revived.set.clone();
    for column in &revived.taken_over {
        set.extend(given(link, table, column.name));
    }
    let update = Update {
        table,
        visible: Visible::every().with(Marked::Only),
        set,
        filter: Some(rows.key_filter()),
        returning: OfEachRow::Nothing,
    };
    execute(&Statement::Update(update), db).await.map(drop)
}

/// What all new rows say in a column.
fn given(link: &Link, table: &'static TableDef, name: &str) -> Option<Assignment> {
    let column = link.columns.iter().find(|it| it.name == name)?;
    let value = match &column.value {
        LinkValue::Same(value) => value.clone(),
        LinkValue::Each(array) => array.elements()?.first()?.clone(),
        LinkValue::Now => return None,
    };
    Some(Assignment {
        column: position(table, name)?,
        value: Value::Param(value),
    })
}

fn position(table: &TableDef, name: &str) -> Option<u16> {
    let at = table.columns.iter().position(|it| it.name == name)?;
    u16::try_from(at).ok()
}

/// Some values as one text, each with its length, so that no two keys are alike.
pub(super) fn text<'p>(values: impl Iterator<Item = &'p Param>) -> String {
    let mut all = String::new();
    for value in values {
        let mut text = String::new();
        // What has no text cannot be a key.
        let _ = value.write_text(&mut text);
        all.push_str(&format!("{}:{text}", text.len()));
    }
    all
}
