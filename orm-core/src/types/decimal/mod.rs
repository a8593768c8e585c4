//! `numeric`: exact decimal numbers.
//!
//! The server sends groups of four decimal digits, the weight of the first
//! group and the number of digits after the point.

#[cfg(feature = "decimal")]
mod column;

use bytes::{BufMut, BytesMut};

use super::{EncodeFault, Encoded, IsNull, WireType};

const NAME: &str = "numeric";
const POSITIVE: u16 = 0x0000;
const NEGATIVE: u16 = 0x4000;

/// 96 bits are at most 29 digits, and up to 3 zeros fill the last group.
const MAX_GROUPS: usize = 8;

/// A number of at most 96 bits, so many digits of which stand after the point.
pub(super) fn encode(
    value: i128,
    scale: u32,
    sql_type: WireType<'_>,
    out: &mut BytesMut,
) -> Encoded {
    if sql_type != WireType::NUMERIC {
        return Err(EncodeFault::wrong_type(NAME, sql_type).into());
    }
    let groups_after_point = scale.div_ceil(4);
    // At most 2^96 * 10^3, so 33 digits: far below the limit of 128 bits.
    let mut rest = value.unsigned_abs() * 10_u128.pow(groups_after_point * 4 - scale);

    // The groups come out last first; zeros at the end are not sent.
    let (mut groups, mut count, mut skipped) = ([0_u16; MAX_GROUPS + 1], 0, 0);
    while rest > 0 {
        let group = (rest % 10_000) as u16;
        rest /= 10_000;
        if count == 0 && group == 0 {
            skipped += 1;
        } else {
            groups[count] = group;
            count += 1;
        }
    }
    let negative = count > 0 && value < 0;
    out.put_u16(count as u16);
    out.put_i16(weight(count, skipped, groups_after_point));
    out.put_u16(if negative { NEGATIVE } else { POSITIVE });
    out.put_u16(scale as u16);
    for group in groups[..count].iter().rev() {
        out.put_u16(*group);
    }
    Ok(IsNull::No)
}

/// The power of 10,000 of the first group; all three numbers are below 20.
fn weight(count: usize, skipped: usize, groups_after_point: u32) -> i16 {
    if count == 0 {
        0
    } else {
        (count + skipped) as i16 - groups_after_point as i16 - 1
    }
}
