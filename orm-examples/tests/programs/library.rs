//! The schema of `examples/graphql.rs`: what is asked at one moment is one statement.

use orm::prelude::*;
use serde_json::{Value, json};

use crate::Place;

#[allow(dead_code)] // the example has a `main` of its own
#[path = "../../examples/graphql.rs"]
mod graphql;

use graphql::{Author, Book, request, schema};

/// Authors with so many books each.
async fn with_books(place: &Place, numbers: &[usize]) {
    let db = &place.db;
    db.create_missing(orm::models![Author, Book]).await.unwrap();
    for (n, books) in numbers.iter().enumerate() {
        let author = Author::create().name(format!("Author {n}"));
        let author = author.save(db).await.unwrap();
        for book in 0..*books {
            let book = Book::create().title(format!("Book {book}"));
            book.author_id(author.id).save(db).await.unwrap();
        }
    }
    place.log.clear();
}

async fn ask(place: &Place, query: &str) -> Value {
    let answer = schema(place.db.clone());
    let answer = answer.execute(request(query, &place.db)).await;
    serde_json::to_value(answer).unwrap()
}

async fn associations_are_loaded_by_batches(place: Place) {
    with_books(&place, &[2, 0, 12, 1]).await;
    let query = "{ authors(first: 50) { edges { node { name
        books(first: 3) { title author { name } } } } } }";
    let answer = ask(&place, query).await;
    // The page, all books, all authors of these.
    place.log.assert_count(3);
    assert_eq!(answer["errors"], Value::Null);
    let edges = answer["data"]["authors"]["edges"].as_array().unwrap();
    let numbers = edges
        .iter()
        .map(|it| it["node"]["books"].as_array().map(Vec::len));
    assert_eq!(
        numbers.collect::<Vec<_>>(),
        [Some(2), Some(0), Some(3), Some(1)]
    );
    let book = &edges[3]["node"]["books"][0];
    assert_eq!(
        book,
        &json!({ "title": "Book 0", "author": { "name": "Author 3" } })
    );
}

async fn lists_go_forwards_and_backwards(place: Place) {
    with_books(&place, &[0, 0, 0]).await;
    let shown = "{ totalCount edges { node { name } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }";
    let first = ask(&place, &format!("{{ authors(first: 2) {shown} }}")).await;
    place.log.assert_count(1);
    let first = &first["data"]["authors"];
    assert_eq!(first["totalCount"], 3);
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let end = first["pageInfo"]["endCursor"].as_str().unwrap();
    let second = ask(
        &place,
        &format!("{{ authors(first: 2, after: {end:?}) {shown} }}"),
    )
    .await;
    let second = &second["data"]["authors"];
    assert_eq!(second["edges"], json!([{ "node": { "name": "Author 2" } }]));
    let start = second["pageInfo"]["startCursor"].as_str().unwrap();
    let back =
        format!("{{ authors(last: 1, before: {start:?}) {{ edges {{ node {{ name }} }} }} }}");
    let back = ask(&place, &back).await;
    let edges = &back["data"]["authors"]["edges"];
    assert_eq!(edges, &json!([{ "node": { "name": "Author 1" } }]));
}

async fn errors_tell_fields_and_nothing_else(place: Place) {
    with_books(&place, &[0]).await;
    let code = |answer: &Value| answer["errors"][0]["extensions"].clone();
    let create = |name: &str| format!("mutation {{ createAuthor(name: {name:?}) {{ id }} }}");
    let taken = ask(&place, &create("Author 0")).await;
    assert_eq!(code(&taken), json!({ "code": "TAKEN", "fields": ["name"] }));
    let nameless = ask(&place, &create("")).await;
    assert_eq!(
        code(&nameless),
        json!({ "code": "INVALID", "fields": ["name"] })
    );
    let lost = ask(
        &place,
        "{ authors(after: \"nowhere\") { edges { cursor } } }",
    )
    .await;
    assert_eq!(code(&lost), json!({ "code": "BAD_CURSOR" }));
    for answer in [taken, nameless, lost] {
        let text = answer.to_string();
        assert!(
            !text.contains("authors_") && !text.contains("SELECT"),
            "{text}"
        );
    }
}

on_both! {
    associations_are_loaded_by_batches;
    lists_go_forwards_and_backwards;
    errors_tell_fields_and_nothing_else;
}
