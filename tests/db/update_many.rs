//! Many rows, each with new values of its own.

use orm::error::ErrorKind;
use orm::prelude::*;

use crate::database::{Place, Test, with_models};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
enum Grade {
    Low,
    High,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Items", timestamps)]
struct Item {
    #[column(primary_key)]
    shelf: i32,
    #[column(primary_key, name = "Slot")]
    slot: String,
    #[column(unique, varchar(5))]
    code: String,
    note: Option<String>,
    grade: Grade,
    #[validate(min(0))]
    stock: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

async fn stocked(count: i32) -> Test<(Place, Vec<Item>)> {
    let place = with_models(orm::models![Item]).await?;
    let rows = (0..count).map(|n| {
        let item = Item::create().shelf(n % 2).slot(format!("s'{n}"));
        item.code(format!("c{n}")).grade(Grade::Low).stock(n)
    });
    let rows = Item::create_many(rows).save(&place.db).await?;
    place.log.clear();
    Ok((place, rows))
}

#[tokio::test]
async fn each_row_gets_its_own_values_in_one_statement() -> Test {
    let (place, rows) = stocked(7).await?;
    let updates = rows.iter().rev().map(|row| {
        let note = (row.stock % 2 == 1).then(|| format!("note {}", row.stock));
        let update = row.update().set(Item::note, note);
        update
            .set(Item::stock, row.stock * 10)
            .set(Item::grade, Grade::High)
    });
    let updated = Item::update_many(updates).save(&place.db).await?;
    place.log.assert_count(1);
    assert_eq!(updated.len(), 7);
    for (before, after) in rows.iter().rev().zip(&updated) {
        assert_eq!(
            (&before.slot, before.stock * 10),
            (&after.slot, after.stock)
        );
        assert_eq!(after.note.is_some(), before.stock % 2 == 1);
        assert_eq!((after.grade, &after.code), (Grade::High, &before.code));
        assert!(after.updated_at > before.updated_at);
        assert_eq!(after.created_at, before.created_at);
    }
    let stored = Item::query()
        .order_by(Item::stock.desc())
        .all(&place.db)
        .await?;
    assert_eq!(stored, updated);
    place.log.clear();
    let none = updated.iter().take(0);
    let none = none.map(|row| row.update().set(Item::stock, 0));
    assert!(Item::update_many(none).save(&place.db).await?.is_empty());
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn rows_may_set_different_columns_and_expressions() -> Test {
    let (place, rows) = stocked(4).await?;
    let updated = Item::update_many([
        rows[0].update().set(Item::stock, Item::stock + 5),
        rows[1].update().set(Item::note, "n".to_owned()),
        rows[2].update().set_if_some(Item::stock, None::<i32>),
        rows[3]
            .update()
            .set(Item::note, None::<String>)
            .set(Item::code, "new"),
    ]);
    let updated = updated.save(&place.db).await?;
    let told = updated
        .iter()
        .map(|it| (it.stock, it.note.as_deref(), it.code.as_str()));
    let expected = [
        (5, None, "c0"),
        (1, Some("n"), "c1"),
        (2, None, "c2"),
        (3, None, "new"),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!(updated[2], rows[2]);
    Ok(())
}

#[tokio::test]
async fn a_row_given_twice_is_refused_before_anything_is_sent() -> Test {
    let (place, rows) = stocked(2).await?;
    let updates = [&rows[0], &rows[1], &rows[0]].map(|row| row.update().set(Item::stock, 1));
    let error = Item::update_many(updates)
        .save(&place.db)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.row()), (ErrorKind::Usage, Some(2)));
    assert_eq!(
        error.to_string(),
        "Item: row 2 is row 0 again: set all of its columns in one update"
    );
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn changes_of_another_row_are_told_by_their_number() -> Test {
    let (place, rows) = stocked(2).await?;
    let updates = [rows[0].changes(&rows[0]), rows[1].changes(&rows[0])];
    let error = Item::update_many(updates)
        .save(&place.db)
        .await
        .unwrap_err();
    assert_eq!((error.kind(), error.row()), (ErrorKind::Usage, Some(1)));
    assert!(error.to_string().contains("another row"), "{error}");
    place.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn a_row_that_is_gone_is_told_by_its_number_and_nothing_is_written() -> Test {
    let (place, rows) = stocked(3).await?;
    rows[1].delete(&place.db).await?;
    let updates = || rows.iter().map(|row| row.update().set(Item::stock, 50));
    let error = Item::update_many(updates())
        .save(&place.db)
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!((error.row(), error.model()), (Some(1), Some("Item")));
    assert_eq!(error.to_string(), "row 1: Item not found");
    assert_eq!(
        Item::query()
            .filter(Item::stock.eq(50))
            .count(&place.db)
            .await?,
        0
    );
    // In a transaction that goes on, neither.
    let tx = place.db.begin().await?;
    assert!(Item::update_many(updates()).save(&tx).await.is_err());
    rows[2].update().set(Item::stock, 9).save(&tx).await?;
    tx.commit().await?;
    let stock = Item::query().order_by(Item::stock).all(&place.db).await?;
    assert!(stock.iter().map(|it| it.stock).eq([0, 9]));
    Ok(())
}

// The statement that stands alone undoes itself: what kept a row away is told by one in a
// transaction.
#[tokio::test]
async fn nothing_is_written_whatever_keeps_a_row_away() -> Test {
    only_on_a_server!();
    let (place, rows) = stocked(3).await?;
    let db = &place.db;
    let updates = || rows.iter().map(|row| row.update().set(Item::stock, 50));
    let unchanged = async || -> Test {
        let stored = Item::query().order_by(Item::stock).all(db).await?;
        assert_eq!(stored, rows);
        place.log.clear();
        Ok(())
    };
    // Kept away by a trigger.
    place
        .run(
            r#"CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN IF OLD.stock = 2 THEN RETURN NULL; END IF; RETURN NEW; END';
               CREATE TRIGGER keep BEFORE UPDATE ON "Items" FOR EACH ROW EXECUTE FUNCTION keep()"#,
        )
        .await?;
    let error = Item::update_many(updates()).save(db).await.unwrap_err();
    assert!(error.is_not_written(), "{error}");
    assert_eq!(error.row(), Some(2));
    unchanged().await?;
    // A trigger that divides by zero is told as it is.
    place
        .run(
            r#"CREATE OR REPLACE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS
               'BEGIN NEW.stock := 1 / (OLD.stock - OLD.stock); RETURN NEW; END'"#,
        )
        .await?;
    let error = Item::update_many(updates()).save(db).await.unwrap_err();
    assert_eq!(error.sqlstate(), Some("22012"), "{error}");
    unchanged().await?;
    // A rule that does something beside.
    place
        .run(
            r#"DROP TRIGGER keep ON "Items"; CREATE TABLE noted (at timestamptz);
               CREATE RULE note AS ON UPDATE TO "Items" DO ALSO INSERT INTO noted VALUES (now())"#,
        )
        .await?;
    let written = Item::update_many(updates().take(2)).save(db).await?;
    assert!(written.iter().all(|it| it.stock == 50));
    place.run(r#"DROP RULE note ON "Items""#).await?;
    // None of them is there.
    Item::query().all_rows().delete().run(db).await?;
    let error = Item::update_many(updates()).save(db).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    assert_eq!(error.row(), Some(0));
    place.log.clear();
    // A transaction is there to be undone.
    let again = rows.iter().map(|row| {
        let item = Item::create().shelf(row.shelf).slot(row.slot.clone());
        item.code(row.code.clone()).grade(Grade::Low).stock(1)
    });
    let tx = db.begin().await?;
    Item::create_many(again).save(&tx).await?;
    Item::update_many(updates()).save(&tx).await?;
    tx.commit().await?;
    assert!(
        place
            .log
            .statements()
            .iter()
            .all(|it| !it.starts_with("WITH"))
    );
    assert_eq!(Item::query().filter(Item::stock.eq(50)).count(db).await?, 3);
    Ok(())
}

// One key is that of two rows there: they do not make up for one that is missing.
#[tokio::test]
async fn two_rows_of_one_key_are_not_two() -> Test {
    only_on_a_server!();
    let (place, rows) = stocked(3).await?;
    let db = &place.db;
    place
        .run(
            r#"CREATE TABLE kid () INHERITS ("Items"); INSERT INTO kid SELECT * FROM "Items" WHERE stock = 0"#,
        )
        .await?;
    rows[1].delete(db).await?;
    let stored = async || Item::query().order_by(Item::stock).all(db).await;
    let before = stored().await?;
    assert_eq!(before.len(), 3);
    let updates = rows[..2]
        .iter()
        .map(|row| row.update().set(Item::stock, 50));
    let error = Item::update_many(updates).save(db).await.unwrap_err();
    assert_eq!(
        (error.is_not_found(), error.row()),
        (true, Some(1)),
        "{error}"
    );
    assert_eq!(stored().await?, before);
    let error = Item::delete_many(&rows[..2]).run(db).await.unwrap_err();
    assert_eq!(
        (error.is_not_found(), error.row()),
        (true, Some(1)),
        "{error}"
    );
    assert_eq!(stored().await?, before);
    Ok(())
}

#[tokio::test]
async fn faults_are_told_by_row_and_field() -> Test {
    let (place, rows) = stocked(4).await?;
    let db = &place.db;
    let updates = rows
        .iter()
        .map(|row| row.update().set(Item::stock, 1 - row.stock));
    let error = Item::update_many(updates).save(db).await.unwrap_err();
    assert!(error.is_validation());
    assert_eq!((error.row(), error.fields()), (Some(2), &["stock"][..]));
    assert!(
        error.to_string().contains("row 2: ") && error.to_string().contains("row 3: "),
        "{error}"
    );
    place.log.assert_count(0);

    let other = Item::create()
        .shelf(9)
        .slot("x")
        .code("taken")
        .grade(Grade::Low)
        .stock(1);
    other.save(db).await?;
    let codes = ["a", "b", "taken", "d"];
    let updates = rows
        .iter()
        .zip(codes)
        .map(|(row, code)| row.update().set(Item::code, code));
    let error = Item::update_many(updates).save(db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!((error.row(), error.fields()), (Some(2), &["code"][..]));
    assert!(
        error.to_string().starts_with("row 2: Item: code"),
        "{error}"
    );
    assert!(!error.to_string().contains("taken"));
    let new = codes.map(|code| {
        Item::create()
            .shelf(7)
            .slot(code)
            .code(code)
            .grade(Grade::Low)
            .stock(1)
    });
    let error = Item::create_many(new).save(db).await.unwrap_err();
    assert_eq!((error.row(), error.is_unique_violation()), (Some(2), true));
    assert_eq!(Item::query().count(db).await?, 5);
    Ok(())
}

// Decided: as the database does it, row by row.
#[tokio::test]
async fn two_rows_cannot_swap_unique_values() -> Test {
    let (place, rows) = stocked(2).await?;
    let swapped = [(&rows[0], "c1"), (&rows[1], "c0")];
    let updates = swapped.map(|(row, code)| row.update().set(Item::code, code));
    let error = Item::update_many(updates)
        .save(&place.db)
        .await
        .unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(
        Item::query().order_by(Item::stock).all(&place.db).await?,
        rows
    );
    Ok(())
}

// Each row is laid beside the others without a look at all of them: it took a minute.
#[tokio::test]
async fn seventy_thousand_rows() -> Test {
    let place = with_models(orm::models![Item]).await?;
    let db = &place.db;
    let rows = (0..70_000).map(|n| {
        let item = Item::create().shelf(n % 2).slot(n.to_string());
        item.code(format!("{n:x}")).grade(Grade::Low).stock(n)
    });
    let rows = Item::create_many(rows).save(db).await?;
    let updates = rows
        .iter()
        .map(|row| row.update().set(Item::stock, row.stock + 1));
    let updated = Item::update_many(updates).save(db);
    let updated = tokio::time::timeout(std::time::Duration::from_secs(30), updated).await??;
    let mut both = rows.iter().zip(&updated);
    assert!(both.all(|(was, is)| (&was.slot, was.stock + 1) == (&is.slot, is.stock)));
    Ok(())
}

/// Arrays have no column of their own in an array of rows.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "lists")]
struct List {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    name: String,
    numbers: Vec<i32>,
    words: Option<Vec<String>>,
    grades: Vec<Grade>,
    holes: Vec<Option<i32>>,
}

#[tokio::test]
async fn arrays_of_any_length_and_none() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![List]).await?;
    let db = &place.db;
    let words = ["a,b", "{\"}", "", "NULL", "\\"]
        .map(str::to_owned)
        .to_vec();
    let list = |n: i32| {
        let list = List::create()
            .name(format!("l{n}"))
            .numbers((0..n).collect::<Vec<_>>());
        let list = list
            .words((n % 2 == 1).then(|| words.clone()))
            .holes(vec![None, Some(n)]);
        list.grades(vec![Grade::High; usize::from(n == 3)])
    };
    let rows = List::upsert_many((0..5).map(list))
        .on(List::name)
        .save(db)
        .await?;
    let rows: Vec<List> = rows.into_iter().map(|it| it.row).collect();
    for (n, row) in (0..).zip(&rows) {
        assert_eq!(row.numbers, (0..n).collect::<Vec<_>>());
        assert_eq!(row.words, (n % 2 == 1).then(|| words.clone()));
        assert_eq!(row.holes, [None, Some(n)]);
    }
    let mut changed = rows.clone();
    for row in &mut changed {
        row.words = row.words.is_none().then(|| words.clone());
        row.grades.extend([Grade::Low, Grade::High]);
        row.holes.clear();
    }
    let changes = changed.iter().zip(&rows).map(|(is, was)| is.changes(was));
    assert_eq!(List::update_many(changes).save(db).await?, changed);
    Ok(())
}
