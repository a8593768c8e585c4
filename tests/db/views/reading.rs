//! A view is read as a table is.

use orm::prelude::*;
use orm::query::{count, exists, outer};
use orm::raw::raw_sql;

use super::{Buyer, BuyerTotal, Purchase, market};
use crate::database::Test;

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = BuyerTotal)]
struct Named {
    purchases: i64,
    buyer: WhoseIt,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Buyer)]
struct WhoseIt {
    name: String,
}

#[tokio::test]
async fn rows_are_those_of_its_query() -> Test {
    let market = market().await?;
    let totals = BuyerTotal::query()
        .filter(BuyerTotal::purchases.gt(14))
        .order_by((
            BuyerTotal::largest.desc().nulls_last(),
            BuyerTotal::buyer_id,
        ))
        .values((
            BuyerTotal::buyer_id,
            BuyerTotal::purchases,
            BuyerTotal::largest,
        ))
        .all(&market.db)
        .await?;
    let by_hand: Vec<(i64, i64, Option<i32>)> = raw_sql(
        "SELECT b.id, count(p.id), max(p.cents) FROM buyers b LEFT JOIN purchases p \
         ON p.buyer_id = b.id GROUP BY b.id HAVING count(p.id) > 14 \
         ORDER BY max(p.cents) DESC NULLS LAST, b.id",
    )
    .rows(&market.db)
    .await?;
    assert!(by_hand.len() > 10, "{}", by_hand.len());
    assert_eq!(totals, by_hand);
    // NULL where nothing was bought, and the key finds it.
    let idle = BuyerTotal::find(7).one(&market.db).await?;
    let expected = BuyerTotal {
        buyer_id: 7,
        purchases: 0,
        largest: None,
    };
    assert_eq!(idle, expected);
    assert_eq!(idle.refresh(&market.db).await?, expected);
    let nobody = BuyerTotal::find(1_000).one_or_none(&market.db).await?;
    assert_eq!(nobody, None);
    Ok(())
}

#[tokio::test]
async fn associations_lead_from_it_and_to_it() -> Test {
    let market = market().await?;
    market.log.clear();
    let buyers = Buyer::query()
        .filter(Buyer::total.any(BuyerTotal::purchases.eq(0)))
        .include(Buyer::total)
        .include(Buyer::patron.include(Buyer::total))
        .order_by(Buyer::id)
        .all(&market.db)
        .await?;
    assert_eq!(buyers.len(), 42);
    for buyer in &buyers {
        assert_eq!(buyer.id % 7, 0);
        let total = buyer.total.as_ref().ok_or("a total of everyone")?;
        assert_eq!((total.buyer_id, total.purchases), (buyer.id, 0));
        let patron = buyer.patron.as_ref().ok_or("all but three have one")?;
        assert_eq!(patron.total.as_ref().map(|it| it.buyer_id), buyer.patron_id);
    }
    let totals = BuyerTotal::query()
        .order_by((BuyerTotal::purchases.desc(), BuyerTotal::buyer_id))
        .limit(3)
        .include(BuyerTotal::buyer)
        .all(&market.db)
        .await?;
    assert!(totals.iter().all(|it| it.buyer.id == it.buyer_id));
    let projected = BuyerTotal::query()
        .order_by((BuyerTotal::purchases.desc(), BuyerTotal::buyer_id))
        .limit(3)
        .select::<Named>()
        .all(&market.db)
        .await?;
    let expected: Vec<Named> = totals
        .iter()
        .map(|it| Named {
            purchases: it.purchases,
            buyer: WhoseIt {
                name: it.buyer.name.clone(),
            },
        })
        .collect();
    assert_eq!(projected, expected);
    let buyer = Buyer::find(9).one(&market.db).await?;
    let own = buyer.related(Buyer::total).one(&market.db).await?;
    assert_eq!(own.buyer_id, 9);
    Ok(())
}

#[tokio::test]
async fn it_stands_wherever_a_table_does() -> Test {
    let market = market().await?;
    let db = &market.db;
    // Aggregates, groups and subqueries.
    let per_number = BuyerTotal::query()
        .values((BuyerTotal::purchases, count()))
        .group_by(BuyerTotal::purchases)
        .order_by(BuyerTotal::purchases)
        .all(db)
        .await?;
    let by_hand: Vec<(i64, i64)> = raw_sql(
        "SELECT n, count(*) FROM (SELECT count(p.id) AS n FROM buyers b LEFT JOIN purchases p \
         ON p.buyer_id = b.id GROUP BY b.id) t GROUP BY n ORDER BY n",
    )
    .rows(db)
    .await?;
    assert_eq!(per_number, by_hand);
    let most = BuyerTotal::query().values(BuyerTotal::purchases.max());
    let busiest = BuyerTotal::query()
        .filter(BuyerTotal::purchases.eq(most.subquery()))
        .count(db)
        .await?;
    let at_top = by_hand.last().map(|(_, buyers)| *buyers);
    assert_eq!(Some(busiest), at_top);
    let found = exists(BuyerTotal::query().filter(BuyerTotal::largest.eq(outer(Purchase::cents))));
    let some = Purchase::query().filter(Purchase::id.le(150));
    let largest = some.filter(found).count(db).await?;
    let by_hand: i64 = raw_sql(
        "SELECT count(*) FROM purchases WHERE id <= 150 AND cents IN \
         (SELECT max(cents) FROM purchases GROUP BY buyer_id)",
    )
    .scalar(db)
    .await?;
    assert_eq!(largest, by_hand);
    // Sets, pages and streams.
    let nobody_else = Buyer::query()
        .values(Buyer::id)
        .except(BuyerTotal::query().values(BuyerTotal::buyer_id))
        .all(db)
        .await?;
    assert_eq!(nobody_else, Vec::<i64>::new());
    let order = || BuyerTotal::query().order_by(BuyerTotal::largest.desc());
    let first = order().page(70).with_total().fetch(db).await?;
    assert_eq!((first.rows.len(), first.total), (70, Some(300)));
    let mut walked: Vec<i64> = first.rows.iter().map(|it| it.buyer_id).collect();
    let mut next = first.next;
    while let Some(cursor) = next {
        let page = order().page(70).after(cursor).fetch(db).await?;
        walked.extend(page.rows.iter().map(|it| it.buyer_id));
        next = page.next;
    }
    let by_hand: Vec<i64> = raw_sql(
        r#"SELECT "select" FROM "Group" ORDER BY "Largest ""one""" DESC NULLS FIRST, 1 DESC"#,
    )
    .scalars(db)
    .await?;
    assert_eq!(walked, by_hand);
    let mut streamed = Vec::new();
    order()
        .include(BuyerTotal::buyer)
        .for_each(db, |it| {
            streamed.push(it.buyer.id);
            Ok(())
        })
        .await?;
    assert_eq!(streamed, by_hand);
    Ok(())
}

// Its rows are those of the transaction that reads it.
#[tokio::test]
async fn it_shows_what_was_written() -> Test {
    let market = market().await?;
    let tx = market.db.begin().await?;
    let idle = BuyerTotal::find(14).one(&tx).await?;
    assert_eq!(idle.purchases, 0);
    Purchase::create()
        .id(9_000)
        .buyer_id(14)
        .cents(3)
        .save(&tx)
        .await?;
    let now = BuyerTotal::find(14).one(&tx).await?;
    assert_eq!((now.purchases, now.largest), (1, Some(3)));
    tx.rollback().await?;
    assert_eq!(BuyerTotal::find(14).one(&market.db).await?, idle);
    Ok(())
}
