//! Pairs of a join table that is a model which soft-deletes.

use orm::model::Many;
use orm::prelude::*;
use orm::query::Include;

use super::{Blog, Post, Post_tags, Tag, Tagging, blog};
use crate::database::{Test, with_models};

async fn names(post: &Post, db: &Db) -> orm::Result<Vec<String>> {
    let tags = post.related(Post::tags).order_by(Tag::name).all(db).await?;
    Ok(tags.into_iter().map(|tag| tag.name).collect())
}

#[tokio::test]
async fn a_removed_link_is_marked_and_an_added_one_revived() -> Test {
    let Blog {
        place,
        a,
        red,
        blue,
        ..
    } = blog().await?;
    let db = &place.db;
    a.related(Post::tags).remove([&red], db).await?;
    assert_eq!(names(&a, db).await?, ["blue"]);
    assert_eq!(Tagging::query().with_deleted().count(db).await?, 2);
    let again = a.related(Post::tags).remove([&red], db).await;
    assert!(again.unwrap_err().is_not_related());

    let tags = a.related(Post::tags).joining(Tagging::note, "again");
    tags.add([&red, &blue], db).await?;
    assert_eq!(names(&a, db).await?, ["blue", "red"]);
    let links = Tagging::query().order_by(Tagging::tag_id).all(db).await?;
    let notes: Vec<_> = links.iter().map(|it| it.note.as_deref()).collect();
    // A link that was there stays as it is.
    assert_eq!(notes, [Some("again"), None]);
    Ok(())
}

#[tokio::test]
async fn a_marked_link_leads_nowhere() -> Test {
    let Blog { place, a, red, .. } = blog().await?;
    let db = &place.db;
    a.related(Post::tags).remove([&red], db).await?;
    assert!(!a.related(Post::tags).has(&red, db).await?);
    assert_eq!(red.related(Tag::posts).count(db).await?, 0);
    let with_tags = Post::find(a.id).include(Post::tags).one(db).await?;
    assert_eq!(with_tags.tags.len(), 1);
    let is_red = Post::tags.any(Tag::name.eq("red"));
    assert_eq!(Post::query().filter(is_red).count(db).await?, 0);
    let counts = Post::find(a.id).values(Post::tags.count()).one(db).await?;
    assert_eq!(counts, 1);
    let loaded = Post::tags.load_for([&a], db).await?;
    assert_eq!(loaded[0].len(), 1);
    let joined = Post::find(a.id).include(Post::tags.with_join_row::<Tagging>());
    assert_eq!(joined.one(db).await?.tags.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_marked_target_is_not_there_either() -> Test {
    let Blog {
        place,
        a,
        red,
        blue,
        ..
    } = blog().await?;
    let db = &place.db;
    // Not by `delete`, which marks the link as well.
    let marked = Tag::find(red.id).update().set(Tag::deleted_at, Utc::now());
    marked.save(db).await?;
    assert_eq!(names(&a, db).await?, ["blue"]);
    assert_eq!(Tagging::query().count(db).await?, 2);
    assert!(
        a.related(Post::tags)
            .add([&red], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        a.related(Post::tags)
            .remove([&red], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    a.related(Post::tags).set([&blue], db).await?;
    // What is hidden is not taken out.
    assert_eq!(Tagging::query().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn target_and_link_are_lifted_apart() -> Test {
    let Blog {
        place,
        a,
        red,
        blue,
        ..
    } = blog().await?;
    let db = &place.db;
    a.related(Post::tags).remove([&red], db).await?;
    let marked = Tag::find(blue.id).update().set(Tag::deleted_at, Utc::now());
    marked.save(db).await?;
    let shown = async |include: Include<Post_tags, Tag, Many>| {
        let post = Post::find(a.id).include(include.order_by(Tag::name));
        let post = post.one(db).await?;
        let names: Vec<String> = post.tags.into_iter().map(|it| it.name).collect();
        Ok::<_, orm::Error>(names)
    };
    let none: [&str; 0] = [];
    assert_eq!(shown(Post::tags.together()).await?, none);
    assert_eq!(shown(Post::tags.with_deleted()).await?, ["blue"]);
    assert_eq!(shown(Post::tags.with_deleted_join_rows()).await?, ["red"]);
    let both = Post::tags.with_deleted().with_deleted_join_rows();
    assert_eq!(shown(both).await?, ["blue", "red"]);
    let both = Post::tags.with_deleted().only_deleted_join_rows();
    assert_eq!(shown(both).await?, ["red"]);
    // Counted, too.
    let (tags, every) = (
        Post::tags.rows(),
        Post::tags.rows().with_deleted_join_rows(),
    );
    let counts = Post::find(a.id).values((tags.count(), every.count()));
    assert_eq!(counts.one(db).await?, (0, 1));
    Ok(())
}

#[tokio::test]
async fn set_marks_others_and_revives_those_that_are_meant() -> Test {
    let Blog {
        place,
        a,
        red,
        blue,
        ..
    } = blog().await?;
    let db = &place.db;
    a.related(Post::tags).set([&blue], db).await?;
    assert_eq!(names(&a, db).await?, ["blue"]);
    a.related(Post::tags).set([&red], db).await?;
    assert_eq!(names(&a, db).await?, ["red"]);
    assert_eq!(Tagging::query().with_deleted().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn a_marked_owner_takes_nothing_in() -> Test {
    let Blog {
        place, b, red, x, ..
    } = blog().await?;
    let db = &place.db;
    b.delete(db).await?;
    assert!(
        b.related(Post::tags)
            .add([&red], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        b.related(Post::tags)
            .set([&red], db)
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        b.related(Post::comments)
            .add([&x], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert!(
        b.related(Post::comments)
            .adopt([&x], db)
            .await
            .unwrap_err()
            .is_not_related()
    );
    assert_eq!(Tagging::query().with_deleted().count(db).await?, 2);
    Ok(())
}

/// Pairs that no constraint keeps apart.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "seats", soft_delete)]
#[association(belongs_to, as = "room", model = Room, foreign_key = "room_id", one_sided, on_delete = "no_action")]
#[association(belongs_to, as = "guest", model = Guest, foreign_key = "guest_id", one_sided, on_delete = "no_action")]
struct Seat {
    #[column(primary_key, auto_increment)]
    id: i32,
    room_id: i32,
    guest_id: i32,
    note: Option<String>,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rooms")]
#[association(many_to_many, as = "guests", model = Guest, through = Seat)]
struct Room {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "guests")]
#[association(many_to_many, as = "rooms", model = Room, through = Seat)]
struct Guest {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[tokio::test]
async fn the_link_that_was_marked_last_is_revived_where_no_constraint_keeps_pairs_apart() -> Test {
    let place = with_models(orm::models![Room, Guest, Seat]).await?;
    let db = &place.db;
    let room = Room::create().save(db).await?;
    let guest = Guest::create().save(db).await?;
    room.related(Room::guests).add([&guest], db).await?;
    let seat = Seat::query().one(db).await?;
    room.related(Room::guests).remove([&guest], db).await?;
    assert_eq!(room.related(Room::guests).count(db).await?, 0);
    room.related(Room::guests).add([&guest], db).await?;
    assert_eq!(Seat::query().with_deleted().one(db).await?, seat);
    room.related(Room::guests).add([&guest], db).await?;
    assert_eq!(Seat::query().with_deleted().count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn of_several_marked_links_the_last_comes_back_with_what_was_given() -> Test {
    let place = with_models(orm::models![Room, Guest, Seat]).await?;
    let db = &place.db;
    let room = Room::create().save(db).await?;
    let guest = Guest::create().save(db).await?;
    for day in [1, 3, 2] {
        let seat = Seat::create().room_id(room.id).guest_id(guest.id);
        let seat = seat.save(db).await?;
        let marked = NaiveDate::from_ymd_opt(2001, 2, day).unwrap();
        let marked = marked.and_time(NaiveTime::MIN).and_utc();
        let marking = Seat::find(seat.id).update().set(Seat::deleted_at, marked);
        marking.save(db).await?;
    }
    let guests = room.related(Room::guests).joining(Seat::note, "again");
    for _ in 0..2 {
        guests.add([&guest], db).await?;
        let seat = Seat::query().one(db).await?;
        assert_eq!((seat.id, seat.note.as_deref()), (2, Some("again")));
    }
    assert_eq!(Seat::query().with_deleted().count(db).await?, 3);
    Ok(())
}
