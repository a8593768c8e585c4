//! Values as values of another type.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};

use super::moments::Moment;
use super::numbers::integer_in;
use super::{Answer, Computed, Refusal, documents, strict, text};
use crate::types::stored::moment;
use crate::types::uuid;

/// `orm_cast(value, 'from', 'to')`; the type that it has may be unknown: `''`.
pub(super) fn register(connection: &Connection) -> Result<()> {
    strict(connection, "orm_cast", 3, |given| {
        let from = text(&given[1]).unwrap_or_default();
        let to = text(&given[2]).unwrap_or_default();
        cast(given[0], from, to)
    })
}

fn cast(value: ValueRef<'_>, from: &str, to: &str) -> Computed<Answer> {
    match to {
        "text" => as_text(value, from).map(Answer::Text),
        "bool" => as_truth(value).map(Answer::truth),
        "int2" | "int4" | "int8" => integer_in(as_integer(value)?, to),
        "float4" | "float8" => as_float(value, to == "float4"),
        "numeric" => as_numeric(value, from).map(Answer::Text),
        "date" | "time" | "timestamp" | "timestamptz" => as_moment(value, to).map(Answer::Text),
        "uuid" => as_uuid(value).map(Answer::Text),
        "json" | "jsonb" => as_document(value).map(Answer::Text),
        "bytea" => Err(Refusal::NoSuchCast),
        _ => Err(Refusal::NoSuchCast),
    }
}

fn as_text(value: ValueRef<'_>, from: &str) -> Computed<String> {
    match value {
        ValueRef::Integer(value) if from == "bool" => Ok((value != 0).to_string()),
        ValueRef::Integer(value) => Ok(value.to_string()),
        ValueRef::Real(value) if from == "float4" => {
            Ok(shortest(&format!("{:e}", value as f32), 6))
        }
        ValueRef::Real(value) => Ok(shortest(&format!("{value:e}"), 15)),
        ValueRef::Blob(bytes) => {
            let hex = bytes.iter().map(|byte| format!("{byte:02x}"));
            Ok(format!("\\x{}", hex.collect::<String>()))
        }
        ValueRef::Text(bytes) => {
            let text = text(&value).ok_or(Refusal::NoSuchCast)?;
            Ok(match from {
                "jsonb" => documents::shown(
                    &serde_json::from_slice(bytes).map_err(|_| Refusal::NotADocument)?,
                ),
                "time" | "timestamp" => without_zeros(text),
                "timestamptz" => {
                    let moment = text.strip_suffix("+00:00").ok_or(Refusal::NotAMoment)?;
                    without_zeros(moment) + "+00"
                }
                _ => text.to_owned(),
            })
        }
        ValueRef::Null => Err(Refusal::NoSuchCast),
    }
}

/// `14:05:00.250000` as `14:05:00.25`
fn without_zeros(text: &str) -> String {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text.to_owned(),
    }
}

/// `1.5e1` as `15`, and as it is where the point would be far away.
fn shortest(scientific: &str, digits: i32) -> String {
    let Some((number, exponent)) = scientific.split_once('e') else {
        return match scientific {
            "inf" => "Infinity".to_owned(),
            "-inf" => "-Infinity".to_owned(),
            other => other.to_owned(),
        };
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..digits).contains(&exponent) {
        let value: f64 = scientific.parse().unwrap_or(0.0);
        return format!("{value}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{number}e{sign}{:02}", exponent.abs())
}

fn as_truth(value: ValueRef<'_>) -> Computed<bool> {
    match value {
        ValueRef::Integer(value) => Ok(value != 0),
        _ => {
            let text = text(&value).ok_or(Refusal::NotATruthValue)?;
            match text.trim().to_ascii_lowercase().as_str() {
                "t" | "tr" | "tru" | "true" | "y" | "ye" | "yes" | "on" | "1" => Ok(true),
                "f" | "fa" | "fal" | "fals" | "false" | "n" | "no" | "of" | "off" | "0" => {
                    Ok(false)
                }
                _ => Err(Refusal::NotATruthValue),
            }
        }
    }
}

fn as_integer(value: ValueRef<'_>) -> Computed<i64> {
    match value {
        ValueRef::Integer(value) => Ok(value),
        ValueRef::Real(value) => {
            let whole = value.round_ties_even();
            // The first that is too big is a power of two, and so a double.
            let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&whole);
            fits.then_some(whole as i64).ok_or(Refusal::Int8)
        }
        _ => {
            let text = text(&value).ok_or(Refusal::NotANumber)?.trim();
            let digits = text.trim_start_matches(['+', '-']);
            let is_number = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
            text.parse().map_err(|_| match is_number {
                true => Refusal::Int8,
                false => Refusal::NotANumber,
            })
        }
    }
}

fn as_float(value: ValueRef<'_>, single: bool) -> Computed<Answer> {
    let float = match value {
        ValueRef::Integer(value) if single => f64::from(value as f32),
        ValueRef::Integer(value) => value as f64,
        ValueRef::Real(value) if single => f64::from(value as f32),
        ValueRef::Real(value) => value,
        _ => {
            let text = text(&value).ok_or(Refusal::NotANumber)?.trim();
            let float = match single {
                true => text.parse::<f32>().map(f64::from),
                false => text.parse::<f64>(),
            };
            let float = float.map_err(|_| Refusal::NotANumber)?;
            let says_so = text.to_ascii_lowercase().contains("inf");
            if float.is_infinite() && !says_so {
                return Err(Refusal::Overflow);
            }
            float
        }
    };
    match float {
        float if float.is_nan() => Err(Refusal::NotANumber),
        float if float.is_infinite() && matches!(value, ValueRef::Real(it) if it.is_finite()) => {
            Err(Refusal::Overflow)
        }
        float => Ok(Answer::Real(float)),
    }
}

/// Of what is no text yet; texts and doubles are read by `decimal`.
fn as_numeric(value: ValueRef<'_>, from: &str) -> Computed<String> {
    match value {
        ValueRef::Integer(value) => Ok(value.to_string()),
        // Six digits of a single are sure.
        ValueRef::Real(value) if from == "float4" && value.is_finite() => {
            let rounded: f64 = format!("{value:.5e}")
                .parse()
                .map_err(|_| Refusal::NotANumber)?;
            Ok(format!("{rounded}"))
        }
        ValueRef::Real(value) if value.is_finite() => Ok(format!("{value}")),
        ValueRef::Text(_) => text(&value).map(str::to_owned).ok_or(Refusal::NotANumber),
        _ => Err(Refusal::NotANumber),
    }
}

fn as_moment(value: ValueRef<'_>, to: &str) -> Computed<String> {
    let given = text(&value).and_then(|text| Moment::read(text.trim()));
    let given = given.ok_or(Refusal::NotAMoment)?;
    let written = match to {
        "date" => moment::write_date(given.days),
        "time" => moment::write_time(given.micros),
        "timestamp" => moment::write_timestamp(given.since_2000(), "timestamp", ""),
        _ => moment::write_timestamp(given.since_2000(), "timestamptz", "+00:00"),
    };
    written.map_err(|_| Refusal::NotAMoment)
}

fn as_uuid(value: ValueRef<'_>) -> Computed<String> {
    let bytes = match value {
        ValueRef::Blob(bytes) => bytes.try_into().ok(),
        _ => text(&value).and_then(|text| uuid::parse(text.trim().as_bytes())),
    };
    let mut text = String::with_capacity(uuid::HYPHENATED);
    uuid::write(bytes.ok_or(Refusal::NotAUuid)?, &mut text);
    Ok(text)
}

fn as_document(value: ValueRef<'_>) -> Computed<String> {
    let text = text(&value).ok_or(Refusal::NotADocument)?;
    let document: serde_json::Value =
        serde_json::from_str(text).map_err(|_| Refusal::NotADocument)?;
    Ok(document.to_string())
}
