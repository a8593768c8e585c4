//! What a kind of database does not have.

use std::borrow::Cow;
use std::fmt;

use super::{Error, Fault};

pub(super) struct UnsupportedFault {
    model: Option<&'static str>,
    field: Option<[&'static str; 1]>,
    words: Cow<'static, str>,
}

impl UnsupportedFault {
    pub(super) fn model(&self) -> Option<&'static str> {
        self.model
    }

    pub(super) fn fields(&self) -> &[&'static str] {
        self.field.as_ref().map_or(&[], |field| field.as_slice())
    }
}

impl fmt::Display for UnsupportedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl Error {
    /// A model, or a field of it, needs what the database does not have.
    ///
    /// The words name it and the database, and say what to write instead.
    pub(crate) fn unsupported(
        model: Option<&'static str>,
        field: Option<&'static str>,
        words: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(Fault::Unsupported(UnsupportedFault {
            model,
            field: field.map(|field| [field]),
            words: words.into(),
        }))
    }
}
