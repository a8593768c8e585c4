//! How a server finds the place of a page.

use orm::prelude::*;
use orm::query::Order;

use super::{Article, articles};
use crate::database::{Place, Test};

/// The plan of a page deep in an order, with whatever values.
async fn generic_plan(place: &Place, order: Vec<Order<Article>>) -> Test<String> {
    let pages = Article::query().with_deleted().order_by(order).page(10);
    let mut page = pages.clone().fetch(&place.db).await?;
    for _ in 0..20 {
        page = pages.clone().at(page.next).fetch(&place.db).await?;
    }
    let deep = pages.at(page.next);
    let text = deep.to_sql()?;
    let values = text.matches('$').count();
    let nulls = vec!["NULL"; values].join(", ");
    let tx = place.db.begin().await?;
    let raw = |text: String| orm::raw::raw_sql(text);
    raw("SET LOCAL plan_cache_mode = force_generic_plan".into())
        .execute(&tx)
        .await?;
    raw(format!("PREPARE page AS {text}")).execute(&tx).await?;
    let plan: Vec<String> = raw(format!("EXPLAIN EXECUTE page({nulls})"))
        .scalars(&tx)
        .await?;
    tx.rollback().await?;
    Ok(plan.join("\n"))
}

async fn many() -> Test<Place> {
    let place = articles(5000).await?;
    place.run("ANALYZE articles").await?;
    Ok(place)
}

#[tokio::test]
async fn one_direction_is_one_comparison_by_index() -> Test {
    let place = many().await?;
    for order in [vec![Article::rank.asc()], vec![Article::rank.desc()]] {
        let plan = generic_plan(&place, order).await?;
        assert!(plan.contains("Index Cond: (ROW(rank, id) "), "{plan}");
        assert!(!plan.contains("Sort") && !plan.contains("Filter"), "{plan}");
    }
    let plan = generic_plan(&place, vec![]).await?;
    assert!(
        plan.contains("articles_pkey") && plan.contains("Index Cond: (id > "),
        "{plan}"
    );
    Ok(())
}

#[tokio::test]
async fn other_directions_find_the_place_in_the_first_term_by_index() -> Test {
    let place = many().await?;
    let plan = generic_plan(&place, vec![Article::rank.asc(), Article::id.desc()]).await?;
    assert!(plan.contains("Index Cond: (rank >= "), "{plan}");
    Ok(())
}
