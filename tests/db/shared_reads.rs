//! Which statements of the typed API go through shared connections.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use orm::exec::{LogEvent, PoolOptions};
use orm::prelude::*;
use orm::raw::raw_expr;

use crate::database::{Test, shop};
use crate::shop::{Order, User};

/// The connections that each statement was sent on, by the statement's text.
type Sent = Arc<Mutex<HashMap<String, String>>>;

/// The connection of the shortest statement whose text contains `part`.
fn connection(sent: &Sent, part: &str) -> String {
    let sent = sent.lock().expect("no panic while it was held");
    let found = sent.iter().filter(|(text, _)| text.contains(part));
    let shortest = found.min_by_key(|(text, _)| text.len());
    shortest.expect("a statement").1.clone()
}

#[tokio::test]
async fn reads_are_shared_and_what_could_do_more_is_not() -> Test {
    let shop = shop().await?;
    let sent = Sent::default();
    let noted = Arc::clone(&sent);
    let options = PoolOptions::new().max(3).shared_reads(1);
    let config = shop.config()?.pool(options);
    let config = config.logger(move |event: &LogEvent<'_>| {
        let mut noted = noted.lock().expect("no panic while it was held");
        noted.insert(event.sql().to_owned(), event.connection().to_string());
    });
    let db = Db::connect(config).await?;

    User::find(4).one(&db).await?;
    let reader = connection(&sent, "WHERE \"id\" = $1");
    let same = |part: &str| connection(&sent, part) == reader;

    let user = User::find(4).include(User::orders).one(&db).await?;
    assert!(same("WITH "), "an include tree");
    User::query().count(&db).await?;
    assert!(same("count(*)"), "a count");
    User::query().values((User::email,)).all(&db).await?;
    assert!(same("SELECT \"email\""), "a tuple");

    let raw = raw_expr("pg_try_advisory_lock(1)").filter();
    User::query().filter(raw).all(&db).await?;
    assert!(!same("advisory"), "raw text");
    let raw = raw_expr("pg_try_advisory_lock(2)").filter();
    let tree = User::query().include(User::orders.filter(raw));
    tree.all(&db).await?;
    assert!(!same("advisory_lock(2)"), "raw text in a tree");
    let filter = |number: i32| raw_expr(format!("pg_try_advisory_lock({number})")).filter();
    User::query().filter(filter(3)).count(&db).await?;
    assert!(!same("advisory_lock(3)"), "raw text in a count");
    let names = User::query().filter(filter(4)).values((User::email,));
    names.all(&db).await?;
    assert!(!same("advisory_lock(4)"), "raw text in a tuple");
    let below = User::query().filter(filter(5)).follow(User::referred);
    below.all(&db).await?;
    assert!(!same("advisory_lock(5)"), "raw text in a walk");
    User::query().follow(User::referred).all(&db).await?;
    assert!(same("WITH RECURSIVE"), "a walk");
    user.update()
        .set(User::full_name, "New Name")
        .save(&db)
        .await?;
    assert!(!same("UPDATE "), "a write");
    Order::query().for_each(&db, |_| Ok(())).await?;
    assert!(!same("FROM \"orders\""), "a stream");
    Ok(())
}

// A value that is written must be read by whoever waited for the write.
#[tokio::test]
async fn a_shared_read_sees_what_was_written_before_it() -> Test {
    let shop = shop().await?;
    let options = PoolOptions::new().max(3).shared_reads(1);
    let db = Db::connect(shop.config()?.pool(options)).await?;
    for n in 0..20 {
        let user = User::find(4).one(&db).await?;
        let name = format!("Name {n}");
        user.update().set(User::full_name, &name).save(&db).await?;
        assert_eq!(User::find(4).one(&db).await?.full_name, name);
    }
    Ok(())
}

#[tokio::test]
async fn what_is_not_found_is_said_as_ever() -> Test {
    let shop = shop().await?;
    let options = PoolOptions::new().max(3).shared_reads(1);
    let db = Db::connect(shop.config()?.pool(options)).await?;
    let error = User::find(-1).one(&db).await.unwrap_err();
    assert!(error.is_not_found());
    assert_eq!(error.model(), Some("User"));
    Ok(())
}
