//! Ranges over integers, decimals, dates and timestamps.

use std::borrow::Cow;
use std::ops::Bound;

use bytes::{BufMut, BytesMut};
use serde::{Deserialize, Serialize};

use super::param::Bind;
use super::{
    ArrayElement, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, TypeKind, WireType,
    family, literal, wire,
};
use crate::schema::{RangeKind, SqlType};

/// A range, with or without each bound, or the empty range.
///
/// The server keeps ranges over integers and dates in one form: `1..=5` comes
/// back as `1..6`.
///
/// ```
/// use std::ops::Bound;
/// use orm_core::types::Range;
///
/// let range = Range::from(1..6);
/// assert_eq!(range.lower(), Some(&Bound::Included(1)));
/// assert!(range.contains(&5) && !range.contains(&6));
/// assert!(!Range::<i32>::Empty.contains(&5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Range<T> {
    /// The range that contains nothing.
    Empty,
    /// Everything between two bounds.
    Between(Bound<T>, Bound<T>),
}

impl<T> Range<T> {
    /// The range of all values.
    pub const ALL: Range<T> = Range::Between(Bound::Unbounded, Bound::Unbounded);

    /// The lower bound; `None` for the empty range.
    pub const fn lower(&self) -> Option<&Bound<T>> {
        match self {
            Range::Empty => None,
            Range::Between(lower, _) => Some(lower),
        }
    }

    /// The upper bound; `None` for the empty range.
    pub const fn upper(&self) -> Option<&Bound<T>> {
        match self {
            Range::Empty => None,
            Range::Between(_, upper) => Some(upper),
        }
    }
}

impl<T: PartialOrd> Range<T> {
    /// Whether a value lies in the range.
    pub fn contains(&self, value: &T) -> bool {
        match self {
            Range::Empty => false,
            Range::Between(lower, upper) => {
                std::ops::RangeBounds::contains(&(lower.as_ref(), upper.as_ref()), value)
            }
        }
    }
}

/// Rust's own ranges.
macro_rules! from_rust_ranges {
    ($($rust:ty, $range:pat => $lower:expr, $upper:expr;)*) => {$(
        impl<T> From<$rust> for Range<T> {
            fn from($range: $rust) -> Self {
                Range::Between($lower, $upper)
            }
        }
    )*};
}

from_rust_ranges! {
    std::ops::Range<T>, std::ops::Range { start, end } => Bound::Included(start), Bound::Excluded(end);
    std::ops::RangeFrom<T>, std::ops::RangeFrom { start } => Bound::Included(start), Bound::Unbounded;
    std::ops::RangeTo<T>, std::ops::RangeTo { end } => Bound::Unbounded, Bound::Excluded(end);
    std::ops::RangeToInclusive<T>, std::ops::RangeToInclusive { end } => Bound::Unbounded, Bound::Included(end);
    std::ops::RangeFull, _ => Bound::Unbounded, Bound::Unbounded;
}

impl<T> From<std::ops::RangeInclusive<T>> for Range<T> {
    fn from(range: std::ops::RangeInclusive<T>) -> Self {
        let (start, end) = range.into_inner();
        Range::Between(Bound::Included(start), Bound::Included(end))
    }
}

/// A column type that PostgreSQL has a range type for.
#[diagnostic::on_unimplemented(
    message = "PostgreSQL has no range over `{Self}`",
    label = "no range type",
    note = "ranges are over `i32`, `i64`, `Decimal`, `NaiveDate`, `NaiveDateTime` and `DateTime<Utc>`"
)]
pub trait RangeBound: ColumnType<Base = Self> {
    /// The range type.
    const RANGE: RangeKind;
}

macro_rules! range_bounds {
    ($($bound:ty: $kind:ident;)*) => {$(
        impl RangeBound for $bound {
            const RANGE: RangeKind = RangeKind::$kind;
        }
    )*};
}

range_bounds! {
    i32: Int4;
    i64: Int8;
}

impl<T: RangeBound> ColumnType for Range<T> {
    type Base = Self;
    type Family = family::Range<T>;

    const SQL_TYPE: SqlType = SqlType::Range(T::RANGE);

    fn to_param(&self) -> Param {
        Param::other(self.clone())
    }

    fn into_param(self) -> Param {
        Param::other(self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        param.downcast::<Self>().cloned()
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        Bind::encode(self, sql_type, out)
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let name = T::RANGE.wire_name();
        let TypeKind::Range(bound_type) = sql_type.kind() else {
            return Err(DecodeFault::wrong_type(name, sql_type));
        };
        let raw = raw.ok_or_else(|| DecodeFault::null(name))?;
        let mut reader = wire::Reader(raw);
        let flags = reader.u8().ok_or_else(|| DecodeFault::malformed(name))?;
        if flags & EMPTY != 0 {
            return Ok(Range::Empty);
        }
        let mut bound = |unbounded, included| {
            decode_bound(
                flags,
                unbounded,
                included,
                wire::base_type(bound_type),
                &mut reader,
            )
        };
        Ok(Range::Between(
            bound(LOWER_UNBOUNDED, LOWER_INCLUDED)?,
            bound(UPPER_UNBOUNDED, UPPER_INCLUDED)?,
        ))
    }
}

impl<T: RangeBound> ArrayElement for Range<T> {}

const EMPTY: u8 = 0x01;
const LOWER_INCLUDED: u8 = 0x02;
const UPPER_INCLUDED: u8 = 0x04;
const LOWER_UNBOUNDED: u8 = 0x08;
const UPPER_UNBOUNDED: u8 = 0x10;

fn decode_bound<T: RangeBound>(
    flags: u8,
    unbounded: u8,
    included: u8,
    bound_type: WireType<'_>,
    reader: &mut wire::Reader<'_>,
) -> Result<Bound<T>, DecodeFault> {
    if flags & unbounded != 0 {
        return Ok(Bound::Unbounded);
    }
    let raw = reader
        .sized()
        .ok_or_else(|| DecodeFault::malformed(T::RANGE.wire_name()))?;
    let value = T::decode(bound_type, raw)?;
    Ok(if flags & included != 0 {
        Bound::Included(value)
    } else {
        Bound::Excluded(value)
    })
}

impl<T: RangeBound> Bind for Range<T> {
    fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(T::RANGE.wire_name())
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        let TypeKind::Range(bound_type) = sql_type.kind() else {
            return Err(EncodeFault::wrong_type(T::RANGE.wire_name(), sql_type).into());
        };
        let Range::Between(lower, upper) = self else {
            out.put_u8(EMPTY);
            return Ok(IsNull::No);
        };
        out.put_u8(
            flag(lower, LOWER_UNBOUNDED, LOWER_INCLUDED)
                | flag(upper, UPPER_UNBOUNDED, UPPER_INCLUDED),
        );
        for bound in [lower, upper] {
            if let Bound::Included(value) | Bound::Excluded(value) = bound {
                wire::write_sized(out, |out| value.encode(wire::base_type(bound_type), out))?;
            }
        }
        Ok(IsNull::No)
    }

    fn write_text(&self, out: &mut String) -> Result<(), EncodeFault> {
        let Range::Between(lower, upper) = self else {
            out.push_str("empty");
            return Ok(());
        };
        out.push(if matches!(lower, Bound::Included(_)) {
            '['
        } else {
            '('
        });
        write_bound(lower, out)?;
        out.push(',');
        write_bound(upper, out)?;
        out.push(if matches!(upper, Bound::Included(_)) {
            ']'
        } else {
            ')'
        });
        Ok(())
    }
}

fn flag<T>(bound: &Bound<T>, unbounded: u8, included: u8) -> u8 {
    match bound {
        Bound::Unbounded => unbounded,
        Bound::Included(_) => included,
        Bound::Excluded(_) => 0,
    }
}

fn write_bound<T: RangeBound>(bound: &Bound<T>, out: &mut String) -> Result<(), EncodeFault> {
    if let Bound::Included(value) | Bound::Excluded(value) = bound {
        let mut text = String::new();
        value.to_param().write_text(&mut text)?;
        literal::write_element(&text, out);
    }
    Ok(())
}
