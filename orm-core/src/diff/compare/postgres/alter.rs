//! A column that stays and is altered.

use super::column::is_null;
use super::{Pair, Work, momentary};
use crate::ddl::blueprint::{Column, Name, Type};
use crate::ddl::constraint_name;
use crate::ddl::text::postgres as text;
use crate::diff::change::{Change, LossKind, Rank, Stage};
use crate::diff::conversion::{self, Conversion};
use crate::diff::statement::{alter, alter_column, count_on, drop_constraint, quoted};
use crate::diff::token;
use crate::schema::Identity;

/// A statement and those that take it back.
pub(super) struct Step {
    up: String,
    down: Vec<String>,
}

impl Work<'_> {
    pub(super) fn alter(
        &mut self,
        pair: Pair<'_>,
        now: &Column,
        wanted: &Column,
        desired: &Column,
    ) {
        let serial = pair.is_serial(self, &wanted.name);
        let change = Altered {
            table: pair.name,
            now,
            wanted,
            desired,
            // `serial` numbers rows just as well.
            numbered: serial && wanted.identity == Some(Identity::ByDefault),
            defaulted: self.follows_enum(pair, &wanted.name),
        };
        let conversion = change
            .is_retyped()
            .then(|| self.conversion(&now.kind, &wanted.kind));
        if conversion.is_some() {
            self.held_type(pair, &wanted.name);
        }
        let late_identity = now.nullable && change.adds_identity();
        let mut steps = change.released();
        if let Some(conversion) = &conversion {
            steps.extend(change.retyped(conversion));
            if serial {
                steps.extend(change.sequence());
            }
        }
        if wanted.nullable && !now.nullable {
            steps.push(change.step("DROP NOT NULL", Some("SET NOT NULL")));
        }
        if !late_identity {
            steps.extend(change.identity());
        }
        steps.extend(change.default());
        self.push_altered(pair, &change, conversion, steps);
        if now.nullable && !wanted.nullable {
            let fill = self
                .options
                .fill(pair.name, &wanted.name)
                .map(str::to_owned);
            let then = if late_identity {
                change.identity()
            } else {
                Vec::new()
            };
            self.not_null(pair.name, &wanted.name, fill.as_deref(), then);
        }
    }

    /// What keeps a column's type as long as it is there.
    fn held_type(&mut self, pair: Pair<'_>, column: &str) {
        let old = self.renames.old_column(pair.name, column).to_owned();
        self.is_partitioned_by(pair, &old, "another type for");
        let hangers = pair.live.hangers.iter();
        let holding =
            hangers.filter(|it| it.holds_type && it.column.as_deref() == Some(old.as_str()));
        for it in holding {
            self.problem(format!(
                "another type for {}.{old}: {it} is built on it, of which models do not speak; \
                 drop that in a migration of its own, and make it anew after this one",
                pair.old_name()
            ));
        }
    }

    fn push_altered(
        &mut self,
        pair: Pair<'_>,
        altered: &Altered<'_>,
        conversion: Option<Conversion>,
        steps: Vec<Step>,
    ) {
        if steps.is_empty() {
            return;
        }
        let (table, column) = (pair.name, &altered.wanted.name);
        let leaves = matches!(&altered.now.kind, Type::Enum { name, .. }
            if conversion.is_some() && self.rebuilt.contains(name));
        let rank = if leaves {
            Rank::LeaveEnum
        } else {
            Rank::AlterColumn
        };
        let mut change = Change::new(
            Stage::Schema,
            rank,
            format!("alter column {table}.{column}: {}", altered.words()),
        );
        change.up = steps.iter().map(|it| it.up.clone()).collect();
        let back = steps.into_iter().rev();
        change.down = back.flat_map(|it| it.down).collect();
        change = match &conversion {
            Some(it) if !it.in_place => change.note(format!(
                "Locks {table} against everything while each of its rows is written anew{}.",
                match self.is_partitioned(table) {
                    true => String::new(),
                    false => format!("; `--second-column {table}.{column}` does not"),
                }
            )),
            _ if altered.now.collation != altered.wanted.collation => change.note(format!(
                "Locks {table} against everything while the indexes over the column are built anew."
            )),
            _ => change.note(momentary(table)),
        };
        if let Some(reason) = conversion.and_then(|it| it.hazard) {
            change = self.narrowed(change, pair, altered.now, altered.wanted, reason);
        }
        self.push(change);
    }

    /// Says what values a column has and its new type has no room for.
    pub(super) fn narrowed(
        &self,
        change: Change,
        pair: Pair<'_>,
        now: &Column,
        wanted: &Column,
        reason: &'static str,
    ) -> Change {
        let table = pair.old_name().clone();
        let column = self.renames.old_column(pair.name, &now.name).to_owned();
        let count = super::column::count_of(&table, &column);
        let kind = LossKind::Narrowing {
            table,
            column,
            from: text::kind(&now.kind),
            to: text::kind(&wanted.kind),
            reason,
        };
        change.loses(kind, count)
    }

    fn conversion(&self, from: &Type, to: &Type) -> Conversion {
        let mut conversion = conversion::between(from, to);
        if let (
            Type::Enum {
                name: from,
                array: a,
            },
            Type::Enum { name: to, array: b },
        ) = (from, to)
        {
            let labels = |name: &Name| {
                let of = |live: &crate::ddl::live::Live| live.types.get(name).cloned().flatten();
                of(self.wanted).or_else(|| of(self.now)).unwrap_or_default()
            };
            let there = labels(to);
            if a == b && labels(from).iter().all(|it| there.contains(it)) {
                conversion.hazard = None;
            }
        }
        conversion
    }

    /// Makes a column NOT NULL. The server looks for NULLs under a lock that
    /// keeps everybody out, unless a check has proved that there are none.
    pub(super) fn not_null(
        &mut self,
        table: &Name,
        column: &str,
        fill: Option<&str>,
        then: Vec<Step>,
    ) {
        let mut change = Change::new(
            self.online(),
            Rank::NotNull,
            format!("make {table}.{column} NOT NULL"),
        );
        let quoted_column = quoted(column);
        if let Some(expression) = fill {
            change = self.filled(change, table, column, expression);
        } else if let Some(old) = self.live.relations.get(self.renames.old_table(table)) {
            let old_column = self.renames.old_column(table, column);
            if old.table.column(old_column).is_some() {
                let name = old.table.name.quoted();
                let count = format!(
                    "SELECT count(*) FROM {name} WHERE {} IS NULL",
                    quoted(old_column)
                );
                change.obstacle = Some((count, format!("rows hold NULL in {table}.{column}")));
            }
        }
        let set = alter_column(table, column, "SET NOT NULL");
        if self.options.plain {
            change = change.up(set);
        } else {
            let proof = constraint_name::check(&table.name, column, "not_null");
            let check = format!(
                "ADD CONSTRAINT {} CHECK ({quoted_column} IS NOT NULL) NOT VALID",
                quoted(&proof)
            );
            change = change
                .up(alter(table, check))
                .up(alter(table, format!("VALIDATE CONSTRAINT {}", quoted(&proof))))
                .up(set)
                .up(drop_constraint(table, &proof))
                .note("The check is proved while others read and write; then NOT NULL takes a moment.");
        }
        change
            .down
            .push(alter_column(table, column, "DROP NOT NULL"));
        for step in then {
            change.up.push(step.up);
            change.down.splice(0..0, step.down);
        }
        self.push(change);
    }
}

impl Pair<'_> {
    pub(super) fn is_serial(&self, work: &Work<'_>, column: &str) -> bool {
        self.live
            .serials
            .contains(work.renames.old_column(self.name, column))
    }
}

/// A column before and after, and what is the same in other words.
struct Altered<'a> {
    table: &'a Name,
    now: &'a Column,
    wanted: &'a Column,
    desired: &'a Column,
    numbered: bool,
    defaulted: bool,
}

impl Altered<'_> {
    fn step(&self, up: &str, down: Option<&str>) -> Step {
        let statement = |action: &str| alter_column(self.table, &self.wanted.name, action);
        Step {
            up: statement(up),
            down: down.map(statement).into_iter().collect(),
        }
    }

    /// What differs, for the line that says so.
    fn words(&self) -> String {
        let mut words = Vec::new();
        if self.now.kind != self.wanted.kind {
            let [now, wanted] = [self.now, self.wanted].map(|it| text::kind(&it.kind));
            words.push(format!("type {now} becomes {wanted}"));
        }
        if self.now.collation != self.wanted.collation {
            words.push("collation".to_owned());
        }
        if self.wanted.nullable && !self.now.nullable {
            words.push("may be NULL".to_owned());
        }
        if !self.identity().is_empty()
            || self.now.identity.is_some() != self.wanted.identity.is_some()
        {
            words.push("numbering".to_owned());
        }
        if !self.same_default() {
            words.push("default".to_owned());
        }
        words.join(", ")
    }

    fn adds_identity(&self) -> bool {
        self.now.identity.is_none() && self.wanted.identity.is_some() && !self.numbered
    }

    fn is_retyped(&self) -> bool {
        self.now.kind != self.wanted.kind || self.now.collation != self.wanted.collation
    }

    fn default_before(&self) -> Option<&str> {
        self.now.default.as_deref().filter(|it| !is_null(it))
    }

    fn default_after(&self) -> Option<&str> {
        self.desired.default.as_deref().filter(|it| !is_null(it))
    }

    fn same_default(&self) -> bool {
        let wanted = self.wanted.default.as_deref().filter(|it| !is_null(it));
        match (self.default_before(), wanted) {
            (None, None) => true,
            (Some(now), Some(wanted)) => token::same(now, wanted),
            (Some(_), None) => self.numbered,
            (None, Some(_)) => false,
        }
    }

    /// Takes away what stands in the way of a new type, identity or default.
    fn released(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if let (Some(kind), None) = (self.now.identity, self.wanted.identity) {
            let mut step = self.step("DROP IDENTITY", Some(&added(kind)));
            step.down.push(count_on(self.table, &self.wanted.name));
            steps.push(step);
        }
        let default = self
            .default_before()
            .filter(|_| !self.defaulted && !self.numbered);
        let in_the_way =
            self.is_retyped() || (!self.same_default() && self.default_after().is_none());
        if let (Some(default), true) = (default, in_the_way) {
            steps.push(self.step("DROP DEFAULT", Some(&format!("SET DEFAULT {default}"))));
        }
        steps
    }

    fn retyped(&self, conversion: &Conversion) -> Vec<Step> {
        let column = quoted(&self.wanted.name);
        let action = |to: &Column, conversion: &Conversion| {
            let mut out = format!("TYPE {}", text::kind(&to.kind));
            if let Some(name) = &to.collation {
                out = format!("{out} COLLATE {}", quoted(name));
            }
            match conversion.using {
                Some(via) => format!("{out} USING {}", via.expression(&column, &to.kind)),
                None => out,
            }
        };
        let back = conversion::between(&self.wanted.kind, &self.now.kind);
        let up = action(self.desired, conversion);
        vec![self.step(&up, Some(&action(self.now, &back)))]
    }

    /// The sequence of a `serial` has a type of its own, and ends where that does.
    fn sequence(&self) -> Option<Step> {
        let default = self.now.default.as_deref()?;
        let name = default.strip_prefix("nextval('")?;
        let name = name.strip_suffix("'::regclass)")?.replace("''", "'");
        let whole = |kind: &Type| match kind {
            Type::BuiltIn(name) => matches!(name.as_str(), "smallint" | "integer" | "bigint"),
            _ => false,
        };
        if !whole(&self.now.kind) || !whole(&self.wanted.kind) {
            return None;
        }
        let typed = |kind: &Type| format!("ALTER SEQUENCE {name} AS {}", text::kind(kind));
        Some(Step {
            up: typed(&self.wanted.kind),
            down: vec![typed(&self.now.kind)],
        })
    }

    fn identity(&self) -> Vec<Step> {
        match (self.now.identity, self.wanted.identity) {
            (None, Some(kind)) if !self.numbered => {
                let mut steps = vec![self.step(&added(kind), Some("DROP IDENTITY"))];
                steps.push(Step {
                    up: count_on(self.table, &self.wanted.name),
                    down: Vec::new(),
                });
                steps
            }
            (Some(now), Some(wanted)) if now != wanted => {
                vec![self.step(&set(wanted), Some(&set(now)))]
            }
            _ => Vec::new(),
        }
    }

    fn default(&self) -> Option<Step> {
        let after = self.default_after()?;
        if self.defaulted || (self.same_default() && !self.is_retyped()) {
            return None;
        }
        let before = self.default_before().filter(|_| !self.is_retyped());
        let back = before.map_or("DROP DEFAULT".to_owned(), |it| format!("SET DEFAULT {it}"));
        Some(self.step(&format!("SET DEFAULT {after}"), Some(&back)))
    }
}

fn words(kind: Identity) -> &'static str {
    match kind {
        Identity::Always => "GENERATED ALWAYS",
        Identity::ByDefault => "GENERATED BY DEFAULT",
    }
}

pub(super) fn added(kind: Identity) -> String {
    format!("ADD {} AS IDENTITY", words(kind))
}

fn set(kind: Identity) -> String {
    format!("SET {}", words(kind))
}
