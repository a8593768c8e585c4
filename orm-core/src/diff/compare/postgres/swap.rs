//! A column of another type beside the old one: filled while others go on, then in its place.
//!
//! ```text
//! online   the second column, and a trigger that gives it the value of each row written;
//!          the rows that exist, some at a time; its NOT NULL proved; its indexes built
//! swap     in a moment: the first column goes, the second has its name, keys and indexes
//! checks   foreign keys and checks, which new rows obey already, held against all rows
//! ```

use super::alter::added;
use super::beside::{dropped, made};
use super::{Pair, Work, constraint, index, momentary};
use crate::ddl::blueprint::{
    Column, Constraint, ForeignKey, Index, Name, Part, Rule, Table, Term, Type,
};
use crate::ddl::constraint_name;
use crate::ddl::text::postgres as text;
use crate::diff::change::{Change, Rank, Stage};
use crate::diff::conversion::{self, Conversion};
use crate::diff::statement::{
    add_column, alter, alter_column, comment_on_column, drop_column, drop_constraint, drop_index,
    in_batches, literal, quoted,
};
use crate::diff::token;
use crate::schema::Identity;

/// The columns of one table that change so, and what is built on them.
struct Swap<'a> {
    table: &'a Name,
    columns: Vec<Second<'a>>,
    trigger: String,
    function: Name,
    /// The key to walk along.
    key: &'a [String],
    indexes: Vec<&'a Index>,
    keys: Vec<&'a Constraint>,
    /// Checks and foreign keys: as they are, and as they shall be.
    checked: Vec<(&'a Name, &'a Constraint, &'a Constraint)>,
}

/// A column and the one beside it.
struct Second<'a> {
    now: &'a Column,
    desired: &'a Column,
    next: String,
    /// The check that proves the second one NOT NULL.
    proof: String,
    /// The sequence of a `serial`, as it is written.
    sequence: Option<String>,
    forth: Conversion,
    back: Conversion,
}

impl Work<'_> {
    /// Changes the types of columns by second ones, or says why that cannot be.
    pub(super) fn swap(&mut self, pair: Pair<'_>) {
        let before = self.outcome.problems.len();
        for column in &pair.touched.swapped {
            let old = self.renames.old_column(pair.name, column).to_owned();
            self.held_column(pair, &old, "change by a second column");
            for reason in self.reasons_against(pair, column) {
                self.problem(format!(
                    "`{}.{column}` cannot be changed by a second column: {reason}",
                    pair.name
                ));
            }
        }
        if pair.touched.swapped.is_empty() || self.outcome.problems.len() > before {
            return;
        }
        let Some(swap) = Swap::of(self, pair) else {
            return;
        };
        let changes = [swap.begun(), swap.filled(), swap.swapped()];
        let changes: Vec<Change> = changes.into_iter().chain(swap.checked()).collect();
        self.outcome.changes.extend(changes);
    }

    /// Whether a key leads to a column that is not yet what it will be.
    pub(super) fn is_swapped(&self, key: &ForeignKey) -> bool {
        let touched = self.touched.get(&key.target);
        let mut columns = key.target_columns.iter();
        touched.is_some_and(|it| columns.any(|column| it.swapped.contains(column)))
    }

    fn reasons_against(&self, pair: Pair<'_>, column: &str) -> Vec<String> {
        let sides = (
            pair.now.table.column(column),
            pair.wanted.table.column(column),
        );
        let (Some(now), Some(wanted)) = sides else {
            return Vec::new();
        };
        let mut reasons = Vec::new();
        if self.options.plain {
            reasons.push("one transaction with plain statements was asked for".to_owned());
        }
        if self.key_now(pair.name).is_none() {
            reasons.push("there is no key to fill its rows along".to_owned());
        }
        if pair.now.is_partitioned {
            reasons.push("a partitioned table builds no index beside others".to_owned());
        }
        let is_serial = pair.is_serial(self, column);
        let numbered = is_serial && wanted.identity == Some(Identity::ByDefault);
        if now.nullable != wanted.nullable || (now.identity != wanted.identity && !numbered) {
            reasons.push(
                "NULL or its numbering changes, too: do that in a migration of its own".to_owned(),
            );
        }
        let mut computed = pair.now.table.columns.iter();
        let mentions = |text: &String| token::mentions(text, column);
        if computed.any(|it| it.generated.as_ref().is_some_and(mentions)) {
            reasons.push("another column is computed from it".to_owned());
        }
        reasons.extend(unlike(pair, column));
        reasons
    }
}

/// What is built on the column and changes as well.
fn unlike(pair: Pair<'_>, column: &str) -> Vec<String> {
    let (now, wanted) = (&pair.now.table, &pair.wanted.table);
    let mut out = Vec::new();
    for it in now.indexes.iter().chain(&wanted.indexes) {
        let over = it.parts.iter().any(|part| match &part.term {
            Term::Expression(text) => token::mentions(text, column),
            Term::Column(_) => false,
        });
        let filter = it.filter.as_ref();
        if over || filter.is_some_and(|text| token::mentions(text, column)) {
            out.push(format!(
                "the index `{}` is over an expression of it",
                it.name
            ));
        }
        let of = |table: &Table| {
            table
                .indexes
                .iter()
                .find(|own| own.name == it.name)
                .cloned()
        };
        let alike = match (of(now), of(wanted)) {
            (Some(now), Some(wanted)) => index::same(&wanted, &now),
            _ => false,
        };
        if has(it, column) && !alike {
            out.push(format!("the index `{}` on it changes, too", it.name));
        }
    }
    for it in now.constraints.iter().chain(&wanted.constraints) {
        let alike = match (now.constraint(&it.name), wanted.constraint(&it.name)) {
            (Some(now), Some(wanted)) => {
                // The server writes a check for the type that it is over.
                let checks = [&now.rule, &wanted.rule];
                checks.iter().all(|it| matches!(it, Rule::Check { .. }))
                    || constraint::same(&wanted.rule, &now.rule)
            }
            _ => false,
        };
        if is_on(&it.rule, column) && !alike {
            out.push(format!("the constraint `{}` on it changes, too", it.name));
        }
    }
    out.sort();
    out.dedup();
    out
}

/// Whether plain columns of an index are this one.
fn has(index: &Index, column: &str) -> bool {
    let columns = index.parts.iter().filter_map(|it| it.column());
    let mut columns = columns.chain(index.include.iter().map(String::as_str));
    columns.any(|it| it == column)
}

fn is_on(rule: &Rule, column: &str) -> bool {
    match rule {
        Rule::PrimaryKey(key) | Rule::Unique { columns: key, .. } => {
            key.iter().any(|it| it == column)
        }
        Rule::ForeignKey(key) => key.columns.iter().any(|it| it == column),
        Rule::Check { condition, .. } => token::mentions(condition, column),
    }
}

impl<'a> Swap<'a> {
    fn of(work: &'a Work<'_>, pair: Pair<'a>) -> Option<Self> {
        let (table, own) = (pair.name, &pair.now.table);
        let swapped = &pair.touched.swapped;
        let columns: Vec<Second<'a>> = swapped
            .iter()
            .filter_map(|it| Second::of(work, pair, it))
            .collect();
        let is_touched = |rule: &Rule| swapped.iter().any(|it| is_on(rule, it));
        let is_key =
            |it: &&Constraint| matches!(it.rule, Rule::PrimaryKey(_) | Rule::Unique { .. });
        let on = own.constraints.iter().filter(|it| is_touched(&it.rule));
        let (keys, rest): (Vec<&Constraint>, Vec<&Constraint>) = on.partition(is_key);
        let mut checked: Vec<(&Name, &Constraint, &Constraint)> = rest
            .into_iter()
            .map(|it| (table, it, pair.desired.constraint(&it.name).unwrap_or(it)))
            .collect();
        for (name, relation) in &work.now.relations {
            for it in &relation.table.constraints {
                let Rule::ForeignKey(to) = &it.rule else {
                    continue;
                };
                let mut known = checked.iter();
                let known = known.any(|(of, known, _)| *of == name && known.name == it.name);
                let leads_here = to.target_columns.iter().any(|it| swapped.contains(it));
                if to.target == *table && leads_here && !known {
                    checked.push((name, it, it));
                }
            }
        }
        let indexes = own.indexes.iter();
        let indexes = indexes.filter(|index| swapped.iter().any(|it| has(index, it)));
        let given = |name: String| constraint_name::given(&name);
        Some(Swap {
            table,
            columns,
            trigger: given(format!("zz_{}_next", table.name)),
            function: Name {
                schema: table.schema.clone(),
                name: given(format!("{}_next", table.name)),
            },
            key: work.key_now(table)?,
            indexes: indexes.collect(),
            keys,
            checked,
        })
    }

    fn change(&self, stage: Stage, what: &str) -> Change {
        let columns: Vec<&str> = self.columns.iter().map(|it| it.now.name.as_str()).collect();
        let summary = format!("{what} {}.{}", self.table, columns.join(", "));
        Change::new(stage, Rank::Swap, summary)
    }

    fn alter(&self, action: impl AsRef<str>) -> String {
        alter(self.table, action)
    }

    fn alter_column(&self, column: &str, action: impl AsRef<str>) -> String {
        alter_column(self.table, column, action)
    }

    fn trigger(&self) -> Vec<String> {
        let mut body = String::from("BEGIN\n");
        for it in &self.columns {
            let value = it.forth(&format!("NEW.{}", quoted(&it.now.name)));
            body.push_str(&format!("  NEW.{} := {value};\n", quoted(&it.next)));
        }
        body.push_str("  RETURN NEW;\nEND");
        made(self.table, &self.trigger, &self.function, &body)
    }

    fn no_trigger(&self) -> Vec<String> {
        dropped(self.table, &self.trigger, &self.function)
    }

    /// An index of the first columns, over the second ones.
    fn over_next(&self, index: &Index) -> Index {
        let next = |column: &mut String| {
            if let Some(it) = self.columns.iter().find(|it| it.now.name == *column) {
                column.clone_from(&it.next);
            }
        };
        let mut index = index.clone();
        index.name = beside(&index.name);
        for part in &mut index.parts {
            if let Term::Column(column) = &mut part.term {
                next(column);
            }
        }
        index.include.iter_mut().for_each(next);
        index
    }

    /// The index of a key, over the second columns.
    fn key_over_next(&self, key: &Constraint) -> Index {
        let (columns, nulls_not_distinct) = match &key.rule {
            Rule::PrimaryKey(columns) => (columns.clone(), false),
            Rule::Unique {
                columns,
                nulls_not_distinct,
                ..
            } => (columns.clone(), *nulls_not_distinct),
            _ => (Vec::new(), false),
        };
        self.over_next(&Index {
            name: key.name.clone(),
            method: "btree".into(),
            unique: true,
            nulls_not_distinct,
            parts: columns.into_iter().map(Part::ascending).collect(),
            include: Vec::new(),
            filter: None,
            parameters: std::collections::BTreeMap::new(),
        })
    }

    fn all_over_next(&self) -> impl Iterator<Item = Index> {
        let indexes = self.indexes.iter().map(|it| self.over_next(it));
        indexes.chain(self.keys.iter().map(|it| self.key_over_next(it)))
    }

    fn begun(&self) -> Change {
        let mut change = self.change(Stage::Online, "begin second columns for");
        for it in &self.columns {
            let column = Column {
                name: it.next.clone(),
                nullable: true,
                default: None,
                identity: None,
                comment: None,
                ..it.desired.clone()
            };
            change.up.extend(add_column(self.table, &column));
            change.down.push(drop_column(self.table, &it.next));
        }
        change.up.extend(self.trigger());
        change.down.splice(0..0, self.no_trigger());
        change
            .note(momentary(self.table))
            .note("A trigger gives them the values of each row that is written from now on.")
    }

    fn filled(&self) -> Change {
        let mut change = self.change(Stage::Online, "fill the second columns for");
        let (mut set, mut empty) = (Vec::new(), Vec::new());
        for it in &self.columns {
            let (next, first) = (quoted(&it.next), quoted(&it.now.name));
            set.push(format!("{next} = {}", it.forth(&first)));
            empty.push(format!("{next} IS NULL AND {first} IS NOT NULL"));
        }
        let update = format!("UPDATE {} SET {}", self.table.quoted(), set.join(", "));
        let empty = match empty.as_slice() {
            [only] => only.clone(),
            _ => format!("({})", empty.join(" OR ")),
        };
        change
            .up
            .push(in_batches(self.table, self.key, &update, &empty));
        for it in self.columns.iter().filter(|it| !it.now.nullable) {
            let (next, proof) = (quoted(&it.next), quoted(&it.proof));
            let check = format!("ADD CONSTRAINT {proof} CHECK ({next} IS NOT NULL) NOT VALID");
            change.up.push(self.alter(check));
            change
                .up
                .push(self.alter(format!("VALIDATE CONSTRAINT {proof}")));
            change
                .down
                .insert(0, drop_constraint(self.table, &it.proof));
        }
        for index in self.all_over_next() {
            change.up.push(text::create_index(self.table, &index, true));
            change
                .down
                .insert(0, drop_index(self.table, &index.name, true));
        }
        change.note("Rows are filled some at a time: a run that is stopped goes on where it was.")
    }

    /// All locks at once, in the order in which a row that refers to others takes its own.
    fn locked(&self) -> String {
        let others = self.checked.iter().map(|(table, ..)| *table);
        let targets = self.checked.iter().filter_map(|(.., it)| match &it.rule {
            Rule::ForeignKey(key) => Some(&key.target),
            _ => None,
        });
        let mut tables: Vec<String> = Vec::new();
        let own = others.filter(|it| *it != self.table).chain([self.table]);
        for table in own.chain(targets).map(Name::quoted) {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", tables.join(", "))
    }

    fn swapped(&self) -> Change {
        let mut change = self.change(Stage::Swap, "put the second columns in the place of");
        let up = &mut change.up;
        up.push(allowed(
            "lock-table",
            "what follows is done in a moment",
            &self.locked(),
        ));
        up.extend(self.no_trigger());
        let checked = self.checked.iter();
        up.extend(checked.map(|(table, it, _)| drop_constraint(table, &it.name)));
        for it in &self.columns {
            if !it.now.nullable {
                up.push(self.alter_column(&it.next, "SET NOT NULL"));
                up.push(drop_constraint(self.table, &it.proof));
            }
            up.extend(it.numbered(self.table, &it.now.name, &it.next));
        }
        for it in &self.columns {
            let drop = drop_column(self.table, &it.now.name);
            let reason = "the second column has its values, and its name from here on";
            up.push(allowed("drop-column", reason, &drop));
            let rename = self.renamed(&it.next, &it.now.name);
            let reason = "no program knows the second column by its first name";
            up.push(allowed("rename-column", reason, &rename));
            up.extend(it.owned(self.table, &it.desired.kind));
            if let Some(default) = it.default_after() {
                up.push(self.alter_column(&it.now.name, format!("SET DEFAULT {default}")));
            }
            if let Some(comment) = &it.desired.comment {
                up.push(comment_on_column(self.table, &it.now.name, Some(comment)));
            }
        }
        for key in &self.keys {
            let (words, when) = match &key.rule {
                Rule::Unique { deferrable, .. } => ("UNIQUE", text::when(*deferrable)),
                _ => ("PRIMARY KEY", ""),
            };
            let (name, index) = (quoted(&key.name), quoted(&beside(&key.name)));
            up.push(self.alter(format!(
                "ADD CONSTRAINT {name} {words} USING INDEX {index}{when}"
            )));
        }
        let indexes = self.indexes.iter();
        up.extend(indexes.map(|it| index::renamed(self.table, &beside(&it.name), &it.name)));
        for (table, _, goal) in &self.checked {
            up.push(alter(
                table,
                format!("ADD {} NOT VALID", text::constraint(goal)),
            ));
        }
        change.down = self.swapped_back();
        change
            .note(momentary(self.table))
            .note("Programs read the new types from now on.")
            .note("The way back writes every row under a lock.")
    }

    fn renamed(&self, from: &str, to: &str) -> String {
        self.alter(format!("RENAME COLUMN {} TO {}", quoted(from), quoted(to)))
    }

    fn swapped_back(&self) -> Vec<String> {
        let mut out = vec![self.locked()];
        let checked = self.checked.iter();
        out.extend(checked.map(|(table, it, _)| drop_constraint(table, &it.name)));
        out.extend(
            self.keys
                .iter()
                .map(|it| drop_constraint(self.table, &it.name)),
        );
        let indexes = self.indexes.iter();
        out.extend(indexes.map(|it| index::renamed(self.table, &it.name, &beside(&it.name))));
        let mut set = Vec::new();
        for it in &self.columns {
            out.push(self.renamed(&it.now.name, &it.next));
            if it.desired.comment.is_some() {
                out.push(comment_on_column(self.table, &it.next, None));
            }
            let old = Column {
                nullable: true,
                identity: None,
                default: None,
                ..it.now.clone()
            };
            out.extend(add_column(self.table, &old));
            set.push(format!("{} = {}", quoted(&it.now.name), it.back()));
        }
        out.push(format!(
            "UPDATE {} SET {}",
            self.table.quoted(),
            set.join(", ")
        ));
        for it in &self.columns {
            out.extend(it.back_in_place(self.table));
        }
        for key in &self.keys {
            out.push(text::create_index(
                self.table,
                &self.key_over_next(key),
                false,
            ));
            out.push(self.alter(format!("ADD {}", text::constraint(key))));
        }
        let indexes = self.indexes.iter();
        out.extend(indexes.map(|it| text::create_index(self.table, it, false)));
        for (table, before, _) in &self.checked {
            out.push(alter(table, format!("ADD {}", text::constraint(before))));
        }
        out.extend(self.trigger());
        out
    }

    fn checked(&self) -> Option<Change> {
        let mut change = self.change(Stage::Checks, "check what is built on");
        for (table, _, goal) in &self.checked {
            let name = quoted(&goal.name);
            change
                .up
                .push(alter(table, format!("VALIDATE CONSTRAINT {name}")));
            let again = format!("ADD {} NOT VALID", text::constraint(goal));
            change
                .down
                .push(alter(table, format!("DROP CONSTRAINT {name}, {again}")));
        }
        let change = change.note("Rows that exist are checked while others read and write.");
        (!change.up.is_empty()).then_some(change)
    }
}

impl<'a> Second<'a> {
    fn of(work: &Work<'_>, pair: Pair<'a>, column: &str) -> Option<Self> {
        let now = pair.now.table.column(column)?;
        let desired = pair.desired.column(column)?;
        let wanted = pair.wanted.table.column(column)?;
        let default = now
            .default
            .as_deref()
            .filter(|_| pair.is_serial(work, column));
        let sequence = default
            .and_then(|it| it.strip_prefix("nextval('")?.strip_suffix("'::regclass)"))
            .map(|it| it.replace("''", "'"));
        Some(Second {
            now,
            desired,
            next: constraint_name::given(&format!("{column}__next")),
            proof: constraint_name::check(&pair.name.name, column, "next"),
            sequence,
            forth: conversion::between(&now.kind, &wanted.kind),
            back: conversion::between(&wanted.kind, &now.kind),
        })
    }

    /// What a value of the first column is in the second.
    fn forth(&self, value: &str) -> String {
        let via = self.forth.using;
        via.map_or(value.to_owned(), |it| {
            it.expression(value, &self.desired.kind)
        })
    }

    /// What a value of the second column is in the first.
    fn back(&self) -> String {
        let value = quoted(&self.next);
        let via = self.back.using;
        via.map_or(value.clone(), |it| it.expression(&value, &self.now.kind))
    }

    /// Has one column numbered from where the other one is, which is no longer.
    fn numbered(&self, table: &Name, from: &str, to: &str) -> Vec<String> {
        if let Some(sequence) = &self.sequence {
            return vec![format!("ALTER SEQUENCE {sequence} OWNED BY NONE")];
        }
        let Some(identity) = self.now.identity else {
            return Vec::new();
        };
        let name = literal(&table.quoted());
        let of = |column: &str| format!("pg_get_serial_sequence({name}, {})", literal(column));
        let last = format!("pg_sequence_last_value({}::regclass)", of(from));
        vec![
            alter_column(table, to, added(identity)),
            format!(
                "SELECT setval({}, coalesce({last}, 1), {last} IS NOT NULL)",
                of(to)
            ),
        ]
    }

    /// The sequence of a `serial` belongs to the column that has its name.
    fn owned(&self, table: &Name, kind: &Type) -> Vec<String> {
        let Some(sequence) = &self.sequence else {
            return Vec::new();
        };
        let kind = text::kind(kind);
        let mut out = Vec::new();
        if matches!(kind.as_str(), "smallint" | "integer" | "bigint") {
            out.push(format!("ALTER SEQUENCE {sequence} AS {kind}"));
        }
        let column = quoted(&self.now.name);
        out.push(format!(
            "ALTER SEQUENCE {sequence} OWNED BY {}.{column}",
            table.quoted()
        ));
        out
    }

    fn default_after(&self) -> Option<&str> {
        let own = self.desired.default.as_deref();
        let of_sequence = self
            .now
            .default
            .as_deref()
            .filter(|_| self.sequence.is_some());
        own.or(of_sequence)
    }

    /// The first column as it was, and the second as it was filled.
    fn back_in_place(&self, table: &Name) -> Vec<String> {
        let mut out = Vec::new();
        if !self.now.nullable {
            out.push(alter_column(table, &self.now.name, "SET NOT NULL"));
        }
        out.extend(self.numbered(table, &self.next, &self.now.name));
        if self.now.identity.is_some() {
            out.push(alter_column(table, &self.next, "DROP IDENTITY"));
        }
        out.push(alter_column(table, &self.next, "DROP DEFAULT"));
        if !self.now.nullable {
            out.push(alter_column(table, &self.next, "DROP NOT NULL"));
            let (next, proof) = (quoted(&self.next), quoted(&self.proof));
            let check = format!("ADD CONSTRAINT {proof} CHECK ({next} IS NOT NULL)");
            out.push(alter(table, check));
        }
        out.extend(self.owned(table, &self.now.kind));
        if let Some(default) = &self.now.default {
            out.push(alter_column(
                table,
                &self.now.name,
                format!("SET DEFAULT {default}"),
            ));
        }
        out
    }
}

/// A statement that is checked for what it does to programs, with what is to be said of it.
fn allowed(rule: &str, reason: &str, statement: &str) -> String {
    format!("-- orm:allow {rule}: {reason}\n{statement}")
}

/// The name that something has until it takes the place of what it was made beside.
fn beside(name: &str) -> String {
    constraint_name::given(&format!("{name}__next"))
}
