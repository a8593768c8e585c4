//! What SQLite has not is refused by name, before anything is sent.

use orm::prelude::*;
use serde_json::json;

use crate::models::{Author, Book, State};
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

#[tokio::test]
async fn it_is_refused_wherever_it_stands() -> Test {
    let place = filled().await?;
    let db = &place.sqlite;
    let odd = || Book::title.matches("^f");
    let books = Book::query;
    let author = Author::query().first(db).await?.ok_or("an author")?;
    let likeness = Book::title.similarity("x");
    let refused = [
        books().filter(odd()).delete().run(db).await.err(),
        (books()
            .filter(odd())
            .update()
            .set(Book::amount, 1)
            .save(db)
            .await)
            .err(),
        (books()
            .all_rows()
            .update()
            .set(Book::single, likeness)
            .save(db)
            .await)
            .err(),
        (Author::query()
            .include(Author::books.filter(odd()))
            .all(db)
            .await)
            .err(),
        (Author::books.filter(odd()).load_for([&author], db).await).err(),
        (Author::query()
            .filter(Author::books.any(odd()))
            .count(db)
            .await)
            .err(),
        (books()
            .filter(Book::meta.between(json!(1), json!(2)))
            .count(db)
            .await)
            .err(),
        books()
            .filter(Book::meta.lt(json!(1)))
            .count(db)
            .await
            .err(),
    ];
    for (at, error) in refused.into_iter().enumerate() {
        let error = error.ok_or_else(|| format!("{at} is not refused"))?;
        assert!(error.is_unsupported(), "{at}: {error}");
    }
    Ok(())
}

#[derive(Model, Debug, Clone)]
#[model(table = "piles")]
#[association(many_to_many, as = "leaves", model = Leaf, through = Place)]
struct Pile {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "leaves")]
#[association(many_to_many, as = "piles", model = Pile, through = Place)]
struct Leaf {
    #[column(primary_key)]
    id: i32,
}

/// Holds what SQLite cannot.
#[derive(Model, Debug, Clone)]
#[model(table = "places")]
#[association(belongs_to, as = "pile", model = Pile, foreign_key = "pile_id", one_sided)]
#[association(belongs_to, as = "leaf", model = Leaf, foreign_key = "leaf_id", one_sided)]
struct Place {
    #[column(primary_key)]
    pile_id: i32,
    #[column(primary_key)]
    leaf_id: i32,
    #[column(default_sql = "'{}'")]
    marks: Vec<i32>,
}

#[tokio::test]
async fn a_join_table_that_sqlite_cannot_hold_is_refused() -> Test {
    let place = filled().await?;
    let db = &place.sqlite;
    let (pile, leaf) = (Pile { id: 1 }, Leaf { id: 1 });
    let leaves = pile.related(Pile::leaves);
    let refused = [
        Pile::query().include(Pile::leaves).all(db).await.err(),
        Pile::leaves.load_for([&pile], db).await.err(),
        leaves.all(db).await.err(),
        Pile::query()
            .filter(Pile::leaves.exists())
            .all(db)
            .await
            .err(),
        Pile::query()
            .values(Pile::leaves.count())
            .all(db)
            .await
            .err(),
        leaves.add([&leaf], db).await.err(),
        leaves.remove([&leaf], db).await.err(),
    ];
    for (at, error) in refused.into_iter().enumerate() {
        let error = error.ok_or_else(|| format!("{at} is not refused"))?;
        assert!(error.is_unsupported(), "{at}: {error}");
        assert_eq!(error.model(), Some("Place"), "{at}: {error}");
    }
    Ok(())
}
