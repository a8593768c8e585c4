//! Labels that the program does not know yet.

use serde::{Deserialize, Serialize};

use super::{ArrayElement, ColumnType, DbEnum, DecodeFault, Param, WireType, enumeration, family};
use crate::schema::SqlType;

/// An enum of the database, or a label of it that the Rust enum does not have.
///
/// A label that a migration added is an error for the programs that still run:
/// the whole query fails. A field of this type reads it, and writes it back.
///
/// A create builder takes the variant itself; a filter and `set` compare and write
/// what the column holds: `Order::status.eq(OrUnknown::Known(OrderStatus::Shipped))`.
///
/// ```
/// use orm_core::types::{DbEnum, OrUnknown};
///
/// fn shown<E: DbEnum>(status: &OrUnknown<E>) -> &str {
///     match status {
///         OrUnknown::Known(status) => status.label(),
///         OrUnknown::Unknown(label) => label,
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OrUnknown<E> {
    /// A label that the Rust enum has.
    Known(E),
    /// Another one.
    Unknown(Box<str>),
}

impl<E> OrUnknown<E> {
    /// The variant, if the label is known.
    pub fn known(self) -> Option<E> {
        match self {
            OrUnknown::Known(variant) => Some(variant),
            OrUnknown::Unknown(_) => None,
        }
    }
}

impl<E: DbEnum> OrUnknown<E> {
    /// The label in the database.
    pub fn label(&self) -> &str {
        match self {
            OrUnknown::Known(variant) => variant.label(),
            OrUnknown::Unknown(label) => label,
        }
    }

    fn of(label: &str) -> Self {
        match E::from_label(label) {
            Some(variant) => OrUnknown::Known(variant),
            None => OrUnknown::Unknown(label.into()),
        }
    }
}

impl<E> From<E> for OrUnknown<E> {
    fn from(variant: E) -> Self {
        OrUnknown::Known(variant)
    }
}

impl<E: DbEnum> ColumnType for OrUnknown<E> {
    type Base = Self;
    type Family = family::Label;

    const SQL_TYPE: SqlType = E::SQL_TYPE;
    const TAKES_UNKNOWN: bool = true;

    fn to_param(&self) -> Param {
        match self {
            OrUnknown::Known(variant) => variant.to_param(),
            OrUnknown::Unknown(label) => Param::Text(label.as_ref().into()),
        }
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Text(label) => Some(Self::of(label)),
            _ => E::from_param(param).map(OrUnknown::Known),
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        enumeration::label_of(E::DEF, sql_type, raw).map(|(label, _)| Self::of(label))
    }
}

impl<E: DbEnum> ArrayElement for OrUnknown<E> {}
