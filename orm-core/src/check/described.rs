//! How generated code writes descriptors: what a type says of a column, then one
//! word for each thing that was written about it.

use crate::model::Model;
use crate::schema::{
    AssociationDef, AssociationKind, ColumnDef, DefaultValue, Deferrable, ExclusionDef,
    ExclusionElement, ExclusionOperator, Identity, IndexDef, IndexMethod, IndexPart, IndexTerm,
    SequenceDef, SqlType, StorageDef, TableDef, TableKind, TableName, Timestamp, UniqueDef,
};
use crate::types::ColumnType;
use crate::validate::Validator;

use super::PrimaryKey;

/// A column of the type's own kind, called as its field.
pub const fn column<T: ColumnType>(field: &'static str) -> ColumnDef {
    ColumnDef {
        nullable: T::NULLABLE,
        takes_unknown: T::TAKES_UNKNOWN,
        ..ColumnDef::new(field, field, T::SQL_TYPE)
    }
}

#[doc(hidden)]
impl ColumnDef {
    /// The name in the database, where the field has another.
    pub const fn called(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    /// The type that was declared.
    pub const fn holding(mut self, sql_type: SqlType) -> Self {
        self.sql_type = sql_type;
        self
    }

    /// A part of the primary key.
    pub const fn in_key(mut self) -> Self {
        self.primary_key = true;
        self
    }

    /// The server numbers it.
    pub const fn numbered(mut self, identity: Identity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Its numbers follow each other so.
    pub const fn counting(mut self, sequence: &'static SequenceDef) -> Self {
        self.sequence = Some(sequence);
        self
    }

    /// What it holds when nothing was given.
    pub const fn or(mut self, default: DefaultValue) -> Self {
        self.default = Some(default);
        self
    }

    /// The server computes it.
    pub const fn computed(mut self, expression: &'static str) -> Self {
        self.generated = Some(expression);
        self
    }

    /// The time of a write.
    pub const fn stamped(mut self, timestamp: Timestamp) -> Self {
        self.timestamp = Some(timestamp);
        self
    }

    /// The version of its row, which every write compares and moves.
    pub const fn counted(mut self) -> Self {
        self.version = true;
        self
    }

    /// Its comment.
    pub const fn commented(mut self, comment: &'static str) -> Self {
        self.comment = Some(comment);
        self
    }

    /// The name it had before.
    pub const fn once_called(mut self, name: &'static str) -> Self {
        self.renamed_from = Some(name);
        self
    }

    /// Its texts are sorted by this collation.
    pub const fn collated(mut self, collation: &'static str) -> Self {
        self.collation = Some(collation);
        self
    }

    /// The rules for its values.
    pub const fn judged_by(mut self, validators: &'static [Validator]) -> Self {
        self.validators = validators;
        self
    }
}

/// A table with columns and a key, without any option.
pub const fn table<M: Model>(
    model: &'static str,
    name: &'static str,
    primary_key: &'static [u16],
) -> TableDef {
    TableDef {
        model,
        kind: TableKind::Table,
        name: TableName { schema: None, name },
        columns: M::COLUMNS,
        primary_key,
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

/// An index without any option.
pub const fn index(name: &'static str, parts: &'static [IndexPart]) -> IndexDef {
    IndexDef {
        name,
        parts,
        include: &[],
        method: IndexMethod::Btree,
        unique: false,
        filter: None,
        parameters: &[],
    }
}

/// A part of an index without any option.
pub const fn index_part(term: IndexTerm) -> IndexPart {
    IndexPart {
        term,
        descending: false,
        nulls_first: None,
        operator_class: None,
    }
}

/// An exclusion constraint without any option.
pub const fn exclusion(name: &'static str, elements: &'static [ExclusionElement]) -> ExclusionDef {
    ExclusionDef {
        name,
        elements,
        method: IndexMethod::Gist,
        filter: None,
        deferrable: Deferrable::No,
    }
}

/// One thing that two rows are compared by, without any option.
pub const fn compared(term: IndexTerm, operator: ExclusionOperator) -> ExclusionElement {
    ExclusionElement {
        term,
        operator,
        operator_class: None,
    }
}

/// A `belongs_to` that refers to the primary key, without any option.
pub const fn belongs_to<T: Model, const WIDTH: usize>(
    name: &'static str,
    columns: &'static [u16; WIDTH],
) -> AssociationDef {
    side::<T>(
        name,
        AssociationKind::BelongsTo,
        columns,
        &PrimaryKey::<T, WIDTH>::COLUMNS,
    )
}

/// One side of an association with a model, without any option.
pub const fn side<T: Model>(
    name: &'static str,
    kind: AssociationKind,
    owner_columns: &'static [u16],
    target_columns: &'static [u16],
) -> AssociationDef {
    AssociationDef::new(
        name,
        kind,
        T::__table,
        T::PATH,
        owner_columns,
        target_columns,
    )
}

/// A unique constraint in which two NULLs are different.
pub const fn unique(name: &'static str, columns: &'static [u16]) -> UniqueDef {
    UniqueDef {
        name,
        columns,
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}
