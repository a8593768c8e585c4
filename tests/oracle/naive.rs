//! What each method of an association should do to the tables: the documents
//! in code, row by row, with no thought for speed.

use orm::error::ErrorKind;
use serde_json::Value;

use crate::expected::Expected;
use crate::link::{Held, Join, Link, put};
use crate::steps::Verb;
use crate::tables::{Row, Table, Tables, label_of, unknown, values};

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
        let expected = match (&self.held, verb) {
            (Held::Target { .. }, Verb::Create) => case.create(),
            (Held::Target { .. }, Verb::Add) => case.take(tables.clone(), false),
            (Held::Target { .. }, Verb::Adopt) => case.take(tables.clone(), true),
            (Held::Target { .. }, Verb::Set) => case.set(),
            (Held::Target { .. }, Verb::Remove) => case.remove(),
            (Held::Target { .. }, Verb::Delete) => case.delete(),
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
        }
        Some(expected)
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

    /// The rows that were given, as they are now, each once; `None` for those that are gone.
    fn present<'t>(&self, tables: &'t Tables) -> Vec<Option<&'t Row>> {
        let key = self.key_of(self.link.target);
        let mut seen = Vec::new();
        let mut rows = Vec::new();
        for row in self.given.targets {
            if !seen.contains(&values(row, key)) {
                seen.push(values(row, key));
                rows.push(tables.same(self.link.target, key, row));
            }
        }
        rows
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
        let rows = tables.rows_mut(self.link.target).iter_mut();
        rows.filter(|row| which.contains(&values(row, key)))
            .for_each(change);
    }

    fn create(&self) -> Expected {
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

    fn take(&self, mut tables: Tables, from_anywhere: bool) -> Expected {
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

    /// Whether a row is as `remove` would leave it behind.
    fn is_free(&self, row: &Row) -> bool {
        let Held::Target {
            key,
            columns,
            nullable,
        } = &self.link.held
        else {
            return false;
        };
        let mut parts = columns.iter().zip(values(self.given.owner, key));
        let is_free = parts.all(|(column, ours)| {
            let theirs = row.get(*column).cloned().unwrap_or_default();
            match nullable.contains(column) {
                true => theirs.is_null(),
                false => theirs == ours,
            }
        });
        let mut scope = self.link.scope.iter();
        is_free
            && scope.all(|(column, value)| match nullable.contains(column) {
                true => row.get(*column).is_none_or(Value::is_null),
                false => row.get(*column) == Some(value),
            })
    }

    fn set(&self) -> Expected {
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

    /// The rows that were given, where all of them belong here.
    fn all_related(&self) -> Result<Vec<Row>, Expected> {
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
        Err(match self.has_no_key() {
            true => refused.or(ErrorKind::Usage),
            false => refused,
        })
    }

    fn remove(&self) -> Expected {
        let related = match self.all_related() {
            Ok(related) => related,
            Err(refused) => return refused,
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

    fn unchanged_may_be_usage(&self, expected: Expected) -> Expected {
        match self.has_no_key() {
            true => expected.or(ErrorKind::Usage),
            false => expected,
        }
    }

    fn delete(&self) -> Expected {
        let related = match self.all_related() {
            Ok(related) => related,
            Err(refused) => return refused,
        };
        if related
            .iter()
            .any(|row| self.is_stuck(self.link.target, row))
        {
            return Expected::refused();
        }
        let mut tables = self.tables.clone();
        tables
            .rows_mut(self.link.target)
            .retain(|row| !related.contains(row));
        self.unchanged_may_be_usage(Expected::done(tables, Vec::new()).followed(self.schema))
    }

    /// The owner holds the key of a row; `new` is one that was just written.
    fn point_at(&self, mut tables: Tables, new: Option<&Row>) -> Expected {
        let Held::Owner { columns, key, .. } = &self.link.held else {
            return Expected::refused();
        };
        let Some(target) = new.or(self.given.targets.first()) else {
            return Expected::refused();
        };
        let held = values(target, key);
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
        for row in tables.rows_mut(self.link.owner) {
            if label_of(row) == label {
                put(row, columns, &held);
                for (column, value) in &self.link.owner_scope {
                    row.insert((*column).to_owned(), value.clone());
                }
            }
        }
        let mut returned: Vec<String> = new.iter().map(|row| label_of(row).to_owned()).collect();
        returned.push(label);
        Expected::done(tables, returned)
    }

    fn create_there(&self) -> Expected {
        let mut tables = self.tables.clone();
        let Some(row) = self.given.new.cloned() else {
            return Expected::refused();
        };
        match insert(&mut tables, self.schema, self.link.target, row.clone()) {
            None => Expected::refused(),
            Some(written) => self.point_at(tables, Some(&written)),
        }
    }

    fn clear(&self) -> Expected {
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
        for row in tables.rows_mut(self.link.owner) {
            if label_of(row) == label {
                put(row, nullable, &vec![Value::Null; nullable.len()]);
            }
        }
        Expected::done(tables, vec![label])
    }

    fn create_linked(&self, join: &Join) -> Expected {
        if self.has_no_key() {
            return Expected::error(ErrorKind::Usage);
        }
        let Some(mut row) = self.given.new.cloned() else {
            return Expected::refused();
        };
        if self.is_invalid(join) {
            return Expected::error(ErrorKind::Validation);
        }
        self.link.given_to(self.given.owner, &mut row);
        let mut tables = self.tables.clone();
        let Some(written) = insert(&mut tables, self.schema, self.link.target, row) else {
            return Expected::refused();
        };
        if values(&written, join.target_key).contains(&Value::Null) {
            let refused = Expected::error(ErrorKind::Usage).or(ErrorKind::NotRelated);
            return self.with_violations(refused, &tables);
        }
        if !join.can_pair(self.given.owner, &written) {
            let refused = Expected::error(ErrorKind::NotRelated).or(ErrorKind::Usage);
            return self.with_violations(refused, &tables);
        }
        self.pair(join, &mut tables, &written);
        Expected::done(tables, vec![label_of(&written).to_owned()])
    }

    fn is_invalid(&self, join: &Join) -> bool {
        let least = join.joining.map_or(i32::MIN, |(_, least)| least);
        self.given.joining.is_some_and(|value| value < least)
    }

    /// Of several faults, which is reported is not said.
    fn with_violations(&self, mut refused: Expected, tables: &Tables) -> Expected {
        refused.errors.extend(tables.violations(self.schema));
        refused
    }

    /// Adds a pair, if it is not there.
    fn pair(&self, join: &Join, tables: &mut Tables, target: &Row) {
        let ours = values(self.given.owner, join.key);
        let theirs = values(target, join.target_key);
        let mut rows = tables.rows(join.table).iter();
        if rows.any(|pair| values(pair, join.from) == ours && values(pair, join.to) == theirs) {
            return;
        }
        let mut pair = self.table(join.table).map(Table::blank).unwrap_or_default();
        put(&mut pair, join.from, &ours);
        put(&mut pair, join.to, &theirs);
        if let (Some((column, _)), Some(value)) = (join.joining, self.given.joining) {
            pair.insert(column.to_owned(), value.into());
        }
        tables.rows_mut(join.table).push(pair);
    }

    fn link(&self, join: &Join, mut tables: Tables) -> Expected {
        let unchanged = || Expected::done(tables.clone(), Vec::new());
        let some = !self.given.targets.is_empty();
        if self.has_no_key() {
            let refused = Expected::error(ErrorKind::Usage);
            return if some {
                refused
            } else {
                unchanged().or(ErrorKind::Usage)
            };
        }
        if !some {
            let expected = unchanged();
            return match self.is_invalid(join) {
                true => expected.or(ErrorKind::Validation),
                false => expected,
            };
        }
        if self.is_invalid(join) {
            return Expected::error(ErrorKind::Validation);
        }
        let keyless = |row: &Row| values(row, join.target_key).contains(&Value::Null);
        if self.given.targets.iter().any(keyless) {
            return Expected::error(ErrorKind::Usage).or(ErrorKind::NotRelated);
        }
        let present = self.present(&tables);
        let is_gone = present.iter().any(Option::is_none);
        let present: Vec<Row> = present.into_iter().flatten().cloned().collect();
        if is_gone {
            for target in self.given.targets {
                self.pair(join, &mut tables, target);
            }
            let refused = Expected::error(ErrorKind::NotRelated).or(ErrorKind::ForeignKeyViolation);
            return self.with_violations(refused, &tables);
        }
        if !present.iter().all(|row| self.link.in_scope(row)) {
            return self.with_violations(Expected::error(ErrorKind::NotRelated), &tables);
        }
        if !present
            .iter()
            .all(|row| join.can_pair(self.given.owner, row))
        {
            return Expected::error(ErrorKind::NotRelated).or(ErrorKind::Usage);
        }
        for target in &present {
            self.pair(join, &mut tables, target);
        }
        Expected::done(tables, Vec::new())
    }

    fn relink(&self, join: &Join) -> Expected {
        let mut tables = self.tables.clone();
        if !self.has_no_key() {
            let kept = self.present(self.tables);
            let others = self.link.related(self.tables, self.given.owner).into_iter();
            let others: Vec<&Row> = others.filter(|row| !kept.contains(&Some(row))).collect();
            self.take_out(join, &mut tables, &others);
        }
        self.link(join, tables)
    }

    fn take_out(&self, join: &Join, tables: &mut Tables, targets: &[&Row]) {
        let ours = values(self.given.owner, join.key);
        let theirs: Vec<Vec<Value>> = targets
            .iter()
            .map(|row| values(row, join.target_key))
            .collect();
        tables.rows_mut(join.table).retain(|pair| {
            values(pair, join.from) != ours || !theirs.contains(&values(pair, join.to))
        });
    }

    fn unlink(&self, join: &Join) -> Expected {
        let related = match self.all_related() {
            Ok(related) => related,
            Err(refused) => return refused,
        };
        let mut tables = self.tables.clone();
        self.take_out(join, &mut tables, &related.iter().collect::<Vec<_>>());
        self.unchanged_may_be_usage(Expected::done(tables, Vec::new()))
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
