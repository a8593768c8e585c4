//! Random numbers for names that must not collide.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// Enough bits for a name that also holds a process id. The standard library
/// seeds its hash maps from the operating system; no dependency is needed.
pub(crate) fn u32() -> u32 {
    let hash = RandomState::new().hash_one(());
    // The upper half: which half does not matter, both are mixed.
    (hash >> 32) as u32
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_differ() {
        let numbers: std::collections::HashSet<_> = (0..100).map(|_| super::u32()).collect();
        assert!(numbers.len() > 90);
    }
}
