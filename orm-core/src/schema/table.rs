//! One table.

use crate::ast::Expr;

use super::{
    AssociationDef, AssociationKind, Backend, CheckDef, ColumnDef, ExclusionDef, IndexDef,
    IndexTerm, StorageDef, UniqueDef,
};

/// A table, as its model declares it.
#[derive(Debug, Clone, Copy)]
pub struct TableDef {
    /// The name of the model, for messages.
    pub model: &'static str,
    /// What its rows are: a table's own, or those of a query.
    pub kind: TableKind,
    /// The schema and name in the database.
    pub name: TableName,
    /// The columns, in the order of the struct's fields.
    pub columns: &'static [ColumnDef],
    /// The primary key, as positions in `columns`.
    pub primary_key: &'static [u16],
    /// What the primary key's constraint is called, where the model says so.
    pub primary_key_name: Option<&'static str>,
    /// The unique constraints.
    pub uniques: &'static [UniqueDef],
    /// The exclusion constraints.
    pub exclusions: &'static [ExclusionDef],
    /// The check constraints the model's author wrote.
    pub checks: &'static [CheckDef],
    /// The indexes.
    pub indexes: &'static [IndexDef],
    /// The associations declared on this model.
    pub associations: &'static [AssociationDef],
    /// How its rows are kept.
    pub storage: StorageDef,
    /// The comment stored with the table.
    pub comment: Option<&'static str>,
    /// The name this table had before, for migrations.
    pub renamed_from: Option<&'static str>,
    /// The databases the model says it lives in, which the compiler has judged it
    /// for; empty where it does not say.
    pub backends: &'static [Backend],
    /// The column that says when a row was marked as deleted, as its position, where
    /// the model keeps such rows.
    pub soft_delete: Option<u16>,
    /// The default scopes: what rows pass that are seen.
    pub scopes: &'static [ScopeDef],
    /// Whether the model has hooks.
    pub hooks: bool,
}

/// What the rows of a model are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TableKind {
    /// Those of a table.
    Table,
    /// What a query of the database's has, whenever it is asked: `#[model(view)]`.
    View,
    /// What such a query had when it was asked last: `#[model(materialized_view)]`.
    MaterializedView,
    /// What a query shows that a statement says by itself: `#[model(named_query)]`.
    NamedQuery,
}

impl TableKind {
    /// What it is called.
    pub const fn noun(self) -> &'static str {
        match self {
            TableKind::Table => "table",
            TableKind::View => "view",
            TableKind::MaterializedView => "materialized view",
            TableKind::NamedQuery => "named query",
        }
    }

    /// Whether its rows are written, and not computed of others.
    pub const fn is_table(self) -> bool {
        matches!(self, TableKind::Table)
    }
}

/// A default scope.
#[derive(Debug, Clone, Copy)]
pub struct ScopeDef {
    /// The name it is lifted by.
    pub name: &'static str,
    /// What rows pass; asked once for each statement.
    pub test: fn() -> Expr,
}

impl TableDef {
    /// Whether some of its rows are not seen unless it is asked for.
    pub const fn hides_rows(&self) -> bool {
        self.soft_delete.is_some() || !self.scopes.is_empty()
    }

    /// The column at a position of this table's column list.
    pub const fn column(&self, position: u16) -> &'static ColumnDef {
        &self.columns[position as usize]
    }

    /// Whether the model says that rows are found by a column without an index:
    /// its foreign key has `index = false`, and nothing else indexes it.
    pub(crate) fn is_unindexed(&self, position: u16) -> bool {
        let leads = |columns: &[u16]| columns.first() == Some(&position);
        let mut without = false;
        for association in self.associations {
            if association.kind == AssociationKind::BelongsTo && leads(association.owner_columns) {
                if association.index {
                    return false;
                }
                without = true;
            }
        }
        let indexed = |index: &IndexDef| {
            let first = index.parts.first().map(|part| part.term);
            index.filter.is_none() && first == Some(IndexTerm::Column(position))
        };
        without
            && !leads(self.primary_key)
            && !self.uniques.iter().any(|unique| leads(unique.columns))
            && !self.indexes.iter().any(indexed)
    }

    /// The position of the column that counts the writes of a row, if there is one.
    pub(crate) fn version(&self) -> Option<u16> {
        let mut columns = (0..).zip(self.columns);
        columns.find_map(|(at, column)| column.version.then_some(at))
    }

    /// The columns of the primary key, in key order.
    pub fn key_columns(&self) -> impl ExactSizeIterator<Item = &'static ColumnDef> + use<'_> {
        self.primary_key
            .iter()
            .map(|&position| self.column(position))
    }
}

/// Where a table lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TableName {
    /// The schema; `None` is the first of the connection's search path.
    pub schema: Option<&'static str>,
    /// The name, exactly as the database spells it.
    pub name: &'static str,
}
