//! Rows that are missing, or refused by a validator.

use std::any::Any;
use std::error::Error as StdError;
use std::fmt;

use super::{Error, ErrorKind, Fault};
use crate::schema::TableDef;
use crate::validate::{self, ValidationErrors};

pub(super) enum RecordFault {
    NotFound {
        model: &'static str,
        key: String,
    },
    TooMany {
        model: &'static str,
    },
    NotRelated {
        model: &'static str,
        association: &'static str,
        target: &'static str,
        asked: usize,
        found: u64,
    },
    AlreadyRelated {
        model: &'static str,
        association: &'static str,
        target: &'static str,
    },
    MissingAssociation {
        model: &'static str,
        association: &'static str,
        target: &'static str,
    },
    Hidden {
        model: &'static str,
    },
    NotWritten {
        model: &'static str,
        asked: usize,
        written: usize,
    },
    Untouched {
        model: &'static str,
        key: String,
        write: &'static str,
    },
    Stale {
        model: &'static str,
        key: String,
        write: &'static str,
    },
    Validation {
        errors: Box<dyn StdError + Send + Sync>,
        /// The fields at fault, where the validators are ours.
        fields: Vec<&'static str>,
    },
}

impl RecordFault {
    pub(super) fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound { .. } => ErrorKind::NotFound,
            Self::TooMany { .. } => ErrorKind::TooManyRows,
            Self::MissingAssociation { .. } => ErrorKind::MissingAssociation,
            Self::NotRelated { .. } => ErrorKind::NotRelated,
            Self::AlreadyRelated { .. } => ErrorKind::AlreadyRelated,
            Self::Hidden { .. } => ErrorKind::Hidden,
            Self::NotWritten { .. } | Self::Untouched { .. } => ErrorKind::NotWritten,
            Self::Stale { .. } => ErrorKind::Stale,
            Self::Validation { .. } => ErrorKind::Validation,
        }
    }

    pub(super) fn model(&self) -> Option<&'static str> {
        match self {
            Self::NotFound { model, .. }
            | Self::TooMany { model }
            | Self::NotRelated { model, .. }
            | Self::AlreadyRelated { model, .. }
            | Self::MissingAssociation { model, .. }
            | Self::Hidden { model }
            | Self::NotWritten { model, .. }
            | Self::Untouched { model, .. }
            | Self::Stale { model, .. } => Some(model),
            Self::Validation { .. } => None,
        }
    }

    pub(super) fn fields(&self) -> &[&'static str] {
        match self {
            Self::Validation { fields, .. } => fields,
            _ => &[],
        }
    }

    pub(super) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            // Display already is the validators' text: the chain goes on below it.
            Self::Validation { errors, .. } => errors.source(),
            Self::NotFound { .. }
            | Self::TooMany { .. }
            | Self::NotRelated { .. }
            | Self::AlreadyRelated { .. }
            | Self::MissingAssociation { .. }
            | Self::Hidden { .. }
            | Self::NotWritten { .. }
            | Self::Untouched { .. }
            | Self::Stale { .. } => None,
        }
    }
}

impl fmt::Display for RecordFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { model, key } if key.is_empty() => write!(f, "{model} not found"),
            Self::NotFound { model, key } => write!(f, "{model} {key} not found"),
            Self::TooMany { model } => write!(
                f,
                "more than one {model} found where one was asked for; narrow the filter, or use `first` or `all`"
            ),
            Self::NotRelated {
                model,
                association,
                target,
                asked,
                found,
            } => write!(
                f,
                "{model}.{association}: {found} of {asked} rows of {target} qualify; the others do not \
                 exist, belong to another row or are outside the association's scope; nothing was changed"
            ),
            Self::AlreadyRelated {
                model,
                association,
                target,
            } => write!(
                f,
                "{model}.{association}: there is a row of {target} already, and there can be one at \
                 most: change, delete or take out that one; nothing was changed"
            ),
            Self::MissingAssociation {
                model,
                association,
                target,
            } => write!(
                f,
                "{model}.{association}: a row has no {target}, and must have one: it is gone and no \
                 foreign key kept it, or a filter leaves it out"
            ),
            Self::NotWritten {
                model, asked: 1, ..
            } => write!(
                f,
                "{model}: the new row did not come back: a trigger or a rule of the table kept it \
                 away, or wrote it elsewhere"
            ),
            Self::NotWritten {
                model,
                asked,
                written,
            } => write!(
                f,
                "{model}: {written} of {asked} new rows came back, a trigger or a rule of the table \
                 kept the others away: none is written"
            ),
            Self::Hidden { model } => write!(
                f,
                "{model}: the row exists and is hidden: it is marked as deleted, or outside a default \
                 scope; restore it, say `.reviving()`, or make the constraint `unless_deleted`"
            ),
            Self::Untouched { model, key, write } => {
                let space = if key.is_empty() { "" } else { " " };
                write!(
                    f,
                    "{model}{space}{key}: the row exists and the {write} did not touch it: a trigger \
                     or a rule of the table kept the {write} away, or did something else instead"
                )
            }
            Self::Stale { model, key, write } => {
                let space = if key.is_empty() { "" } else { " " };
                write!(
                    f,
                    "{model}{space}{key}: the row was written by somebody else since it was read, so the \
                     {write} did nothing: read it again, look at what changed, and decide anew"
                )
            }
            Self::Validation { errors, .. } => errors.fmt(f),
        }
    }
}

impl Error {
    /// The row does not exist: `User 12345 not found`. An empty key is left out.
    pub fn not_found(model: &'static str, key: impl fmt::Display) -> Self {
        Self::new(Fault::Record(RecordFault::NotFound {
            model,
            key: key.to_string(),
        }))
    }

    /// A query for one row found several.
    pub(crate) fn too_many_rows(model: &'static str) -> Self {
        Self::new(Fault::Record(RecordFault::TooMany { model }))
    }

    /// Some of the rows given to an association's method do not belong there.
    pub(crate) fn not_related(
        model: &'static str,
        association: &'static str,
        target: &'static str,
        asked: usize,
        found: u64,
    ) -> Self {
        Self::new(Fault::Record(RecordFault::NotRelated {
            model,
            association,
            target,
            asked,
            found,
        }))
    }

    /// A row that is the same as a new one exists, and is hidden.
    pub(crate) fn hidden(model: &'static str) -> Self {
        Self::new(Fault::Record(RecordFault::Hidden { model }))
    }

    /// An association of one row at most has it already.
    pub(crate) fn already_related(
        model: &'static str,
        association: &'static str,
        target: &'static str,
    ) -> Self {
        Self::new(Fault::Record(RecordFault::AlreadyRelated {
            model,
            association,
            target,
        }))
    }

    /// A row refers to a row that does not exist.
    pub(crate) fn missing_association(
        model: &'static str,
        association: &'static str,
        target: &'static str,
    ) -> Self {
        Self::new(Fault::Record(RecordFault::MissingAssociation {
            model,
            association,
            target,
        }))
    }

    /// A trigger or a rule of the table kept new rows away.
    pub(crate) fn not_written(model: &'static str, asked: usize, written: usize) -> Self {
        Self::new(Fault::Record(RecordFault::NotWritten {
            model,
            asked,
            written,
        }))
    }

    /// A trigger or a rule of the table kept a `write` of a row away.
    pub(crate) fn stale(model: &'static str, key: String, write: &'static str) -> Self {
        Self::new(Fault::Record(RecordFault::Stale { model, key, write }))
    }

    pub(crate) fn untouched(model: &'static str, key: String, write: &'static str) -> Self {
        Self::new(Fault::Record(RecordFault::Untouched { model, key, write }))
    }

    /// Validators refused values; `errors` says which, without the values.
    pub fn validation(errors: impl StdError + Send + Sync + 'static) -> Self {
        let ours = (&errors as &dyn Any).downcast_ref::<ValidationErrors>();
        let mut fields: Vec<&'static str> = Vec::new();
        for field in ours.into_iter().flatten().filter_map(|fault| fault.column) {
            if !fields.contains(&field) {
                fields.push(field);
            }
        }
        Self::new(Fault::Record(RecordFault::Validation {
            errors: Box::new(errors),
            fields,
        }))
    }

    /// Our validators refused values of a model.
    pub(crate) fn invalid(errors: ValidationErrors, table: &'static TableDef) -> Self {
        Self::validation(errors).in_table(table)
    }

    /// What the validators said, as the type given to [`Error::validation`].
    pub fn validation_errors<T: StdError + 'static>(&self) -> Option<&T> {
        match &self.0.fault {
            Fault::Record(RecordFault::Validation { errors, .. }) => errors.downcast_ref(),
            _ => None,
        }
    }
}

impl Error {
    /// Whether validation found a fault of this sort.
    pub(super) fn has_fault(&self, is: fn(&validate::Fault) -> bool) -> bool {
        let errors = self.validation_errors::<ValidationErrors>();
        errors.is_some_and(|errors| errors.iter().any(is))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct TwoFaults;

    impl fmt::Display for TwoFaults {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Validation error: a,\nValidation error: b")
        }
    }

    impl StdError for TwoFaults {}

    // The article's golden text must come through unchanged.
    #[test]
    fn a_validation_error_reads_as_the_validators_wrote_it() {
        let error = Error::validation(TwoFaults);
        assert!(error.is_validation());
        assert_eq!(
            error.to_string(),
            "Validation error: a,\nValidation error: b"
        );
        assert!(error.validation_errors::<TwoFaults>().is_some());
    }

    #[test]
    fn a_missing_row_names_model_and_key() {
        let error = Error::not_found("User", 12345);
        assert_eq!(error.to_string(), "User 12345 not found");
        assert_eq!(error.model(), Some("User"));
        assert_eq!(Error::not_found("User", "").to_string(), "User not found");
    }
}
