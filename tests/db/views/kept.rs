//! Views that keep their rows.

use orm::error::ErrorKind;
use orm::prelude::*;

use super::{Buyer, Purchase, market};
use crate::database::{Test, on_a_file};

/// In another schema, with capitals.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(materialized_view, schema = "Reports", table = "Kept")]
struct Kept {
    #[column(primary_key)]
    buyer_id: i64,
    purchases: i64,
}

/// The same where nothing has such a schema.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(materialized_view)]
struct Nowhere {
    #[column(primary_key)]
    buyer_id: i64,
}

const KEPT: &str = r#"
CREATE SCHEMA "Reports";
CREATE MATERIALIZED VIEW "Reports"."Kept" AS
SELECT buyer_id, count(*) AS purchases FROM purchases GROUP BY buyer_id;"#;

#[tokio::test]
async fn it_is_computed_anew_when_that_is_asked() -> Test {
    only_on_a_server!();
    let market = market().await?;
    market.run(KEPT).await?;
    let db = &market.db;
    let before = Kept::find(1).one(db).await?;
    Purchase::create()
        .id(9_000)
        .buyer_id(1)
        .cents(1)
        .save(db)
        .await?;
    assert_eq!(Kept::find(1).one(db).await?, before);
    market.log.clear();
    Kept::refresh_view().run(db).await?;
    market.log.assert_count(1);
    let after = Kept::find(1).one(db).await?;
    assert_eq!(after.purchases, before.purchases + 1);
    Ok(())
}

#[tokio::test]
async fn others_read_on_where_an_index_tells_its_rows_apart() -> Test {
    only_on_a_server!();
    let market = market().await?;
    market.run(KEPT).await?;
    let db = &market.db;
    let refused = Kept::refresh_view().concurrently().run(db).await;
    let refused = refused.expect_err("there is no such index");
    assert!(refused.to_string().contains("concurrently"), "{refused}");
    let index = r#"CREATE UNIQUE INDEX ON "Reports"."Kept" (buyer_id)"#;
    market.run(index).await?;
    Purchase::create()
        .id(9_000)
        .buyer_id(2)
        .cents(1)
        .save(db)
        .await?;
    // In a transaction, as every write.
    let before = Kept::find(2).one(db).await?;
    let tx = db.begin().await?;
    Kept::refresh_view().concurrently().run(&tx).await?;
    let inside = Kept::find(2).one(&tx).await?;
    assert_eq!(inside.purchases, before.purchases + 1);
    assert_eq!(Kept::find(2).one(db).await?, before);
    tx.commit().await?;
    assert_eq!(Kept::find(2).one(db).await?, inside);
    Ok(())
}

#[tokio::test]
async fn what_is_not_there_is_not_refreshed() -> Test {
    let market = market().await?;
    market.log.clear();
    let error = Nowhere::refresh_view().run(&market.db).await;
    let error = error.expect_err("there is no such view");
    if on_a_file() {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("materialized view"), "{error}");
        market.log.assert_count(0);
        let read = Nowhere::query().all(&market.db).await;
        assert_eq!(
            read.expect_err("SQLite has none").kind(),
            ErrorKind::Unsupported
        );
        market.log.assert_count(0);
    } else {
        assert_eq!(error.kind(), ErrorKind::UndefinedTable);
    }
    assert_eq!(Buyer::query().count(&market.db).await?, 300);
    Ok(())
}
