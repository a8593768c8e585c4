//! UUIDs as texts, or as their 16 bytes.

use uuid::Uuid;

use super::Cell;

/// The bytes of a UUID in any of its spellings.
pub(super) fn read(cell: Cell<'_>) -> Option<[u8; 16]> {
    match cell {
        Cell::Text(text) => Uuid::try_parse_ascii(text).ok().map(Uuid::into_bytes),
        Cell::Blob(bytes) => bytes.try_into().ok(),
        _ => None,
    }
}

pub(super) fn write(value: Uuid) -> String {
    value.hyphenated().to_string()
}
