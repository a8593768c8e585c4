//! Literals as SQLite reads them, in the form in which its columns hold values.

use crate::types::Param;

/// A value as a literal, in the stored form of its type.
///
/// `None` where SQLite has no way to hold it: NaN, a text with a NUL in it, a
/// date before the year 1 or after 9999.
pub(in crate::ddl) fn of(param: &Param) -> Option<String> {
    let mut out = String::new();
    param.stored().ok()?.write_literal(&mut out);
    Some(out)
}

/// Writes a text in quotes; nothing in it but a quote has a meaning.
pub(crate) fn write(out: &mut String, text: &str) -> Option<()> {
    if text.contains('\0') {
        return None;
    }
    out.push('\'');
    out.push_str(&text.replace('\'', "''"));
    out.push('\'');
    Some(())
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::types::Param;

    fn literal(param: &Param) -> String {
        of(param).unwrap_or_else(|| "none".into())
    }

    #[test]
    fn a_value_is_written_as_a_column_holds_it() {
        let micros = 773_930_096_500_000;
        let cases = [
            (Param::Bool(true), "1"),
            (Param::Int8(-5), "-5"),
            (Param::Float8(1e300), "1e300"),
            (Param::Float8(2.0), "2.0"),
            (Param::Float8(f64::NEG_INFINITY), "-9e999"),
            (Param::Text(r"it's \n".into()), r"'it''s \n'"),
            (Param::Bytes(vec![0, 255]), "x'00ff'"),
            (Param::Date(0), "'2000-01-01'"),
            (Param::Time(0), "'00:00:00.000000'"),
            (Param::Time(1), "'00:00:00.000001'"),
            (Param::Timestamp(micros), "'2024-07-10 12:34:56.500000'"),
            (Param::Timestamptz(0), "'2000-01-01 00:00:00.000000+00:00'"),
        ];
        for (param, expected) in cases {
            assert_eq!(literal(&param), expected);
        }
    }

    #[test]
    fn what_a_column_cannot_hold_is_no_literal() {
        let cases = [
            Param::Float8(f64::NAN),
            Param::Text("a\0b".into()),
            Param::Date(-800_000),
            Param::Date(3_000_000),
            Param::Date(i32::MAX),
            Param::Timestamptz(i64::MIN),
        ];
        for param in cases {
            assert_eq!(of(&param), None);
        }
    }
}
