//! Violated constraints, as data: no string has to be compared.

use std::fmt;

use tokio_postgres::error::{DbError, SqlState};

use crate::ddl::Violated;

use super::{Error, ErrorKind, Fault};

/// A constraint of the database that a statement violated.
///
/// ```
/// # use orm_core::error::{Error, Violation};
/// # fn sign_up_failed(error: Error) -> &'static str {
/// match error.violation() {
///     Some(Violation::Unique(rule)) if rule.fields() == ["email"] => "this email is taken",
///     Some(Violation::ForeignKey(_)) => "something this needs is gone",
///     _ => "try again later",
/// }
/// # }
/// # assert_eq!(sign_up_failed(Error::not_found("User", 1)), "try again later");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Violation {
    /// Another row already has this value.
    Unique(Rule),
    /// The row referred to does not exist, or is still referred to.
    ForeignKey(Rule),
    /// A required column was NULL.
    NotNull(Rule),
    /// A check constraint said no.
    Check(Rule),
    /// Another row excludes this one.
    Exclusion(Rule),
}

/// What was violated: the constraint, its table, and what the model calls them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    code: SqlState,
    model: Option<&'static str>,
    fields: Vec<&'static str>,
    message: Option<String>,
    constraint: Option<Box<str>>,
    table: Option<Box<str>>,
    column: Option<Box<str>>,
}

impl Rule {
    /// The name of the constraint; a not-null violation has none.
    pub fn constraint(&self) -> Option<&str> {
        self.constraint.as_deref()
    }

    /// The table the constraint belongs to.
    pub fn table(&self) -> Option<&str> {
        self.table.as_deref()
    }

    /// The column of a not-null violation.
    pub fn column(&self) -> Option<&str> {
        self.column.as_deref()
    }

    /// The model written to, if the statement came from one.
    pub fn model(&self) -> Option<&'static str> {
        self.model
    }

    /// The fields of the model that the constraint covers, where known.
    pub fn fields(&self) -> &[&'static str] {
        &self.fields
    }

    /// What the model's author wrote for this case, where a validator or a
    /// check of the model stands behind the constraint.
    pub fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }

    pub(super) fn name_model(
        &mut self,
        model: &'static str,
        lookup: impl FnOnce(&str) -> Option<Violated>,
    ) {
        self.model = Some(model);
        let name = self.constraint.as_deref().or(self.column.as_deref());
        if let Some(violated) = name.and_then(lookup) {
            self.fields = violated.fields;
            self.message = violated.message;
        }
    }

    fn from_db(error: &DbError) -> Self {
        Self {
            code: error.code().clone(),
            model: None,
            fields: Vec::new(),
            message: None,
            constraint: error.constraint().map(Into::into),
            table: error.table().map(Into::into),
            column: error.column().map(Into::into),
        }
    }

    /// `User: email`, `email`, or the best the server told us.
    fn subject(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.model.or(self.table()), &*self.fields) {
            (Some(owner), []) => match self.column() {
                Some(column) => write!(f, "{owner}: {column}"),
                None => f.write_str(owner),
            },
            (Some(owner), fields) => write!(f, "{owner}: {}", fields.join(", ")),
            (None, _) => f.write_str("a row"),
        }
    }

    fn named(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.constraint() {
            Some(name) => write!(f, " (constraint `{name}`)"),
            None => Ok(()),
        }
    }
}

impl Violation {
    /// What was violated.
    pub fn rule(&self) -> &Rule {
        match self {
            Self::Unique(rule)
            | Self::ForeignKey(rule)
            | Self::NotNull(rule)
            | Self::Check(rule)
            | Self::Exclusion(rule) => rule,
        }
    }

    pub(super) fn rule_mut(&mut self) -> &mut Rule {
        match self {
            Self::Unique(rule)
            | Self::ForeignKey(rule)
            | Self::NotNull(rule)
            | Self::Check(rule)
            | Self::Exclusion(rule) => rule,
        }
    }

    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::Unique(_) => ErrorKind::UniqueViolation,
            Self::ForeignKey(_) => ErrorKind::ForeignKeyViolation,
            Self::NotNull(_) => ErrorKind::NotNullViolation,
            Self::Check(_) => ErrorKind::CheckViolation,
            Self::Exclusion(_) => ErrorKind::ExclusionViolation,
        }
    }

    pub(super) fn sqlstate(&self) -> &str {
        self.rule().code.code()
    }

    /// The violation the server reports, unless it reports something else.
    pub(super) fn from_db(error: &DbError) -> Option<Self> {
        let make = match *error.code() {
            SqlState::UNIQUE_VIOLATION => Self::Unique,
            // A row that is still referred to raises one or the other,
            // depending on how the key was declared.
            SqlState::FOREIGN_KEY_VIOLATION | SqlState::RESTRICT_VIOLATION => Self::ForeignKey,
            SqlState::NOT_NULL_VIOLATION => Self::NotNull,
            SqlState::CHECK_VIOLATION => Self::Check,
            SqlState::EXCLUSION_VIOLATION => Self::Exclusion,
            _ => return None,
        };
        Some(make(Rule::from_db(error)))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rule().subject(f)?;
        if let Some(message) = self.rule().message() {
            write!(f, ": {message}")?;
            return self.rule().named(f);
        }
        f.write_str(match self {
            Self::Unique(_) => " must be unique",
            Self::ForeignKey(_) => " refers to a row that does not exist, or is still referred to",
            Self::NotNull(_) => " must not be NULL",
            Self::Check(_) => " breaks a check of the database",
            Self::Exclusion(_) => " conflicts with another row",
        })?;
        self.rule().named(f)
    }
}

impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::new(Fault::Violation(violation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email() -> Rule {
        Rule {
            code: SqlState::UNIQUE_VIOLATION,
            model: None,
            fields: Vec::new(),
            message: None,
            constraint: Some("users_email_key".into()),
            table: Some("users".into()),
            column: None,
        }
    }

    #[test]
    fn a_violation_names_what_the_server_knows() {
        let error = Error::from(Violation::Unique(email()));
        assert_eq!(
            error.to_string(),
            "users must be unique (constraint `users_email_key`)"
        );
        assert_eq!(error.constraint(), Some("users_email_key"));
        assert_eq!(error.sqlstate(), Some("23505"));
    }

    #[test]
    fn the_model_layer_adds_model_and_fields() {
        let error = Error::from(Violation::Unique(email())).with_model("User", |constraint| {
            assert_eq!(constraint, "users_email_key");
            Some(Violated {
                fields: vec!["email"],
                message: None,
            })
        });
        assert_eq!(error.model(), Some("User"));
        assert_eq!(error.fields(), ["email"]);
        assert_eq!(
            error.to_string(),
            "User: email must be unique (constraint `users_email_key`)"
        );
    }

    #[test]
    fn a_not_null_violation_is_looked_up_by_column() {
        let rule = Rule {
            constraint: None,
            column: Some("full_name".into()),
            ..email()
        };
        let error = Error::from(Violation::NotNull(rule)).with_model("User", |column| {
            assert_eq!(column, "full_name");
            Some(Violated {
                fields: vec!["full_name"],
                message: None,
            })
        });
        assert_eq!(error.to_string(), "User: full_name must not be NULL");
    }
}
