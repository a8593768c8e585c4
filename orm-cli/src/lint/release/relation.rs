//! Tables and views as a release believes them to be.

use std::collections::BTreeSet;

use orm_core::ddl::constraint_name;

use super::kind::Kind;
use crate::lint::fact::{self, Default, Fact, Index, Source};
use crate::lint::name::Name;
use crate::lint::scene::demands_value;

/// A table or view.
#[derive(Debug, Clone)]
pub(super) struct Relation {
    pub(super) name: Name,
    /// The table of the manifest that it was.
    pub(super) was: Option<usize>,
    pub(super) is_view: bool,
    /// A statement has put it into the schema it is in.
    pub(super) moved: bool,
    /// What it holds cannot be read off the statement that made it.
    pub(super) is_opaque: bool,
    pub(super) columns: Vec<Column>,
    pub(super) keys: Vec<Key>,
}

#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    /// The name in the manifest of the column that it was.
    pub(super) was: Option<String>,
    pub(super) kind: Kind,
    pub(super) not_null: bool,
    /// Constraints that demand a value, whatever else they are.
    pub(super) demanded: Vec<String>,
    pub(super) source: Source,
}

/// Columns in which no two rows agree.
#[derive(Debug, Clone)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) columns: BTreeSet<String>,
    pub(super) filter: Option<String>,
}

impl Column {
    /// Whether a row without a value for it is refused.
    pub(super) fn demands_value(&self) -> bool {
        self.not_null || !self.demanded.is_empty()
    }

    pub(super) fn new(name: &str, kind: Kind) -> Self {
        Column {
            name: name.to_owned(),
            was: None,
            kind,
            not_null: false,
            demanded: Vec::new(),
            source: Source::Nobody,
        }
    }

    fn added(it: &fact::Column) -> Self {
        let no_default = match &it.default {
            Default::None => true,
            Default::Fixed(value) => value.eq_ignore_ascii_case("null"),
            Default::Changing(_) => false,
        };
        let check = it.check.clone().map(fact::Kind::Check);
        let demanded = check.is_some_and(|check| demands_value(&check).is_some());
        Column {
            not_null: it.not_null || it.primary_key || demanded,
            source: match (it.numbered_always || it.computed, it.numbered) {
                (true, _) => Source::ServerAlone,
                (false, true) => Source::Server,
                (false, false) if no_default => Source::Nobody,
                (false, false) => Source::Server,
            },
            ..Column::new(it.name.last(), Kind::read(&it.kind))
        }
    }
}

impl Relation {
    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|it| it.name == name)
    }

    /// The column that a release has under this name, however it is called now.
    pub(super) fn column_that_was(&self, name: &str) -> Option<&Column> {
        let was = |it: &&Column| it.was.as_deref() == Some(name);
        self.column(name).or_else(|| self.columns.iter().find(was))
    }

    pub(super) fn column_mut(&mut self, name: &Name) -> Option<&mut Column> {
        self.columns.iter_mut().find(|it| it.name == name.last())
    }

    pub(super) fn empty(name: &Name, is_view: bool) -> Self {
        Relation {
            name: name.clone(),
            was: None,
            is_view,
            moved: false,
            is_opaque: true,
            columns: Vec::new(),
            keys: Vec::new(),
        }
    }

    /// Takes in what a statement does to it.
    pub(super) fn take(&mut self, fact: &Fact) {
        match fact {
            Fact::AddsColumn { column, .. } => self.add(column),
            Fact::DropsColumn { column, .. } => self.drop_column(column),
            Fact::RenamesColumn { column, to, .. } => self.rename_column(column, to),
            Fact::AddsConstraint { constraint, .. } => self.constrain(constraint),
            Fact::DropsConstraint { constraint, .. } => self.drop_constraint(constraint),
            _ => {}
        }
    }

    pub(super) fn add(&mut self, column: &fact::Column) {
        if self.column(column.name.last()).is_some() {
            return;
        }
        self.columns.push(Column::added(column));
        let one = [column.name.last()];
        let table = self.name.last().to_owned();
        if column.primary_key {
            self.unique(constraint_name::primary_key(&table), one, None);
        }
        if column.unique {
            self.unique(constraint_name::unique(&table, one), one, None);
        }
    }

    pub(super) fn unique<'c>(
        &mut self,
        name: String,
        columns: impl IntoIterator<Item = &'c str>,
        filter: Option<String>,
    ) {
        let columns = columns.into_iter().map(str::to_owned).collect();
        self.keys.push(Key {
            name,
            columns,
            filter,
        });
    }

    pub(super) fn indexed(&mut self, index: &Index) {
        let columns: Vec<&str> = index.columns.iter().map(Name::last).collect();
        let made = || constraint_name::index(self.name.last(), columns.iter().copied());
        let name = index.name.as_ref().map(|it| it.last().to_owned());
        let name = name.unwrap_or_else(made);
        if index.unique {
            self.unique(name, columns, index.filter.clone());
        }
    }

    pub(super) fn constrain(&mut self, constraint: &fact::Constraint) {
        let given = constraint.name.as_ref().map(|it| it.last().to_owned());
        if let Some(column) = demands_value(&constraint.kind) {
            let is_check = matches!(constraint.kind, fact::Kind::Check(_));
            let name = given.clone().unwrap_or_default();
            match self.column_mut(&column) {
                Some(column) if is_check => column.demanded.push(name),
                Some(column) => column.not_null = true,
                None => {}
            }
        }
        let (columns, by_index, is_primary) = match &constraint.kind {
            fact::Kind::Unique { columns, by_index } => (columns, by_index, false),
            fact::Kind::PrimaryKey { columns, by_index } => (columns, by_index, true),
            _ => return,
        };
        let columns = columns.trim_start_matches('(').trim_end_matches(')');
        let columns: Vec<Name> = match columns {
            "" => Vec::new(),
            columns => columns.split(',').map(Name::new).collect(),
        };
        if is_primary {
            for name in &columns {
                if let Some(column) = self.column_mut(name) {
                    column.not_null = true;
                }
            }
        }
        let names = || columns.iter().map(Name::last);
        let table = self.name.last();
        let name = given.unwrap_or_else(|| match is_primary {
            true => constraint_name::primary_key(table),
            false => constraint_name::unique(table, names()),
        });
        if let Some(index) = by_index {
            rename_key(&mut self.keys, index.last(), &name);
            return;
        }
        // An upsert cannot name one that is looked at later.
        let words = constraint.text.to_ascii_uppercase();
        let deferrable = words.contains("DEFERRABLE") && !words.contains("NOT DEFERRABLE");
        if !deferrable {
            self.unique(name, names(), None);
        }
    }

    fn drop_column(&mut self, name: &Name) {
        self.columns.retain(|it| it.name != name.last());
        self.keys.retain(|it| !it.columns.contains(name.last()));
    }

    fn rename_column(&mut self, from: &Name, to: &Name) {
        if let Some(column) = self.column_mut(from) {
            to.last().clone_into(&mut column.name);
        }
        for key in &mut self.keys {
            if key.columns.remove(from.last()) {
                key.columns.insert(to.last().to_owned());
            }
        }
    }

    fn drop_constraint(&mut self, name: &Name) {
        self.keys.retain(|it| it.name != name.last());
        for column in &mut self.columns {
            column.demanded.retain(|it| it != name.last());
        }
    }
}

pub(super) fn rename_key(keys: &mut [Key], from: &str, to: &str) {
    for key in keys.iter_mut().filter(|it| it.name == from) {
        to.clone_into(&mut key.name);
    }
}
