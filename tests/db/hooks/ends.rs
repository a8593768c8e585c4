//! Errors, and how transactions end.

use std::error::Error as _;
use std::time::Duration;

use super::*;

#[tokio::test]
async fn an_error_of_any_hook_undoes_everything() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let kept = item("kept", &db).await?;
    let hooks = [
        "before_validate",
        "before_create",
        "after_validate",
        "after_create",
    ];
    for hook in hooks {
        let error = Item::create().name(format!("fail {hook}")).save(&db).await;
        let error = error.unwrap_err();
        assert!(error.is_hook() && !error.took_effect(), "{error}");
        assert_eq!(
            (error.model(), error.hook_name()),
            (Some("Item"), Some(hook))
        );
        assert_eq!(
            error.to_string(),
            format!("Item: `{hook}` failed, and nothing was written: {hook} does not like it")
        );
        assert!(error.source().is_some());
        let undone = match hook {
            "after_create" => "rolled back Create: fail after_create",
            _ => "rolled back Create: ",
        };
        assert_eq!(lines(&db).await?, [undone]);
    }
    for hook in ["before_update", "after_update"] {
        let update = kept.update().set(Item::name, format!("fail {hook}"));
        assert_eq!(update.save(&db).await.unwrap_err().hook_name(), Some(hook));
    }
    for hook in ["before_upsert"] {
        let upsert = Item::upsert(Item::create().name(format!("fail {hook}"))).on(Item::name);
        assert_eq!(upsert.save(&db).await.unwrap_err().hook_name(), Some(hook));
    }
    assert_eq!(names(&Item::query().all(&db).await?), ["kept"]);
    assert_eq!(Item::find(kept.id).one(&db).await?, kept);
    for hook in ["before_delete", "after_delete"] {
        let row = item(&format!("fail {hook}"), &db).await?;
        assert_eq!(row.delete(&db).await.unwrap_err().hook_name(), Some(hook));
        assert_eq!(Item::find(row.id).one(&db).await?, row);
    }
    for hook in ["before_restore", "after_restore"] {
        let row = item(&format!("fail {hook}"), &db).await?;
        row.delete(&db).await?;
        assert_eq!(row.restore(&db).await.unwrap_err().hook_name(), Some(hook));
        assert!(!Item::find(row.id).exists(&db).await?);
    }
    Ok(())
}

#[tokio::test]
async fn what_a_statement_fails_with_stays_what_it_is() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    item("a", &db).await?;
    let error = Item::create().name("a").save(&db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(lines(&db).await?, ["rolled back Create: "]);
    // Within a transaction what hooks did is undone, and the transaction goes on.
    db.transaction(async |tx| -> orm::Result<()> {
        let error = Item::create().name("a").save(tx).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        Item::create().name("b").save(tx).await?;
        Ok(())
    })
    .await?;
    let lines = lines(&db).await?;
    assert_eq!(lines.len(), 6, "{lines:?}");
    assert_eq!(lines[4..], ["rolled back Create: ", "committed Create: b"]);
    Ok(())
}

#[tokio::test]
async fn the_end_is_told_once_the_outermost_transaction_has_ended() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let texts = async |tx: &Tx| -> orm::Result<Vec<String>> {
        let lines = Line::query().all(tx).await?;
        Ok(lines.into_iter().map(|line| line.text).collect())
    };
    let tx = db.begin().await?;
    Item::create().name("kept").save(&tx).await?;
    let undone = tx.begin().await?;
    Item::create().name("undone").save(&undone).await?;
    let inner = undone.begin().await?;
    Item::create().name("with it").save(&inner).await?;
    inner.commit().await?;
    undone.rollback().await?;
    let dropped = tx.begin().await?;
    Item::create().name("dropped").save(&dropped).await?;
    drop(dropped);
    let later = tx.begin().await?;
    Item::create().name("later").save(&later).await?;
    later.commit().await?;
    assert!(
        texts(&tx)
            .await?
            .iter()
            .all(|it| !it.starts_with("committed"))
    );
    tx.commit().await?;
    let told = lines(&db).await?;
    let told: Vec<&str> = told.iter().skip(8).map(String::as_str).collect();
    assert_eq!(
        told,
        [
            "committed Create: kept",
            "rolled back Create: undone",
            "rolled back Create: with it",
            "rolled back Create: dropped",
            "committed Create: later"
        ]
    );

    let tx = db.begin().await?;
    Item::create().name("gone").save(&tx).await?;
    tx.rollback().await?;
    assert_eq!(lines(&db).await?, ["rolled back Create: gone"]);

    // A transaction that cannot be committed any more.
    let tx = db.begin().await?;
    Item::create().name("gone").save(&tx).await?;
    orm::raw::raw_sql("SELECT * FROM nothing")
        .execute(&tx)
        .await
        .unwrap_err();
    assert!(tx.commit().await.unwrap_err().is_transaction_aborted());
    assert_eq!(lines(&db).await?, ["rolled back Create: gone"]);
    Ok(())
}

#[tokio::test]
async fn a_dropped_transaction_is_told_too() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let tx = db.begin().await?;
    Item::create().name("gone").save(&tx).await?;
    drop(tx);
    for _ in 0..500 {
        if Line::query().exists(&db).await? {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(lines(&db).await?, ["rolled back Create: gone"]);
    assert_eq!(Item::query().count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn one_that_fails_after_the_commit_stops_no_other() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let error = db
        .transaction(async |tx| -> orm::Result<()> {
            Item::create().name("fail after_commit").save(tx).await?;
            Item::create().name("fine").save(tx).await?;
            Ok(())
        })
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "committed, but `after_commit` of Item failed: after_commit does not like it"
    );
    assert!(error.is_hook() && error.took_effect() && !error.is_retryable());
    let lines = lines(&db).await?;
    assert_eq!(
        lines[lines.len() - 2..],
        [
            "committed Create: fail after_commit",
            "committed Create: fine"
        ]
    );
    assert_eq!(Item::query().count(&db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_hook_may_write_rows_of_its_own_model() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    // Of a model whose hook writes another row of it, until there are enough.
    db.create_missing(orm::models![Echo]).await?;
    Echo::create().number(3).save(&db).await?;
    let numbers: Vec<i32> = Echo::query()
        .order_by(Echo::id.asc())
        .all(&db)
        .await?
        .into_iter()
        .map(|echo| echo.number)
        .collect();
    assert_eq!(numbers, [3, 2, 1, 0]);
    Ok(())
}

#[derive(Model, Debug, Clone)]
#[model(table = "echoes", hooks)]
struct Echo {
    #[column(primary_key, auto_increment)]
    id: i32,
    number: i32,
}

impl Hooks for Echo {
    async fn after_create(rows: &[Self], tx: &Tx) -> HookResult {
        for echo in rows.iter().filter(|echo| echo.number > 0) {
            Box::pin(Echo::create().number(echo.number - 1).save(tx)).await?;
        }
        Ok(())
    }
}

#[tokio::test]
async fn what_is_to_be_done_after_the_commit_goes_with_its_own_savepoint() -> Test {
    let place = place().await?;
    let db = through_one(&place).await?;
    let told = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let tell = |what: &'static str| {
        let told = std::sync::Arc::clone(&told);
        move || told.lock().expect("no panic while it was held").push(what)
    };
    let tx = db.begin().await?;
    tx.after_commit(tell("outer"));
    let undone = tx.begin().await?;
    undone.after_commit(tell("undone"));
    let inner = undone.begin().await?;
    inner.after_commit(tell("with it"));
    inner.commit().await?;
    undone.rollback().await?;
    let later = tx.begin().await?;
    later.after_commit(tell("later"));
    later.commit().await?;
    assert!(told.lock().expect("no panic").is_empty());
    tx.commit().await?;
    assert_eq!(*told.lock().expect("no panic"), ["outer", "later"]);
    Ok(())
}
