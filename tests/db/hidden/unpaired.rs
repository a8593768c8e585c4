//! Pairs of a join table that soft-deletes and may hold one pair several times: what is
//! added again comes back alone.

use orm::prelude::*;
use orm::raw::raw_sql;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "readers")]
#[association(many_to_many, as = "texts", model = Text, through = Bookmark)]
struct Reader {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "texts")]
#[association(many_to_many, as = "readers", model = Reader, through = Bookmark)]
struct Text {
    #[column(primary_key)]
    id: i32,
}

/// A pair may be there twice, as far as the database knows.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "bookmarks", soft_delete)]
#[association(belongs_to, as = "reader", model = Reader, foreign_key = "reader_id", one_sided)]
#[association(belongs_to, as = "text", model = Text, foreign_key = "text_id", one_sided)]
struct Bookmark {
    #[column(primary_key, auto_increment)]
    id: i32,
    reader_id: i32,
    text_id: i32,
    page: Option<i32>,
    deleted_at: Option<DateTime<Utc>>,
}

async fn library() -> Test<(Place, [Reader; 2], [Text; 2])> {
    let place = with_models(orm::models![Reader, Text, Bookmark]).await?;
    let db = &place.db;
    let reader = |id| Reader::create().id(id).save(db);
    let text = |id| Text::create().id(id).save(db);
    let readers = [reader(1).await?, reader(2).await?];
    let texts = [text(1).await?, text(2).await?];
    Ok((place, readers, texts))
}

/// The pairs that are not marked, with the page of each.
async fn shown(db: &Db) -> Test<Vec<(i32, i32, Option<i32>)>> {
    let rows = Bookmark::query().order_by((Bookmark::reader_id, Bookmark::text_id));
    let rows = rows.all(db).await?;
    Ok(rows
        .iter()
        .map(|it| (it.reader_id, it.text_id, it.page))
        .collect())
}

#[tokio::test]
async fn a_pair_that_is_added_again_comes_back_alone() -> Test {
    let (place, [one, two], texts) = library().await?;
    let db = &place.db;
    for reader in [&one, &two] {
        reader.related(Reader::texts).add(&texts, db).await?;
        reader.related(Reader::texts).remove(&texts, db).await?;
    }
    assert_eq!(shown(db).await?, []);
    one.related(Reader::texts).add([&texts[0]], db).await?;
    assert_eq!(shown(db).await?, [(1, 1, None)]);
    assert_eq!(Bookmark::query().with_deleted().count(db).await?, 4);
    // From the other side, with a value of its own.
    let readers = texts[1].related(Text::readers).joining(Bookmark::page, 7);
    readers.add([&two], db).await?;
    assert_eq!(shown(db).await?, [(1, 1, None), (2, 2, Some(7))]);
    assert_eq!(Bookmark::query().with_deleted().count(db).await?, 4);
    Ok(())
}

#[tokio::test]
async fn of_two_rows_of_a_pair_one_comes_back() -> Test {
    let (place, [one, _], texts) = library().await?;
    let db = &place.db;
    let moments = [10, 30, 20, 30].map(|second| format!("2026-01-01 00:00:{second}+00:00"));
    for (page, moment) in (0..).zip(&moments) {
        raw_sql(
            "INSERT INTO bookmarks (reader_id, text_id, page, deleted_at) VALUES (1, 1, $1, $2)",
        )
        .bind(page)
        .bind(moment.parse::<DateTime<Utc>>()?)
        .execute(db)
        .await?;
    }
    one.related(Reader::texts).add(&texts[..1], db).await?;
    let [(1, 1, Some(page))] = shown(db).await?[..] else {
        panic!("{:?}", shown(db).await?);
    };
    assert!(
        [1, 3].contains(&page),
        "the one that was marked last: {page}"
    );
    // Another that is there keeps those away that are marked.
    one.related(Reader::texts).add(&texts[..1], db).await?;
    assert_eq!(shown(db).await?, [(1, 1, Some(page))]);
    Ok(())
}

// Nothing but the owner's lock keeps the pair from being there twice.
#[tokio::test]
async fn a_second_who_adds_the_pair_waits_for_the_first() -> Test {
    only_on_a_server!();
    let (place, [one, _], texts) = library().await?;
    let db = &place.db;
    let tx = db.begin().await?;
    one.related(Reader::texts).add(&texts[..1], &tx).await?;
    let second = tokio::spawn({
        let (db, one, texts) = (db.clone(), one.clone(), texts.clone());
        async move { one.related(Reader::texts).add(&texts, &db).await }
    });
    let waits = "SELECT count(*) FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waiting = async {
        while raw_sql(waits).scalar::<i64>(db).await? == 0 {
            assert!(!second.is_finished(), "it did not wait for the first");
        }
        Test::Ok(())
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), waiting).await??;
    tx.commit().await?;
    second.await??;
    assert_eq!(shown(db).await?, [(1, 1, None), (1, 2, None)]);
    Ok(())
}
