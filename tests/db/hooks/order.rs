//! One row of `docs/guarantees.md` after the other: which hooks are called, and what
//! they see.

use orm::query::FoundOrBuilt;

use super::*;

#[tokio::test]
async fn single_create() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let item = Item::create().name(" a ").save(&db).await?;
    assert_eq!((item.name.as_str(), item.stock), ("a", 8));
    assert_eq!(
        lines(&db).await?,
        [
            "before_validate: a",
            "before_create: a",
            "after_validate: a",
            "after_create: a",
            "committed Create: a"
        ]
    );
    // What the hooks left was judged, and once.
    assert_eq!(judged(), ["a"]);
    Ok(())
}

#[tokio::test]
async fn bulk_create() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let rows = ["a", "b ", "c"].map(|name| Item::create().name(name));
    let items = Item::create_many(rows).save(&db).await?;
    assert_eq!(names(&items), ["a", "b", "c"]);
    assert!(items.iter().all(|item| item.stock == 8));
    assert_eq!(
        lines(&db).await?,
        [
            "before_validate: a, b, c",
            "before_create: a, b, c",
            "after_validate: a, b, c",
            "after_create: a, b, c",
            "committed Create: a, b, c"
        ]
    );
    assert_eq!(judged(), ["a", "b", "c"]);
    let none = || names(&[]).into_iter().map(|it| Item::create().name(it));
    assert_eq!(Item::create_many(none()).save(&db).await?, []);
    let upserts = Item::upsert_many(none()).on(Item::name);
    assert_eq!(upserts.save(&db).await?.len(), 0);
    assert!(lines(&db).await?.is_empty());
    // Hooks or not, the rows are one statement.
    let rows = ["d", "e", "f"].map(|name| Item::create().name(name));
    Item::create_many(rows).save(&place.db).await?;
    let sent = place.log.statements();
    let inserts = sent
        .iter()
        .filter(|it| it.starts_with("INSERT INTO \"items\""));
    assert_eq!(inserts.count(), 1);
    Ok(())
}

#[tokio::test]
async fn nested_create() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let items = |name: &'static str| {
        Item::create().name(name).with(Item::parts, move |part| {
            ["x", "y"].map(|it| part().name(format!("{name}{it}")))
        })
    };
    let shelf = Shelf::create().id(1).with(Shelf::items, |item| {
        ["a", "b"].map(|name| {
            item().name(name).with(Item::parts, move |part| {
                ["x", "y"].map(|it| part().name(format!("{name}{it}")))
            })
        })
    });
    shelf.save(&db).await?;
    let below = [
        "before_create of 4 parts: ax, ay, bx, by",
        "after_create of parts: ax, ay, bx, by",
    ];
    let mut expected = vec![
        "before_validate: a, b",
        "before_create: a, b",
        "after_validate: a, b",
        "after_create: a, b",
    ];
    expected.extend(below);
    expected.push("committed Create: a, b");
    assert_eq!(lines(&db).await?, expected);
    assert_eq!(judged(), ["a", "b"]);

    // At the root of a graph too, single and in bulk.
    items("c").save(&db).await?;
    let many = Item::create_many([items("d"), items("e")]);
    many.save(&db).await?;
    let lines = lines(&db).await?;
    assert!(lines.contains(&"before_create of 2 parts: cx, cy".to_owned()));
    assert!(lines.contains(&"before_create of 4 parts: dx, dy, ex, ey".to_owned()));
    assert_eq!(judged(), ["c", "d", "e"]);

    // What fails below undoes what is above.
    let fails = Shelf::create().id(2).with(Shelf::items, |item| {
        [item()
            .name("f")
            .with(Item::parts, |part| [part().name("fail")])]
    });
    let error = fails.save(&db).await.unwrap_err();
    assert!(error.is_hook(), "{error}");
    assert_eq!(
        (error.model(), error.hook_name()),
        (Some("Part"), Some("before_create"))
    );
    assert_eq!(Shelf::query().count(&db).await?, 1);
    assert_eq!(
        Item::query().filter(Item::name.eq("f")).count(&db).await?,
        0
    );
    Ok(())
}

#[tokio::test]
async fn association_create() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let shelf = Shelf::create().id(1).save(&db).await?;
    let item = shelf.related(Shelf::items).create().name(" a");
    let item = item.save(&db).await?;
    assert_eq!((item.name.as_str(), item.shelf_id), ("a", Some(1)));
    assert_eq!(lines(&db).await?.len(), 5);
    assert_eq!(judged(), ["a"]);
    // The key that the association asks for is not a hook's to change.
    let part = item.related(Item::parts).create().name("x");
    part.save(&db).await?;
    let part = Part::query().one(&db).await?;
    assert_eq!(part.item_id, item.id);
    Ok(())
}

#[tokio::test]
async fn single_update() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let read = item("a", &db).await?;
    let written = read.update().set(Item::name, "b ").save(&db).await?;
    assert_eq!((written.name.as_str(), written.stock), ("b", 9));
    let expected = [
        "before_validate: b",
        "before_update: b",
        "after_validate: b",
        "after_update: b",
        "committed Update: b",
    ];
    assert_eq!(lines(&db).await?, expected);
    assert_eq!(judged(), ["b"]);
    // Nothing is written, so nothing is called.
    let none: Option<&str> = None;
    written
        .update()
        .set_if_some(Item::name, none)
        .save(&db)
        .await?;
    assert!(lines(&db).await?.is_empty());
    // A stale one is refused, and what its hooks did is undone.
    let error = read
        .update()
        .set(Item::name, "c")
        .save(&db)
        .await
        .unwrap_err();
    assert!(error.is_stale(), "{error}");
    assert_eq!(lines(&db).await?, ["rolled back Update: "]);
    let mut changed = written.clone();
    changed.name = "d".to_owned();
    changed.changes(&written).save(&db).await?;
    assert_eq!(lines(&db).await?.len(), 5);
    Ok(())
}

#[tokio::test]
async fn bulk_update() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let items = [
        item("a", &db).await?,
        item("b", &db).await?,
        item("c", &db).await?,
    ];
    let updates = [
        items[0].update().set(Item::name, "x"),
        items[1].update().set_if_some(Item::name, None::<&str>),
        items[2].update().set(Item::name, "z "),
    ];
    let rows = Item::update_many(updates).save(&db).await?;
    assert_eq!(names(&rows), ["x", "b", "z"]);
    let stocks: Vec<i32> = rows.iter().map(|row| row.stock).collect();
    assert_eq!(stocks, [9, 8, 9]);
    let expected = [
        "before_validate: x, z",
        "before_update: x, z",
        "after_validate: x, z",
        "after_update: x, z",
        "committed Update: x, z",
    ];
    assert_eq!(lines(&db).await?, expected);
    assert_eq!(judged(), ["x", "z"]);
    let twice = [&rows[0], &rows[0]].map(|row| row.update().set(Item::name, "q"));
    let error = Item::update_many(twice).save(&db).await.unwrap_err();
    assert_eq!(error.row(), Some(1));
    assert!(lines(&db).await?.is_empty());
    let refused = [(&rows[0], "q"), (&rows[2], "refused")];
    let refused = refused.map(|(row, name)| row.update().set(Item::name, name));
    let error = Item::update_many(refused).save(&db).await.unwrap_err();
    assert!(error.is_validation(), "{error}");
    assert_eq!((error.row(), error.fields()), (Some(1), &["name"][..]));
    assert_eq!(lines(&db).await?, ["rolled back Update: "]);
    Ok(())
}

#[tokio::test]
async fn an_owner_that_comes_to_refer_to_another() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let shelf = Shelf::create().id(1).save(&db).await?;
    let lone = item("a", &db).await?;
    let placed = lone.related(Item::shelf).set(&shelf, &db).await?;
    assert_eq!((placed.shelf_id, placed.stock), (Some(1), 9));
    let expected = [
        "before_validate: a",
        "before_update: a",
        "after_validate: a",
        "after_update: a",
        "committed Update: a",
    ];
    assert_eq!(lines(&db).await?, expected);
    let lone = placed.related(Item::shelf).clear(&db).await?;
    assert_eq!((lone.shelf_id, lone.stock), (None, 10));
    assert_eq!(lines(&db).await?, expected);
    Ok(())
}

#[tokio::test]
async fn deletes_and_restores() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let read = item("a", &db).await?;
    read.delete(&db).await?;
    let expected = ["before_delete: a", "after_delete: a", "committed Delete: a"];
    assert_eq!(lines(&db).await?, expected);
    let error = read.delete(&db).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(lines(&db).await?, ["rolled back Delete: "]);
    let back = read.restore(&db).await?;
    assert!(back.deleted_at.is_none());
    let expected = [
        "before_restore: a",
        "after_restore: a",
        "committed Restore: a",
    ];
    assert_eq!(lines(&db).await?, expected);
    back.delete_for_good(&db).await?;
    let expected = ["before_delete: a", "after_delete: a", "committed Delete: a"];
    assert_eq!(lines(&db).await?, expected);
    assert_eq!(Item::query().with_deleted().count(&db).await?, 0);
    assert!(judged().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_delete_of_many() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let rows = ["a", "b", "c", "fail after_delete"].map(|name| Item::create().name(name));
    let items = Item::create_many(rows).save(&db).await?;
    lines(&db).await?;
    Item::delete_many([&items[0], &items[1], &items[0]])
        .run(&db)
        .await?;
    let expected = [
        "before_delete: a, b",
        "after_delete: a, b",
        "committed Delete: a, b",
    ];
    assert_eq!(lines(&db).await?, expected);
    let error = Item::delete_many(&items[1..3]).run(&db).await.unwrap_err();
    assert!(error.is_not_found() && error.row() == Some(0), "{error}");
    assert!(Item::delete_many(&items[2..]).run(&db).await.is_err());
    lines(&db).await?;
    assert_eq!(Item::query().count(&db).await?, 2);
    let keys = items[2..].iter().map(|item| item.id);
    Item::delete_keys(keys).without_hooks().run(&db).await?;
    assert_eq!(
        (Item::query().count(&db).await?, lines(&db).await?.len()),
        (0, 0)
    );
    Ok(())
}

#[tokio::test]
async fn association_delete() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let shelf = Shelf::create().id(1).save(&db).await?;
    let rows = ["a", "b"].map(|name| Item::create().name(name).shelf_id(1));
    let items = Item::create_many(rows).save(&db).await?;
    lines(&db).await?;
    // A row that is given twice goes once.
    let twice = items.iter().chain(&items);
    shelf.related(Shelf::items).delete(twice, &db).await?;
    let expected = [
        "before_delete: a, b",
        "after_delete: a, b",
        "committed Delete: a, b",
    ];
    assert_eq!(lines(&db).await?, expected);
    let error = shelf.related(Shelf::items).delete(&items, &db).await;
    assert!(error.unwrap_err().is_not_related());
    assert_eq!(lines(&db).await?, ["rolled back Delete: "]);
    Ok(())
}

#[tokio::test]
async fn association_changes() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let shelf = Shelf::create().id(1).save(&db).await?;
    let rows = ["a", "b"].map(|name| Item::create().name(name).shelf_id(1));
    let items = Item::create_many(rows).save(&db).await?;
    let foreign = item("c", &db).await?;
    lines(&db).await?;
    let change = || shelf.related(Shelf::items).change();
    let changed = change()
        .delete([&items[0]])
        .update([items[1].update().set(Item::name, "d ")])
        .create(|item| [item().name(" e")])
        .save(&db)
        .await?;
    assert_eq!(
        (&*changed.updated[0].name, &*changed.created[0].name),
        ("d", "e")
    );
    let told = lines(&db).await?;
    let told: Vec<_> = told.iter().map(|it| it.split(':').next()).collect();
    let expected = [
        "before_delete",
        "after_delete",
        "before_validate",
        "before_update",
        "after_validate",
        "after_update",
        "before_validate",
        "before_create",
        "after_validate",
        "after_create",
        "committed Delete",
        "committed Update",
        "committed Create",
    ];
    assert_eq!(told, expected.map(Some));
    // One that is given by its key is read, and shown.
    change().delete_keys([items[1].id]).save(&db).await?;
    let expected = ["before_delete: d", "after_delete: d", "committed Delete: d"];
    assert_eq!(lines(&db).await?, expected);
    // A row of another shelf is shown to no hook.
    let error = change().delete([&foreign]).save(&db).await;
    assert!(error.unwrap_err().is_not_related());
    assert!(lines(&db).await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn upserts() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let before = |names: &str| {
        ["before_validate", "before_upsert", "after_validate"]
            .map(|hook| format!("{hook}: {names}"))
    };
    let upsert = |name: &'static str| Item::upsert(Item::create().name(name)).on(Item::name);

    let created = upsert("a ").save(&db).await?;
    assert!(created.created && created.row.stock == 3);
    let mut expected = before("a").to_vec();
    expected.extend([
        "after_upsert: a created".to_owned(),
        "committed Upsert: a".to_owned(),
    ]);
    assert_eq!(lines(&db).await?, expected);
    assert_eq!(judged(), ["a"]);

    // What a hook gives counts as given: the existing row takes it over.
    let updated = upsert("a").save(&db).await?;
    assert!(updated.updated);
    let mut expected = before("a").to_vec();
    expected.extend([
        "after_upsert: a updated".to_owned(),
        "committed Upsert: a".to_owned(),
    ]);
    assert_eq!(lines(&db).await?, expected);

    assert_eq!(upsert("a").or_ignore(&db).await?, None);
    let mut expected = before("a").to_vec();
    expected.extend(["after_upsert: ".to_owned(), "committed Upsert: ".to_owned()]);
    assert_eq!(lines(&db).await?, expected);

    let found = upsert("a").or_find(&db).await?;
    assert!(!found.created && !found.updated);
    let mut expected = before("a").to_vec();
    expected.extend([
        "after_upsert: a left".to_owned(),
        "committed Upsert: ".to_owned(),
    ]);
    assert_eq!(lines(&db).await?, expected);
    judged();

    // Nothing is written, so no hook is asked.
    let found = Item::find_or_build(Item::create().name("a"))
        .on(Item::name)
        .one(&db)
        .await?;
    assert!(matches!(found, FoundOrBuilt::Found(_)));
    let built = Item::find_or_build(Item::create().name("z"))
        .on(Item::name)
        .one(&db)
        .await?;
    assert!(matches!(built, FoundOrBuilt::Built(_)));
    assert!(lines(&db).await?.is_empty() && judged().is_empty());

    let many = |names: [&'static str; 2]| {
        Item::upsert_many(names.map(|name| Item::create().name(name))).on(Item::name)
    };
    let rows = many(["b ", "a"]).save(&db).await?;
    assert!(rows[0].created && rows[1].updated);
    let mut expected = before("b, a").to_vec();
    expected.extend([
        "after_upsert: b created, a updated".to_owned(),
        "committed Upsert: b, a".to_owned(),
    ]);
    assert_eq!(lines(&db).await?, expected);
    assert_eq!(judged(), ["b", "a"]);

    let rows = many(["c", "a"]).or_ignore(&db).await?;
    assert!(rows[0].is_some() && rows[1].is_none());
    let mut expected = before("c, a").to_vec();
    expected.extend([
        "after_upsert: c created".to_owned(),
        "committed Upsert: c".to_owned(),
    ]);
    assert_eq!(lines(&db).await?, expected);

    let refused = many(["d", "refused"]).save(&db).await.unwrap_err();
    assert!(refused.is_validation(), "{refused}");
    assert_eq!(refused.row(), Some(1));
    assert_eq!(lines(&db).await?, ["rolled back Upsert: "]);
    Ok(())
}
