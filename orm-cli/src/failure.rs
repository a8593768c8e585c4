//! What the command fails with.

use std::io;

/// Why the command failed, in words for the person who typed it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Orm(#[from] orm_core::Error),
    #[error("{0}")]
    Refused(String),
    #[error("cannot {0}: {1}")]
    Io(String, io::Error),
    /// What was asked for is known, and is not well.
    #[error("{1}")]
    Unwell(u8, String),
}

impl Failure {
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Failure::Refused(message.into())
    }

    /// The code that the process exits with.
    pub(crate) fn code(&self) -> u8 {
        match self {
            Failure::Unwell(code, _) => *code,
            _ => 1,
        }
    }

    /// What kind of failure it is, for machines.
    pub(crate) fn kind(&self) -> String {
        match self {
            Failure::Orm(error) => format!("{:?}", error.kind()),
            Failure::Refused(_) => "Usage".to_owned(),
            Failure::Io(..) => "Io".to_owned(),
            Failure::Unwell(..) => "Unwell".to_owned(),
        }
    }
}
