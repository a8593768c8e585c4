//! Programs that must not compile, and what the compiler says about them.
//!
//! `TRYBUILD=overwrite cargo test --test ui` rewrites the expected messages.

/// The most lines a reader takes in at a glance.
const LONGEST: usize = 12;

#[test]
fn mistakes_are_refused_with_a_sentence() {
    trybuild::TestCases::new().compile_fail("tests/ui/*/*.rs");
}
