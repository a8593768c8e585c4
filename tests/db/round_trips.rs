//! How many round trips it takes, on a server that is far away.

use std::time::Duration;

use orm::batch;
use orm::exec::PoolOptions;
use orm::prelude::*;
use orm_testkit::LatencyProxy;

use crate::batch::{Jar, Shelf, shelf, shelves};
use crate::database::{Place, Test, with_models};

/// A pool of one connection through a network that counts.
async fn far(place: &Place) -> Test<(Db, LatencyProxy)> {
    let proxy = LatencyProxy::start(orm_testkit::server()?.address(), Duration::from_millis(10))?;
    let config = place.config_via(proxy.local_addr())?;
    let db = Db::connect(config.pool(PoolOptions::new().max(1))).await?;
    Ok((db, proxy))
}

/// How many round trips something takes when its statements are known.
async fn trips(
    proxy: &LatencyProxy,
    mut work: impl AsyncFnMut() -> orm::Result<()>,
) -> Test<usize> {
    work().await?;
    work().await?;
    let before = proxy.round_trips();
    work().await?;
    Ok(proxy.round_trips() - before)
}

#[tokio::test]
async fn five_statements_in_a_transaction_take_two_round_trips() -> Test {
    let place = shelves().await?;
    let (db, proxy) = far(&place).await?;
    let mut number = 0;
    let five = async || {
        number += 1;
        let rows = (0..4).map(|n| batch::create(shelf(&format!("{number} {n}"))));
        let [a, b, c, d] = rows.collect::<Vec<_>>().try_into().unwrap();
        let (.., count) = db.batch((a, b, c, d, batch::count(Shelf::query()))).await?;
        assert_eq!(count, number * 4);
        Ok(())
    };
    assert_eq!(trips(&proxy, five).await?, 2);
    let tx = db.begin().await?;
    let reads = async || {
        tx.batch((Shelf::query(), batch::count(Jar::query())))
            .await
            .map(drop)
    };
    assert_eq!(trips(&proxy, reads).await?, 2);
    tx.rollback().await?;
    let each = async || {
        db.batch_each((Shelf::query(), batch::count(Jar::query())))
            .await
            .map(drop)
    };
    assert_eq!(trips(&proxy, each).await?, 1);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "owners")]
#[association(has_many, as = "things", model = Thing, foreign_key = "owner_id")]
#[association(has_many, as = "memberships", model = Membership, foreign_key = "owner_id")]
#[association(has_one, as = "badge", model = Badge, foreign_key = "owner_id")]
#[association(many_to_many, as = "groups", model = Group, through = "owner_groups")]
#[association(many_to_many, as = "clubs", model = Group, through = Membership, foreign_key = "owner_id", other_key = "group_id")]
struct Owner {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "things")]
#[association(belongs_to, as = "owner", model = Owner, foreign_key = "owner_id")]
struct Thing {
    #[column(primary_key, auto_increment)]
    id: i32,
    owner_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "badges")]
#[association(belongs_to, as = "owner", model = Owner, foreign_key = "owner_id")]
struct Badge {
    #[column(primary_key, auto_increment)]
    id: i32,
    owner_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "groups")]
#[association(has_many, as = "memberships", model = Membership, foreign_key = "group_id")]
#[association(many_to_many, as = "owners", model = Owner, through = "owner_groups")]
#[association(many_to_many, as = "members", model = Owner, through = Membership, foreign_key = "group_id", other_key = "owner_id")]
struct Group {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
}

/// Pairs that nothing keeps from being there twice.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "memberships")]
#[association(belongs_to, as = "owner", model = Owner, foreign_key = "owner_id")]
#[association(belongs_to, as = "group", model = Group, foreign_key = "group_id")]
struct Membership {
    #[column(primary_key, auto_increment)]
    id: i32,
    owner_id: i32,
    group_id: i32,
}

#[tokio::test]
async fn writes_of_associations_take_two_round_trips() -> Test {
    let place = with_models(orm::models![Owner, Thing, Badge, Group, Membership]).await?;
    let owner = Owner::create().name("o").save(&place.db).await?;
    let groups = Group::create_many(["a", "b", "c"].map(|it| Group::create().name(it)));
    let groups = groups.save(&place.db).await?;
    let things = Thing::create_many([(); 3].map(|()| Thing::create()))
        .save(&place.db)
        .await?;
    let badge = Badge::create().save(&place.db).await?;
    let (db, proxy) = far(&place).await?;
    let mut most = Vec::new();
    for in_transaction in [false, true] {
        let tx = match in_transaction {
            true => Some(db.begin().await?),
            false => None,
        };
        let on: &dyn Executor = match &tx {
            Some(tx) => tx,
            None => &db,
        };
        macro_rules! count {
            ($name:literal, $work:expr) => {
                most.push((
                    $name,
                    in_transaction,
                    Box::pin(trips(&proxy, async || Box::pin($work).await.map(drop))).await?,
                ));
            };
        }
        let plain = || owner.related(Owner::groups);
        count!("plain add", plain().add(&groups, on));
        count!("plain set", plain().set(&groups[..2], on));
        let both = async || {
            plain().set(&groups, on).await?;
            plain().remove(&groups[..1], on).await
        };
        most.push((
            "plain set and remove",
            in_transaction,
            Box::pin(trips(&proxy, both)).await?.saturating_sub(2),
        ));
        let paired = || owner.related(Owner::clubs);
        count!("paired add", paired().add(&groups, on));
        count!("paired set", paired().set(&groups[1..], on));
        let both = async || {
            paired().set(&groups, on).await?;
            paired().remove(&groups[..1], on).await
        };
        most.push((
            "paired set and remove",
            in_transaction,
            Box::pin(trips(&proxy, both)).await?.saturating_sub(2),
        ));
        let many = || owner.related(Owner::things);
        count!("has_many add", many().add(&things, on));
        count!("has_many adopt", many().adopt(&things, on));
        count!("has_many set", many().set(&things[..2], on));
        let both = async || {
            many().set(&things, on).await?;
            many().remove(&things[..1], on).await
        };
        most.push((
            "has_many set and remove",
            in_transaction,
            Box::pin(trips(&proxy, both)).await?.saturating_sub(2),
        ));
        let one = || owner.related(Owner::badge);
        count!("has_one add", one().add([&badge], on));
        count!("has_one set", one().set([&badge], on));
        let belongs = || things[0].related(Thing::owner);
        count!("belongs_to set", belongs().set(&owner, on));
        count!("belongs_to clear", belongs().clear(on));
        if let Some(tx) = tx {
            tx.commit().await?;
        }
    }
    let slow: Vec<_> = most.iter().filter(|(.., trips)| *trips > 2).collect();
    assert!(slow.is_empty(), "{slow:?}");
    Ok(())
}
