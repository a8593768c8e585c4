//! Random numbers: for names that must not collide, and for plans that come again.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// Enough bits for a name that also holds a process id. The standard library
/// seeds its hash maps from the operating system; no dependency is needed.
pub(crate) fn u32() -> u32 {
    let hash = RandomState::new().hash_one(());
    // The upper half: which half does not matter, both are mixed.
    (hash >> 32) as u32
}

/// Numbers that look random and come again with their seed.
pub(crate) struct Seeded(u64);

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        // Zero would stay zero; neighbours should not look alike.
        let mut numbers = Seeded(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..4 {
            numbers.next();
        }
        numbers
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`; zero if there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from((self.next() >> 16) % end).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_differ() {
        let numbers: std::collections::HashSet<_> = (0..100).map(|_| super::u32()).collect();
        assert!(numbers.len() > 90);
    }
}
