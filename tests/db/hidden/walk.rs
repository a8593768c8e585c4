//! Every way to read rows, walked: none shows a row that is marked.
//!
//! Who adds a way to read adds it here; the last test finds those that are missing.

use std::collections::BTreeMap;

use orm::prelude::*;
use orm::query::{FoundOrBuilt, count, exists, outer, row_number};

use super::{Author, Blog, Comment, Note, Post, Tag, Tagging, blog, comment, post};
use crate::database::Test;

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Post)]
struct Titled {
    title: String,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Author)]
struct Writer {
    name: String,
    posts: Vec<Titled>,
    #[projection(value = Author::posts.count())]
    written: i64,
}

/// What each way shows, by its name.
type Shown = BTreeMap<&'static str, Vec<String>>;

/// Marks what can be marked beside what is there, so that each way has something to hide.
async fn marked() -> Test<Blog> {
    let blog = blog().await?;
    let db = &blog.place.db;
    let gone = post(&blog.ann, "gone", db).await?;
    gone.related(Post::tags).add([&blog.red], db).await?;
    comment(&gone, "below", db).await?;
    gone.delete(db).await?;
    blog.y.delete(db).await?;
    let grey = Tag::create().name("grey").save(db).await?;
    blog.a.related(Post::tags).add([&grey], db).await?;
    grey.delete(db).await?;
    blog.a.related(Post::tags).remove([&blog.blue], db).await?;
    let ghost = Author::create().name("Ghost").email("x".to_owned());
    let ghost = ghost.save(db).await?;
    Note::create().author_id(ghost.id).save(db).await?;
    ghost.delete(db).await?;
    Ok(blog)
}

fn posts(posts: impl IntoIterator<Item = Post>) -> Vec<String> {
    posts.into_iter().map(|post| post.title).collect()
}

#[tokio::test]
async fn no_query_shows_a_marked_row() -> Test {
    let blog = marked().await?;
    let (db, ann) = (&blog.place.db, &blog.ann);
    let by_title = || Post::query().order_by(Post::title);
    let gone = || by_title().filter(Post::title.eq("gone"));
    let mut shown = Shown::new();

    shown.insert("all", posts(by_title().all(db).await?));
    shown.insert("one", posts(gone().one_or_none(db).await?));
    shown.insert("one_or_none", posts(gone().one_or_none(db).await?));
    shown.insert("first", posts(gone().first(db).await?));
    shown.insert("count", vec![by_title().count(db).await?.to_string()]);
    shown.insert("exists", vec![gone().exists(db).await?.to_string()]);
    let mut each = Vec::new();
    by_title()
        .for_each(db, |post| {
            each.push(post.title);
            Ok(())
        })
        .await?;
    shown.insert("for_each", each);
    let distinct = by_title().distinct().select::<Titled>().all(db).await?;
    shown.insert(
        "distinct",
        distinct.into_iter().map(|it| it.title).collect(),
    );
    let selected = by_title().select::<Titled>().all(db).await?;
    shown.insert("select", selected.into_iter().map(|it| it.title).collect());
    shown.insert("values", by_title().values(Post::title).all(db).await?);
    let folded = Post::query()
        .values((count(), Post::title.max()))
        .one(db)
        .await?;
    shown.insert(
        "aggregate",
        vec![folded.0.to_string(), folded.1.unwrap_or_default()],
    );
    let groups = Post::query().values((Post::author_id, count()));
    let groups = groups
        .group_by(Post::author_id)
        .order_by(Post::author_id)
        .all(db)
        .await?;
    shown.insert(
        "group_by",
        groups.iter().map(|it| it.1.to_string()).collect(),
    );
    let last = Post::query()
        .order_by(Post::title.desc())
        .limit(9)
        .values(count());
    shown.insert("limit before values", vec![last.one(db).await?.to_string()]);
    let numbered = row_number().over((), Post::title);
    let numbered = Post::query().values(numbered).all(db).await?;
    shown.insert("window", vec![numbered.len().to_string()]);
    let many = Post::query().filter(Post::title.in_(["a", "gone"]));
    shown.insert("filter", posts(many.all(db).await?));

    let live = || ["a", "b", "c"].map(str::to_owned).to_vec();
    let three = || vec!["3".to_owned()];
    let expected = [
        ("aggregate", vec!["3".to_owned(), "c".to_owned()]),
        ("all", live()),
        ("count", three()),
        ("distinct", live()),
        ("exists", vec!["false".to_owned()]),
        ("filter", vec!["a".to_owned()]),
        ("first", vec![]),
        ("for_each", live()),
        ("group_by", vec!["2".to_owned(), "1".to_owned()]),
        ("limit before values", three()),
        ("one", vec![]),
        ("one_or_none", vec![]),
        ("select", live()),
        ("values", live()),
        ("window", three()),
    ];
    assert_eq!(shown, Shown::from(expected));

    let key = Post::query().only_deleted().one(db).await?.id;
    assert!(Post::find(key).one(db).await.unwrap_err().is_not_found());
    assert!(Post::find(key).one_or_none(db).await?.is_none());
    assert!(
        Author::find_by(Author::email, "x".to_owned())
            .one_or_none(db)
            .await?
            .is_none()
    );
    let new = Author::create().name("New").email("x".to_owned());
    let built = Author::find_or_build(new).on(Author::email).one(db).await?;
    assert!(matches!(built, FoundOrBuilt::Built(_)));
    assert!(ann.refresh(db).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn no_tree_shows_a_marked_row() -> Test {
    let blog = marked().await?;
    let (db, ann, a) = (&blog.place.db, &blog.ann, &blog.a);
    let comments = || Post::comments.order_by(Comment::body);
    let tags = || Post::tags.order_by(Tag::name);
    for apart in [false, true] {
        let written = Author::posts.order_by(Post::title);
        let written = if apart {
            written.separate()
        } else {
            written.together()
        };
        let authors = Author::query()
            .order_by(Author::name)
            .include(written.include(comments()).include(tags()));
        let authors = authors.all(db).await?;
        let names: Vec<_> = authors.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["Ann", "Bob"]);
        let titles: Vec<_> = authors[0]
            .posts
            .iter()
            .map(|it| it.title.as_str())
            .collect();
        assert_eq!(titles, ["a", "b"]);
        let first = &authors[0].posts[0];
        let bodies: Vec<_> = first.comments.iter().map(|it| it.body.as_str()).collect();
        assert_eq!(bodies, ["x"]);
        let names: Vec<_> = first.tags.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(names, ["red"]);
    }
    let limited = Author::find(ann.id).include(Author::posts.order_by(Post::title.desc()).limit(1));
    assert_eq!(limited.one(db).await?.posts[0].title, "b");
    let joined = Post::find(a.id).include(tags().with_join_row::<Tagging>());
    assert_eq!(joined.one(db).await?.tags.len(), 1);
    let writers = Author::query().order_by(Author::name).select::<Writer>();
    let writers = writers.all(db).await?;
    assert_eq!(writers[0].posts.len(), 2);
    assert_eq!(writers[0].written, 2);
    let owners = Note::query().include(Note::author).one(db).await?;
    assert!(owners.author.is_none());

    assert_eq!(Author::posts.load_for([ann], db).await?[0].len(), 2);
    assert_eq!(comments().load_for([a], db).await?[0].len(), 1);
    assert_eq!(tags().load_for([a], db).await?[0].len(), 1);
    let below = Author::posts
        .include(comments())
        .load_for([ann], db)
        .await?;
    assert_eq!(
        below[0].iter().map(|it| it.comments.len()).sum::<usize>(),
        1
    );
    Ok(())
}

#[tokio::test]
async fn no_condition_sees_a_marked_row() -> Test {
    let blog = marked().await?;
    let db = &blog.place.db;
    let authors = async |filter| Author::query().filter(filter).count(db).await;
    let gone = || Post::title.eq("gone");
    assert_eq!(authors(Author::posts.any(gone())).await?, 0);
    assert_eq!(authors(Author::posts.none(gone())).await?, 2);
    assert_eq!(authors(Author::posts.all(Post::title.ne("gone"))).await?, 2);
    assert_eq!(authors(Author::posts.count().eq(2)).await?, 1);
    assert_eq!(authors(Author::posts.count_where(gone()).gt(0)).await?, 0);
    assert_eq!(authors(Author::posts.is_empty()).await?, 0);
    assert_eq!(
        authors(Author::posts.any(Post::comments.any(Comment::body.eq("y")))).await?,
        0
    );
    assert_eq!(
        authors(Author::posts.any(Post::tags.any(Tag::name.eq("blue")))).await?,
        0
    );
    assert_eq!(
        authors(Author::posts.any(Post::tags.any(Tag::name.eq("grey")))).await?,
        0
    );
    let posts = async |filter| Post::query().filter(filter).count(db).await;
    assert_eq!(posts(Post::tags.exists()).await?, 1);
    assert_eq!(posts(Post::tags.count().eq(1)).await?, 1);
    assert_eq!(posts(Post::author.is(Author::name.eq("Ann"))).await?, 2);
    let notes = Note::query().filter(Note::author.exists());
    assert_eq!(notes.count(db).await?, 0);
    let name = Note::query().values(Note::author.value(Author::name));
    assert_eq!(name.one(db).await?, None);
    let by = Post::query()
        .order_by(Post::comments.count().desc())
        .order_by(Post::title);
    assert_eq!(by.first(db).await?.map(|it| it.title).as_deref(), Some("a"));
    let required = Author::query().include(Author::posts.filter(gone()).required());
    assert_eq!(required.count(db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn no_association_method_sees_a_marked_row() -> Test {
    let blog = marked().await?;
    let (db, ann, a) = (&blog.place.db, &blog.ann, &blog.a);
    let gone = Post::query().only_deleted().one(db).await?;
    let posts = || ann.related(Author::posts);
    assert_eq!(posts().all(db).await?.len(), 2);
    assert_eq!(posts().count(db).await?, 2);
    assert!(posts().exists(db).await?);
    assert!(!posts().has(&gone, db).await?);
    assert!(!posts().has_all([a, &gone], db).await?);
    let only = posts().filter(Post::title.eq("gone"));
    assert!(only.one_or_none(db).await?.is_none());
    assert_eq!(posts().order_by(Post::title.desc()).all(db).await?.len(), 2);
    assert_eq!(posts().include(Post::comments).all(db).await?.len(), 2);
    let comments = a.related(Post::comments);
    assert_eq!(comments.one(db).await?, blog.x);
    assert_eq!(comments.one_or_none(db).await?.as_ref(), Some(&blog.x));
    assert_eq!(
        a.related(Post::tags).all(db).await?,
        std::slice::from_ref(&blog.red)
    );
    // Writes.
    assert!(
        comments
            .add([&blog.y], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        comments
            .adopt([&blog.y], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        comments
            .remove([&blog.y], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        comments
            .delete([&blog.y], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        comments
            .set([&blog.y], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    let y = [blog.y.id];
    for refused in [
        comments.add_keys(y, db).await,
        comments.adopt_keys(y, db).await,
        comments.remove_keys(y, db).await,
        comments.delete_keys(y, db).await,
        comments.set_keys(y, db).await,
    ] {
        assert!(refused.unwrap_err().is_not_related());
    }
    let below = blog.x.related(Comment::post).set_key(gone.id, db).await;
    assert!(below.unwrap_err().is_not_related());
    for change in [
        a.related(Post::comments).change().add_keys(y),
        a.related(Post::comments).change().adopt_keys(y),
        a.related(Post::comments).change().remove_keys(y),
        a.related(Post::comments).change().delete_keys(y),
    ] {
        assert!(change.save(db).await.unwrap_err().is_not_found());
    }
    comments.set([&blog.x], db).await?;
    let y = Comment::find(blog.y.id).only_deleted().one(db).await?;
    assert_eq!(y.post_id, Some(a.id), "a marked row is not taken out");
    comments.delete([&blog.x], db).await?;
    assert_eq!(comments.count(db).await?, 0);
    blog.x.restore(db).await?;
    assert_eq!(comments.count(db).await?, 1);
    Ok(())
}

/// The methods that read rows, or lead to one that does, each with the place above.
const WALKED: &[&str] = &[
    "add",
    "add_keys",
    "adopt",
    "adopt_keys",
    "all",
    "any",
    "clear",
    "count",
    "count_where",
    "create",
    "delete",
    "delete_for_good",
    "delete_keys",
    "distinct",
    "exists",
    "explain",
    "explain_by_index",
    "filter",
    "find",
    "find_by",
    "find_or_build",
    "first",
    "for_each",
    "has",
    "has_all",
    "include",
    "is",
    "is_empty",
    "load_for",
    "none",
    "of",
    "one",
    "one_or_none",
    "order_by",
    "query",
    "refresh",
    "related",
    "remove",
    "remove_keys",
    "required",
    "restore",
    "returning",
    "run",
    "save",
    "select",
    "set",
    "set_key",
    "set_keys",
    "update",
    "value",
    "values",
];

#[tokio::test]
async fn no_subquery_sees_a_marked_row_unless_it_says_so() -> Test {
    let blog = marked().await?;
    let db = &blog.place.db;
    let below = || Comment::query().filter(Comment::post_id.eq(outer(Post::id)));
    let commented = Post::query().filter(exists(below())).count(db).await?;
    assert_eq!(commented, 1);
    let all = exists(below().with_deleted());
    let commented = Post::query().with_deleted().filter(all).count(db).await?;
    assert_eq!(commented, 2);
    let posts = || Post::query().values(Post::author_id);
    let idle = Author::query().filter(Author::id.not_in_subquery(posts()));
    assert_eq!(idle.count(db).await?, 0);
    let written = Post::query().filter(Post::author_id.eq(outer(Author::id)));
    let written = written.values(count()).subquery();
    let written = Author::query().order_by(Author::name).values(written);
    assert_eq!(written.all(db).await?, [Some(2), Some(1)]);
    Ok(())
}

// Files in which a method that awaits the database may be new.
#[test]
fn every_method_that_awaits_the_database_is_walked() {
    let sources = [
        include_str!("../../../orm-core/src/query/association.rs"),
        include_str!("../../../orm-core/src/query/delete.rs"),
        include_str!("../../../orm-core/src/query/fetch.rs"),
        include_str!("../../../orm-core/src/query/include.rs"),
        include_str!("../../../orm-core/src/query/lock.rs"),
        include_str!("../../../orm-core/src/query/one_of.rs"),
        include_str!("../../../orm-core/src/query/queries.rs"),
        include_str!("../../../orm-core/src/query/related/held_by_join_table.rs"),
        include_str!("../../../orm-core/src/query/related/held_by_owner.rs"),
        include_str!("../../../orm-core/src/query/related/held_by_target.rs"),
        include_str!("../../../orm-core/src/query/related/mod.rs"),
        include_str!("../../../orm-core/src/query/tuple.rs"),
        include_str!("../../../orm-core/src/query/update.rs"),
        include_str!("../../../orm-core/src/query/upsert/build.rs"),
    ];
    let mut missing = Vec::new();
    for line in sources.iter().flat_map(|source| source.lines()) {
        let Some((_, rest)) = line.split_once("pub async fn ") else {
            continue;
        };
        let end = rest.find(['<', '(']).unwrap_or(rest.len());
        if !WALKED.contains(&&rest[..end]) {
            missing.push(&rest[..end]);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}
