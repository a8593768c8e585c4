//! A world: models of one shape of association, and their tables in memory.

use orm::ddl::Models;
use orm::error::ErrorKind;
use orm::prelude::*;
use serde_json::Value;

use crate::backend::{Backend, Home};
use crate::changed::Below;
use crate::expected::Expected;
use crate::link::{Held, Join};
use crate::naive::{self, Given as Rows};
use crate::steps::{Call, Changed, Fate, Given, New, Verb, Way};
use crate::tables::{MARK, Past, Row, Table, Tables, is_marked, is_stale, label_of, values};
use crate::typed::{Answer, Maker, Order, Subject, Via};

/// Models and what is known of them.
pub(crate) struct World {
    pub(crate) on: Backend,
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
        let home = self.on.home().await?;
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
        self.on.clear(&self.names(), db).await
    }

    /// All rows, by plain SQL.
    pub(crate) async fn rows(&self, db: &dyn Executor) -> orm::Result<Tables> {
        let text = self.on.rows(&self.names(), db).await?;
        let mut all: Value = serde_json::from_str(&text).unwrap_or_default();
        let mut tables = Tables::default();
        for table in &self.tables {
            let rows: Vec<Row> = serde_json::from_value(all[table.name].take()).unwrap_or_default();
            *tables.rows_mut(table.name) = rows;
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
                by_keys,
            } => {
                let link = self.associations[*association].link();
                let new = new.as_ref().map(|new| self.row(link.target, new));
                let there = |row: &Row| tables.same(link.target, self.table(link.target).key, row);
                // Where they are read, and by whom they are told, follows from the association.
                let is_missing = *by_keys && targets.iter().any(|row| there(row).is_none());
                let targets: Vec<Row> = targets
                    .iter()
                    .map(|row| match by_keys {
                        true => self.refreshed(link.target, row, tables),
                        false => row.clone(),
                    })
                    .collect();
                let given = Rows {
                    owner,
                    targets: &targets,
                    new: new.as_ref(),
                    joining: *joining,
                };
                let mut expected = link.expect(*verb, &given, tables, &self.tables)?;
                if is_missing && expected.done.is_none() {
                    expected.errors.push(ErrorKind::NotFound);
                }
                Some(expected)
            }
            Prepared::Change {
                association,
                owner,
                changes,
            } => {
                let link = self.associations[*association].link();
                Some(self.changed(link, owner, changes, tables))
            }
            Prepared::Make { model, rows, way } => {
                let table = self.makers[*model].table();
                Some(match way {
                    Way::One | Way::Many => self.made(table, rows, tables),
                    Way::FindByLabel => self.found(table, &rows[0], tables).judged(&self.tables),
                    Way::UpsertMany | Way::FindMany | Way::IgnoreMany | Way::ReviveMany => {
                        self.upserted_many(table, rows, *way, tables)
                    }
                    Way::UpsertByLabel => self.upserted(table, &rows[0], &["label"], false, tables),
                    Way::UpsertByKey => {
                        self.upserted(table, &rows[0], self.table(table).key, false, tables)
                    }
                })
            }
            Prepared::Drop { model, row, fate } => {
                let table = self.table(self.makers[*model].table());
                Some(self.dropped(table, row, *fate, tables))
            }
            Prepared::Update { model, rows } => {
                let table = self.table(self.makers[*model].table());
                Some(self.updated(table, rows, tables))
            }
        }
    }

    /// A row is deleted, or comes back.
    fn dropped(&self, table: &Table, row: &Row, fate: Fate, tables: &Tables) -> Expected {
        let mut after = tables.clone();
        let key = values(row, table.key);
        let mut rows = after.all(table.name);
        let there = rows.find(|there| values(there, table.key) == key).cloned();
        drop(rows);
        let is_there = |there: &Row| match fate {
            Fate::Deleted => table.sees(there),
            Fate::Restored => is_marked(there) && (table.shows)(there),
            Fate::DeletedForGood => (table.shows)(there),
        };
        let Some(there) = there.filter(is_there) else {
            return Expected::error(ErrorKind::NotFound);
        };
        if fate != Fate::Restored && is_stale(row, &there) {
            return Expected::error(ErrorKind::Stale);
        }
        if table.stuck.is_some_and(|stuck| stuck(&there)) {
            return Expected::refused();
        }
        match fate {
            Fate::Deleted if table.is_marked => {
                let marked = naive::mark(&mut after, &self.tables, table, &[there]);
                match marked {
                    Ok(()) => Expected::done(after, Vec::new()),
                    Err(error) => Expected::error(error),
                }
            }
            Fate::Restored => {
                naive::restore(&mut after, &self.tables, table, &there);
                let label = label_of(&there).to_owned();
                Expected::done(after, vec![label]).judged(&self.tables)
            }
            _ => {
                after.retain(table.name, |row| values(row, table.key) != key);
                let left = Expected::done(after, Vec::new());
                left.followed(&self.tables).judged(&self.tables)
            }
        }
    }

    /// Rows get new values, one after the other.
    pub(crate) fn updated(&self, table: &Table, rows: &[(Row, Row)], tables: &Tables) -> Expected {
        let mut after = tables.clone();
        let (mut labels, mut errors, mut is_stuck) = (Vec::new(), Vec::new(), false);
        let keys: Vec<_> = rows.iter().map(|(old, _)| values(old, table.key)).collect();
        let is_twice = |(at, key): (usize, &Vec<Value>)| keys[..at].contains(key);
        if keys.iter().enumerate().any(is_twice) {
            return Expected::error(ErrorKind::Usage);
        }
        let mut among = Vec::new();
        for (old, new) in rows {
            let Some(there) = tables.same(table.name, table.key, old).cloned() else {
                errors.push(ErrorKind::NotFound);
                continue;
            };
            let changed = new
                .iter()
                .filter(|(column, value)| old.get(*column) != Some(value));
            let changed: Vec<_> = changed.collect();
            if !changed.is_empty() && is_stale(old, &there) {
                errors.push(ErrorKind::Stale);
            }
            is_stuck |= !changed.is_empty() && table.stuck.is_some_and(|stuck| stuck(&there));
            let mut now = there.clone();
            for (column, value) in &changed {
                now.insert((*column).clone(), (*value).clone());
            }
            if !changed.is_empty() {
                table.count(&mut now);
            }
            // A constraint is looked at row by row, and the rows come in any order.
            let mut alone = tables.clone();
            for tables in [&mut alone, &mut after] {
                for row in tables.all_mut(table.name) {
                    if values(row, table.key) == values(&there, table.key) {
                        *row = now.clone();
                    }
                }
                tables.rewrite(&self.tables, table.name, &there, &now);
                among.extend(tables.violations(&self.tables));
            }
            labels.push(label_of(&now).to_owned());
        }
        let mut expected = Expected::done(after, labels).judged(&self.tables);
        if !errors.is_empty() || is_stuck {
            expected.done = None;
            expected.errors.extend(errors);
        }
        // A constraint may be broken on the way.
        expected.errors.extend(among);
        match is_stuck {
            true => expected.or_refused(),
            false => expected,
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
        self.written(table, rows, tables).judged(&self.tables)
    }

    /// New rows, before the database judges them.
    fn written(&self, table: &'static str, rows: &[New], tables: &Tables) -> Expected {
        self.written_as(table, rows, tables, &|_| {})
    }

    /// The same of rows that say more than they were given.
    pub(crate) fn written_as(
        &self,
        table: &'static str,
        rows: &[New],
        tables: &Tables,
        belong: &dyn Fn(&mut Row),
    ) -> Expected {
        let mut after = tables.clone();
        let mut made = Made::default();
        let labels: Vec<Option<String>> = rows
            .iter()
            .map(|new| self.make(table, new, &mut after, &mut made, belong))
            .collect();
        let labels = labels.into_iter().flatten().collect();
        let mut expected = Expected::done(after, labels);
        if made.is_dropped || !made.errors.is_empty() {
            // Several faults in one call: which of them is reported is not said.
            expected = expected.judged(&self.tables);
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

    /// A row is found, or created.
    fn found(&self, table: &'static str, new: &New, tables: &Tables) -> Expected {
        let row = self.row(table, new);
        let is_same = |there: &&Row| label_of(there) == label_of(&row);
        if let Some(there) = tables.labelled(table, label_of(&row)) {
            return Expected::done(tables.clone(), vec![label_of(there).to_owned()]);
        }
        if tables.unseen(table).iter().any(|row| is_same(&row)) {
            return Expected::error(ErrorKind::Hidden);
        }
        let expected = self.written(table, std::slice::from_ref(new), tables);
        match self.table(table).trigger {
            Some(_) => expected.or_refused(),
            None => expected,
        }
    }

    /// Rows that may exist already, one after the other: the database judges them as
    /// they stand at the end, and may refuse what stood in between.
    fn upserted_many(
        &self,
        table: &'static str,
        rows: &[New],
        way: Way,
        tables: &Tables,
    ) -> Expected {
        let is_twice = |(at, new): (usize, &New)| rows[..at].iter().any(|it| it.label == new.label);
        if rows.iter().enumerate().any(is_twice) {
            return Expected::error(ErrorKind::Usage);
        }
        let mut all = Expected::done(tables.clone(), Vec::new());
        let (mut created, mut is_done) = (Vec::new(), true);
        for new in rows {
            let Some((after, labels)) = all.done.take() else {
                break;
            };
            let count = after.len();
            let one = match way {
                Way::IgnoreMany if after.labelled(table, &new.label).is_some() => {
                    Expected::done(after.clone(), Vec::new())
                }
                Way::IgnoreMany | Way::FindMany => self.found(table, new, &after),
                _ => self.written_over(table, new, &["label"], way == Way::ReviveMany, &after),
            };
            all.any_error |= one.any_error;
            all.errors.extend(one.errors);
            // What follows may fail too, and which is reported is not said.
            is_done &= one.done.is_some();
            let (now, returned) = one.done.unwrap_or((after, Vec::new()));
            all.errors.extend(now.violations(&self.tables));
            created.push(now.len() > count);
            all.done = Some((now, labels.into_iter().chain(returned).collect()));
        }
        if !is_done {
            all.done = None;
        }
        all.created = Some(created);
        all.judged(&self.tables)
    }

    fn upserted(
        &self,
        table: &'static str,
        new: &New,
        same: &[&str],
        revives: bool,
        tables: &Tables,
    ) -> Expected {
        let expected = self.written_over(table, new, same, revives, tables);
        expected.judged(&self.tables)
    }

    /// A row that may exist already, before the database judges it.
    fn written_over(
        &self,
        table: &'static str,
        new: &New,
        same: &[&str],
        revives: bool,
        tables: &Tables,
    ) -> Expected {
        let row = self.row(table, new);
        // A trigger sees the proposed row before anyone looks whether it is there.
        let proposed = naive::insert(&mut tables.clone(), &self.tables, table, row);
        let Some(proposed) = proposed else {
            return Expected::refused();
        };
        let known = self.table(table);
        let is_same = |row: &&Row| values(row, same) == values(&proposed, same);
        let unseen = tables.unseen(table).iter().find(is_same);
        if unseen.is_some_and(|row| !(revives && (known.shows)(row))) {
            return Expected::error(ErrorKind::Hidden);
        }
        let there = tables.same(table, same, &proposed).or(unseen);
        let Some(there) = there.cloned() else {
            return self.written(table, std::slice::from_ref(new), tables);
        };
        if self.table(table).stuck.is_some_and(|stuck| stuck(&there)) {
            return Expected::refused();
        }
        let mut after = tables.clone();
        let label = label_of(&there).to_owned();
        let mut returned = label.clone();
        for row in after.all_mut(table) {
            if label_of(row) == label {
                if revives {
                    row.insert(MARK.to_owned(), Value::Null);
                }
                let given = new.given.iter().map(|(column, _)| *column);
                let given = given.chain(["label"]);
                let taken_over: Vec<_> = given.filter(|column| !same.contains(column)).collect();
                // Where there is nothing to overwrite, nothing is.
                if revives || !taken_over.is_empty() {
                    known.count(row);
                }
                for column in taken_over {
                    let value = proposed.get(column).cloned().unwrap_or_default();
                    row.insert(column.to_owned(), value);
                }
                returned = label_of(row).to_owned();
            }
        }
        let now = after.all(table).find(|row| label_of(row) == returned);
        if let Some(now) = now.cloned() {
            after.rewrite(&self.tables, table, &there, &now);
        }
        let expected = Expected::done(after, vec![returned]);
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
                by_keys,
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
                    by_keys: *by_keys,
                }
            }
            Call::Change {
                association,
                owner,
                changes,
            } => {
                let link = self.associations.get(*association)?.link();
                Prepared::Change {
                    association: *association,
                    owner: find(link.owner, owner)?,
                    changes: changes.prepared(
                        |label| find(link.target, label),
                        |new| known(new, &find),
                        |it| self.changing(link.target, it, &find),
                    )?,
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
            Call::Drop { model, label, fate } => Prepared::Drop {
                model: *model,
                row: find(self.makers.get(*model)?.table(), label)?,
                fate: *fate,
            },
            Call::Update { model, rows } => {
                let table = self.makers.get(*model)?.table();
                let changed = |changed: &Changed| self.changing(table, changed, &find);
                Prepared::Update {
                    model: *model,
                    rows: rows.iter().map(changed).collect::<Option<_>>()?,
                }
            }
        })
    }

    /// A row as it was, and as it is to be.
    fn changing(
        &self,
        table: &str,
        changed: &Changed,
        find: &impl Fn(&str, &str) -> Option<Row>,
    ) -> Option<(Row, Row)> {
        let table = self.table(table);
        let old = find(table.name, &changed.label)?;
        let to = known(&changed.to, find)?;
        let mut new = old.clone();
        if !to.label.is_empty() {
            new.insert("label".to_owned(), to.label.clone().into());
        }
        for (column, value) in &to.given {
            let is_key = table.key.contains(column);
            if let (Given::Value(value), false) = (value, is_key) {
                new.insert((*column).to_owned(), value.clone());
            }
        }
        Some((old, new))
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
                by_keys,
            } => {
                let order = Order {
                    verb: *verb,
                    owner,
                    targets,
                    new: new.as_ref(),
                    joining: *joining,
                    by_keys: *by_keys,
                };
                self.associations[*association].write(order, via).await
            }
            Prepared::Change {
                association,
                owner,
                changes,
            } => {
                let association = &self.associations[*association];
                association.change(owner, changes, via).await
            }
            Prepared::Make { model, rows, way } => self.makers[*model].make(rows, *way, via).await,
            Prepared::Drop { model, row, fate } => {
                self.makers[*model].delete(row, *fate, via).await
            }
            Prepared::Update { model, rows } => self.makers[*model].update(rows, via).await,
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
        by_keys: bool,
    },
    Change {
        association: usize,
        owner: Row,
        changes: Below,
    },
    Make {
        model: usize,
        rows: Vec<New>,
        way: Way,
    },
    Drop {
        model: usize,
        row: Row,
        fate: Fate,
    },
    /// Rows as they were, and as they are to be.
    Update {
        model: usize,
        rows: Vec<(Row, Row)>,
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
