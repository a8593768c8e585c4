//! What the type of a column has room for, judged before any statement is sent.
//!
//! The server says of a text that is too long only `value too long for type
//! character varying(120)`: neither the column nor, of many rows, which. So
//! what a declared type cannot hold is told here, by field.

#[cfg(feature = "decimal")]
use rust_decimal::{Decimal, RoundingStrategy};

use super::Fault;
use crate::schema::{ColumnDef, SqlType};
use crate::types::Param;

impl Fault {
    /// Whether the fault is that a text is longer than its column's type.
    pub(crate) fn is_too_long(&self) -> bool {
        self.rule == VARCHAR || self.rule == CHAR
    }

    /// Whether the fault is that a number does not fit its column's type.
    pub(crate) fn is_out_of_range(&self) -> bool {
        self.rule == NUMERIC
    }
}

const VARCHAR: &str = "varchar";
const CHAR: &str = "char";
const NUMERIC: &str = "numeric";
const NUL: &str = "nul";

/// Whether any of the columns has a type that holds less than its Rust type.
pub(crate) const fn is_limited(columns: &[ColumnDef]) -> bool {
    let mut at = 0;
    while at < columns.len() {
        if limits(&columns[at].sql_type) {
            return true;
        }
        at += 1;
    }
    false
}

/// Whether a type holds less than the Rust types that are stored in it.
pub(crate) const fn limits(sql_type: &SqlType) -> bool {
    match sql_type {
        SqlType::Text | SqlType::Varchar(_) | SqlType::Char(_) | SqlType::Named(_) => true,
        SqlType::Numeric(Some(_)) => true,
        SqlType::Array(element) => limits(element),
        _ => false,
    }
}

/// What is wrong with a value for its column, if the column's type cannot hold it.
///
/// As PostgreSQL assigns them: a text may be too long by spaces at its end, which
/// the server cuts off, and a number is first rounded to the digits after the
/// point that the type keeps.
pub(crate) fn exceeded(column: &'static ColumnDef, value: &Param) -> Option<Fault> {
    let field = column.field;
    let fault = |rule, message| {
        Some(Fault {
            column: Some(field),
            rule,
            message,
        })
    };
    match exceeds(&column.sql_type, value)? {
        Excess::Length(rule, most) => {
            let unit = if most == 1 { "character" } else { "characters" };
            fault(rule, format!("{field} has room for {most} {unit}"))
        }
        #[cfg(feature = "decimal")]
        Excess::Digits(before) => fault(
            NUMERIC,
            format!("{field} has room for {before} digits before the point"),
        ),
        Excess::Nul => fault(
            NUL,
            format!("{field} cannot contain the character NUL (U+0000)"),
        ),
    }
}

enum Excess {
    Length(&'static str, u32),
    #[cfg(feature = "decimal")]
    Digits(i32),
    Nul,
}

fn exceeds(sql_type: &SqlType, value: &Param) -> Option<Excess> {
    match (sql_type, value) {
        (SqlType::Array(element), Param::Other(array)) => {
            let mut found = None;
            array.each_element(&mut |value| {
                found = found.take().or_else(|| exceeds(element, value));
            });
            found
        }
        (SqlType::Text | SqlType::Varchar(None) | SqlType::Named(_), Param::Text(text)) => {
            text.contains('\0').then_some(Excess::Nul)
        }
        (SqlType::Varchar(Some(most)), Param::Text(text)) => too_long(VARCHAR, *most, text),
        (SqlType::Char(most), Param::Text(text)) => too_long(CHAR, *most, text),
        (SqlType::Varchar(Some(most)), Param::Enum(_, text)) => too_long(VARCHAR, *most, text),
        (SqlType::Char(most), Param::Enum(_, text)) => too_long(CHAR, *most, text),
        #[cfg(feature = "decimal")]
        (SqlType::Numeric(Some((precision, scale))), Param::Numeric(number)) => {
            too_large(*precision, *scale, *number)
        }
        _ => None,
    }
}

fn too_long(rule: &'static str, most: u32, text: &str) -> Option<Excess> {
    if text.contains('\0') {
        return Some(Excess::Nul);
    }
    let room = usize::try_from(most).unwrap_or(usize::MAX);
    // No text has more characters than bytes.
    if text.len() <= room {
        return None;
    }
    let mut rest = text.chars().skip(room);
    rest.any(|c| c != ' ').then_some(Excess::Length(rule, most))
}

#[cfg(feature = "decimal")]
fn too_large(precision: u16, scale: u16, number: Decimal) -> Option<Excess> {
    let before = i32::from(precision) - i32::from(scale);
    let rounded = number
        .round_dp_with_strategy(scale.into(), RoundingStrategy::MidpointAwayFromZero)
        .abs();
    // 28 digits are all that a `Decimal` has.
    let limit = match u32::try_from(before) {
        Ok(before) => 10_i128.checked_pow(before).filter(|_| before <= 28),
        Err(_) => None,
    };
    let fits = match limit {
        Some(limit) => Decimal::try_from_i128_with_scale(limit, 0).is_ok_and(|it| rounded < it),
        None if before < 0 => rounded < Decimal::new(1, before.unsigned_abs().min(28)),
        None => true,
    };
    (!fits).then_some(Excess::Digits(before.max(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(sql_type: SqlType, value: &Param) -> Option<String> {
        let excess = exceeds(&sql_type, value)?;
        Some(match excess {
            Excess::Length(rule, most) => format!("{rule} {most}"),
            Excess::Digits(before) => format!("digits {before}"),
            Excess::Nul => "nul".into(),
        })
    }

    fn text(text: &str) -> Param {
        Param::Text(text.into())
    }

    fn number(text: &str) -> Param {
        Param::Numeric(text.parse().unwrap())
    }

    #[test]
    fn lengths_are_characters_and_spaces_at_the_end_are_cut() {
        let varchar = SqlType::Varchar(Some(3));
        assert_eq!(says(varchar, &text("äöü")), None);
        assert_eq!(says(varchar, &text("äöüß")).as_deref(), Some("varchar 3"));
        assert_eq!(says(varchar, &text("abc  ")), None);
        assert!(says(varchar, &text("abc d")).is_some());
        assert!(says(varchar, &text("abc\t")).is_some());
        assert_eq!(
            says(SqlType::Char(1), &text("ab")).as_deref(),
            Some("char 1")
        );
        assert_eq!(says(SqlType::Text, &text("a\0")).as_deref(), Some("nul"));
        assert_eq!(says(varchar, &Param::Null), None);
    }

    #[test]
    fn numbers_are_rounded_before_they_are_measured() {
        let money = SqlType::Numeric(Some((4, 2)));
        assert_eq!(says(money, &number("99.994")), None);
        assert_eq!(says(money, &number("99.995")).as_deref(), Some("digits 2"));
        assert_eq!(says(money, &number("-100")).as_deref(), Some("digits 2"));
        let whole = SqlType::Numeric(Some((40, 2)));
        assert_eq!(says(whole, &Param::Numeric(Decimal::MAX)), None);
        let small = SqlType::Numeric(Some((2, 4)));
        assert_eq!(says(small, &number("0.0099")), None);
        assert!(says(small, &number("0.01")).is_some());
    }

    #[test]
    fn elements_of_arrays_are_measured_too() {
        let texts = SqlType::Array(&SqlType::Varchar(Some(2)));
        let array = |words: &[&str]| {
            Param::array(
                words
                    .iter()
                    .map(|&word| word.to_owned())
                    .collect::<Vec<String>>(),
            )
        };
        assert_eq!(says(texts, &array(&["a", "bc"])), None);
        assert_eq!(
            says(texts, &array(&["a", "bcd"])).as_deref(),
            Some("varchar 2")
        );
    }
}
