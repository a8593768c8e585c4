//! Web addresses.

use super::iri::{Host, Iri};
use super::net;

/// What counts as a web address.
///
/// ```
/// use orm_core::validate::{Rule, UrlOptions, View};
///
/// let local = UrlOptions { allow_local: true, ..UrlOptions::DEFAULT };
/// assert!(Rule::Url(local).check(&View::Text("http://localhost:3000")));
/// assert!(!Rule::Url(UrlOptions::DEFAULT).check(&View::Text("http://localhost:3000")));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UrlOptions {
    /// Refuses an address without scheme, such as `example.com/path`.
    pub require_scheme: bool,
    /// Accepts a host without public domain, such as `localhost`.
    pub allow_local: bool,
    /// The schemes accepted, in lower case.
    pub schemes: &'static [&'static str],
}

impl UrlOptions {
    /// `http`, `https` or `ftp`, written or left out, and a public host.
    pub const DEFAULT: Self = Self {
        require_scheme: false,
        allow_local: false,
        schemes: &["http", "https", "ftp"],
    };
}

impl Default for UrlOptions {
    fn default() -> Self {
        Self::DEFAULT
    }
}

pub(in crate::validate) fn url(text: &str, options: &UrlOptions) -> bool {
    if text.contains("://") {
        return with_scheme(text, options);
    }
    // Without a scheme, `user:password@` cannot be told from `mailto:user@`.
    !options.require_scheme
        && !text.starts_with('/')
        && Iri::parse(&format!("http://{text}"))
            .is_some_and(|iri| !iri.has_userinfo && is_public(&iri, options))
}

fn with_scheme(text: &str, options: &UrlOptions) -> bool {
    Iri::parse(text).is_some_and(|iri| {
        let scheme = iri.scheme.to_ascii_lowercase();
        options.schemes.contains(&scheme.as_str()) && is_public(&iri, options)
    })
}

fn is_public(iri: &Iri<'_>, options: &UrlOptions) -> bool {
    let host = match iri.host {
        Host::Ip => true,
        Host::Name(name) if options.allow_local => net::host_name(name),
        Host::Name(name) => net::fqdn(name),
    };
    host && iri
        .port
        .is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number > 0))
}
