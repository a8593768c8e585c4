//! The database as a release believes it to be, and what statements make of it.

use super::kind::Kind;
use super::relation::{Column, Key, Relation, rename_key};
use crate::lint::fact::{Fact, Thing};
use crate::lint::name::Name;

/// What a release finds by the names it knows.
#[derive(Debug, Clone)]
pub(super) struct Schema {
    pub(super) relations: Vec<Relation>,
    pub(super) enums: Vec<Labels>,
    /// What domains are made of, as far as that is known.
    pub(super) domains: Vec<(Name, String)>,
}

/// An enum type.
#[derive(Debug, Clone)]
pub(super) struct Labels {
    pub(super) name: Name,
    /// The type of the manifest that it was.
    pub(super) was: Option<usize>,
    pub(super) labels: Vec<String>,
    /// Those that had another name, and that.
    pub(super) renamed: Vec<(String, String)>,
    /// A statement has put it into the schema it is in.
    pub(super) moved: bool,
}

impl Schema {
    /// The relation of this name: of that schema, before one of no known schema.
    pub(super) fn relation(&self, name: &Name) -> Option<&Relation> {
        let same = |it: &&Relation| it.name == *name && it.name.schema() == name.schema();
        let alike = |it: &&Relation| it.name == *name;
        let all = || self.relations.iter();
        all().find(same).or_else(|| all().find(alike))
    }

    fn relation_mut(&mut self, name: &Name) -> Option<&mut Relation> {
        let found = self.relation(name)?.name.clone();
        let same = |it: &&mut Relation| it.name == found && it.name.schema() == found.schema();
        self.relations.iter_mut().find(same)
    }

    fn column_mut(&mut self, table: &Name, column: &Name) -> Option<&mut Column> {
        self.relation_mut(table)?.column_mut(column)
    }

    /// The relation that a release finds under a name of its own.
    pub(super) fn found(&self, name: &Name) -> Option<&Relation> {
        let mut all = self.relations.iter();
        all.find(|it| finds(name, &it.name, it.moved))
    }

    /// The enum that a release finds under a name of its own.
    pub(super) fn found_enum(&self, name: &Name) -> Option<&Labels> {
        let mut all = self.enums.iter();
        all.find(|it| finds(name, &it.name, it.moved))
    }

    fn drop_relation(&mut self, name: &Name) {
        let found = self.relation(name).map(|it| it.name.clone());
        if let Some(found) = found {
            self.relations
                .retain(|it| it.name != found || it.name.schema() != found.schema());
        }
    }

    /// The relations that have one of these indexes.
    pub(super) fn indexed_by(&self, indexes: &str) -> impl Iterator<Item = &Relation> {
        let has = |it: &&Relation| it.keys.iter().any(|key| is_among(key, indexes));
        self.relations.iter().filter(has)
    }

    /// The relations that have a column of a type.
    pub(super) fn with_type(&self, kind: &Name) -> impl Iterator<Item = &Relation> {
        // A quoted name ends with its quote.
        let of_it = |it: &Column| {
            let base = it.kind.base.trim_end_matches('"');
            let may = base.ends_with(kind.last()) || base.contains("\"\"");
            may && it.kind.is(kind)
        };
        self.relations
            .iter()
            .filter(move |it| it.columns.iter().any(of_it))
    }

    /// Takes in what a statement does.
    pub(super) fn take(&mut self, fact: &Fact) {
        match fact {
            Fact::CreatesTable {
                table,
                columns,
                constraints,
                is_whole,
                ..
            } if self.relation(table).is_none() => {
                let mut made = Relation::empty(table, false);
                made.is_opaque = !is_whole;
                columns.iter().for_each(|it| made.add(it));
                constraints.iter().for_each(|it| made.constrain(it));
                self.relations.push(made);
            }
            Fact::Creates {
                thing: Thing::View,
                name,
                ..
            } if self.relation(name).is_none() => {
                self.relations.push(Relation::empty(name, true));
            }
            Fact::DropsTable(name) | Fact::Drops(Thing::View, name) => self.drop_relation(name),
            Fact::RenamesTable { table, to } => {
                if let Some(relation) = self.relation_mut(table) {
                    relation.name = Name::of(relation.name.schema(), to.last());
                }
            }
            Fact::MovesTable { table, to } => {
                if let Some(relation) = self.relation_mut(table) {
                    relation.name = Name::of(Some(to.last()), relation.name.last());
                    relation.moved = true;
                }
            }
            Fact::RenamesSchema { schema, to } => {
                for (name, moved) in self.names_in(schema) {
                    *name = Name::of(Some(to.last()), name.last());
                    *moved = true;
                }
            }
            Fact::DropsSchema(schema) => {
                self.relations.retain(|it| !is_in(&it.name, schema));
                self.enums.retain(|it| !is_in(&it.name, schema));
            }
            Fact::CreatesIndex(index) => {
                if let Some(relation) = self.relation_mut(&index.table) {
                    relation.indexed(index);
                }
            }
            Fact::DropsIndex { indexes, .. } => {
                for relation in &mut self.relations {
                    relation.keys.retain(|key| !is_among(key, indexes));
                }
            }
            Fact::RenamesIndex { index, to } => {
                for relation in &mut self.relations {
                    rename_key(&mut relation.keys, index.last(), to.last());
                }
            }
            Fact::AddsColumn { table, .. }
            | Fact::DropsColumn { table, .. }
            | Fact::RenamesColumn { table, .. }
            | Fact::AddsConstraint { table, .. }
            | Fact::DropsConstraint { table, .. } => {
                if let Some(relation) = self.relation_mut(table) {
                    relation.take(fact);
                }
            }
            Fact::ChangesType { table, column, to } => {
                if let Some(column) = self.column_mut(table, column) {
                    column.kind = Kind::read(to);
                }
            }
            Fact::SetsNotNull { table, column } => {
                if let Some(column) = self.column_mut(table, column) {
                    column.not_null = true;
                }
            }
            Fact::DropsNotNull { table, column } => {
                if let Some(column) = self.column_mut(table, column) {
                    column.not_null = false;
                }
            }
            Fact::ChangesSource { table, column, to } => {
                if let Some(column) = self.column_mut(table, column) {
                    column.source = *to;
                }
            }
            fact => self.take_type(fact),
        }
    }

    fn take_type(&mut self, fact: &Fact) {
        match fact {
            Fact::CreatesType { kind, labels, base } => match base {
                Some(base) => self.domains.push((kind.clone(), base.clone())),
                None => self.enums.push(Labels {
                    name: kind.clone(),
                    was: None,
                    labels: labels.clone(),
                    renamed: Vec::new(),
                    moved: false,
                }),
            },
            Fact::DropsType(kind) => {
                self.enums.retain(|it| it.name != *kind);
                self.domains.retain(|(name, _)| name != kind);
            }
            Fact::RenamesType { kind, to } => self.rename_type(kind, to),
            Fact::AddsLabel { kind, label } => {
                let label = unquoted(label);
                let mut enums = self.enums.iter_mut();
                if let Some(it) = enums.find(|it| it.name == *kind)
                    && !it.labels.contains(&label)
                {
                    it.labels.push(label);
                }
            }
            Fact::RenamesLabel { kind, from, to } => {
                let (from, to) = (unquoted(from), unquoted(to));
                for it in self.enums.iter_mut().filter(|it| it.name == *kind) {
                    it.renamed.push((to.clone(), from.clone()));
                    for label in it.labels.iter_mut().filter(|label| **label == from) {
                        label.clone_from(&to);
                    }
                }
            }
            _ => {}
        }
    }

    fn rename_type(&mut self, from: &Name, to: &Name) {
        let columns = self.relations.iter_mut().flat_map(|it| &mut it.columns);
        for column in columns.filter(|it| it.kind.is(from)) {
            column.kind = column.kind.called(to);
        }
        for it in self.enums.iter_mut().filter(|it| it.name == *from) {
            it.moved |= to.schema().is_some() && to.schema() != from.schema();
            it.name = Name::of(to.schema().or(it.name.schema()), to.last());
        }
        for (name, _) in self.domains.iter_mut().filter(|(it, _)| it == from) {
            *name = to.clone();
        }
    }

    /// What is in a schema, with the note whether a statement has put it there.
    fn names_in<'s>(
        &'s mut self,
        schema: &'s Name,
    ) -> impl Iterator<Item = (&'s mut Name, &'s mut bool)> {
        let relations = self.relations.iter_mut();
        let relations = relations.map(|it| (&mut it.name, &mut it.moved));
        let enums = self.enums.iter_mut();
        let enums = enums.map(|it| (&mut it.name, &mut it.moved));
        relations.chain(enums).filter(|(it, _)| is_in(it, schema))
    }
}

/// Whether a key is one of a list of indexes, as it is written.
fn is_among(key: &Key, indexes: &str) -> bool {
    let mut indexes = indexes.split(',').map(Name::new);
    indexes.any(|it| it.last() == key.name)
}

/// Whether who looks for a name finds what has another: what names no schema is looked
/// for where the release works, and what was moved away is not there.
fn finds(name: &Name, other: &Name, moved: bool) -> bool {
    let elsewhere = || name.schema().unwrap_or("public") != other.schema().unwrap_or("public");
    name == other && !(moved && elsewhere())
}

/// Whether something is in a schema; what names none is in `public`, as far as is known.
pub(super) fn is_in(name: &Name, schema: &Name) -> bool {
    name.schema().unwrap_or("public") == schema.last()
}

/// `it's` of `'it''s'`.
fn unquoted(literal: &str) -> String {
    let inner = literal
        .strip_prefix('\'')
        .and_then(|it| it.strip_suffix('\''));
    inner.map_or_else(|| literal.to_owned(), |it| it.replace("''", "'"))
}
