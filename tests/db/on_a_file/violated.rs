//! What a violated constraint is told to be about: SQLite has no name for a key, and says
//! of an index of expressions nothing but its name.

use orm::error::{Direction, ErrorKind};
use orm::prelude::*;
use orm::raw::raw_sql;

use crate::database::{Place, Test, empty_shop, shop, with_models};
use crate::shop::{Order, Tag, User};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "depots")]
#[association(has_many, as = "parcels", model = Parcel, foreign_key = "depot_id")]
struct Depot {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    town: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "parcels",
    index(expression = "lower(tag)", name = "parcels_by_tag", unique, where = "lane > 0"),
    unique(columns = (depot_id, lane)),
    check(expression = "weight < lane * 1000", name = "parcels_not_too_heavy")
)]
#[association(belongs_to, as = "depot", model = Depot, foreign_key = "depot_id", on_delete = "no_action")]
struct Parcel {
    #[column(primary_key, auto_increment)]
    id: i32,
    depot_id: Option<i32>,
    #[column(name = "tag", varchar(20))]
    label: String,
    #[column(check = "weight > 0")]
    weight: i32,
    lane: i32,
}

/// A depot with one parcel.
async fn depot() -> Test<(Place, Depot, Parcel)> {
    let place = with_models(orm::models![Depot, Parcel]).await?;
    let depot = Depot::create().town("a").save(&place.db).await?;
    let parcel = parcel("canary").depot_id(depot.id).save(&place.db).await?;
    Ok((place, depot, parcel))
}

fn parcel(label: &str) -> ParcelCreate<orm::create::Given, orm::create::Given, orm::create::Given> {
    Parcel::create().label(label).weight(1).lane(1)
}

#[track_caller]
fn is_about<T>(
    answer: orm::Result<T>,
    kind: ErrorKind,
    model: &str,
    fields: &[&str],
) -> orm::Error {
    let error = answer.err().expect("a violation");
    assert_eq!(error.kind(), kind, "{error}");
    assert_eq!(
        (error.model(), error.fields()),
        (Some(model), fields),
        "{error}"
    );
    let shown = format!("{error} {error:?} {:?}", error.violation());
    assert!(!shown.to_lowercase().contains("canary"), "{shown}");
    assert!(!error.may_have_taken_effect(), "{error}");
    error
}

#[tokio::test]
async fn uniques_checks_and_nulls_name_their_fields() -> Test {
    only_on_a_file!();
    let (place, depot, row) = depot().await?;
    let db = &place.db;
    let unique = ErrorKind::UniqueViolation;
    // Of an index of expressions, what stands in it.
    is_about(
        parcel("CANARY").lane(2).save(db).await,
        unique,
        "Parcel",
        &["label"],
    );
    let many = Parcel::create_many([parcel("b").lane(2), parcel("Canary").lane(3)]);
    is_about(many.save(db).await, unique, "Parcel", &["label"]);
    let same = parcel("b").depot_id(depot.id);
    is_about(same.save(db).await, unique, "Parcel", &["depot_id", "lane"]);
    is_about(
        parcel("b").id(row.id).lane(2).save(db).await,
        unique,
        "Parcel",
        &["id"],
    );
    let again = depot
        .related(Depot::parcels)
        .create()
        .label("b")
        .weight(1)
        .lane(1);
    is_about(
        again.save(db).await,
        unique,
        "Parcel",
        &["depot_id", "lane"],
    );
    is_about(
        Depot::create().town("a").save(db).await,
        unique,
        "Depot",
        &["town"],
    );

    let check = ErrorKind::CheckViolation;
    is_about(
        parcel("b").weight(0).save(db).await,
        check,
        "Parcel",
        &["weight"],
    );
    let heavy = parcel("b").weight(5_000);
    is_about(heavy.save(db).await, check, "Parcel", &["weight", "lane"]);
    let all = Parcel::query().all_rows().update().set(Parcel::weight, 0);
    is_about(all.save(db).await, check, "Parcel", &["weight"]);
    let null = raw_sql("UPDATE parcels SET lane = NULL").execute(db).await;
    is_about(null, ErrorKind::NotNullViolation, "Parcel", &["lane"]);
    assert_eq!(Parcel::query().count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn keys_are_told_both_ways() -> Test {
    only_on_a_file!();
    let (place, depot, row) = depot().await?;
    let db = &place.db;
    let key = ErrorKind::ForeignKeyViolation;
    let nowhere = |error: &orm::Error| {
        assert!(
            error.refers_to_nothing() && !error.is_referred_to(),
            "{error}"
        );
        let rule = error.violation().expect("a violation").rule();
        assert_eq!(rule.direction(), Some(Direction::RefersToNothing));
        assert_eq!(rule.other_model(), Some("Depot"));
    };
    nowhere(&is_about(
        parcel("b").depot_id(99).save(db).await,
        key,
        "Parcel",
        &["depot_id"],
    ));
    let moved = row.update().set(Parcel::depot_id, 99).save(db).await;
    nowhere(&is_about(moved, key, "Parcel", &["depot_id"]));
    let gone = Depot {
        id: 99,
        town: "canary".into(),
    };
    let set = row.related(Parcel::depot).set(&gone, db).await;
    nowhere(&is_about(set, key, "Parcel", &["depot_id"]));
    let all = Parcel::query()
        .all_rows()
        .update()
        .set(Parcel::depot_id, 99);
    nowhere(&is_about(all.save(db).await, key, "Parcel", &["depot_id"]));

    let error = is_about(depot.delete(db).await, key, "Depot", &["id"]);
    assert!(
        error.is_referred_to() && !error.refers_to_nothing(),
        "{error}"
    );
    let error = Depot::query().all_rows().delete().run(db).await;
    assert!(is_about(error, key, "Depot", &["id"]).is_referred_to());
    Ok(())
}

// Of two keys to one table, the one that was given something.
#[tokio::test]
async fn of_several_keys_the_one_that_was_written_is_told() -> Test {
    only_on_a_file!();
    let shop = shop().await?;
    let key = ErrorKind::ForeignKeyViolation;
    let order = Order::create().user_id(999).total_in_cents(1);
    is_about(order.save(&shop.db).await, key, "Order", &["user_id"]);
    let bob = User::find(2).one(&shop.db).await?;
    let pointing = bob.update().set(User::referrer_id, 999);
    let error = is_about(pointing.save(&shop.db).await, key, "User", &["referrer_id"]);
    assert!(error.refers_to_nothing(), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_pair_that_refers_to_nothing_is_told() -> Test {
    only_on_a_file!();
    let shop = shop().await?;
    let ann = User::find(1).one(&shop.db).await?;
    let tag = Tag::find(2).one(&shop.db).await?;
    shop.run("DELETE FROM user_tags; DELETE FROM tags WHERE id = 2")
        .await?;
    let error = ann
        .related(User::tags)
        .add([&tag], &shop.db)
        .await
        .unwrap_err();
    assert!(
        error.is_foreign_key_violation() && error.refers_to_nothing(),
        "{error}"
    );
    Ok(())
}

// As on a server: whoever looks for the reason finds it.
#[tokio::test]
async fn what_sqlite_said_is_the_source() -> Test {
    only_on_a_file!();
    let shop = empty_shop().await?;
    let error = raw_sql("SELECT * FROM nowhere")
        .execute(&shop.db)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("nowhere"), "{error}");
    let error = raw_sql("INSERT INTO tags (name) VALUES (NULL)")
        .execute(&shop.db)
        .await;
    let error = error.unwrap_err();
    assert!(std::error::Error::source(&error).is_some(), "{error:?}");
    let said = error.server().map(orm::error::ServerError::message);
    assert!(said.is_some_and(|it| it.contains("tags.name")), "{error:?}");
    Ok(())
}
