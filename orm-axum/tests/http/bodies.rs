//! Bodies of requests: what is refused, and how it is said.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::post;
use orm_axum::{Failure, Json, Path, given};
use serde::{Deserialize, Serialize};

use crate::calls::call;

#[derive(Deserialize, Serialize, Debug)]
#[serde(rename_all = "lowercase")]
enum Urgency {
    Low,
    High,
}

#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields)]
struct Order {
    title: String,
    urgency: Urgency,
    #[serde(default)]
    lines: Vec<Line>,
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    note: Option<Option<String>>,
}

#[derive(Deserialize, Serialize, Debug)]
struct Line {
    count: u8,
}

fn router() -> Router {
    Router::new()
        .route("/", post(async |Json(order): Json<Order>| Json(order)))
        .route("/{id}", post(async |Path(id): Path<i32>| Json(id)))
        .layer(DefaultBodyLimit::max(400))
}

async fn refused(body: &str) -> (u16, Vec<(String, String, String)>) {
    let answer = call("POST", "/").json(body).to(&router()).await;
    assert!(!answer.text.contains("hush"), "{}", answer.text);
    let errors = answer.body["errors"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let word = |error: &serde_json::Value, name: &str| error[name].as_str().unwrap().to_owned();
    let errors = errors
        .iter()
        .map(|it| (word(it, "field"), word(it, "rule"), word(it, "message")));
    (answer.status.as_u16(), errors.collect())
}

#[track_caller]
fn one(refused: &(u16, Vec<(String, String, String)>), field: &str, rule: &str, message: &str) {
    let expected = vec![(field.to_owned(), rule.to_owned(), message.to_owned())];
    assert_eq!(refused, &(422, expected));
}

#[tokio::test]
async fn a_body_is_read_and_written() {
    let body = r#"{"title":"A","urgency":"low","lines":[{"count":3}],"note":null}"#;
    for kind in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/merge-patch+json",
    ] {
        let answer = call("POST", "/")
            .header("content-type", kind)
            .body(body)
            .to(&router())
            .await;
        assert_eq!((answer.status, &*answer.text), (StatusCode::OK, body));
        assert_eq!(answer.headers["content-type"], "application/json");
    }
}

#[tokio::test]
async fn what_is_not_json_is_400() {
    for body in [
        "",
        "{",
        "{\"title\": }",
        "hush",
        "{\"title\":\"A\",\"urgency\":\"low\"} hush",
    ] {
        assert_eq!(refused(body).await, (400, vec![]), "{body}");
    }
    let deep = "[".repeat(300);
    assert_eq!(refused(&deep).await.0, 422, "a list is no order");
    let deep = format!("{{\"note\":{}", "[".repeat(300));
    assert_eq!(refused(&deep).await.0, 422);
}

#[tokio::test]
async fn another_type_is_415_and_too_much_is_413() {
    let untyped = call("POST", "/").body("{}").to(&router()).await;
    assert_eq!(untyped.status, 415);
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "text/x+json",
        "\u{e9}",
    ] {
        let answer = call("POST", "/")
            .header("content-type", kind)
            .body("{}")
            .to(&router())
            .await;
        assert_eq!(answer.status, 415, "{kind}");
    }
    let large = format!("{{\"title\":\"{}\"}}", "hush".repeat(200));
    assert_eq!(refused(&large).await, (413, vec![]));
}

#[tokio::test]
async fn a_field_is_named_by_its_path_and_its_value_is_not_shown() {
    one(
        &refused(r#"{"title":"A"}"#).await,
        "urgency",
        "required",
        "is missing",
    );
    one(
        &refused(r#"{"title":"A","urgency":"low","org_id":1}"#).await,
        "org_id",
        "unknown",
        "is not a field",
    );
    one(
        &refused(r#"{"title":"A","urgency":"hush, expected hush"}"#).await,
        "urgency",
        "type",
        "expected `low` or `high`",
    );
    one(&refused(r#"{"title":"A","urgency":"low","lines":[{"count":1},{"count":"hush, expected hush"}]}"#)
            .await,
        "lines[1].count",
        "type",
        "expected u8",
    );
    one(
        &refused(r#"{"title":null,"urgency":"low"}"#).await,
        "title",
        "type",
        "expected a string",
    );
    one(
        &refused(r#"{"title":"A","title":"B"}"#).await,
        "title",
        "twice",
        "is given twice",
    );
    let long = format!(r#"{{"{}":1}}"#, "x".repeat(300));
    let (status, faults) = refused(&long).await;
    assert_eq!((status, faults[0].0.len()), (422, 200));
}

#[tokio::test]
async fn an_address_that_cannot_be_is_404() {
    for address in ["/hush", "/99999999999", "/1.5", "/%FF"] {
        let answer = call("POST", address).to(&router()).await;
        assert_eq!(answer.status, 404, "{address}");
        assert!(!answer.text.contains("hush"));
    }
    assert_eq!(call("POST", "/7").to(&router()).await.text, "7");
}

#[tokio::test]
async fn a_failure_of_ones_own_has_the_same_body() {
    let router = Router::new().fallback(async || {
        Failure::new(StatusCode::FORBIDDEN, "only leads may do this").field(
            "team",
            "lead",
            "is not yours",
        )
    });
    let answer = call("GET", "/").to(&router).await;
    assert_eq!(
        (answer.status.as_u16(), answer.faults()),
        (403, vec![("team", "lead")])
    );
    assert_eq!(answer.body["title"], "Forbidden");
    assert_eq!(answer.body["detail"], "only leads may do this");
}

/// Statuses are called what axum calls them.
#[tokio::test]
async fn every_status_has_its_name() {
    for status in (400..600).filter_map(|status| StatusCode::from_u16(status).ok()) {
        let router = Router::new().fallback(async move || Failure::new(status, "so it is"));
        let answer = call("GET", "/").to(&router).await;
        let name = status.canonical_reason().unwrap_or("Error");
        assert_eq!(answer.body["title"], name, "{status}");
    }
}
