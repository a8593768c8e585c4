//! What SQLite has not is refused by name, before anything is sent.

use orm::prelude::*;

use crate::models::{Book, State};
use crate::place::{Test, filled};

#[tokio::test]
async fn what_sqlite_lacks_is_named() -> Test {
    let place = filled().await?;
    let db = &place.sqlite;
    let refused = |answer: orm::Result<Vec<i64>>, word: &str| {
        let error = answer.expect_err(word);
        assert!(error.is_unsupported(), "{error}");
        let told = error.to_string();
        assert!(
            told.starts_with("Book: SQLite has no ") && told.contains(word),
            "{told}"
        );
    };
    let ids = || Book::query().values(Book::id);
    refused(
        Book::query()
            .filter(Book::title.matches("^f"))
            .values(Book::id)
            .all(db)
            .await,
        "like",
    );
    refused(ids().order_by(Book::meta).all(db).await, "json_text");
    let max = Book::query().values(Book::state.max()).all(db).await;
    assert!(max.expect_err("labels").is_unsupported());
    let locked = db
        .transaction(async |tx| Book::query().for_update().all(&tx).await)
        .await;
    assert!(locked.expect_err("a lock").is_unsupported());
    assert_eq!(
        Book::query()
            .filter(Book::state.ne(State::Open))
            .count(db)
            .await?,
        2
    );
    Ok(())
}
