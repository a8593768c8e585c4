//! Rows that are marked, counted by a version, or outside a default scope: all at once,
//! in join tables, and in tables that are called like words of SQL.

use orm::ddl::Models;
use orm::prelude::*;
use orm::query::Filter;

use crate::database::{Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order", soft_delete)]
#[association(many_to_many, as = "tags", model = Tag, through = Tagging)]
#[association(many_to_many, as = "pins", model = Tag, through = Pin)]
struct Post {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(version)]
    version: i32,
    deleted_at: Option<DateTime<Utc>>,
}

fn shown() -> Filter<Tag> {
    Tag::hidden.eq(false)
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "select", default_scope = shown)]
#[association(many_to_many, as = "posts", model = Post, through = Tagging)]
#[association(many_to_many, as = "pinned", model = Post, through = Pin)]
struct Tag {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    name: String,
    #[column(default = false)]
    hidden: bool,
}

/// A constraint keeps pairs apart.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "group", soft_delete, timestamps)]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", on_delete = "cascade", one_sided)]
struct Tagging {
    #[column(primary_key)]
    post_id: i32,
    #[column(primary_key)]
    tag_id: i32,
    #[column(version)]
    version: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    deleted_at: Option<DateTime<Utc>>,
}

/// Nothing does.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "user", soft_delete)]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", on_delete = "cascade", one_sided)]
struct Pin {
    #[column(primary_key, auto_increment)]
    id: i32,
    post_id: i32,
    tag_id: i32,
    #[column(version)]
    version: i64,
    deleted_at: Option<DateTime<Utc>>,
}

const MODELS: Models = orm::models![Post, Tag, Tagging, Pin];

#[tokio::test]
async fn a_pair_that_is_marked_or_revived_is_counted() -> Test {
    let place = with_models(MODELS).await?;
    let db = &place.db;
    let post = Post::create().save(db).await?;
    let tag = Tag::create().name("a").save(db).await?;
    let (tags, pins) = (post.related(Post::tags), post.related(Post::pins));
    let versions = async || -> orm::Result<_> {
        let tagging = Tagging::query().with_deleted().one(db).await?;
        let pin = Pin::query().with_deleted().one(db).await?;
        Ok((tagging.version, pin.version))
    };
    tags.add([&tag], db).await?;
    pins.add([&tag], db).await?;
    assert_eq!(versions().await?, (0, 0));
    tags.remove([&tag], db).await?;
    pins.remove([&tag], db).await?;
    assert_eq!(versions().await?, (1, 1), "marked");
    let marked = Tagging::query().with_deleted().one(db).await?;
    assert!(marked.updated_at > marked.created_at);
    tags.add([&tag], db).await?;
    pins.add([&tag], db).await?;
    assert_eq!(versions().await?, (2, 2), "revived");
    tags.set([], db).await?;
    pins.set([], db).await?;
    assert_eq!(versions().await?, (3, 3), "taken out");
    tags.set([&tag], db).await?;
    pins.set([&tag], db).await?;
    assert_eq!(versions().await?, (4, 4), "put back");
    tags.set([&tag], db).await?;
    pins.set([&tag], db).await?;
    assert_eq!(versions().await?, (4, 4), "kept as they are");
    // Whoever read the pair before is told.
    let error = marked.delete(db).await.unwrap_err();
    assert!(error.is_stale(), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_delete_and_a_restore_are_counted_below_too() -> Test {
    let place = with_models(MODELS).await?;
    let db = &place.db;
    let post = Post::create().save(db).await?;
    let tag = Tag::create().name("a").save(db).await?;
    post.related(Post::tags).add([&tag], db).await?;
    post.delete(db).await?;
    assert!(post.delete(db).await.unwrap_err().is_not_found());
    let link = Tagging::query().only_deleted().one(db).await?;
    assert_eq!(link.version, 1);
    let back = post.restore(db).await?;
    assert_eq!(
        (back.version, Tagging::query().one(db).await?.version),
        (2, 2)
    );
    assert!(post.delete(db).await.unwrap_err().is_stale());
    assert!(post.delete_for_good(db).await.unwrap_err().is_stale());

    // A link that was taken out before stays out.
    back.related(Post::tags).remove([&tag], db).await?;
    let rows = Post::query().all_rows().delete().returning(db).await?;
    assert_eq!(rows[0].version, 3);
    let rows = Post::query().all_rows().restore().returning(db).await?;
    assert_eq!(rows[0].version, 4);
    assert_eq!(Tagging::query().count(db).await?, 0);
    Ok(())
}

// A default scope says nothing of what is created, here as in a `has_many`.
#[tokio::test]
async fn a_row_that_is_not_shown_is_created_and_paired() -> Test {
    let place = with_models(MODELS).await?;
    let db = &place.db;
    let post = Post::create().save(db).await?;
    let hidden = || Tag::create().name("one").hidden(true);
    post.related(Post::tags).create(hidden(), db).await?;
    post.related(Post::pins)
        .create(hidden().name("two"), db)
        .await?;
    let nested = Post::create()
        .with(Post::tags, |tag| [tag().name("three").hidden(true)])
        .with(Post::pins, |tag| [tag().name("four").hidden(true)]);
    let nested = nested.save(db).await?;
    for post in [&post, &nested] {
        assert_eq!(post.related(Post::tags).count(db).await?, 0);
        let all = Post::find(post.id)
            .include(Post::tags.unscoped(Tag::SHOWN))
            .include(Post::pins.unscoped(Tag::SHOWN));
        let all = all.one(db).await?;
        assert_eq!((all.tags.len(), all.pins.len()), (1, 1));
    }
    // Of a new row that is not seen itself the same holds.
    let marked = Post::create().deleted_at(Utc::now());
    let marked = marked
        .with(Post::tags, |tag| [tag().name("five")])
        .with(Post::pins, |tag| [tag().name("six")]);
    let marked = marked.save(db).await?;
    let all = Post::find(marked.id).with_deleted().include(Post::tags);
    assert_eq!(all.one(db).await?.tags.len(), 1);
    // One that was there is not paired while it is hidden.
    let shown = Tag::query().unscoped(Tag::SHOWN);
    let one = shown.filter(Tag::name.eq("one")).one(db).await?;
    let error = nested
        .related(Post::tags)
        .add([&one], db)
        .await
        .unwrap_err();
    assert!(error.is_not_related(), "{error}");
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "table", soft_delete = end)]
#[association(has_many, as = "leaves", model = Leaf, foreign_key = ("tenant", "order"))]
#[association(has_many, as = "spare", model = Leaf, foreign_key = ("other_tenant", "else"))]
struct Tree {
    #[column(primary_key)]
    tenant: i32,
    #[column(primary_key, name = "Where")]
    number: i32,
    end: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "from", soft_delete)]
#[association(belongs_to, as = "tree", model = Tree, foreign_key = ("tenant", "order"), on_delete = "cascade")]
#[association(belongs_to, as = "other", model = Tree, foreign_key = ("other_tenant", "else"), on_delete = "set_null")]
struct Leaf {
    #[column(primary_key, auto_increment)]
    id: i32,
    tenant: i32,
    order: i32,
    other_tenant: Option<i32>,
    #[column(name = "else")]
    r#else: Option<i32>,
    #[column(name = "Deleted At")]
    deleted_at: Option<DateTime<Utc>>,
}

#[tokio::test]
async fn keys_of_several_columns_lead_to_what_is_marked() -> Test {
    let place = with_models(orm::models![Tree, Leaf]).await?;
    let db = &place.db;
    let tree = |tenant, number| Tree::create().tenant(tenant).number(number).save(db);
    let (one, two) = (tree(1, 1).await?, tree(1, 2).await?);
    tree(2, 1).await?;
    let leaf = |tenant: i32, order: i32, other: Option<i32>| {
        let leaf = Leaf::create().tenant(tenant).order(order);
        let leaf = leaf.other_tenant(other.map(|_| tenant)).r#else(other);
        leaf.save(db)
    };
    leaf(1, 1, Some(2)).await?;
    let b = leaf(1, 2, Some(1)).await?;
    leaf(2, 1, Some(1)).await?;
    one.delete(db).await?;
    let all = Leaf::query().with_deleted().order_by(Leaf::id);
    let all = all.all(db).await?;
    let marked = all.iter().map(|it| (it.deleted_at.is_some(), it.r#else));
    assert!(marked.eq([(true, Some(2)), (false, None), (false, Some(1))]));
    // A leaf that was gone before its tree stays gone.
    b.delete(db).await?;
    two.delete(db).await?;
    two.restore(db).await?;
    assert_eq!(two.related(Tree::leaves).count(db).await?, 0);
    one.restore(db).await?;
    assert_eq!(one.related(Tree::leaves).count(db).await?, 1);
    // Trees of both tenants at once, and one of them back.
    let both = Tree::query().filter(Tree::number.eq(1));
    assert_eq!(both.delete().run(db).await?, 2);
    assert_eq!(Leaf::query().count(db).await?, 0);
    let second = Tree::query().filter(Tree::tenant.eq(2));
    assert_eq!(second.restore().run(db).await?, 1);
    assert_eq!(Leaf::query().one(db).await?.tenant, 2);
    Ok(())
}

/// Without quotes, `user` is a function that is never NULL.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "words", soft_delete = user)]
struct Word {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique(unless_deleted))]
    word: String,
    #[column(name = "User \"name\"", unique(unless_deleted))]
    other: i32,
    user: Option<DateTime<Utc>>,
}

#[tokio::test]
async fn a_word_of_sql_marks() -> Test {
    let place = with_models(orm::models![Word]).await?;
    let db = &place.db;
    let word = |other| Word::create().word("a").other(other);
    let first = word(1).save(db).await?;
    let error = word(2).save(db).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error}");
    let again = Word::upsert(word(1)).on(Word::word).save(db).await?;
    assert!(again.updated);
    first.delete(db).await?;
    let second = Word::upsert(word(1)).on(Word::word).save(db).await?;
    assert!(second.created);
    assert_eq!(Word::find_by(Word::other, 1).one(db).await?, second.row);
    Ok(())
}
