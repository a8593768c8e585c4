//! A blog's models: associations through a join table and to one of several models, rows that
//! are marked as deleted.

use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = "posts", soft_delete)]
#[association(many_to_many, as = "tags", model = Tag, through = "post_tags")]
#[association(has_many, as = "notes", model = Note, foreign_key = "subject_id", polymorphic = Subject)]
pub(crate) struct Post {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) title: String,
    pub(crate) deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "tags")]
#[association(many_to_many, as = "posts", model = Post, through = "post_tags")]
#[association(has_many, as = "notes", model = Note, foreign_key = "subject_id", polymorphic = Subject)]
pub(crate) struct Tag {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) word: String,
}

#[derive(Polymorphic, Debug, Clone)]
pub(crate) enum Subject {
    Post(Post),
    Tag(Tag),
}

#[derive(Model, Debug, Clone)]
#[model(table = "notes")]
#[association(belongs_to, as = "subject", polymorphic = Subject)]
pub(crate) struct Note {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) subject_type: SubjectType,
    pub(crate) subject_id: i32,
    pub(crate) body: String,
}

pub(crate) const MODELS: orm::ddl::Models = orm::models![Post, Tag, Note];

/// A post with two tags and a note, which is then deleted.
pub(crate) async fn fill(db: &Db) {
    db.create_missing(MODELS).await.unwrap();
    let post = Post::create().title("Hello").save(db).await.unwrap();
    for word in ["rust", "sql"] {
        let tag = Tag::create().word(word).save(db).await.unwrap();
        post.related(Post::tags).add([&tag], db).await.unwrap();
        let note = Note::create().subject(&tag).body("On a tag");
        note.save(db).await.unwrap();
    }
    let note = Note::create().subject(&post).body("On a post");
    note.save(db).await.unwrap();
    post.delete(db).await.unwrap();
}
