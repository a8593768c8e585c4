//! A join table that is no model, and whose two keys share a part, as a tenant's.

use orm::prelude::*;

use super::ids;
use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Group By")]
#[association(many_to_many, as = "tags", model = Tag, through = "Bin Tags", foreign_key = ("tenant", "bin_no"), other_key = ("tenant", "tag_no"))]
struct Bin {
    #[column(primary_key, name = "Tenant")]
    tenant: i32,
    #[column(primary_key, name = "Select")]
    no: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(many_to_many, as = "bins", model = Bin, through = "Bin Tags", foreign_key = ("tenant", "tag_no"), other_key = ("tenant", "bin_no"))]
struct Tag {
    #[column(primary_key)]
    tenant: i32,
    #[column(primary_key)]
    id: i32,
}

/// A bin and two tags of one tenant, a tag of another.
async fn store() -> Test<(Place, Bin, [Tag; 3])> {
    let place = with_models(orm::models![Bin, Tag]).await?;
    let db = &place.db;
    let bin = Bin::create().tenant(1).no(1).save(db).await?;
    let tag = |tenant, id| Tag::create().tenant(tenant).id(id).save(db);
    let tags = [tag(1, 1).await?, tag(1, 2).await?, tag(2, 1).await?];
    Ok((place, bin, tags))
}

#[tokio::test]
async fn the_table_holds_the_part_once() -> Test {
    let (place, ..) = store().await?;
    let models = || orm::models![Bin, Tag];
    let again = place.db.create_missing(models()).await?;
    assert!(again.is_in_step());
    let diff = place.db.diff(models(), &orm::diff::Options::new()).await?;
    assert!(diff.is_empty());
    Ok(())
}

#[tokio::test]
async fn rows_of_one_tenant_are_paired_and_read_from_both_sides() -> Test {
    let (place, bin, [one, two, foreign]) = store().await?;
    let db = &place.db;
    let tags = bin.related(Bin::tags);
    tags.add([&one, &two, &one], db).await?;
    tags.set([&two], db).await?;
    tags.create(Tag::create().tenant(1).id(3), db).await?;
    for refused in [
        tags.add([&foreign], db).await,
        tags.set([&foreign], db).await,
        tags.create(Tag::create().tenant(2).id(4), db)
            .await
            .map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    assert_eq!(ids!(tags.order_by(Tag::id).all(db).await?), [2, 3]);
    let bins = Bin::query()
        .include(Bin::tags.order_by(Tag::id))
        .one(db)
        .await?;
    assert_eq!(ids!(bins.tags), [2, 3]);
    assert_eq!(
        two.related(Tag::bins).all(db).await?,
        std::slice::from_ref(&bin)
    );
    let free = Tag::query().filter(Tag::bins.is_empty());
    assert_eq!(
        ids!(free.order_by((Tag::tenant, Tag::id)).all(db).await?),
        [1, 1]
    );
    let nested = Bin::create()
        .tenant(3)
        .no(3)
        .with(Bin::tags, |tag| [tag().tenant(3).id(5)]);
    let nested = nested.save(db).await?;
    assert_eq!(nested.related(Bin::tags).count(db).await?, 1);
    tags.remove([&two], db).await?;
    assert_eq!(ids!(tags.all(db).await?), [3]);
    // Its pairs go with a row.
    bin.delete(db).await?;
    assert_eq!(ids!(nested.related(Bin::tags).all(db).await?), [5]);
    Ok(())
}
