//! What each method of an association should do to the tables: the documents
//! in code, row by row, with no thought for speed.

mod held;
mod marks;
mod pairs;

pub(crate) use marks::{mark, restore};

use orm::error::ErrorKind;
use serde_json::Value;

use crate::expected::Expected;
use crate::link::{Held, Link};
use crate::steps::Verb;
use crate::tables::{Row, Table, Tables, is_stale, label_of, unknown, values};

/// Rows that a method was given: what the program holds of them, which may be old.
pub(crate) struct Given<'a> {
    pub(crate) owner: &'a Row,
    pub(crate) targets: &'a [Row],
    pub(crate) new: Option<&'a Row>,
    pub(crate) joining: Option<i32>,
}

impl Link {
    /// What the method should do.
    pub(crate) fn expect(
        &self,
        verb: Verb,
        given: &Given<'_>,
        tables: &Tables,
        schema: &[Table],
    ) -> Option<Expected> {
        let case = Case {
            link: self,
            given,
            tables,
            schema,
        };
        if case.moved(verb) {
            return Some(Expected::refused());
        }
        if let Some(refused) = case.below_unseen(verb).or_else(|| case.stale(verb)) {
            return Some(refused.judged(schema));
        }
        let expected = match (&self.held, verb) {
            (Held::Target { .. }, Verb::Create) => case.create(),
            (Held::Target { .. }, Verb::Add) => case.take(tables.clone(), false),
            (Held::Target { .. }, Verb::Adopt) => case.take(tables.clone(), true),
            (Held::Target { .. }, Verb::Set) => case.set(),
            (Held::Target { .. }, Verb::Remove) => case.remove(),
            (Held::Target { .. } | Held::Pairs(_), Verb::Delete) => case.delete(),
            (Held::Owner { .. }, Verb::PointAt) => case.point_at(tables.clone(), None),
            (Held::Owner { .. }, Verb::CreateThere) => case.create_there(),
            (Held::Owner { .. }, Verb::Clear) => case.clear(),
            (Held::Pairs(join), Verb::Create) => case.create_linked(join),
            (Held::Pairs(join), Verb::Add) => case.link(join, tables.clone()),
            (Held::Pairs(join), Verb::Set) => case.relink(join),
            (Held::Pairs(join), Verb::Remove) => case.unlink(join),
            _ => return None,
        };
        let mut expected = expected.judged(schema);
        let owners = schema.iter().find(|table| table.name == self.owner)?;
        let is_gone = tables.same(self.owner, owners.key, given.owner).is_none();
        if is_gone && !expected.errors.is_empty() {
            expected.errors.push(ErrorKind::NotFound);
            // One that may be there and hidden is asked for.
            let asked = owners.hides().then_some(ErrorKind::NotRelated);
            expected.errors.extend(asked);
        }
        Some(expected)
    }
}

impl Link {
    /// What comes of creating a row below an owner whatever the row.
    pub(crate) fn refuses_new(
        &self,
        given: &Given<'_>,
        tables: &Tables,
        schema: &[Table],
    ) -> Option<Expected> {
        let case = Case {
            link: self,
            given,
            tables,
            schema,
        };
        match case.moved(Verb::Create) {
            true => Some(Expected::refused()),
            false => case.below_unseen(Verb::Create),
        }
    }

    /// Pairs a row that was just written with its owner, if a join table does.
    pub(crate) fn paired(
        &self,
        given: &Given<'_>,
        target: &Row,
        tables: &mut Tables,
        schema: &[Table],
    ) -> Result<(), ErrorKind> {
        let Held::Pairs(join) = &self.held else {
            return Ok(());
        };
        if values(target, join.target_key).contains(&Value::Null) {
            return Err(ErrorKind::Usage);
        }
        if !join.can_pair(given.owner, target) {
            return Err(ErrorKind::NotRelated);
        }
        let before = tables.clone();
        let case = Case {
            link: self,
            given,
            tables: &before,
            schema,
        };
        case.pair(join, tables, target);
        Ok(())
    }
}

/// One call of one method.
struct Case<'a> {
    link: &'a Link,
    given: &'a Given<'a>,
    tables: &'a Tables,
    schema: &'a [Table],
}

impl Case<'_> {
    fn table(&self, name: &str) -> Option<&Table> {
        self.schema.iter().find(|table| table.name == name)
    }

    fn key_of(&self, table: &str) -> &'static [&'static str] {
        self.table(table).map_or(&[], |table| table.key)
    }

    /// The rows that were given: of one that is given twice, as it was given first.
    fn each_once(&self) -> Vec<&Row> {
        let key = self.key_of(self.link.target);
        let mut seen = Vec::new();
        let mut rows = Vec::new();
        for row in self.given.targets {
            if !seen.contains(&values(row, key)) {
                seen.push(values(row, key));
                rows.push(row);
            }
        }
        rows
    }

    /// The rows that were given, as they are now, each once; `None` for those that are gone.
    fn present<'t>(&self, tables: &'t Tables) -> Vec<Option<&'t Row>> {
        let key = self.key_of(self.link.target);
        let rows = self.each_once().into_iter();
        rows.map(|row| tables.same(self.link.target, key, row))
            .collect()
    }

    /// Whether one of the rows that the call is about has another key by now than the
    /// program holds, so that another row may have that one.
    fn moved(&self, verb: Verb) -> bool {
        let (owner, target) = (self.link.owner_key(), self.link.target_key());
        let owner_moved = || self.has_moved(self.link.owner, owner, self.given.owner);
        let has_moved = |row: &Row| self.has_moved(self.link.target, target, row);
        let target_moved = || self.each_once().into_iter().any(has_moved);
        match (&self.link.held, verb) {
            (Held::Owner { .. }, Verb::PointAt) => target_moved(),
            (Held::Owner { .. }, _) => false,
            (Held::Target { .. }, Verb::Create) => false,
            (Held::Pairs(_), Verb::Create) | (_, Verb::Set) if owner_moved() => !self.has_no_key(),
            (Held::Pairs(_), _) if target_moved() => true,
            _ => !self.given.targets.is_empty() && owner_moved() && !self.has_no_key(),
        }
    }

    /// Whether a row is known by something else than a key that it does not have any
    /// more. Another may have it, even if the row is gone.
    fn has_moved(&self, table: &str, key: &[&str], row: &Row) -> bool {
        let known_by = self.key_of(table);
        if known_by.iter().all(|column| key.contains(column)) {
            return false;
        }
        let now = self.tables.same(table, known_by, row);
        now.is_none_or(|now| values(now, key) != values(row, key))
    }

    /// What comes of writing below an owner that is there and not seen.
    fn below_unseen(&self, verb: Verb) -> Option<Expected> {
        let (owner, key) = (self.given.owner, self.key_of(self.link.owner));
        let mut unseen = self.tables.unseen(self.link.owner).iter();
        let is_unseen = unseen.any(|row| values(row, key) == values(owner, key));
        // One that is gone may be there and hidden.
        let hides = self.table(self.link.owner).is_some_and(Table::hides);
        let is_gone = || hides && self.tables.same(self.link.owner, key, owner).is_none();
        let is_below = is_unseen || (verb == Verb::Set && is_gone());
        match (&self.link.held, verb) {
            _ if !is_below => None,
            (Held::Target { .. }, Verb::Create) => None,
            // Of several faults, which is reported is not said.
            (_, Verb::Set) => Some(Expected::error(ErrorKind::NotFound).or(ErrorKind::Validation)),
            (Held::Owner { .. }, _) => None,
            _ if self.given.targets.is_empty() && verb != Verb::Create => None,
            _ => Some(
                Expected::error(ErrorKind::NotRelated)
                    .or(ErrorKind::NotFound)
                    .or(ErrorKind::Stale)
                    .or(ErrorKind::AlreadyRelated)
                    .or(ErrorKind::UniqueViolation)
                    .or(ErrorKind::Validation),
            ),
        }
    }

    /// What comes of writing a row that was written since it was read.
    fn stale(&self, verb: Verb) -> Option<Expected> {
        let (table, rows): (_, Vec<&Row>) = match (&self.link.held, verb) {
            (Held::Owner { .. }, _) => (self.link.owner, vec![self.given.owner]),
            (Held::Pairs(_), _) | (_, Verb::Create) => return None,
            (Held::Target { .. }, _) => (self.link.target, self.given.targets.iter().collect()),
        };
        if !self.table(table)?.is_versioned {
            return None;
        }
        let key = self.key_of(table);
        let mut seen = Vec::new();
        let is_stale = rows.into_iter().any(|row| {
            let known_by = values(row, key);
            let is_first = !seen.contains(&known_by);
            seen.push(known_by);
            let now = self.tables.same(table, key, row);
            is_first && now.is_some_and(|now| is_stale(row, now))
        });
        // Of several faults, which is reported is not said.
        is_stale.then(|| {
            Expected::error(ErrorKind::Stale)
                .or(ErrorKind::NotRelated)
                .or(ErrorKind::AlreadyRelated)
                .or(ErrorKind::UniqueViolation)
                .or(ErrorKind::ForeignKeyViolation)
        })
    }

    fn has_no_key(&self) -> bool {
        self.link.has_no_key(self.given.owner)
    }

    fn is_stuck(&self, table: &str, row: &Row) -> bool {
        let stuck = self.table(table).and_then(|table| table.stuck);
        stuck.is_some_and(|stuck| stuck(row))
    }

    /// Changes rows of the other side.
    fn change(&self, tables: &mut Tables, which: &[Row], change: impl Fn(&mut Row)) {
        let key = self.key_of(self.link.target);
        let which: Vec<Vec<Value>> = which.iter().map(|row| values(row, key)).collect();
        let table = self.table(self.link.target);
        let rows = tables.rows_mut(self.link.target).iter_mut();
        for row in rows.filter(|row| which.contains(&values(row, key))) {
            change(row);
            table.inspect(|table| table.count(row));
        }
    }

    /// The rows that were given, where all of them belong here.
    fn all_related(&self) -> Result<Vec<Row>, Box<Expected>> {
        let present = self.present(self.tables);
        let count = present.len();
        let related = present.into_iter().flatten();
        let related: Vec<Row> = related
            .filter(|row| self.link.relates(self.tables, self.given.owner, row))
            .cloned()
            .collect();
        if related.len() == count {
            return Ok(related);
        }
        let refused = Expected::error(ErrorKind::NotRelated);
        Err(Box::new(match self.has_no_key() {
            true => refused.or(ErrorKind::Usage),
            false => refused,
        }))
    }

    fn unchanged_may_be_usage(&self, expected: Expected) -> Expected {
        match self.has_no_key() {
            true => expected.or(ErrorKind::Usage),
            false => expected,
        }
    }

    /// Of several faults, which is reported is not said.
    fn with_violations(&self, mut refused: Expected, tables: &Tables) -> Expected {
        refused.errors.extend(tables.violations(self.schema));
        refused
    }
}

/// Writes a row as the database does: numbered, and after its trigger. `None` where that drops it.
pub(crate) fn insert(
    tables: &mut Tables,
    schema: &[Table],
    table: &'static str,
    row: Row,
) -> Option<Row> {
    let known = schema.iter().find(|known| known.name == table)?;
    let mut row = row;
    if known.numbered && row.get("id").is_none_or(Value::is_null) {
        row.insert("id".to_owned(), unknown(table, label_of(&row)));
    }
    let row = match known.trigger {
        Some(trigger) => trigger(row, tables)?,
        None => row,
    };
    tables.rows_mut(table).push(row.clone());
    Some(row)
}
