//! Associations whose key is held by rows of one of the two sides.

use orm::error::ErrorKind;
use serde_json::Value;

use super::{Case, insert, mark};
use crate::expected::Expected;
use crate::link::{Held, put};
use crate::tables::{Row, Table, Tables, label_of, values};

impl Case<'_> {
    pub(super) fn create(&self) -> Expected {
        if self.has_no_key() {
            return Expected::error(ErrorKind::Usage);
        }
        let Some(mut row) = self.given.new.cloned() else {
            return Expected::refused();
        };
        self.link.given_to(self.given.owner, &mut row);
        if self.link.one && !self.link.related(self.tables, self.given.owner).is_empty() {
            return Expected::error(ErrorKind::AlreadyRelated).or(ErrorKind::UniqueViolation);
        }
        self.inserted(self.tables.clone(), &row)
    }

    fn inserted(&self, mut tables: Tables, row: &Row) -> Expected {
        match insert(&mut tables, self.schema, self.link.target, row.clone()) {
            None => Expected::refused(),
            Some(written) => {
                let returned = vec![label_of(&written).to_owned()];
                let expected = Expected::done(tables, returned);
                match written == *row {
                    true => expected,
                    false => expected.or_refused(),
                }
            }
        }
    }

    pub(super) fn take(&self, mut tables: Tables, from_anywhere: bool) -> Expected {
        let unchanged = || Expected::done(tables.clone(), Vec::new());
        match (self.has_no_key(), self.given.targets.is_empty()) {
            (true, true) => return unchanged().or(ErrorKind::Usage),
            (true, false) => return Expected::error(ErrorKind::Usage).or(ErrorKind::NotRelated),
            (false, true) => return unchanged(),
            (false, false) => {}
        }
        let owner = self.given.owner;
        let present = self.present(&tables);
        if self.link.one {
            let others = self.link.related(&tables, owner);
            let mut others = others.into_iter();
            if present.len() > 1 || others.any(|other| !present.contains(&Some(other))) {
                return Expected::error(ErrorKind::AlreadyRelated)
                    .or(ErrorKind::NotRelated)
                    .or(ErrorKind::UniqueViolation);
            }
        }
        let fits = |row: &&Row| {
            from_anywhere || self.link.relates(&tables, owner, row) || self.is_free(row)
        };
        let fitting: Vec<Row> = present
            .iter()
            .flatten()
            .copied()
            .filter(fits)
            .cloned()
            .collect();
        if fitting.len() < present.len() {
            return Expected::error(ErrorKind::NotRelated).or(ErrorKind::ForeignKeyViolation);
        }
        if fitting
            .iter()
            .any(|row| self.is_stuck(self.link.target, row))
        {
            return Expected::refused();
        }
        self.change(&mut tables, &fitting, |row| self.link.given_to(owner, row));
        Expected::done(tables, Vec::new())
    }

    fn is_free(&self, row: &Row) -> bool {
        self.link.is_free(self.given.owner, row)
    }

    pub(super) fn set(&self) -> Expected {
        let owner = self.given.owner;
        if self.has_no_key() {
            return self.take(self.tables.clone(), false);
        }
        let mut tables = self.tables.clone();
        let kept = self.present(self.tables);
        let others = self.link.related(self.tables, owner);
        let others: Vec<Row> = others
            .into_iter()
            .filter(|row| !kept.contains(&Some(row)))
            .cloned()
            .collect();
        if others
            .iter()
            .any(|row| self.is_stuck(self.link.target, row))
        {
            return Expected::refused();
        }
        self.change(&mut tables, &others, |row| self.let_go(row));
        self.take(tables, false)
    }

    fn let_go(&self, row: &mut Row) {
        if let Held::Target { nullable, .. } = &self.link.held {
            put(row, nullable, &vec![Value::Null; nullable.len()]);
        }
    }

    pub(super) fn remove(&self) -> Expected {
        let related = match self.all_related() {
            Ok(related) => related,
            Err(refused) => return *refused,
        };
        if related
            .iter()
            .any(|row| self.is_stuck(self.link.target, row))
        {
            return Expected::refused();
        }
        let mut tables = self.tables.clone();
        self.change(&mut tables, &related, |row| self.let_go(row));
        self.unchanged_may_be_usage(Expected::done(tables, Vec::new()))
    }

    pub(super) fn delete(&self) -> Expected {
        let related = match self.all_related() {
            Ok(related) => related,
            Err(refused) => return *refused,
        };
        if related
            .iter()
            .any(|row| self.is_stuck(self.link.target, row))
        {
            return Expected::refused();
        }
        let mut tables = self.tables.clone();
        if let Some(table) = self.table(self.link.target).filter(|it| it.is_marked) {
            return match mark(&mut tables, self.schema, table, &related) {
                Ok(()) => self.unchanged_may_be_usage(Expected::done(tables, Vec::new())),
                Err(error) => Expected::error(error),
            };
        }
        tables
            .rows_mut(self.link.target)
            .retain(|row| !related.contains(row));
        self.unchanged_may_be_usage(Expected::done(tables, Vec::new()).followed(self.schema))
    }

    /// The owner holds the key of a row; `new` is one that was just written.
    pub(super) fn point_at(&self, mut tables: Tables, new: Option<&Row>) -> Expected {
        let Held::Owner { columns, key, .. } = &self.link.held else {
            return Expected::refused();
        };
        let Some(target) = new.or(self.given.targets.first()) else {
            return Expected::refused();
        };
        let held = values(target, key);
        let known_by = self.key_of(self.link.target);
        let mut unseen = self.tables.unseen(self.link.target).iter();
        if unseen.any(|row| values(row, known_by) == values(target, known_by)) {
            return Expected::error(ErrorKind::NotRelated).or(ErrorKind::NotFound);
        }
        let is_gone = || {
            self.tables
                .same(self.link.target, known_by, target)
                .is_none()
        };
        let targets = self.table(self.link.target);
        if targets.is_some_and(Table::hides) && new.is_none() && is_gone() {
            return Expected::error(ErrorKind::NotRelated).or(ErrorKind::NotFound);
        }
        let owner_key = self.key_of(self.link.owner);
        let there = tables.same(self.link.owner, owner_key, self.given.owner);
        let Some(there) = there.cloned() else {
            let mut refused =
                Expected::error(ErrorKind::NotFound).or(ErrorKind::ForeignKeyViolation);
            if held.contains(&Value::Null) {
                refused.errors.push(ErrorKind::Usage);
            }
            return self.with_violations(refused, &tables);
        };
        if held.contains(&Value::Null) {
            return self.with_violations(Expected::error(ErrorKind::Usage), &tables);
        }
        if self.is_stuck(self.link.owner, &there) {
            return Expected::refused();
        }
        let label = label_of(&there).to_owned();
        let owners = self.table(self.link.owner);
        for row in tables.rows_mut(self.link.owner) {
            if label_of(row) == label {
                put(row, columns, &held);
                for (column, value) in &self.link.owner_scope {
                    row.insert((*column).to_owned(), value.clone());
                }
                owners.inspect(|table| table.count(row));
            }
        }
        let mut returned: Vec<String> = new.iter().map(|row| label_of(row).to_owned()).collect();
        returned.push(label);
        Expected::done(tables, returned)
    }

    pub(super) fn create_there(&self) -> Expected {
        let mut tables = self.tables.clone();
        let Some(row) = self.given.new.cloned() else {
            return Expected::refused();
        };
        match insert(&mut tables, self.schema, self.link.target, row.clone()) {
            None => Expected::refused(),
            Some(written) => self.point_at(tables, Some(&written)),
        }
    }

    pub(super) fn clear(&self) -> Expected {
        let Held::Owner { nullable, .. } = &self.link.held else {
            return Expected::refused();
        };
        let mut tables = self.tables.clone();
        let key = self.key_of(self.link.owner);
        let there = tables.same(self.link.owner, key, self.given.owner);
        let Some(there) = there else {
            return Expected::error(ErrorKind::NotFound);
        };
        if self.is_stuck(self.link.owner, there) {
            return Expected::refused();
        }
        let label = label_of(there).to_owned();
        let owners = self.table(self.link.owner);
        for row in tables.rows_mut(self.link.owner) {
            if label_of(row) == label {
                put(row, nullable, &vec![Value::Null; nullable.len()]);
                owners.inspect(|table| table.count(row));
            }
        }
        Expected::done(tables, vec![label])
    }
}
