//! `has_one` never comes to have a second row, whether a constraint sees to it
//! or not.

use std::time::Duration;

use orm::prelude::*;
use orm::raw::raw_sql;
use tokio::time::timeout;

use crate::database::{Place, Test, shop, with_models};
use crate::shop::{Profile, User};

/// How long a row may wait for another.
const LIMIT: Duration = Duration::from_secs(30);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "people")]
#[association(has_one, as = "desk", model = Desk, foreign_key = "person_id")]
#[association(has_one, as = "badge", model = Badge, foreign_key = "person_id")]
struct Person {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "desks")]
#[association(belongs_to, as = "person", model = Person, foreign_key = "person_id", on_delete = "set_null")]
struct Desk {
    #[column(primary_key, auto_increment)]
    id: i32,
    person_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "badges")]
#[association(belongs_to, as = "person", model = Person, foreign_key = "person_id")]
struct Badge {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    person_id: i32,
}

async fn office() -> Test<(Place, Person)> {
    let place = with_models(orm::models![Person, Desk, Badge]).await?;
    let person = Person::create().save(&place.db).await?;
    place.log.clear();
    Ok((place, person))
}

#[tokio::test]
async fn a_second_row_is_refused_with_the_association_named() -> Test {
    let shop = shop().await?;
    let ann = User::find(1).one(&shop.db).await?;
    let second = ann.related(User::profile).create().bio("poet");
    let error = second.save(&shop.db).await.unwrap_err();
    assert!(error.is_already_related(), "{error}");
    assert_eq!(
        error.to_string(),
        "User.profile: there is a row of Profile already, and there can be one at most: change, \
         delete or take out that one; nothing was changed"
    );
    let profiles = Profile::query().filter(Profile::user_id.eq(1));
    assert_eq!(profiles.count(&shop.db).await?, 1);
    Ok(())
}

// The constraint does it alone, in one statement.
#[tokio::test]
async fn a_unique_key_needs_no_look() -> Test {
    let (place, person) = office().await?;
    person
        .related(Person::badge)
        .create()
        .save(&place.db)
        .await?;
    place.log.assert_count(1);
    let second = person.related(Person::badge).create().save(&place.db).await;
    assert!(second.unwrap_err().is_unique_violation());
    Ok(())
}

#[tokio::test]
async fn of_many_at_once_one_is_created() -> Test {
    let (place, person) = office().await?;
    let creates = (0..8).map(|_| {
        let (db, person) = (place.db.clone(), person.clone());
        tokio::spawn(async move { person.related(Person::desk).create().save(&db).await })
    });
    let mut created = 0;
    for create in creates.collect::<Vec<_>>() {
        match create.await? {
            Ok(_) => created += 1,
            Err(error) => assert!(error.is_already_related(), "{error}"),
        }
    }
    assert_eq!(created, 1);
    assert_eq!(Desk::query().count(&place.db).await?, 1);
    Ok(())
}

// The owner's row is locked until the first transaction ends: the second asks
// only then whether there is a row. Without the lock it would not see the first.
#[tokio::test]
async fn a_second_row_waits_until_the_first_is_certain() -> Test {
    only_on_a_server!();
    let (place, person) = office().await?;
    let tx = place.db.begin().await?;
    person.related(Person::desk).create().save(&tx).await?;
    let second = tokio::spawn({
        let (db, person) = (place.db.clone(), person.clone());
        async move { person.related(Person::desk).create().save(&db).await }
    });
    let waits = "SELECT count(*) FROM pg_stat_activity \
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let waiting = async {
        while raw_sql(waits).scalar::<i64>(&place.db).await? == 0 {
            assert!(!second.is_finished(), "it did not wait for the first");
        }
        Test::Ok(())
    };
    timeout(LIMIT, waiting).await??;
    tx.commit().await?;
    let error = timeout(LIMIT, second).await??.unwrap_err();
    assert!(error.is_already_related(), "{error}");
    assert_eq!(Desk::query().count(&place.db).await?, 1);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "travellers")]
#[association(has_one, as = "home", model = Address, foreign_key = "traveller_id", scope(kind = "home"))]
#[association(has_one, as = "office", model = Address, foreign_key = "traveller_id", scope(kind = "office"))]
struct Traveller {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "addresses")]
#[association(belongs_to, as = "traveller", model = Traveller, foreign_key = "traveller_id", on_delete = "set_null", one_sided)]
struct Address {
    #[column(primary_key, auto_increment)]
    id: i32,
    traveller_id: Option<i32>,
    #[column(default = "")]
    kind: String,
}

// Two associations over one key: each has a place of its own.
#[tokio::test]
async fn a_row_of_another_scope_takes_no_place() -> Test {
    let place = with_models(orm::models![Traveller, Address]).await?;
    let db = &place.db;
    let ann = Traveller::create().save(db).await?;
    let (home, office) = (ann.related(Traveller::home), ann.related(Traveller::office));
    let first = home.create().save(db).await?;
    let second = office.create().save(db).await?;
    assert_eq!(home.one(db).await?, first);
    assert_eq!(office.one(db).await?, second);
    for full in [home.create(), office.create()] {
        let error = full.save(db).await.unwrap_err();
        assert!(error.is_already_related(), "{error}");
    }
    assert_eq!(Address::query().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn rows_that_are_given_are_one_at_most() -> Test {
    let (place, person) = office().await?;
    let db = &place.db;
    let one = Desk::create().save(db).await?;
    let other = Desk::create().save(db).await?;
    let desk = person.related(Person::desk);
    assert!(
        desk.add([&one, &other], db)
            .await
            .unwrap_err()
            .is_already_related()
    );
    desk.add([&one], db).await?;
    // Once more is no second row.
    desk.add([&one], db).await?;
    assert!(
        desk.add([&other], db)
            .await
            .unwrap_err()
            .is_already_related()
    );
    assert!(
        desk.adopt([&other], db)
            .await
            .unwrap_err()
            .is_already_related()
    );
    assert_eq!(desk.one(db).await?.id, one.id);
    desk.set([&other], db).await?;
    assert_eq!(desk.one(db).await?.id, other.id);
    desk.remove([&other], db).await?;
    assert_eq!(desk.count(db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_graph_with_two_is_not_written() -> Test {
    let (place, _) = office().await?;
    let two = Person::create().with(Person::desk, |desk| [desk(), desk()]);
    assert!(two.save(&place.db).await.unwrap_err().is_already_related());
    assert_eq!(Person::query().count(&place.db).await?, 1);
    let one = Person::create().with(Person::desk, |desk| [desk()]);
    let person = one.save(&place.db).await?;
    assert_eq!(person.related(Person::desk).count(&place.db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn many_rows_and_upserts_keep_to_it() -> Test {
    let (place, person) = office().await?;
    let db = &place.db;
    let desk = || person.related(Person::desk).create();
    let error = Desk::create_many([desk(), desk()])
        .save(db)
        .await
        .unwrap_err();
    assert!(error.is_already_related(), "{error}");
    assert_eq!(Desk::query().count(db).await?, 0);
    let error = Desk::upsert(desk().id(7))
        .on_key()
        .save(db)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("related"), "{error}");
    Ok(())
}

#[tokio::test]
async fn no_rows_send_no_statement() -> Test {
    let shop = shop().await?;
    let ann = User::find(1).one(&shop.db).await?;
    shop.log.clear();
    let no_users: [&User; 0] = [];
    assert!(User::orders.load_for(no_users, &shop.db).await?.is_empty());
    let no_roles: [&crate::shop::Role; 0] = [];
    let roles = ann.related(User::roles);
    roles.add(no_roles, &shop.db).await?;
    roles.remove(no_roles, &shop.db).await?;
    assert!(roles.has_all(no_roles, &shop.db).await?);
    let no_orders: [&crate::shop::Order; 0] = [];
    ann.related(User::orders).adopt(no_orders, &shop.db).await?;
    ann.related(User::orders)
        .delete(no_orders, &shop.db)
        .await?;
    let nobody = ann.related(User::handled_orders);
    nobody.add(no_orders, &shop.db).await?;
    nobody.remove(no_orders, &shop.db).await?;
    // Ann was referred by nobody.
    assert_eq!(User::referrer.load_for([&ann], &shop.db).await?, [None]);
    shop.log.assert_count(0);
    Ok(())
}
