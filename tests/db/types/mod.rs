//! Every column type comes back bit-exact, on every way in and out.

mod models;
mod sample;
mod texts;

pub(crate) use models::MODELS;
use models::{Cents, Level, List, Low, Mood, Nullable, Plain, Saves as _, Top};
use orm::prelude::*;
use orm::raw::raw_sql;
use orm::types::{Cidr, Inet, Interval, Range};
use proptest::test_runner::{Config as Runs, RngAlgorithm, TestRng, TestRunner};
use rust_decimal::Decimal;

use crate::database::{Place, Test, with_models};

/// A place with one row at the top, one below and one below that.
async fn place() -> Test<Place> {
    let place = with_models(MODELS).await?;
    plant(&place.db).await?;
    Ok(place)
}

async fn plant(db: &Db) -> Test {
    let top = Top::create().with(Top::levels, |level| {
        [level().with(Level::lows, |low| [low()])]
    });
    top.save(db).await?;
    Ok(())
}

/// Writes some values of every type into empty tables, finds the rows by these,
/// and reads them in every way.
pub(crate) async fn every_type_survives(db: &Db) -> Test {
    plant(db).await?;
    let mut runner = runner();
    let (mut plain, mut nullable, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..6 {
        let given = Plain::values(&mut runner)?;
        let saved = given.builder().save(db).await?;
        same(
            Plain {
                id: 0,
                ..saved.clone()
            },
            given,
        );
        same(&saved.find_by_every_column().one(db).await?, &saved);
        plain.push(saved);
        nullable.push(Nullable::sample(&mut runner)?.save(db).await?);
        lists.push(List::sample(&mut runner)?.save(db).await?);
    }
    let more: Vec<Plain> = (0..3)
        .map(|_| Plain::values(&mut runner))
        .collect::<Test<_>>()?;
    let saved = Plain::create_many(more.iter().map(Plain::builder))
        .save(db)
        .await?;
    same(
        saved
            .iter()
            .map(|row| Plain {
                id: 0,
                ..row.clone()
            })
            .collect::<Vec<_>>(),
        more,
    );
    plain.extend(saved);
    let low = Low::query()
        .include(Low::plain)
        .include(Low::nullable)
        .include(Low::lists.separate())
        .one(db)
        .await?;
    same(
        (&low.plain, &low.nullable, &low.lists),
        (&plain, &nullable, &lists),
    );
    let raw = raw_sql("SELECT * FROM lists ORDER BY id");
    same(raw.models::<List>(db).await?, lists);
    Ok(())
}

/// Floats that are not numbers are not equal to themselves, but print alike.
fn same<T: std::fmt::Debug>(left: T, right: T) {
    let (left, right) = (format!("{left:?}"), format!("{right:?}"));
    assert!(left == right, "{left}\n is not\n{right}");
}

fn runner() -> TestRunner {
    TestRunner::new_with_rng(
        Runs::default(),
        TestRng::deterministic_rng(RngAlgorithm::ChaCha),
    )
}

#[tokio::test]
async fn created_found_and_included_at_depth_three() -> Test {
    let place = place().await?;
    let mut runner = runner();
    let (mut plain, mut nullable, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..40 {
        plain.push(Plain::sample(&mut runner)?.save(&place.db).await?);
        nullable.push(Nullable::sample(&mut runner)?.save(&place.db).await?);
        lists.push(List::sample(&mut runner)?.save(&place.db).await?);
    }
    for (plain, nullable) in plain.iter().zip(&nullable) {
        same(&Plain::find(plain.id).one(&place.db).await?, plain);
        same(&nullable.refresh(&place.db).await?, nullable);
    }
    let lows = || {
        Low::query()
            .include(Low::plain)
            .include(Low::nullable)
            .include(Low::lists)
    };
    let low = lows().one(&place.db).await?;
    same(
        (&low.plain, &low.nullable, &low.lists),
        (&plain, &nullable, &lists),
    );
    let top = Top::query()
        .include(
            Top::levels.include(
                Level::lows
                    .include(Low::plain)
                    .include(Low::lists.separate())
                    .include(Low::nullable),
            ),
        )
        .one(&place.db)
        .await?;
    same(&top.levels[0].lows[0], &low);
    same(
        raw_sql("SELECT * FROM plain ORDER BY id")
            .models::<Plain>(&place.db)
            .await?,
        plain,
    );
    same(
        raw_sql("SELECT * FROM nullable ORDER BY id")
            .models::<Nullable>(&place.db)
            .await?,
        nullable,
    );
    same(
        raw_sql("SELECT * FROM lists ORDER BY id")
            .models::<List>(&place.db)
            .await?,
        lists,
    );
    Ok(())
}

#[tokio::test]
async fn what_was_given_is_what_comes_back() -> Test {
    let place = place().await?;
    let mut runner = runner();
    for _ in 0..40 {
        let given = Plain::values(&mut runner)?;
        same(
            Plain {
                id: 0,
                ..given.builder().save(&place.db).await?
            },
            given,
        );
        let given = Nullable::values(&mut runner)?;
        same(
            Nullable {
                id: 0,
                ..given.builder().save(&place.db).await?
            },
            given,
        );
        let given = List::values(&mut runner)?;
        same(
            List {
                id: 0,
                ..given.builder().save(&place.db).await?
            },
            given,
        );
    }
    Ok(())
}

#[tokio::test]
async fn bulk_writes_keep_every_bit() -> Test {
    let place = place().await?;
    let mut runner = runner();
    let (mut plain, mut nullable, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..60 {
        plain.push(Plain::values(&mut runner)?);
        nullable.push(Nullable::values(&mut runner)?);
        lists.push(List::values(&mut runner)?);
    }
    let scope = place.log.scope();
    let saved = Plain::create_many(plain.iter().map(Plain::builder))
        .save(&place.db)
        .await?;
    same(
        saved
            .into_iter()
            .map(|row| Plain { id: 0, ..row })
            .collect::<Vec<_>>(),
        plain,
    );
    let saved = Nullable::create_many(nullable.iter().map(Nullable::builder))
        .save(&place.db)
        .await?;
    same(
        saved
            .into_iter()
            .map(|row| Nullable { id: 0, ..row })
            .collect::<Vec<_>>(),
        nullable,
    );
    let saved = List::create_many(lists.iter().map(List::builder))
        .save(&place.db)
        .await?;
    same(
        saved
            .into_iter()
            .map(|row| List { id: 0, ..row })
            .collect::<Vec<_>>(),
        lists,
    );
    scope.assert_count(3);
    Ok(())
}

#[tokio::test]
async fn updates_and_filters_keep_every_bit() -> Test {
    let place = place().await?;
    let mut runner = runner();
    let old = Plain::sample(&mut runner)?.save(&place.db).await?;
    let new = Plain::values(&mut runner)?;
    let saved = new.update_of(&old).save(&place.db).await?;
    same(
        Plain {
            id: 0,
            ..saved.clone()
        },
        new,
    );
    let found = saved.find_by_every_column().one(&place.db).await?;
    same(found, saved);
    Ok(())
}

#[tokio::test]
async fn literals_written_by_hand_are_read_as_meant() -> Test {
    let place = place().await?;
    place
        .run(
            "INSERT INTO plain (low_id, flag, small, medium, big, single, double, exact, text, bytes, day, clock,
                 moment, instant, span, uuid, document, address, inet, network, whole, amounts, instants, mood, cents)
             VALUES (1, true, -32768, 2147483647, -9223372036854775808, '-Infinity', 1e-307, 12.3400, 'ä', '\\xDEADBEEF',
                 '0044-03-15 BC', '23:59:59.999999', '1999-12-31 23:59:59.000001', '2000-01-01 00:00:00+02',
                 '1 year 2 months -3 days 04:05:06.7', '00000000-0000-0000-0000-000000000007', '{\"a\": [1, null]}',
                 '2001:db8::1', '10.0.0.1/8', '192.168.0.0/16', '[1,4]', '(0.5,]', 'empty', 'very sad', 1999)",
        )
        .await?;
    let row = Plain::query().one(&place.db).await?;
    assert_eq!(
        (row.flag, row.small, row.medium, row.big),
        (true, i16::MIN, i32::MAX, i64::MIN)
    );
    assert_eq!((row.single, row.double), (f32::NEG_INFINITY, 1e-307));
    assert_eq!(row.exact.to_string(), "12.3400");
    assert_eq!(
        (row.text.as_str(), row.bytes.as_slice()),
        ("ä", &[0xDE, 0xAD, 0xBE, 0xEF][..])
    );
    assert_eq!(row.day.to_string(), "-0043-03-15");
    assert_eq!(row.clock.to_string(), "23:59:59.999999");
    assert_eq!(row.moment.to_string(), "1999-12-31 23:59:59.000001");
    assert_eq!(row.instant.to_rfc3339(), "1999-12-31T22:00:00+00:00");
    assert_eq!(
        row.span,
        Interval {
            months: 14,
            days: -3,
            microseconds: 14_706_700_000
        }
    );
    assert_eq!(row.uuid.as_u128(), 7);
    assert_eq!(row.document, serde_json::json!({"a": [1, null]}));
    assert_eq!(row.address.to_string(), "2001:db8::1");
    assert_eq!(
        (row.inet, row.network),
        (
            "10.0.0.1/8".parse::<Inet>()?,
            "192.168.0.0/16".parse::<Cidr>()?
        )
    );
    assert_eq!(row.whole, Range::from(1..5));
    let above: Decimal = "0.5".parse()?;
    assert_eq!(
        row.amounts,
        Range::Between(std::ops::Bound::Excluded(above), std::ops::Bound::Unbounded)
    );
    assert_eq!(
        (row.instants, row.mood, row.cents),
        (Range::Empty, Mood::VerySad, Cents(1999))
    );
    Ok(())
}

#[tokio::test]
async fn null_in_a_column_that_the_model_says_has_none_is_a_typed_error() -> Test {
    let place = place().await?;
    Plain::sample(&mut runner())?.save(&place.db).await?;
    place
        .run("ALTER TABLE plain ALTER COLUMN text DROP NOT NULL; UPDATE plain SET text = NULL")
        .await?;
    let error = Plain::query().all(&place.db).await.unwrap_err();
    assert_eq!(error.kind(), orm::error::ErrorKind::Decode);
    assert_eq!(
        (error.table(), error.column()),
        (Some("plain"), Some("text"))
    );
    let error = Low::query()
        .include(Low::plain)
        .all(&place.db)
        .await
        .unwrap_err();
    assert_eq!(error.column(), Some("text"), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_label_that_the_enum_does_not_have_is_a_typed_error() -> Test {
    let place = place().await?;
    Plain::sample(&mut runner())?.save(&place.db).await?;
    place.run("ALTER TYPE mood ADD VALUE 'furious'").await?;
    place.run("UPDATE plain SET mood = 'furious'").await?;
    let error = Plain::query().all(&place.db).await.unwrap_err();
    assert_eq!(error.kind(), orm::error::ErrorKind::Decode);
    assert_eq!(error.column(), Some("mood"));
    Ok(())
}

/// What is bound has the column's type: otherwise PostgreSQL compares in another
/// one, which no index is made for, and reads the whole table.
#[tokio::test]
async fn an_index_finds_what_is_bound_in_every_type() -> Test {
    let place = place().await?;
    let row = Plain::sample(&mut runner())?.save(&place.db).await?;
    macro_rules! finds {
        ($($field:ident: $method:literal,)*) => {$({
            let field = stringify!($field);
            place.run(&format!("CREATE INDEX {field}_idx ON plain USING {} ({field})", $method)).await?;
            let found = Plain::query().filter(Plain::$field.eq(row.$field.clone()));
            let sql = found.to_sql();
            let tx = place.db.begin().await?;
            raw_sql("SET LOCAL enable_seqscan = off").execute(&tx).await?;
            raw_sql("SET LOCAL plan_cache_mode = force_generic_plan").execute(&tx).await?;
            assert_eq!(found.all(&tx).await?.len(), 1, "{field}");
            // The statement that was prepared for it, with a value that is never read.
            let prepared = "SELECT name FROM pg_prepared_statements WHERE statement = $1";
            let name: String = raw_sql(prepared).bind(sql.as_str()).scalar(&tx).await?;
            let explain = format!("EXPLAIN EXECUTE \"{name}\" (NULL)");
            let plan = raw_sql(explain).scalars::<String>(&tx).await?.join("\n");
            assert!(plan.contains(&format!("{field}_idx")), "{sql}\n{plan}");
            tx.rollback().await?;
        })*};
    }
    finds! {
        small: "btree", medium: "btree", big: "btree", single: "btree", double: "btree",
        exact: "btree", text: "btree", bytes: "btree", day: "btree", clock: "btree",
        moment: "btree", instant: "btree", span: "btree", uuid: "btree", document: "btree",
        address: "btree", inet: "btree", network: "btree", whole: "btree", amounts: "gist",
        instants: "gist", mood: "btree", cents: "btree",
    }
    Ok(())
}
