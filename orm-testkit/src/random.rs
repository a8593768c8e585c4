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

/// Numbers that look random and come again with their seed, for tests that look
/// for faults by themselves.
///
/// ```
/// use orm_testkit::Random;
///
/// let numbers = |seed| {
///     let mut random = Random::new(seed);
///     [random.below(100), random.below(100), random.below(100)]
/// };
/// assert_eq!(numbers(7), numbers(7));
/// assert_ne!(numbers(7), numbers(8));
/// ```
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// The numbers of a seed.
    pub fn new(seed: u64) -> Self {
        // Zero would stay zero; neighbours should not look alike.
        let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..4 {
            random.next();
        }
        random
    }

    /// The next step of a xorshift generator.
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`; zero if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from((self.next() >> 16) % end).unwrap_or(0)
    }

    /// Whether something of so many percent happens.
    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    /// One of these, if there are any.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.below(from.len());
        from.get(at)
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
