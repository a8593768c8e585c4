//! What a program changed in a struct, and rows that are found or created.

use orm::error::ErrorKind;
use orm::exec::{Isolation, TxOptions};
use orm::prelude::*;
use orm::query::FoundOrBuilt;
use rust_decimal::Decimal;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "things", timestamps)]
struct Thing {
    #[column(primary_key, auto_increment)]
    id: i64,
    #[column(unique)]
    name: String,
    note: Option<String>,
    ratio: f64,
    weight: Option<f32>,
    price: Decimal,
    #[column(jsonb)]
    extra: Json<Vec<i32>>,
    #[column(version)]
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

async fn place() -> Test<(Place, Thing)> {
    let place = with_models(orm::models![Thing]).await?;
    let thing = Thing::create()
        .name("a")
        .ratio(-0.0)
        .price(Decimal::new(10, 1))
        .extra(Json(vec![1, 2]));
    let thing = thing.save(&place.db).await?;
    place.log.clear();
    Ok((place, thing))
}

#[tokio::test]
async fn exactly_what_differs_is_written() -> Test {
    let (place, before) = place().await?;
    let mut thing = before.clone();
    thing.note = Some("n".into());
    thing.extra.0.push(3);
    let after = thing.changes(&before).save(&place.db).await?;
    assert_eq!((after.note.as_deref(), after.version), (Some("n"), 1));
    assert_eq!(after.extra.0, [1, 2, 3]);
    assert!(after.updated_at > before.updated_at);
    let sql = place.log.statements().join(" ").to_lowercase();
    let set = &sql[sql.find("set").unwrap()..sql.find("where").unwrap()];
    for column in ["note", "extra", "updated_at", "version"] {
        assert!(set.contains(&format!("\"{column}\" =")), "{set}");
    }
    for column in ["id", "name", "ratio", "price", "created_at"] {
        assert!(!set.contains(&format!("\"{column}\" =")), "{set}");
    }

    // The version compared is that of the row as it was read.
    let error = thing.changes(&before).save(&place.db).await.unwrap_err();
    assert!(error.is_stale(), "{error}");
    let mut cleared = after.clone();
    cleared.note = None;
    let cleared = cleared.changes(&after).set(Thing::ratio, 2.0);
    let cleared = cleared.save(&place.db).await?;
    assert_eq!((cleared.note, cleared.ratio), (None, 2.0));
    Ok(())
}

#[tokio::test]
async fn what_the_database_takes_for_equal_is_not_written() -> Test {
    let (place, before) = place().await?;
    let mut same = before.clone();
    same.ratio = 0.0;
    same.price = Decimal::new(100, 2);
    same.version = 77;
    let after = same.changes(&before).save(&place.db).await?;
    // Nothing differs: it was read again.
    assert_eq!(after, before);
    let statements = place.log.statements();
    assert!(
        statements.iter().all(|it| it.starts_with("SELECT")),
        "{statements:?}"
    );
    Ok(())
}

#[tokio::test]
async fn another_row_is_refused() -> Test {
    let (place, before) = place().await?;
    let mut other = before.clone();
    other.id += 1;
    other.note = Some("n".into());
    let error = other.changes(&before).save(&place.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    let many = Thing::update_many([other.changes(&before)]);
    assert_eq!(
        many.save(&place.db).await.unwrap_err().kind(),
        ErrorKind::Usage
    );
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn numbers_are_told_apart_as_the_database_does() -> Test {
    only_on_a_server!();
    let (place, mut thing) = place().await?;
    let none = f32::NAN;
    let cases = [
        (-0.0, 0.0, false),
        (none, -none, false),
        (none, 1.0, true),
        (1.0, none, true),
    ];
    for (before, after, is_written) in cases {
        for is_wide in [true, false] {
            let with = |number: f32| match is_wide {
                true => Thing {
                    ratio: number.into(),
                    ..thing.clone()
                },
                false => Thing {
                    weight: Some(number),
                    ..thing.clone()
                },
            };
            let (before, after) = (with(before), with(after));
            let version = after.changes(&before).save(&place.db).await?.version;
            assert_eq!(version != thing.version, is_written, "{before:?} {after:?}");
            thing.version = version;
        }
    }
    Ok(())
}

#[tokio::test]
async fn invalid_changes_and_many_of_them() -> Test {
    let (place, first) = place().await?;
    let second = Thing::create()
        .name("b")
        .ratio(1.0)
        .price(Decimal::ONE)
        .extra(Json(vec![]));
    let second = second.save(&place.db).await?;
    let (mut one, mut two) = (first.clone(), second.clone());
    one.note = Some("1".into());
    two.name = "c".into();
    let written = Thing::update_many([one.changes(&first), two.changes(&second)]);
    let written = written.save(&place.db).await?;
    assert_eq!(
        (written[0].note.as_deref(), written[1].name.as_str()),
        (Some("1"), "c")
    );
    Ok(())
}

fn named(name: &str) -> impl orm::create::IntoNew<Thing> + use<> {
    let thing = Thing::create().name(name).ratio(1.0);
    thing.price(Decimal::ONE).extra(Json(vec![]))
}

#[tokio::test]
async fn a_row_is_found_or_created() -> Test {
    let (place, first) = place().await?;
    let db = &place.db;
    let found = Thing::upsert(named("a"))
        .on(Thing::name)
        .or_find(db)
        .await?;
    assert_eq!(
        (found.created, found.updated, found.row),
        (false, false, first.clone())
    );
    let made = Thing::upsert(named("b"))
        .on(Thing::name)
        .or_find(db)
        .await?;
    // Nothing was burnt by the first.
    assert_eq!((made.created, made.row.id), (true, first.id + 1));
    let again = || Thing::upsert(named("b")).on(Thing::name);
    for refused in [
        again().overwrite(Thing::ratio),
        again().overwrite_if(|_| Thing::ratio.gt(0.0)),
    ] {
        assert_eq!(
            refused.or_find(db).await.unwrap_err().kind(),
            ErrorKind::Usage
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_row_is_found_or_built() -> Test {
    let (place, first) = place().await?;
    let db = &place.db;
    let new = |name: &str| {
        let thing = Thing::create().name(name).ratio(1.0);
        thing.price(Decimal::ONE).extra(Json(vec![]))
    };
    let found = Thing::find_or_build(new("a"))
        .on(Thing::name)
        .one(db)
        .await?;
    assert!(matches!(found, FoundOrBuilt::Found(row) if row == first));
    let FoundOrBuilt::Built(built) = Thing::find_or_build(new("b"))
        .on(Thing::name)
        .one(db)
        .await?
    else {
        return Err("there is no such row".into());
    };
    place.log.assert_count(2);
    assert_eq!(Thing::query().count(db).await?, 1, "nothing is written");
    // What comes back is the builder, which can be changed and saved.
    let made = built.note("n".to_owned()).save(db).await?;
    assert_eq!((made.name.as_str(), made.note.as_deref()), ("b", Some("n")));
    let found = Thing::find_or_build(new("c").set(Thing::id, made.id))
        .on(Thing::id)
        .one(db)
        .await?;
    assert!(matches!(found, FoundOrBuilt::Found(row) if row == made));
    place.log.clear();
    let error = Thing::find_or_build(new("c"))
        .on(Thing::id)
        .one(db)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("Thing.id"), "{error}");
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn fifty_at_once_find_one_row() -> Test {
    only_on_a_server!();
    let (place, _) = place().await?;
    let tasks = (0..50).map(|_| {
        let db = place.db.clone();
        tokio::spawn(async move {
            let found = Thing::upsert(named("new"))
                .on(Thing::name)
                .or_find(&db)
                .await;
            found.map(|it| (it.created, it.row.id))
        })
    });
    let mut created = 0;
    let mut ids = std::collections::BTreeSet::new();
    for task in tasks.collect::<Vec<_>>() {
        let (new, id) = task.await??;
        created += usize::from(new);
        ids.insert(id);
    }
    assert_eq!((created, ids.len()), (1, 1));
    Ok(())
}

#[tokio::test]
async fn what_a_snapshot_does_not_see_is_a_retryable_error() -> Test {
    only_on_a_server!();
    let (place, _) = place().await?;
    let tx = place
        .db
        .begin_with(TxOptions::new().isolation(Isolation::RepeatableRead))
        .await?;
    assert_eq!(Thing::query().count(&tx).await?, 1);
    Thing::upsert(named("late"))
        .on(Thing::name)
        .or_find(&place.db)
        .await?;
    let error = Thing::upsert(named("late"))
        .on(Thing::name)
        .or_find(&tx)
        .await
        .unwrap_err();
    assert!(error.is_retryable(), "{error}");
    Ok(())
}
