//! The rows of join tables that are models: written as rows of everywhere.

use std::time::Duration;

use orm::prelude::*;
use tokio::time::timeout;

use super::ids;
use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "flights")]
#[association(many_to_many, as = "guests", model = Guest, through = Seat)]
#[association(many_to_many, as = "callers", model = Guest, through = Call)]
struct Flight {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "guests")]
#[association(many_to_many, as = "flights", model = Flight, through = Seat)]
#[association(many_to_many, as = "calls", model = Flight, through = Call)]
struct Guest {
    #[column(primary_key, auto_increment)]
    id: i32,
}

/// A pair is there once; so is a number per flight.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "seats", timestamps, unique(columns = (flight_id, number)))]
#[association(belongs_to, as = "flight", model = Flight, foreign_key = "flight_id", one_sided)]
#[association(belongs_to, as = "guest", model = Guest, foreign_key = "guest_id", one_sided)]
struct Seat {
    #[column(primary_key)]
    flight_id: i32,
    #[column(primary_key)]
    guest_id: i32,
    #[validate(min(1))]
    number: Option<i32>,
    #[column(default = "eco")]
    class: String,
    #[column(varchar(3))]
    note: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

/// Nothing keeps a pair from being there twice.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "calls")]
#[association(belongs_to, as = "flight", model = Flight, foreign_key = "flight_id", one_sided)]
#[association(belongs_to, as = "guest", model = Guest, foreign_key = "guest_id", one_sided)]
struct Call {
    #[column(primary_key, auto_increment)]
    id: i32,
    flight_id: i32,
    guest_id: i32,
    note: Option<String>,
}

/// How long a write may wait for another.
const LIMIT: Duration = Duration::from_secs(30);

async fn airport() -> Test<(Place, Flight, [Guest; 2])> {
    let place = with_models(orm::models![Flight, Guest, Seat, Call]).await?;
    let flight = Flight::create().save(&place.db).await?;
    let guests = [
        Guest::create().save(&place.db).await?,
        Guest::create().save(&place.db).await?,
    ];
    place.log.clear();
    Ok((place, flight, guests))
}

#[tokio::test]
async fn only_the_pair_itself_is_there_already() -> Test {
    let (place, flight, [ann, bob]) = airport().await?;
    let db = &place.db;
    let seated = |number| flight.related(Flight::guests).joining(Seat::number, number);
    seated(1).add([&ann], db).await?;
    place.log.assert_count(1);
    let error = seated(1).add([&bob], db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    let error = seated(1).set([&ann, &bob], db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    let error = seated(1)
        .create(Guest::create().id(50), db)
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(
        ids!(flight.related(Flight::guests).all(db).await?),
        [ann.id]
    );
    assert_eq!(Guest::query().count(db).await?, 2);
    // The pair is there, and stays as it is.
    seated(2).add([&ann], db).await?;
    seated(3).set([&ann], db).await?;
    assert_eq!(Seat::query().one(db).await?.number, Some(1));
    Ok(())
}

#[tokio::test]
async fn join_rows_get_what_rows_get() -> Test {
    let (place, flight, [ann, bob]) = airport().await?;
    let db = &place.db;
    flight.related(Flight::guests).add([&ann, &bob], db).await?;
    let noted = flight.related(Flight::guests).joining(Seat::note, "wet");
    let cyd = noted.create(Guest::create().id(50), db).await?;
    Flight::create()
        .with(Flight::guests, |_| [Guest::create().id(51)])
        .save(db)
        .await?;
    let seats = Seat::query().order_by(Seat::guest_id).all(db).await?;
    assert_eq!(seats.len(), 4);
    for seat in &seats {
        assert_eq!(seat.class, "eco");
        assert_eq!(seat.created_at, seat.updated_at);
    }
    assert_eq!(
        (seats[2].guest_id, seats[2].note.as_deref()),
        (cyd.id, Some("wet"))
    );
    Ok(())
}

#[tokio::test]
async fn join_rows_are_judged_before_any_sql() -> Test {
    let (place, flight, [ann, _]) = airport().await?;
    let db = &place.db;
    let guests = flight.related(Flight::guests).joining(Seat::number, 0);
    for refused in [
        guests.add([&ann], db).await,
        guests.set([&ann], db).await,
        guests.create(Guest::create(), db).await.map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_validation(), "{error}");
    }
    let swapped = flight.related(Flight::guests).joining(Seat::guest_id, 9);
    let error = swapped.add([&ann], db).await.unwrap_err();
    assert_eq!(error.kind(), orm::error::ErrorKind::Usage);
    place.log.assert_count(0);
    // A text that is too long is not cut.
    let long = flight.related(Flight::guests).joining(Seat::note, "long");
    assert!(long.add([&ann], db).await.unwrap_err().is_too_long());
    Ok(())
}

#[tokio::test]
async fn a_pair_is_written_once_without_a_constraint() -> Test {
    let (place, flight, [ann, bob]) = airport().await?;
    let db = &place.db;
    let callers = flight.related(Flight::callers);
    callers.add([&ann, &ann], db).await?;
    callers.add([&ann], db).await?;
    let first = Call::query().one(db).await?;
    callers.set([&ann, &bob], db).await?;
    let calls = Call::query().order_by(Call::id).all(db).await?;
    assert_eq!(
        calls.iter().map(|call| call.guest_id).collect::<Vec<_>>(),
        [ann.id, bob.id]
    );
    // What was there is the same row still.
    assert_eq!(calls[0], first);
    Ok(())
}

#[tokio::test]
async fn of_many_at_once_one_writes_the_pair() -> Test {
    let (place, flight, [ann, _]) = airport().await?;
    let adds = (0..8).map(|_| {
        let (db, flight, ann) = (place.db.clone(), flight.clone(), ann.clone());
        tokio::spawn(async move { flight.related(Flight::callers).add([&ann], &db).await })
    });
    for add in adds.collect::<Vec<_>>() {
        add.await??;
    }
    assert_eq!(Call::query().count(&place.db).await?, 1);
    Ok(())
}

// The owner's row is locked, so that the second looks when the first is done.
#[tokio::test]
async fn who_adds_a_pair_that_is_being_added_waits() -> Test {
    let (place, flight, [ann, _]) = airport().await?;
    let tx = place.db.begin().await?;
    flight.related(Flight::callers).add([&ann], &tx).await?;
    let (db, also, guest) = (place.db.clone(), flight.clone(), ann.clone());
    let mut second =
        tokio::spawn(async move { also.related(Flight::callers).add([&guest], &db).await });
    let waits = timeout(Duration::from_millis(50), &mut second).await;
    assert!(waits.is_err());
    tx.commit().await?;
    timeout(LIMIT, second).await???;
    assert_eq!(Call::query().count(&place.db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn a_time_that_was_given_is_not_stamped_over() -> Test {
    let (place, flight, [ann, bob]) = airport().await?;
    let db = &place.db;
    let then = DateTime::UNIX_EPOCH;
    let stamped = flight.related(Flight::guests);
    let stamped = stamped.joining(Seat::created_at, then);
    stamped.add([&ann], db).await?;
    let seat = |guest: &Guest| Seat::create().flight_id(flight.id).guest_id(guest.id);
    seat(&bob).updated_at(then).save(db).await?;
    let guests = Guest::create_many([Guest::create(), Guest::create()]);
    let guests = guests.save(db).await?;
    let many = guests.iter().map(|guest| seat(guest).created_at(then));
    Seat::create_many(many).save(db).await?;
    let seats = Seat::query().order_by(Seat::guest_id).all(db).await?;
    let given = seats
        .iter()
        .map(|it| (it.created_at == then, it.updated_at == then));
    let given: Vec<(bool, bool)> = given.collect();
    assert_eq!(
        given,
        [(true, false), (false, true), (true, false), (true, false)]
    );
    let moved = seats[0].update().set(Seat::updated_at, then);
    assert_eq!(moved.save(db).await?.updated_at, then);
    Ok(())
}

// One pair twice: which of its join rows a limit keeps is decided.
#[tokio::test]
async fn join_rows_of_one_pair_come_in_order() -> Test {
    let (place, flight, [ann, bob]) = airport().await?;
    let db = &place.db;
    for (id, guest) in [(5, &ann), (3, &ann), (4, &bob), (1, &ann), (2, &bob)] {
        let call = Call::create().id(id).flight_id(flight.id);
        call.guest_id(guest.id).save(db).await?;
    }
    macro_rules! calls {
        ($callers:expr) => {{
            let flight = Flight::query().include($callers).one(db).await?;
            let calls = flight.callers.iter().map(|caller| caller.join.id);
            calls.collect::<Vec<_>>()
        }};
    }
    let in_order = [1, 3, 5, 2, 4];
    assert_eq!(calls!(Flight::callers.with_join_row()), in_order);
    assert_eq!(calls!(Flight::callers.separate().with_join_row()), in_order);
    let some = Flight::callers.order_by(Guest::id.desc()).limit(4);
    assert_eq!(calls!(some.clone().with_join_row()), [2, 4, 1, 3]);
    assert_eq!(calls!(some.offset(1).with_join_row()), [4, 1, 3, 5]);
    Ok(())
}
