//! Associations with a scope: what is outside is not there, for writes too.

use orm::prelude::*;

use super::ids;
use crate::database::{NONE, Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "posts")]
#[association(many_to_many, as = "categories", model = Tag, through = "post_tags", foreign_key = "post_id", other_key = "tag_id", scope(kind = "category"))]
#[association(many_to_many, as = "keywords", model = Tag, through = "post_tags", foreign_key = "post_id", other_key = "tag_id", scope(kind = "keyword"))]
#[association(has_many, as = "open_tasks", model = Task, foreign_key = "post_id", scope(state = "open"))]
#[association(has_many, as = "done_tasks", model = Task, foreign_key = "post_id", scope(state = "done"))]
struct Post {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(many_to_many, as = "posts", model = Post, through = "post_tags", foreign_key = "tag_id", other_key = "post_id")]
struct Tag {
    #[column(primary_key, auto_increment)]
    id: i32,
    kind: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tasks")]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "set_null")]
struct Task {
    #[column(primary_key, auto_increment)]
    id: i32,
    post_id: Option<i32>,
    #[column(default = "new")]
    state: String,
}

/// A post, two categories and two keywords; the first of each is the post's.
async fn blog() -> Test<(Place, Post, [Tag; 4])> {
    let place = with_models(orm::models![Post, Tag, Task]).await?;
    let db = &place.db;
    let post = Post::create().save(db).await?;
    let mut tags = Vec::new();
    for kind in ["category", "category", "keyword", "keyword"] {
        tags.push(Tag::create().kind(kind).save(db).await?);
    }
    let tags: [Tag; 4] = tags.try_into().map_err(|_| "four tags")?;
    post.related(Post::categories).add([&tags[0]], db).await?;
    post.related(Post::keywords).add([&tags[2]], db).await?;
    place.log.clear();
    Ok((place, post, tags))
}

/// Every way of reading says the same about both associations.
async fn assert_tags(place: &Place, post: &Post, categories: &[i32], keywords: &[i32]) -> Test {
    let db = &place.db;
    let loaded = Post::find(post.id)
        .include(Post::categories)
        .include(Post::keywords)
        .one(db)
        .await?;
    assert_eq!(ids!(loaded.categories), categories);
    assert_eq!(ids!(loaded.keywords), keywords);
    let related = post.related(Post::categories);
    assert_eq!(ids!(related.all(db).await?), categories);
    assert_eq!(related.count(db).await?, i64::try_from(categories.len())?);
    let counted = Post::keywords.count().eq(i64::try_from(keywords.len())?);
    assert!(Post::find(post.id).filter(counted).exists(db).await?);
    Ok(())
}

#[tokio::test]
async fn set_takes_out_rows_of_the_scope_alone() -> Test {
    let (place, post, [one, other, keyword, _]) = blog().await?;
    post.related(Post::categories)
        .set([&other], &place.db)
        .await?;
    assert_tags(&place, &post, &[other.id], &[keyword.id]).await?;
    post.related(Post::categories)
        .set([&other, &one], &place.db)
        .await?;
    assert_tags(&place, &post, &[one.id, other.id], &[keyword.id]).await?;
    post.related(Post::categories).set([], &place.db).await?;
    assert_tags(&place, &post, &NONE, &[keyword.id]).await
}

#[tokio::test]
async fn rows_outside_the_scope_are_neither_added_nor_set_nor_removed() -> Test {
    let (place, post, [one, other, keyword, free]) = blog().await?;
    let (db, categories) = (&place.db, post.related(Post::categories));
    let mixed = [&other, &free];
    assert!(
        categories
            .add(mixed, db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        categories
            .set(mixed, db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        categories
            .remove([&one, &keyword], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(!categories.has(&keyword, db).await?);
    assert_tags(&place, &post, &[one.id], &[keyword.id]).await
}

#[tokio::test]
async fn adding_within_a_scope_is_one_statement() -> Test {
    let (place, post, [one, other, ..]) = blog().await?;
    post.related(Post::categories)
        .add([&one, &other, &one], &place.db)
        .await?;
    place.log.assert_count(1);
    assert_tags(&place, &post, &[one.id, other.id], &[3]).await
}

#[tokio::test]
async fn a_created_row_passes_the_scope_or_is_refused() -> Test {
    let (place, post, _) = blog().await?;
    let (db, categories) = (&place.db, post.related(Post::categories));
    let outside = Tag::create().kind("keyword");
    let error = categories.create(outside, db).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    let nested = Post::create().with(Post::categories, |_| [Tag::create().kind("keyword")]);
    assert!(nested.save(db).await.unwrap_err().is_not_related());
    place.log.assert_count(0);
    let tag = categories
        .create(Tag::create().kind("category"), db)
        .await?;
    assert!(categories.has(&tag, db).await?);
    Ok(())
}

#[tokio::test]
async fn a_setter_cannot_lead_a_new_row_elsewhere() -> Test {
    let (place, post, _) = blog().await?;
    let (db, open) = (&place.db, post.related(Post::open_tasks));
    let stray = || open.create().state("done");
    let elsewhere = || open.create().post_id(post.id + 1);
    for refused in [
        stray().save(db).await.map(drop),
        elsewhere().save(db).await.map(drop),
        Task::create_many([open.create(), open.create()].map(|task| task.post_id(None)))
            .save(db)
            .await
            .map(drop),
        Task::upsert(elsewhere().id(1))
            .on_key()
            .save(db)
            .await
            .map(drop),
        Post::create()
            .with(Post::open_tasks, |task| [task().state("done")])
            .save(db)
            .await
            .map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_not_related(), "{error}");
    }
    place.log.assert_count(0);
    let beside = Post::create().with(Post::open_tasks, |task| [task().post_id(post.id)]);
    assert!(beside.save(db).await.unwrap_err().is_not_related());
    assert_eq!(Task::query().count(db).await?, 0);
    let task = open.create().state("open").save(db).await?;
    assert_eq!(task.post_id, Some(post.id));
    Ok(())
}

#[tokio::test]
async fn rows_of_another_scope_are_not_taken() -> Test {
    let (place, post, _) = blog().await?;
    let db = &place.db;
    let (open, done) = (
        post.related(Post::open_tasks),
        post.related(Post::done_tasks),
    );
    let task = open.create().save(db).await?;
    let free = Task::create().state("done").save(db).await?;
    for refused in [
        done.add([&task], db).await,
        done.set([&task], db).await,
        open.add([&free], db).await,
        open.set([&free], db).await,
    ] {
        assert!(refused.unwrap_err().is_not_related());
    }
    assert_eq!(ids!(open.all(db).await?), [task.id]);
    done.add([&free], db).await?;
    // What leaves is free for the same association.
    open.remove([&task], db).await?;
    open.add([&task], db).await?;
    // Taking over is said out loud, and moves a row into the scope.
    done.adopt([&task], db).await?;
    assert_eq!(ids!(done.all(db).await?), [task.id, free.id]);
    assert_eq!(open.count(db).await?, 0);
    Ok(())
}
