//! What the statements before have done.

use super::Known;
use super::fact::{Column, Constraint, Fact, Kind, Thing};
use super::name::Name;

/// What is known at a statement: from all pending migrations before it, and
/// from the one it is in.
#[derive(Debug, Default)]
pub(crate) struct Scene {
    /// Tables that no program uses yet.
    tables: Vec<Name>,
    types: Vec<Name>,
    /// Tables that programs use until they are dropped; what is called so afterwards
    /// takes their place.
    dropped: Vec<Name>,
    /// The names of the indexes that pending migrations have made.
    index_names: Vec<Name>,
    /// What the database says of the time before the pending migrations.
    known: Known,
    /// The types that some pending migration makes after this statement.
    types_to_come: Vec<Name>,
    /// The same for views, functions and the like.
    things_to_come: Vec<(Thing, Name)>,
    /// Such that no program uses yet.
    things: Vec<(Thing, Name)>,
    /// The leading columns of the indexes that pending migrations make,
    /// whether before or after this statement.
    indexes: Vec<(Name, Vec<Name>)>,
    /// Constraints that say a column holds no NULL, and whether rows were checked.
    not_null: Vec<NotNull>,
    /// What this migration has done so far.
    here: Here,
}

#[derive(Debug)]
struct NotNull {
    table: Name,
    column: Name,
    constraint: Option<Name>,
    validated: bool,
}

#[derive(Debug, Default)]
struct Here {
    /// Existing tables whose readers or writers wait until the transaction ends.
    locked: Vec<Name>,
    unvalidated: Vec<(Name, Name)>,
    labels: Vec<String>,
}

impl Scene {
    pub(crate) fn new(known: Known) -> Self {
        Scene {
            known,
            ..Scene::default()
        }
    }

    /// The type that a column had before the pending migrations, where it is known.
    pub(crate) fn type_of(&self, table: &Name, column: &Name) -> Option<&str> {
        let key = (table.to_string(), column.last().to_owned());
        self.known.types.get(&key).map(String::as_str)
    }

    /// Takes in what holds for all statements, wherever it stands.
    pub(crate) fn foresee(&mut self, fact: &Fact) {
        match fact {
            Fact::CreatesIndex(index) => {
                self.indexes
                    .push((index.table.clone(), index.columns.clone()));
            }
            Fact::CreatesTable {
                table,
                columns,
                constraints,
                ..
            } => {
                self.foresee_columns(table, columns.iter());
                for constraint in constraints {
                    self.foresee_key(table, constraint);
                }
            }
            Fact::AddsColumn { table, column } => {
                self.foresee_columns(table, std::iter::once(column));
            }
            Fact::AddsConstraint { table, constraint } => self.foresee_key(table, constraint),
            Fact::CreatesType { kind, .. } => self.types_to_come.push(kind.clone()),
            Fact::Creates { thing, name, .. } => {
                self.things_to_come.push((*thing, name.clone()));
            }
            _ => {}
        }
    }

    fn foresee_columns<'c>(&mut self, table: &Name, columns: impl Iterator<Item = &'c Column>) {
        for column in columns.filter(|column| column.unique || column.primary_key) {
            self.indexes
                .push((table.clone(), vec![column.name.clone()]));
        }
    }

    fn foresee_key(&mut self, table: &Name, constraint: &Constraint) {
        if let Kind::Unique { columns, .. } | Kind::PrimaryKey { columns, .. } = &constraint.kind {
            let columns = columns.trim_start_matches('(').trim_end_matches(')');
            let columns = columns.split(',').map(Name::new).collect();
            self.indexes.push((table.clone(), columns));
        }
    }

    /// A migration begins.
    pub(crate) fn begin(&mut self) {
        self.here = Here::default();
        if self.known.apart {
            self.tables.clear();
            self.types.clear();
            self.index_names.clear();
            self.things.clear();
        }
    }

    /// A statement is over.
    pub(crate) fn take(&mut self, fact: &Fact) {
        if let Some(table) = locked(fact)
            && !self.is_new(table)
            && !self.here.locked.contains(table)
        {
            self.here.locked.push(table.clone());
        }
        if let Fact::LocksTables { tables, .. } = fact {
            let known = tables.iter().filter(|it| !self.is_new(it));
            let known: Vec<Name> = known.cloned().collect();
            self.here.locked.extend(known);
        }
        match fact {
            Fact::CreatesTable {
                table, if_missing, ..
            } if !if_missing || self.known.missing.contains(&table.to_string()) => {
                self.tables.push(table.clone());
            }
            Fact::Creates { thing, name, anew } => self.made(*thing, name, *anew),
            Fact::DropsTable(table) if !self.is_new(table) => self.dropped.push(table.clone()),
            Fact::RenamesTable { table, to }
                if self.is_new(table) && !self.dropped.contains(to) =>
            {
                self.tables.push(to.clone());
            }
            Fact::CreatesType { kind, .. } => {
                self.types.push(kind.clone());
                come(&mut self.types_to_come, kind);
            }
            Fact::CreatesIndex(index) => self.index_names.extend(index.name.clone()),
            Fact::AddsLabel { kind, label } if !self.is_new_type(kind) => {
                self.here.labels.push(label.clone());
            }
            Fact::AddsConstraint { table, constraint } => self.constrained(table, constraint),
            Fact::Validates { table, constraint } => {
                for known in &mut self.not_null {
                    known.validated |=
                        known.table == *table && known.constraint.as_ref() == Some(constraint);
                }
            }
            _ => {}
        }
    }

    fn made(&mut self, thing: Thing, name: &Name, anew: bool) {
        let made = (thing, name.clone());
        come(&mut self.things_to_come, &made);
        if anew {
            self.things.push(made);
        }
        if anew && thing == Thing::View {
            self.tables.push(name.clone());
        }
    }

    fn constrained(&mut self, table: &Name, constraint: &Constraint) {
        if let Some(column) = demands_value(&constraint.kind) {
            self.not_null.push(NotNull {
                table: table.clone(),
                column,
                constraint: constraint.name.clone(),
                validated: constraint.validates,
            });
        }
        if let (false, Some(name)) = (constraint.validates, &constraint.name) {
            self.here.unvalidated.push((table.clone(), name.clone()));
        }
    }

    /// Whether a pending migration has made the table.
    pub(crate) fn is_new(&self, table: &Name) -> bool {
        self.tables.contains(table)
    }

    /// Whether a pending migration has made the index.
    pub(crate) fn is_new_index(&self, index: &Name) -> bool {
        self.index_names.contains(index)
    }

    /// Whether a pending migration has made the type.
    pub(crate) fn is_new_type(&self, kind: &Name) -> bool {
        self.types.contains(kind)
    }

    /// Whether a type of this name is made behind this statement, in place of it.
    pub(crate) fn is_type_made_anew(&self, kind: &Name) -> bool {
        self.types_to_come.contains(kind)
    }

    /// Whether programs miss a view, function or the like when it goes: they do not
    /// where it is their first, nor where another takes its place.
    pub(crate) fn is_missed(&self, thing: Thing, name: &Name) -> bool {
        let is_it = |it: &(Thing, Name)| it.0 == thing && it.1 == *name;
        !self.things.iter().any(is_it) && !self.things_to_come.iter().any(is_it)
    }

    /// Whether some pending migration makes an index that begins with these columns.
    pub(crate) fn has_index(&self, table: &Name, columns: &[Name]) -> bool {
        self.indexes.iter().any(|(indexed, by)| {
            indexed == table
                && by.len() >= columns.len()
                && by[..columns.len()].iter().all(|it| columns.contains(it))
        })
    }

    /// Whether a validated constraint shows that the column holds no NULL.
    pub(crate) fn is_never_null(&self, table: &Name, column: &Name) -> bool {
        let shows = |it: &NotNull| it.validated && it.table == *table && it.column == *column;
        self.not_null.iter().any(shows)
    }

    /// Whether this migration has added the constraint without checking rows.
    pub(crate) fn is_added_here(&self, table: &Name, constraint: &Name) -> bool {
        let added = &self.here.unvalidated;
        added.iter().any(|(on, it)| on == table && it == constraint)
    }

    /// The first existing table but this one that this migration keeps locked.
    pub(crate) fn other_locked(&self, table: &Name) -> Option<&Name> {
        self.here.locked.iter().find(|it| *it != table)
    }

    /// Whether this migration keeps a table locked, so that nothing waits for it any more.
    pub(crate) fn holds(&self, table: &Name) -> bool {
        self.here.locked.contains(table)
    }

    /// The first existing table that this migration keeps locked.
    pub(crate) fn locked(&self) -> Option<&Name> {
        self.here.locked.first()
    }

    /// A label that this migration has added to a type that existed, if the text uses it.
    pub(crate) fn fresh_label_in(&self, text: &str) -> Option<&str> {
        let labels = self.here.labels.iter().map(String::as_str);
        labels.into_iter().find(|label| text.contains(label))
    }
}

/// Takes from what is to come what is there now.
fn come<T: PartialEq>(to_come: &mut Vec<T>, now: &T) {
    if let Some(at) = to_come.iter().position(|it| it == now) {
        to_come.remove(at);
    }
}

/// The table that others cannot write to, or not even read, once this is done.
pub(crate) fn locked(fact: &Fact) -> Option<&Name> {
    match fact {
        Fact::AddsColumn { table, .. }
        | Fact::DropsColumn { table, .. }
        | Fact::RenamesColumn { table, .. }
        | Fact::RenamesTable { table, .. }
        | Fact::MovesTable { table, .. }
        | Fact::DropsTable(table)
        | Fact::ChangesType { table, .. }
        | Fact::SetsNotNull { table, .. }
        | Fact::DropsNotNull { table, .. }
        | Fact::ChangesRowSecurity(table)
        | Fact::AddsConstraint { table, .. } => Some(table),
        Fact::CreatesIndex(index) if !index.concurrently => Some(&index.table),
        _ => None,
    }
}

/// The column of `CHECK (column IS NOT NULL)` or of a NOT NULL constraint.
pub(super) fn demands_value(kind: &Kind) -> Option<Name> {
    match kind {
        Kind::NotNull(column) => column.clone(),
        Kind::Check(condition) => {
            let condition = condition
                .trim_start_matches('(')
                .trim_end_matches(')')
                .trim();
            let at = condition.len().checked_sub(" is not null".len())?;
            let (column, test) = condition.split_at_checked(at)?;
            let plain = !column.contains(|c: char| c.is_whitespace() || c == '(');
            (plain && test.eq_ignore_ascii_case(" is not null")).then(|| Name::new(column))
        }
        _ => None,
    }
}
