//! Any cell as every type: a value that can be stored again and is the same then, or a
//! fault.

use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::{Cell, Stored, decode};
use crate::types::{ColumnType, Infinite, Interval, Json, Range};

fn read<T: ColumnType>(cell: Cell<'_>, scale: Option<u16>) {
    let Ok(value) = decode::<T>(cell, scale) else {
        return;
    };
    // Another calendar, offset or spelling may lie beyond what is written.
    let Ok(stored) = value.to_param().stored() else {
        return;
    };
    let again: T = decode(as_cell(&stored), scale).expect("what is stored can be read");
    assert_eq!(again.to_param().stored().ok(), Some(stored));
}

fn as_cell(stored: &Stored) -> Cell<'_> {
    match stored {
        Stored::Null => Cell::Null,
        Stored::Integer(value) => Cell::Integer(*value),
        Stored::Real(value) => Cell::Real(*value),
        Stored::Text(text) => Cell::Text(text.as_bytes()),
        Stored::Blob(bytes) => Cell::Blob(bytes),
    }
}

macro_rules! reads {
    ($cell:expr, $scale:expr; $($rust:ty),+ $(,)?) => {$(
        read::<$rust>($cell, $scale);
        read::<Option<$rust>>($cell, $scale);
    )+};
}

fn every_type(cell: Cell<'_>, scale: Option<u16>) {
    reads!(cell, scale;
        bool, i16, i32, i64, f32, f64, Decimal, String, Vec<u8>, NaiveDate, NaiveTime,
        NaiveDateTime, DateTime<Utc>, Uuid, serde_json::Value, Json<Vec<u8>>,
        Infinite<DateTime<Utc>>, Interval, IpAddr, Range<i32>, Vec<i32>,
    );
}

#[test]
fn cells() {
    bolero::check!().with_max_len(64).for_each(|bytes| {
        let Some((kind, raw)) = bytes.split_first() else {
            return;
        };
        let number: [u8; 8] = std::array::from_fn(|at| raw.get(at).copied().unwrap_or(0));
        let cell = match kind % 4 {
            0 => Cell::Integer(i64::from_be_bytes(number)),
            1 => Cell::Real(f64::from_be_bytes(number)),
            2 => Cell::Text(raw),
            _ => Cell::Blob(raw),
        };
        let scale = kind.checked_sub(200).map(u16::from);
        every_type(cell, scale);
    });
}

/// Texts that are nearly dates, times and numbers.
#[test]
fn spellings() {
    const PIECES: [&[u8]; 16] = [
        b"2024", b"-", b"02", b"29", b"T", b" ", b":", b"00", b".", b"000001", b"Z", b"+", b"e",
        b"9", b"0", b"10",
    ];
    bolero::check!().with_max_len(24).for_each(|bytes| {
        let pieces = bytes.iter().map(|at| PIECES[usize::from(at % 16)]);
        let text: Vec<u8> = pieces.flatten().copied().collect();
        every_type(Cell::Text(&text), Some(2));
    });
}
