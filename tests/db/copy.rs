//! Many rows of which nothing is asked back, in constant memory.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream;
use orm::error::ErrorKind;
use orm::exec::TxOptions;
use orm::prelude::*;

use crate::database::{Place, Test, on_a_file, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Select", soft_delete, timestamps, default_scope = ranked)]
#[association(belongs_to, as = "parent", model = Reading, foreign_key = "parent_id")]
#[association(has_many, as = "children", model = Reading, foreign_key = "parent_id")]
struct Reading {
    #[column(primary_key, auto_increment)]
    id: i64,
    #[column(name = "Order By", unique)]
    #[validate(not_empty)]
    code: String,
    parent_id: Option<i64>,
    #[column(default = 7)]
    rank: i32,
    #[column(default_sql = "'given by the table'")]
    source: String,
    note: Option<String>,
    #[column(version)]
    version: i32,
    deleted_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

fn ranked() -> orm::query::Filter<Reading> {
    Reading::rank.gt(0)
}

async fn readings() -> Test<Place> {
    with_models(orm::models![Reading]).await
}

type New = ReadingCreate<orm::create::Given>;

fn reading(code: impl std::fmt::Display) -> New {
    Reading::create().code(code.to_string())
}

/// What is the same of rows that were written one way and another.
fn facts(rows: &[Reading]) -> Vec<(&str, Option<i64>, i32, &str, Option<&str>, i32)> {
    let facts = rows.iter().map(|row| {
        let Reading {
            code, source, note, ..
        } = row;
        (
            &**code,
            row.parent_id,
            row.rank,
            &**source,
            note.as_deref(),
            row.version,
        )
    });
    facts.collect()
}

async fn all(place: &Place) -> Test<Vec<Reading>> {
    let all = Reading::query().unscoped(Reading::RANKED);
    Ok(all.order_by(Reading::id).all(&place.db).await?)
}

#[tokio::test]
async fn rows_are_those_that_create_many_writes() -> Test {
    let new = || {
        [
            reading("a"),
            reading("b").note("ü 🦀 \\. \t \n \u{1}"),
            reading("c").rank(9).note(None),
            reading("d").source("given").note("x".repeat(200_000)),
            reading("e").source("").rank(-1),
            reading("f"),
            reading("g").parent_id(1),
        ]
    };
    let other = readings().await?;
    let expected = Reading::create_many(new()).save(&other.db).await?;
    let place = readings().await?;
    let before = Utc::now() - chrono::Duration::seconds(5);
    assert_eq!(Reading::copy_in(new()).save(&place.db).await?, 7);
    let rows = all(&place).await?;
    assert_eq!(facts(&rows), facts(&expected));
    assert!(
        rows.iter()
            .all(|row| row.created_at == row.updated_at && row.created_at > before)
    );
    assert!(rows.iter().all(|row| row.deleted_at.is_none()));
    // The numbers go on behind them.
    let next = reading("h").save(&place.db).await?;
    assert!(rows.iter().all(|row| row.id < next.id));
    Ok(())
}

#[tokio::test]
async fn rows_that_leave_the_same_to_the_server_are_one_copy() -> Test {
    only_on_a_server!();
    let place = readings().await?;
    let rows = [reading("a"), reading("b").rank(3), reading("c")];
    Reading::copy_in(rows).save(&place.db).await?;
    let sent = place.log.statements();
    assert_eq!(sent.len(), 4, "{sent:?}");
    assert_eq!(sent[0], "BEGIN");
    assert!(
        sent[1].starts_with("SELECT CAST(statement_timestamp() AS "),
        "{}",
        sent[1]
    );
    let copy = r#"COPY "Select" ("Order By", "rank", "version", "created_at", "updated_at") FROM STDIN (FORMAT binary)"#;
    assert_eq!((&*sent[2], &*sent[3]), (copy, "COMMIT"));
    Ok(())
}

#[tokio::test]
async fn no_row_sends_nothing() -> Test {
    let place = readings().await?;
    assert_eq!(
        Reading::copy_in(Vec::<New>::new()).save(&place.db).await?,
        0
    );
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn rows_that_give_nothing_are_rows() -> Test {
    #[derive(Model, Debug, Clone)]
    #[model(table = "drafts")]
    struct Draft {
        #[column(primary_key, auto_increment)]
        id: i32,
        #[column(default_sql = "'given by the table'")]
        source: String,
        // It may be NULL, and is not unless a row says so.
        #[column(default_sql = "'plain'")]
        kind: Option<String>,
        note: Option<String>,
    }
    #[derive(Model, Debug, Clone)]
    #[model(table = "numbers")]
    struct Number {
        #[column(primary_key, auto_increment)]
        id: i32,
    }
    let place = with_models(orm::models![Draft, Number]).await?;
    let db = &place.db;
    let rows = (0..3).map(|_| Draft::create());
    assert_eq!(Draft::copy_in(rows).save(db).await?, 3);
    let drafts = Draft::query().all(db).await?;
    assert_eq!(drafts.len(), 3);
    for draft in &drafts {
        assert_eq!(draft.source, "given by the table");
        assert_eq!((draft.kind.as_deref(), &draft.note), (Some("plain"), &None));
    }
    let numbers = Number::copy_in([Number::create()]).save(db).await;
    if !on_a_file() {
        let error = numbers.unwrap_err().to_string();
        assert!(
            error.contains("row 0: it gives no column of Number"),
            "{error}"
        );
    }
    Ok(())
}

#[tokio::test]
async fn progress_is_told_up_to_the_end() -> Test {
    let place = readings().await?;
    let mut told = Vec::new();
    let rows = (0..5_000).map(|n| reading(n).note("x".repeat(100)));
    let copy = Reading::copy_in(rows).on_progress(|rows| told.push(rows));
    assert_eq!(copy.save(&place.db).await?, 5_000);
    assert!(told.len() > 3, "{told:?}");
    assert!(told.windows(2).all(|pair| pair[0] <= pair[1]), "{told:?}");
    assert_eq!(told.last(), Some(&5_000));
    assert_eq!(all(&place).await?.len(), 5_000);
    Ok(())
}

/// Of a file, where a statement is run for each: memory does not grow with their number, or
/// with what they hold.
#[tokio::test]
async fn a_file_takes_so_many_rows_or_bytes_at_a_time() -> Test {
    if !on_a_file() {
        return Ok(());
    }
    let place = readings().await?;
    let mut told = Vec::new();
    let copy = Reading::copy_in((0..1_300).map(reading)).on_progress(|rows| told.push(rows));
    copy.save(&place.db).await?;
    assert_eq!(told, [512, 1_024, 1_300]);
    let mut told = Vec::new();
    let long = |n: usize| reading(format!("long {n}")).note("x".repeat(150 * 1024));
    let copy = Reading::copy_in((0..5).map(long)).on_progress(|rows| told.push(rows));
    copy.save(&place.db).await?;
    assert_eq!(told, [2, 4, 5]);
    assert_eq!(all(&place).await?.len(), 1_305);
    Ok(())
}

#[tokio::test]
async fn a_row_that_a_validator_refuses_leaves_none() -> Test {
    let place = readings().await?;
    let rows = (0..3_000).map(|n| match n {
        2_345 => reading(""),
        n => reading(n),
    });
    let error = Reading::copy_in(rows).save(&place.db).await.unwrap_err();
    assert!(error.is_validation(), "{error}");
    assert_eq!((error.row(), error.fields()), (Some(2_345), &["code"][..]));
    assert!(error.to_string().contains("row 2345: "), "{error}");
    assert_eq!(all(&place).await?, []);
    Ok(())
}

#[tokio::test]
async fn a_row_that_the_database_refuses_leaves_none_and_says_which() -> Test {
    let place = readings().await?;
    reading("there").save(&place.db).await?;
    // Several COPYs: those before the one at fault are counted, too.
    let rows = || {
        (0..3_000).map(|n| match n {
            2_345 => reading("there").source("x"),
            n if n % 1_000 == 0 => reading(n).source("x"),
            n => reading(n),
        })
    };
    let error = Reading::copy_in(rows()).save(&place.db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!((error.row(), error.fields()), (Some(2_345), &["code"][..]));
    assert_eq!(
        (error.model(), all(&place).await?.len()),
        (Some("Reading"), 1)
    );

    // The transaction that it was part of goes on.
    let tx = place.db.begin().await?;
    reading("kept").save(&tx).await?;
    let error = Reading::copy_in(rows()).save(&tx).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(Reading::copy_in([reading("new")]).save(&tx).await?, 1);
    tx.commit().await?;
    assert_eq!(all(&place).await?.len(), 3);

    let stranger = Reading::copy_in([reading("x"), reading("y").parent_id(77)]);
    let error = stranger.save(&place.db).await.unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    assert_eq!(error.fields(), ["parent_id"]);
    assert_eq!(all(&place).await?.len(), 3);
    Ok(())
}

#[tokio::test]
async fn a_transaction_that_is_rolled_back_takes_the_rows_along() -> Test {
    let place = readings().await?;
    let tx = place.db.begin().await?;
    assert_eq!(Reading::copy_in((0..10).map(reading)).save(&tx).await?, 10);
    assert_eq!(Reading::query().count(&tx).await?, 10);
    tx.rollback().await?;
    assert_eq!(all(&place).await?, []);
    Ok(())
}

#[derive(Debug)]
enum Broken {
    Line(usize),
    Database(orm::Error),
}

impl From<orm::Error> for Broken {
    fn from(error: orm::Error) -> Self {
        Broken::Database(error)
    }
}

#[tokio::test]
async fn a_stream_ends_by_its_own_error() -> Test {
    let place = readings().await?;
    let lines = |broken: usize| {
        stream::iter(0..2_000_usize).then(move |n| async move {
            tokio::task::yield_now().await;
            match n {
                n if n == broken => Err(Broken::Line(n)),
                n => Ok(reading(n)),
            }
        })
    };
    let error = Reading::copy_in_stream(lines(1_500)).save(&place.db).await;
    assert!(matches!(error, Err(Broken::Line(1_500))), "{error:?}");
    assert_eq!(all(&place).await?, []);
    let written = Reading::copy_in_stream(lines(9_999)).save(&place.db).await;
    assert!(matches!(written, Ok(2_000)), "{written:?}");
    let again = Reading::copy_in_stream(lines(9_999)).save(&place.db).await;
    let Err(Broken::Database(error)) = again else {
        return Err("they are there".into());
    };
    assert_eq!(error.row(), Some(0), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_future_that_is_dropped_leaves_nothing() -> Test {
    let place = readings().await?;
    let handed_over = AtomicU64::new(0);
    let endless = || {
        let rows =
            stream::iter(0..4_000).map(|n| Ok::<_, orm::Error>(reading(n).note("x".repeat(100))));
        rows.chain(stream::pending())
    };
    let copy = Reading::copy_in_stream(endless())
        .on_progress(|rows| handed_over.store(rows, Ordering::Relaxed));
    let late = tokio::time::timeout(Duration::from_millis(500), copy.save(&place.db)).await;
    assert!(late.is_err());
    assert!(handed_over.load(Ordering::Relaxed) > 0);
    assert_eq!(all(&place).await?, []);

    let tx = place.db.begin().await?;
    reading("kept").save(&tx).await?;
    let copy = Reading::copy_in_stream(endless()).save(&tx);
    assert!(
        tokio::time::timeout(Duration::from_millis(500), copy)
            .await
            .is_err()
    );
    reading("kept, too").save(&tx).await?;
    tx.commit().await?;
    assert_eq!(all(&place).await?.len(), 2);
    Ok(())
}

#[tokio::test]
async fn its_transaction_is_used_by_nobody_else() -> Test {
    let place = readings().await?;
    let tx = place.db.begin().await?;
    let rows = stream::iter(0..3).then(|n| {
        let tx = &tx;
        async move {
            if n > 0 {
                Reading::query().count(tx).await?;
            }
            Ok::<_, orm::Error>(reading(n))
        }
    });
    let error = Reading::copy_in_stream(rows).save(&tx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
    assert_eq!(Reading::query().count(&tx).await?, 0);
    tx.commit().await?;
    Ok(())
}

#[tokio::test]
async fn rows_with_rows_below_are_refused_by_number() -> Test {
    let place = readings().await?;
    let nested = reading("b").with(Reading::children, |child| [child().code("c")]);
    let error = Reading::copy_in([reading("a"), nested])
        .save(&place.db)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.row()), (ErrorKind::Usage, Some(1)));
    assert!(error.to_string().contains("`create_many`"), "{error}");
    assert_eq!(all(&place).await?, []);

    // What an association makes is a row like another.
    let parent = reading("parent").save(&place.db).await?;
    let children = ["x", "y"].map(|code| parent.related(Reading::children).create().code(code));
    assert_eq!(Reading::copy_in(children).save(&place.db).await?, 2);
    assert_eq!(parent.related(Reading::children).count(&place.db).await?, 2);
    let stolen = parent
        .related(Reading::children)
        .create()
        .code("z")
        .parent_id(99);
    let error = Reading::copy_in([stolen])
        .save(&place.db)
        .await
        .unwrap_err();
    assert!(error.is_not_related(), "{error}");
    Ok(())
}

#[tokio::test]
async fn what_is_refused_before_its_first_row_says_why() -> Test {
    only_on_a_server!();
    let place = readings().await?;
    let tx = place.db.begin_with(TxOptions::new().read_only()).await?;
    let rows = || (0..3).map(reading);
    let error = Reading::copy_in(rows()).save(&tx).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    // It is over, and nothing that is sent in it gets somebody else's answer.
    for _ in 0..3 {
        assert!(Reading::query().count(&tx).await.is_err());
    }
    assert!(tx.commit().await.is_err());
    for _ in 0..3 {
        assert_eq!(Reading::query().count(&place.db).await?, 0);
    }
    place.run("DROP TABLE \"Select\"").await?;
    for _ in 0..2 {
        let error = Reading::copy_in(rows()).save(&place.db).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndefinedTable, "{error}");
    }
    Ok(())
}

#[tokio::test]
async fn rows_that_a_trigger_keeps_away_take_the_others_along() -> Test {
    only_on_a_server!();
    let place = readings().await?;
    place
        .run(
            "CREATE FUNCTION no_bad() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF NEW.rank = 13 THEN RETURN NULL; END IF;
                IF NEW.rank = 14 THEN RAISE 'no such rank' USING ERRCODE = 'check_violation'; END IF;
                RETURN NEW; END $$;
             CREATE TRIGGER no_bad BEFORE INSERT ON \"Select\" FOR EACH ROW EXECUTE FUNCTION no_bad()",
        )
        .await?;
    let rows = [reading("a"), reading("b").rank(13), reading("c")];
    let error = Reading::copy_in(rows).save(&place.db).await.unwrap_err();
    assert!(error.is_not_written(), "{error}");
    assert!(error.to_string().contains("2 of 3"), "{error}");
    assert_eq!(all(&place).await?, []);
    let rows = [reading("a"), reading("b"), reading("c").rank(14)];
    let error = Reading::copy_in(rows).save(&place.db).await.unwrap_err();
    assert_eq!(error.row(), Some(2), "{error}");
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "everything", schema = "Weird \"Schema\"")]
struct Everything {
    #[column(primary_key)]
    id: uuid::Uuid,
    small: i16,
    big: Option<i64>,
    ratio: f64,
    #[column(numeric(20, 4))]
    exact: rust_decimal::Decimal,
    #[column(varchar(5))]
    short: String,
    raw: Vec<u8>,
    words: Vec<String>,
    days: Option<Vec<Option<NaiveDate>>>,
    document: Json<Vec<i32>>,
    mood: Mood,
    at: NaiveDateTime,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "mood")]
enum Mood {
    Good,
    Bad,
}

#[tokio::test]
async fn every_kind_of_value_comes_back() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Everything]).await?;
    let new = |n: i16| {
        Everything::create()
            .id(uuid::Uuid::from_u128(n as u128))
            .small(n)
            .ratio(f64::NEG_INFINITY)
            .exact("12345.6789".parse::<rust_decimal::Decimal>().unwrap())
            .short("ab")
            .raw(vec![0, 255, 10, 92])
            .words(vec!["a,{}\"".to_owned(), String::new()])
            .document(Json(vec![1, 2]))
            .mood(Mood::Bad)
            .at("2024-02-29T12:00:00.000001"
                .parse::<NaiveDateTime>()
                .unwrap())
    };
    let day = "2024-02-29".parse::<NaiveDate>()?;
    let rows = || {
        [
            new(0),
            new(1).big(i64::MIN).days(vec![None, Some(day)]),
            new(-1).big(None),
        ]
    };
    let expected = Everything::create_many(rows()).save(&place.db).await?;
    Everything::query()
        .all_rows()
        .delete()
        .run(&place.db)
        .await?;
    assert_eq!(Everything::copy_in(rows()).save(&place.db).await?, 3);
    let mut found = Everything::query().all(&place.db).await?;
    found.sort_by_key(|row| expected.iter().position(|it| it.id == row.id));
    assert_eq!(found, expected);

    // The table is not what the program takes it for.
    place
        .run("ALTER TABLE \"Weird \"\"Schema\"\"\".everything ALTER COLUMN big TYPE smallint USING 1")
        .await?;
    let error = Everything::copy_in([new(7), new(8).big(70_000)])
        .save(&place.db)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.row()), (ErrorKind::Encode, Some(1)));
    assert_eq!(
        error.to_string(),
        "row 1: Everything.big: a value of type int8 is out of range for int2"
    );
    assert_eq!(Everything::query().count(&place.db).await?, 3);
    Ok(())
}
