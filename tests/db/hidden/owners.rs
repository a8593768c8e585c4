//! The one row that a row belongs to, if it is seen.

use orm::prelude::*;

use super::{Author, Blog, Note, Post, blog};
use crate::database::{Test, with_models};

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Note)]
struct Noted {
    id: i32,
    author: Option<Author>,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Note)]
struct NotedBy {
    id: i32,
    #[projection(include = Note::author.required())]
    author: Author,
}

#[tokio::test]
async fn a_marked_owner_is_none_and_required_leaves_the_row_out() -> Test {
    let Blog {
        place, ann, bob, ..
    } = blog().await?;
    let db = &place.db;
    let of_ann = Note::create().author_id(ann.id).save(db).await?;
    let of_bob = Note::create().author_id(bob.id).save(db).await?;
    ann.delete(db).await?;
    let notes = || Note::query().order_by(Note::id);

    let all = notes().include(Note::author).all(db).await?;
    let names = all
        .iter()
        .map(|it| it.author.as_ref().map(|it| it.name.as_str()));
    assert_eq!(names.collect::<Vec<_>>(), [None, Some("Bob")]);
    assert_eq!(notes().include(Note::author).count(db).await?, 2);

    let known = notes().include(Note::author.required()).all(db).await?;
    // It is the row itself.
    let names: Vec<&str> = known.iter().map(|it| it.author.name.as_str()).collect();
    assert_eq!(names, ["Bob"]);
    assert_eq!(notes().include(Note::author.required()).count(db).await?, 1);

    let lifted = Note::author.with_deleted().required();
    let all = notes().include(lifted).all(db).await?;
    let names: Vec<&str> = all.iter().map(|it| it.author.name.as_str()).collect();
    assert_eq!(names, ["Ann", "Bob"]);

    let shown = notes().select::<Noted>().all(db).await?;
    assert_eq!(shown.iter().filter(|it| it.author.is_none()).count(), 1);
    let shown = notes().select::<NotedBy>().all(db).await?;
    assert_eq!(
        shown.iter().map(|it| it.id).collect::<Vec<_>>(),
        [of_bob.id]
    );

    let loaded = Note::author.load_for([&of_ann, &of_bob], db).await?;
    assert_eq!(loaded[0], None);
    assert_eq!(loaded[1].as_ref().map(|it| it.id), Some(bob.id));
    assert_eq!(of_ann.related(Note::author).one_or_none(db).await?, None);
    let value = Note::author.value(Author::name);
    let names = notes().values(value).all(db).await?;
    assert_eq!(names, [None, Some("Bob".to_owned())]);
    Ok(())
}

#[tokio::test]
async fn below_a_marked_owner_nothing_is_loaded() -> Test {
    let Blog { place, ann, .. } = blog().await?;
    let db = &place.db;
    Note::create().author_id(ann.id).save(db).await?;
    ann.delete(db).await?;
    let query = Note::query().include(Note::author.include(Author::posts.required()));
    let note = query.one(db).await?;
    assert!(note.author.is_none());
    Ok(())
}

#[tokio::test]
async fn a_row_does_not_come_to_refer_to_a_marked_one() -> Test {
    let Blog {
        place, ann, bob, a, ..
    } = blog().await?;
    let db = &place.db;
    bob.delete(db).await?;
    let error = a.related(Post::author).set(&bob, db).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    assert_eq!(a.refresh(db).await?.author_id, ann.id);
    Ok(())
}

#[derive(Polymorphic, Debug, Clone, PartialEq)]
enum Liked {
    Photo(Photo),
    Song(Song),
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "photos", soft_delete)]
#[association(has_many, as = "likes", model = Like, foreign_key = "liked_id", scope(liked_type = LikedType::Photo))]
struct Photo {
    #[column(primary_key, auto_increment)]
    id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "songs")]
#[association(has_many, as = "likes", model = Like, foreign_key = "liked_id", scope(liked_type = LikedType::Song))]
struct Song {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "likes", soft_delete)]
#[association(belongs_to, as = "liked", polymorphic = Liked, foreign_key = "liked_id", type_column = "liked_type")]
struct Like {
    #[column(primary_key, auto_increment)]
    id: i32,
    liked_type: LikedType,
    liked_id: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[tokio::test]
async fn one_of_several_owners_that_is_marked_is_none() -> Test {
    let place = with_models(orm::models![Photo, Song, Like]).await?;
    let db = &place.db;
    let photo = Photo::create().save(db).await?;
    let song = Song::create().save(db).await?;
    assert_eq!(photo.id, song.id);
    let like = Like::create().liked(&photo).save(db).await?;
    let of_song = Like::create().liked(&song).save(db).await?;
    let of_photo = Like::liked.is::<Photo>(Photo::id.eq(photo.id));
    assert_eq!(Like::query().filter(of_photo.clone()).count(db).await?, 1);
    photo.delete(db).await?;
    let error = Like::liked.set(&of_song, &photo, db).await.unwrap_err();
    assert!(error.is_not_related(), "{error}");
    // No constraint of the database's, so nothing is done to what refers to it.
    assert_eq!(Like::query().count(db).await?, 2);
    let likes = Like::query().order_by(Like::id).include(Like::liked);
    let likes = likes.all(db).await?;
    assert_eq!(likes[0].liked, None);
    assert_eq!(likes[1].liked, Some(Liked::Song(song)));
    assert_eq!(Like::liked.of(&like, db).await?, None);
    assert_eq!(Like::query().filter(of_photo).count(db).await?, 0);
    of_song.delete(db).await?;
    assert_eq!(photo.related(Photo::likes).count(db).await?, 1);
    Ok(())
}
