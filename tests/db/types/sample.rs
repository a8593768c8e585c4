//! Random values of every type, within what the server can hold.

use std::net::IpAddr;
use std::ops::Bound;

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm::types::{Cidr, Inet, Interval, Range, RangeBound};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

use super::models::{Cents, Mood};
use crate::database::Test;

/// A type that values can be drawn of.
pub(super) trait Sample: Clone + std::fmt::Debug + Sized + 'static {
    fn strategy() -> BoxedStrategy<Self>;

    fn sample(runner: &mut TestRunner) -> Test<Self> {
        Ok(Self::strategy()
            .new_tree(runner)
            .map_err(|reason| reason.to_string())?
            .current())
    }
}

macro_rules! samples {
    ($($ty:ty: $strategy:expr;)*) => {$(
        impl Sample for $ty {
            fn strategy() -> BoxedStrategy<Self> {
                $strategy.boxed()
            }
        }
    )*};
}

samples! {
    bool: any::<bool>();
    i16: any::<i16>();
    i32: any::<i32>();
    i64: any::<i64>();
    f32: prop::num::f32::ANY.prop_map(quiet_f32);
    f64: prop::num::f64::ANY.prop_map(quiet_f64);
    Decimal: (any::<i64>(), 0..29_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    String: text();
    u8: any::<u8>();
    NaiveDate: (-700_000..3_000_000_i64).prop_map(|days| NaiveDate::default() + Duration::days(days));
    NaiveTime: (0..86_400_000_000_i64).prop_map(|micros| NaiveTime::MIN + Duration::microseconds(micros));
    NaiveDateTime: instant().prop_map(|instant| instant.naive_utc());
    DateTime<Utc>: instant();
    // PostgreSQL 13 reads no more than 2^31 hours from a text.
    Interval: (any::<i32>(), any::<i32>(), -7_700_000_000_000_000_000..7_700_000_000_000_000_000_i64)
        .prop_map(|(months, days, microseconds)| Interval { months, days, microseconds });
    Uuid: any::<u128>().prop_map(Uuid::from_u128);
    Value: document();
    IpAddr: any::<IpAddr>();
    Inet: (any::<IpAddr>(), 0..=32_u8).prop_filter_map("a prefix", |(address, prefix)| Inet::new(address, prefix).ok());
    Cidr: any::<IpAddr>().prop_filter_map("a network", |address| Cidr::try_from(Inet::from(address)).ok());
    Range<i32>: half_open();
    Range<NaiveDate>: half_open();
    Range<Decimal>: any_bounds();
    Range<DateTime<Utc>>: any_bounds();
    Mood: prop::sample::select(vec![Mood::Happy, Mood::VerySad, Mood::Complicated]);
    Cents: any::<i64>().prop_map(Cents);
}

impl<T: Sample> Sample for Option<T> {
    fn strategy() -> BoxedStrategy<Self> {
        prop::option::of(T::strategy()).boxed()
    }
}

impl<T: Sample> Sample for Vec<T> {
    fn strategy() -> BoxedStrategy<Self> {
        prop::collection::vec(T::strategy(), 0..4).boxed()
    }
}

/// What is no number has many bit patterns and prints as one.
fn quiet_f32(value: f32) -> f32 {
    if value.is_nan() { f32::NAN } else { value }
}

fn quiet_f64(value: f64) -> f64 {
    if value.is_nan() { f64::NAN } else { value }
}

/// Any text without NUL; often one that a careless writer trips over.
fn text() -> impl Strategy<Value = String> {
    let careful = prop::sample::select(vec![
        "",
        " ",
        "NULL",
        "null",
        "\"",
        "'",
        "\\",
        "{}",
        "{a,b}",
        ",",
        "$1",
        ":x",
        "?",
        "a\nb\r\t",
        "\u{feff}",
        "🦀",
        "\u{202e}abc",
    ]);
    prop_oneof![
        careful.prop_map(str::to_owned),
        any::<String>().prop_map(|text| text.replace('\0', "")),
        "[a-c\"'\\\\{}, ]{0,8}",
    ]
}

fn instant() -> impl Strategy<Value = DateTime<Utc>> {
    (-60_000_000_000_000_000..250_000_000_000_000_000_i64)
        .prop_filter_map("an instant", DateTime::from_timestamp_micros)
}

/// Documents whose numbers are whole: `jsonb` keeps decimal digits, not floats.
fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(text(), inner, 0..4).prop_map(Value::from_iter),
        ]
    })
}

/// A range in the form that the server gives ranges over whole values.
fn half_open<T: Sample + RangeBound + Ord>() -> impl Strategy<Value = Range<T>> {
    let bounds = (
        prop::option::of(T::strategy()),
        prop::option::of(T::strategy()),
    );
    let between = bounds.prop_filter_map("lower before upper", |bounds| match bounds {
        (Some(lower), Some(upper)) if lower >= upper => None,
        (lower, upper) => Some(Range::Between(
            lower.map_or(Bound::Unbounded, Bound::Included),
            upper.map_or(Bound::Unbounded, Bound::Excluded),
        )),
    });
    prop_oneof![1 => Just(Range::Empty), 4 => between]
}

fn any_bounds<T: Sample + RangeBound + Ord>() -> impl Strategy<Value = Range<T>> {
    fn bound<T: Sample>() -> impl Strategy<Value = Bound<T>> {
        prop_oneof![
            Just(Bound::Unbounded),
            T::strategy().prop_map(Bound::Included),
            T::strategy().prop_map(Bound::Excluded),
        ]
    }
    fn value<T>(bound: &Bound<T>) -> Option<&T> {
        match bound {
            Bound::Included(value) | Bound::Excluded(value) => Some(value),
            Bound::Unbounded => None,
        }
    }
    let between =
        (bound::<T>(), bound::<T>()).prop_filter_map("lower before upper", |(lower, upper)| {
            let ordered = match (value(&lower), value(&upper)) {
                (Some(lower), Some(upper)) => lower < upper,
                _ => true,
            };
            ordered.then_some(Range::Between(lower, upper))
        });
    prop_oneof![1 => Just(Range::Empty), 4 => between]
}
