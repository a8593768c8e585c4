//! A value that passes the rules of a column.

use orm_core::__testkit::empty_array;
use orm_core::schema::{ColumnDef, SqlType};
use orm_core::types::Param;
use orm_core::validate::Rule;

use super::{numbers, texts};

/// 2024-01-01, in days since 2000-01-01.
const FIRST_DAY: i32 = 8766;
const MICROS_OF_DAY: i64 = 86_400_000_000;

/// A value that passes the rules of a column: the `n`th, counted from 1. Others have
/// another, as far as there are so many.
pub(super) fn nth(column: &ColumnDef, n: u64) -> Option<Param> {
    let mut candidates = candidates(column, n);
    candidates.find(|value| {
        let view = value.view();
        let mut rules = column.validators.iter();
        rules.all(|validator| validator.check(&view))
    })
}

fn candidates<'c>(column: &'c ColumnDef, n: u64) -> Box<dyn Iterator<Item = Param> + 'c> {
    match column.sql_type {
        SqlType::Bool => Box::new([false, true].into_iter().map(Param::Bool)),
        SqlType::Int2 | SqlType::Int4 | SqlType::Int8 => {
            Box::new(numbers::candidates(column, 0, n).filter_map(integer(column.sql_type)))
        }
        SqlType::Float4 => {
            let numbers = numbers::candidates(column, 4, n).map(numbers::Number::float);
            Box::new(numbers.map(|number| Param::Float4(number as f32)))
        }
        SqlType::Float8 => {
            let numbers = numbers::candidates(column, 4, n).map(numbers::Number::float);
            Box::new(numbers.map(Param::Float8))
        }
        SqlType::Numeric(limit) => {
            let scale = limit.map_or(4, |(_, scale)| u32::from(scale).min(4));
            let numbers = numbers::candidates(column, scale, n);
            Box::new(numbers.filter_map(numbers::Number::decimal))
        }
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) => {
            Box::new(texts::candidates(column, n).map(Param::Text))
        }
        SqlType::Enum(def) => {
            let labels = rotated(def.labels, n);
            Box::new(labels.map(move |label| Param::Enum(def, label)))
        }
        SqlType::Bytea => Box::new(texts::candidates(column, n).map(|it| Param::Bytes(it.into()))),
        SqlType::Uuid => Box::new([4, 7, 1, 3, 5, 6, 8, 2].into_iter().map(uuid(n))),
        SqlType::Date => Box::new(days(column, n).map(Param::Date)),
        SqlType::Timestamp => Box::new(moments(column, n).map(Param::Timestamp)),
        SqlType::Timestamptz => Box::new(moments(column, n).map(Param::Timestamptz)),
        SqlType::Time => Box::new(std::iter::once(Param::Time(wrapped(n, 86_400) * 1_000_000))),
        SqlType::Array(element) => Box::new(empty_array(element).into_iter()),
        _ => Box::new(std::iter::empty()),
    }
}

/// All of some values, from the `n`th on.
pub(super) fn rotated<T: Copy>(all: &[T], n: u64) -> impl Iterator<Item = T> + use<'_, T> {
    let count = u64::try_from(all.len()).unwrap_or(u64::MAX).max(1);
    let start = usize::try_from((n - 1) % count).unwrap_or_default();
    all[start..].iter().chain(&all[..start]).copied()
}

/// `n`, counted from 1, as one of the numbers from 0 to below `end`.
fn wrapped(n: u64, end: u32) -> i64 {
    i64::try_from((n - 1) % u64::from(end)).unwrap_or_default()
}

fn integer(sql_type: SqlType) -> impl Fn(numbers::Number) -> Option<Param> {
    move |number| {
        let number = number.integer();
        Some(match sql_type {
            SqlType::Int2 => Param::Int2(number.try_into().ok()?),
            SqlType::Int4 => Param::Int4(number.try_into().ok()?),
            _ => Param::Int8(number),
        })
    }
}

fn uuid(n: u64) -> impl Fn(u8) -> Param {
    move |version| {
        // Spread over the keys of an index, as those of programs are.
        let spread = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut octets = [0; 16];
        octets[..8].copy_from_slice(&spread.to_be_bytes());
        octets[8..].copy_from_slice(&n.to_be_bytes());
        octets[6] = (version << 4) | (octets[6] & 0x0F);
        octets[8] = 0x80;
        Param::Uuid(octets)
    }
}

/// Days near the bounds that are asked for.
fn days(column: &ColumnDef, n: u64) -> impl Iterator<Item = i32> {
    let step = i32::try_from(wrapped(n, 36_500)).unwrap_or_default();
    let bounds = column.validators.iter().filter_map(|it| match it.rule {
        Rule::After(bound) => Some((day(bound)?, 1)),
        Rule::Before(bound) => Some((day(bound)?, -1)),
        _ => None,
    });
    let bounds: Vec<(i32, i32)> = bounds.collect();
    let near = bounds.into_iter().flat_map(move |(day, way)| {
        [
            day.saturating_add(way * (2 + step)),
            day.saturating_add(way * 2),
            day.saturating_add(way),
        ]
    });
    near.chain(std::iter::once(FIRST_DAY + step))
}

/// The same as moments, a second apart.
fn moments(column: &ColumnDef, n: u64) -> impl Iterator<Item = i64> {
    let of_day = wrapped(n, 86_400) * 1_000_000;
    let days = days(column, 1 + (n - 1) / 86_400);
    days.map(move |day| i64::from(day) * MICROS_OF_DAY + of_day)
}

/// The day of a date `yyyy-mm-dd..`, in days since 2000-01-01.
fn day(text: &str) -> Option<i32> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i32>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    // Years that begin in March end with the day that some have not.
    let (year, month) = match month > 2 {
        true => (year, month - 3),
        false => (year - 1, month + 9),
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day;
    // Of the first of March in the year 0 to 2000-01-01.
    Some(days - 730_426)
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn days_are_counted() {
        assert_eq!(day("2000-01-01"), Some(0));
        assert_eq!(day("2024-01-01T10:00:00Z"), Some(super::FIRST_DAY));
        assert_eq!(day("2000-03-01"), Some(60));
        assert_eq!(day("1999-12-31"), Some(-1));
        assert_eq!(day("soon"), None);
    }
}
