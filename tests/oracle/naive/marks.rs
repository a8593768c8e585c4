//! Deletes that mark rows, and what brings these back.

use orm::error::ErrorKind;
use serde_json::Value;

use crate::tables::{MARK, OnDelete, Reference, Row, Table, Tables, is_marked, values};

/// Rows of tables, by their keys.
type Which = Vec<(&'static str, Vec<Value>)>;

/// Marks rows, and what goes with them, by one delete.
pub(crate) fn mark(
    tables: &mut Tables,
    schema: &[Table],
    table: &Table,
    rows: &[Row],
) -> Result<(), ErrorKind> {
    let roots = rows.iter().map(|row| (table.name, values(row, table.key)));
    let going = followed(tables, schema, roots.collect(), &|row| !is_marked(row));
    for (table, row) in rows_of(tables, schema, &going) {
        for (child, reference) in references(schema, table) {
            if reference.on_delete == OnDelete::Restrict {
                let mut referring = referring(tables, child, reference, &row);
                let stays = |row: &Row| {
                    !is_marked(row) && !going.contains(&(child.name, values(row, child.key)))
                };
                if referring.any(stays) {
                    return Err(ErrorKind::ForeignKeyViolation);
                }
            }
        }
    }
    for (table, row) in rows_of(tables, schema, &going) {
        for (child, reference) in references(schema, table) {
            if reference.on_delete != OnDelete::SetNull {
                continue;
            }
            let key = values(&row, reference.key);
            for row in tables.all_mut(child.name) {
                if values(row, reference.columns) == key && !is_marked(row) {
                    for column in reference.nullable {
                        row.insert((*column).to_owned(), Value::Null);
                    }
                    child.count(row);
                }
            }
        }
    }
    let mark = tables.next_mark();
    put(tables, schema, &going, &mark);
    Ok(())
}

/// Takes the marks away that one delete left.
pub(crate) fn restore(tables: &mut Tables, schema: &[Table], table: &Table, row: &Row) {
    let mark = row.get(MARK).cloned();
    let root = vec![(table.name, values(row, table.key))];
    let back = followed(tables, schema, root, &|row| row.get(MARK) == mark.as_ref());
    put(tables, schema, &back, &Value::Null);
}

/// Gives rows a mark, or none.
pub(super) fn put(tables: &mut Tables, schema: &[Table], which: &Which, mark: &Value) {
    for table in schema {
        for row in tables.all_mut(table.name) {
            if which.contains(&(table.name, values(row, table.key))) {
                row.insert(MARK.to_owned(), mark.clone());
                table.count(row);
            }
        }
    }
}

/// Rows, and those that are deleted with them.
fn followed(tables: &Tables, schema: &[Table], roots: Which, goes: &dyn Fn(&Row) -> bool) -> Which {
    let mut all = roots;
    let mut done = 0;
    while done < all.len() {
        for (table, row) in rows_of(tables, schema, &all[done..=done].to_vec()) {
            for (child, reference) in references(schema, table) {
                if reference.on_delete == OnDelete::Cascade && child.is_marked {
                    for row in referring(tables, child, reference, &row).filter(|row| goes(row)) {
                        let key = (child.name, values(row, child.key));
                        if !all.contains(&key) {
                            all.push(key);
                        }
                    }
                }
            }
        }
        done += 1;
    }
    all
}

fn rows_of(tables: &Tables, schema: &[Table], which: &Which) -> Vec<(&'static str, Row)> {
    let mut rows = Vec::new();
    for (name, key) in which {
        let table = schema.iter().find(|table| table.name == *name);
        let columns = table.map_or(&[][..], |table| table.key);
        let there = tables.all(name).find(|row| values(row, columns) == *key);
        rows.extend(there.map(|row| (*name, row.clone())));
    }
    rows
}

/// The foreign keys that refer to a table.
fn references<'s>(
    schema: &'s [Table],
    table: &str,
) -> impl Iterator<Item = (&'s Table, &'s Reference)> {
    schema.iter().flat_map(move |child| {
        let references = child.references.iter();
        references
            .filter(move |it| it.table == table)
            .map(move |it| (child, it))
    })
}

fn referring<'t>(
    tables: &'t Tables,
    child: &Table,
    reference: &Reference,
    row: &Row,
) -> impl Iterator<Item = &'t Row> {
    let (key, columns) = (values(row, reference.key), reference.columns);
    let rows = tables.all(child.name);
    rows.filter(move |row| values(row, columns) == key)
}
