//! The service of `examples/openapi.rs` answers what its document says.

use orm::prelude::*;
use serde_json::{Value, json};

use crate::calls::{Answer, Place, call};
use crate::schema::assert_described;
use crate::served::Service;

#[allow(dead_code)] // the example has a `main` of its own
#[path = "../../examples/openapi.rs"]
mod library;

use library::{Author, Book, router};

/// An answer is what the document says of its path, method and status.
#[track_caller]
fn assert_answer(answer: &Answer, document: &Value, path: &str, method: &str, status: &str) {
    let said = &document["paths"][path][method]["responses"][status]["content"];
    let kind = answer.headers["content-type"].as_str();
    let schema = &said[kind]["schema"];
    assert_described(&answer.body, schema, document);
}

async fn answers_are_what_the_document_says(place: Place) {
    let db = place.db().await;
    db.create_missing(orm::models![Author, Book]).await.unwrap();
    let service = Service::of(router(db.clone()));
    let document = call("GET", "/openapi.json").to(&service).await.body;

    let new = call("POST", "/authors")
        .json(r#"{"name": "Ann"}"#)
        .to(&service)
        .await;
    assert_eq!(new.status, 201);
    assert_answer(&new, &document, "/authors", "post", "201");
    let id = new.body["id"].as_i64().unwrap();
    let books = ["One", "Two"].map(|title| Book::create().author_id(id).title(title));
    Book::create_many(books).save(&db).await.unwrap();

    let page = call("GET", "/authors?text=an&order=-name&size=1")
        .to(&service)
        .await;
    assert_eq!(page.body["rows"].as_array().map(Vec::len), Some(1));
    assert_answer(&page, &document, "/authors", "get", "200");
    let one = call("GET", &format!("/authors/{id}")).to(&service).await;
    assert_eq!(one.body["books"].as_array().map(Vec::len), Some(2));
    assert_answer(&one, &document, "/authors/{id}", "get", "200");

    let missing = call("GET", "/authors/77").to(&service).await;
    assert_eq!(missing.status, 404);
    assert_answer(&missing, &document, "/authors/{id}", "get", "4XX");
    let nameless = call("POST", "/authors")
        .json(r#"{"name": ""}"#)
        .to(&service)
        .await;
    assert_eq!(nameless.status, 422);
    assert_answer(&nameless, &document, "/authors", "post", "4XX");
}

async fn parameters_are_those_of_the_listing(place: Place) {
    let service = Service::of(router(place.db().await));
    let document = call("GET", "/openapi.json").to(&service).await.body;
    let said = document["paths"]["/authors"]["get"]["parameters"].as_array();
    let names: Vec<&str> = said
        .unwrap()
        .iter()
        .filter_map(|it| it["name"].as_str())
        .collect();
    assert_eq!(names, ["text", "order", "size", "cursor"]);
    let size = &said.unwrap()[2]["schema"];
    assert_eq!(
        size,
        &json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 })
    );
}

on_both! {
    answers_are_what_the_document_says;
    parameters_are_those_of_the_listing;
}
