//! Bodies of requests: what is refused, and how it is said.

use orm_http::given;
use serde::{Deserialize, Serialize};

use crate::calls::call;
use crate::served::{failing, orders};

#[derive(Deserialize, Serialize, Debug)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Urgency {
    Low,
    High,
}

#[derive(Deserialize, Serialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
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
pub(crate) struct Line {
    count: u8,
}

async fn refused(body: &str) -> (u16, Vec<(String, String, String)>) {
    let answer = call("POST", "/").json(body).to(&orders().await).await;
    assert!(!answer.text.contains("hush"), "{}", answer.text);
    let errors = answer.body["errors"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let word = |error: &serde_json::Value, name: &str| error[name].as_str().unwrap().to_owned();
    let errors = errors
        .iter()
        .map(|it| (word(it, "field"), word(it, "rule"), word(it, "message")));
    (answer.status, errors.collect())
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
            .to(&orders().await)
            .await;
        assert_eq!((answer.status, &*answer.text), (200, body));
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
    let untyped = call("POST", "/").body("{}").to(&orders().await).await;
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
            .to(&orders().await)
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
        let answer = call("POST", address).to(&orders().await).await;
        assert_eq!(answer.status, 404, "{address}");
        assert!(!answer.text.contains("hush"));
    }
    assert_eq!(call("POST", "/7").to(&orders().await).await.text, "7");
}

#[tokio::test]
async fn a_failure_of_ones_own_has_the_same_body() {
    let answer = call("GET", "/").to(&failing(403).await).await;
    assert_eq!(answer.status, 403);
    let body = r#"{"title":"Forbidden","status":403,"detail":"only leads may do this","errors":[{"field":"team","rule":"lead","message":"is not yours"}]}"#;
    assert_eq!(answer.text, body);
    assert_eq!(answer.headers.get("retry-after"), None);
    let later = call("GET", "/").to(&failing(429).await).await;
    assert_eq!(later.headers["retry-after"], "30");
}
