//! Violated constraints, as data: no string has to be compared.

use std::fmt;

use super::direction::Broken;
use super::sqlstate::SqlState;
use super::{Direction, Error, ErrorKind, Fault, ServerError};
use crate::ddl::{About, Reported, Written};
use crate::schema::{TableDef, TableName};

/// A constraint of the database that a statement violated.
///
/// ```
/// # use orm_core::error::{Error, Violation};
/// # fn sign_up_failed(error: Error) -> &'static str {
/// match error.violation() {
///     Some(Violation::Unique(rule)) if rule.fields() == ["email"] => "this email is taken",
///     Some(Violation::ForeignKey(rule)) if rule.fields() == ["plan_id"] => "there is no such plan",
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
    /// The row referred to does not exist, or is still referred to: see
    /// [`Rule::direction`].
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
    reported: Reported,
    about: About,
}

impl Rule {
    /// The name of the constraint; a not-null violation has none.
    pub fn constraint(&self) -> Option<&str> {
        let reported = self.reported.constraint.as_deref();
        reported.or(self.about.constraint.as_deref())
    }

    /// The table the constraint belongs to; for a foreign key the one that refers.
    pub fn table(&self) -> Option<&str> {
        self.reported.table.as_deref()
    }

    /// The column of a not-null violation.
    pub fn column(&self) -> Option<&str> {
        self.reported.column.as_deref()
    }

    /// The model it is about: whose constraint it is, or of a foreign key whose
    /// row is still referred to.
    pub fn model(&self) -> Option<&'static str> {
        self.about.model
    }

    /// The model on the other side of a foreign key, where known.
    pub fn other_model(&self) -> Option<&'static str> {
        self.about.other
    }

    /// Which way a foreign key was broken.
    pub fn direction(&self) -> Option<Direction> {
        self.reported.direction.or(self.about.direction)
    }

    /// The fields of the model that the constraint covers, where known.
    pub fn fields(&self) -> &[&'static str] {
        &self.about.fields
    }

    /// What the model's author wrote for this case, where a validator or a
    /// check of the model stands behind the constraint.
    pub fn message(&self) -> Option<&str> {
        self.about.message.as_deref()
    }

    /// Leads from what the server reported to the model and its fields, given
    /// the server's sentence beside it and the table that the statement wrote to.
    pub(super) fn explain(&mut self, detail: Option<&str>, written: Written) {
        self.about = About::of(&self.reported, detail, Some(written));
    }

    fn from_db(error: &ServerError, broken: Option<Broken>) -> Self {
        let reported = Reported {
            constraint: error.constraint().map(Into::into),
            schema: error.schema().map(Into::into),
            table: error.table().map(Into::into),
            column: error.column().map(Into::into),
            data_type: error.data_type().map(Into::into),
            within_function: error.context().is_some(),
            key: None,
            direction: broken.as_ref().map(Broken::direction),
            referred: broken.and_then(Broken::into_referred),
            wrote: Vec::new(),
        };
        Self::new(error.state(), reported, error.detail())
    }

    /// Which way a foreign key was broken, where the database does not say it.
    #[cfg(feature = "sqlite")]
    pub(super) fn broken(&mut self, direction: Option<Direction>, wrote: Vec<String>) {
        self.reported.direction = self.reported.direction.or(direction);
        self.reported.wrote = wrote;
    }

    /// What another database reports, by the code that PostgreSQL has for it.
    #[cfg(feature = "sqlite")]
    pub(super) fn reported(code: &str, reported: Reported) -> Self {
        Self::new(SqlState::from_code(code), reported, None)
    }

    /// A row of `referred` is to be marked as deleted, and rows of a table refer to it.
    fn still_referred(constraint: String, table: TableName, referred: TableName) -> Self {
        let reported = Reported {
            constraint: Some(constraint.into()),
            schema: table.schema.map(Into::into),
            table: Some(table.name.into()),
            direction: Some(Direction::IsReferredTo),
            referred: Some(referred.name.into()),
            ..Reported::default()
        };
        Self::new(SqlState::FOREIGN_KEY_VIOLATION, reported, None)
    }

    fn new(code: SqlState, reported: Reported, detail: Option<&str>) -> Self {
        let about = About::of(&reported, detail, None);
        Self {
            code,
            reported,
            about,
        }
    }

    /// `User: email`, `email`, or the best the server told us.
    fn subject(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let about = &self.about;
        let model = about.model.filter(|_| !about.in_join_table);
        match (model, self.table().or(about.model)) {
            (Some(model), _) if !about.fields.is_empty() => {
                write!(f, "{model}: {}", about.fields.join(", "))
            }
            (model, table) => {
                let owner = model.or(table).unwrap_or("a row");
                match self.column() {
                    Some(column) => write!(f, "{owner}: {column}"),
                    None => f.write_str(owner),
                }
            }
        }
    }

    /// What is wrong with a foreign key.
    fn broken_key(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.direction(), self.about.other.or(self.table())) {
            (Some(Direction::RefersToNothing), _) => match self.about.other {
                Some(other) => write!(f, " refers to a row of {other} that does not exist"),
                None => f.write_str(" refers to a row that does not exist"),
            },
            (Some(Direction::IsReferredTo), Some(other)) => {
                write!(f, " is still referred to by rows of {other}")
            }
            (Some(Direction::IsReferredTo), None) => f.write_str(" is still referred to"),
            (None, _) => {
                f.write_str(" refers to a row that does not exist, or is still referred to")
            }
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
    pub(super) fn from_db(error: &ServerError) -> Option<Self> {
        let make = match error.state() {
            SqlState::UNIQUE_VIOLATION => Self::Unique,
            // A row that is still referred to raises one or the other,
            // depending on how the key was declared.
            SqlState::FOREIGN_KEY_VIOLATION | SqlState::RESTRICT_VIOLATION => {
                let broken = Broken::from_db(error);
                return Some(Self::ForeignKey(Rule::from_db(error, broken)));
            }
            SqlState::NOT_NULL_VIOLATION => Self::NotNull,
            SqlState::CHECK_VIOLATION => Self::Check,
            SqlState::EXCLUSION_VIOLATION => Self::Exclusion,
            _ => return None,
        };
        Some(make(Rule::from_db(error, None)))
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rule().subject(f)?;
        if let Some(message) = self.rule().message() {
            write!(f, ": {message}")?;
            return self.rule().named(f);
        }
        match self {
            Self::Unique(_) => f.write_str(" must be unique")?,
            Self::ForeignKey(rule) => rule.broken_key(f)?,
            Self::NotNull(_) => f.write_str(" must not be NULL")?,
            Self::Check(_) => f.write_str(" breaks a check of the database")?,
            Self::Exclusion(_) => f.write_str(" conflicts with another row")?,
        }
        self.rule().named(f)
    }
}

impl Error {
    /// A row cannot be marked as deleted: rows of a table refer to it by a key that
    /// restricts.
    pub(crate) fn still_referred(constraint: String, by: &TableDef, referred: &TableDef) -> Self {
        let rule = Rule::still_referred(constraint, by.name, referred.name);
        Violation::ForeignKey(rule).into()
    }
}

#[diagnostic::do_not_recommend]
impl From<Violation> for Error {
    fn from(violation: Violation) -> Self {
        Self::new(Fault::Violation(violation))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_violation_names_what_the_server_knows() {
        let reported = Reported {
            constraint: Some("no_models_email_key".into()),
            table: Some("no_models".into()),
            ..Reported::default()
        };
        let rule = Rule::new(SqlState::UNIQUE_VIOLATION, reported, None);
        let error = Error::from(Violation::Unique(rule));
        assert_eq!(
            error.to_string(),
            "no_models must be unique (constraint `no_models_email_key`)"
        );
        assert_eq!(error.constraint(), Some("no_models_email_key"));
        assert_eq!(error.sqlstate(), Some("23505"));
        assert_eq!(error.model(), None);
    }
}
