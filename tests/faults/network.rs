//! Every kind of call over a network that fails at every byte.

use std::time::Duration;

use orm_testkit::{Fault, FaultPlan, Random};

use crate::calls::{self, Call, Kind};
use crate::place::{DEADLINE, Place, is_honest, panics};
use crate::sample::{places, random};

/// How many places are tried of each fault, unless `FAULT_BYTES` says it.
const CUTS: usize = 14;
const STALLS: usize = 2;
const DAMAGES: usize = 14;
const REQUESTS: usize = 3;

/// A call, and what is known of it when nothing fails.
struct Known<'p> {
    place: &'p Place,
    call: Call,
    answer: String,
    /// What there is before, and after.
    nothing: String,
    whole: String,
}

/// With statements that are known to the connection, and with those that are not:
/// both at once, for most of the time is spent waiting.
async fn campaign(call: Call) {
    tokio::join!(Box::pin(try_all(call, 500)), Box::pin(try_all(call, 0)));
}

async fn try_all(call: Call, kept: usize) {
    let place = Place::open(kept).await;
    let (_, number) = place.ask_in_peace(call).await;
    let whole = place.trace(number).await.replace(&number.to_string(), "N");
    place.clear(call).await;
    let nothing = place.trace(Place::number()).await;
    assert_eq!(nothing == whole, call.kind == Kind::Read, "{}", call.name);
    place.proxy.heal();
    let (answer, _) = place.ask_in_peace(call).await;
    let known = Known {
        place: &place,
        call,
        answer,
        nothing,
        whole,
    };
    known.try_all(&mut random()).await;
}

impl Known<'_> {
    async fn try_all(&self, random: &mut Random) {
        let (said, passed) = (self.place.proxy.answers(), self.place.proxy.passed());
        for after in places(&said, passed.answers, CUTS, random) {
            let fault = match after % 2 {
                0 => Fault::Close { after },
                _ => Fault::Reset { after },
            };
            self.attempt(FaultPlan::new().answers(fault)).await;
        }
        for after in places(&said, passed.answers, STALLS, random) {
            self.attempt(FaultPlan::new().answers(Fault::Stall { after }))
                .await;
        }
        for at in places(&said, passed.answers, DAMAGES, random) {
            let mask = 1 << random.below(8);
            self.attempt(FaultPlan::new().answers(Fault::Damage { at, mask }))
                .await;
        }
        for after in places(&[], passed.requests, REQUESTS, random) {
            let fault = match after % 3 {
                0 => Fault::Stall { after },
                1 => Fault::Reset { after },
                _ => Fault::Close { after },
            };
            self.attempt(FaultPlan::new().requests(fault)).await;
        }
        // Nobody waits for 200,000 pieces.
        let small = 1 + passed.answers / 5_000;
        for of in [small, small + 2] {
            self.is_unchanged(Fault::Pieces { of }).await;
        }
        self.is_unchanged(Fault::Delay(Duration::from_millis(1)))
            .await;
    }

    /// Whether `statement_deadline` ends it. A migration may take hours: nobody
    /// but the server limits it, and whoever does not want to wait drops it.
    fn is_limited(&self) -> bool {
        self.call.name != "migrate"
    }

    async fn attempt(&self, plan: FaultPlan) {
        let Known { place, call, .. } = self;
        let what = format!("{} {plan:?}", call.name);
        if !matches!(call.kind, Kind::Schema { .. }) {
            // On the connection that is about to fail, or it is a new one.
            let (answer, _) = place.ask_in_peace(*call).await;
            assert_eq!(answer, self.answer, "before {what}");
        }
        place.clear(*call).await;
        let number = Place::number();
        let panicked = panics();
        place.proxy.disturb_once(plan);
        let asked = place.ask(*call, number);
        let answer = if self.is_limited() {
            Some(asked.await)
        } else {
            tokio::time::timeout(4 * DEADLINE, asked).await.ok()
        };
        place.proxy.heal();
        place.is_well(&what).await;
        assert_eq!(panics(), panicked, "{what}: somebody panicked");

        let there = place.trace(number).await.replace(&number.to_string(), "N");
        let between: &[&str] = match call.kind {
            Kind::Schema { between, .. } => between,
            _ => &[],
        };
        let known = [&self.nothing, &self.whole].contains(&&there);
        assert!(
            known || between.contains(&&*there),
            "{what}: a part of it: {there}"
        );
        match answer {
            Some(Ok(answer)) => {
                assert_eq!(there, self.whole, "{what}: not there");
                // Nothing on the way tells a damaged value from a right one.
                let damaged = format!("{plan:?}").contains("Damage");
                assert!(damaged || answer == self.answer, "{what}: {answer}");
            }
            Some(Err(error)) => is_honest(&what, *call, &error, there == self.whole),
            None => {}
        }
        if !between.is_empty() {
            // It goes on from wherever it was left.
            place.ask(*call, number).await.unwrap();
            assert_eq!(place.trace(number).await, self.whole, "{what}: and again");
        }
    }

    /// What arrives in another rhythm is the same.
    async fn is_unchanged(&self, fault: Fault) {
        let what = format!("{} {fault:?}", self.call.name);
        self.place
            .proxy
            .disturb(FaultPlan::new().answers(fault).requests(fault));
        let (answer, number) = self.place.ask_in_peace(self.call).await;
        self.place.proxy.heal();
        assert_eq!(answer, self.answer, "{what}");
        let there = self
            .place
            .trace(number)
            .await
            .replace(&number.to_string(), "N");
        assert_eq!(there, self.whole, "{what}");
        self.place.is_well(&what).await;
    }
}

// The first byte of the answer to an insert that is prepared: BindComplete becomes
// CloseComplete, which nobody asked for. The row is written.
#[tokio::test]
async fn an_answer_that_is_none_leaves_open_what_was_written() {
    let place = Place::open(500).await;
    let (_, number) = place.ask_in_peace(calls::INSERT).await;
    let whole = place.trace(number).await;
    let number = Place::number();
    place
        .proxy
        .disturb_once(FaultPlan::new().answers(Fault::Damage { at: 0, mask: 1 }));
    let error = place.ask(calls::INSERT, number).await.unwrap_err();
    assert!(error.is_connection_lost(), "{error}");
    assert!(error.may_have_taken_effect() && !error.took_effect());
    assert!(error.to_string().contains("not an answer"), "{error}");
    assert_eq!(place.trace(number).await, whole);
    place.is_well("after an answer that is none").await;
}

macro_rules! campaigns {
    ($($name:ident: $call:ident,)*) => {$(
        #[tokio::test]
        async fn $name() {
            campaign(calls::$call).await;
        }
    )*};
}

campaigns! {
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
