//! Whether two bound values are one.

use crate::types::Param;

/// Whether two values of one column are the same. Values that cannot be
/// compared here, as JSON, count as the same: then the association's stands.
pub(super) fn is_same(left: &Param, right: &Param) -> bool {
    match (left, right) {
        (Param::Null, Param::Null) => true,
        (Param::Bool(left), Param::Bool(right)) => left == right,
        (Param::Int2(left), Param::Int2(right)) => left == right,
        (Param::Int4(left), Param::Int4(right)) => left == right,
        (Param::Int8(left), Param::Int8(right)) => left == right,
        (Param::Float4(left), Param::Float4(right)) => left == right,
        (Param::Float8(left), Param::Float8(right)) => left == right,
        (Param::Numeric(left), Param::Numeric(right)) => left == right,
        (Param::Text(left), Param::Text(right)) => left == right,
        (Param::Bytes(left), Param::Bytes(right)) => left == right,
        (Param::Uuid(left), Param::Uuid(right)) => left == right,
        (Param::Date(left), Param::Date(right)) => left == right,
        (Param::Time(left), Param::Time(right))
        | (Param::Timestamp(left), Param::Timestamp(right))
        | (Param::Timestamptz(left), Param::Timestamptz(right)) => left == right,
        (Param::Enum(_, left), Param::Enum(_, right)) => left == right,
        (Param::Other(left), Param::Other(right)) => {
            let (mut one, mut other) = (String::new(), String::new());
            let texts = (left.write_text(&mut one), right.write_text(&mut other));
            !matches!(texts, (Ok(()), Ok(()))) || one == other
        }
        _ => false,
    }
}
