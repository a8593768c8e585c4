//! Keys that are not what a row is known by may change while a program holds the
//! row, and another row may get them: that one is not meant.

use orm::prelude::*;

use super::ids;
use crate::database::{NONE, Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "bosses")]
#[association(has_many, as = "drivers", model = Clerk, foreign_key = "boss_code", source_key = "code")]
#[association(has_one, as = "desk", model = Desk, foreign_key = "boss_code", source_key = "code")]
#[association(many_to_many, as = "teams", model = Team, through = "boss_teams", foreign_key = "boss_code", other_key = "team_code", source_key = "code", target_key = "code")]
#[association(many_to_many, as = "met", model = Team, through = Meeting, foreign_key = "boss_code", other_key = "team_code", source_key = "code", target_key = "code")]
struct Boss {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "clerks")]
#[association(belongs_to, as = "boss", model = Boss, foreign_key = "boss_code", target_key = "code", on_delete = "set_null", on_update = "cascade")]
struct Clerk {
    #[column(primary_key, auto_increment)]
    id: i32,
    boss_code: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "desks")]
#[association(belongs_to, as = "boss", model = Boss, foreign_key = "boss_code", target_key = "code", on_delete = "set_null", on_update = "cascade")]
struct Desk {
    #[column(primary_key, auto_increment)]
    id: i32,
    boss_code: Option<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "teams")]
#[association(many_to_many, as = "bosses", model = Boss, through = "boss_teams", foreign_key = "team_code", other_key = "boss_code", source_key = "code", target_key = "code")]
#[association(many_to_many, as = "met_by", model = Boss, through = Meeting, foreign_key = "team_code", other_key = "boss_code", source_key = "code", target_key = "code")]
struct Team {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    code: String,
}

/// Nothing keeps a pair from being there twice.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "meetings")]
#[association(belongs_to, as = "boss", model = Boss, foreign_key = "boss_code", target_key = "code", on_update = "cascade", one_sided)]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_code", target_key = "code", on_update = "cascade", one_sided)]
struct Meeting {
    #[column(primary_key, auto_increment)]
    id: i32,
    boss_code: String,
    team_code: String,
}

struct Office {
    place: Place,
    /// Called `a` when it was read, and `b` by now.
    ann: Boss,
    /// The one that is called `a` now.
    now: Boss,
    clerks: Vec<Clerk>,
    /// The same of a team: `x` when it was read, `y` by now.
    tea: Team,
    now_x: Team,
}

async fn office() -> Test<Office> {
    let place = with_models(orm::models![Boss, Clerk, Desk, Team, Meeting]).await?;
    let db = &place.db;
    let ann = Boss::create().code("a").save(db).await?;
    ann.update().set(Boss::code, "b").save(db).await?;
    let now = Boss::create().code("a").save(db).await?;
    let tea = Team::create().code("x").save(db).await?;
    tea.update().set(Team::code, "y").save(db).await?;
    let now_x = Team::create().code("x").save(db).await?;
    let clerks = Clerk::create_many([Clerk::create().boss_code("a".to_owned()), Clerk::create()]);
    let clerks = clerks.save(db).await?;
    now.related(Boss::teams).add([&now_x], db).await?;
    now.related(Boss::met).add([&now_x], db).await?;
    place.log.clear();
    Ok(Office {
        place,
        ann,
        now,
        clerks,
        tea,
        now_x,
    })
}

#[tokio::test]
async fn rows_do_not_come_to_belong_to_who_has_the_key_now() -> Test {
    let office = office().await?;
    let (db, clerks) = (&office.place.db, &office.clerks);
    let drivers = office.ann.related(Boss::drivers);
    for refused in [
        drivers.add([&clerks[1]], db).await,
        drivers.adopt([&clerks[1]], db).await,
        drivers.remove([&clerks[0]], db).await,
        drivers.delete([&clerks[0]], db).await,
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    for refused in [
        drivers.set([&clerks[1]], db).await,
        drivers.set([], db).await,
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert_eq!(error.model(), Some("Boss"));
    }
    let desk = Desk::create().save(db).await?;
    let error = office.ann.related(Boss::desk).add([&desk], db).await;
    assert!(error.unwrap_err().is_not_related());
    assert_eq!(&Clerk::query().order_by(Clerk::id).all(db).await?, clerks);
    // With the key of now it is done.
    let now = office.ann.refresh(db).await?;
    now.related(Boss::drivers).add([&clerks[1]], db).await?;
    assert_eq!(clerks[1].refresh(db).await?.boss_code.as_deref(), Some("b"));
    Ok(())
}

#[tokio::test]
async fn a_row_does_not_refer_to_who_has_the_key_now() -> Test {
    let office = office().await?;
    let db = &office.place.db;
    let boss = office.clerks[1].related(Clerk::boss);
    let error = boss.set(&office.ann, db).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    office.place.log.clear();
    let clerk = boss.set(&office.now, db).await?;
    office.place.log.assert_count(1);
    assert_eq!(clerk.boss_code.as_deref(), Some("a"));
    Ok(())
}

#[tokio::test]
async fn pairs_are_of_the_rows_that_were_given() -> Test {
    let office = office().await?;
    let db = &office.place.db;
    let (ann, now, tea, now_x) = (&office.ann, &office.now, &office.tea, &office.now_x);
    for refused in [
        now.related(Boss::teams).add([tea], db).await,
        now.related(Boss::teams).add([now_x, tea], db).await,
        now.related(Boss::teams).set([tea], db).await,
        now.related(Boss::teams).remove([tea], db).await,
        now.related(Boss::met).add([tea], db).await,
        now.related(Boss::met).set([tea], db).await,
        now.related(Boss::met).remove([tea], db).await,
        ann.related(Boss::teams).add([now_x], db).await,
        ann.related(Boss::teams).remove([now_x], db).await,
        ann.related(Boss::met).remove([now_x], db).await,
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    for refused in [
        ann.related(Boss::teams).set([now_x], db).await,
        ann.related(Boss::teams).set([], db).await,
        ann.related(Boss::met).set([], db).await,
        ann.related(Boss::met).add([now_x], db).await,
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_found(), "{error}");
    }
    assert_eq!(ids!(now.related(Boss::teams).all(db).await?), [now_x.id]);
    assert_eq!(ids!(now.related(Boss::met).all(db).await?), [now_x.id]);
    let (ann, tea) = (ann.refresh(db).await?, tea.refresh(db).await?);
    office.place.log.clear();
    ann.related(Boss::teams).add([&tea], db).await?;
    office.place.log.assert_count(1);
    ann.related(Boss::teams).remove([&tea], db).await?;
    assert_eq!(ids!(ann.related(Boss::teams).all(db).await?), NONE);
    assert_eq!(ids!(now.related(Boss::teams).all(db).await?), [now_x.id]);
    Ok(())
}

// What the program held of it before is not another row that has the key now.
#[tokio::test]
async fn a_row_that_is_given_twice_counts_as_it_was_given_first() -> Test {
    let office = office().await?;
    let db = &office.place.db;
    let tea = office.tea.refresh(db).await?;
    let teams = office.now.related(Boss::teams);
    let error = teams.set([&office.tea, &tea], db).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    teams.set([&tea, &office.tea], db).await?;
    assert_eq!(ids!(teams.all(db).await?), [tea.id]);
    teams.add([&office.now_x], db).await?;
    teams.remove([&tea, &office.tea], db).await?;
    assert_eq!(ids!(teams.all(db).await?), [office.now_x.id]);
    Ok(())
}

// Whatever was sent behind the first step that could not be done is undone, and the
// transaction goes on.
#[tokio::test]
async fn nothing_comes_to_belong_to_who_is_gone() -> Test {
    let office = office().await?;
    let db = &office.place.db;
    let clerks = &office.clerks;
    let gone = office.ann.refresh(db).await?;
    gone.delete(db).await?;
    refuses(&office, &gone, db).await?;
    let tx = db.begin().await?;
    refuses(&office, &gone, &tx).await?;
    // And of a row that is gone on the other side.
    clerks[1].delete(&tx).await?;
    let error = clerks[1].related(Clerk::boss).set(&office.now, &tx).await;
    assert!(error.unwrap_err().is_not_found());
    let drivers = office.now.related(Boss::drivers);
    let error = drivers.set(clerks, &tx).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    assert_eq!(drivers.all(&tx).await?, clerks[..1]);
    tx.commit().await?;
    assert_eq!(Clerk::query().count(db).await?, 1);
    Ok(())
}

async fn refuses(office: &Office, gone: &Boss, on: &dyn Executor) -> Test {
    let (clerks, tea) = (&office.clerks, office.tea.refresh(on).await?);
    let desk = Desk::create().save(&on).await?;
    for refused in [
        gone.related(Boss::drivers).add([&clerks[1]], on).await,
        gone.related(Boss::drivers).adopt(clerks, on).await,
        gone.related(Boss::drivers).set(clerks, on).await,
        gone.related(Boss::drivers).set([], on).await,
        gone.related(Boss::drivers).remove([&clerks[0]], on).await,
        gone.related(Boss::desk).add([&desk], on).await,
        gone.related(Boss::desk).set([&desk], on).await,
        gone.related(Boss::teams).add([&tea], on).await,
        gone.related(Boss::teams).set([&tea], on).await,
        gone.related(Boss::teams).set([], on).await,
        gone.related(Boss::teams).remove([&tea], on).await,
        gone.related(Boss::met).add([&tea], on).await,
        gone.related(Boss::met).set([&tea], on).await,
        gone.related(Boss::met).remove([&tea], on).await,
        clerks[1].related(Clerk::boss).set(gone, on).await.map(drop),
    ] {
        let Err(error) = refused else {
            panic!("it was done");
        };
        assert!(error.is_not_found() || error.is_not_related(), "{error}");
    }
    assert_eq!(Clerk::query().order_by(Clerk::id).all(on).await?, *clerks);
    clerks[1].related(Clerk::boss).set(&office.now, on).await?;
    clerks[1].related(Clerk::boss).clear(on).await?;
    Ok(())
}
