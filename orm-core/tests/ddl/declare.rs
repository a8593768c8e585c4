//! Descriptors with few words.

use orm_core::schema::{
    AssociationDef, AssociationKind, ColumnDef, Identity, IndexPart, IndexTerm, SqlType,
    StorageDef, TableDef, TableKind, TableName,
};

/// A table without anything but columns, the first of them its key.
pub(crate) const fn table(name: &'static str, columns: &'static [ColumnDef]) -> TableDef {
    TableDef {
        model: name,
        kind: TableKind::Table,
        name: TableName { schema: None, name },
        columns,
        primary_key: &[0],
        primary_key_name: None,
        uniques: &[],
        exclusions: &[],
        checks: &[],
        indexes: &[],
        associations: &[],
        storage: StorageDef::PLAIN,
        comment: None,
        renamed_from: None,
        backends: &[],
        soft_delete: None,
        scopes: &[],
        hooks: false,
    }
}

pub(crate) const fn column(name: &'static str, sql_type: SqlType) -> ColumnDef {
    ColumnDef::new(name, name, sql_type)
}

/// `id integer`, numbered by the server.
pub(crate) const fn id() -> ColumnDef {
    ColumnDef {
        primary_key: true,
        identity: Some(Identity::ByDefault),
        ..column("id", SqlType::Int4)
    }
}

pub(crate) const fn nullable(column: ColumnDef) -> ColumnDef {
    ColumnDef {
        nullable: true,
        ..column
    }
}

/// `belongs_to` a table by its first column.
pub(crate) const fn belongs_to(
    name: &'static str,
    target: fn() -> &'static TableDef,
    key: &'static [u16],
) -> AssociationDef {
    AssociationDef::new(name, AssociationKind::BelongsTo, target, name, key, &[0])
}

pub(crate) const fn ascending(position: u16) -> IndexPart {
    IndexPart {
        term: IndexTerm::Column(position),
        descending: false,
        nulls_first: None,
        operator_class: None,
    }
}
