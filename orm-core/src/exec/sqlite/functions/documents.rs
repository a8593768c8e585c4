//! JSON documents, as PostgreSQL's `jsonb` has them.

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Result};
use serde_json::{Number, Value};

use super::{Answer, Computed, Refusal, strict, text};

pub(super) fn register(connection: &Connection) -> Result<()> {
    strict(connection, "orm_json_path", 2, |given| {
        let found = at_path(given)?;
        Ok(found.map_or(Answer::Null, |value| Answer::Text(value.to_string())))
    })?;
    strict(connection, "orm_json_text", 2, |given| {
        Ok(match at_path(given)? {
            None | Some(Value::Null) => Answer::Null,
            Some(Value::String(text)) => Answer::Text(text),
            Some(other) => Answer::Text(shown(&other)),
        })
    })?;
    strict(connection, "orm_jsonb", 1, |given| {
        let mut out = String::new();
        write_equal(&document(given[0])?, &mut out);
        Ok(Answer::Text(out))
    })?;
    strict(connection, "orm_json_has", 2, |given| {
        let key = text(&given[1]).unwrap_or_default();
        Ok(Answer::truth(match document(given[0])? {
            Value::Object(members) => members.contains_key(key),
            Value::Array(elements) => elements.iter().any(|it| it.as_str() == Some(key)),
            other => other.as_str() == Some(key),
        }))
    })?;
    strict(connection, "orm_json_contains", 2, |given| {
        let (whole, part) = (document(given[0])?, document(given[1])?);
        // At the top an array contains a lone element too.
        let lone = matches!(&whole, Value::Array(it) if !is_container(&part) && has(it, &part));
        Ok(Answer::truth(lone || contains(&whole, &part)))
    })
}

fn document(value: ValueRef<'_>) -> Computed<Value> {
    match value {
        ValueRef::Text(text) => serde_json::from_slice(text).map_err(|_| Refusal::NotADocument),
        // What another program's column of numbers made of it.
        ValueRef::Integer(value) => Ok(value.into()),
        ValueRef::Real(value) => Ok(value.into()),
        _ => Err(Refusal::NotADocument),
    }
}

/// The value at the end of a path, which is a document itself: an array of texts.
fn at_path(given: &[ValueRef<'_>]) -> Computed<Option<Value>> {
    let mut at = document(given[0])?;
    let Value::Array(path) = document(given[1])? else {
        return Err(Refusal::NotADocument);
    };
    for step in &path {
        let Some(step) = step.as_str() else {
            return Ok(None);
        };
        let next = match &mut at {
            Value::Object(members) => members.remove(step),
            Value::Array(elements) => {
                position(step, elements.len()).map(|at| elements.swap_remove(at))
            }
            _ => None,
        };
        match next {
            Some(value) => at = value,
            None => return Ok(None),
        }
    }
    Ok(Some(at))
}

/// From the end, where it is negative.
fn position(step: &str, length: usize) -> Option<usize> {
    let number: i32 = step.trim_start().parse().ok()?;
    let length = i64::try_from(length).ok()?;
    let at = i64::from(number);
    let at = if at < 0 { at + length } else { at };
    usize::try_from(at).ok().filter(|_| at < length)
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::Object(_) | Value::Array(_))
}

fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(key, value)| whole.get(key).is_some_and(|it| contains(it, value))),
        (Value::Array(whole), Value::Array(part)) => part.iter().all(|it| has(whole, it)),
        (whole, part) => !is_container(whole) && is_equal(whole, part),
    }
}

fn has(elements: &[Value], part: &Value) -> bool {
    elements.iter().any(|element| contains(element, part))
}

fn is_equal(left: &Value, right: &Value) -> bool {
    let (mut one, mut other) = (String::new(), String::new());
    write_equal(left, &mut one);
    write_equal(right, &mut other);
    one == other
}

/// Equal documents have equal texts: members in order, numbers by their value.
fn write_equal(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) => out.push_str(&by_value(number)),
        Value::Array(elements) => {
            out.push('[');
            for element in elements {
                write_equal(element, out);
                out.push(',');
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| *key);
            out.push('{');
            for (key, value) in sorted {
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write_equal(value, out);
                out.push(',');
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

/// `1.0` and `1` are one number.
fn by_value(number: &Number) -> String {
    match number.as_f64() {
        Some(float) if !number.is_i64() && !number.is_u64() => match float {
            0.0 => "0".to_owned(),
            // Without an exponent, and without a point where nothing follows it.
            float => format!("{float}"),
        },
        _ => number.to_string(),
    }
}

/// A document as the server shows it: a blank behind each comma and colon, members by
/// the length of their names, numbers without exponent.
pub(super) fn shown(value: &Value) -> String {
    let mut out = String::new();
    show(value, &mut out);
    out
}

fn show(value: &Value, out: &mut String) {
    match value {
        Value::Number(number) => {
            let text = number.to_string();
            match number.as_f64() {
                Some(float) if text.contains(['e', 'E']) => out.push_str(&format!("{float}")),
                _ => out.push_str(&text),
            }
        }
        Value::Array(elements) => {
            out.push('[');
            for (at, element) in elements.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                show(element, out);
            }
            out.push(']');
        }
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(key, _)| (key.len(), *key));
            out.push('{');
            for (at, (key, value)) in sorted.into_iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push_str(": ");
                show(value, out);
            }
            out.push('}');
        }
        plain => out.push_str(&plain.to_string()),
    }
}
