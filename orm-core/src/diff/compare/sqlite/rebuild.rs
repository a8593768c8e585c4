//! A table made anew: created under another name, filled, put in the place of
//! the old one, in one transaction in which foreign keys are looked at once, at
//! the end.
//!
//! These are the steps that SQLite's documentation gives for changes that
//! `ALTER TABLE` cannot make. `legacy_alter_table` keeps the last rename from
//! touching what other tables, views and triggers say of this one.

use crate::ddl::blueprint::{Column, Constraint, Index, Name, Rule, Table, Term};
use crate::ddl::constraint_name;
use crate::ddl::inspect::after_name;
use crate::ddl::literal;
use crate::ddl::live::Relation;
use crate::ddl::text::sqlite as text;
use crate::ddl::token;
use crate::diff::change::{Change, LossKind, Rank, Stage};
use crate::diff::statement::quoted;

pub(super) struct Rebuild<'a> {
    pub(super) live: &'a Relation,
    /// What it shall be, under the names that it has.
    pub(super) wanted: &'a Table,
    /// What rows that exist shall hold in a column, if that was said.
    pub(super) fill: &'a dyn Fn(&str) -> Option<&'a str>,
}

impl Rebuild<'_> {
    /// The change, and what cannot be done.
    pub(super) fn change(&self, reasons: &[String]) -> (Change, Vec<String>) {
        let name = &self.wanted.name;
        let summary = format!("make table {name} anew: {}", reasons.join(", "));
        let mut change = Change::new(Stage::Schema, Rank::DropColumn, summary);
        change.up = self.up();
        change = self.undone_by(change);
        change = change
            .note("SQLite cannot alter this in place: the table is copied, which locks the file.")
            .note("Fails if rows that exist do not fit the new columns or constraints.");
        for column in self.dropped() {
            let column = column.name.clone();
            let count = format!("SELECT count({}) FROM {}", quoted(&column), name.quoted());
            change = change.loses(LossKind::Column(name.clone(), column), count);
        }
        for name in self.dropped_constraints() {
            let kind = LossKind::Constraint(self.wanted.name.clone(), name);
            change = change.takes(kind);
        }
        for name in self.dropped_indexes() {
            change = change.takes(LossKind::Index(self.wanted.name.clone(), name));
        }
        let mut problems = self.lost_indexes();
        for column in &self.wanted.columns {
            self.judge(column, &mut change, &mut problems);
        }
        (change, problems)
    }

    /// The change with the way back that makes the table as it was.
    pub(super) fn undone_by(&self, mut change: Change) -> Change {
        change.down = self.down();
        change.foreign_keys_off = true;
        change
    }

    /// Constraints that neither the goal has nor a dropped column takes along.
    fn dropped_constraints(&self) -> Vec<String> {
        let goes = |rule: &Rule| match rule {
            Rule::PrimaryKey(columns) | Rule::Unique { columns, .. } => self.lacks(columns),
            Rule::ForeignKey(key) => self.lacks(&key.columns),
            Rule::Exclude(exclusion) => self.dropped().any(|it| exclusion.is_over(&it.name)),
            Rule::Check { condition, .. } => self
                .dropped()
                .any(|it| token::mentions(condition, &it.name)),
        };
        let alike = |one: &Rule, other: &Rule| match (one, other) {
            (
                Rule::Check { condition: one, .. },
                Rule::Check {
                    condition: other, ..
                },
            ) => token::same(one, other),
            (one, other) => one == other,
        };
        let replaced = |it: &Constraint| {
            let mut wanted = self.wanted.constraints.iter();
            wanted.any(|other| other.name == it.name || alike(&it.rule, &other.rule))
        };
        // A check that stands for a type goes with the type.
        let table = &self.live.table;
        let of_type = |it: &Constraint| {
            let mut columns = table.columns.iter();
            let name = |column: &str| constraint_name::check(&table.name.name, column, "type");
            columns.any(|column| name(&column.name) == it.name)
        };
        let own = table.constraints.iter();
        let own = own.filter(|it| !goes(&it.rule) && !replaced(it) && !of_type(it));
        own.map(|it| it.name.clone()).collect()
    }

    fn dropped_indexes(&self) -> Vec<String> {
        let own = self.live.table.indexes.iter();
        let own = own.filter(|it| !self.wanted.indexes.iter().any(|own| own.name == it.name));
        let own = own.filter(|it| !self.goes(it));
        own.map(|it| it.name.clone()).collect()
    }

    fn lacks(&self, columns: &[String]) -> bool {
        columns.iter().any(|it| self.wanted.column(it).is_none())
    }

    /// Whether an index is over a column that is dropped.
    fn goes(&self, index: &Index) -> bool {
        let texts = index.parts.iter().filter_map(|it| match &it.term {
            Term::Expression(text) => Some(text),
            Term::Column(_) => None,
        });
        let texts: Vec<&String> = texts.chain(&index.filter).collect();
        let columns = index.parts.iter().filter_map(|it| it.column());
        let columns: Vec<&str> = columns.collect();
        self.dropped().any(|it| {
            columns.contains(&it.name.as_str())
                || texts.iter().any(|text| token::mentions(text, &it.name))
        })
    }

    /// Indexes that no attribute describes, over columns that are dropped.
    fn lost_indexes(&self) -> Vec<String> {
        let lost = self.live.kept_indexes.iter().filter(|it| self.goes(it));
        let words = lost.map(|it| {
            format!(
                "make table {} anew: the index `{}` is over a column that is dropped, and no \
                 attribute describes it; drop it in a migration of its own",
                self.wanted.name, it.name
            )
        });
        words.collect()
    }

    /// The indexes that no attribute describes, as they were made.
    fn kept_indexes(&self) -> impl Iterator<Item = String> {
        let kept = self.live.kept_indexes.iter();
        kept.filter_map(|it| self.live.index_texts.get(&it.name).cloned())
    }

    fn dropped(&self) -> impl Iterator<Item = &Column> {
        let columns = self.live.table.columns.iter();
        columns.filter(|it| self.wanted.column(&it.name).is_none())
    }

    /// What rows that exist have to say about a column.
    fn judge(&self, column: &Column, change: &mut Change, problems: &mut Vec<String>) {
        let table = &self.wanted.name;
        let is_filled = (self.fill)(&column.name).is_some();
        match self.live.table.column(&column.name) {
            None => {
                let has_value = column.nullable
                    || column.default.is_some()
                    || column.generated.is_some()
                    || column.identity.is_some();
                if !has_value && !is_filled {
                    if change.needs_empty.is_some() {
                        problems.push(format!(
                            "add column {table}.{}: it is NOT NULL and has no default",
                            column.name
                        ));
                    }
                    change.needs_empty = Some(table.clone());
                }
            }
            Some(own) if own.nullable && !column.nullable && !is_filled => {
                let sql = format!(
                    "SELECT count(*) FROM {} WHERE {} IS NULL",
                    table.quoted(),
                    quoted(&column.name)
                );
                let words = format!("rows have no {}", column.name);
                change.obstacle = Some((sql, words));
            }
            Some(_) => {}
        }
    }

    fn up(&self) -> Vec<String> {
        let mut copied = Vec::new();
        for column in self
            .wanted
            .columns
            .iter()
            .filter(|it| it.generated.is_none())
        {
            let name = quoted(&column.name);
            let fill = (self.fill)(&column.name);
            let own = self.live.table.column(&column.name);
            let from = match (own, fill) {
                (Some(own), Some(fill)) if own.nullable && !column.nullable => {
                    format!("coalesce({name}, {fill})")
                }
                (Some(_), _) => name.clone(),
                (None, Some(fill)) => format!("({fill})"),
                // Its default, or NULL.
                (None, None) => continue,
            };
            copied.push((name, from));
        }
        let mut created = self.wanted.clone();
        created.name = temporary(&self.wanted.name);
        let indexes = self.wanted.indexes.iter();
        let indexes = indexes.map(|it| text::create_index(&self.wanted.name, it));
        let indexes = indexes.chain(self.kept_indexes());
        self.steps(text::create_table(&created), &copied, indexes.collect())
    }

    fn down(&self) -> Vec<String> {
        let now = &self.live.table;
        let both = now
            .columns
            .iter()
            .filter(|it| it.generated.is_none() && self.wanted.column(&it.name).is_some());
        let copied: Vec<_> = both
            .map(|it| (quoted(&it.name), quoted(&it.name)))
            .collect();
        let new = temporary(&now.name);
        // The text that the database keeps says more than we understand.
        let rest = after_name(&self.live.definition.sql).unwrap_or_default();
        let create = format!("CREATE TABLE {} {rest}", new.quoted());
        let own = |name: &String| !self.live.definition.uniques.contains(name);
        let indexes = self.live.index_texts.iter();
        let indexes = indexes
            .filter(|(name, _)| own(name))
            .map(|(_, text)| text.clone());
        self.steps(create, &copied, indexes.collect())
    }

    fn steps(
        &self,
        create: String,
        copied: &[(String, String)],
        indexes: Vec<String>,
    ) -> Vec<String> {
        let name = &self.wanted.name;
        let new = temporary(name);
        let (into, from): (Vec<&str>, Vec<&str>) = copied
            .iter()
            .map(|(into, from)| (into.as_str(), from.as_str()))
            .unzip();
        let mut out = vec!["PRAGMA legacy_alter_table = ON".to_owned(), create];
        if !copied.is_empty() {
            out.push(format!(
                "INSERT INTO {} ({}) SELECT {} FROM {}",
                new.quoted(),
                into.join(", "),
                from.join(", "),
                name.quoted()
            ));
        }
        if self.live.table.numbered().is_some() && self.wanted.numbered().is_some() {
            // So that no number is given twice.
            let [name, new] = [name, &new].map(|it| {
                let mut out = String::new();
                // No name has a NUL in it.
                let _ = literal::sqlite::write(&mut out, &it.name);
                out
            });
            let old = format!("FROM sqlite_sequence WHERE name = {name}");
            out.push(format!(
                "DELETE FROM sqlite_sequence WHERE name = {new} AND EXISTS (SELECT 1 {old})"
            ));
            out.push(format!(
                "INSERT INTO sqlite_sequence (name, seq) SELECT {new}, seq {old}"
            ));
        }
        out.push(format!("DROP TABLE {}", name.quoted()));
        out.push(format!(
            "ALTER TABLE {} RENAME TO {}",
            new.quoted(),
            quoted(&name.name)
        ));
        out.extend(indexes);
        out.extend(self.live.definition.triggers.iter().cloned());
        out.push("PRAGMA legacy_alter_table = OFF".to_owned());
        out
    }
}

/// What the new table is called until it takes the old one's place.
fn temporary(name: &Name) -> Name {
    Name::new(None, &format!("orm_new_{}", name.name))
}
