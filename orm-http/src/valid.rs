//! What a body breaks of its own rules, of the crate `garde`.

use garde::Report;

use crate::{Failure, FieldError};

/// 422, with the path of each field that breaks a rule of `garde`. Its sentences name bounds
/// and patterns and no values; that those of your own do the same is up to you.
///
/// ```
/// use garde::Validate;
/// use orm_http::Failure;
///
/// #[derive(Validate)]
/// struct Title(#[garde(length(min = 1))] String);
///
/// let failure = Title(String::new()).validate().map_err(Failure::from).unwrap_err();
/// assert_eq!(failure.status(), 422);
/// assert_eq!(failure.errors()[0].message, "length is lower than 1");
/// ```
impl From<Report> for Failure {
    fn from(report: Report) -> Self {
        let faults = report.iter().map(|(path, error)| FieldError {
            field: (!path.is_empty()).then(|| path.to_string().chars().take(200).collect()),
            rule: "rule".into(),
            message: error.message().to_owned().into(),
            row: None,
        });
        let detail = "some values cannot be taken";
        Failure::new(422_u16, detail).with_errors(faults.collect())
    }
}
