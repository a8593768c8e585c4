//! Rows that are hidden unless it is asked for: marked as deleted, or outside a
//! default scope.

mod bulk;
mod cascades;
mod lifting;
mod links;
mod marks;
mod other_keys;
mod owners;
mod scopes;
mod uniques;
mod unpaired;
mod versions;
mod walk;

use orm::prelude::*;
use orm::query::Query;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "authors", soft_delete, timestamps)]
#[association(has_many, as = "posts", model = Post, foreign_key = "author_id")]
#[association(has_many, as = "notes", model = Note, foreign_key = "author_id")]
#[association(has_many, as = "pens", model = Pen, foreign_key = "author_id")]
#[association(has_many, as = "contracts", model = Contract, foreign_key = "author_id")]
#[association(has_one, as = "card", model = Card, foreign_key = "author_id")]
struct Author {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
    #[column(unique(unless_deleted))]
    email: Option<String>,
    deleted_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "posts", soft_delete = removed_at)]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "cascade")]
#[association(has_many, as = "comments", model = Comment, foreign_key = "post_id")]
#[association(many_to_many, as = "tags", model = Tag, through = Tagging)]
struct Post {
    #[column(primary_key, auto_increment)]
    id: i32,
    author_id: i32,
    title: String,
    #[column(default = 0)]
    likes: i32,
    removed_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "comments", soft_delete)]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "cascade")]
struct Comment {
    #[column(primary_key, auto_increment)]
    id: i32,
    post_id: Option<i32>,
    body: String,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags", soft_delete)]
#[association(many_to_many, as = "posts", model = Post, through = Tagging)]
struct Tag {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "taggings", soft_delete)]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", on_delete = "cascade", one_sided)]
struct Tagging {
    #[column(primary_key)]
    post_id: i32,
    #[column(primary_key)]
    tag_id: i32,
    note: Option<String>,
    deleted_at: Option<DateTime<Utc>>,
}

/// Stays when its author is marked: it has no mark of its own.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes")]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "cascade")]
struct Note {
    #[column(primary_key, auto_increment)]
    id: i32,
    author_id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pens")]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "set_null")]
struct Pen {
    #[column(primary_key, auto_increment)]
    id: i32,
    author_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "contracts", soft_delete)]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id")]
struct Contract {
    #[column(primary_key, auto_increment)]
    id: i32,
    author_id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "cards", soft_delete)]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "cascade")]
struct Card {
    #[column(primary_key, auto_increment)]
    id: i32,
    author_id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

const BLOG: orm::ddl::Models = orm::models![
    Author, Post, Comment, Tag, Tagging, Note, Pen, Contract, Card
];

/// Ann with two posts, `a` and `b`, of which `a` has the comments `x` and `y` and the
/// tags `red` and `blue`; Bob with the post `c`.
struct Blog {
    place: Place,
    ann: Author,
    bob: Author,
    a: Post,
    b: Post,
    x: Comment,
    y: Comment,
    red: Tag,
    blue: Tag,
}

async fn blog() -> Test<Blog> {
    let place = with_models(BLOG).await?;
    let db = &place.db;
    let ann = author("Ann", db).await?;
    let bob = author("Bob", db).await?;
    let a = post(&ann, "a", db).await?;
    let b = post(&ann, "b", db).await?;
    post(&bob, "c", db).await?;
    let x = comment(&a, "x", db).await?;
    let y = comment(&a, "y", db).await?;
    let red = Tag::create().name("red").save(db).await?;
    let blue = Tag::create().name("blue").save(db).await?;
    a.related(Post::tags).add([&red, &blue], db).await?;
    place.log.clear();
    Ok(Blog {
        place,
        ann,
        bob,
        a,
        b,
        x,
        y,
        red,
        blue,
    })
}

async fn author(name: &str, db: &Db) -> orm::Result<Author> {
    Author::create().name(name).save(db).await
}

async fn post(author: &Author, title: &str, db: &Db) -> orm::Result<Post> {
    let post = author.related(Author::posts).create().title(title);
    post.save(db).await
}

async fn comment(post: &Post, body: &str, db: &Db) -> orm::Result<Comment> {
    let comment = post.related(Post::comments).create().body(body);
    comment.save(db).await
}

async fn titles<S: Send>(query: Query<Post, Post, S>, db: &Db) -> orm::Result<Vec<String>> {
    let posts = query.order_by(Post::title).all(db).await?;
    Ok(posts.into_iter().map(|post| post.title).collect())
}

async fn bodies<S: Send>(query: Query<Comment, Comment, S>, db: &Db) -> orm::Result<Vec<String>> {
    let comments = query.order_by(Comment::body).all(db).await?;
    Ok(comments.into_iter().map(|it| it.body).collect())
}
