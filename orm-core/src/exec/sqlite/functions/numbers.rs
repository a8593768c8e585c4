//! Sums, products and quotients that do not leave their type.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use super::{Answer, Computed, Refusal, strict, text};

/// The last argument of each is the type: `int2`, `int4`, `int8`, `float4`, `float8`.
pub(super) fn register(connection: &Connection) -> Result<()> {
    strict(connection, "orm_add", 3, |given| {
        computed(given, i64::checked_add, |a, b| a + b)
    })?;
    strict(connection, "orm_sub", 3, |given| {
        computed(given, i64::checked_sub, |a, b| a - b)
    })?;
    strict(connection, "orm_mul", 3, |given| {
        computed(given, i64::checked_mul, |a, b| a * b)
    })?;
    strict(connection, "orm_div", 3, |given| {
        divisor(given)?;
        computed(given, i64::checked_div, |a, b| a / b)
    })?;
    strict(connection, "orm_rem", 3, |given| {
        divisor(given)?;
        // Of the smallest number by -1 it is 0, and no overflow.
        computed(given, |a, b| Some(a.wrapping_rem(b)), |a, b| a % b)
    })
}

fn divisor(given: &[ValueRef<'_>]) -> Computed<()> {
    match given[1] {
        ValueRef::Integer(0) => Err(Refusal::DivisionByZero),
        ValueRef::Real(0.0) => Err(Refusal::DivisionByZero),
        _ => Ok(()),
    }
}

fn computed(
    given: &[ValueRef<'_>],
    of_integers: fn(i64, i64) -> Option<i64>,
    of_floats: fn(f64, f64) -> f64,
) -> Computed<Answer> {
    let sql_type = text(&given[2]).unwrap_or_default();
    if sql_type.starts_with("float") {
        return float(given, sql_type == "float4", of_floats);
    }
    match (given[0], given[1]) {
        (ValueRef::Integer(left), ValueRef::Integer(right)) => {
            let result = of_integers(left, right).ok_or(Refusal::Int8)?;
            integer_in(result, sql_type)
        }
        _ => Err(Refusal::NotANumber),
    }
}

/// The number, where a type holds it.
pub(super) fn integer_in(value: i64, sql_type: &str) -> Computed<Answer> {
    let refused = match sql_type {
        "int2" => i16::try_from(value).is_err().then_some(Refusal::Int2),
        "int4" => i32::try_from(value).is_err().then_some(Refusal::Int4),
        _ => None,
    };
    refused.map_or(Ok(Answer::Integer(value)), Err)
}

fn float(given: &[ValueRef<'_>], single: bool, compute: fn(f64, f64) -> f64) -> Computed<Answer> {
    let (left, right) = (real(given[0])?, real(given[1])?);
    let mut result = compute(left, right);
    if single {
        result = f64::from(result as f32);
    }
    if result.is_nan() {
        return Err(Refusal::NotANumber);
    }
    if result.is_infinite() && left.is_finite() && right.is_finite() {
        return Err(Refusal::Overflow);
    }
    Ok(Answer::Real(result))
}

fn real(value: ValueRef<'_>) -> Computed<f64> {
    match value {
        ValueRef::Integer(value) => Ok(value as f64),
        ValueRef::Real(value) => Ok(value),
        _ => Err(Refusal::NotANumber),
    }
}
