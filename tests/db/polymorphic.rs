//! Rows that belong to one of several models.

use orm::prelude::*;

use crate::database::{Place, Test, with_models};

#[derive(Polymorphic, Debug, Clone, PartialEq)]
enum Commentable {
    Post(Post),
    Photo(Photo),
    /// A comment can be commented on as well.
    Comment(Comment),
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "posts")]
#[association(has_many, as = "comments", model = Comment, foreign_key = "subject_id", polymorphic = Commentable)]
struct Post {
    #[column(primary_key, auto_increment)]
    id: i64,
    title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "photos")]
#[association(has_one, as = "comment", model = Comment, foreign_key = "subject_id", polymorphic = Commentable)]
struct Photo {
    #[column(primary_key, auto_increment)]
    id: i64,
    url: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "comments")]
#[association(belongs_to, as = "subject", polymorphic = Commentable, foreign_key = "subject_id", type_column = "subject_type")]
#[association(has_many, as = "replies", model = Comment, foreign_key = "subject_id", polymorphic = Commentable)]
#[association(belongs_to, as = "writer", model = Writer, foreign_key = "writer_id")]
struct Comment {
    #[column(primary_key, auto_increment)]
    id: i64,
    subject_type: CommentableType,
    subject_id: i64,
    writer_id: Option<i64>,
    body: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "writers")]
#[association(has_many, as = "comments", model = Comment, foreign_key = "writer_id")]
struct Writer {
    #[column(primary_key, auto_increment)]
    id: i64,
    name: String,
}

/// A post and a photo of the same number, each with comments; one comment's post is gone.
async fn gallery() -> Test<Place> {
    let place = with_models(orm::models![Post, Photo, Writer, Comment]).await?;
    place
        .run(
            "INSERT INTO writers (id, name) VALUES (1, 'Ann');
             INSERT INTO posts (id, title) VALUES (1, 'one'), (2, 'two');
             INSERT INTO photos (id, url) VALUES (1, 'a.png');
             INSERT INTO comments (id, subject_type, subject_id, writer_id, body) VALUES
                 (1, 'post', 1, 1, 'a'), (2, 'photo', 1, 1, 'b'), (3, 'post', 1, NULL, 'c'),
                 (4, 'comment', 1, 1, 'd'), (5, 'post', 9, NULL, 'e')",
        )
        .await?;
    place.number_from_100(&["posts", "comments"]).await?;
    Ok(place)
}

fn named(subject: Option<&Commentable>) -> String {
    match subject {
        Some(Commentable::Post(post)) => format!("post {}", post.title),
        Some(Commentable::Photo(photo)) => format!("photo {}", photo.url),
        Some(Commentable::Comment(comment)) => format!("comment {}", comment.body),
        None => "nothing".into(),
    }
}

const SUBJECTS: [&str; 5] = [
    "post one",
    "photo a.png",
    "post one",
    "comment a",
    "nothing",
];

#[tokio::test]
async fn the_owner_of_each_row_is_loaded_in_one_statement() -> Test {
    let gallery = gallery().await?;
    let comments = Comment::query()
        .include(Comment::writer)
        .include(Comment::subject)
        .include(Comment::replies)
        .all(&gallery.db)
        .await?;
    gallery.log.assert_count(1);
    let subjects: Vec<String> = comments
        .iter()
        .map(|it| named(it.subject.as_ref()))
        .collect();
    assert_eq!(subjects, SUBJECTS);
    let replies: Vec<usize> = comments.iter().map(|it| it.replies.len()).collect();
    assert_eq!(replies, [1, 0, 0, 0, 0]);
    assert!(comments[0].writer.is_some() && comments[2].writer.is_none());
    Ok(())
}

#[tokio::test]
async fn owners_are_loaded_below_other_rows() -> Test {
    let gallery = gallery().await?;
    let ann = Writer::find(1)
        .include(Writer::comments.include(Comment::subject))
        .one(&gallery.db)
        .await?;
    gallery.log.assert_count(1);
    let subjects: Vec<String> = ann
        .comments
        .iter()
        .map(|it| named(it.subject.as_ref()))
        .collect();
    assert_eq!(subjects, ["post one", "photo a.png", "comment a"]);
    Ok(())
}

#[tokio::test]
async fn each_owner_has_its_own_rows_only() -> Test {
    let gallery = gallery().await?;
    let posts = Post::query()
        .include(Post::comments)
        .all(&gallery.db)
        .await?;
    let bodies: Vec<Vec<&str>> = posts
        .iter()
        .map(|post| post.comments.iter().map(|it| &*it.body).collect())
        .collect();
    assert_eq!(bodies, [vec!["a", "c"], vec![]]);
    let photo = Photo::find(1)
        .include(Photo::comment)
        .one(&gallery.db)
        .await?;
    assert_eq!(photo.comment.as_ref().map(|it| &*it.body), Some("b"));
    let commented = Post::query()
        .filter(Post::comments.exists())
        .all(&gallery.db)
        .await?;
    assert_eq!(commented.len(), 1);
    Ok(())
}

#[tokio::test]
async fn owners_of_rows_fetched_before() -> Test {
    let gallery = gallery().await?;
    let comments = Comment::query()
        .order_by(Comment::id.asc())
        .all(&gallery.db)
        .await?;
    let subjects = Comment::subject.load_for(&comments, &gallery.db).await?;
    gallery.log.assert_count(4); // one per model
    let subjects: Vec<String> = subjects.iter().map(|it| named(it.as_ref())).collect();
    assert_eq!(subjects, SUBJECTS);
    let subject = Comment::subject.of(&comments[1], &gallery.db).await?;
    gallery.log.assert_count(5);
    assert_eq!(named(subject.as_ref()), "photo a.png");
    Ok(())
}

#[tokio::test]
async fn creating_and_setting_write_both_columns() -> Test {
    let gallery = gallery().await?;
    let photo = Photo::create().id(50).url("new").save(&gallery.db).await?;
    let comment = photo
        .related(Photo::comment)
        .create()
        .body("new")
        .save(&gallery.db)
        .await?;
    assert_eq!(
        (comment.subject_type, comment.subject_id),
        (CommentableType::Photo, photo.id)
    );
    let post = Post::find(2).one(&gallery.db).await?;
    let moved = Comment::subject.set(&comment, &post, &gallery.db).await?;
    assert_eq!(
        (moved.subject_type, moved.subject_id),
        (CommentableType::Post, 2)
    );
    assert_eq!(
        post.related(Post::comments).all(&gallery.db).await?,
        [moved]
    );
    Ok(())
}

#[tokio::test]
async fn an_owner_that_is_set_in_a_transaction_is_committed_with_it() -> Test {
    let gallery = gallery().await?;
    let db: &dyn Executor = &gallery.db;
    let comment = Comment::find(2).one(db).await?;
    let post = Post::find(2).one(db).await?;
    let tx = gallery.db.begin().await?;
    Comment::subject.set(&comment, &post, &tx).await?;
    // The transaction goes on after a row that is gone.
    let gone = Comment {
        id: 99,
        ..comment.clone()
    };
    let error = Comment::subject.set(&gone, &post, &tx).await.unwrap_err();
    assert!(error.is_not_found(), "{error}");
    tx.commit().await?;
    let comment = comment.refresh(db).await?;
    assert_eq!(
        (comment.subject_type, comment.subject_id),
        (CommentableType::Post, 2)
    );
    let subject = Comment::subject.of(&comment, db).await?;
    assert_eq!(named(subject.as_ref()), "post two");
    Ok(())
}

#[tokio::test]
async fn whole_graphs_say_what_they_belong_to() -> Test {
    let gallery = gallery().await?;
    let post = Post::create()
        .title("three")
        .with(Post::comments, |comment| {
            [comment().body("x"), comment().body("y")]
        })
        .save(&gallery.db)
        .await?;
    let comments = post.related(Post::comments).order_by(Comment::id);
    let comments = comments.all(&gallery.db).await?;
    let written: Vec<_> = comments
        .iter()
        .map(|it| (it.subject_type, &*it.body))
        .collect();
    assert_eq!(
        written,
        [(CommentableType::Post, "x"), (CommentableType::Post, "y")]
    );
    Ok(())
}

#[test]
fn the_enum_knows_its_rows() {
    let owner = Commentable::Post(Post {
        id: 7,
        title: "x".into(),
    });
    assert_eq!(
        (owner.owner_type(), owner.owner_key()),
        (CommentableType::Post, 7)
    );
}

// The post and the photo have the same number, and the same is asked of both.
#[tokio::test]
async fn rows_are_found_by_what_they_belong_to() -> Test {
    let gallery = gallery().await?;
    let find = async |filter| -> Test<Vec<(CommentableType, i64)>> {
        let found = Comment::query().filter(filter).all(&gallery.db).await?;
        Ok(found
            .iter()
            .map(|it| (it.subject_type, it.subject_id))
            .collect())
    };
    let of_posts = find(Comment::subject.is(Post::id.eq(1))).await?;
    assert!(!of_posts.is_empty());
    assert!(
        of_posts.iter().all(|it| *it == (CommentableType::Post, 1)),
        "{of_posts:?}"
    );
    let of_photos = find(Comment::subject.is(Photo::id.eq(1))).await?;
    assert!(!of_photos.is_empty());
    assert!(
        of_photos
            .iter()
            .all(|it| *it == (CommentableType::Photo, 1)),
        "{of_photos:?}"
    );
    let of_none = find(Comment::subject.is(Photo::url.eq("nowhere"))).await?;
    assert_eq!(of_none, []);
    Ok(())
}
