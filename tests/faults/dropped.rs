//! Futures that are dropped after every number of polls.

use std::future::poll_fn;
use std::task::Poll;

use crate::calls::{self, Call, Kind};
use crate::place::{Place, panics};

/// How many polls are tried, unless `FAULT_BYTES=all` asks for all.
const POLLS: usize = 60;

/// Polls a future so many times; `None` if it has not ended then.
async fn polled<T>(work: impl Future<Output = T>, times: usize) -> Option<T> {
    let mut work = Box::pin(work);
    let mut left = times;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

async fn dropped(call: Call) {
    let place = Place::open(500).await;
    let (_, number) = place.ask_in_peace(call).await;
    let whole = place.trace(number).await.replace(&number.to_string(), "N");
    let (answer, _) = place.ask_in_peace(call).await;
    place.clear(call).await;
    let nothing = place.trace(Place::number()).await;
    let between: &[&str] = match call.kind {
        Kind::Schema { between, .. } => between,
        _ => &[],
    };
    let all = std::env::var("FAULT_BYTES").is_ok_and(|it| it == "all");
    let most = if all { usize::MAX } else { POLLS };
    for polls in 0..most {
        let what = format!("{} dropped after {polls} polls", call.name);
        place.clear(call).await;
        let number = Place::number();
        let panicked = panics();
        let asked = polled(place.ask(call, number), polls).await;
        place.is_well(&what).await;
        assert_eq!(panics(), panicked, "{what}: somebody panicked");
        let there = place.trace(number).await.replace(&number.to_string(), "N");
        let known = there == nothing || there == whole || between.contains(&&*there);
        assert!(known, "{what}: a part of it: {there}");
        // Whoever is next finds everything as it should be.
        let (next, _) = place.ask_in_peace(call).await;
        assert_eq!(next, answer, "after {what}");
        match asked {
            None => {}
            Some(Ok(done)) => {
                assert_eq!((done, there), (answer, whole), "{what}");
                return;
            }
            Some(Err(error)) => assert!(error.is_timeout(), "{what}: {error}"),
        }
    }
}

macro_rules! dropped {
    ($($name:ident: $call:ident,)*) => {$(
        #[tokio::test]
        async fn $name() {
            dropped(calls::$call).await;
        }
    )*};
}

dropped! {
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
    a_copy: COPY,
    a_nested_create: NESTED,
    statements_together: TOGETHER,
    changes_below_a_row: CHANGED,
    changes_by_keys: CHANGED_BY_KEYS,
    pairs_by_keys: PAIRED_BY_KEYS,
    an_upsert: UPSERT,
    links: TAGGED,
    a_transaction_with_savepoints: TRANSACTION,
    a_transaction_that_is_retried: RETRIED,
    raw_sql: RAW,
    a_batch: BATCH,
    missing_tables: CREATE_MISSING,
    migrations: MIGRATE,
}
