//! Web addresses.

use fluent_uri::Iri;
use fluent_uri::component::{Host, IAuthority};

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
        && Iri::parse(format!("http://{text}").as_str()).is_ok_and(|iri| {
            iri.authority()
                .is_some_and(|a| !a.has_userinfo() && is_public(a, options))
        })
}

fn with_scheme(text: &str, options: &UrlOptions) -> bool {
    Iri::parse(text).is_ok_and(|iri| {
        let scheme = iri.scheme().as_str().to_ascii_lowercase();
        options.schemes.contains(&scheme.as_str())
            && iri
                .authority()
                .is_some_and(|authority| is_public(authority, options))
    })
}

fn is_public(authority: IAuthority<'_>, options: &UrlOptions) -> bool {
    let host = match authority.host_parsed() {
        Host::Ipv4 { .. } | Host::Ipv6 { .. } => true,
        Host::RegName(name) if options.allow_local => net::host_name(name.as_str()),
        Host::RegName(name) => net::fqdn(name.as_str()),
        _ => false,
    };
    host && authority
        .port()
        .is_none_or(|port| port.as_str().parse::<u16>().is_ok_and(|number| number > 0))
}
