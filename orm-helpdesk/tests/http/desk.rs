//! A help desk with two organisations, and requests to it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use orm::prelude::*;
use orm_helpdesk::{http, migrations, seed};
use orm_testkit::StatementLog;
use serde_json::Value;
use tower::ServiceExt;

pub(crate) struct Desk {
    pub(crate) router: Router,
    pub(crate) db: Db,
    pub(crate) log: StatementLog,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn faults(&self) -> Vec<(&str, &str)> {
        let errors = self.body["errors"].as_array().into_iter().flatten();
        errors
            .map(|error| {
                (
                    error["field"].as_str().unwrap(),
                    error["rule"].as_str().unwrap(),
                )
            })
            .collect()
    }

    pub(crate) fn tag(&self) -> &str {
        self.headers["etag"].to_str().unwrap()
    }
}

impl Desk {
    pub(crate) async fn open(url: &str) -> Self {
        let config = Config::from_url(url).unwrap();
        migrations(config.backend()).up(&config).await.unwrap();
        let log = StatementLog::new();
        let reporter = log.clone();
        let db = Db::connect(config).await.unwrap();
        let db = db.with_logger(move |event| reporter.record(event.sql()));
        for name in ["acme", "rival"] {
            seed::organisation(name, &db).await.unwrap();
        }
        Desk {
            router: http::router(db.clone()),
            db,
            log,
        }
    }

    pub(crate) fn request(&self, who: &str, method: &str, uri: &str) -> Request<Body> {
        let token = format!("Bearer {who}");
        let request = Request::builder()
            .method(method)
            .uri(uri)
            .header("authorization", token);
        request.body(Body::empty()).unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let body = serde_json::from_str(&text).unwrap_or_default();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text,
            body,
        }
    }

    pub(crate) async fn call(&self, who: &str, method: &str, uri: &str) -> Answer {
        self.send(self.request(who, method, uri)).await
    }

    pub(crate) async fn json(&self, who: &str, method: &str, uri: &str, body: &str) -> Answer {
        self.matching(who, method, uri, None, body).await
    }

    pub(crate) async fn matching(
        &self,
        who: &str,
        method: &str,
        uri: &str,
        tag: Option<&str>,
        body: &str,
    ) -> Answer {
        let mut request = self.request(who, method, uri);
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json".parse().unwrap());
        if let Some(tag) = tag {
            headers.insert("if-match", tag.parse().unwrap());
        }
        *request.body_mut() = Body::from(body.to_owned());
        self.send(request).await
    }

    /// A new ticket of acme.
    pub(crate) async fn ticket(&self, body: &str) -> Answer {
        let answer = self.json("acme-ann", "POST", "/tickets", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer
    }
}
