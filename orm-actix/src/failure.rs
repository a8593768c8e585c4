//! The one body that every answer from 400 has.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER};
use actix_web::{HttpResponse, ResponseError};
use orm::Error;
use orm_http::{FieldError, PROBLEM_JSON};

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
/// constraint. The error itself is a [`Cause`](crate::Cause) among the response's extensions, for a
/// middleware that writes it down; those that are answered by 500 or 503 are logged by `tracing`.
///
/// ```
/// use actix_web::ResponseError;
/// use orm_actix::{Cause, Failure};
///
/// let response = Failure::from(orm::Error::not_found("Ticket", 7)).error_response();
/// assert_eq!(response.status(), 404);
/// let cause = response.extensions().get::<Cause>().cloned();
/// assert!(cause.expect("it came of an error").0.is_not_found());
/// ```
pub struct Failure(orm_http::Failure);

impl Failure {
    /// An answer of a status, and what people are told. Keep values out of it.
    ///
    /// ```
    /// use actix_web::http::StatusCode;
    /// use orm_actix::Failure;
    ///
    /// let failure = Failure::new(StatusCode::FORBIDDEN, "only leads of a team may do this");
    /// assert_eq!(failure.status(), 403);
    /// ```
    pub fn new(status: StatusCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Failure(orm_http::Failure::new(status, detail))
    }

    /// 404: there is no such thing.
    ///
    /// ```
    /// # use orm_actix::Failure;
    /// assert_eq!(Failure::not_found().status(), 404);
    /// ```
    pub fn not_found() -> Self {
        Failure(orm_http::Failure::not_found())
    }

    /// Names a field, the rule that it breaks and the sentence for people.
    ///
    /// ```
    /// use actix_web::http::StatusCode;
    /// use orm_actix::Failure;
    ///
    /// let failure = Failure::new(StatusCode::UNPROCESSABLE_ENTITY, "some values cannot be taken")
    ///     .field("due_at", "future", "must be in the future");
    /// assert_eq!(failure.errors()[0].field.as_deref(), Some("due_at"));
    /// ```
    #[must_use]
    pub fn field(
        self,
        field: impl Into<String>,
        rule: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Failure(self.0.field(field, rule, message))
    }

    /// When to ask again, for 503 and 429: the header `Retry-After`, in whole seconds and
    /// at least one.
    ///
    /// ```
    /// # use actix_web::http::StatusCode;
    /// # use orm_actix::Failure;
    /// use std::time::Duration;
    ///
    /// let busy = Failure::new(StatusCode::TOO_MANY_REQUESTS, "one import at a time")
    ///     .retry_after(Duration::from_secs(30));
    /// # assert_eq!(busy.status(), 429);
    /// ```
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        Failure(self.0.retry_after(wait))
    }

    /// The status of the answer.
    ///
    /// ```
    /// # use orm_actix::Failure;
    /// assert_eq!(Failure::not_found().status(), 404);
    /// ```
    pub fn status(&self) -> StatusCode {
        status(self.0.status())
    }

    /// What is wrong with fields of the request.
    ///
    /// ```
    /// # use orm_actix::Failure;
    /// assert!(Failure::not_found().errors().is_empty());
    /// ```
    pub fn errors(&self) -> &[FieldError] {
        self.0.errors()
    }

    /// The error behind it, if it came of one.
    ///
    /// ```
    /// # use orm_actix::Failure;
    /// assert!(Failure::not_found().error().is_none());
    /// ```
    pub fn error(&self) -> Option<&Error> {
        self.0.error()
    }
}

/// The status that an error is answered with: the table is at [`orm_http::status_of`].
///
/// ```
/// assert_eq!(orm_actix::status_of(&orm::Error::not_found("Ticket", 7)), 404);
/// ```
pub fn status_of(error: &Error) -> StatusCode {
    status(orm_http::status_of(error))
}

/// It came of a `StatusCode`, or is one of ours.
fn status(status: u16) -> StatusCode {
    StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl From<orm_http::Failure> for Failure {
    fn from(failure: orm_http::Failure) -> Self {
        Failure(failure)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure(error.into())
    }
}

/// 422, with the path of each field that breaks a rule of `garde`.
#[cfg(feature = "garde")]
impl From<garde::Report> for Failure {
    fn from(report: garde::Report) -> Self {
        Failure(report.into())
    }
}

impl ResponseError for Failure {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        let answer = self.0.answer();
        let mut response = HttpResponse::build(status(answer.status));
        response.insert_header((CONTENT_TYPE, PROBLEM_JSON));
        if let Some(seconds) = answer.retry_after {
            response.insert_header((RETRY_AFTER, seconds));
        }
        if let Some(cause) = answer.cause {
            response.extensions_mut().insert(cause);
        }
        response.body(answer.body)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl std::error::Error for Failure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.0)
    }
}
