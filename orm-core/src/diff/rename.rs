//! The renames that are declared, applied to what was read.

use std::collections::BTreeMap;

use super::goal::Goal;
use super::options::Options;
use super::scratch::each_text;
use crate::ddl::blueprint::{Name, Rule, Table, Term, Type};
use crate::ddl::live::Live;
use crate::ddl::token;

/// The declared renames that the database has not seen yet.
#[derive(Debug, Default)]
pub(super) struct Renames {
    /// The old names of tables, by the new ones.
    pub(super) tables: BTreeMap<Name, Name>,
    /// The old names of columns, by table (its new name) and new name.
    pub(super) columns: BTreeMap<(Name, String), String>,
    /// Labels: the enum type, the old name, the new one.
    pub(super) labels: Vec<(Name, String, String)>,
    /// The columns that get another name beside the old one, which stays.
    pub(super) beside: BTreeMap<(Name, String), String>,
}

impl Renames {
    /// A name that is declared stays declared after it was carried out, so
    /// only what is there under the old name alone counts.
    pub(super) fn pending(goal: &Goal, live: &Live, options: &Options) -> Self {
        let mut renames = Renames::default();
        let declared = |new: &Name| options.tables.get(&new.to_string());
        let tables = goal.blueprint.tables.iter().map(|table| &table.name);
        let said = tables.filter_map(|new| Some((new, declared(new)?)));
        for (new, old) in goal.former_tables.iter().chain(said) {
            let old = Name {
                schema: new.schema.clone(),
                name: old.clone(),
            };
            if !live.relations.contains_key(new) && live.relations.contains_key(&old) {
                renames.tables.insert(new.clone(), old);
            }
        }
        for ((table, new), old) in &goal.former_columns {
            renames.column(live, options, table, new, old);
        }
        for ((table, new), old) in &options.columns {
            let tables = goal.blueprint.tables.iter().map(|table| &table.name);
            for name in tables.filter(|it| it.to_string() == *table) {
                renames.column(live, options, name, new, old);
            }
        }
        renames.inherited(goal, live, options);
        for rename in &options.labels {
            for (name, labels) in &live.types {
                let has = |label: &String| labels.iter().flatten().any(|it| it == label);
                if name.to_string() == rename.kind && has(&rename.from) && !has(&rename.to) {
                    let (from, to) = (rename.from.clone(), rename.to.clone());
                    renames.labels.push((name.clone(), from, to));
                }
            }
        }
        renames
    }

    /// Notes the rename of a column that the database has not seen yet.
    fn column(&mut self, live: &Live, options: &Options, table: &Name, new: &str, old: &str) {
        let Some(relation) = live.relations.get(self.old_table(table)) else {
            return;
        };
        let has = |name: &str| relation.table.column(name).is_some();
        let is_kept = relation.kept_columns.iter().any(|it| it.name == old);
        if !has(new) && (has(old) || is_kept) {
            let key = (table.clone(), new.to_owned());
            match options.is_second(table, new) {
                true => self.beside.insert(key, old.to_owned()),
                false => self.columns.insert(key, old.to_owned()),
            };
        }
    }

    /// A column that a table has from another one gets its new name together with it.
    fn inherited(&mut self, goal: &Goal, live: &Live, options: &Options) {
        let declared = self.columns.clone();
        for table in &goal.blueprint.tables {
            let old = self.old_table(&table.name).clone();
            let Some(relation) = live.relations.get(&old) else {
                continue;
            };
            let above: Vec<Name> = relation
                .inherited
                .from
                .iter()
                .map(|it| self.new_table(it))
                .collect();
            for ((_, new), old) in declared.iter().filter(|((of, _), _)| above.contains(of)) {
                if relation.inherited.columns.contains(old) && table.column(new).is_some() {
                    self.column(live, options, &table.name, new, old);
                }
            }
        }
    }

    /// The way back: what has its new name, under the old one.
    pub(super) fn inverse(&self) -> Self {
        let tables = self.tables.iter();
        let columns = self.columns.iter().map(|((table, new), old)| {
            let table = self.old_table(table).clone();
            ((table, old.clone()), new.clone())
        });
        Renames {
            tables: tables
                .map(|(new, old)| (old.clone(), new.clone()))
                .collect(),
            columns: columns.collect(),
            labels: Vec::new(),
            beside: BTreeMap::new(),
        }
    }

    /// Whether nothing has another name.
    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty() && self.columns.is_empty() && self.labels.is_empty()
    }

    /// What a table is called in the database now.
    pub(super) fn old_table<'n>(&'n self, new: &'n Name) -> &'n Name {
        self.tables.get(new).unwrap_or(new)
    }

    /// What a table will be called.
    pub(super) fn new_table(&self, old: &Name) -> Name {
        let found = self.tables.iter().find(|(_, it)| *it == old);
        found.map_or(old, |(new, _)| new).clone()
    }

    /// What a column of a table (by its new name) is called in the database now.
    pub(super) fn old_column<'n>(&'n self, table: &Name, new: &'n str) -> &'n str {
        let key = (table.clone(), new.to_owned());
        self.columns.get(&key).map_or(new, String::as_str)
    }

    /// The renamed columns of a table: new names and old ones.
    pub(super) fn of_table<'n>(
        &'n self,
        table: &'n Name,
    ) -> impl Iterator<Item = (&'n str, &'n str)> {
        self.columns
            .iter()
            .filter(move |((of, _), _)| of == table)
            .map(|((_, new), old)| (new.as_str(), old.as_str()))
    }

    /// The database as it will be once everything has its new name.
    pub(super) fn applied(&self, live: &Live) -> Live {
        let mut renamed = live.clone();
        renamed.relations = BTreeMap::new();
        for (old, relation) in &live.relations {
            let mut relation = relation.clone();
            self.rename(&mut relation.table, self.new_table(old));
            renamed
                .relations
                .insert(relation.table.name.clone(), relation);
        }
        for (kind, from, to) in &self.labels {
            for label in renamed.types.get_mut(kind).into_iter().flatten().flatten() {
                if label == from {
                    label.clone_from(to);
                }
            }
        }
        renamed
    }

    /// A table under the name that these renames give it.
    pub(super) fn undo(&self, table: &mut Table, name: Name) {
        self.rename(table, name);
    }

    fn rename(&self, table: &mut Table, name: Name) {
        let columns: Vec<(String, String)> = self
            .of_table(&name)
            .map(|(new, old)| (old.to_owned(), new.to_owned()))
            .collect();
        let renamed = |all: &[(String, String)], column: &mut String| {
            if let Some((_, new)) = all.iter().find(|(old, _)| old == column) {
                column.clone_from(new);
            }
        };
        table.name = name;
        each_text(table, |text| {
            for (old, new) in &columns {
                *text = token::renamed(text, old, new);
            }
            for (kind, from, to) in &self.labels {
                *text = relabelled(text, kind, from, to);
            }
        });
        for column in &mut table.columns {
            renamed(&columns, &mut column.name);
        }
        for index in &mut table.indexes {
            for part in &mut index.parts {
                if let Term::Column(column) = &mut part.term {
                    renamed(&columns, column);
                }
            }
            index
                .include
                .iter_mut()
                .for_each(|it| renamed(&columns, it));
        }
        if let Some(partition) = &mut table.storage.partition {
            let columns_of_it = partition.columns.iter_mut();
            columns_of_it.for_each(|it| renamed(&columns, it));
        }
        for constraint in &mut table.constraints {
            match &mut constraint.rule {
                Rule::PrimaryKey(key) | Rule::Unique { columns: key, .. } => {
                    key.iter_mut().for_each(|it| renamed(&columns, it));
                }
                Rule::ForeignKey(key) => {
                    key.columns.iter_mut().for_each(|it| renamed(&columns, it));
                    key.target = self.new_table(&key.target);
                    let there: Vec<(String, String)> = self
                        .of_table(&key.target)
                        .map(|(new, old)| (old.to_owned(), new.to_owned()))
                        .collect();
                    key.target_columns
                        .iter_mut()
                        .for_each(|it| renamed(&there, it));
                }
                Rule::Exclude(exclusion) => {
                    exclusion.columns_mut().for_each(|it| renamed(&columns, it));
                }
                Rule::Check { .. } => {}
            }
        }
    }
}

/// `'old'::kind` with the new label.
fn relabelled(text: &str, kind: &Name, from: &str, to: &str) -> String {
    let quoted = |label: &str| format!("'{}'", label.replace('\'', "''"));
    let bare = kind.to_string();
    let mut text = text.to_owned();
    for spelled in [bare, kind.quoted()] {
        let of = |label: &str| format!("{}::{spelled}", quoted(label));
        text = text.replace(&of(from), &of(to));
    }
    text
}

/// Whether a type is an enum, or an array of it.
pub(super) fn is_of(kind: &Type, name: &Name) -> bool {
    matches!(kind, Type::Enum { name: own, .. } if own == name)
}
