//! Queries that a statement has a name for, beside the same statement written by hand.

use orm::batch;
use orm::error::ErrorKind;
use orm::prelude::*;
use orm::query::{Rows, count};
use orm::raw::raw_sql;

use super::{Buyer, BuyerTotal, Chosen, Purchase, Spent, market};
use crate::database::{Place, Test};

/// What each buyer spent on things that cost more than `cents`.
fn spent(cents: i32) -> Rows<Purchase, (i64, Option<i64>, i64)> {
    Purchase::query()
        .filter(Purchase::cents.gt(cents))
        .values((Purchase::buyer_id, Purchase::cents.sum(), count()))
        .group_by(Purchase::buyer_id)
}

/// The same by hand.
const SPENT: &str = "WITH spent (id, cents, purchases) AS (SELECT buyer_id, CAST(sum(cents) AS bigint), \
                     count(*) FROM purchases WHERE cents > 100 GROUP BY buyer_id)";

async fn by_hand<T: orm::raw::RawRow>(place: &Place, rest: &str) -> Test<Vec<T>> {
    let sql = format!("{SPENT} {rest}");
    Ok(raw_sql(sql).rows(&place.db).await?)
}

#[tokio::test]
async fn its_rows_are_read_as_those_of_a_model() -> Test {
    let market = market().await?;
    market.log.clear();
    let most = Spent::query()
        .with::<Spent>(spent(100))
        .filter(Spent::bought.ge(12))
        .order_by((Spent::cents.desc(), Spent::buyer_id))
        .limit(20)
        .all(&market.db)
        .await?;
    market.log.assert_count(1);
    let expected = by_hand::<(i64, i64, i64)>(
        &market,
        "SELECT * FROM spent WHERE purchases >= 12 ORDER BY cents DESC, id LIMIT 20",
    )
    .await?;
    assert_eq!(expected.len(), 20);
    let most: Vec<_> = most
        .iter()
        .map(|it| (it.buyer_id, it.cents.unwrap_or(0), it.bought))
        .collect();
    assert_eq!(most, expected);
    // By key, counted, and whether there is one.
    let one = Spent::find(1).with::<Spent>(spent(100));
    assert_eq!(one.clone().one(&market.db).await?.buyer_id, 1);
    assert!(one.exists(&market.db).await?);
    let all = Spent::query().with::<Spent>(spent(100));
    let of_hand = by_hand::<(i64, i64)>(&market, "SELECT count(*), 0 FROM spent").await?;
    assert_eq!(all.count(&market.db).await?, of_hand[0].0);
    Ok(())
}

#[tokio::test]
async fn tables_are_joined_with_it() -> Test {
    let market = market().await?;
    let rich = Buyer::query()
        .with::<Spent>(spent(100))
        .filter(Buyer::spent.any(Spent::cents.gt(7_000)))
        .filter(Buyer::city.is_not_null())
        .order_by(Buyer::id)
        .values((Buyer::id, Buyer::spent.value(Spent::bought)))
        .all(&market.db)
        .await?;
    let expected: Vec<(i64, Option<i64>)> = by_hand(
        &market,
        "SELECT b.id, s.purchases FROM buyers b JOIN spent s ON s.id = b.id \
         WHERE s.cents > 7000 AND b.city IS NOT NULL ORDER BY b.id",
    )
    .await?;
    assert!(expected.len() > 5, "{}", expected.len());
    assert_eq!(rich, expected);
    // Twice in one statement, once below what it is joined with.
    let above = Buyer::query()
        .with::<Spent>(spent(100))
        .filter(Buyer::spent.any(Spent::cents.gt(7_000)))
        .filter(Buyer::guests.any(Buyer::spent.any(Spent::cents.lt(6_000))))
        .order_by(Buyer::id)
        .values(Buyer::id)
        .all(&market.db)
        .await?;
    let expected: Vec<(i64, i64)> = by_hand(
        &market,
        "SELECT DISTINCT b.id, 0 FROM buyers b JOIN spent s ON s.id = b.id \
         JOIN buyers g ON g.patron_id = b.id JOIN spent t ON t.id = g.id \
         WHERE s.cents > 7000 AND t.cents < 6000 ORDER BY b.id",
    )
    .await?;
    assert!(!expected.is_empty());
    let expected: Vec<i64> = expected.into_iter().map(|it| it.0).collect();
    assert_eq!(above, expected);
    // As what a key is among, with its own name inside.
    let least = Spent::query()
        .with::<Spent>(
            spent(100)
                .order_by((Purchase::cents.sum().asc(), Purchase::buyer_id))
                .limit(5),
        )
        .values(Spent::buyer_id);
    let few = Buyer::query()
        .filter(Buyer::id.in_subquery(least))
        .order_by(Buyer::id)
        .values(Buyer::id)
        .all(&market.db)
        .await?;
    let mut expected: Vec<(i64, i64)> = by_hand(
        &market,
        "SELECT id, cents FROM spent ORDER BY cents, id LIMIT 5",
    )
    .await?;
    expected.sort_unstable();
    assert_eq!(few, expected.into_iter().map(|it| it.0).collect::<Vec<_>>());
    Ok(())
}

#[tokio::test]
async fn later_ones_read_those_before() -> Test {
    let market = market().await?;
    let chosen = Spent::query()
        .filter(Spent::cents.gt(8_000))
        .values(Spent::buyer_id);
    let of_chosen = Buyer::query()
        .with::<Spent>(spent(100))
        .with::<Chosen>(chosen)
        .filter(Buyer::id.in_subquery(Chosen::query().values(Chosen::id)))
        .count(&market.db)
        .await?;
    let expected: Vec<(i64, i64)> =
        by_hand(&market, "SELECT count(*), 0 FROM spent WHERE cents > 8000").await?;
    assert!(expected[0].0 > 0);
    assert_eq!(of_chosen, expected[0].0);
    Ok(())
}

#[tokio::test]
async fn sets_pages_streams_and_batches_take_it() -> Test {
    let market = market().await?;
    let db = &market.db;
    let rich = || {
        Spent::query()
            .with::<Spent>(spent(100))
            .filter(Spent::cents.gt(8_000))
            .values(Spent::buyer_id)
    };
    let idle = BuyerTotal::query()
        .filter(BuyerTotal::purchases.eq(0))
        .values(BuyerTotal::buyer_id);
    let either = rich()
        .union(idle.clone())
        .order_by(Spent::buyer_id)
        .all(db)
        .await?;
    let expected: Vec<(i64, i64)> = by_hand(
        &market,
        "SELECT id, 0 FROM spent WHERE cents > 8000 UNION SELECT id, 0 FROM buyers \
         WHERE id % 7 = 0 ORDER BY 1",
    )
    .await?;
    let expected: Vec<i64> = expected.into_iter().map(|it| it.0).collect();
    assert_eq!(either, expected);
    // On the right side, and of a whole set.
    assert_eq!(
        idle.clone()
            .union(rich())
            .order_by(BuyerTotal::buyer_id)
            .all(db)
            .await?,
        expected
    );
    let named = Chosen::query()
        .with::<Chosen>(rich().union(idle))
        .order_by(Chosen::id)
        .values(Chosen::id)
        .all(db)
        .await?;
    assert_eq!(named, expected);

    let order = || {
        Spent::query()
            .with::<Spent>(spent(100))
            .order_by(Spent::cents.desc())
    };
    let ids: Vec<(i64, i64)> = by_hand(
        &market,
        "SELECT id, 0 FROM spent ORDER BY cents DESC, id DESC",
    )
    .await?;
    let ids: Vec<i64> = ids.into_iter().map(|it| it.0).collect();
    let mut walked = Vec::new();
    let mut page = order().page(60).with_total().fetch(db).await?;
    assert_eq!(page.total, Some(i64::try_from(ids.len())?));
    loop {
        walked.extend(page.rows.iter().map(|it| it.buyer_id));
        let Some(next) = page.next else { break };
        page = order().page(60).after(next).fetch(db).await?;
    }
    assert_eq!(walked, ids);
    let mut streamed = Vec::new();
    order()
        .include(Spent::buyer)
        .for_each(db, |it| {
            streamed.push(it.buyer.id);
            Ok(())
        })
        .await?;
    assert_eq!(streamed, ids);
    let (all, number) = db
        .batch((
            order(),
            batch::count(order().filter(Spent::cents.gt(8_000))),
        ))
        .await?;
    assert_eq!(all.len(), ids.len());
    assert_eq!(number, i64::try_from(rich().all(db).await?.len())?);
    let plan = order().explain(db).await?;
    let reads = format!("{plan}");
    assert!(reads.contains("purchases"), "{reads}");
    Ok(())
}

// Values are bound in the order in which they stand, also where the same shape comes again
// with others.
#[tokio::test]
async fn values_are_those_of_each_query() -> Test {
    let market = market().await?;
    for cents in [10, 900, 400] {
        let found = Buyer::query()
            .with::<Spent>(spent(cents))
            .filter(Buyer::id.le(100))
            .filter(Buyer::spent.any(Spent::bought.gt(1)))
            .limit(1_000)
            .count(&market.db)
            .await?;
        let by_hand: i64 = raw_sql(
            "SELECT count(*) FROM buyers WHERE id <= 100 AND id IN (SELECT buyer_id FROM \
             purchases WHERE cents > $1 GROUP BY buyer_id HAVING count(*) > 1)",
        )
        .bind(cents)
        .scalar(&market.db)
        .await?;
        assert_eq!(found, by_hand, "{cents}");
    }
    Ok(())
}

#[tokio::test]
async fn what_has_no_rows_is_refused_before_anything_is_sent() -> Test {
    let market = market().await?;
    let db = &market.db;
    market.log.clear();
    let refused = |error: orm::Error| {
        assert_eq!(error.kind(), ErrorKind::Usage, "{error}");
        error.to_string()
    };
    let unsaid = "Spent: a named query has the rows that are said before: `.with::<Spent>(..)`";
    let alone = Spent::query().all(db).await;
    assert_eq!(refused(alone.expect_err("no rows")), unsaid);
    let below = Buyer::query().filter(Buyer::spent.any(Spent::bought.gt(1)));
    assert_eq!(refused(below.all(db).await.expect_err("no rows")), unsaid);
    let included = Buyer::query().include(Buyer::spent).all(db).await;
    assert_eq!(refused(included.expect_err("no rows")), unsaid);
    let updated = Purchase::query().filter(Purchase::spent.any(Spent::bought.gt(1)));
    let updated = updated.update().set(Purchase::cents, 1).save(db).await;
    assert_eq!(refused(updated.expect_err("no rows")), unsaid);
    // By itself it cannot be read, nor before it is said.
    let itself = Spent::query().values((Spent::buyer_id, Spent::cents, Spent::bought));
    let itself = Spent::query().with::<Spent>(itself).all(db).await;
    assert_eq!(refused(itself.expect_err("no rows")), unsaid);
    let chosen = Spent::query().values(Spent::buyer_id);
    let before = Chosen::query()
        .with::<Chosen>(chosen)
        .with::<Spent>(spent(1));
    assert_eq!(refused(before.all(db).await.expect_err("no rows")), unsaid);
    let twice = Spent::query()
        .with::<Spent>(spent(1))
        .with::<Spent>(spent(2));
    let twice = refused(twice.all(db).await.expect_err("two queries"));
    assert_eq!(
        twice,
        "Spent: its rows are said twice: leave one `.with::<..>(..)` out"
    );
    let deleted = Purchase::query()
        .with::<Spent>(spent(1))
        .filter(Purchase::cents.gt(1));
    let deleted = refused(deleted.delete().run(db).await.expect_err("no statement"));
    assert!(deleted.contains("in_subquery"), "{deleted}");
    market.log.assert_count(0);
    Ok(())
}

/// Called as a table is, but for a capital.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(named_query, table = "Buyers")]
struct Hiding {
    #[column(primary_key)]
    id: i64,
}

#[tokio::test]
async fn a_name_hides_no_table() -> Test {
    let market = market().await?;
    market.log.clear();
    let ids = || Purchase::query().values(Purchase::buyer_id);
    let hidden = Buyer::query().with::<Hiding>(ids()).all(&market.db).await;
    let hidden = hidden.expect_err("Buyer would be Hiding").to_string();
    assert!(hidden.contains("named query Hiding"), "{hidden}");
    let inside = Buyer::query().values(Buyer::id);
    let inside = Hiding::query().with::<Hiding>(inside).all(&market.db).await;
    assert!(inside.is_err());
    market.log.assert_count(0);
    let alone = Hiding::query().with::<Hiding>(ids().distinct());
    assert!(alone.count(&market.db).await? > 200);
    Ok(())
}

// A subquery writes where it names what it reads.
#[tokio::test]
async fn a_write_reads_it_in_a_subquery() -> Test {
    let market = market().await?;
    let poor = Spent::query()
        .with::<Spent>(spent(100))
        .filter(Spent::bought.lt(12))
        .values(Spent::buyer_id);
    let poor = Purchase::query().filter(Purchase::buyer_id.in_subquery(poor));
    let expected: Vec<(i64, i64)> = by_hand(
        &market,
        "SELECT count(*), 0 FROM purchases WHERE buyer_id IN (SELECT id FROM spent WHERE purchases < 12)",
    )
    .await?;
    assert!(expected[0].0 > 0);
    let updated = poor
        .update()
        .set(Purchase::note, "few".to_owned())
        .save(&market.db)
        .await?;
    assert_eq!(i64::try_from(updated)?, expected[0].0);
    Ok(())
}
