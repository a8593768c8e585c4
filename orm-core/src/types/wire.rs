//! The bytes of one value: reading fixed-size parts, writing sized ones.

use bytes::{BufMut, BytesMut};

use super::{DecodeFault, EncodeFault, Encoded, IsNull, TypeKind, WireType};

/// The bytes of a value that must be of a certain type and not NULL.
pub(super) fn value_of<'r>(
    expected: &'static str,
    fits: bool,
    sql_type: WireType<'_>,
    raw: Option<&'r [u8]>,
) -> Result<&'r [u8], DecodeFault> {
    if !fits {
        return Err(DecodeFault::wrong_type(expected, sql_type));
    }
    raw.ok_or_else(|| DecodeFault::null(expected))
}

/// All bytes of a value that has a fixed size.
pub(super) fn exactly<const N: usize>(
    expected: &'static str,
    raw: &[u8],
) -> Result<[u8; N], DecodeFault> {
    raw.try_into().map_err(|_| DecodeFault::malformed(expected))
}

/// The type behind a domain, which is what travels.
pub(super) fn base_type(mut sql_type: WireType<'_>) -> WireType<'_> {
    while let TypeKind::Domain(base) = sql_type.kind() {
        sql_type = base;
    }
    sql_type
}

/// Takes the parts of a composed value one by one; `None` when they run out.
pub(super) struct Reader<'r>(pub(super) &'r [u8]);

impl<'r> Reader<'r> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'r [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_be_bytes)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    #[cfg(feature = "decimal")]
    pub(super) fn i16(&mut self) -> Option<i16> {
        self.array().map(i16::from_be_bytes)
    }

    #[cfg(feature = "pgvector")]
    pub(super) fn f32(&mut self) -> Option<f32> {
        self.array().map(f32::from_be_bytes)
    }

    pub(super) fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_be_bytes)
    }

    pub(super) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_be_bytes)
    }

    /// A value with its length before it; the length -1 stands for NULL.
    pub(super) fn sized(&mut self) -> Option<Option<&'r [u8]>> {
        match self.i32()? {
            -1 => Some(None),
            length => self.take(usize::try_from(length).ok()?).map(Some),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
}

/// Writes a value with its length before it, or -1 for NULL.
pub(super) fn write_sized(
    out: &mut BytesMut,
    write: impl FnOnce(&mut BytesMut) -> Encoded,
) -> Encoded {
    let start = out.len();
    out.put_i32(-1);
    let written = write(out)?;
    if matches!(written, IsNull::No) {
        let length = i32::try_from(out.len() - start - 4).map_err(|_| too_large())?;
        out[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }
    Ok(written)
}

/// A value of more bytes or elements than the protocol can count.
pub(super) fn too_large() -> EncodeFault {
    EncodeFault::unrepresentable("a value is larger than the 2 GB the protocol can carry")
}
