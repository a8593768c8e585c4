//! Rows that live for years.

use orm::prelude::*;
use orm::query::{Filter, FoundOrBuilt};

use super::{Group, group};

fn listed() -> Filter<Pet> {
    Pet::listed.eq(true)
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(soft_delete, timestamps, default_scope = listed,
    unique(columns = (keeper_id, name), unless_deleted),
    index(columns = (chip), unique, where = "chip <> ''"))]
#[association(belongs_to, as = "keeper", model = Keeper, foreign_key = "keeper_id", on_delete = "cascade")]
struct Pet {
    #[column(primary_key, auto_increment)]
    id: i64,
    keeper_id: i64,
    name: String,
    chip: String,
    #[column(default = true)]
    listed: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(soft_delete, unique(columns = (town, name)))]
#[association(has_many, as = "pets", model = Pet, foreign_key = "keeper_id")]
struct Keeper {
    #[column(primary_key, auto_increment)]
    id: i64,
    town: i32,
    name: String,
    #[column(default = 0)]
    visits: i32,
    #[column(version)]
    version: i32,
    deleted_at: Option<DateTime<Utc>>,
}

/// A keeper without pets.
async fn keeper(db: &Db) -> orm::Result<Keeper> {
    db.create_missing(orm::models![Keeper, Pet]).await?;
    let pets = Pet::query().unscoped(Pet::LISTED).with_deleted().all_rows();
    pets.delete_for_good().run(db).await?;
    let keepers = Keeper::query().with_deleted().all_rows();
    keepers.delete_for_good().run(db).await?;
    Keeper::create().town(1).name("Ann").save(db).await
}

macro_rules! pet {
    ($keeper:expr, $name:literal) => {
        Pet::create().keeper_id($keeper.id).name($name).chip("")
    };
}

macro_rules! at {
    ($town:literal, $name:literal, $visits:literal) => {
        Keeper::create().town($town).name($name).visits($visits)
    };
}

pub(super) fn group() -> Group {
    group! { "Rows with a life";
        "rows marked as deleted, `soft_delete`, `with_deleted`, `restore`": |on| {
            let ann = keeper(&on.db).await?;
            let rex = pet!(ann, "Rex").save(&on.db).await?;
            ann.delete(&on.db).await?;
            assert_eq!(Pet::query().count(&on.db).await?, 0);
            assert_eq!(Pet::query().only_deleted().count(&on.db).await?, 1);
            ann.restore(&on.db).await?;
            assert_eq!(Pet::find(rex.id).one(&on.db).await?.deleted_at, None);
            Ok(())
        };
        "values that can be used again, `unless_deleted`": |on| {
            let ann = keeper(&on.db).await?;
            let rex = pet!(ann, "Rex").save(&on.db).await?;
            let again = pet!(ann, "Rex").save(&on.db).await;
            assert!(again.is_err_and(|error| error.is_unique_violation()));
            rex.delete(&on.db).await?;
            pet!(ann, "Rex").save(&on.db).await?;
            Ok(())
        };
        "default scopes, lifted by name": |on| {
            let ann = keeper(&on.db).await?;
            pet!(ann, "Rex").listed(false).save(&on.db).await?;
            assert_eq!(ann.related(Keeper::pets).count(&on.db).await?, 0);
            assert_eq!(Pet::query().unscoped(Pet::LISTED).count(&on.db).await?, 1);
            Ok(())
        };
        "versions, and writes of stale rows": |on| {
            let read = keeper(&on.db).await?;
            let written = read.update().set(Keeper::visits, 1).save(&on.db).await?;
            assert_eq!(written.version, read.version + 1);
            let stale = read.update().set(Keeper::visits, 2).save(&on.db).await;
            assert!(stale.is_err_and(|error| error.is_stale()));
            Ok(())
        };
        "upserts by a key of several columns": |on| {
            keeper(&on.db).await?;
            let row = Keeper::upsert(at!(1, "Ann", 5)).on((Keeper::town, Keeper::name));
            let row = row.overwrite(Keeper::visits).save(&on.db).await?;
            assert_eq!((row.created, row.row.visits), (false, 5));
            let found = Keeper::find_by((Keeper::town, Keeper::name), (1, "Ann"));
            assert_eq!(found.one(&on.db).await?.visits, 5);
            Ok(())
        };
        "upserts by a unique index of a part of the rows": |on| {
            let ann = keeper(&on.db).await?;
            let pet = || pet!(ann, "Rex").chip("c7");
            assert!(Pet::upsert(pet()).on(Pet::chip).save(&on.db).await?.created);
            assert!(!Pet::upsert(pet()).on(Pet::chip).save(&on.db).await?.created);
            Ok(())
        };
        "upserts of many rows, `overwrite_with`, `overwrite_if`": |on| {
            keeper(&on.db).await?;
            let rows = || Keeper::upsert_many([at!(1, "Bob", 2), at!(1, "Ann", 3)]);
            let rows = rows().on((Keeper::town, Keeper::name));
            let rows = rows.overwrite_with(Keeper::visits, |new| new.get(Keeper::visits) + Keeper::visits);
            let rows = rows.overwrite_if(|new| Keeper::visits.lt(new.get(Keeper::visits)));
            let told = rows.save(&on.db).await?;
            let told: Vec<_> = told.iter().map(|it| (it.created, it.row.visits)).collect();
            assert_eq!(told, [(true, 2), (false, 3)]);
            Ok(())
        };
        "updates of many rows with values of their own, `update_many`": |on| {
            let ann = keeper(&on.db).await?;
            let bob = at!(1, "Bob", 0).save(&on.db).await?;
            let rows = [(&bob, 7), (&ann, 8)].map(|(row, visits)| row.update().set(Keeper::visits, visits));
            let rows = Keeper::update_many(rows).save(&on.db).await?;
            assert_eq!((rows[0].visits, rows[1].visits), (7, 8));
            Ok(())
        };
        "what a program changed in a struct, `changes`": |on| {
            let before = keeper(&on.db).await?;
            let mut ann = before.clone();
            ann.visits = 4;
            assert_eq!(ann.changes(&before).save(&on.db).await?.visits, 4);
            Ok(())
        };
        "rows that are found or created, `or_find`": |on| {
            let ann = keeper(&on.db).await?;
            let rows = || Keeper::upsert(at!(1, "Ann", 1)).on((Keeper::town, Keeper::name));
            let found = rows().or_find(&on.db).await?;
            assert_eq!((found.created, found.row.id), (false, ann.id));
            Ok(())
        };
        "rows that are found or built, `find_or_build`": |on| {
            let ann = keeper(&on.db).await?;
            let key = (Keeper::town, Keeper::name);
            let found = Keeper::find_or_build(at!(1, "Ann", 1)).on(key).one(&on.db).await?;
            assert!(matches!(found, FoundOrBuilt::Found(row) if row == ann));
            let built = Keeper::find_or_build(at!(1, "Bob", 1)).on(key).one(&on.db).await?;
            assert!(matches!(built, FoundOrBuilt::Built(_)));
            Ok(())
        };
    }
}
