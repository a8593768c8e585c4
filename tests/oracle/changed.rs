//! Several changes below a row: one after the other, all or none.

use orm::error::ErrorKind;
use serde_json::Value;

use crate::expected::Expected;
use crate::link::{Held, Link};
use crate::naive::Given;
use crate::steps::{Changed, Changes, Named, New, Verb};
use crate::tables::{Row, Tables, is_stale, values};
use crate::typed::Stored;
use crate::world::World;

/// A row that is meant, as it is held, and whether it is given by its key.
#[derive(Clone)]
pub(crate) struct Meant {
    pub(crate) row: Row,
    pub(crate) by_key: bool,
}

/// What is changed below a row, with its rows: those with new values as they were, and
/// as they are to be.
pub(crate) type Below = Changes<Meant, (Row, Row)>;

impl Changes<Named, Changed> {
    /// The same with the rows that are named; `None` where one was never there.
    pub(crate) fn prepared(
        &self,
        find: impl Fn(&str) -> Option<Row>,
        known: impl Fn(&New) -> Option<New>,
        changed: impl Fn(&Changed) -> Option<(Row, Row)>,
    ) -> Option<Below> {
        let meant = |named: &Vec<Named>| {
            // Rows are given before keys.
            let (keys, rows): (Vec<&Named>, Vec<&Named>) = named.iter().partition(|it| it.by_key);
            let meant = rows.into_iter().chain(keys).map(|it| {
                Some(Meant {
                    row: find(&it.label)?,
                    by_key: it.by_key,
                })
            });
            meant.collect::<Option<Vec<Meant>>>()
        };
        Some(Changes {
            deleted: meant(&self.deleted)?,
            removed: meant(&self.removed)?,
            updated: self.updated.iter().map(changed).collect::<Option<_>>()?,
            added: meant(&self.added)?,
            adopted: meant(&self.adopted)?,
            created: self.created.iter().map(known).collect::<Option<_>>()?,
            joining: self.joining,
        })
    }
}

/// The rows of a model that are given as rows, and those that are given by their keys.
pub(crate) fn given<M: Stored>(meant: &[Meant]) -> (Vec<M>, Vec<M::Key>) {
    let rows = meant.iter().filter(|it| !it.by_key);
    let keys = meant.iter().filter(|it| it.by_key);
    (
        rows.map(|it| crate::typed::typed(&it.row)).collect(),
        keys.map(|it| crate::typed::typed::<M>(&it.row).key())
            .collect(),
    )
}

impl World {
    /// A row as it is now, whether it is seen or not; as it is held if it is gone.
    pub(crate) fn refreshed(&self, table: &str, row: &Row, tables: &Tables) -> Row {
        let key = self.table(table).key;
        let is_it = |there: &&Row| values(there, key) == values(row, key);
        let there = tables.all(table).find(is_it);
        there.unwrap_or(row).clone()
    }

    /// What should come of several changes below a row.
    pub(crate) fn changed(
        &self,
        link: &Link,
        owner: &Row,
        below: &Below,
        tables: &Tables,
    ) -> Expected {
        if let Some(refused) = self.refused_at_once(link, owner, below) {
            return refused;
        }
        let not_here = self.not_here(link, owner, below, tables);
        if !not_here.is_empty() {
            return Expected::one_of(not_here);
        }
        let mut all = Expected::done(tables.clone(), Vec::new());
        let steps: [&dyn Fn(&Tables) -> Expected; 6] = [
            &|now| self.all_deleted(link, owner, &below.deleted, now),
            &|now| {
                self.step(
                    link,
                    owner,
                    (Verb::Remove, &below.removed),
                    below,
                    (tables, now),
                )
            },
            &|now| match below.updated.is_empty() {
                true => Expected::done(now.clone(), Vec::new()),
                false => self.updated(self.table(link.target), &below.updated, now),
            },
            &|now| self.step(link, owner, (Verb::Add, &below.added), below, (tables, now)),
            &|now| {
                self.step(
                    link,
                    owner,
                    (Verb::Adopt, &below.adopted),
                    below,
                    (tables, now),
                )
            },
            &|now| self.all_created(link, owner, below, now),
        ];
        for step in steps {
            let Some((now, labels)) = all.done.take() else {
                break;
            };
            let done = step(&now);
            all.any_error |= done.any_error;
            all.errors.extend(done.errors);
            all.done = done.done.map(|(now, returned)| {
                let labels = labels.into_iter().chain(returned).collect();
                (now.settled(&self.tables), labels)
            });
        }
        let is_gone = tables.same(link.owner, self.table(link.owner).key, owner);
        if is_gone.is_none() && !all.errors.is_empty() {
            all.errors
                .extend([ErrorKind::NotFound, ErrorKind::NotRelated]);
        }
        all
    }

    /// What is refused before anything is sent.
    fn refused_at_once(&self, link: &Link, owner: &Row, below: &Below) -> Option<Expected> {
        let mut errors = Vec::new();
        if link.has_no_key(owner) {
            errors.push(ErrorKind::Usage);
        }
        let enter = below.added.iter().chain(&below.adopted);
        let changes_keys = enter.clone().next().is_some() || !below.removed.is_empty();
        let key = self.table(link.target).key;
        let mut entering: Vec<Vec<Value>> = enter.map(|it| values(&it.row, key)).collect();
        entering.sort_by_key(|key| format!("{key:?}"));
        entering.dedup();
        if link.one && entering.len() + below.created.len() > 1 {
            errors.push(ErrorKind::AlreadyRelated);
        }
        if let Held::Pairs(join) = &link.held
            && (changes_keys || !below.created.is_empty())
            && let (Some((_, least)), Some(value)) = (join.joining, below.joining)
            && value < least
        {
            errors.push(ErrorKind::Validation);
        }
        let mut keys: Vec<_> = below
            .updated
            .iter()
            .map(|(old, _)| values(old, key))
            .collect();
        keys.sort_by_key(|key| format!("{key:?}"));
        let count = keys.len();
        keys.dedup();
        if keys.len() < count || self.meets_twice(link, below) {
            errors.push(ErrorKind::Usage);
        }
        (!errors.is_empty()).then(|| Expected::one_of(errors))
    }

    /// Whether a row that holds the key is given for two changes.
    fn meets_twice(&self, link: &Link, below: &Below) -> bool {
        let key = self.table(link.target).key;
        let keys = |meant: &[Meant]| meant.iter().map(|it| values(&it.row, key)).collect();
        let updated = below.updated.iter().map(|(old, _)| values(old, key));
        let lists: [Vec<Vec<Value>>; 5] = [
            keys(&below.deleted),
            keys(&below.removed),
            updated.collect(),
            keys(&below.added),
            keys(&below.adopted),
        ];
        let holds_key = !matches!(link.held, Held::Pairs(_));
        let mut earlier = lists.iter().enumerate();
        let is_twice = |(at, list): (usize, &Vec<Vec<Value>>)| {
            let mut later = lists[at + 1..].iter().flatten();
            later.any(|key| list.contains(key))
        };
        holds_key && earlier.any(is_twice)
    }

    /// Why rows cannot be meant that are asked for before anything is written.
    fn not_here(&self, link: &Link, owner: &Row, below: &Below, tables: &Tables) -> Vec<ErrorKind> {
        let table = self.table(link.target);
        let owners = self.table(link.owner);
        let current = tables.same(link.owner, owners.key, owner);
        let identifies = owners.key.iter().all(|at| link.owner_key().contains(at));
        let stays = match current {
            Some(now) => values(now, link.owner_key()) == values(owner, link.owner_key()),
            None => identifies && !owners.hides(),
        };
        let here = |row: &Row| stays && link.relates(tables, owner, row);
        let enters = |row: &Row| match &link.held {
            Held::Pairs(_) => stays && link.in_scope(row),
            _ => stays && (link.relates(tables, owner, row) || link.is_free(owner, row)),
        };
        let mut errors = Vec::new();
        let mut ask = |row: &Row, passes: &dyn Fn(&Row) -> bool| {
            match tables.same(table.name, table.key, row) {
                None => errors.push(ErrorKind::NotFound),
                Some(now) if !passes(now) => {
                    errors.push(ErrorKind::NotRelated);
                    // That is found out on the way.
                    errors.extend(is_stale(row, now).then_some(ErrorKind::Stale));
                }
                Some(_) => {}
            }
        };
        below.deleted.iter().for_each(|it| ask(&it.row, &here));
        below.updated.iter().for_each(|(old, _)| ask(old, &here));
        let by_key = |meant: &[Meant]| meant.iter().any(|it| it.by_key);
        let lists: [(&Vec<Meant>, &dyn Fn(&Row) -> bool); 3] = [
            (&below.removed, &here),
            (&below.added, &enters),
            (&below.adopted, &|_| stays),
        ];
        for (meant, passes) in lists {
            if by_key(meant) {
                meant.iter().for_each(|it| ask(&it.row, passes));
            }
        }
        errors
    }

    /// Rows that are given as rows, or were read by their keys when all began.
    fn step(
        &self,
        link: &Link,
        owner: &Row,
        (verb, meant): (Verb, &[Meant]),
        below: &Below,
        (before, now): (&Tables, &Tables),
    ) -> Expected {
        if meant.is_empty() {
            return Expected::done(now.clone(), Vec::new());
        }
        let rows = meant.iter().map(|it| match it.by_key {
            true => self.refreshed(link.target, &it.row, before),
            false => it.row.clone(),
        });
        let given = Given {
            owner,
            targets: &rows.collect::<Vec<Row>>(),
            new: None,
            joining: below.joining,
        };
        let expected = link.expect(verb, &given, now, &self.tables);
        expected.unwrap_or_else(Expected::refused)
    }

    /// Rows that go by their primary keys.
    fn all_deleted(&self, link: &Link, owner: &Row, meant: &[Meant], now: &Tables) -> Expected {
        if meant.is_empty() {
            return Expected::done(now.clone(), Vec::new());
        }
        let rows: Vec<Row> = meant
            .iter()
            .map(|it| self.refreshed(link.target, &it.row, now))
            .collect();
        let mut held = meant.iter().zip(&rows);
        if held.any(|(it, there)| !it.by_key && is_stale(&it.row, there)) {
            return Expected::error(ErrorKind::Stale);
        }
        let given = Given {
            owner,
            targets: &rows,
            new: None,
            joining: None,
        };
        let expected = link.expect(Verb::Delete, &given, now, &self.tables);
        expected.unwrap_or_else(Expected::refused)
    }

    fn all_created(&self, link: &Link, owner: &Row, below: &Below, now: &Tables) -> Expected {
        if below.created.is_empty() {
            return Expected::done(now.clone(), Vec::new());
        }
        let given = Given {
            owner,
            targets: &[],
            new: None,
            joining: below.joining,
        };
        if let Some(refused) = link.refuses_new(&given, now, &self.tables) {
            return refused;
        }
        let belong = |row: &mut Row| link.given_to(owner, row);
        let written = self.written_as(link.target, &below.created, now, &belong);
        let Some((mut after, labels)) = written.done.clone() else {
            return written;
        };
        let mut refused = Vec::new();
        if link.one && !link.related(now, owner).is_empty() {
            refused.extend([ErrorKind::AlreadyRelated, ErrorKind::UniqueViolation]);
        }
        for label in &labels {
            let row = after.labelled(link.target, label).cloned();
            let paired = row.map(|row| link.paired(&given, &row, &mut after, &self.tables));
            refused.extend(paired.and_then(Result::err));
        }
        let mut expected = Expected {
            done: Some((after, labels)),
            ..written
        }
        .judged(&self.tables);
        if !refused.is_empty() {
            expected.done = None;
            expected.errors.extend(refused);
        }
        expected
    }
}
