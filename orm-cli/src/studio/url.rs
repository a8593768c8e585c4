//! Addresses of our own pages: a path that is part of this program, and what is asked.

use form_urlencoded::byte_serialize;

/// An address of a page. It begins with a slash, so that it never leads elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url(String);

impl Url {
    pub(super) fn of(path: &'static str) -> Self {
        Url(path.to_owned())
    }

    /// The address with one thing more that is asked.
    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: &str) -> Self {
        let mark = if self.0.contains('?') { '&' } else { '?' };
        self.0.push(mark);
        self.0.extend([name, "="]);
        self.0.extend(byte_serialize(value.as_bytes()));
        self
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}
