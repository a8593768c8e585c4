//! The questions that generated code asks, answered at run time. How an answer looks in
//! a program that does not compile is in the facade's `tests/ui`.

mod keys;
mod pairs;
mod sides;

use crate::model::Model;
use crate::schema::{AssociationDef, AssociationKind, ColumnDef, JoinTable, SqlType, TableName};

use super::{other_side_fault, side};

/// A model of these tests: its columns, its associations, and the keys that it holds.
macro_rules! model {
    ($model:ident, [$($column:expr),+ $(,)?], [$($association:expr),* $(,)?] $(, [$($held:expr),+])?) => {
        model!($model as "tests::" in None, [$($column),+], [$($association),*] $(, [$($held),+])?);
    };
    ($model:ident as $place:literal in $schema:expr, [$($column:expr),+ $(,)?], [$($association:expr),* $(,)?] $(, [$($held:expr),+])?) => {
        #[derive(Clone)]
        pub(super) struct $model;

        impl crate::model::Model for $model {
            type Key = i32;
            type Create = crate::create::Draft<Self>;
            type Associations = ();
            type Seen = crate::model::ExactlyOne;

            const PATH: &'static str = concat!($place, stringify!($model));
            const COLUMNS: &'static [crate::schema::ColumnDef] = &[$($column),+];
            const TABLE: &'static crate::schema::TableDef = &crate::schema::TableDef {
                name: crate::schema::TableName { schema: $schema, name: stringify!($model) },
                associations: &[$($association),*],
                ..crate::check::table::<Self>(stringify!($model), stringify!($model), &[0])
            };
            $(const HELD_KEYS: &'static [crate::check::HeldKey] = &[$($held),+];)?

            fn __table() -> &'static crate::schema::TableDef {
                Self::TABLE
            }

            fn decode(_: &mut crate::decode::Cursor<'_>) -> crate::Result<Self> {
                Ok($model)
            }

            fn param(&self, _: u16) -> crate::types::Param {
                crate::types::Param::Null
            }

            fn key(&self) -> i32 {
                0
            }
        }
    };
}
use model;

/// A part of the primary key.
const fn key(field: &'static str) -> ColumnDef {
    ColumnDef {
        primary_key: true,
        ..plain(field)
    }
}

const fn plain(field: &'static str) -> ColumnDef {
    ColumnDef::new(field, field, SqlType::Int4)
}

const fn belongs_to<T: Model>(
    name: &'static str,
    columns: &'static [u16],
    key: &'static [u16],
) -> AssociationDef {
    side::<T>(name, AssociationKind::BelongsTo, columns, key)
}

const fn has_many<T: Model>(
    name: &'static str,
    key: &'static [u16],
    columns: &'static [u16],
) -> AssociationDef {
    side::<T>(name, AssociationKind::HasMany, key, columns)
}

const fn has_one<T: Model>(
    name: &'static str,
    key: &'static [u16],
    columns: &'static [u16],
) -> AssociationDef {
    side::<T>(name, AssociationKind::HasOne, key, columns)
}

/// `many_to_many` of the first columns.
const fn pairs_with<T: Model>(name: &'static str, join: JoinTable) -> AssociationDef {
    AssociationDef {
        through: Some(join),
        ..side::<T>(name, AssociationKind::ManyToMany, &[0], &[0])
    }
}

const fn one_sided(association: AssociationDef) -> AssociationDef {
    AssociationDef {
        one_sided: true,
        ..association
    }
}

/// A join table that is no model.
const fn table(
    name: &'static str,
    owner: &'static [&'static str],
    target: &'static [&'static str],
) -> JoinTable {
    JoinTable::plain(TableName { schema: None, name }, owner, target)
}

/// What is said of an association of `O` with `T`, which would call its side `others`.
fn said<O: Model, T: Model>(at: usize) -> Option<String> {
    other_side_fault::<O, T>(at, "others", "held_id").map(|fault| fault.as_str().to_owned())
}
