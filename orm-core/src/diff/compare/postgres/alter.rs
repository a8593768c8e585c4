//! A column that stays and is altered.

use super::altered::{Altered, Step};
use super::{Pair, Work, momentary};
use crate::ddl::blueprint::{Column, Name, Type};
use crate::ddl::constraint_name;
use crate::ddl::text::postgres as text;
use crate::diff::change::{Change, LossKind, Rank, Stage};
use crate::diff::conversion::{self, Conversion};
use crate::diff::statement::{alter, alter_column, drop_constraint, quoted};
use crate::schema::Identity;

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
        // A narrower type takes its numbers as they will be, a wider one as they were.
        let narrower = wanted.kind.greatest() < now.kind.greatest();
        if narrower {
            steps.extend(change.counting());
        }
        if let Some(conversion) = &conversion {
            steps.extend(change.retyped(conversion));
            if serial {
                steps.extend(change.sequence_type());
            }
        }
        if wanted.nullable && !now.nullable {
            steps.push(change.step("DROP NOT NULL", Some("SET NOT NULL")));
        }
        if !late_identity {
            steps.extend(change.identity());
        }
        if !narrower {
            steps.extend(change.counting());
        }
        if let Some(default) = change.default() {
            steps.push(default);
            steps.extend(change.counted_on(self.live));
        }
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
