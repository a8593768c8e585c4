//! What a program says, with one bit of it changed on its way.
//!
//! The server may read another value, another text, or no message at all, and no
//! protocol tells: what is written, and what is answered, can be anything. So each
//! attempt has pools of its own, that remember nothing of it, and these are looked
//! at: the end, the pool, what errors say, and that reads write nothing.

use orm_testkit::{Fault, FaultPlan};

use crate::calls::{self, Call, Kind};
use crate::place::{DEADLINE, Place, is_honest, panics};
use crate::sample::{places, random};

/// How many places are tried of each call, unless `FAULT_BYTES` says it.
const PLACES: usize = 3;

async fn damaged(call: Call) {
    let mut random = random();
    let mut place = Place::open(500).await;
    let (_, number) = place.ask_in_peace(call).await;
    let whole = place.trace(number).await.replace(&number.to_string(), "N");
    place.clear(call).await;
    let nothing = place.trace(Place::number()).await;
    place = place.with_new_pools().await;
    place.proxy.heal();
    place.ask_in_peace(call).await;
    let length = place.proxy.passed().requests;
    for at in places(&[], length, PLACES, &mut random) {
        let mask = 1 << random.below(8);
        let fault = Fault::Damage { at, mask };
        let what = format!("{} says {fault:?}", call.name);
        place = match call.kind {
            // A table of another name would be in the way of the next attempt.
            Kind::Schema { .. } => Place::open(500).await,
            _ => place.with_new_pools().await,
        };
        let number = Place::number();
        let panicked = panics();
        place.proxy.disturb_once(FaultPlan::new().requests(fault));
        let asked = tokio::time::timeout(4 * DEADLINE, place.ask(call, number)).await;
        place.proxy.heal();
        place.is_well(&what).await;
        assert_eq!(panics(), panicked, "{what}: somebody panicked");
        let there = place.trace(number).await.replace(&number.to_string(), "N");
        if call.kind == Kind::Read {
            assert_eq!(there, nothing, "{what}: a read has written");
        }
        if let Ok(Err(error)) = asked {
            is_honest(&what, call, &error, there == whole);
        }
    }
}

// Several calls at once: most of the time is spent waiting.

#[tokio::test]
async fn reads() {
    let of = |call| Box::pin(damaged(call));
    tokio::join!(
        of(calls::FIND),
        of(calls::TREE),
        of(calls::SEPARATE),
        of(calls::LEVELS),
        of(calls::STREAM),
        of(calls::ROWS_ONE_BY_ONE),
        of(calls::COUNT),
        of(calls::SHARED),
    );
}

#[tokio::test]
async fn writes() {
    let of = |call| Box::pin(damaged(call));
    tokio::join!(
        of(calls::INSERT),
        of(calls::BULK),
        of(calls::NESTED),
        of(calls::TOGETHER),
        of(calls::CHANGED),
        of(calls::UPSERT),
        of(calls::TAGGED),
        of(calls::RAW),
        of(calls::BATCH),
    );
}

#[tokio::test]
async fn transactions_and_schemas() {
    let of = |call| Box::pin(damaged(call));
    tokio::join!(
        of(calls::TRANSACTION),
        of(calls::RETRIED),
        of(calls::CREATE_MISSING),
        of(calls::MIGRATE),
    );
}
