//! One column and the one beside it.

use super::Second;
use crate::ddl::blueprint::{Column, Name, Sequence, Type};
use crate::ddl::constraint_name;
use crate::ddl::text::postgres as text;
use crate::diff::compare::postgres::altered::added;
use crate::diff::compare::postgres::{Pair, Work};
use crate::diff::conversion;
use crate::diff::statement::{alter, alter_column, literal, quoted};
use crate::schema::SequenceOptions;

impl<'a> Second<'a> {
    pub(super) fn of(work: &Work<'_>, pair: Pair<'a>, column: &str) -> Option<Self> {
        let now = pair.now.table.column(column)?;
        let desired = pair.desired.column(column)?;
        let wanted = pair.wanted.table.column(column)?;
        let is_serial = pair.is_serial(work, column);
        let sequence = now.asked().filter(|_| is_serial);
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
    pub(super) fn forth(&self, value: &str) -> String {
        let via = self.forth.using;
        via.map_or(value.to_owned(), |it| {
            it.expression(value, &self.desired.kind)
        })
    }

    /// What a value of the second column is in the first.
    pub(super) fn back(&self) -> String {
        let value = quoted(&self.next);
        let via = self.back.using;
        via.map_or(value.clone(), |it| it.expression(&value, &self.now.kind))
    }

    /// That no row was left out, as a check.
    pub(super) fn proved(&self) -> String {
        let (next, first) = (quoted(&self.next), quoted(&self.now.name));
        match self.now.nullable {
            true => format!("({next} IS NULL) = ({first} IS NULL)"),
            false => format!("{next} IS NOT NULL"),
        }
    }

    /// Has one column numbered from where the other one is, which is no longer.
    pub(super) fn numbered(&self, table: &Name, from: &str, to: &Column) -> Vec<String> {
        // One that stands alone is nobody's.
        if self.now.asks().is_some() {
            return Vec::new();
        }
        if let Some(sequence) = &self.sequence {
            return vec![format!("ALTER SEQUENCE {sequence} OWNED BY NONE")];
        }
        let Some(identity) = self.now.identity else {
            return Vec::new();
        };
        let there = self.now.sequence.as_ref();
        let there = there.map_or(SequenceOptions::UNSAID, |it| it.options);
        let start = there.start.unwrap_or(1);
        let name = literal(&table.quoted());
        let of = |column: &str| format!("pg_get_serial_sequence({name}, {})", literal(column));
        let last = format!("pg_sequence_last_value({}::regclass)", of(from));
        vec![
            alter_column(table, &to.name, added(identity, &self.counting(to, there))),
            format!(
                "SELECT setval({}, coalesce({last}, {start}), {last} IS NOT NULL)",
                of(&to.name)
            ),
        ]
    }

    /// A column with numbers that follow each other as its model says, and else as they do.
    fn counting(&self, to: &Column, there: SequenceOptions) -> Column {
        let said = to.sequence.as_ref().map(|it| it.options);
        let there = there.unusual(self.now.kind.greatest());
        let mut options = said.unwrap_or_default().or(there);
        options.max = options.max.filter(|it| *it <= to.kind.greatest());
        Column {
            sequence: Some(Sequence {
                shared: None,
                options,
            }),
            ..to.clone()
        }
    }

    /// The sequence of a `serial` belongs to the column that has its name.
    pub(super) fn owned(&self, table: &Name, kind: &Type) -> Vec<String> {
        let own = self.sequence.as_ref();
        let Some(sequence) = own.filter(|_| self.now.asks().is_none()) else {
            return Vec::new();
        };
        let mut out = Vec::new();
        if kind.is_whole() {
            out.push(format!("ALTER SEQUENCE {sequence} AS {}", text::kind(kind)));
        }
        let column = quoted(&self.now.name);
        out.push(format!(
            "ALTER SEQUENCE {sequence} OWNED BY {}.{column}",
            table.quoted()
        ));
        out
    }

    pub(super) fn default_after(&self) -> Option<&str> {
        let own = self.desired.default.as_deref();
        let of_sequence = self
            .now
            .default
            .as_deref()
            .filter(|_| self.sequence.is_some());
        own.or(of_sequence)
    }

    /// The first column as it was, and the second as it was filled.
    pub(super) fn back_in_place(&self, table: &Name) -> Vec<String> {
        let mut out = Vec::new();
        if !self.now.nullable {
            out.push(alter_column(table, &self.now.name, "SET NOT NULL"));
        }
        out.extend(self.numbered(table, &self.next, self.now));
        if self.now.identity.is_some() {
            out.push(alter_column(table, &self.next, "DROP IDENTITY"));
        }
        out.push(alter_column(table, &self.next, "DROP DEFAULT"));
        if !self.now.nullable {
            out.push(alter_column(table, &self.next, "DROP NOT NULL"));
        }
        let proof = quoted(&self.proof);
        out.push(alter(
            table,
            format!("ADD CONSTRAINT {proof} CHECK ({})", self.proved()),
        ));
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
