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
const PLACES: usize = 5;

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

macro_rules! damaged {
    ($($name:ident: $call:ident,)*) => {$(
        #[tokio::test]
        async fn $name() {
            damaged(calls::$call).await;
        }
    )*};
}

damaged! {
    find: FIND,
    a_tree_in_one_statement: TREE,
    a_tree_in_separate_statements: SEPARATE,
    a_tree_level_by_level: LEVELS,
    a_stream: STREAM,
    rows_one_by_one: ROWS_ONE_BY_ONE,
    a_count: COUNT,
    shared_reads: SHARED,
    an_insert: INSERT,
    a_bulk_insert: BULK,
    a_nested_create: NESTED,
    an_upsert: UPSERT,
    links: TAGGED,
    a_transaction_with_savepoints: TRANSACTION,
    a_transaction_that_is_retried: RETRIED,
    raw_sql: RAW,
    a_batch: BATCH,
    missing_tables: CREATE_MISSING,
    migrations: MIGRATE,
}
