//! Whether two bound values are one.

use crate::types::Param;

/// Whether two values of one column are the same. Values that cannot be
/// compared here, as JSON, count as the same: then the association's stands.
pub(crate) fn is_same(left: &Param, right: &Param) -> bool {
    match (left, right) {
        (Param::Null, Param::Null) => true,
        (Param::Bool(left), Param::Bool(right)) => left == right,
        (Param::Int2(left), Param::Int2(right)) => left == right,
        (Param::Int4(left), Param::Int4(right)) => left == right,
        (Param::Int8(left), Param::Int8(right)) => left == right,
        (Param::Float4(left), Param::Float4(right)) => left == right,
        (Param::Float8(left), Param::Float8(right)) => left == right,
        #[cfg(feature = "decimal")]
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{ColumnType, Json};
    use chrono::{DateTime, NaiveDate, NaiveTime};
    use rust_decimal::Decimal;
    use uuid::Uuid;

    /// Asserts that a value is the same as itself, and no other one.
    #[track_caller]
    fn told_apart<T: ColumnType>(one: T, other: T) {
        let (one, other) = (one.into_param(), other.into_param());
        assert!(is_same(&one, &one.clone()), "{one:?}");
        assert!(!is_same(&one, &other), "{one:?}");
        assert!(!is_same(&one, &Param::Null), "{one:?} and NULL");
    }

    #[test]
    fn values_of_every_type_are_told_apart() {
        told_apart(true, false);
        told_apart(1_i16, 2);
        told_apart(1_i32, 2);
        told_apart(1_i64, 2);
        told_apart(1.0_f32, 1.5);
        told_apart(1.0_f64, 1.5);
        told_apart(Decimal::new(10, 1), Decimal::new(11, 1));
        told_apart("a".to_owned(), "A".to_owned());
        told_apart(vec![1_u8], vec![1, 0]);
        told_apart(Uuid::nil(), Uuid::max());
        told_apart(NaiveDate::MIN, NaiveDate::default());
        told_apart(
            NaiveTime::MIN,
            NaiveTime::from_hms_opt(1, 0, 0).unwrap_or_default(),
        );
        told_apart(
            DateTime::UNIX_EPOCH,
            DateTime::UNIX_EPOCH + chrono::Days::new(1),
        );
        let day = DateTime::UNIX_EPOCH.naive_utc();
        told_apart(day, day + chrono::Days::new(1));
        told_apart(vec![1, 2], vec![2, 1]);
        assert!(is_same(&Param::Null, &Param::Null));
    }

    // The same number in another scale is the same key.
    #[test]
    fn decimals_are_compared_by_value() {
        let same = |one: Decimal, other: Decimal| is_same(&one.into_param(), &other.into_param());
        assert!(same(Decimal::new(10, 1), Decimal::new(100, 2)));
    }

    #[test]
    fn types_are_told_apart() {
        assert!(!is_same(&Param::Int4(1), &Param::Int8(1)));
        assert!(!is_same(&Param::Date(1), &Param::Time(1)));
    }

    #[test]
    fn what_has_no_text_counts_as_the_same() {
        let json = |value: i32| Json(value).into_param();
        let mut text = String::new();
        let Param::Other(document) = json(1) else {
            panic!("a document")
        };
        let has_text = document.write_text(&mut text).is_ok();
        assert_eq!(is_same(&json(1), &json(2)), !has_text);
    }
}
