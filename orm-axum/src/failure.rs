//! The one body that every answer from 400 has.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use orm::Error;
use serde::Serialize;

/// What handlers return: `Ok`, or a [`Failure`] that is the answer.
pub type Result<T, E = Failure> = std::result::Result<T, E>;

/// A request that was not carried out, and what the client is told.
///
/// `?` makes one of every [`orm::Error`], with the status of
/// [`status_of`](crate::status_of). The body is problem details (RFC 9457) as
/// `application/problem+json`:
///
/// ```json
/// {
///   "title": "Unprocessable Entity",
///   "status": 422,
///   "detail": "some values cannot be taken",
///   "errors": [{ "field": "email", "rule": "email", "message": "Must be a valid email address" }]
/// }
/// ```
///
/// It holds no value of a row or of a request, no SQL and no name of a table or a
/// constraint. The error itself is a [`Cause`] among the response's extensions, for a
/// layer that writes it down; those that are answered by 500 or 503 are logged by `tracing`.
///
/// ```
/// use axum::response::IntoResponse;
/// use orm_axum::Failure;
///
/// let response = Failure::from(orm::Error::not_found("Ticket", 7)).into_response();
/// assert_eq!(response.status(), 404);
/// ```
pub struct Failure(Box<Parts>);

struct Parts {
    status: StatusCode,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    cause: Option<Arc<Error>>,
}

/// What is wrong with one field of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub struct FieldError {
    /// The field: of a model, a path into the body, or a parameter of the address.
    /// Missing where it is about several of them together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// The rule that it breaks, as a word that does not change: `email`, `unique`, `type`.
    #[cfg_attr(feature = "utoipa", schema(value_type = String))]
    pub rule: Cow<'static, str>,
    /// The sentence for people.
    #[cfg_attr(feature = "utoipa", schema(value_type = String))]
    pub message: Cow<'static, str>,
    /// Which of many rows that were sent together it is about, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
}

/// The error behind an answer, in the response's extensions.
///
/// ```
/// use axum::response::IntoResponse;
/// use orm_axum::{Cause, Failure};
///
/// let response = Failure::from(orm::Error::not_found("Ticket", 7)).into_response();
/// let cause = response.extensions().get::<Cause>().expect("it came of an error");
/// assert!(cause.0.is_not_found());
/// ```
#[derive(Debug, Clone)]
pub struct Cause(pub Arc<Error>);

#[derive(Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

impl Failure {
    /// An answer of a status, and what people are told. Keep values out of it.
    ///
    /// ```
    /// use axum::http::StatusCode;
    /// use orm_axum::Failure;
    ///
    /// let failure = Failure::new(StatusCode::FORBIDDEN, "only leads of a team may do this");
    /// assert_eq!(failure.status(), 403);
    /// ```
    pub fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Failure(Box::new(Parts {
            status,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            cause: None,
        }))
    }

    /// 404: there is no such thing.
    ///
    /// ```
    /// # use orm_axum::Failure;
    /// assert_eq!(Failure::not_found().status(), 404);
    /// ```
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is no such thing")
    }

    /// Names a field, the rule that it breaks and the sentence for people.
    ///
    /// ```
    /// use axum::http::StatusCode;
    /// use orm_axum::Failure;
    ///
    /// let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "some values cannot be taken")
    ///     .field("due_at", "future", "must be in the future");
    /// assert_eq!(failure.errors()[0].field.as_deref(), Some("due_at"));
    /// ```
    #[must_use]
    pub fn field(
        mut self,
        field: impl Into<String>,
        rule: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.0.errors.push(FieldError {
            field: Some(field.into()),
            rule: rule.into(),
            message: message.into(),
            row: None,
        });
        self
    }

    /// When to ask again, for 503 and 429: the header `Retry-After`, in whole seconds and
    /// at least one.
    ///
    /// ```
    /// # use axum::http::StatusCode;
    /// # use orm_axum::Failure;
    /// use std::time::Duration;
    ///
    /// let busy = Failure::new(StatusCode::TOO_MANY_REQUESTS, "one import at a time")
    ///     .retry_after(Duration::from_secs(30));
    /// # assert_eq!(busy.status(), 429);
    /// ```
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// The status of the answer.
    ///
    /// ```
    /// # use orm_axum::Failure;
    /// assert_eq!(Failure::not_found().status(), 404);
    /// ```
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What is wrong with fields of the request.
    ///
    /// ```
    /// # use orm_axum::Failure;
    /// assert!(Failure::not_found().errors().is_empty());
    /// ```
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The error behind it, if it came of one.
    ///
    /// ```
    /// # use orm_axum::Failure;
    /// assert!(Failure::not_found().error().is_none());
    /// ```
    pub fn error(&self) -> Option<&Error> {
        self.0.cause.as_deref()
    }

    pub(crate) fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    pub(crate) fn with_cause(mut self, error: Error) -> Self {
        self.0.cause = Some(Arc::new(error));
        self
    }

    fn log(&self) {
        let Some(error) = self.error() else { return };
        match self.status() {
            StatusCode::INTERNAL_SERVER_ERROR => tracing::error!(%error, "answered by 500"),
            StatusCode::SERVICE_UNAVAILABLE => tracing::warn!(%error, "answered by 503"),
            _ => {}
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        self.log();
        let parts = *self.0;
        let problem = Problem {
            title: parts.status.canonical_reason().unwrap_or("Error"),
            status: parts.status.as_u16(),
            detail: &parts.detail,
            errors: &parts.errors,
        };
        // Texts and numbers alone: there is nothing that cannot be written.
        let body = serde_json::to_vec(&problem).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = parts.status;
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some(wait) = parts.retry_after {
            let seconds = wait.as_secs().max(1);
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(cause) = parts.cause {
            response.extensions_mut().insert(Cause(cause));
        }
        response
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.status, self.0.detail)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("status", &self.0.status)
            .field("detail", &self.0.detail)
            .field("errors", &self.0.errors)
            .field("error", &self.0.cause)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error().map(|error| error as _)
    }
}
