//! JSON bodies, whose faults are answered as all others are.

use std::borrow::Cow;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use crate::{Failure, Result};

/// Whether a `Content-Type` is one of JSON.
///
/// ```
/// use orm_http::is_json;
///
/// assert!(is_json(Some(b"application/merge-patch+json; charset=utf-8")).is_ok());
/// assert_eq!(is_json(None).unwrap_err().status(), 415);
/// ```
///
/// # Errors
/// 415 if it is missing, or neither `application/json` nor `application/..+json`.
pub fn is_json(content_type: Option<&[u8]>) -> Result<()> {
    let essence = content_type
        .and_then(|value| std::str::from_utf8(value).ok())
        .and_then(|value| value.split(';').next())
        .map(|essence| essence.trim().to_ascii_lowercase());
    let fits = essence.is_some_and(|essence| {
        essence == "application/json"
            || (essence.starts_with("application/") && essence.ends_with("+json"))
    });
    let detail = "the body must be of the type application/json";
    fits.then_some(())
        .ok_or_else(|| Failure::new(415_u16, detail))
}

/// What is answered to a body that a framework did not hand over: 413 if it said so, because
/// the body is too large, and otherwise 400.
///
/// ```
/// assert_eq!(orm_http::body_refused(413).status(), 413);
/// assert_eq!(orm_http::body_refused(408).status(), 400);
/// ```
pub fn body_refused(status: u16) -> Failure {
    match status {
        413 => Failure::new(413_u16, "the body is too large"),
        _ => Failure::new(400_u16, "the body was not received whole"),
    }
}

/// Reads a body.
///
/// ```
/// let failure = orm_http::read_json::<Vec<u8>>(b"[1, 2, true]").unwrap_err();
/// assert_eq!(failure.status(), 422);
/// assert_eq!(failure.errors()[0].field.as_deref(), Some("[2]"));
/// ```
///
/// # Errors
/// 400 if it is not JSON. 422 if a field is missing, unknown (where the struct denies those)
/// or of another type: named by its path, without its value.
pub fn read_json<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().clone();
        judge(&path, &error.into_inner())
    })?;
    reader.end().map_err(|_| not_json())?;
    Ok(value)
}

/// Writes a body.
///
/// ```
/// assert_eq!(orm_http::write_json(&[1, 2])?, b"[1,2]");
/// # Ok::<(), orm_http::Failure>(())
/// ```
///
/// # Errors
/// 500 if it cannot be written as JSON, which is logged.
pub fn write_json<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>> {
    let unwritten = |_| Failure::unexpected("an answer cannot be written as JSON");
    serde_json::to_vec(value).map_err(unwritten)
}

/// Reads a field that is there, for fields that may be missing.
///
/// Of a PATCH a field that is missing is left as it is, and null is a value: of
/// `Option<Option<T>>` that is `None` and `Some(None)`. Of an `Option<T>` null is refused,
/// as it should be of what cannot be null.
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Patch {
///     #[serde(default, deserialize_with = "orm_http::given")]
///     title: Option<String>,
///     #[serde(default, deserialize_with = "orm_http::given")]
///     assignee: Option<Option<String>>,
/// }
///
/// let nothing: Patch = serde_json::from_str("{}")?;
/// assert_eq!((nothing.title, nothing.assignee), (None, None));
/// let nobody: Patch = serde_json::from_str(r#"{"assignee": null}"#)?;
/// assert_eq!(nobody.assignee, Some(None));
/// assert!(serde_json::from_str::<Patch>(r#"{"title": null}"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Errors
/// When the value is of another type.
pub fn given<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    T::deserialize(deserializer).map(Some)
}

fn not_json() -> Failure {
    Failure::new(400_u16, "the body is not JSON")
}

/// What is wrong where. serde's own sentences show what was sent, so only what was
/// expected is taken from them.
fn judge(path: &Path, error: &serde_json::Error) -> Failure {
    if error.classify() != Category::Data {
        return not_json();
    }
    let said = error.to_string();
    let quoted = |start: &str| {
        let rest = said.strip_prefix(start)?;
        rest.split_once('`').map(|(name, _)| name)
    };
    let (field, rule, message) = if let Some(name) = quoted("missing field `") {
        (
            inside(path, Some(name)),
            "required",
            Cow::Borrowed("is missing"),
        )
    } else if said.starts_with("unknown field `") {
        // The path leads to the field itself.
        (
            inside(path, None),
            "unknown",
            Cow::Borrowed("is not a field"),
        )
    } else if let Some(name) = quoted("duplicate field `") {
        let field = inside(path, Some(name));
        (field, "twice", Cow::Borrowed("is given twice"))
    } else {
        (inside(path, None), "type", expected(&said))
    };
    let failure = Failure::new(422_u16, "some values cannot be taken");
    failure.field(field, rule, message)
}

fn expected(said: &str) -> Cow<'static, str> {
    match said.rsplit_once(", expected ") {
        Some((_, expected)) => {
            let end = expected.rfind(" at line ").unwrap_or(expected.len());
            Cow::Owned(format!("expected {}", &expected[..end]))
        }
        None => Cow::Borrowed("cannot be taken"),
    }
}

/// A path as `lines[2].price`. What a client named is cut where it is long.
fn inside(path: &Path, name: Option<&str>) -> String {
    let mut text = String::new();
    for segment in path.iter() {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("[{index}]")),
            Segment::Map { key } => push(&mut text, key),
            Segment::Enum { variant } => push(&mut text, variant),
            Segment::Unknown => push(&mut text, "?"),
        }
    }
    if let Some(name) = name {
        push(&mut text, name);
    }
    text.chars().take(200).collect()
}

fn push(text: &mut String, name: &str) {
    if !text.is_empty() {
        text.push('.');
    }
    text.push_str(name);
}
