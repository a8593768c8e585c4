//! What a client is told where a request was not carried out.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use orm::Error;
use serde::Serialize;

/// `Ok`, or a [`Failure`] that is the answer.
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
/// constraint. The error itself is the [`Cause`] of its [`answer`](Failure::answer); those
/// that are answered by 500 or 503 are logged by `tracing`.
///
/// ```
/// let failure = orm_http::Failure::from(orm::Error::not_found("Ticket", 7));
/// assert_eq!(failure.status(), 404);
/// ```
pub struct Failure(Box<Parts>);

struct Parts {
    status: u16,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    retry_after: Option<Duration>,
    cause: Option<Cause>,
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
/// let failure = orm_http::Failure::from(orm::Error::not_found("Ticket", 7));
/// let cause = failure.answer().cause.expect("it came of an error");
/// assert!(cause.0.is_not_found());
/// ```
#[derive(Debug, Clone)]
pub struct Cause(pub Arc<Error>);

impl Failure {
    /// An answer of a status, and what people are told. Keep values out of it.
    ///
    /// ```
    /// use orm_http::Failure;
    ///
    /// let failure = Failure::new(403_u16, "only leads of a team may do this");
    /// assert_eq!(failure.status(), 403);
    /// ```
    pub fn new(status: impl Into<u16>, detail: impl Into<Cow<'static, str>>) -> Self {
        Failure(Box::new(Parts {
            status: status.into(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            cause: None,
        }))
    }

    /// 404: there is no such thing.
    ///
    /// ```
    /// # use orm_http::Failure;
    /// assert_eq!(Failure::not_found().status(), 404);
    /// ```
    pub fn not_found() -> Self {
        Self::new(404_u16, "there is no such thing")
    }

    /// 500: what goes wrong in the program itself, which is logged.
    ///
    /// ```
    /// # use orm_http::Failure;
    /// assert_eq!(Failure::unexpected("a route has no id").status(), 500);
    /// ```
    pub fn unexpected(what: &str) -> Self {
        tracing::error!("{what}");
        Self::new(500_u16, "the request could not be carried out")
    }

    /// Names a field, the rule that it breaks and the sentence for people.
    ///
    /// ```
    /// use orm_http::Failure;
    ///
    /// let failure = Failure::new(422_u16, "some values cannot be taken")
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
    /// # use orm_http::Failure;
    /// use std::time::Duration;
    ///
    /// let busy = Failure::new(429_u16, "one import at a time").retry_after(Duration::from_secs(30));
    /// assert_eq!(busy.answer().retry_after, Some(30));
    /// ```
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// The status of the answer.
    ///
    /// ```
    /// # use orm_http::Failure;
    /// assert_eq!(Failure::not_found().status(), 404);
    /// ```
    pub fn status(&self) -> u16 {
        self.0.status
    }

    /// What is wrong with fields of the request.
    ///
    /// ```
    /// # use orm_http::Failure;
    /// assert!(Failure::not_found().errors().is_empty());
    /// ```
    pub fn errors(&self) -> &[FieldError] {
        &self.0.errors
    }

    /// The error behind it, if it came of one.
    ///
    /// ```
    /// # use orm_http::Failure;
    /// assert!(Failure::not_found().error().is_none());
    /// ```
    pub fn error(&self) -> Option<&Error> {
        self.cause().map(|cause| &*cause.0)
    }

    pub(crate) fn detail(&self) -> &str {
        &self.0.detail
    }

    pub(crate) fn wait(&self) -> Option<Duration> {
        self.0.retry_after
    }

    pub(crate) fn cause(&self) -> Option<&Cause> {
        self.0.cause.as_ref()
    }

    pub(crate) fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.0.errors = errors;
        self
    }

    pub(crate) fn with_cause(mut self, error: Error) -> Self {
        self.0.cause = Some(Cause(Arc::new(error)));
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let title = crate::reason::reason(self.0.status);
        write!(f, "{} {title}: {}", self.0.status, self.0.detail)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("status", &self.0.status)
            .field("detail", &self.0.detail)
            .field("errors", &self.0.errors)
            .field("error", &self.error())
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error().map(|error| error as _)
    }
}
