//! Associations whose keys are held in pairs by a join table.

use orm::error::ErrorKind;
use serde_json::Value;

use super::marks::put as put_mark;
use super::{Case, insert};
use crate::expected::Expected;
use crate::link::{Join, put};
use crate::tables::{MARK, Row, Table, Tables, is_marked, label_of, values};

impl Case<'_> {
    pub(super) fn create_linked(&self, join: &Join) -> Expected {
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

    /// Adds a pair, if it is not there.
    pub(super) fn pair(&self, join: &Join, tables: &mut Tables, target: &Row) {
        let ours = values(self.given.owner, join.key);
        let theirs = values(target, join.target_key);
        let mut rows = tables.rows(join.table).iter();
        if rows.any(|pair| values(pair, join.from) == ours && values(pair, join.to) == theirs) {
            return;
        }
        if self.revive(join, tables, &ours, &theirs) {
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

    /// Takes the mark away from the row of a pair that was marked last.
    fn revive(&self, join: &Join, tables: &mut Tables, ours: &[Value], theirs: &[Value]) -> bool {
        let Some(table) = self.table(join.table).filter(|it| it.is_marked) else {
            return false;
        };
        let is_pair = |pair: &&mut Row| {
            values(pair, join.from) == ours && values(pair, join.to) == theirs && is_marked(pair)
        };
        let marked = tables.all_mut(join.table).filter(is_pair);
        let last = marked.max_by_key(|pair| pair.get(MARK).map(Value::to_string));
        let Some(pair) = last else {
            return false;
        };
        pair.insert(MARK.to_owned(), Value::Null);
        if let (Some((column, _)), Some(value)) = (join.joining, self.given.joining) {
            pair.insert(column.to_owned(), value.into());
        }
        table.count(pair);
        true
    }

    pub(super) fn link(&self, join: &Join, mut tables: Tables) -> Expected {
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
        let keyless = |row: &&Row| values(row, join.target_key).contains(&Value::Null);
        if self.each_once().iter().any(keyless) {
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

    pub(super) fn relink(&self, join: &Join) -> Expected {
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
        let goes =
            |pair: &Row| values(pair, join.from) == ours && theirs.contains(&values(pair, join.to));
        if let Some(table) = self.table(join.table).filter(|it| it.is_marked) {
            let going = tables.rows(join.table).iter().filter(|pair| goes(pair));
            let going = going.map(|pair| (join.table, values(pair, table.key)));
            let (going, mark) = (going.collect(), tables.next_mark());
            return put_mark(tables, self.schema, &going, &mark);
        }
        tables.rows_mut(join.table).retain(|pair| !goes(pair));
    }

    pub(super) fn unlink(&self, join: &Join) -> Expected {
        let related = match self.all_related() {
            Ok(related) => related,
            Err(refused) => return *refused,
        };
        let mut tables = self.tables.clone();
        self.take_out(join, &mut tables, &related.iter().collect::<Vec<_>>());
        self.unchanged_may_be_usage(Expected::done(tables, Vec::new()))
    }
}
