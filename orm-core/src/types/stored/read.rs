//! From a cell to the canonical form, which each Rust type reads.

use smallvec::SmallVec;

use super::moment::Unread;
use super::{Cell, decimal, document, moment, uuid};
use crate::schema::SqlType;
use crate::types::{ColumnType, DecodeFault, WireType};

/// Room for one value that is not borrowed from its cell: most need no allocation.
pub(super) type Buffer = SmallVec<[u8; 32]>;

/// A value in canonical form; `None` is NULL.
type Canonical<'r> = (WireType<'static>, Option<&'r [u8]>);

/// Reads a value from a cell. `scale` is that of a column declared as `numeric(p, s)`.
#[inline]
pub(crate) fn decode<T: ColumnType>(cell: Cell<'_>, scale: Option<u16>) -> Result<T, DecodeFault> {
    let mut buffer = Buffer::new();
    let (sql_type, raw) = canonical(cell, &T::SQL_TYPE, scale, &mut buffer)?;
    T::decode(sql_type, raw)
}

// Inlined, so that of all this a Rust type's own arm is left.
#[inline(always)]
fn canonical<'r>(
    cell: Cell<'r>,
    expected: &SqlType,
    scale: Option<u16>,
    buffer: &'r mut Buffer,
) -> Result<Canonical<'r>, DecodeFault> {
    let wire = match expected {
        SqlType::Bool => match cell {
            Cell::Null => return Ok((WireType::BOOL, None)),
            cell => {
                put(buffer, [truth(cell)?]);
                WireType::BOOL
            }
        },
        SqlType::Int2 => match cell {
            Cell::Null => return Ok((WireType::INT2, None)),
            cell => {
                let value = i16::try_from(integer(cell, "int2")?);
                put(buffer, value.map_err(|_| larger("int2"))?.to_be_bytes());
                WireType::INT2
            }
        },
        SqlType::Int4 => match cell {
            Cell::Null => return Ok((WireType::INT4, None)),
            cell => {
                let value = i32::try_from(integer(cell, "int4")?);
                put(buffer, value.map_err(|_| larger("int4"))?.to_be_bytes());
                WireType::INT4
            }
        },
        SqlType::Int8 => match cell {
            Cell::Null => return Ok((WireType::INT8, None)),
            cell => {
                put(buffer, integer(cell, "int8")?.to_be_bytes());
                WireType::INT8
            }
        },
        SqlType::Float4 => match cell {
            Cell::Null => return Ok((WireType::FLOAT4, None)),
            cell => {
                put(buffer, single(cell)?.to_be_bytes());
                WireType::FLOAT4
            }
        },
        SqlType::Float8 => match cell {
            Cell::Null => return Ok((WireType::FLOAT8, None)),
            cell => {
                put(buffer, double(cell, "float8")?.to_be_bytes());
                WireType::FLOAT8
            }
        },
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Enum(_) => {
            return borrowed(cell, WireType::TEXT, expected);
        }
        SqlType::Bytea => return borrowed(cell, WireType::BYTEA, expected),
        SqlType::Json | SqlType::Jsonb => match cell {
            Cell::Integer(_) | Cell::Real(_) => {
                document::read_number(cell, buffer);
                WireType::JSON
            }
            cell => return borrowed(cell, WireType::JSON, expected),
        },
        SqlType::Named(_) => return Ok(as_it_is(cell, buffer)),
        other => return composed(cell, other, scale, buffer),
    };
    Ok((wire, Some(buffer)))
}

/// Texts that stand for something else, and what is not stored at all.
fn composed<'r>(
    cell: Cell<'r>,
    expected: &SqlType,
    scale: Option<u16>,
    buffer: &'r mut Buffer,
) -> Result<Canonical<'r>, DecodeFault> {
    let wire = match expected {
        SqlType::Numeric(_) => WireType::NUMERIC,
        SqlType::Uuid => WireType::UUID,
        SqlType::Date => WireType::DATE,
        SqlType::Time => WireType::TIME,
        SqlType::Timestamp => WireType::TIMESTAMP,
        SqlType::Timestamptz => WireType::TIMESTAMPTZ,
        // An `Option` of it reads NULL, whatever the type.
        _ if matches!(cell, Cell::Null) => WireType::UNKNOWN,
        _ => return Err(mismatch(expected, cell)),
    };
    match (expected, cell) {
        (_, Cell::Null) => return Ok((wire, None)),
        (SqlType::Numeric(_), cell) => numeric(cell, scale, buffer)?,
        (SqlType::Uuid, Cell::Text(_) | Cell::Blob(_)) => {
            put(buffer, uuid::read(cell).ok_or_else(|| malformed(expected))?);
        }
        (SqlType::Date, Cell::Text(text)) => put(
            buffer,
            moment::read_date(text)
                .map_err(|why| unread(expected, why))?
                .to_be_bytes(),
        ),
        (_, Cell::Text(text)) => {
            let read = match expected {
                SqlType::Time => moment::read_time(text),
                SqlType::Timestamp => moment::read_timestamp(text),
                _ => moment::read_timestamptz(text),
            };
            put(
                buffer,
                read.map_err(|why| unread(expected, why))?.to_be_bytes(),
            );
        }
        _ => return Err(mismatch(expected, cell)),
    }
    Ok((wire, Some(buffer)))
}

#[inline]
fn put<const N: usize>(buffer: &mut Buffer, bytes: [u8; N]) {
    buffer.extend_from_slice(&bytes);
}

#[inline]
fn borrowed<'r>(
    cell: Cell<'r>,
    wire: WireType<'static>,
    expected: &SqlType,
) -> Result<Canonical<'r>, DecodeFault> {
    match cell {
        Cell::Null => Ok((wire, None)),
        Cell::Blob(bytes) if wire == WireType::BYTEA => Ok((wire, Some(bytes))),
        Cell::Text(bytes) if wire != WireType::BYTEA => Ok((wire, Some(bytes))),
        cell => Err(mismatch(expected, cell)),
    }
}

/// For types that only the program knows.
fn as_it_is<'r>(cell: Cell<'r>, buffer: &'r mut Buffer) -> Canonical<'r> {
    let wire = match cell {
        Cell::Null => return (WireType::TEXT, None),
        Cell::Text(bytes) => return (WireType::TEXT, Some(bytes)),
        Cell::Blob(bytes) => return (WireType::BYTEA, Some(bytes)),
        Cell::Integer(value) => {
            put(buffer, value.to_be_bytes());
            WireType::INT8
        }
        Cell::Real(value) => {
            put(buffer, value.to_be_bytes());
            WireType::FLOAT8
        }
    };
    (wire, Some(buffer))
}

fn truth(cell: Cell<'_>) -> Result<u8, DecodeFault> {
    match integer(cell, "bool")? {
        0 => Ok(0),
        1 => Ok(1),
        _ => Err(DecodeFault::new("bool", "an integer other than 0 and 1")),
    }
}

/// An integer, or a real number that is one.
#[inline]
fn integer(cell: Cell<'_>, expected: &'static str) -> Result<i64, DecodeFault> {
    match cell {
        Cell::Integer(value) => Ok(value),
        other => whole(other, expected),
    }
}

/// 2^63, the first number beyond the integers.
const BEYOND: f64 = 9_223_372_036_854_775_808.0;

#[cold]
fn whole(cell: Cell<'_>, expected: &'static str) -> Result<i64, DecodeFault> {
    match cell {
        Cell::Real(value) if value.trunc() == value && (-BEYOND..BEYOND).contains(&value) => {
            Ok(value as i64)
        }
        Cell::Real(_) => Err(DecodeFault::new(expected, "a real number that is not one")),
        cell => Err(DecodeFault::new(expected, cell.kind())),
    }
}

#[cold]
fn larger(expected: &'static str) -> DecodeFault {
    DecodeFault::new(expected, "a larger integer")
}

/// A real number, or an integer that is one.
fn double(cell: Cell<'_>, expected: &'static str) -> Result<f64, DecodeFault> {
    match cell {
        Cell::Real(value) => Ok(value),
        Cell::Integer(value) if value as f64 as i128 == i128::from(value) => Ok(value as f64),
        Cell::Integer(_) => Err(DecodeFault::new(expected, "an integer of more digits")),
        cell => Err(DecodeFault::new(expected, cell.kind())),
    }
}

/// A column's own value is exact. What was computed has the precision of a double, and
/// gets that of the type, as it does on a server that computes in it.
fn single(cell: Cell<'_>) -> Result<f32, DecodeFault> {
    let value = double(cell, "float4")?;
    let nearest = value as f32;
    if nearest.is_infinite() && value.is_finite() {
        return Err(DecodeFault::new("float4", "a larger number"));
    }
    Ok(nearest)
}

fn numeric(cell: Cell<'_>, scale: Option<u16>, buffer: &mut Buffer) -> Result<(), DecodeFault> {
    match cell {
        Cell::Text(text) => {
            decimal::read_text(text, scale, buffer).ok_or_else(|| DecodeFault::malformed("numeric"))
        }
        Cell::Integer(value) => decimal::read_integer(value, scale, buffer)
            .ok_or_else(|| DecodeFault::malformed("numeric")),
        Cell::Real(value) => decimal::read_real(value, scale, buffer)
            .ok_or_else(|| DecodeFault::new("numeric", "a real number of more than 15 digits")),
        cell => Err(DecodeFault::new("numeric", cell.kind())),
    }
}

#[cold]
fn mismatch(expected: &SqlType, cell: Cell<'_>) -> DecodeFault {
    DecodeFault::new(expected.wire_name(), cell.kind())
}

#[cold]
fn malformed(expected: &SqlType) -> DecodeFault {
    DecodeFault::malformed(expected.wire_name())
}

#[cold]
fn unread(expected: &SqlType, why: Unread) -> DecodeFault {
    let got = match why {
        Unread::Malformed => return malformed(expected),
        Unread::TooFine => "a fraction finer than microseconds",
        Unread::Zoned => "a time with an offset from UTC",
    };
    DecodeFault::new(expected.wire_name(), got)
}
