//! JSON bodies, whose faults are answered as all others are.

use std::borrow::Cow;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::error::Category;
use serde_path_to_error::{Path, Segment};

use crate::{Failure, Result};

/// A body of JSON, of a request or of an answer.
///
/// | status | when |
/// |---|---|
/// | 400 | it is not JSON, or was not received whole |
/// | 413 | it is larger than the `DefaultBodyLimit` of the router, 2 MB |
/// | 415 | its type is neither `application/json` nor `application/..+json` |
/// | 422 | a field is missing, unknown (where the struct denies those) or of another type: named by its path, without its value |
///
/// ```
/// use axum::http::StatusCode;
/// use orm_axum::{Json, Result};
///
/// #[derive(serde::Deserialize)]
/// #[serde(deny_unknown_fields)]
/// struct NewTicket {
///     title: String,
/// }
///
/// async fn create(Json(new): Json<NewTicket>) -> Result<(StatusCode, Json<usize>)> {
///     Ok((StatusCode::CREATED, Json(new.title.len())))
/// }
/// # let _: axum::Router = axum::Router::new().route("/", axum::routing::post(create));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self> {
        if !is_json(request.headers()) {
            let detail = "the body must be of the type application/json";
            return Err(Failure::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let body = match Bytes::from_request(request, state).await {
            Ok(body) => body,
            Err(refused) if refused.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(Failure::new(refused.status(), "the body is too large"));
            }
            Err(_) => {
                let detail = "the body was not received whole";
                return Err(Failure::new(StatusCode::BAD_REQUEST, detail));
            }
        };
        read(&body).map(Json)
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let mut response = Response::new(Body::from(body));
                let json = HeaderValue::from_static("application/json");
                response.headers_mut().insert(header::CONTENT_TYPE, json);
                response
            }
            Err(_) => {
                tracing::error!("an answer cannot be written as JSON");
                let detail = "the request could not be carried out";
                Failure::new(StatusCode::INTERNAL_SERVER_ERROR, detail).into_response()
            }
        }
    }
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
///     #[serde(default, deserialize_with = "orm_axum::given")]
///     title: Option<String>,
///     #[serde(default, deserialize_with = "orm_axum::given")]
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

fn is_json(headers: &HeaderMap) -> bool {
    let given = headers.get(header::CONTENT_TYPE);
    let essence = given
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|essence| essence.trim().to_ascii_lowercase());
    essence.is_some_and(|essence| {
        essence == "application/json"
            || (essence.starts_with("application/") && essence.ends_with("+json"))
    })
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().clone();
        judge(&path, &error.into_inner())
    })?;
    reader.end().map_err(|_| not_json())?;
    Ok(value)
}

fn not_json() -> Failure {
    Failure::new(StatusCode::BAD_REQUEST, "the body is not JSON")
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
    let failure = Failure::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "some values cannot be taken",
    );
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
