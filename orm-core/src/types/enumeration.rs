//! Enums that are stored as a native enum type.

use super::{ArrayElement, ColumnType, DecodeFault, Param, TypeKind, WireType, text};
use crate::schema::EnumDef;

/// A Rust enum that is stored as an enum type of the database.
///
/// Derived with `#[derive(DbEnum)]`. Labels are part of the schema: reading one
/// that the Rust enum does not have is an error, never a guess; a field of type
/// [`OrUnknown`](super::OrUnknown) holds it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a database enum",
    label = "not a database enum",
    note = "add `#[derive(DbEnum)]` to `{Self}`"
)]
pub trait DbEnum: ColumnType + ArrayElement + Copy {
    /// The name of the type and its labels.
    const DEF: &'static EnumDef;

    /// The variants, in the order of the labels.
    const VARIANTS: &'static [Self];

    /// The label the database knows this variant by.
    fn label(&self) -> &'static str;

    /// The variant of a label.
    fn from_label(label: &str) -> Option<Self> {
        let at = Self::DEF.labels.iter().position(|known| *known == label)?;
        Self::VARIANTS.get(at).copied()
    }
}

/// [`ColumnType::to_param`] of an enum.
pub fn to_param<E: DbEnum>(value: &E) -> Param {
    Param::Enum(E::DEF, value.label())
}

/// [`ColumnType::from_param`] of an enum.
pub fn from_param<E: DbEnum>(param: &Param) -> Option<E> {
    match param {
        Param::Enum(def, label) if **def == *E::DEF => E::from_label(label),
        _ => None,
    }
}

/// [`ColumnType::decode`] of an enum: its own type, or a text that is one of its labels.
///
/// # Errors
/// When the column has another type, is NULL, or holds a label the enum does not have.
pub fn decode<E: DbEnum>(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<E, DecodeFault> {
    let (label, is_own) = label_of(E::DEF, sql_type, raw)?;
    E::from_label(label).ok_or_else(|| unknown_label(E::DEF, label, is_own))
}

/// The label in a column, and whether the column has the enum's own type.
pub(super) fn label_of<'r>(
    def: &'static EnumDef,
    sql_type: WireType<'_>,
    raw: Option<&'r [u8]>,
) -> Result<(&'r str, bool), DecodeFault> {
    let name = def.name;
    let is_enum = matches!(sql_type.kind(), TypeKind::Enum);
    let is_own = is_enum && sql_type.name() == name;
    if !is_own && (is_enum || !text::is_text(sql_type)) {
        return Err(DecodeFault::wrong_type(name, sql_type));
    }
    let raw = raw.ok_or_else(|| DecodeFault::null(name))?;
    let label = std::str::from_utf8(raw).map_err(|_| DecodeFault::malformed(name))?;
    Ok((label, is_own))
}

/// The label is shown where it comes from the schema, and not where it is a
/// text somebody wrote into a row.
#[cold]
fn unknown_label(def: &EnumDef, label: &str, is_own: bool) -> DecodeFault {
    let expected = format!("a label of {} ({})", def.name, def.labels.join(", "));
    if is_own {
        DecodeFault::new(expected, format!("the label `{label}`"))
    } else {
        DecodeFault::new(expected, "another text")
    }
}
