//! What the guide shows is the example; what statuses are called is what axum calls them.

use axum::http::StatusCode;

use crate::calls::call;
use crate::served::failing;

/// The chapter of the guide is made of parts of the example.
#[test]
fn the_guide_shows_this_service() {
    let chapter = include_str!("../../../docs/guide/src/http.md");
    let (chapter, _) = chapter.split_once("## On actix-web").unwrap();
    let service = include_str!("../../examples/notes.rs");
    let blocks: Vec<&str> = chapter
        .split("```rust,ignore\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    assert!(blocks.len() > 5, "{}", blocks.len());
    for block in &blocks {
        assert!(service.contains(block), "{block}");
    }
    // Nothing that a reader needs is left out.
    let lines = |text: &str| text.lines().filter(|line| !line.trim().is_empty()).count();
    let said = service
        .lines()
        .filter(|line| line.starts_with("//!"))
        .count();
    let shown: usize = blocks.iter().map(|block| lines(block)).sum();
    assert_eq!(shown, lines(service) - said);
}

#[tokio::test]
async fn every_status_has_its_name() {
    for status in (400..600).filter_map(|status| StatusCode::from_u16(status).ok()) {
        let answer = call("GET", "/").to(&failing(status.as_u16()).await).await;
        let name = status.canonical_reason().unwrap_or("Error");
        assert_eq!(answer.body["title"], name, "{status}");
    }
}
