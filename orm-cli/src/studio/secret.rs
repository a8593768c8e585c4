//! What nobody can guess.

use std::fmt;
use std::fmt::Write;

use subtle::ConstantTimeEq;

use crate::failure::Failure;

/// 256 bits of chance, as 64 digits. Its `Debug` shows none.
pub(super) struct Secret(String);

impl Secret {
    /// A new one, of the system's chance.
    pub(super) fn new() -> Result<Self, Failure> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|error| Failure::refused(format!("the system has no chance: {error}")))?;
        let mut text = String::with_capacity(64);
        for byte in bytes {
            let _ = write!(text, "{byte:02x}");
        }
        Ok(Secret(text))
    }

    /// Whether it was said. How long that takes does not depend on how much of it is right.
    pub(super) fn is(&self, said: &str) -> bool {
        self.0.as_bytes().ct_eq(said.as_bytes()).into()
    }

    /// The secret itself, for the one who may have it.
    pub(super) fn tell(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_are_never_the_same_and_none_is_printed() {
        let (one, other) = (Secret::new().unwrap(), Secret::new().unwrap());
        assert!(one.is(one.tell()) && !one.is(other.tell()));
        assert!(!one.is("") && !one.is(&one.tell()[..63]));
        assert_eq!(one.tell().len(), 64);
        assert_eq!(format!("{one:?}"), "Secret");
    }
}
