//! Limits and multiples of numbers of every kind.

use rust_decimal::Decimal;

use crate::validate::{Bound, Rule, View};

fn decimal(text: &str) -> View<'static> {
    View::Decimal(text.parse().expect("a decimal"))
}

// A limit that rounds is a limit that lets the neighbour through.
#[test]
fn numbers_compare_exactly_across_kinds() {
    let at_least = |bound| Rule::Min(bound);
    for (bound, value, sound) in [
        (Bound::Float(1.5), View::Int(1), false),
        (Bound::Float(1.5), View::Int(2), true),
        (Bound::Float(-1.5), View::Int(-1), true),
        (Bound::Float(-1.5), View::Int(-2), false),
        (
            Bound::Float(9_007_199_254_740_993.0),
            View::Int(9_007_199_254_740_991),
            false,
        ),
        (
            Bound::Float(9_223_372_036_854_775_808.0),
            View::Int(i64::MAX),
            false,
        ),
        (
            Bound::Float(-9_223_372_036_854_775_808.0),
            View::Int(i64::MIN),
            true,
        ),
        (
            Bound::Int(i64::MAX),
            View::Float(9_223_372_036_854_775_808.0),
            true,
        ),
        (
            Bound::Int(i64::MAX),
            decimal("9223372036854775806.9"),
            false,
        ),
        (Bound::Decimal("0.10"), View::Int(0), false),
        (Bound::Decimal("0.10"), View::Float(0.1), true),
        (Bound::Decimal("0.10"), decimal("0.1"), true),
        (
            Bound::Decimal("0.10"),
            decimal("0.0999999999999999999999"),
            false,
        ),
        (Bound::Float(0.1), decimal("0.1"), true),
        (Bound::Float(1e300), View::Decimal(Decimal::MAX), false),
        (Bound::Float(-1e300), View::Decimal(Decimal::MIN), true),
        (Bound::Int(0), View::Float(-0.0), true),
        (Bound::Int(0), View::Float(f64::INFINITY), true),
        (Bound::Int(0), View::Float(f64::NEG_INFINITY), false),
    ] {
        assert_eq!(at_least(bound).check(&value), sound, "{bound:?}");
    }
}

// The least `i64` is a float; a value equal to its limit is within it.
#[test]
fn the_ends_of_the_range_are_within_it() {
    let least = Bound::Float(-9_223_372_036_854_775_808.0);
    assert!(Rule::Max(least).check(&View::Int(i64::MIN)));
    assert!(!Rule::Max(least).check(&View::Int(i64::MIN + 1)));
    assert!(Rule::Max(Bound::Int(i64::MAX)).check(&View::Int(i64::MAX)));
}

#[test]
fn nan_satisfies_no_limit() {
    for rule in [
        Rule::Min(Bound::Int(0)),
        Rule::Max(Bound::Int(0)),
        Rule::Max(Bound::Float(1.5)),
    ] {
        assert!(!rule.check(&View::Float(f64::NAN)));
    }
}

#[test]
fn a_flawed_bound_accepts_nothing() {
    for bound in [Bound::Decimal("ten"), Bound::Float(f64::NAN)] {
        for value in [View::Int(1), View::Float(1.0), decimal("1")] {
            assert!(!Rule::Min(bound).check(&value) && !Rule::Max(bound).check(&value));
        }
    }
}

#[test]
fn divisible_by_is_exact() {
    let cents = Rule::DivisibleBy(5);
    assert!(cents.check(&View::Int(-15)) && !cents.check(&View::Int(-14)));
    assert!(cents.check(&decimal("10.0")) && !cents.check(&decimal("10.5")));
    assert!(Rule::DivisibleBy(-1).check(&View::Int(i64::MIN)));
    assert!(
        !Rule::DivisibleBy(0).check(&View::Int(0)) && !Rule::DivisibleBy(0).check(&decimal("0"))
    );
}
