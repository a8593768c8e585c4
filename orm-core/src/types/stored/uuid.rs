//! UUIDs as texts, or as their 16 bytes.

use super::Cell;
use crate::types::uuid;

/// The bytes of a UUID in any of its spellings.
pub(super) fn read(cell: Cell<'_>) -> Option<[u8; 16]> {
    match cell {
        Cell::Text(text) => uuid::parse(text),
        Cell::Blob(bytes) => bytes.try_into().ok(),
        _ => None,
    }
}

pub(super) fn write(value: [u8; 16]) -> String {
    let mut text = String::with_capacity(uuid::HYPHENATED);
    uuid::write(value, &mut text);
    text
}
