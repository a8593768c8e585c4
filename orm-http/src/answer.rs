//! A failure as it is sent: a status, headers and a body.

use serde::Serialize;

use crate::reason::reason;
use crate::{Cause, Failure, FieldError};

/// The type of the body of every answer from 400.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What is sent of a [`Failure`], from [`Failure::answer`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The header `Retry-After`, in seconds.
    pub retry_after: Option<u64>,
    /// The body, of the type [`PROBLEM_JSON`].
    pub body: Vec<u8>,
    /// The error behind it, for the response's extensions.
    pub cause: Option<Cause>,
}

#[derive(Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

impl Failure {
    /// What is sent. An error that is answered by 500 or 503 is logged here, so this is
    /// called once for each answer.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use orm_http::Failure;
    ///
    /// let busy = Failure::new(429_u16, "one import at a time");
    /// let answer = busy.retry_after(Duration::from_millis(20)).answer();
    /// assert_eq!((answer.status, answer.retry_after), (429, Some(1)));
    /// ```
    pub fn answer(&self) -> Answer {
        let status = self.status();
        if let Some(error) = self.error() {
            match status {
                500 => tracing::error!(%error, "answered by 500"),
                503 => tracing::warn!(%error, "answered by 503"),
                _ => {}
            }
        }
        let problem = Problem {
            title: reason(status),
            status,
            detail: self.detail(),
            errors: self.errors(),
        };
        Answer {
            status,
            retry_after: self.wait().map(|wait| wait.as_secs().max(1)),
            // Texts and numbers alone: there is nothing that cannot be written.
            body: serde_json::to_vec(&problem).unwrap_or_default(),
            cause: self.cause().cloned(),
        }
    }
}
