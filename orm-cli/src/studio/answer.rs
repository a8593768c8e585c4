//! Answers, and the headers that every one of them has.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue, LOCATION, SET_COOKIE};
use hyper::{Response, StatusCode};

use super::guard::Refusal;
use super::html::Html;

/// An answer on its way to the browser.
pub(super) type Answer = Response<Full<Bytes>>;

/// What a page may load and do: our own style and pictures. Nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
     frame-ancestors 'none'; base-uri 'none'";

const ALWAYS: [(&str, &str); 8] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// A page.
pub(super) fn page(status: StatusCode, page: Html) -> Answer {
    answer(status, "text/html; charset=utf-8", page.into_string())
}

/// The style of the pages.
pub(super) fn style(text: &'static str) -> Answer {
    answer(StatusCode::OK, "text/css; charset=utf-8", text)
}

/// A picture.
pub(super) fn picture(svg: String) -> Answer {
    answer(StatusCode::OK, "image/svg+xml; charset=utf-8", svg)
}

/// The way to the first page, without the token.
pub(super) fn enter(cookie: Option<&str>) -> Answer {
    let mut answer = answer(StatusCode::SEE_OTHER, "text/plain; charset=utf-8", "");
    let headers = answer.headers_mut();
    headers.insert(LOCATION, HeaderValue::from_static("/"));
    if let Some(cookie) = cookie.and_then(|it| HeaderValue::from_str(it).ok()) {
        headers.insert(SET_COOKIE, cookie);
    }
    answer
}

/// A few words of ours, in which nothing of the request is.
pub(super) fn words(status: StatusCode, words: &'static str) -> Answer {
    answer(status, "text/plain; charset=utf-8", words)
}

/// Why a request is not answered.
pub(super) fn refused(refusal: Refusal) -> Answer {
    let (status, text) = match refusal {
        Refusal::Host => (
            StatusCode::MISDIRECTED_REQUEST,
            "This is orm studio, under the address that it printed and no other.\n",
        ),
        Refusal::Origin => (
            StatusCode::FORBIDDEN,
            "Another page asked for this. Open orm studio by the address that it printed.\n",
        ),
        Refusal::Method => (
            StatusCode::METHOD_NOT_ALLOWED,
            "orm studio reads, and is asked by GET.\n",
        ),
        Refusal::Body => (
            StatusCode::BAD_REQUEST,
            "orm studio reads, and takes no body.\n",
        ),
        Refusal::Token => (
            StatusCode::FORBIDDEN,
            "This address was used, or is of another run. Start `orm studio` again for a new one.\n",
        ),
        Refusal::Cookie => (
            StatusCode::FORBIDDEN,
            "This browser was not let in. Open the address that `orm studio` printed.\n",
        ),
    };
    let mut answer = words(status, text);
    if refusal == Refusal::Method {
        let allowed = HeaderValue::from_static("GET");
        answer.headers_mut().insert(hyper::header::ALLOW, allowed);
    }
    answer
}

fn answer(status: StatusCode, kind: &'static str, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()));
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    for (name, value) in ALWAYS {
        let name = HeaderName::from_static(name);
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}
