//! Tables in memory: rows as maps, and what a database would refuse.

use std::collections::BTreeMap;

use orm::error::ErrorKind;
use orm_testkit::Random;
use serde_json::{Map, Value};

/// A row: its columns by name.
pub(crate) type Row = Map<String, Value>;

/// What is known of a table.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) key: &'static [&'static str],
    /// Whether the key is numbered by the database.
    pub(crate) numbered: bool,
    pub(crate) uniques: Vec<&'static [&'static str]>,
    pub(crate) references: Vec<Reference>,
    /// Columns that are not compared.
    pub(crate) hidden: &'static [&'static str],
    /// What a new row holds where nothing is given.
    pub(crate) blank: Value,
    /// Values that a new row is given.
    pub(crate) invent: fn(&mut Random) -> Vec<(&'static str, Value)>,
    /// What a trigger makes of a new row; `None`: it is dropped.
    pub(crate) trigger: Option<fn(Row, &Tables) -> Option<Row>>,
    /// Whether a trigger keeps a row from being changed or deleted.
    pub(crate) stuck: Option<fn(&Row) -> bool>,
}

impl Table {
    /// A table with a numbered key and a unique label.
    pub(crate) fn new(name: &'static str) -> Self {
        Table {
            name,
            key: &["id"],
            numbered: true,
            uniques: vec![&["label"]],
            references: Vec::new(),
            hidden: &[],
            blank: Value::Object(Row::new()),
            invent: |_| Vec::new(),
            trigger: None,
            stuck: None,
        }
    }

    /// A join table.
    pub(crate) fn joining(name: &'static str, key: &'static [&'static str]) -> Self {
        Table {
            key,
            numbered: false,
            uniques: Vec::new(),
            ..Table::new(name)
        }
    }

    pub(crate) fn references(mut self, reference: Reference) -> Self {
        self.references.push(reference);
        self
    }

    pub(crate) fn is_labelled(&self) -> bool {
        self.uniques.iter().any(|unique| *unique == ["label"])
    }

    /// A row with nothing given.
    pub(crate) fn blank(&self) -> Row {
        self.blank.as_object().cloned().unwrap_or_default()
    }
}

/// A foreign key.
#[derive(Clone)]
pub(crate) struct Reference {
    pub(crate) columns: &'static [&'static str],
    pub(crate) table: &'static str,
    pub(crate) key: &'static [&'static str],
    /// Those of the columns that can be NULL.
    pub(crate) nullable: &'static [&'static str],
    pub(crate) on_delete: OnDelete,
    /// Whether it follows when the key changes.
    pub(crate) on_update: bool,
}

impl Reference {
    /// A key of another table's `id` that keeps its row from being deleted.
    pub(crate) const fn to(table: &'static str, columns: &'static [&'static str]) -> Self {
        Reference {
            columns,
            table,
            key: &["id"],
            nullable: &[],
            on_delete: OnDelete::Restrict,
            on_update: false,
        }
    }

    pub(crate) const fn key(self, key: &'static [&'static str]) -> Self {
        Reference { key, ..self }
    }

    pub(crate) const fn cascade(self) -> Self {
        Reference {
            on_delete: OnDelete::Cascade,
            ..self
        }
    }

    /// It is changed with the key.
    pub(crate) const fn follows(self) -> Self {
        Reference {
            on_update: true,
            ..self
        }
    }

    /// It can be NULL.
    pub(crate) const fn nullable(self, nullable: &'static [&'static str]) -> Self {
        Reference { nullable, ..self }
    }

    /// It can be NULL, and becomes so when its row goes.
    pub(crate) const fn set_null(self) -> Self {
        Reference {
            nullable: self.columns,
            on_delete: OnDelete::SetNull,
            ..self
        }
    }
}

/// What happens to the rows that refer to one that goes.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

/// The rows of all tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Tables(pub(crate) BTreeMap<&'static str, Vec<Row>>);

/// Rows that a program may hold still though they are not there, or not like that.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    /// Rows that were deleted.
    pub(crate) gone: Tables,
    /// Rows as they were before they were changed last.
    pub(crate) old: Tables,
}

/// Before the label of a row that is meant as it was before.
pub(crate) const AS_IT_WAS: char = '~';

impl Past {
    /// The row that a step means by a label.
    pub(crate) fn find(&self, tables: &Tables, table: &str, label: &str) -> Option<Row> {
        let (as_it_was, label) = match label.strip_prefix(AS_IT_WAS) {
            Some(label) => (self.old.labelled(table, label), label),
            None => (None, label),
        };
        let there = as_it_was.or_else(|| tables.labelled(table, label));
        there.or_else(|| self.gone.labelled(table, label)).cloned()
    }
}

impl Tables {
    pub(crate) fn rows(&self, table: &str) -> &[Row] {
        self.0.get(table).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn rows_mut(&mut self, table: &'static str) -> &mut Vec<Row> {
        self.0.entry(table).or_default()
    }

    /// The row with a label.
    pub(crate) fn labelled(&self, table: &str, label: &str) -> Option<&Row> {
        self.rows(table).iter().find(|row| label_of(row) == label)
    }

    /// The row that has the same values in these columns.
    pub(crate) fn same(&self, table: &str, columns: &[&str], as_row: &Row) -> Option<&Row> {
        let wanted = values(as_row, columns);
        self.rows(table)
            .iter()
            .find(|row| values(row, columns) == wanted)
    }

    /// What happens to rows whose key is gone, where something does.
    pub(crate) fn follow(&mut self, schema: &[Table]) {
        loop {
            let before = self.clone();
            for table in schema {
                for reference in &table.references {
                    let there: Vec<Vec<Value>> = self.keys(reference.table, reference.key);
                    let dangles = |row: &Row| {
                        let key = values(row, reference.columns);
                        !key.contains(&Value::Null) && !there.contains(&key)
                    };
                    let rows = self.rows_mut(table.name);
                    match reference.on_delete {
                        OnDelete::Restrict => {}
                        OnDelete::Cascade => rows.retain(|row| !dangles(row)),
                        OnDelete::SetNull => {
                            for row in rows.iter_mut().filter(|row| dangles(row)) {
                                for column in reference.columns {
                                    row.insert((*column).to_owned(), Value::Null);
                                }
                            }
                        }
                    }
                }
            }
            if *self == before {
                return;
            }
        }
    }

    /// What happens to rows whose key changed.
    pub(crate) fn rewrite(&mut self, schema: &[Table], changed: &str, was: &Row, is: &Row) {
        for table in schema {
            let references = table.references.iter().filter(|it| it.table == changed);
            for reference in references.filter(|it| it.on_update) {
                let (old, new) = (values(was, reference.key), values(is, reference.key));
                let rows = self.rows_mut(table.name).iter_mut();
                for row in rows.filter(|row| values(row, reference.columns) == old) {
                    for (column, value) in reference.columns.iter().zip(&new) {
                        row.insert((*column).to_owned(), value.clone());
                    }
                }
            }
        }
    }

    /// What a database could say to this: of several faults it names one.
    pub(crate) fn violations(&self, schema: &[Table]) -> Vec<ErrorKind> {
        let mut found = Vec::new();
        for table in schema {
            let uniques = std::iter::once(&table.key).chain(&table.uniques);
            for unique in uniques.filter(|unique| !unique.is_empty()) {
                let mut seen: Vec<Vec<Value>> = self.keys(table.name, unique);
                seen.retain(|key| !key.contains(&Value::Null));
                let count = seen.len();
                seen.sort_by_key(|key| format!("{key:?}"));
                seen.dedup();
                if seen.len() < count {
                    found.push(ErrorKind::UniqueViolation);
                }
            }
        }
        // A part of a key that follows one that became NULL.
        for table in schema {
            let mut follows = table.references.iter().filter(|it| it.on_update);
            let lost = |it: &Reference| {
                let is_key = it.columns.iter().all(|column| table.key.contains(column));
                let mut held = self.keys(table.name, it.columns).into_iter();
                is_key && held.any(|key| key.contains(&Value::Null))
            };
            if follows.any(lost) {
                found.push(ErrorKind::NotNullViolation);
            }
        }
        for table in schema {
            for reference in &table.references {
                let there = self.keys(reference.table, reference.key);
                let held = self.keys(table.name, reference.columns);
                let dangles =
                    |key: &Vec<Value>| !key.contains(&Value::Null) && !there.contains(key);
                if held.iter().any(dangles) {
                    found.push(ErrorKind::ForeignKeyViolation);
                }
            }
        }
        found
    }

    fn keys(&self, table: &str, columns: &[&str]) -> Vec<Vec<Value>> {
        self.rows(table)
            .iter()
            .map(|row| values(row, columns))
            .collect()
    }

    /// Rows in an order of their own, and hidden columns left out: two of these are equal or not.
    pub(crate) fn settled(mut self, schema: &[Table]) -> Self {
        for table in schema {
            let rows = self.rows_mut(table.name);
            for row in rows.iter_mut() {
                for column in table.hidden {
                    row.remove(*column);
                }
            }
            rows.sort_by_cached_key(|row| Value::Object(row.clone()).to_string());
        }
        self
    }

    /// Puts the numbers that the database gave in place of those still unknown.
    pub(crate) fn resolved(mut self, schema: &[Table], there: &Tables) -> Self {
        let mut numbers: BTreeMap<String, Value> = BTreeMap::new();
        for table in schema {
            for row in self.rows(table.name) {
                let label = label_of(row);
                if let Some(found) = there.labelled(table.name, label) {
                    numbers.insert(
                        unknown(table.name, label).to_string(),
                        found.get("id").cloned().unwrap_or_default(),
                    );
                }
            }
        }
        for value in self.0.values_mut().flatten().flat_map(Row::values_mut) {
            if value.is_object()
                && let Some(number) = numbers.get(&value.to_string())
            {
                *value = number.clone();
            }
        }
        self
    }
}

/// The number of a row that the database has not given yet.
pub(crate) fn unknown(table: &str, label: &str) -> Value {
    serde_json::json!({ "number of": format!("{table} {label}") })
}

pub(crate) fn label_of(row: &Row) -> &str {
    row.get("label").and_then(Value::as_str).unwrap_or_default()
}

/// The values of some columns.
pub(crate) fn values(row: &Row, columns: &[&str]) -> Vec<Value> {
    columns
        .iter()
        .map(|column| row.get(*column).cloned().unwrap_or_default())
        .collect()
}
