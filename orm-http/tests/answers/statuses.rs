//! The table of `status_of`: each row of it by an error that a database gave.

use std::time::Duration;

use orm::exec::PoolOptions;
use orm::prelude::*;
use orm::query::PageCursor;
use orm::raw::raw_sql;
use orm_http::status_of;

use crate::calls::{Answer, Place, call};
use crate::served::answering;

#[derive(Model, Debug, Clone)]
#[model(table = "teams", soft_delete)]
#[association(has_many, as = "members", model = Member, foreign_key = "team_id")]
pub struct Team {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    #[column(unique)]
    pub name: String,
    pub deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone)]
#[model(
    table = "members",
    check(expression = "age < 150", message = "is too old")
)]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_id", on_delete = "restrict")]
#[association(has_one, as = "badge", model = Badge, foreign_key = "member_id")]
pub struct Member {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    pub team_id: i64,
    #[column(unique, varchar(40))]
    #[validate(email(message = "Must be a valid email address"))]
    pub email: String,
    pub age: i32,
    #[column(version)]
    pub version: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "badges")]
#[association(belongs_to, as = "member", model = Member, foreign_key = "member_id")]
pub struct Badge {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    #[column(unique)]
    pub member_id: Option<i64>,
}

const SECRET: &str = "hush-hush";

/// What an error is answered with. No body has a value, a word of SQL or a name of the
/// schema in it.
async fn answer(error: orm::Error) -> Answer {
    let kind = error.kind();
    let answer = call("GET", "/").to(&answering(error).await).await;
    assert_eq!(answer.cause, Some(kind));
    let words = [
        SECRET, "SELECT", "INSERT", "UPDATE", "members", "teams", "_key", "sqlite", "$1",
    ];
    for word in words {
        assert!(!answer.text.contains(word), "{word} is in {}", answer.text);
    }
    assert_eq!(answer.body["status"], answer.status);
    answer
}

async fn with_one(place: &Place) -> (Db, Team, Member) {
    let db = place.db().await;
    db.create_missing(orm::models![Team, Member, Badge])
        .await
        .unwrap();
    let team = Team::create().name(SECRET).save(&db).await.unwrap();
    let email = format!("{SECRET}@example.com");
    let new = Member::create().team_id(team.id).email(email).age(30);
    let member = new.save(&db).await.unwrap();
    (db, team, member)
}

async fn cursors_and_missing_rows(place: Place) {
    let (db, ..) = with_one(&place).await;
    let error = format!("{SECRET}-cursor")
        .parse::<PageCursor>()
        .unwrap_err();
    assert_eq!(answer(error).await.status, 400);
    let error = Team::find(40_404).one(&db).await.unwrap_err();
    let answer = answer(error).await;
    assert_eq!(answer.status, 404);
    assert!(!answer.text.contains("40404"));
}

async fn conflicts(place: Place) {
    let (db, team, member) = with_one(&place).await;

    let twice = Member::create()
        .team_id(team.id)
        .email(&member.email)
        .age(3)
        .save(&db)
        .await;
    let unique = answer(twice.unwrap_err()).await;
    assert_eq!(
        (unique.status, unique.faults()),
        (409, vec![("email", "unique")])
    );

    let error = team.clone().delete_for_good(&db).await.unwrap_err();
    assert!(error.is_referred_to(), "{error}");
    let used = answer(error).await;
    assert_eq!((used.status, used.faults()), (409, vec![]));

    member
        .update()
        .set(Member::age, 31)
        .save(&db)
        .await
        .unwrap();
    let stale = member
        .update()
        .set(Member::age, 32)
        .save(&db)
        .await
        .unwrap_err();
    assert!(stale.is_stale());
    assert_eq!(answer(stale).await.status, 409);

    let gone = Team::create().name("gone").save(&db).await.unwrap();
    gone.delete(&db).await.unwrap();
    let again = Team::upsert(Team::create().name("gone"))
        .on(Team::name)
        .save(&db)
        .await;
    let hidden = again.unwrap_err();
    assert!(hidden.is_hidden(), "{hidden}");
    assert_eq!(answer(hidden).await.status, 409);

    let member = member.refresh(&db).await.unwrap();
    member
        .related(Member::badge)
        .create()
        .save(&db)
        .await
        .unwrap();
    let free = Badge::create().save(&db).await.unwrap();
    let two = Member::create()
        .team_id(team.id)
        .email("two@example.com")
        .age(2);
    let two = two
        .with(Member::badge, |badge| [badge()])
        .with(Member::badge, |badge| [badge()]);
    let second = two.save(&db).await.unwrap_err();
    assert!(second.is_already_related(), "{second}");
    assert_eq!(answer(second).await.status, 409);

    let stranger = member
        .related(Member::badge)
        .remove([&free], &db)
        .await
        .unwrap_err();
    assert!(stranger.is_not_related(), "{stranger}");
    assert_eq!(answer(stranger).await.status, 409);
}

async fn values_that_cannot_be_taken(place: Place) {
    let (db, team, member) = with_one(&place).await;

    let nobody = Member::create()
        .team_id(team.id)
        .email(SECRET)
        .age(3)
        .save(&db)
        .await;
    let invalid = answer(nobody.unwrap_err()).await;
    assert_eq!(
        (invalid.status, invalid.faults()),
        (422, vec![("email", "email")])
    );
    assert_eq!(
        invalid.body["errors"][0]["message"],
        "Must be a valid email address"
    );

    let many = Member::create_many([
        Member::create()
            .team_id(team.id)
            .email("a@example.com")
            .age(1),
        Member::create().team_id(team.id).email(SECRET).age(1),
    ]);
    let second = answer(many.save(&db).await.unwrap_err()).await;
    assert_eq!(
        (second.status, &second.body["errors"][0]["row"]),
        (422, &1.into())
    );

    let old = member
        .update()
        .set(Member::age, 200)
        .save(&db)
        .await
        .unwrap_err();
    assert!(old.is_check_violation(), "{old}");
    let old = answer(old).await;
    assert_eq!((old.status, old.faults()), (422, vec![("age", "check")]));
    assert_eq!(old.body["errors"][0]["message"], "is too old");

    let nowhere = Member::create()
        .team_id(-5)
        .email("b@example.com")
        .age(3)
        .save(&db)
        .await;
    let nowhere = answer(nowhere.unwrap_err()).await;
    assert_eq!(
        (nowhere.status, nowhere.faults()),
        (422, vec![("team_id", "exists")])
    );

    let null = raw_sql("UPDATE members SET age = NULL")
        .execute(&db)
        .await
        .unwrap_err();
    assert!(null.is_not_null_violation(), "{null}");
    assert_eq!(answer(null).await.status, 422);

    let long = format!("{SECRET}.{}@example.com", "long".repeat(10));
    let long = Member::create()
        .team_id(team.id)
        .email(long)
        .age(3)
        .save(&db)
        .await
        .unwrap_err();
    assert!(long.is_too_long(), "{long}");
    let long = answer(long).await;
    assert_eq!((long.status, long.faults()[0].0), (422, "email"));

    let nul = Team::query()
        .filter(Team::name.eq("\0"))
        .all(&db)
        .await
        .unwrap_err();
    assert_eq!(answer(nul).await.status, 422);
}

async fn a_service_that_is_busy(place: Place) {
    let (db, ..) = with_one(&place).await;
    let small = place.pool_of(1).await;
    let held = small.begin().await.unwrap();
    raw_sql("UPDATE members SET age = 5")
        .execute(&held)
        .await
        .unwrap();
    let late = small.begin().await.unwrap_err();
    assert!(late.is_acquire_timeout(), "{late}");
    drop(held);
    let late = answer(late).await;
    assert_eq!(
        (late.status, &late.headers["retry-after"]),
        (503, &"1".to_owned())
    );

    db.close().await;
    let closed = Team::query().all(&db).await.unwrap_err();
    assert_eq!(answer(closed).await.status, 503);
}

async fn what_is_our_fault(place: Place) {
    let (db, ..) = with_one(&place).await;
    let missing = raw_sql("SELECT hush_hush FROM nothing")
        .execute(&db)
        .await
        .unwrap_err();
    let missing = answer(missing).await;
    assert_eq!((missing.status, missing.faults()), (500, vec![]));
    assert!(!missing.text.contains("nothing"));
    assert_eq!(status_of(&orm::Error::usage("no")), 500);
}

on_both! {
    cursors_and_missing_rows;
    conflicts;
    values_that_cannot_be_taken;
    a_service_that_is_busy;
    what_is_our_fault;
}

/// What only a server does.
mod on_a_server {
    use super::*;
    use orm_testkit::{Fault, FaultPlan, FaultProxy, TestDatabase};

    #[tokio::test]
    async fn times_that_run_out_and_rows_that_exclude() {
        let database = TestDatabase::create().await.unwrap();
        let place = Place::new(&database.url());
        let (db, _, member) = with_one(&place).await;

        let slow = place.config().statement_timeout(Duration::from_millis(50));
        let slow = Db::connect(slow).await.unwrap();
        let cancelled = raw_sql("SELECT pg_sleep(5)")
            .execute(&slow)
            .await
            .unwrap_err();
        assert!(cancelled.is_query_cancelled(), "{cancelled}");
        assert_eq!(answer(cancelled).await.status, 503);

        let held = db.begin().await.unwrap();
        Member::find(member.id)
            .for_update()
            .one(&held)
            .await
            .unwrap();
        let tx = db.begin().await.unwrap();
        let locked = Member::find(member.id)
            .for_update()
            .nowait()
            .one(&tx)
            .await
            .unwrap_err();
        assert!(locked.is_lock_not_available(), "{locked}");
        assert_eq!(answer(locked).await.status, 503);
        drop((held, tx));

        let read = orm::exec::TxOptions::new().read_only();
        let tx = db.begin_with(read).await.unwrap();
        let refused = member
            .update()
            .set(Member::age, 1)
            .save(&tx)
            .await
            .unwrap_err();
        assert!(refused.is_read_only(), "{refused}");
        assert_eq!(answer(refused).await.status, 503);

        raw_sql("CREATE TABLE stays (during int4range, EXCLUDE USING gist (during WITH &&))")
            .execute(&db)
            .await
            .unwrap();
        let stay = "INSERT INTO stays VALUES ('[1,5)')";
        raw_sql(stay).execute(&db).await.unwrap();
        let overlap = raw_sql(stay).execute(&db).await.unwrap_err();
        assert!(overlap.is_exclusion_violation(), "{overlap}");
        assert_eq!(answer(overlap).await.status, 409);
    }

    #[tokio::test]
    async fn transactions_that_can_be_run_again() {
        let database = TestDatabase::create().await.unwrap();
        let place = Place::new(&database.url());
        let (db, _, member) = with_one(&place).await;
        let repeatable =
            orm::exec::TxOptions::new().isolation(orm::exec::Isolation::RepeatableRead);
        let tx = db.begin_with(repeatable).await.unwrap();
        Member::find(member.id).one(&tx).await.unwrap();
        member.update().set(Member::age, 1).save(&db).await.unwrap();
        let late = raw_sql("UPDATE members SET age = 2")
            .execute(&tx)
            .await
            .unwrap_err();
        assert!(late.is_retryable(), "{late}");
        let late = answer(late).await;
        assert_eq!(
            (late.status, &late.headers["retry-after"]),
            (503, &"1".to_owned())
        );
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_or_goes_away() {
        let pool = PoolOptions::new().acquire(Duration::from_secs(1));
        let nowhere = Config::from_url("postgres://nobody@127.0.0.1:1/none")
            .unwrap()
            .pool(pool);
        let refused = Db::connect(nowhere).await.unwrap_err();
        assert!(refused.is_connect(), "{refused}");
        assert_eq!(answer(refused).await.status, 503);

        let database = TestDatabase::create().await.unwrap();
        let (db, ..) = with_one(&Place::new(&database.url())).await;
        let end = "SELECT pg_terminate_backend(pg_backend_pid())";
        let tx = db.begin().await.unwrap();
        let lost = raw_sql(end).execute(&tx).await.unwrap_err();
        // In a transaction: nothing of it stays, whatever was sent.
        assert_eq!(
            (lost.may_have_taken_effect(), answer(lost).await.status),
            (false, 503)
        );
        let proxy = FaultProxy::start(orm_testkit::server().unwrap().address()).unwrap();
        let far = Config::from_url(&database.url_via(proxy.local_addr())).unwrap();
        let far = Db::connect(far).await.unwrap();
        let write = "UPDATE members SET age = 7";
        raw_sql(write).execute(&far).await.unwrap();
        proxy.disturb(FaultPlan::new().answers(Fault::Close { after: 0 }));
        let lost = raw_sql(write).execute(&far).await.unwrap_err();
        // Outside: it may have been a write, and done.
        assert!(lost.may_have_taken_effect(), "{lost}");
        let lost = answer(lost).await;
        assert_eq!((lost.status, lost.headers.get("retry-after")), (500, None));
    }
}
