//! Vectors and how far they are apart, by `pgvector`, where the server has it.

use orm::prelude::*;
use orm::raw::raw_sql;

use super::{Dice, brings_its_extension, has_extension};
use crate::database::{Place, Test, with_tables};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "Picture",
    index(columns = (seen), method = hnsw, ops = "vector_l2_ops", name = "picture_l2"),
    index(columns = (seen), method = ivfflat, ops = "vector_cosine_ops", name = "picture_cosine"),
    index(columns = (seen), method = hnsw, ops = "vector_ip_ops", name = "picture_ip"),
    index(columns = (seen), method = hnsw, ops = "vector_l1_ops", name = "picture_l1")
)]
struct Picture {
    #[column(primary_key)]
    id: i32,
    seen: Vector<3>,
    maybe: Option<Vector<3>>,
}

fn vector(dice: &mut Dice) -> Vector<3> {
    let mut number = || dice.below(2_000) as f32 / 100.0 - 10.0;
    Vector::from([number(), number(), number()])
}

/// `None` where the server has not got the extension.
async fn pictures() -> Test<Option<Place>> {
    let place = with_tables("SELECT 1").await?;
    if !has_extension(&place.db, "vector").await? {
        return Ok(None);
    }
    place.db.create_missing(orm::models![Picture]).await?;
    let mut dice = Dice(8);
    let rows = (0..400).map(|id| {
        let seen = vector(&mut dice);
        let maybe = (dice.below(3) > 0).then(|| vector(&mut dice));
        Picture::create().id(id).seen(seen).maybe(maybe)
    });
    Picture::create_many(rows).save(&place.db).await?;
    Ok(Some(place))
}

#[tokio::test]
async fn vectors_come_back_as_they_were_written() -> Test {
    only_on_a_server!();
    let Some(place) = pictures().await? else {
        return Ok(());
    };
    let seen = Vector::from([f32::MIN_POSITIVE, -0.0, f32::MAX]);
    let row = Picture::create()
        .id(1_000)
        .seen(seen.clone())
        .save(&place.db)
        .await?;
    assert_eq!(row.seen, seen);
    assert_eq!(row.seen[1].to_bits(), (-0.0_f32).to_bits());
    let read = Picture::find(1_000).one(&place.db).await?;
    assert_eq!((read.seen, read.maybe), (seen.clone(), None));
    let there = raw_sql("SELECT seen FROM \"Picture\" WHERE id = 1000")
        .scalar::<Vector<3>>(&place.db)
        .await?;
    assert_eq!(there, seen);
    assert_eq!(
        Picture::query()
            .filter(Picture::seen.eq(&seen))
            .count(&place.db)
            .await?,
        1
    );
    assert_eq!(
        Picture::query()
            .filter(Picture::seen.in_([seen]))
            .count(&place.db)
            .await?,
        1
    );
    for number in [f32::NAN, f32::INFINITY] {
        let wrong = row
            .update()
            .set(Picture::seen, Vector::from([number, 0.0, 0.0]));
        let error = wrong.save(&place.db).await.unwrap_err().to_string();
        assert!(error.contains("not a number"), "{error}");
    }
    // A column of another size is told, and not cut.
    place
        .run("CREATE TABLE other (seen vector(2)); INSERT INTO other VALUES ('[1,2]')")
        .await?;
    let error = raw_sql("SELECT seen FROM other")
        .scalar::<Vector<3>>(&place.db)
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("expected vector(3), got vector(2)"),
        "{error}"
    );
    Ok(())
}

#[tokio::test]
async fn distances_are_what_sql_by_hand_says() -> Test {
    only_on_a_server!();
    let Some(place) = pictures().await? else {
        return Ok(());
    };
    let mut dice = Dice(9);
    for _ in 0..5 {
        let like = vector(&mut dice);
        let here = Picture::query()
            .order_by((Picture::maybe.l2_distance(&like), Picture::id))
            .values((
                Picture::id,
                Picture::seen.l2_distance(&like),
                Picture::seen.cosine_distance(&like),
                Picture::seen.negative_inner_product(&like),
                Picture::maybe.l1_distance(Picture::seen),
            ));
        let there = "SELECT id, seen <-> $1, seen <=> $1, seen <#> $1, maybe <+> seen FROM \"Picture\" ORDER BY maybe <-> $1, id";
        let there = raw_sql(there).bind(like.clone()).rows(&place.db).await?;
        assert_eq!(here.all(&place.db).await?, there);
        let near = Picture::query().filter(Picture::seen.cosine_distance(&like).lt(0.2));
        let there = "SELECT count(*) FROM \"Picture\" WHERE seen <=> $1 < 0.2";
        let there = raw_sql(there).bind(like).scalar::<i64>(&place.db).await?;
        assert_eq!(near.count(&place.db).await?, there);
    }
    Ok(())
}

#[tokio::test]
async fn an_index_finds_the_nearest() -> Test {
    only_on_a_server!();
    let Some(place) = pictures().await? else {
        return Ok(());
    };
    let like = || Vector::from([1.0, 2.0, 3.0]);
    let orders = [
        (Picture::seen.l2_distance(like()), "picture_l2"),
        (Picture::seen.cosine_distance(like()), "picture_cosine"),
        (Picture::seen.negative_inner_product(like()), "picture_ip"),
        (Picture::seen.l1_distance(like()), "picture_l1"),
    ];
    for (order, index) in orders {
        let nearest = Picture::query().order_by(order).limit(5);
        let plan = nearest.explain_by_index(&place.db).await?;
        assert!(format!("{plan:?}").contains(index), "{index}: {plan:?}");
    }
    Ok(())
}

#[tokio::test]
async fn models_bring_their_extension_along() -> Test {
    only_on_a_server!();
    brings_its_extension(orm::models![Picture], "vector").await
}
