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
}

impl Failure {
    pub(crate) fn refused(message: impl Into<String>) -> Self {
        Failure::Refused(message.into())
    }

    /// What kind of failure it is, for machines.
    pub(crate) fn kind(&self) -> String {
        match self {
            Failure::Orm(error) => format!("{:?}", error.kind()),
            Failure::Refused(_) => "Usage".to_owned(),
            Failure::Io(..) => "Io".to_owned(),
        }
    }
}
