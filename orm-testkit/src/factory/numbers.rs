//! Numbers within bounds.

use orm_core::__testkit::numeric;
use orm_core::schema::{ColumnDef, SqlType};
use orm_core::types::Param;
use orm_core::validate::{Bound, Literal, Rule};

use super::values::rotated;

/// A number of so many digits behind the point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    digits: i64,
    scale: u32,
}

impl Number {
    pub(super) fn integer(self) -> i64 {
        self.digits
    }

    pub(super) fn float(self) -> f64 {
        self.digits as f64 / ten_to(self.scale)
    }

    pub(super) fn decimal(self) -> Option<Param> {
        numeric(self.digits, self.scale)
    }
}

fn ten_to(scale: u32) -> f64 {
    10_f64.powi(i32::try_from(scale).unwrap_or_default())
}

/// Numbers that a column may hold, with as few digits behind the point as can be.
pub(super) fn candidates(column: &ColumnDef, scale: u32, n: u64) -> impl Iterator<Item = Number> {
    let whole = |digits| Number { digits, scale: 0 };
    let literals: Vec<i64> = column.validators.iter().flat_map(literals).collect();
    let literals: Vec<i64> = rotated(&literals, n).collect();
    let (least, most) = bounds(column);
    let step = column.validators.iter().find_map(|it| match it.rule {
        Rule::DivisibleBy(divisor) => divisor.checked_abs().filter(|it| *it > 0),
        _ => None,
    });
    // Some of them are refused one by one.
    let within = (0..=scale).flat_map(move |scale| {
        let step = if scale == 0 { step.unwrap_or(1) } else { 1 };
        (0..32).filter_map(move |more| {
            let digits = nth_between(least * ten_to(scale), most * ten_to(scale), step, n + more)?;
            Some(Number { digits, scale })
        })
    });
    literals.into_iter().map(whole).chain(within)
}

fn literals(validator: &orm_core::validate::Validator) -> Vec<i64> {
    let integer = |literal: &Literal| match literal {
        Literal::Int(number) => Some(*number),
        _ => None,
    };
    match validator.rule {
        Rule::Equals(literal) => integer(&literal).into_iter().collect(),
        Rule::OneOf(all) => all.iter().filter_map(integer).collect(),
        _ => Vec::new(),
    }
}

/// The `n`th multiple of a step between two numbers; behind the last comes the first.
fn nth_between(least: f64, most: f64, step: i64, n: u64) -> Option<i64> {
    let (least, most) = (least.ceil(), most.floor());
    if least > most {
        return None;
    }
    let (least, most) = (least as i64, most as i64);
    let first = match least.rem_euclid(step) {
        0 => least,
        over => least.checked_add(step - over)?,
    };
    let last = u64::try_from(most.checked_sub(first)? / step).ok()?;
    let at = (n - 1) % last.saturating_add(1);
    first.checked_add(i64::try_from(at).ok()?.checked_mul(step)?)
}

/// The least and the most that the column's type and its rules let through; from 1 where
/// neither says more.
fn bounds(column: &ColumnDef) -> (f64, f64) {
    let (lowest, highest) = match column.sql_type {
        SqlType::Int2 => (f64::from(i16::MIN), f64::from(i16::MAX)),
        SqlType::Int4 => (f64::from(i32::MIN), f64::from(i32::MAX)),
        SqlType::Numeric(Some((precision, scale))) => {
            let digits = u32::from(precision.saturating_sub(scale)).min(15);
            let most = ten_to(digits) - 1.0 / ten_to(u32::from(scale).min(4));
            (-most, most)
        }
        // As many as a float tells apart.
        _ => (-9e15, 9e15),
    };
    let (mut least, mut most) = (lowest, highest);
    for validator in column.validators {
        match validator.rule {
            Rule::Min(bound) => least = number(bound).map_or(least, |it| it.max(least)),
            Rule::Max(bound) => most = number(bound).map_or(most, |it| it.min(most)),
            _ => {}
        }
    }
    if least == lowest {
        least = most.min(1.0).max(lowest);
    }
    (least, most)
}

fn number(bound: Bound) -> Option<f64> {
    match bound {
        Bound::Int(number) => Some(number as f64),
        Bound::Float(number) => Some(number),
        Bound::Decimal(digits) => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::nth_between;

    #[test]
    fn numbers_go_round() {
        let three = |n| nth_between(1.5, 4.2, 1, n);
        assert_eq!(
            [1, 2, 3, 4].map(three),
            [Some(2), Some(3), Some(4), Some(2)]
        );
        assert_eq!(nth_between(1.0, 100.0, 7, 2), Some(14));
        assert_eq!(nth_between(0.2, 0.8, 1, 1), None);
    }
}
