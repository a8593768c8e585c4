//! Random choices that numbers repeat.

/// A generator of one case; the same seeds make the same case.
pub(super) struct Dice {
    structure: u64,
    constants: u64,
}

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Dice::with_constants(seed, seed)
    }

    /// The same structure with other constants: a statement of the same shape.
    pub(super) fn with_constants(structure: u64, constants: u64) -> Self {
        Dice {
            structure,
            constants,
        }
    }

    /// A number below `sides`.
    pub(super) fn below(&mut self, sides: usize) -> usize {
        next(&mut self.structure, sides)
    }

    /// True once in so many times.
    pub(super) fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// A constant of at least `least` and at most `most`.
    pub(super) fn between(&mut self, least: i32, most: i32) -> i32 {
        least
            + next(
                &mut self.constants,
                (most - least + 1).unsigned_abs() as usize,
            ) as i32
    }

    /// One of some constants.
    pub(super) fn constant<T: Copy>(&mut self, from: &[T]) -> T {
        from[next(&mut self.constants, from.len())]
    }

    /// Up to `most` of them, made one by one.
    pub(super) fn several<T>(
        &mut self,
        least: usize,
        most: usize,
        mut one: impl FnMut(&mut Self) -> T,
    ) -> Vec<T> {
        let count = least + self.below(most - least + 1);
        (0..count).map(|_| one(self)).collect()
    }
}

fn next(state: &mut u64, sides: usize) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((mixed ^ (mixed >> 31)) % sides.max(1) as u64) as usize
}
