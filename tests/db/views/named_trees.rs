//! Includes that read a query which a statement has a name for, and trees that do.

use std::collections::BTreeMap;

use orm::prelude::*;
use orm::query::count;
use orm::raw::raw_sql;

use super::{Buyer, Purchase, Spent, market};
use crate::database::{Place, Test, on_a_file};

fn spent() -> orm::query::Rows<Purchase, (i64, Option<i64>, i64)> {
    Purchase::query()
        .filter(Purchase::note.is_not_null())
        .values((Purchase::buyer_id, Purchase::cents.sum(), count()))
        .group_by(Purchase::buyer_id)
}

async fn by_buyer(place: &Place) -> Test<BTreeMap<i64, (i64, i64)>> {
    let rows: Vec<(i64, i64, i64)> = raw_sql(
        "SELECT buyer_id, CAST(sum(cents) AS bigint), count(*) FROM purchases \
         WHERE note IS NOT NULL GROUP BY buyer_id",
    )
    .rows(&place.db)
    .await?;
    Ok(rows.into_iter().map(|it| (it.0, (it.1, it.2))).collect())
}

#[tokio::test]
async fn it_is_loaded_beside_rows_of_tables() -> Test {
    let market = market().await?;
    let expected = by_buyer(&market).await?;
    market.log.clear();
    let buyers = Buyer::query()
        .with::<Spent>(spent())
        .include(Buyer::spent)
        .include(Buyer::patron.include(Buyer::spent))
        .order_by(Buyer::id)
        .all(&market.db)
        .await?;
    if !on_a_file() {
        market.log.assert_count(1);
    }
    assert_eq!(buyers.len(), 300);
    let of = |spent: &Spent| (spent.cents.unwrap_or(0), spent.bought);
    for buyer in &buyers {
        assert_eq!(
            buyer.spent.as_ref().map(of),
            expected.get(&buyer.id).copied()
        );
        let above = buyer.patron.as_ref().and_then(|it| it.spent.as_ref());
        let patron = buyer.patron_id.and_then(|it| expected.get(&it).copied());
        assert_eq!(above.map(of), patron);
    }
    Ok(())
}

#[tokio::test]
async fn rows_of_tables_are_loaded_below_it() -> Test {
    let market = market().await?;
    let expected = by_buyer(&market).await?;
    let spent = Spent::query()
        .with::<Spent>(spent())
        .include(Spent::buyer)
        .include(Spent::purchases.order_by(Purchase::cents.desc()).limit(2))
        .order_by(Spent::buyer_id)
        .all(&market.db)
        .await?;
    assert_eq!(spent.len(), expected.len());
    for it in &spent {
        assert_eq!(it.buyer.id, it.buyer_id);
        assert!(it.purchases.len() <= 2);
        assert!(it.purchases.iter().all(|row| row.buyer_id == it.buyer_id));
    }
    Ok(())
}

// With a limit per parent, by a condition, and in a statement of its own.
#[tokio::test]
async fn each_level_reads_it() -> Test {
    let market = market().await?;
    let expected = by_buyer(&market).await?;
    let rich = Purchase::spent.any(Spent::cents.gt(4_000));
    for separate in [false, true] {
        let purchases = Buyer::purchases
            .filter(rich.clone())
            .order_by(Purchase::id)
            .limit(3)
            .include(Purchase::spent);
        let purchases = match separate {
            true => purchases.separate(),
            false => purchases,
        };
        let buyers = Buyer::query()
            .with::<Spent>(spent())
            .include(purchases)
            .order_by(Buyer::id)
            .all(&market.db)
            .await?;
        let mut loaded = 0;
        for buyer in &buyers {
            let cents = expected.get(&buyer.id).map_or(0, |it| it.0);
            assert_eq!(!buyer.purchases.is_empty(), cents > 4_000, "{}", buyer.id);
            for purchase in &buyer.purchases {
                let spent = purchase.spent.as_ref();
                assert_eq!(spent.and_then(|it| it.cents), Some(cents));
                loaded += 1;
            }
        }
        assert!(loaded > 10);
    }
    Ok(())
}

#[tokio::test]
async fn a_tree_of_rows_asks_it() -> Test {
    let market = market().await?;
    let expected = by_buyer(&market).await?;
    let rich = || Buyer::spent.any(Spent::cents.gt(3_000));
    let forest = Buyer::query()
        .with::<Spent>(spent())
        .filter(Buyer::patron_id.is_null())
        .filter(rich())
        .order_by(Buyer::id)
        .follow(Buyer::guests)
        .only(rich())
        .all(&market.db)
        .await?;
    let is_rich = |id: i64| expected.get(&id).is_some_and(|it| it.0 > 3_000);
    let mut walked: Vec<i64> = forest.rows().iter().map(|it| it.row.id).collect();
    walked.sort_unstable();
    let mut reached: Vec<i64> = (1..=3).filter(|id| is_rich(*id)).collect();
    let mut at = 0;
    while let Some(id) = reached.get(at).copied() {
        let below = (4..=300).filter(|it| it / 3 == id && is_rich(*it));
        reached.extend(below);
        at += 1;
    }
    reached.sort_unstable();
    assert!(reached.len() > 10, "{}", reached.len());
    assert_eq!(walked, reached);
    Ok(())
}

// Fetched in many statements or in one, in a transaction and outside.
#[tokio::test]
async fn a_transaction_changes_nothing() -> Test {
    let market = market().await?;
    let query = || {
        Buyer::query()
            .with::<Spent>(spent())
            .filter(Buyer::spent.any(Spent::bought.gt(9)))
            .include(Buyer::spent)
            .include(Buyer::purchases.order_by(Purchase::id))
            .order_by(Buyer::id)
    };
    let alone = query().all(&market.db).await?;
    let again = query().all(&market.db).await?;
    let tx = market.db.begin().await?;
    let inside = query().all(&tx).await?;
    tx.commit().await?;
    assert!(alone.len() > 10);
    assert_eq!(alone, again);
    assert_eq!(alone, inside);
    Ok(())
}
