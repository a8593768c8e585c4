//! Tables in which one key is that of two rows, as those that others inherit: such rows do
//! not make up for one that is missing, whatever is written.

use orm::prelude::*;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "boxes")]
#[association(has_many, as = "things", model = Thing, foreign_key = "box_id")]
#[association(many_to_many, as = "red_things", model = Thing, through = Holding, foreign_key = "box_id", other_key = "thing_id", one_sided, scope(colour = "red"))]
struct Crate {
    #[column(primary_key)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "things", soft_delete)]
#[association(belongs_to, as = "crate_", model = Crate, foreign_key = "box_id")]
#[association(has_many, as = "parts", model = Part, foreign_key = "thing_id")]
#[association(has_many, as = "labels", model = Label, foreign_key = "thing_id")]
struct Thing {
    #[column(primary_key)]
    id: i32,
    box_id: Option<i32>,
    colour: String,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "parts")]
#[association(belongs_to, as = "thing", model = Thing, foreign_key = "thing_id", constraint = false)]
struct Part {
    #[column(primary_key)]
    id: i32,
    thing_id: i32,
    text: String,
}

/// Marked with its thing.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "labels", soft_delete)]
#[association(belongs_to, as = "thing", model = Thing, foreign_key = "thing_id", on_delete = "cascade")]
struct Label {
    #[column(primary_key)]
    id: i32,
    thing_id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "holdings")]
#[association(belongs_to, as = "crate_", model = Crate, foreign_key = "box_id", one_sided)]
#[association(belongs_to, as = "thing", model = Thing, foreign_key = "thing_id", one_sided, on_delete = "no_action")]
struct Holding {
    #[column(primary_key)]
    box_id: i32,
    #[column(primary_key)]
    thing_id: i32,
}

/// A crate with things 1 and 2 and their parts of the same numbers; of thing 1 and of part 1
/// there are two rows, of thing 2 and part 2 none any more. And another crate.
struct Twins {
    place: Place,
    home: Crate,
    other: Crate,
    things: Vec<Thing>,
    parts: Vec<Part>,
}

async fn twins() -> Test<Twins> {
    let place = with_models(orm::models![Crate, Thing, Part, Label, Holding]).await?;
    let db = &place.db;
    let home = Crate::create().id(1).save(db).await?;
    let other = Crate::create().id(2).save(db).await?;
    let rows = (1..=2).map(|id| Thing::create().id(id).colour("red").box_id(1));
    let things = Thing::create_many(rows).save(db).await?;
    let rows = (1..=2).map(|id| Part::create().id(id).thing_id(1).text("new"));
    let parts = Part::create_many(rows).save(db).await?;
    for table in ["things", "parts"] {
        place
            .run(&format!(
                "CREATE TABLE twin_{table} () INHERITS ({table});
                 INSERT INTO twin_{table} SELECT * FROM {table} WHERE id = 1;
                 DELETE FROM {table} WHERE id = 2"
            ))
            .await?;
    }
    Ok(Twins {
        place,
        home,
        other,
        things,
        parts,
    })
}

impl Twins {
    /// All that is stored, as texts.
    async fn stored(&self) -> Test<Vec<String>> {
        let db = &self.place.db;
        let things = Thing::query()
            .with_deleted()
            .order_by(Thing::id)
            .all(db)
            .await?;
        let parts = Part::query().order_by(Part::id).all(db).await?;
        let pairs = Holding::query().order_by(Holding::thing_id).all(db).await?;
        let things = things.iter().map(|it| format!("{it:?}"));
        let parts = parts.iter().map(|it| format!("{it:?}"));
        let pairs = pairs.iter().map(|it| format!("{it:?}"));
        Ok(things.chain(parts).chain(pairs).collect())
    }
}

#[tokio::test]
async fn they_do_not_make_up_for_one_that_is_missing() -> Test {
    only_on_a_server!();
    let twins = twins().await?;
    let (db, home, other) = (&twins.place.db, &twins.home, &twins.other);
    let (things, parts) = (&twins.things, &twins.parts);
    let before = twins.stored().await?;
    assert_eq!(before.len(), 4);
    let of_home = home.related(Crate::things);
    let of_thing = things[0].related(Thing::parts);
    let done = [
        ("delete_many", Thing::delete_many(things).run(db).await),
        ("delete_keys", Thing::delete_keys([1, 2]).run(db).await),
        (
            "for_good",
            Thing::delete_many(things).for_good().run(db).await,
        ),
        ("delete", of_home.delete(things, db).await),
        ("delete of plain rows", of_thing.delete(parts, db).await),
        ("remove", of_home.remove(things, db).await),
        ("add", other.related(Crate::things).adopt(things, db).await),
        ("set", of_home.set(things, db).await),
        (
            "pair",
            home.related(Crate::red_things).add(things, db).await,
        ),
        (
            "pair only",
            home.related(Crate::red_things).set(things, db).await,
        ),
        (
            "change",
            home.related(Crate::things)
                .change()
                .remove(things)
                .save(db)
                .await
                .map(drop),
        ),
    ];
    for (what, done) in done {
        let error = done.expect_err(what);
        assert!(
            error.is_not_found() || error.is_not_related(),
            "{what}: {error}"
        );
        assert_eq!(twins.stored().await?, before, "{what}");
    }
    assert!(!of_home.has_all(things, db).await?);
    assert!(of_home.has_all(&things[..1], db).await?);
    Ok(())
}

#[tokio::test]
async fn both_are_written_where_none_is_missing() -> Test {
    only_on_a_server!();
    let twins = twins().await?;
    let (db, home, other) = (&twins.place.db, &twins.home, &twins.other);
    let first = &twins.things[..1];
    let of_home = home.related(Crate::things);
    of_home.set(first, db).await?;
    of_home.remove(first, db).await?;
    assert_eq!(of_home.count(db).await?, 0);
    of_home.add(first, db).await?;
    assert_eq!(of_home.count(db).await?, 2);
    other.related(Crate::things).adopt(first, db).await?;
    home.related(Crate::red_things).add(first, db).await?;
    Thing::delete_many(first).run(db).await?;
    assert_eq!(Thing::query().count(db).await?, 0);
    assert_eq!(Part::query().count(db).await?, 2);
    Ok(())
}
