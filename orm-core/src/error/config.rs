//! Configurations that cannot be used.

use std::borrow::Cow;
use std::fmt;

use super::{Error, Fault};

pub(super) struct ConfigFault(Cow<'static, str>);

impl fmt::Display for ConfigFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error {
    /// The configuration cannot be used. The message must not quote a secret.
    pub(crate) fn config(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Fault::Config(ConfigFault(message.into())))
    }
}
