//! A world: models of one shape of association, and their tables in memory.

use orm::ddl::Models;
use orm::error::ErrorKind;
use orm::prelude::*;
use serde_json::Value;

use crate::backend;
use crate::expected::Expected;
use crate::home::{Home, home};
use crate::link::{Held, Join};
use crate::naive::{self, Given as Rows};
use crate::steps::{Call, Given, New, Verb, Way};
use crate::tables::{Past, Row, Table, Tables, label_of, values};
use crate::typed::{Answer, Maker, Order, Subject, Via};

/// Models and what is known of them.
pub(crate) struct World {
    pub(crate) name: &'static str,
    pub(crate) models: Models,
    /// What is done to the database after the models' tables were made.
    pub(crate) sql: &'static str,
    pub(crate) tables: Vec<Table>,
    pub(crate) associations: Vec<Box<dyn Subject>>,
    pub(crate) makers: Vec<Box<dyn Maker>>,
}

/// A database with the tables of a world.
pub(crate) struct Place {
    pub(crate) db: Db,
    _home: Home,
}

impl World {
    pub(crate) async fn open(&self) -> Result<Place, Box<dyn std::error::Error>> {
        let home = home().await?;
        let options = orm::exec::PoolOptions::new().max(2);
        let db = Db::connect(Config::from_url(&home.url())?.pool(options)).await?;
        db.create_missing(self.models).await?;
        if !self.sql.is_empty() {
            db.executor().batch(self.sql).await?;
        }
        Ok(Place { db, _home: home })
    }

    /// Empties all tables.
    pub(crate) async fn clear(&self, db: &Db) -> orm::Result<()> {
        backend::clear(&self.names(), db).await
    }

    /// All rows, by plain SQL.
    pub(crate) async fn rows(&self, db: &dyn Executor) -> orm::Result<Tables> {
        let text = backend::rows(&self.names(), db).await?;
        let mut all: Value = serde_json::from_str(&text).unwrap_or_default();
        let mut tables = Tables::default();
        for table in &self.tables {
            let rows: Vec<Row> = serde_json::from_value(all[table.name].take()).unwrap_or_default();
            tables.0.insert(table.name, rows);
        }
        Ok(tables.settled(&self.tables))
    }

    fn names(&self) -> Vec<&'static str> {
        self.tables.iter().map(|table| table.name).collect()
    }

    pub(crate) fn table(&self, name: &str) -> &Table {
        let table = self.tables.iter().find(|table| table.name == name);
        table.unwrap_or_else(|| panic!("no table {name}"))
    }

    /// What should come of a call; `None` where its rows are not known here.
    pub(crate) fn expect(&self, call: &Prepared, tables: &Tables) -> Option<Expected> {
        match call {
            Prepared::Write {
                association,
                verb,
                owner,
                targets,
                new,
                joining,
            } => {
                let link = self.associations[*association].link();
                let new = new.as_ref().map(|new| self.row(link.target, new));
                let given = Rows {
                    owner,
                    targets,
                    new: new.as_ref(),
                    joining: *joining,
                };
                link.expect(*verb, &given, tables, &self.tables)
            }
            Prepared::Make { model, rows, way } => {
                let table = self.makers[*model].table();
                Some(match way {
                    Way::One | Way::Many => self.made(table, rows, tables),
                    Way::UpsertByLabel => self.upserted(table, &rows[0], &["label"], tables),
                    Way::UpsertByKey => {
                        self.upserted(table, &rows[0], self.table(table).key, tables)
                    }
                })
            }
            Prepared::Drop { model, row } => {
                let table = self.table(self.makers[*model].table());
                let mut left = tables.clone();
                let key = values(row, table.key);
                let Some(there) = tables.same(table.name, table.key, row) else {
                    return Some(Expected::error(ErrorKind::NotFound));
                };
                if table.stuck.is_some_and(|stuck| stuck(there)) {
                    return Some(Expected::refused());
                }
                left.rows_mut(table.name)
                    .retain(|row| values(row, table.key) != key);
                let left = Expected::done(left, Vec::new());
                Some(left.followed(&self.tables).judged(&self.tables))
            }
        }
    }

    /// A new row as it is written.
    fn row(&self, table: &str, new: &New) -> Row {
        let table = self.table(table);
        let mut row = table.blank();
        if table.is_labelled() {
            row.insert("label".to_owned(), new.label.clone().into());
        }
        if let Some(id) = new.id {
            row.insert("id".to_owned(), id.into());
        }
        for (column, value) in &new.given {
            if let Given::Value(value) = value {
                row.insert((*column).to_owned(), value.clone());
            }
        }
        row
    }

    fn made(&self, table: &'static str, rows: &[New], tables: &Tables) -> Expected {
        let mut after = tables.clone();
        let mut made = Made::default();
        let labels: Vec<Option<String>> = rows
            .iter()
            .map(|new| self.make(table, new, &mut after, &mut made, &|_| {}))
            .collect();
        let labels = labels.into_iter().flatten().collect();
        let mut expected = Expected::done(after, labels).judged(&self.tables);
        if made.is_dropped || !made.errors.is_empty() {
            // Several faults in one call: which of them is reported is not said.
            expected.done = None;
            expected.errors.extend(made.errors);
        }
        match made.is_altered || made.is_dropped {
            true => expected.or_refused(),
            false => expected,
        }
    }

    /// Writes a row and those below it; its label, unless it is dropped.
    fn make(
        &self,
        table: &'static str,
        new: &New,
        tables: &mut Tables,
        made: &mut Made,
        belong: &dyn Fn(&mut Row),
    ) -> Option<String> {
        let mut row = self.row(table, new);
        belong(&mut row);
        let Some(written) = naive::insert(tables, &self.tables, table, row.clone()) else {
            made.is_dropped = true;
            return None;
        };
        made.is_altered |= row
            .iter()
            .any(|(name, value)| written.get(name) != Some(value));
        for (association, below) in &new.nested {
            let link = self.associations[*association].link();
            if link.one && below.len() > 1 {
                made.errors.push(ErrorKind::AlreadyRelated);
            }
            if !below.is_empty() && link.has_no_key(&written) {
                made.errors.push(ErrorKind::Usage);
            }
            for new in below {
                let belong = |row: &mut Row| link.given_to(&written, row);
                let label = self.make(link.target, new, tables, made, &belong);
                let child = label.and_then(|label| tables.labelled(link.target, &label).cloned());
                match (&link.held, child) {
                    (Held::Pairs(join), Some(child)) => {
                        self.pair(join, &written, &child, tables, made);
                    }
                    // A trigger gave it to another.
                    (Held::Target { .. }, Some(child))
                        if !link.relates(tables, &written, &child) =>
                    {
                        made.errors.push(ErrorKind::NotWritten);
                    }
                    _ => {}
                }
            }
        }
        Some(label_of(&written).to_owned())
    }

    /// Pairs two rows that were just written.
    fn pair(&self, join: &Join, owner: &Row, target: &Row, tables: &mut Tables, made: &mut Made) {
        let key = values(target, join.target_key);
        if key.contains(&Value::Null) || !join.can_pair(owner, target) {
            made.errors
                .extend([ErrorKind::Usage, ErrorKind::NotRelated]);
            return;
        }
        let mut pair = self.table(join.table).blank();
        for (columns, values) in [(join.from, values(owner, join.key)), (join.to, key)] {
            for (column, value) in columns.iter().zip(values) {
                pair.insert((*column).to_owned(), value);
            }
        }
        tables.rows_mut(join.table).push(pair);
    }

    fn upserted(&self, table: &'static str, new: &New, same: &[&str], tables: &Tables) -> Expected {
        let row = self.row(table, new);
        // A trigger sees the proposed row before anyone looks whether it is there.
        let proposed = naive::insert(&mut tables.clone(), &self.tables, table, row);
        let Some(proposed) = proposed else {
            return Expected::refused();
        };
        let Some(there) = tables.same(table, same, &proposed).cloned() else {
            return self.made(table, std::slice::from_ref(new), tables);
        };
        if self.table(table).stuck.is_some_and(|stuck| stuck(&there)) {
            return Expected::refused();
        }
        let mut after = tables.clone();
        let label = label_of(&there).to_owned();
        let mut returned = label.clone();
        for row in after.rows_mut(table) {
            if label_of(row) == label {
                let given = new.given.iter().map(|(column, _)| *column);
                for column in given
                    .chain(["label"])
                    .filter(|column| !same.contains(column))
                {
                    let value = proposed.get(column).cloned().unwrap_or_default();
                    row.insert(column.to_owned(), value);
                }
                returned = label_of(row).to_owned();
            }
        }
        if let Some(now) = after.labelled(table, &returned).cloned() {
            after.rewrite(&self.tables, table, &there, &now);
        }
        let expected = Expected::done(after, vec![returned]).judged(&self.tables);
        match self.table(table).trigger {
            Some(_) => expected.or_refused(),
            None => expected,
        }
    }

    /// The call with the rows it names; `None` where one was never there.
    pub(crate) fn prepare(&self, call: &Call, tables: &Tables, past: &Past) -> Option<Prepared> {
        let find = |table: &str, label: &str| past.find(tables, table, label);
        Some(match call {
            Call::Write {
                association,
                verb,
                owner,
                targets,
                new,
                joining,
            } => {
                let link = self.associations.get(*association)?.link();
                let targets = targets.iter().map(|label| find(link.target, label));
                Prepared::Write {
                    association: *association,
                    verb: *verb,
                    owner: find(link.owner, owner)?,
                    targets: targets.collect::<Option<Vec<Row>>>()?,
                    new: match new {
                        Some(new) => Some(known(new, &find)?),
                        None => None,
                    },
                    joining: *joining,
                }
            }
            Call::Make { model, rows, way } => Prepared::Make {
                model: *model,
                rows: rows
                    .iter()
                    .map(|new| known(new, &find))
                    .collect::<Option<Vec<New>>>()?,
                way: *way,
            },
            Call::Drop { model, label } => Prepared::Drop {
                model: *model,
                row: find(self.makers.get(*model)?.table(), label)?,
            },
        })
    }

    /// Makes the call.
    pub(crate) async fn perform(&self, call: &Prepared, via: Via<'_>) -> orm::Result<Answer> {
        match call {
            Prepared::Write {
                association,
                verb,
                owner,
                targets,
                new,
                joining,
            } => {
                let order = Order {
                    verb: *verb,
                    owner,
                    targets,
                    new: new.as_ref(),
                    joining: *joining,
                };
                self.associations[*association].write(order, via).await
            }
            Prepared::Make { model, rows, way } => self.makers[*model].make(rows, *way, via).await,
            Prepared::Drop { model, row } => self.makers[*model].delete(row, via).await,
        }
    }
}

/// What became of new rows so far.
#[derive(Default)]
struct Made {
    errors: Vec<ErrorKind>,
    /// Whether a trigger dropped a row.
    is_dropped: bool,
    /// Whether a trigger changed what was given.
    is_altered: bool,
}

/// A call with its rows.
pub(crate) enum Prepared {
    Write {
        association: usize,
        verb: Verb,
        owner: Row,
        targets: Vec<Row>,
        new: Option<New>,
        joining: Option<i32>,
    },
    Make {
        model: usize,
        rows: Vec<New>,
        way: Way,
    },
    Drop {
        model: usize,
        row: Row,
    },
}

/// A new row with the values of the rows it refers to.
fn known(new: &New, find: &impl Fn(&str, &str) -> Option<Row>) -> Option<New> {
    let mut known_new = new.clone();
    if let Some((table, label)) = &new.id_of {
        let id = find(table, label)?.get("id")?.as_i64()?;
        known_new.id = i32::try_from(id).ok();
    }
    for (_, given) in &mut known_new.given {
        if let Given::Of(table, label, column) = given {
            let row = find(table, label)?;
            *given = Given::Value(row.get(*column).cloned().unwrap_or_default());
        }
    }
    for (_, rows) in &mut known_new.nested {
        *rows = rows
            .iter()
            .map(|new| known(new, find))
            .collect::<Option<Vec<New>>>()?;
    }
    Some(known_new)
}
