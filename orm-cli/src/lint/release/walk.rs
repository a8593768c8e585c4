//! Through migrations, statement by statement.

use std::collections::{HashMap, HashSet};

use super::schema::{Schema, is_in};
use super::{Broken, Place, Release, Seen, about, judge};
use crate::lint::fact::{self, Fact, Thing};
use crate::lint::name::Name;
use crate::lint::scene::demands_value;
use crate::manifest::{Column, Table};

/// A release on its way through what migrations make of its schema.
pub(super) struct Walk<'r> {
    release: &'r Release,
    schema: Schema,
    /// What is wrong now, table by table, and behind them with its enums.
    wrong: Vec<Vec<Broken>>,
    /// What has happened once, and leaves no trace in names and types.
    happened: HashSet<(&'static str, String)>,
    /// What the transaction under way has broken so far, and where.
    open: Vec<(Place, Broken)>,
    seen: HashMap<Place, Seen>,
}

/// What a fact may change for the release: some of its tables, and its enums.
#[derive(Default)]
struct Touched {
    tables: Vec<usize>,
    enums: bool,
}

impl<'r> Walk<'r> {
    pub(super) fn new(release: &'r Release) -> Self {
        let tables = release.manifest.tables.len();
        let mut walk = Walk {
            release,
            schema: Schema::believed(&release.manifest, release.catalog.as_ref()),
            wrong: vec![Vec::new(); tables + 1],
            happened: HashSet::new(),
            open: Vec::new(),
            seen: HashMap::new(),
        };
        let all = Touched {
            tables: (0..tables).collect(),
            enums: true,
        };
        walk.judge(&all, None);
        walk
    }

    /// What was seen.
    pub(super) fn end(self) -> HashMap<Place, Seen> {
        self.seen
    }

    pub(super) fn take(&mut self, place: Place, fact: &Fact) {
        let is_known = self.is_known(fact);
        for it in self.at_once(fact) {
            if self.happened.insert((it.rule, it.what.clone())) {
                self.open.push((place, it));
            }
        }
        if is_known {
            self.seen.entry(place).or_default().is_known = true;
        }
        let touched = self.touched(fact);
        self.schema.take(fact);
        self.judge(&touched, Some(place));
    }

    /// Looks again at what may be otherwise now: what is wrong since then is open, and what
    /// is right again was never said.
    fn judge(&mut self, touched: &Touched, since: Option<Place>) {
        for &at in &touched.tables {
            let now = judge::table(self.release, &self.schema, at);
            self.replace(at, now, since);
        }
        if touched.enums {
            let now = judge::enums(self.release, &self.schema);
            self.replace(self.release.manifest.tables.len(), now, since);
        }
    }

    fn replace(&mut self, at: usize, now: Vec<Broken>, since: Option<Place>) {
        let before = std::mem::replace(&mut self.wrong[at], now);
        let is_right = |it: &Broken| !self.wrong[at].iter().any(|now| now.is(it));
        let right: Vec<&Broken> = before.iter().filter(|it| is_right(it)).collect();
        if !right.is_empty() {
            self.open
                .retain(|(_, it)| !right.iter().any(|right| right.is(it)));
        }
        let Some(place) = since else {
            return;
        };
        for it in &self.wrong[at] {
            if !before.iter().any(|before| before.is(it)) {
                self.open.push((place, it.clone()));
            }
        }
    }

    /// The tables of the manifest that a name may be about.
    fn of_name(&self, name: &Name) -> impl Iterator<Item = usize> {
        let tables = self.release.manifest.tables.iter().enumerate();
        let of_name = tables.filter(|(_, it)| it.name == name.last());
        let found = self.schema.relation(name).and_then(|it| it.was);
        of_name.map(|(at, _)| at).chain(found)
    }

    /// The tables of the manifest that have a column of a type, or had one.
    fn of_type(&self, kind: &Name) -> impl Iterator<Item = usize> {
        let of_it = |it: &Column| {
            let column = it.kind.trim_end_matches("[]");
            column.ends_with(kind.last())
        };
        let tables = self.release.manifest.tables.iter().enumerate();
        let had = tables.filter(move |(_, it)| it.columns.iter().any(of_it));
        let have = self.schema.with_type(kind).filter_map(|it| it.was);
        had.map(|(at, _)| at).chain(have)
    }

    /// What may be otherwise for the release once a fact is taken in.
    fn touched(&self, fact: &Fact) -> Touched {
        let tables = |tables: Vec<usize>| Touched {
            tables,
            enums: false,
        };
        let of = |name: &Name| tables(self.of_name(name).collect());
        let of_type = |kind: &Name| Touched {
            tables: self.of_type(kind).collect(),
            enums: true,
        };
        match fact {
            Fact::CreatesTable { table, .. }
            | Fact::Creates {
                thing: Thing::View,
                name: table,
                ..
            }
            | Fact::DropsTable(table)
            | Fact::Drops(Thing::View, table)
            | Fact::MovesTable { table, .. }
            | Fact::AddsColumn { table, .. }
            | Fact::DropsColumn { table, .. }
            | Fact::RenamesColumn { table, .. }
            | Fact::ChangesType { table, .. }
            | Fact::SetsNotNull { table, .. }
            | Fact::DropsNotNull { table, .. }
            | Fact::ChangesSource { table, .. }
            | Fact::AddsConstraint { table, .. }
            | Fact::DropsConstraint { table, .. } => of(table),
            Fact::RenamesTable { table, to } => {
                tables(self.of_name(table).chain(self.of_name(to)).collect())
            }
            Fact::CreatesIndex(index) => of(&index.table),
            Fact::DropsIndex { indexes, .. } => {
                let indexed = self.schema.indexed_by(indexes);
                tables(indexed.filter_map(|it| it.was).collect())
            }
            Fact::RenamesSchema { .. } | Fact::DropsSchema(_) => Touched {
                tables: (0..self.release.manifest.tables.len()).collect(),
                enums: true,
            },
            Fact::CreatesType { kind, .. }
            | Fact::DropsType(kind)
            | Fact::RenamesType { kind, .. }
            | Fact::AddsLabel { kind, .. }
            | Fact::RenamesLabel { kind, .. } => of_type(kind),
            _ => Touched::default(),
        }
    }

    /// What is open is there for everyone.
    pub(super) fn commit(&mut self) {
        for (place, broken) in self.open.drain(..) {
            self.seen.entry(place).or_default().broken.push(broken);
        }
    }

    /// What a statement does that leaves no trace in names and types.
    fn at_once(&self, fact: &Fact) -> Vec<Broken> {
        let tables = |name: &Name| {
            let name = name.clone();
            self.release.tables(&self.schema, move |it| *it == name)
        };
        match fact {
            Fact::ChangesRowSecurity(table) => tables(table)
                .map(|it| about::withheld(it, "policies say which rows are seen of"))
                .collect(),
            Fact::Revokes {
                tables: names,
                schemas,
            } => {
                let meant = |it: &Name| {
                    names.contains(it) || schemas.iter().any(|schema| is_in(it, schema))
                };
                let tables = self.release.tables(&self.schema, meant);
                tables
                    .map(|it| about::withheld(it, "rights are taken away on"))
                    .collect()
            }
            Fact::AddsConstraint { table, constraint } => tables(table)
                .filter(|it| !knows(it, constraint))
                .map(|it| about::refused(it, constraint_name(constraint)))
                .collect(),
            // Every row that leaves it out has the same.
            Fact::AddsColumn { table, column }
                if (column.unique || column.primary_key)
                    && matches!(column.default, fact::Default::Fixed(_)) =>
            {
                tables(table)
                    .filter(|it| it.columns.iter().all(|it| it.name != column.name.last()))
                    .map(|it| about::refused(it, "UNIQUE"))
                    .collect()
            }
            Fact::CreatesIndex(index) if index.unique => {
                let columns: Vec<&str> = index.columns.iter().map(Name::last).collect();
                let is_key = |it: &&Table| it.keys.iter().any(|key| key.columns == columns);
                let name = index.name.as_ref().map_or("UNIQUE", |it| it.last());
                tables(&index.table)
                    .filter(|it| !is_key(it))
                    .map(|it| about::refused(it, name))
                    .collect()
            }
            Fact::Drops(Thing::Extension, name) => self.without(name.last()),
            _ => Vec::new(),
        }
    }

    fn without(&self, extension: &str) -> Vec<Broken> {
        let manifest = &self.release.manifest;
        let uses = manifest.tables.iter().flat_map(|table| {
            let columns = table.columns.iter();
            let of_it = columns.filter(|it| {
                let kind = it.kind.split(['(', '[']).next().unwrap_or_default();
                kind.rsplit('.').next() == Some(extension)
            });
            of_it.map(|it| format!("{}.{}", table.name, it.name))
        });
        let uses: Vec<String> = uses.collect();
        if uses.is_empty() && !manifest.extensions.iter().any(|it| it == extension) {
            return Vec::new();
        }
        vec![about::extension_gone(extension, &uses)]
    }

    /// Whether the manifest speaks of what a fact is about.
    fn is_known(&self, fact: &Fact) -> bool {
        let is_table = |name: &Name| {
            let found = self.schema.relation(name);
            found.is_some_and(|it| it.was.is_some())
        };
        let is_type = |name: &Name| {
            let mut enums = self.schema.enums.iter();
            enums.any(|it| it.name == *name && it.was.is_some())
        };
        match fact {
            Fact::DropsTable(table)
            | Fact::Drops(Thing::View, table)
            | Fact::RenamesTable { table, .. }
            | Fact::MovesTable { table, .. }
            | Fact::DropsColumn { table, .. }
            | Fact::RenamesColumn { table, .. }
            | Fact::DropsNotNull { table, .. }
            | Fact::ChangesRowSecurity(table) => is_table(table),
            Fact::DropsType(kind)
            | Fact::RenamesType { kind, .. }
            | Fact::RenamesLabel { kind, .. } => is_type(kind),
            _ => false,
        }
    }
}

/// Whether the release has the constraint among its own.
fn knows(table: &Table, constraint: &fact::Constraint) -> bool {
    let names = |columns: &str| -> Vec<String> {
        let columns = columns.trim_start_matches('(').trim_end_matches(')');
        let columns = columns.split(',').map(Name::new);
        columns.map(|it| it.last().to_owned()).collect()
    };
    let is_key = |columns: &str| {
        let columns = names(columns);
        table.keys.iter().any(|key| key.columns == columns)
    };
    match &constraint.kind {
        fact::Kind::ForeignKey(columns) => table.foreign_keys.iter().any(|key| {
            let own = key.columns.iter().map(String::as_str);
            own.eq(columns.iter().map(Name::last))
        }),
        fact::Kind::Unique { columns, by_index } | fact::Kind::PrimaryKey { columns, by_index } => {
            by_index.is_some() || is_key(columns)
        }
        // Whether NULL is written is judged by itself.
        fact::Kind::NotNull(_) => true,
        kind @ fact::Kind::Check(_) => {
            let name = constraint.name.as_ref().map(Name::last);
            demands_value(kind).is_some()
                || name.is_some_and(|name| table.checks.iter().any(|it| it == name))
        }
        fact::Kind::Exclusion => false,
    }
}

fn constraint_name(constraint: &fact::Constraint) -> &str {
    let kind = match constraint.kind {
        fact::Kind::ForeignKey(_) => "FOREIGN KEY",
        fact::Kind::Check(_) => "CHECK",
        fact::Kind::Unique { .. } => "UNIQUE",
        fact::Kind::PrimaryKey { .. } => "PRIMARY KEY",
        fact::Kind::Exclusion => "EXCLUDE",
        fact::Kind::NotNull(_) => "NOT NULL",
    };
    constraint.name.as_ref().map_or(kind, Name::last)
}
