//! Writes of what a client has read: `ETag` and `If-Match`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponseParts, ResponseParts};
use orm::Error;

use crate::{Failure, Result};

/// The version that a client has read, of the header `If-Match`.
///
/// A model with `#[column(version)]` sends its version as an [`ETag`]; a write that brings
/// it along is done only if nobody else wrote meanwhile. A request without the header is
/// not held up, unless it is [`required`](Self::required).
///
/// ```
/// # use orm::prelude::*;
/// # #[derive(Model, Debug, Clone)]
/// # #[model(table = "tickets")]
/// # pub struct Ticket {
/// #     #[column(primary_key, auto_increment)]
/// #     pub id: i64,
/// #     pub title: String,
/// #     #[column(version)]
/// #     pub version: i32,
/// # }
/// use axum::extract::State;
/// use orm_axum::{ETag, IfMatch, Json, Path, Result};
///
/// async fn retitle(
///     Path(id): Path<i64>,
///     State(db): State<Db>,
///     read: IfMatch,
///     Json(title): Json<String>,
/// ) -> Result<(ETag, Json<String>)> {
///     let ticket = Ticket::find(id).one(&db).await?;
///     read.check(ticket.version)?;
///     let changed = ticket.update().set(Ticket::title, title).save(&db).await;
///     let ticket = changed.map_err(|error| read.failure(error))?;
///     Ok((ETag(ticket.version.into()), Json(ticket.title)))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct IfMatch(Option<Tags>);

#[derive(Debug, Clone)]
enum Tags {
    Any,
    These(Vec<i64>),
}

impl IfMatch {
    /// Refuses a request that does not say what it has read.
    ///
    /// # Errors
    /// 428 without the header.
    pub fn required(self) -> Result<Self> {
        match self.0 {
            Some(_) => Ok(self),
            None => Err(Failure::new(
                StatusCode::PRECONDITION_REQUIRED,
                "say which version you have read: the ETag of the answer, as If-Match",
            )),
        }
    }

    /// Whether the row still has the version that the client has read.
    ///
    /// # Errors
    /// 412 if it has another.
    pub fn check(&self, version: impl Into<i64>) -> Result<()> {
        match &self.0 {
            Some(Tags::These(versions)) if !versions.contains(&version.into()) => Err(outdated()),
            _ => Ok(()),
        }
    }

    /// The answer to an error of the write: 412 where somebody else was quicker and the
    /// client said what it had read, and otherwise what the error is always answered with.
    pub fn failure(&self, error: Error) -> Failure {
        match &self.0 {
            Some(Tags::These(_)) if error.is_stale() => outdated().with_cause(error),
            _ => Failure::from(error),
        }
    }
}

fn outdated() -> Failure {
    let detail = "it was changed by somebody else; read it again";
    Failure::new(StatusCode::PRECONDITION_FAILED, detail)
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let mut tags = None;
        for value in parts.headers.get_all(header::IF_MATCH) {
            let read = value.to_str().ok().and_then(read);
            let detail = "If-Match is not a list of tags";
            let read = read.ok_or_else(|| Failure::new(StatusCode::BAD_REQUEST, detail))?;
            tags = Some(match (tags, read) {
                (None, read) => read,
                (Some(Tags::These(mut all)), Tags::These(more)) => {
                    all.extend(more);
                    Tags::These(all)
                }
                _ => Tags::Any,
            });
        }
        Ok(IfMatch(tags))
    }
}

/// Tags of ours are quoted numbers; any other, and a weak one, matches nothing.
fn read(value: &str) -> Option<Tags> {
    if value.trim() == "*" {
        return Some(Tags::Any);
    }
    let mut versions = Vec::new();
    let mut rest = value.trim();
    loop {
        let (weak, tag) = match rest.strip_prefix("W/") {
            Some(tag) => (true, tag),
            None => (false, rest),
        };
        let (tag, behind) = tag.strip_prefix('"')?.split_once('"')?;
        versions.extend(tag.parse::<i64>().ok().filter(|_| !weak));
        let behind = behind.trim_start();
        if behind.is_empty() {
            return Some(Tags::These(versions));
        }
        rest = behind.strip_prefix(',')?.trim_start();
    }
}

/// The version of a row, as the header `ETag` of an answer.
///
/// ```
/// use axum::response::IntoResponse;
/// use orm_axum::ETag;
///
/// let response = (ETag(3), "a ticket").into_response();
/// assert_eq!(response.headers()["etag"], "\"3\"");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ETag(pub i64);

impl IntoResponseParts for ETag {
    type Error = Failure;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts> {
        // A number in quotes is a header.
        if let Ok(tag) = HeaderValue::try_from(format!("\"{}\"", self.0)) {
            parts.headers_mut().insert(header::ETAG, tag);
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(value: &str) -> Option<Vec<i64>> {
        match read(value)? {
            Tags::Any => None,
            Tags::These(versions) => Some(versions),
        }
    }

    #[test]
    fn tags_are_read_as_they_are_written() {
        assert_eq!(versions("\"3\""), Some(vec![3]));
        assert_eq!(versions(" \"3\" , \"14\""), Some(vec![3, 14]));
        assert_eq!(versions("W/\"3\", \"other, text\", \"-1\""), Some(vec![-1]));
        assert!(matches!(read("*"), Some(Tags::Any)));
        for wrong in ["", "3", "\"3", "\"3\" \"4\"", "\"3\",", "*, \"3\""] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
