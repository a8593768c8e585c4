//! Requests and answers, whatever framework serves them: `crate::served` says how.

use std::collections::BTreeMap;
use std::time::Duration;

use orm::error::ErrorKind;
use orm::exec::{Config, Db, PoolOptions};
use serde_json::Value;
use tokio::sync::oneshot::Receiver;

use crate::served::Service;

/// Makes two tests of a function that takes a database, one for each kind.
macro_rules! on_both {
    ($($name:ident;)*) => {
        mod on_postgres {
            $(#[tokio::test]
            async fn $name() {
                let database = orm_testkit::TestDatabase::create().await.unwrap();
                let test = super::$name(crate::calls::Place::new(&database.url()));
                tokio::task::LocalSet::new().run_until(test).await;
            })*
        }
        mod on_sqlite {
            $(#[tokio::test]
            async fn $name() {
                let file = orm_testkit::TestFile::create().unwrap();
                let test = super::$name(crate::calls::Place::new(&file.url()));
                tokio::task::LocalSet::new().run_until(test).await;
            })*
        }
    };
}

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
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Value,
    pub(crate) text: String,
    /// The kind of the error behind it, of the response's extensions.
    pub(crate) cause: Option<ErrorKind>,
}

impl Answer {
    /// Reads what a framework answered. Whatever is refused has one type of body.
    pub(crate) fn read(
        status: u16,
        headers: BTreeMap<String, String>,
        body: &[u8],
        cause: Option<ErrorKind>,
    ) -> Self {
        let text = String::from_utf8(body.to_vec()).unwrap();
        if status >= 400 {
            let json = "application/problem+json";
            let kind = headers.get("content-type").map(String::as_str);
            assert_eq!(kind, Some(json), "{status} {text}");
        }
        Answer {
            status,
            headers,
            body: serde_json::from_str(&text).unwrap_or_default(),
            text,
            cause,
        }
    }

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
    pub(crate) method: &'static str,
    pub(crate) uri: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Body,
}

/// What is sent with it.
pub(crate) enum Body {
    Whole(String),
    /// Sent when the test says so.
    Slow(Receiver<&'static str>),
}

pub(crate) fn call(method: &'static str, uri: &str) -> Call {
    Call {
        method,
        uri: uri.to_owned(),
        headers: Vec::new(),
        body: Body::Whole(String::new()),
    }
}

impl Call {
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, body: &str) -> Self {
        self.body = Body::Whole(body.to_owned());
        self
    }

    pub(crate) fn json(self, body: &str) -> Self {
        self.header("content-type", "application/json").body(body)
    }

    pub(crate) fn slow_json(mut self, body: Receiver<&'static str>) -> Self {
        self.body = Body::Slow(body);
        self.header("content-type", "application/json")
    }

    pub(crate) async fn to(self, service: &Service) -> Answer {
        service.send(self).await
    }
}
