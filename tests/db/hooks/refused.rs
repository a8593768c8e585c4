//! New rows with hooks, which the association that they are made in refuses.

use orm::hooks::Hooks;
use orm::prelude::*;

use super::{Item, Shelf, lines, place};
use crate::database::{Test, with_models};

#[tokio::test]
async fn a_row_that_contradicts_its_association_reaches_no_hook() -> Test {
    let place = place().await?;
    let db = &place.db;
    let shelf = Shelf::create().id(1).save(db).await?;
    let elsewhere = || {
        let item = shelf.related(Shelf::items).create().name("a");
        item.set(Item::shelf_id, 2)
    };
    place.log.clear();
    let built = Item::find_or_build(elsewhere()).on(Item::name);
    let refused = [
        elsewhere().save(db).await.err(),
        Item::create_many([elsewhere()]).save(db).await.err(),
        Item::upsert(elsewhere())
            .on(Item::name)
            .save(db)
            .await
            .err(),
        built.one(db).await.err(),
    ];
    for error in refused {
        let error = error.ok_or("it is refused")?;
        assert!(error.is_not_related(), "{error}");
    }
    place.log.assert_count(0);
    assert!(lines(db).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn what_a_hook_cures_is_not_judged_before() -> Test {
    let place = place().await?;
    let long = format!("{:50}a", "");
    let shelf = Shelf::create().id(1);
    let shelf = shelf.with(Shelf::items, |item| [item().name(long)]);
    shelf.save(&place.db).await?;
    assert_eq!(Item::query().one(&place.db).await?.name, "a");
    Ok(())
}

#[derive(Model, Debug, Clone)]
#[model(table = "chests")]
#[association(has_one, as = "lid", model = Lid, foreign_key = "chest_id")]
struct Chest {
    #[column(primary_key, auto_increment)]
    id: i32,
}

/// That a chest has one, no constraint sees to.
#[derive(Model, Debug, Clone)]
#[model(table = "lids", hooks)]
#[association(belongs_to, as = "chest", model = Chest, foreign_key = "chest_id")]
struct Lid {
    #[column(primary_key, auto_increment)]
    id: i32,
    chest_id: i32,
}

impl Hooks for Lid {}

#[tokio::test]
async fn a_second_row_of_one_is_refused() -> Test {
    let place = with_models(orm::models![Chest, Lid]).await?;
    let db = &place.db;
    let chest = Chest::create().save(db).await?;
    let other = Chest::create().save(db).await?;
    let lid = |chest: &Chest| chest.related(Chest::lid).create();
    lid(&chest).save(db).await?;
    let two = Lid::create_many([lid(&other), lid(&chest)]);
    for refused in [lid(&chest).save(db).await.err(), two.save(db).await.err()] {
        assert!(refused.is_some_and(|error| error.is_already_related()));
    }
    assert_eq!(Lid::query().count(db).await?, 1);
    Ok(())
}
