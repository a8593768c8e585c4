//! Who gets in: the browser that was sent the token, from our own pages.
//!
//! Any page in any browser of this machine can send requests to an address of this
//! machine. So a request is answered if all of this holds:
//!
//! | What | Against |
//! |---|---|
//! | `Host` is our address | a foreign name that was made to lead here (DNS rebinding) |
//! | `Origin` and `Sec-Fetch-Site`, where sent, are ours | forms, pictures and scripts of foreign pages |
//! | it is a GET without a body | whatever would change something |
//! | it has this run's cookie | everybody else |

use std::sync::{Mutex, PoisonError};

use hyper::Method;
use hyper::header::{
    CONTENT_LENGTH, COOKIE, HOST, HeaderMap, HeaderName, ORIGIN, TRANSFER_ENCODING,
};
use hyper::http::request::Parts;

use super::secret::Secret;
use crate::failure::Failure;

/// What decides who gets in.
#[derive(Debug)]
pub(super) struct Guard {
    port: u16,
    /// Until it was used.
    token: Mutex<Option<Secret>>,
    cookie: Secret,
}

/// A request that is answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Pass {
    /// With a page.
    Page,
    /// With the way to the first page, and this cookie if it has none yet.
    Enter(Option<String>),
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    Host,
    Origin,
    Method,
    Body,
    Token,
    Cookie,
}

const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl Guard {
    /// One for this run, and the token that gets in once.
    pub(super) fn new(port: u16) -> Result<(Self, String), Failure> {
        let token = Secret::new()?;
        let said = token.tell().to_owned();
        let guard = Guard {
            port,
            token: Mutex::new(Some(token)),
            cookie: Secret::new()?,
        };
        Ok((guard, said))
    }

    /// Judges a request.
    pub(super) fn judge(&self, request: &Parts) -> Result<Pass, Refusal> {
        let host = self.host(request).ok_or(Refusal::Host)?;
        if !is_ours(&request.headers, &host) {
            return Err(Refusal::Origin);
        }
        if request.method != Method::GET {
            return Err(Refusal::Method);
        }
        if has_body(&request.headers) {
            return Err(Refusal::Body);
        }
        let known = self.is_known(&request.headers);
        match token(request) {
            Some(_) if known => Ok(Pass::Enter(None)),
            Some(token) if self.redeem(&token) => Ok(Pass::Enter(Some(self.set_cookie()))),
            Some(_) => Err(Refusal::Token),
            None if known => Ok(Pass::Page),
            None => Err(Refusal::Cookie),
        }
    }

    /// The address that was asked, if it is ours.
    fn host(&self, request: &Parts) -> Option<String> {
        // `GET http://elsewhere/ HTTP/1.1` is for a proxy.
        if request.uri.authority().is_some() {
            return None;
        }
        let host = only(&request.headers, &HOST)?;
        ["127.0.0.1", "localhost"]
            .map(|name| format!("{name}:{}", self.port))
            .into_iter()
            .find(|it| it == host)
    }

    /// Cookies know no ports: each run has one of its own name.
    fn name(&self) -> String {
        format!("orm_studio_{}", self.port)
    }

    fn is_known(&self, headers: &HeaderMap) -> bool {
        let name = self.name();
        let all = headers.get_all(COOKIE).into_iter();
        let all = all.filter_map(|it| it.to_str().ok());
        let mut pairs = all.flat_map(|it| it.split(';')).filter_map(|it| {
            let (name, value) = it.trim().split_once('=')?;
            Some((name, value))
        });
        pairs.any(|(it, value)| it == name && self.cookie.is(value))
    }

    /// Whether it is the token, which from here on is none.
    fn redeem(&self, said: &str) -> bool {
        let mut token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        token.take_if(|it| it.is(said)).is_some()
    }

    fn set_cookie(&self) -> String {
        let (name, value) = (self.name(), self.cookie.tell());
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict")
    }
}

/// The value of a header that is there once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut all = headers.get_all(name).into_iter();
    match (all.next(), all.next()) {
        (Some(one), None) => one.to_str().ok(),
        _ => None,
    }
}

/// Whether nobody but our own pages, or the person at the browser, asks.
fn is_ours(headers: &HeaderMap, host: &str) -> bool {
    let origin = format!("http://{host}");
    let mut origins = headers.get_all(ORIGIN).into_iter();
    let mut sites = headers.get_all(SITE).into_iter();
    origins.all(|it| it.as_bytes() == origin.as_bytes())
        && sites.all(|it| matches!(it.as_bytes(), b"same-origin" | b"none"))
}

fn has_body(headers: &HeaderMap) -> bool {
    let lengths = headers.get_all(CONTENT_LENGTH);
    headers.contains_key(TRANSFER_ENCODING) || lengths.iter().any(|it| it.as_bytes() != b"0")
}

/// The token, if one is said.
fn token(request: &Parts) -> Option<String> {
    let query = request.uri.query().filter(|_| request.uri.path() == "/")?;
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let (_, token) = pairs.find(|(name, _)| name == "token")?;
    Some(token.into_owned())
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn parts(uri: &str, headers: &[(&str, &str)]) -> Parts {
        let request = Request::builder().uri(uri);
        let request = headers
            .iter()
            .fold(request, |it, (name, value)| it.header(*name, *value));
        request.body(()).unwrap().into_parts().0
    }

    const US: (&str, &str) = ("host", "127.0.0.1:4000");

    /// A guard, its cookie as browsers send it, and its token.
    fn guard() -> (Guard, String, String) {
        let (guard, token) = Guard::new(4000).unwrap();
        let cookie = format!("orm_studio_4000={}", guard.cookie.tell());
        (guard, cookie, token)
    }

    #[test]
    fn the_token_works_once_and_becomes_a_cookie() {
        let (guard, cookie, token) = guard();
        let enter = format!("/?token={token}");
        let wrong = guard.judge(&parts("/?token=00", &[US]));
        assert_eq!(wrong, Err(Refusal::Token));
        let elsewhere = format!("/table?token={token}");
        let elsewhere = guard.judge(&parts(&elsewhere, &[US]));
        assert_eq!(elsewhere, Err(Refusal::Cookie));
        let Ok(Pass::Enter(Some(set))) = guard.judge(&parts(&enter, &[US])) else {
            panic!("the token is right");
        };
        assert_eq!(set, format!("{cookie}; Path=/; HttpOnly; SameSite=Strict"));
        assert!(!set.contains(&token));
        let again = guard.judge(&parts(&enter, &[US]));
        assert_eq!(again, Err(Refusal::Token));
        // Whoever is in already may click it again.
        let again = guard.judge(&parts(&enter, &[US, ("cookie", &cookie)]));
        assert_eq!(again, Ok(Pass::Enter(None)));
    }

    #[test]
    fn no_other_name_leads_here() {
        let (guard, cookie, _) = guard();
        let ask = |host: &str| guard.judge(&parts("/", &[("host", host), ("cookie", &cookie)]));
        assert_eq!(ask("127.0.0.1:4000"), Ok(Pass::Page));
        assert_eq!(ask("localhost:4000"), Ok(Pass::Page));
        for host in [
            "evil.example:4000",
            "127.0.0.1",
            "127.0.0.1:4001",
            "localhost.evil.example:4000",
            "LOCALHOST:4000",
            "[::1]:4000",
            "0.0.0.0:4000",
            "127.0.0.1:4000@evil.example",
            "",
        ] {
            assert_eq!(ask(host), Err(Refusal::Host), "{host}");
        }
        let without = guard.judge(&parts("/", &[("cookie", &cookie)]));
        assert_eq!(without, Err(Refusal::Host));
        let twice = guard.judge(&parts("/", &[US, US, ("cookie", &cookie)]));
        assert_eq!(twice, Err(Refusal::Host));
        let proxy = parts("http://127.0.0.1:4000/", &[US, ("cookie", &cookie)]);
        assert_eq!(guard.judge(&proxy), Err(Refusal::Host));
    }

    #[test]
    fn no_other_page_asks() {
        let (guard, cookie, token) = guard();
        let ask = |name, value| {
            let headers = [US, ("cookie", cookie.as_str()), (name, value)];
            guard.judge(&parts("/", &headers))
        };
        assert_eq!(ask("origin", "http://127.0.0.1:4000"), Ok(Pass::Page));
        assert_eq!(ask("sec-fetch-site", "same-origin"), Ok(Pass::Page));
        assert_eq!(ask("sec-fetch-site", "none"), Ok(Pass::Page));
        for (name, value) in [
            ("origin", "null"),
            ("origin", "http://localhost:4000"),
            ("origin", "http://127.0.0.1:3000"),
            ("origin", "https://127.0.0.1:4000"),
            ("origin", "http://evil.example"),
            // Another port of this machine is the same site, and not the same origin.
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", ""),
        ] {
            assert_eq!(ask(name, value), Err(Refusal::Origin), "{name}: {value}");
        }
        // A foreign page that knew the token could not use it up either.
        let enter = format!("/?token={token}");
        let foreign = parts(&enter, &[US, ("sec-fetch-site", "cross-site")]);
        assert_eq!(guard.judge(&foreign), Err(Refusal::Origin));
        assert!(guard.judge(&parts(&enter, &[US])).is_ok());
    }

    #[test]
    fn only_this_runs_cookie_counts() {
        let (guard, cookie, _) = guard();
        let other = Guard::new(4000).unwrap().0.set_cookie();
        let other = other.split(';').next().unwrap();
        let ask = |value: &str| guard.judge(&parts("/", &[US, ("cookie", value)]));
        assert_eq!(ask(other), Err(Refusal::Cookie));
        assert_eq!(ask(&cookie.replace("4000", "4001")), Err(Refusal::Cookie));
        assert_eq!(ask(&cookie[..cookie.len() - 1]), Err(Refusal::Cookie));
        assert_eq!(ask("orm_studio_4000="), Err(Refusal::Cookie));
        assert_eq!(ask(&format!("a=b; {cookie}; c=d")), Ok(Pass::Page));
    }

    #[test]
    fn nothing_but_a_get_without_a_body() {
        let (guard, cookie, _) = guard();
        for (name, value) in [("content-length", "4"), ("transfer-encoding", "chunked")] {
            let with = parts("/", &[US, ("cookie", &cookie), (name, value)]);
            assert_eq!(guard.judge(&with), Err(Refusal::Body));
        }
        for method in [Method::POST, Method::OPTIONS, Method::DELETE, Method::HEAD] {
            let mut request = parts("/", &[US, ("cookie", &cookie)]);
            request.method = method;
            assert_eq!(guard.judge(&request), Err(Refusal::Method));
        }
    }
}
