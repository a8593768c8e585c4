//! One side of an association.

use super::{ColumnDef, TableDef, TableName};
use crate::types::Param;

/// One side of an association, as the model that holds it declares it.
#[derive(Debug, Clone, Copy)]
pub struct AssociationDef {
    /// The name users call it by (`as = ".."`).
    pub name: &'static str,
    /// Which of the four kinds it is.
    pub kind: AssociationKind,
    /// The table on the other side; a function, so that two models can refer to each other.
    pub target: fn() -> &'static TableDef,
    /// The full path of the other model, to tell models of one name apart.
    pub target_path: &'static str,
    /// The columns on this side, as positions in this table's column list.
    pub owner_columns: &'static [u16],
    /// The columns on the other side, as positions in the other table's column list.
    /// For many-to-many: the columns that the join table points at.
    pub target_columns: &'static [u16],
    /// The table between the two sides of a many-to-many association.
    pub through: Option<JoinTable>,
    /// What happens to the rows that hold the key when the row it points at goes.
    /// Read on `belongs_to` only; the other sides repeat nothing.
    pub on_delete: Action,
    /// What happens to the rows that hold the key when the key it points at changes.
    pub on_update: Action,
    /// When the constraint is checked.
    pub deferrable: Deferrable,
    /// Whether the columns of the key are NULL together or not at all (`MATCH FULL`).
    pub match_full: bool,
    /// Whether the database holds a foreign key constraint for it.
    pub constraint: bool,
    /// What that constraint is called, where the model says so.
    pub constraint_name: Option<&'static str>,
    /// Whether the key's columns get an index (`belongs_to` only).
    pub index: bool,
    /// Whether the other side is left out on purpose.
    pub one_sided: bool,
    /// The column that says which of several models the key is of, as a
    /// position in this table's column list (polymorphic `belongs_to` only).
    pub type_column: Option<u16>,
    /// Values that rows of the other side always have: asked for when reading,
    /// given when creating. Positions in the other table's column list.
    pub scope: &'static [ScopeValue],
}

/// A column of the other side, as its position, and the value it always has.
pub type ScopeValue = (u16, fn() -> Param);

impl AssociationDef {
    /// An association with the default options.
    pub const fn new(
        name: &'static str,
        kind: AssociationKind,
        target: fn() -> &'static TableDef,
        target_path: &'static str,
        owner_columns: &'static [u16],
        target_columns: &'static [u16],
    ) -> Self {
        AssociationDef {
            name,
            kind,
            target,
            target_path,
            owner_columns,
            target_columns,
            through: None,
            on_delete: Action::Restrict,
            on_update: Action::NoAction,
            deferrable: Deferrable::No,
            match_full: false,
            constraint: true,
            constraint_name: None,
            index: true,
            one_sided: false,
            type_column: None,
            scope: &[],
        }
    }
}

/// The four kinds of association.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssociationKind {
    /// This model holds the key of one row of the other.
    BelongsTo,
    /// At most one row of the other model holds this row's key.
    HasOne,
    /// Any number of rows of the other model hold this row's key.
    HasMany,
    /// A join table holds pairs of keys.
    ManyToMany,
}

/// The table between the two sides of a many-to-many association.
#[derive(Debug, Clone, Copy)]
pub struct JoinTable {
    /// Where it lives.
    pub name: TableName,
    /// Its columns that hold this side's key.
    pub owner_columns: &'static [&'static str],
    /// Its columns that hold the other side's key.
    pub target_columns: &'static [&'static str],
    /// Its descriptor, where it is a model of its own.
    pub table: Option<fn() -> &'static TableDef>,
    /// The full path of that model; empty of a plain table.
    pub path: &'static str,
    /// The columns of that model.
    pub columns: &'static [ColumnDef],
}

impl JoinTable {
    /// A table of two keys and nothing else.
    pub const fn plain(
        name: TableName,
        owner_columns: &'static [&'static str],
        target_columns: &'static [&'static str],
    ) -> Self {
        JoinTable {
            name,
            owner_columns,
            target_columns,
            table: None,
            path: "",
            columns: &[],
        }
    }

    /// Whether a constraint keeps a pair from being there twice. A table that is
    /// no model is made with a primary key over the pair.
    pub(crate) fn holds_pairs_once(&self) -> bool {
        let Some(table) = self.table else {
            return true;
        };
        let table = table();
        let mut keys = unique_keys(table);
        keys.any(|key| !key.is_empty() && key.iter().all(|&at| self.is_in_pair(table, at)))
    }

    /// Whether a constraint is over the pair and nothing else, so that what it
    /// refuses is there already.
    pub(crate) fn has_pair_constraint(&self) -> bool {
        let Some(table) = self.table else {
            return true;
        };
        let table = table();
        // The two keys may share a part.
        let others = self
            .target_columns
            .iter()
            .filter(|name| !self.owner_columns.contains(name));
        let width = self.owner_columns.len() + others.count();
        let mut keys = unique_keys(table);
        keys.any(|key| key.len() == width && key.iter().all(|&at| self.is_in_pair(table, at)))
    }

    /// Whether a column of the join table holds a part of one of the two keys.
    pub(crate) fn is_in_pair(&self, table: &TableDef, position: u16) -> bool {
        let name = table.column(position).name;
        self.owner_columns.contains(&name) || self.target_columns.contains(&name)
    }
}

/// The columns of which two rows cannot agree in all.
fn unique_keys(table: &'static TableDef) -> impl Iterator<Item = &'static [u16]> {
    let uniques = table.uniques.iter().map(|unique| unique.columns);
    std::iter::once(table.primary_key).chain(uniques)
}

/// What the database does with the rows that hold a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Action {
    /// Refuses the change, at once.
    #[default]
    Restrict,
    /// Refuses the change, when the constraint is checked.
    NoAction,
    /// Follows the change: deletes the rows, or rewrites their key.
    Cascade,
    /// Sets their key to NULL.
    SetNull,
    /// Sets their key to the column's default.
    SetDefault,
}

/// When the server checks a foreign key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deferrable {
    /// At the end of each statement.
    #[default]
    No,
    /// At the end of each statement, unless a transaction defers it.
    InitiallyImmediate,
    /// At the end of the transaction.
    InitiallyDeferred,
}
