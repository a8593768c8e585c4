//! Requests and answers.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use orm::exec::{Config, Db, PoolOptions};
use serde_json::Value;
use tower::ServiceExt;

/// Where a test's database is.
pub(crate) struct Place {
    config: Config,
}

impl Place {
    pub(crate) fn new(url: &str) -> Self {
        let config = Config::from_url(url).unwrap();
        Place { config }
    }

    pub(crate) async fn db(&self) -> Db {
        Db::connect(self.config.clone()).await.unwrap()
    }

    pub(crate) fn config(&self) -> Config {
        self.config.clone()
    }

    /// With a pool of so many connections, and not much patience.
    pub(crate) async fn pool_of(&self, max: usize) -> Db {
        let pool = PoolOptions::new()
            .max(max)
            .acquire(Duration::from_millis(300));
        Db::connect(self.config.clone().pool(pool)).await.unwrap()
    }
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    /// The fields that were refused, and by which rule.
    pub(crate) fn faults(&self) -> Vec<(&str, &str)> {
        let errors = self.body["errors"].as_array();
        errors
            .into_iter()
            .flatten()
            .map(|error| {
                let word = |name: &str| error[name].as_str().unwrap_or_default();
                (word("field"), word("rule"))
            })
            .collect()
    }
}

/// A request that is still to be sent.
pub(crate) struct Call {
    builder: axum::http::request::Builder,
    body: Body,
}

pub(crate) fn call(method: &str, uri: &str) -> Call {
    Call {
        builder: Request::builder().method(method).uri(uri),
        body: Body::empty(),
    }
}

impl Call {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.builder = self.builder.header(name, value);
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self
    }

    pub(crate) fn json(self, body: &str) -> Self {
        self.header("content-type", "application/json")
            .body(body.to_owned())
    }

    pub(crate) fn request(self) -> Request<Body> {
        self.builder.body(self.body).unwrap()
    }

    pub(crate) async fn to(self, router: &Router) -> Answer {
        let response = router.clone().oneshot(self.request()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        if parts.status.as_u16() >= 400 {
            let json = "application/problem+json";
            assert_eq!(parts.headers["content-type"], json, "{text}");
        }
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }
}
