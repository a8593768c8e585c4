//! Whether a release really breaks where `orm migrate check --manifest` says so, and only
//! there: the statements of its models are run on a database that has moved on.

// In a test a panic is the answer.
#![allow(clippy::unwrap_used)]
// How a release fails is worth a look.
#![allow(clippy::print_stdout)]

mod cases;
mod old;
mod place;

use cases::Case;
use place::Place;

/// Runs cases, and says of each that is wrong what was said and what happened.
async fn hold(cases: &[Case]) {
    let mut wrong = Vec::new();
    for case in cases {
        let place = Place::new().await;
        if case.role {
            place.give_rights().await;
        }
        let sql = &place.named(case.sql);
        let said = place.judged(sql);
        if said != case.says {
            wrong.push(format!("{sql}\n  is said to be {said:?}"));
        }
        let offline = place.judged_offline(sql);
        if offline != said && !case.needs_database {
            wrong.push(format!("{sql}\n  is said to be {offline:?} offline"));
        }
        place.run(sql).await;
        place.run(case.then).await;
        let done = place.release().await;
        println!("{sql}\n  {said:?} {done:?}");
        if done.is_err() == said.is_empty() {
            wrong.push(format!("{sql}\n  is said to be {said:?}, and is {done:?}"));
        }
        if case.role {
            place.take_rights().await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

// What the cases are compared with.
#[tokio::test]
async fn the_release_works_on_its_own_database() {
    let place = Place::new().await;
    place.release().await.unwrap();
}

#[tokio::test]
async fn names() {
    hold(cases::NAMES).await;
}

#[tokio::test]
async fn types() {
    hold(cases::TYPES).await;
}

#[tokio::test]
async fn values() {
    hold(cases::VALUES).await;
}

#[tokio::test]
async fn keys() {
    hold(cases::KEYS).await;
}

#[tokio::test]
async fn rights() {
    hold(cases::RIGHTS).await;
}
