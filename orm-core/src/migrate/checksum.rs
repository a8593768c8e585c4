//! Checksums: was a migration edited after it was applied?

use sha2::{Digest, Sha256};

/// How today's checksums are made. It is kept beside each, so that another way
/// can come without making every old migration look edited.
pub(crate) const ALGORITHM: &str = "sha256-lf";

/// The checksum of a text whose line endings are normalised.
pub(crate) fn of(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// The checksum of the first statements of a script, whatever stands between them.
pub(crate) fn of_statements<'s>(statements: impl Iterator<Item = &'s str>) -> String {
    let mut digest = Sha256::new();
    for statement in statements {
        digest.update(statement.as_bytes());
        // No text of SQL has a NUL in it.
        digest.update([0]);
    }
    hex(&digest.finalize())
}

/// The key of the advisory lock that whoever writes this history holds.
pub(crate) fn lock_key(history: &str) -> i64 {
    let digest = Sha256::digest(format!("orm migrations {history}").as_bytes());
    let mut key = [0; 8];
    key.copy_from_slice(&digest[..8]);
    i64::from_be_bytes(key)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // They are in people's databases: these can never change.
    #[test]
    fn checksums_are_fixed_for_all_time() {
        assert_eq!(
            of("a"),
            "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"
        );
        assert_eq!(
            lock_key("\"public\".\"orm_migrations\""),
            -7_038_838_407_252_854_360
        );
    }

    #[test]
    fn statements_are_told_apart() {
        assert_ne!(
            of_statements(["ab", "c"].into_iter()),
            of_statements(["a", "bc"].into_iter())
        );
    }
}
