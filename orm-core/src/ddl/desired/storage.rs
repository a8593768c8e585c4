//! How SQLite holds values: one form for each type, the same by every way in.
//!
//! SQLite has five kinds of value and no lengths or ranges, so what PostgreSQL's
//! types refuse is refused by a check.

use crate::ddl::blueprint::Type;
use crate::ddl::literal;
use crate::schema::{ColumnDef, DefaultValue, SqlType};
use crate::sql::identifier;

/// The type of a column, with the collation that compares its values.
///
/// `None` where SQLite has nothing that would do.
pub(crate) fn kind(sql_type: &SqlType) -> Option<Type> {
    let name = match sql_type {
        SqlType::Bool | SqlType::Int2 | SqlType::Int4 | SqlType::Int8 => "INTEGER",
        SqlType::Float4 | SqlType::Float8 => "REAL",
        SqlType::Bytea => "BLOB",
        // As texts `10` is before `9`; the collation is that of SQLite's own
        // extension of this name.
        SqlType::Numeric(_) => "TEXT COLLATE decimal",
        SqlType::Text
        | SqlType::Varchar(_)
        | SqlType::Char(_)
        | SqlType::Date
        | SqlType::Time
        | SqlType::Timestamp
        | SqlType::Timestamptz
        | SqlType::Uuid
        | SqlType::Json
        | SqlType::Jsonb
        | SqlType::Enum(_) => "TEXT",
        SqlType::Interval
        | SqlType::Inet
        | SqlType::Cidr
        | SqlType::TsVector
        | SqlType::Vector(_)
        | SqlType::Range(_)
        | SqlType::Array(_)
        | SqlType::Named(_) => return None,
    };
    Some(Type::BuiltIn(name.into()))
}

/// What the texts are like that stand for other types: each value has one, or two
/// that are equal would not be found equal, and would sort apart.
pub(in crate::ddl) mod patterns {
    pub(in crate::ddl) const DATE: &str = "????-??-??";
    pub(in crate::ddl) const TIME: &str = "??:??:??.??????";
    pub(in crate::ddl) const TIMESTAMP: &str = "????-??-?? ??:??:??.??????";
    pub(in crate::ddl) const TIMESTAMPTZ: &str = "????-??-?? ??:??:??.??????+00:00";
    pub(in crate::ddl) const UUID: &str = "????????-????-????-????-????????????";
}

/// What a value must be like to be one of the column's type, where the type of
/// the column in SQLite does not say it.
pub(super) fn condition(column: &ColumnDef) -> Option<String> {
    let mut name = String::new();
    identifier::quote(&mut name, column.name);
    Some(match column.sql_type {
        SqlType::Bool => format!("{name} IN (0, 1)"),
        SqlType::Int2 => format!("{name} BETWEEN {} AND {}", i16::MIN, i16::MAX),
        SqlType::Int4 => format!("{name} BETWEEN {} AND {}", i32::MIN, i32::MAX),
        SqlType::Varchar(Some(length)) | SqlType::Char(length) => {
            format!("length({name}) <= {length}")
        }
        // Older versions say 0 of NULL.
        SqlType::Json | SqlType::Jsonb => format!("{name} IS NULL OR json_valid({name})"),
        SqlType::Date => format!("{name} GLOB '{}'", patterns::DATE),
        SqlType::Time => format!("{name} GLOB '{}'", patterns::TIME),
        SqlType::Timestamp => format!("{name} GLOB '{}'", patterns::TIMESTAMP),
        SqlType::Timestamptz => format!("{name} GLOB '{}'", patterns::TIMESTAMPTZ),
        SqlType::Uuid => format!("{name} GLOB '{}'", patterns::UUID),
        SqlType::Enum(def) => {
            let labels = def.labels.iter().map(|label| {
                let mut out = String::new();
                literal::sqlite::write(&mut out, label).map(|()| out)
            });
            let labels: Option<Vec<String>> = labels.collect();
            format!("{name} IN ({})", labels?.join(", "))
        }
        // Digits before and after the point, without zeros that say nothing.
        SqlType::Numeric(Some((precision, scale))) => {
            let whole = precision.saturating_sub(scale);
            format!(
                "length(ltrim(substr({name}, 1, instr({name} || '.', '.') - 1), '-0')) <= {whole} \
                 AND (instr({name}, '.') = 0 \
                 OR length(rtrim({name}, '0')) - instr({name}, '.') <= {scale})"
            )
        }
        _ => return None,
    })
}

/// The default of a column, in the form in which it is stored.
pub(super) fn default(value: &DefaultValue, sql_type: &SqlType) -> Option<String> {
    let expression = match value {
        DefaultValue::Value(make) => return literal::sqlite::of(&make()),
        DefaultValue::Now => "now()",
        DefaultValue::Sql(expression) => expression,
        DefaultValue::Next => return None,
    };
    Some(known(expression, sql_type).into())
}

/// A few of PostgreSQL's functions are so common in defaults that they are
/// said in SQLite's words; anything else is taken as it is.
pub(crate) fn known<'e>(expression: &'e str, sql_type: &SqlType) -> &'e str {
    let is = |words: &[&str]| {
        words
            .iter()
            .any(|word| expression.trim().eq_ignore_ascii_case(word))
    };
    const MOMENTS: [&str; 8] = [
        "now()",
        "current_timestamp",
        "localtimestamp",
        "transaction_timestamp()",
        "statement_timestamp()",
        "clock_timestamp()",
        "current_date",
        "current_time",
    ];
    if is(&MOMENTS) {
        return match sql_type {
            SqlType::Date => "strftime('%Y-%m-%d', 'now')",
            SqlType::Time => "strftime('%H:%M:%f000', 'now')",
            SqlType::Timestamp => "strftime('%Y-%m-%d %H:%M:%f000', 'now')",
            _ => "strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')",
        };
    }
    if is(&["gen_random_uuid()", "uuid_generate_v4()"]) {
        return "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || \
                substr(hex(randomblob(2)), 2) || '-' || \
                substr('89ab', 1 + (random() & 3), 1) || substr(hex(randomblob(2)), 2) || '-' || \
                hex(randomblob(6)))";
    }
    expression
}
