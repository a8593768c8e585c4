//! The type of the crate `rust_decimal`.
//!
//! A [`Decimal`] is 96 bits of digits and a scale of up to 28; a number that it
//! cannot hold exactly is a fault.

use rust_decimal::Decimal;

use super::{NAME, NEGATIVE, POSITIVE};
use crate::schema::{RangeKind, SqlType};
use crate::types::{
    ArrayElement, ColumnType, DecodeFault, Param, RangeBound, WireType, family, wire,
};

const NOT_A_NUMBER: u16 = 0xC000;
const INFINITY: u16 = 0xD000;
const NEGATIVE_INFINITY: u16 = 0xF000;

/// The largest number of digits after the point a [`Decimal`] has.
const MAX_SCALE: u32 = Decimal::MAX_SCALE;
/// The largest value of a [`Decimal`]'s digits.
const MAX_MANTISSA: u128 = (1 << 96) - 1;

impl ColumnType for Decimal {
    type Base = Self;
    type Family = family::Decimal;

    const SQL_TYPE: SqlType = SqlType::Numeric(None);

    fn to_param(&self) -> Param {
        Param::Numeric(*self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        match param {
            Param::Numeric(value) => Some(*value),
            _ => None,
        }
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        let raw = wire::value_of(NAME, sql_type == WireType::NUMERIC, sql_type, raw)?;
        let digits = Digits::read(raw).ok_or_else(|| DecodeFault::malformed(NAME))?;
        match digits.sign {
            POSITIVE | NEGATIVE => digits.to_decimal(),
            NOT_A_NUMBER => Err(DecodeFault::new("a finite numeric", "NaN")),
            INFINITY => Err(DecodeFault::new("a finite numeric", "infinity")),
            NEGATIVE_INFINITY => Err(DecodeFault::new("a finite numeric", "-infinity")),
            _ => Err(DecodeFault::malformed(NAME)),
        }
    }
}

impl ArrayElement for Decimal {}

impl RangeBound for Decimal {
    const RANGE: RangeKind = RangeKind::Numeric;
}

/// A number as the server sends it.
struct Digits<'r> {
    /// The power of 10,000 of the first group.
    weight: i16,
    sign: u16,
    /// The number of decimal digits after the point.
    scale: u16,
    /// Groups of four decimal digits, two bytes each.
    groups: &'r [u8],
}

impl<'r> Digits<'r> {
    fn read(raw: &'r [u8]) -> Option<Self> {
        let mut reader = wire::Reader(raw);
        let count = reader.u16()?;
        let weight = reader.i16()?;
        let sign = reader.u16()?;
        let scale = reader.u16()?;
        let groups = reader.take(usize::from(count) * 2)?;
        reader.is_empty().then_some(Digits {
            weight,
            sign,
            scale,
            groups,
        })
    }

    fn to_decimal(&self) -> Result<Decimal, DecodeFault> {
        let too_many = || DecodeFault::new("a numeric of at most 28 digits", "more digits");
        let mut mantissa: u128 = 0;
        for group in self.groups.chunks_exact(2) {
            let group = u16::from_be_bytes([group[0], group[1]]);
            if group > 9999 {
                return Err(DecodeFault::malformed(NAME));
            }
            mantissa = mantissa
                .checked_mul(10_000)
                .and_then(|shifted| shifted.checked_add(group.into()))
                .ok_or_else(too_many)?;
        }
        let groups_after_point = (self.groups.len() / 2) as i64 - 1 - i64::from(self.weight);
        let (mantissa, scale) =
            rescaled(mantissa, groups_after_point * 4, self.scale.into()).ok_or_else(too_many)?;
        let mut value =
            Decimal::try_from_i128_with_scale(mantissa as i128, scale).map_err(|_| too_many())?;
        value.set_sign_negative(self.sign == NEGATIVE);
        Ok(value)
    }
}

/// The same number with `wanted` digits after the point, or as near to that as
/// a [`Decimal`] allows without losing a digit other than 0.
fn rescaled(mut mantissa: u128, mut scale: i64, wanted: u32) -> Option<(u128, u32)> {
    if mantissa == 0 {
        return Some((0, wanted.min(MAX_SCALE)));
    }
    while scale > i64::from(wanted) || scale > i64::from(MAX_SCALE) || mantissa > MAX_MANTISSA {
        if scale == 0 || !mantissa.is_multiple_of(10) {
            return None;
        }
        mantissa /= 10;
        scale -= 1;
    }
    while scale < i64::from(wanted.min(MAX_SCALE)) {
        match mantissa.checked_mul(10) {
            Some(widened) if widened <= MAX_MANTISSA => mantissa = widened,
            // Fewer zeros after the point are the same number; before it they are not.
            _ if scale >= 0 => break,
            _ => return None,
        }
        scale += 1;
    }
    Some((mantissa, u32::try_from(scale).ok()?))
}
