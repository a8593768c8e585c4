//! Cursors that come from outside.

use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::{PageCursor, Pages};

use super::{Article, Note, Writer, articles};
use crate::database::{Place, Test};

fn pages() -> Pages<Article, Article> {
    Article::query()
        .order_by((Article::title, Article::due))
        .page(3)
}

async fn a_cursor(place: &Place) -> Test<PageCursor> {
    let page = pages().fetch(&place.db).await?;
    place.log.clear();
    Ok(page.next.ok_or("more rows")?)
}

#[tokio::test]
async fn a_cursor_that_was_changed_or_cut_is_refused() -> Test {
    let place = articles(20).await?;
    let text = a_cursor(&place).await?.to_string();
    assert!(
        text.bytes()
            .all(|it| it.is_ascii_alphanumeric() || b"-_".contains(&it))
    );
    let mut broken: Vec<String> = (0..text.len()).map(|at| text[..at].to_owned()).collect();
    for at in 0..text.len() {
        let letter = if &text[at..=at] == "A" { "B" } else { "A" };
        broken.push(format!("{}{letter}{}", &text[..at], &text[at + 1..]));
    }
    for more in [
        "A",
        "=",
        " ",
        "AAAA",
        "\u{e9}",
        "'; DROP TABLE articles; --",
    ] {
        broken.push(format!("{text}{more}"));
    }
    for broken in broken {
        let error = broken.parse::<PageCursor>().unwrap_err();
        assert!(error.is_cursor_refused(), "{broken}");
        assert_eq!(
            error.to_string(),
            "the cursor is none, or was cut or changed on its way; hand it on as it was given out, \
             or ask for the first page, without a cursor"
        );
    }
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn a_cursor_of_another_order_or_model_is_refused() -> Test {
    let place = articles(20).await?;
    let db = &place.db;
    let cursor = a_cursor(&place).await?;
    let at = |pages: Pages<Article, Article>| pages.at(cursor.clone());
    let query = Article::query;
    for other in [
        query().page(3),
        query().order_by(Article::title).page(3),
        query().order_by((Article::due, Article::title)).page(3),
        query()
            .order_by((Article::title, Article::due.desc()))
            .page(3),
        query()
            .order_by((Article::title, Article::due.asc().nulls_first()))
            .page(3),
        query().order_by((Article::title, Article::score)).page(3),
        query()
            .order_by((Article::title.lower(), Article::due))
            .page(3),
    ] {
        let error = at(other).fetch(db).await.unwrap_err();
        assert!(error.is_cursor_refused(), "{error}");
        assert_eq!(
            (error.kind(), error.model()),
            (ErrorKind::Cursor, Some("Article"))
        );
        assert_eq!(
            error.to_string(),
            "Article: the cursor belongs to another order or model; ask for the order that it was \
             made in, or for the first page, without a cursor"
        );
    }
    // Values in an order are a part of it.
    let by = |zero: f64| query().order_by(Article::score.coalesce(zero)).page(3);
    let first = by(0.0).fetch(db).await?;
    assert!(by(0.0).at(first.next.clone()).fetch(db).await.is_ok());
    assert!(
        by(0.5)
            .at(first.next)
            .fetch(db)
            .await
            .unwrap_err()
            .is_cursor_refused()
    );
    place.log.clear();

    let other = Note::query().page(3).at(cursor.clone()).fetch(db).await;
    assert!(other.unwrap_err().is_cursor_refused());
    let other = Writer::query().page(3).at(cursor.clone()).fetch(db).await;
    assert!(other.unwrap_err().is_cursor_refused());
    place.log.assert_count(0);

    // Not tied to filters, includes, sizes.
    let like = query()
        .order_by((Article::title, Article::due))
        .filter(Article::rank.gt(2))
        .include(Article::writer);
    like.page(9).at(&cursor).fetch(db).await?;
    let page = pages().at(&cursor).fetch(db).await?;
    let again = pages().at(Some(cursor)).fetch(db).await?;
    assert_eq!(page.rows, again.rows);
    Ok(())
}

#[tokio::test]
async fn signed_cursors_are_made_by_whoever_has_the_key() -> Test {
    let place = articles(20).await?;
    let db = &place.db;
    let plain = a_cursor(&place).await?;
    let signed = pages().signed_by(b"a key").fetch(db).await?;
    let cursor = signed.next.clone().ok_or("more rows")?;
    let second = pages()
        .signed_by(b"a key")
        .at(cursor.clone())
        .fetch(db)
        .await?;
    assert_eq!(second.rows, pages().at(plain.clone()).fetch(db).await?.rows);
    assert!(!format!("{:?} {signed:?}", pages().signed_by(b"a key")).contains("a key"));
    place.log.clear();

    let refused = async |pages: Pages<Article, Article>, words: &str| {
        let error = pages.fetch(db).await.unwrap_err();
        assert!(
            error.is_cursor_refused() && error.to_string().contains(words),
            "{error}"
        );
    };
    let cursor_of = |text: String| text.parse::<PageCursor>();
    refused(pages().at(cursor.clone()), "is signed").await;
    refused(pages().signed_by(b"a key").at(plain), "is not signed").await;
    refused(
        pages().signed_by(b"another").at(cursor.clone()),
        "with another key",
    )
    .await;
    let text = cursor.to_string();
    for at in 3..text.len() {
        let letter = if &text[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{letter}{}", &text[..at], &text[at + 1..]);
        if let Ok(changed) = cursor_of(changed) {
            refused(pages().signed_by(b"a key").at(changed), "cursor").await;
        }
    }
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn a_cursor_does_not_show_what_it_holds() -> Test {
    let place = articles(20).await?;
    let cursor = a_cursor(&place).await?;
    assert_eq!(format!("{cursor:?}"), "PageCursor(..)");
    let written = serde_json::to_string(&cursor)?;
    assert_eq!(written, format!("\"{cursor}\""));
    assert_eq!(serde_json::from_str::<PageCursor>(&written)?, cursor);
    let error = serde_json::from_str::<PageCursor>("\"x\"").unwrap_err();
    assert!(error.to_string().contains("ask for the first page"));
    Ok(())
}
