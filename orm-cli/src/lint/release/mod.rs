//! Whether the release that still runs can live with what pending migrations do.
//!
//! ```text
//! manifest (what the release uses) -> Schema (what it finds)
//! facts of statements -> Schema, changed -> judge -> Broken (what it cannot do any more)
//! ```
//!
//! What is judged is the schema, and not a statement: a column that is renamed and made
//! anew in one transaction is there for everyone. A statement is to blame that made the
//! difference, if its transaction ends with it.

mod about;
mod believed;
mod judge;
mod kind;
mod relation;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use orm_core::ddl::blueprint::Blueprint;
use orm_core::migrate::SqlMigration;
use orm_core::schema::Backend;

use self::schema::{Schema, is_in};
use super::fact::{self, Fact, Thing};
use super::name::Name;
use super::rule::Step;
use crate::manifest::{Manifest, Table};

/// The release that runs.
#[derive(Debug, Default)]
pub(crate) struct Release {
    pub(crate) manifest: Manifest,
    /// What its database says of its tables, if it was asked.
    pub(crate) catalog: Option<Blueprint>,
}

/// Something that a release cannot do any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) rule: &'static str,
    /// What it is about: of two with the same, only the first is said.
    what: String,
    /// The tables, or their columns, that the release uses: `users.email`.
    pub(crate) uses: Vec<String>,
    /// One sentence.
    pub(crate) why: String,
    /// What to write instead: SQL, or what to do in a comment.
    instead: String,
    /// It happened, and names and types do not show whether it still holds.
    event: bool,
}

impl Broken {
    fn new(
        rule: &'static str,
        uses: impl IntoIterator<Item = String>,
        why: impl Into<String>,
        instead: impl Into<String>,
    ) -> Self {
        let uses: Vec<String> = uses.into_iter().collect();
        Broken {
            rule,
            what: uses.join(", "),
            uses,
            why: why.into(),
            instead: instead.into(),
            event: false,
        }
    }

    /// Of several that are alike, the one about this.
    fn about(self, what: String) -> Self {
        Broken { what, ..self }
    }

    /// The same, which nothing that follows undoes.
    fn for_good(self) -> Self {
        Broken {
            event: true,
            ..self
        }
    }

    /// The same, with the exception that makes the statement pass where there is no other.
    pub(crate) fn instead(&self, step: &Step<'_>) -> String {
        match self.instead.starts_with("--") {
            true => format!(
                "{}; or\n{}",
                self.instead,
                step.allowed(self.rule, "that release does not run meanwhile")
            ),
            false => self.instead.clone(),
        }
    }

    fn is(&self, other: &Broken) -> bool {
        (self.rule, &self.what) == (other.rule, &other.what)
    }
}

/// What the release has to do with one fact.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) broken: Vec<Broken>,
    /// The release uses what the fact is about: that it may be used needs no guess.
    pub(crate) is_known: bool,
}

/// Where a fact is: its migration, statement, and place among the facts of that.
pub(crate) type Place = (usize, usize, usize);

/// The facts of migrations, statement by statement.
pub(crate) type Facts = [Vec<Vec<(usize, Fact)>>];

impl Release {
    /// The release that wrote a manifest.
    pub(crate) fn new(mut manifest: Manifest) -> Self {
        if manifest.database == Backend::Sqlite.word() {
            in_lower_case(&mut manifest);
        }
        Release {
            manifest,
            catalog: None,
        }
    }

    /// The one that the examples of rules are about.
    pub(super) fn example() -> Self {
        let manifest = serde_json::from_str(include_str!("example.json"));
        Release::new(manifest.unwrap_or_default())
    }

    /// The schemas that the manifest names.
    pub(crate) fn schemas(&self) -> impl Iterator<Item = &str> {
        let tables = self.manifest.tables.iter();
        tables.filter_map(|it| it.schema.as_deref())
    }

    /// Goes through migrations in their order, and says what breaks where.
    pub(crate) fn walk(
        &self,
        migrations: &[SqlMigration<'_>],
        facts: &Facts,
    ) -> HashMap<Place, Seen> {
        let mut walk = Walk {
            release: self,
            schema: Schema::believed(&self.manifest, self.catalog.as_ref()),
            known: Vec::new(),
            open: Vec::new(),
            seen: HashMap::new(),
        };
        walk.known = judge::broken(self, &walk.schema);
        for (at, (migration, statements)) in migrations.iter().zip(facts).enumerate() {
            // The release was made with these: they are what it knows.
            let mut own = self.manifest.migrations.iter();
            if own.any(|it| it == migration.name) {
                continue;
            }
            for (statement, facts) in statements.iter().enumerate() {
                for (nth, (_, fact)) in facts.iter().enumerate() {
                    walk.take((at, statement, nth), fact);
                }
                if !migration.in_transaction {
                    walk.commit();
                }
            }
            walk.commit();
        }
        walk.seen
    }

    /// The tables of the release that a name or a schema is about.
    fn tables<'m>(
        &'m self,
        schema: &Schema,
        is_meant: impl Fn(&Name) -> bool,
    ) -> impl Iterator<Item = &'m Table> {
        let meant: Vec<usize> = schema
            .relations
            .iter()
            .filter(|it| is_meant(&it.name))
            .filter_map(|it| it.was)
            .collect();
        let tables = self.manifest.tables.iter().enumerate();
        tables
            .filter(move |(at, _)| meant.contains(at))
            .map(|(_, table)| table)
    }
}

struct Walk<'r> {
    release: &'r Release,
    schema: Schema,
    /// What was broken before, or is said.
    known: Vec<Broken>,
    /// What the transaction under way has broken so far, and where.
    open: Vec<(Place, Broken)>,
    seen: HashMap<Place, Seen>,
}

impl Walk<'_> {
    fn take(&mut self, place: Place, fact: &Fact) {
        let is_known = self.is_known(fact);
        let mut at_once = self.at_once(fact);
        at_once.retain(|it| !self.known.iter().any(|known| known.is(it)));
        let found = at_once.into_iter().map(|it| (place, it));
        self.open.extend(found);
        if is_known {
            self.seen.entry(place).or_default().is_known = true;
        }
        let concerns = self.concerns(fact);
        self.schema.take(fact);
        if !concerns {
            return;
        }
        let now = judge::broken(self.release, &self.schema);
        let holds = |it: &Broken| it.event || now.iter().any(|now| now.is(it));
        self.open.retain(|(_, it)| holds(it));
        self.known.retain(holds);
        for it in now {
            let said = self.known.iter().any(|known| known.is(&it));
            if !said && !self.open.iter().any(|(_, open)| open.is(&it)) {
                self.open.push((place, it));
            }
        }
    }

    /// Whether a fact may change what the release finds.
    fn concerns(&self, fact: &Fact) -> bool {
        let has = |name: &Name| {
            let mut tables = self.release.manifest.tables.iter();
            tables.any(|it| it.name == name.last())
        };
        let uses = |name: &Name| {
            let found = self.schema.relation(name);
            has(name) || found.is_some_and(|it| it.was.is_some())
        };
        match fact {
            Fact::CreatesTable { table, .. } => has(table),
            Fact::Creates {
                thing: Thing::View,
                name,
                ..
            } => has(name),
            Fact::DropsTable(table)
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
            | Fact::DropsConstraint { table, .. } => uses(table),
            Fact::RenamesTable { table, to } => uses(table) || has(to),
            Fact::CreatesIndex(index) => uses(&index.table),
            Fact::DropsIndex { .. }
            | Fact::RenamesSchema { .. }
            | Fact::DropsSchema(_)
            | Fact::CreatesType { .. }
            | Fact::DropsType(_)
            | Fact::RenamesType { .. }
            | Fact::AddsLabel { .. }
            | Fact::RenamesLabel { .. } => true,
            _ => false,
        }
    }

    /// What is open is there for everyone.
    fn commit(&mut self) {
        for (place, broken) in self.open.drain(..) {
            self.known.push(broken.clone());
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

/// SQLite does not care for the case of a name.
fn in_lower_case(manifest: &mut Manifest) {
    for table in &mut manifest.tables {
        table.name.make_ascii_lowercase();
        for column in &mut table.columns {
            column.name.make_ascii_lowercase();
        }
        for name in table.keys.iter_mut().flat_map(|key| &mut key.columns) {
            name.make_ascii_lowercase();
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
            super::scene::demands_value(kind).is_some()
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
