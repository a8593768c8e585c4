//! Tables in memory: rows as maps, and what a database would refuse.

use std::borrow::Cow;
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
    /// Whether a delete marks its rows, in `deleted_at`.
    pub(crate) is_marked: bool,
    /// Whether its rows count their writes, in `version`.
    pub(crate) is_versioned: bool,
    /// Its default scope.
    pub(crate) shows: fn(&Row) -> bool,
    /// Columns that rows differ in unless they are marked.
    pub(crate) unless_marked: Vec<&'static [&'static str]>,
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
            is_marked: false,
            is_versioned: false,
            shows: |_| true,
            unless_marked: Vec::new(),
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
        let mut row = self.blank.as_object().cloned().unwrap_or_default();
        if self.is_marked {
            row.insert(MARK.to_owned(), Value::Null);
        }
        if self.is_versioned {
            row.insert(VERSION.to_owned(), 0.into());
        }
        row
    }

    /// Whether reads and writes see a row.
    pub(crate) fn sees(&self, row: &Row) -> bool {
        !is_marked(row) && (self.shows)(row)
    }

    /// Whether there are rows that are not seen.
    pub(crate) fn hides(&self) -> bool {
        self.is_marked || !(self.shows)(&Row::new())
    }

    /// Counts a write of a row.
    pub(crate) fn count(&self, row: &mut Row) {
        if self.is_versioned {
            let version = row.get(VERSION).and_then(Value::as_i64).unwrap_or_default();
            row.insert(VERSION.to_owned(), (version + 1).into());
        }
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
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    /// Those that are seen.
    seen: Rows,
    /// Those that are marked as deleted, or outside of their table's default scope.
    unseen: Rows,
}

type Rows = BTreeMap<&'static str, Vec<Row>>;

/// The column that says when a row was deleted. Which delete it was is all that
/// matters here: each has a moment of its own, and in the database another one.
pub(crate) const MARK: &str = "deleted_at";

/// The column that counts the writes of a row.
const VERSION: &str = "version";

impl PartialEq for Tables {
    fn eq(&self, other: &Self) -> bool {
        let same = |ours: &Rows, theirs: &Rows| {
            let tables = ours.iter().zip(theirs);
            ours.len() == theirs.len()
                && tables.into_iter().all(|((table, ours), (name, theirs))| {
                    let mut rows = ours.iter().zip(theirs);
                    let is_same = |(our, their): (&Row, &Row)| plain(our) == plain(their);
                    table == name && ours.len() == theirs.len() && rows.all(is_same)
                })
        };
        same(&self.seen, &other.seen) && same(&self.unseen, &other.unseen)
    }
}

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
        let there = there.or_else(|| tables.all(table).find(|row| label_of(row) == label));
        there.or_else(|| self.gone.labelled(table, label)).cloned()
    }
}

impl Tables {
    /// The rows that are seen.
    pub(crate) fn rows(&self, table: &str) -> &[Row] {
        self.seen.get(table).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn rows_mut(&mut self, table: &'static str) -> &mut Vec<Row> {
        self.seen.entry(table).or_default()
    }

    /// The rows that are not.
    pub(crate) fn unseen(&self, table: &str) -> &[Row] {
        self.unseen.get(table).map_or(&[], Vec::as_slice)
    }

    /// All rows.
    pub(crate) fn all(&self, table: &str) -> impl Iterator<Item = &Row> + use<'_> {
        self.rows(table).iter().chain(self.unseen(table))
    }

    /// All rows, to change them.
    pub(crate) fn all_mut(&mut self, table: &'static str) -> impl Iterator<Item = &mut Row> {
        let seen = self.seen.entry(table).or_default().iter_mut();
        seen.chain(self.unseen.entry(table).or_default())
    }

    /// Removes rows, whether they are seen or not.
    pub(crate) fn retain(&mut self, table: &'static str, stays: impl Fn(&Row) -> bool) {
        self.seen.entry(table).or_default().retain(&stays);
        self.unseen.entry(table).or_default().retain(&stays);
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        let all = self.seen.values().chain(self.unseen.values());
        all.map(Vec::len).sum()
    }

    /// Whether there is a row that says the same.
    pub(crate) fn has(&self, row: &Row) -> bool {
        let mut all = self.seen.values().chain(self.unseen.values()).flatten();
        all.any(|there| plain(there) == plain(row))
    }

    /// A mark that no row has.
    pub(crate) fn next_mark(&self) -> Value {
        let all = self.unseen.values().chain(self.seen.values()).flatten();
        let seconds = all.filter_map(|row| {
            let mark = row.get(MARK)?.as_str()?.strip_prefix(MARKED)?;
            mark.strip_suffix('Z')?.parse::<u32>().ok()
        });
        let next = seconds.max().unwrap_or_default() + 1;
        format!("{MARKED}{next:06}Z").into()
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
                    match reference.on_delete {
                        OnDelete::Restrict => {}
                        OnDelete::Cascade => self.retain(table.name, |row| !dangles(row)),
                        OnDelete::SetNull => {
                            for row in self.all_mut(table.name).filter(|row| dangles(row)) {
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
                let rows = self.all_mut(table.name);
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
            let uniques = uniques.map(|unique| (unique, false));
            let unless = table.unless_marked.iter().map(|unique| (unique, true));
            for (unique, unless_marked) in uniques.chain(unless) {
                if unique.is_empty() {
                    continue;
                }
                let rows = self.all(table.name);
                let rows = rows.filter(|row| !(unless_marked && is_marked(row)));
                let mut seen: Vec<Vec<Value>> = rows.map(|row| values(row, unique)).collect();
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
        let rows = self.all(table);
        rows.map(|row| values(row, columns)).collect()
    }

    /// Rows in an order of their own, hidden columns left out, and each where it is
    /// seen or not: two of these are equal or not.
    pub(crate) fn settled(mut self, schema: &[Table]) -> Self {
        for table in schema {
            let mut rows = std::mem::take(self.rows_mut(table.name));
            rows.extend(self.unseen.remove(table.name).unwrap_or_default());
            for row in &mut rows {
                for column in table.hidden {
                    row.remove(*column);
                }
            }
            rows.sort_by_cached_key(|row| Value::Object(plain(row).into_owned()).to_string());
            let (seen, unseen) = rows.into_iter().partition(|row| table.sees(row));
            self.seen.insert(table.name, seen);
            self.unseen.insert(table.name, unseen);
        }
        self
    }

    /// Puts the numbers that the database gave in place of those still unknown.
    pub(crate) fn resolved(mut self, schema: &[Table], there: &Tables) -> Self {
        let mut numbers: BTreeMap<String, Value> = BTreeMap::new();
        for table in schema {
            for row in self.all(table.name) {
                let label = label_of(row);
                if let Some(found) = there.all(table.name).find(|row| label_of(row) == label) {
                    numbers.insert(
                        unknown(table.name, label).to_string(),
                        found.get("id").cloned().unwrap_or_default(),
                    );
                }
            }
        }
        let all = self.seen.values_mut().chain(self.unseen.values_mut());
        for value in all.flatten().flat_map(Row::values_mut) {
            if value.is_object()
                && let Some(number) = numbers.get(&value.to_string())
            {
                *value = number.clone();
            }
        }
        self
    }

    /// Each table with its rows.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'static str, &Row)> {
        let all = self.seen.iter().chain(&self.unseen);
        all.flat_map(|(table, rows)| rows.iter().map(|row| (*table, row)))
    }
}

/// What stands before the number of a mark.
const MARKED: &str = "2000-01-01T00:00:00.";

/// Whether a row is marked as deleted.
pub(crate) fn is_marked(row: &Row) -> bool {
    row.get(MARK).is_some_and(|mark| !mark.is_null())
}

/// A row whose mark, if it has one, is like any other.
fn plain(row: &Row) -> Cow<'_, Row> {
    match is_marked(row) {
        false => Cow::Borrowed(row),
        true => {
            let mut row = row.clone();
            row.insert(MARK.to_owned(), true.into());
            Cow::Owned(row)
        }
    }
}

/// Whether a program that holds one of these rows would find the other written since.
pub(crate) fn is_stale(held: &Row, now: &Row) -> bool {
    held.get(VERSION) != now.get(VERSION)
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
