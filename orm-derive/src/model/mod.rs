//! What is true about a model once it has been checked. `None` means that the
//! user may leave the thing out; columns are referred to by position.

mod association;
mod column;
pub(crate) mod name;
mod table;

use proc_macro2::Span;
use syn::{Attribute, Ident, Path, Visibility};

pub(crate) use association::{
    Action, Association, Deferrable, JoinKey, Kind, Polymorphic, Scope, TargetColumns, Through,
    ThroughTable,
};
pub(crate) use column::{
    Column, Default, Identity, Rule, Sequence, SharedSequence, SqlType, Test, Timestamp,
};
pub(crate) use table::{
    Check, Element, Exclusion, Index, IndexPart, Partition, Storage, TableKind, Term, Unique,
};

/// A model.
pub(crate) struct Model {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    /// Attributes that what stands beside the model has too.
    pub(crate) marks: Vec<Attribute>,
    /// What the create builder is called: `UserCreate`.
    pub(crate) create: Ident,
    /// What a row with some of its associations is called: `UserLoaded`.
    pub(crate) loaded: Ident,
    /// The path of the facade: `::orm`, unless `crate = ..` says otherwise.
    pub(crate) root: Path,
    /// What its rows are.
    pub(crate) kind: TableKind,
    pub(crate) schema: Option<String>,
    pub(crate) table: String,
    pub(crate) comment: Option<String>,
    pub(crate) renamed_from: Option<String>,
    pub(crate) columns: Vec<Column>,
    pub(crate) key: Vec<usize>,
    /// What the constraint of the key is called, if that was said.
    pub(crate) key_name: Option<String>,
    pub(crate) uniques: Vec<Unique>,
    pub(crate) exclusions: Vec<Exclusion>,
    pub(crate) checks: Vec<Check>,
    pub(crate) indexes: Vec<Index>,
    /// How its rows are kept.
    pub(crate) storage: Storage,
    pub(crate) associations: Vec<Association>,
    /// Whether these are all, and all are right: false after an error.
    pub(crate) associations_known: bool,
    /// The associations to one of several models.
    pub(crate) polymorphic: Vec<Polymorphic>,
    /// The function that judges a whole row.
    pub(crate) validate: Option<Path>,
    /// How rows are marked as deleted, if they are.
    pub(crate) soft_delete: Option<SoftDelete>,
    /// Whether it was asked for and something is wrong with it.
    pub(crate) soft_delete_failed: bool,
    /// What rows pass that are seen.
    pub(crate) scopes: Vec<DefaultScope>,
    /// Where it says that it has hooks, if it does.
    pub(crate) hooks: Option<Span>,
    /// How `serde` is told to spell the fields.
    pub(crate) serde_case: Option<name::Case>,
    /// The databases it says it lives in, as variants of `Backend`.
    pub(crate) backends: Vec<&'static str>,
    /// What one of them may be unable to hold; empty where it names none.
    pub(crate) doubts: Vec<Doubt>,
}

/// The column that says when a row was marked as deleted.
pub(crate) struct SoftDelete {
    pub(crate) at: usize,
}

/// A default scope.
pub(crate) struct DefaultScope {
    /// The function that says it.
    pub(crate) path: Path,
    pub(crate) name: String,
    /// The constant it is lifted by.
    pub(crate) handle: Ident,
}

/// A part of the table that a database may be unable to hold, and where the user
/// wrote it.
pub(crate) struct Doubt {
    pub(crate) span: Span,
    /// The variant of `Part`.
    pub(crate) part: &'static str,
    /// The column, constraint or index.
    pub(crate) at: Option<usize>,
}

/// An association as a field of the companion.
pub(crate) struct Slot<'m> {
    pub(crate) ident: &'m Ident,
    pub(crate) name: &'m str,
}

impl Model {
    /// Whether its rows are those of a table, which are written.
    pub(crate) fn is_table(&self) -> bool {
        self.kind == TableKind::Table
    }

    /// Whether some rows are not seen unless it is asked for.
    pub(crate) fn hides_rows(&self) -> bool {
        self.soft_delete.is_some() || !self.scopes.is_empty()
    }

    /// The columns that a create must be given, with their positions.
    pub(crate) fn required(&self) -> impl Iterator<Item = (usize, &Column)> {
        self.columns
            .iter()
            .enumerate()
            .filter(|(_, column)| self.is_table() && column.is_required())
    }

    /// What the companion has a field for: every association, of either sort.
    pub(crate) fn slots(&self) -> Vec<Slot<'_>> {
        let ordinary = self.associations.iter().map(|it| Slot {
            ident: &it.ident,
            name: &it.name,
        });
        let polymorphic = self.polymorphic.iter().map(|it| Slot {
            ident: &it.ident,
            name: &it.name,
        });
        ordinary.chain(polymorphic).collect()
    }

    /// The columns of this model that hold a key of another.
    pub(crate) fn foreign_keys(&self) -> Vec<usize> {
        let keys = self
            .associations
            .iter()
            .filter(|a| a.kind == Kind::BelongsTo)
            .flat_map(|a| a.owner.iter().copied());
        let of_one_of = self.polymorphic.iter().flat_map(|one| [one.key, one.types]);
        let mut keys: Vec<usize> = keys.chain(of_one_of).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}
