//! A network that fails while a connection is being opened.

use orm::exec::Pooler;
use orm::prelude::*;
use orm_testkit::{Fault, FaultPlan};

use crate::calls::FIND;
use crate::place::{Place, is_honest, panics, within};
use crate::sample::{places, random};

const PLACES: usize = 40;

#[tokio::test]
async fn a_connection_that_is_being_opened() {
    opened(|config| config).await;
}

/// What the session is set to comes behind the start-up message.
#[tokio::test]
async fn a_connection_that_is_being_opened_behind_a_pooler() {
    opened(|config| config.pooler(Pooler::Session).schema("public")).await;
}

async fn opened(way: fn(Config) -> Config) {
    let mut place = Place::open_as_guest().await;
    place.way.config = way(place.way.config);
    place.proxy.heal();
    let (answer, db) = connect_and_find(&place).await.unwrap();
    drop(db);
    let (said, length) = (place.proxy.answers(), place.proxy.passed().answers);
    let mut random = random();
    for at in places(&said, length, PLACES, &mut random) {
        let fault = match random.below(8) {
            0 => Fault::Stall { after: at },
            1..=3 => Fault::Damage {
                at,
                mask: 1 << random.below(8),
            },
            4 | 5 => Fault::Reset { after: at },
            _ => Fault::Close { after: at },
        };
        let what = format!("opening {fault:?}");
        let panicked = panics();
        // For every connection: nothing is helped by opening another.
        place.proxy.disturb(FaultPlan::new().answers(fault));
        let tried = within(&what, connect_and_find(&place)).await;
        place.proxy.heal();
        assert_eq!(panics(), panicked, "{what}: somebody panicked");
        match tried {
            Ok((found, _)) => {
                let damaged = matches!(fault, Fault::Damage { .. });
                assert!(damaged || found == answer, "{what}: {found}");
            }
            Err(error) => is_honest(&what, FIND, &error, false),
        }
        place.is_well(&what).await;
    }
}

/// One bit of what is said while a connection is opened: who wants in, where, and how
/// it shows that it may.
#[tokio::test]
async fn a_connection_that_is_asked_for_in_other_words() {
    let place = Place::open_as_guest().await;
    place.proxy.heal();
    drop(connect_and_find(&place).await.unwrap());
    let length = place.proxy.passed().requests;
    let mut random = random();
    for at in places(&[], length, PLACES / 2, &mut random) {
        let mask = 1 << random.below(8);
        let fault = Fault::Damage { at, mask };
        let what = format!("opening says {fault:?}");
        let panicked = panics();
        place.proxy.disturb(FaultPlan::new().requests(fault));
        let tried = within(&what, connect_and_find(&place)).await;
        place.proxy.heal();
        assert_eq!(panics(), panicked, "{what}: somebody panicked");
        if let Err(error) = tried {
            is_honest(&what, FIND, &error, false);
        }
        place.is_well(&what).await;
    }
}

/// The pool has a connection, and opens another that fails.
#[tokio::test]
async fn a_second_connection_of_a_pool() {
    let place = Place::open_as_guest().await;
    let (answer, _) = place.ask_in_peace(FIND).await;
    let (said, length) = (place.proxy.answers(), place.proxy.passed().answers);
    let mut random = random();
    for after in places(&said, length, PLACES / 4, &mut random) {
        let fault = Fault::Close { after };
        let what = format!("a second connection, {fault:?}");
        let db = Db::connect(place.way.config.clone()).await.unwrap();
        let first = within(&what, db.begin()).await.unwrap();
        place.proxy.disturb_once(FaultPlan::new().answers(fault));
        if let Err(error) = within(&what, crate::models::Author::find(2).one(&db)).await {
            is_honest(&what, FIND, &error, false);
        }
        place.proxy.heal();
        // There is room for two still.
        let second = within(&what, db.begin()).await.unwrap();
        let found = crate::models::Author::find(2).one(&second).await.unwrap();
        assert_eq!(format!("{found:?}"), answer, "{what}");
        first.rollback().await.unwrap();
        second.rollback().await.unwrap();
        within(&what, db.close()).await;
    }
}

async fn connect_and_find(place: &Place) -> orm::Result<(String, Db)> {
    let db = Db::connect(place.way.config.clone()).await?;
    let found = crate::models::Author::find(2).one(&db).await?;
    Ok((format!("{found:?}"), db))
}
