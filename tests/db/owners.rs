//! What is loaded of each of several models that rows can belong to.

use chrono::{DateTime, Utc};
use orm::prelude::*;
use orm::query::count;

use crate::database::{Place, Test, with_models};

#[derive(Polymorphic, Debug, Clone, PartialEq)]
enum Subject {
    Post(Post),
    Photo(Photo),
    Type(Type),
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "posts", soft_delete)]
#[association(belongs_to, as = "author", model = Writer, foreign_key = "author_id")]
#[association(has_many, as = "notes", model = Note, foreign_key = "subject_id", polymorphic = Subject)]
struct Post {
    #[column(primary_key)]
    id: i64,
    author_id: i64,
    title: String,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Photos")]
#[association(has_many, as = "notes", model = Note, foreign_key = "subject_id", polymorphic = Subject)]
struct Photo {
    #[column(primary_key)]
    id: i64,
    url: String,
}

/// A keyword in either language.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "select")]
#[association(has_many, as = "notes", model = Note, foreign_key = "subject_id", polymorphic = Subject)]
struct Type {
    #[column(primary_key)]
    id: i64,
    #[column(name = "order")]
    order: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes")]
#[association(belongs_to, as = "subject", polymorphic = Subject)]
#[association(belongs_to, as = "writer", model = Writer, foreign_key = "writer_id")]
struct Note {
    #[column(primary_key)]
    id: i64,
    subject_type: Option<SubjectType>,
    subject_id: Option<i64>,
    writer_id: Option<i64>,
    body: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "writers")]
#[association(has_many, as = "posts", model = Post, foreign_key = "author_id")]
#[association(has_many, as = "notes", model = Note, foreign_key = "writer_id")]
struct Writer {
    #[column(primary_key)]
    id: i64,
    name: String,
}

/// A post, a photo and a type of the same number, a marked post, and notes on them, on a
/// post that is gone, and on nothing.
async fn desk() -> Test<Place> {
    let place = with_models(orm::models![Writer, Post, Photo, Type, Note]).await?;
    place
        .run(
            r#"INSERT INTO writers (id, name) VALUES (1, 'Ann'), (2, 'Ben');
               INSERT INTO posts (id, author_id, title) VALUES (1, 1, 'one'), (2, 2, 'two'), (3, 2, 'old');
               INSERT INTO "Photos" (id, url) VALUES (1, 'a.png'), (2, 'b.png');
               INSERT INTO "select" (id, "order") VALUES (1, NULL), (2, 7);
               INSERT INTO notes (id, subject_type, subject_id, writer_id, body) VALUES
                 (1, 'post', 1, 1, 'a'), (2, 'photo', 1, 1, 'b'), (3, 'type', 1, NULL, 'c'),
                 (4, 'post', 2, 2, 'd'), (5, 'photo', 2, NULL, 'e'), (6, 'type', 2, NULL, 'f'),
                 (7, 'post', 9, NULL, 'g'), (8, NULL, NULL, NULL, 'h'), (9, 'post', 1, 2, 'i'),
                 (10, 'post', 3, 1, 'j')"#,
        )
        .await?;
    Post::find(3)
        .one(&place.db)
        .await?
        .delete(&place.db)
        .await?;
    place.log.clear();
    Ok(place)
}

type Detailed = orm::loaded!(Note { subject(Post { author }, Photo { notes }), writer });

fn detailed(note: &Detailed) -> String {
    let subject = match &note.subject {
        Some(SubjectWith::Post(post)) => format!("{} by {}", post.title, post.author.name),
        Some(SubjectWith::Photo(photo)) => format!("{} with {}", photo.url, photo.notes.len()),
        Some(SubjectWith::Type(it)) => format!("{:?}", it.order),
        None => "nothing".into(),
    };
    match &note.writer {
        Some(writer) => format!("{}: {subject}", writer.name),
        None => subject,
    }
}

const DETAILED: [&str; 10] = [
    "Ann: one by Ann",
    "Ann: a.png with 1",
    "None",
    "Ben: two by Ben",
    "b.png with 1",
    "Some(7)",
    "nothing",
    "nothing",
    "Ben: one by Ann",
    "Ann: nothing",
];

#[tokio::test]
async fn each_model_is_loaded_with_what_belongs_to_it() -> Test {
    let desk = desk().await?;
    let subject = Note::subject
        .on(Post::query().include(Post::author))
        .on(Photo::query().include(Photo::notes));
    let notes: Vec<Detailed> = Note::query()
        .include(subject.clone())
        .include(Note::writer)
        .order_by(Note::id)
        .all(&desk.db)
        .await?;
    desk.log.assert_count(1);
    assert_eq!(notes.iter().map(detailed).collect::<Vec<_>>(), DETAILED);

    // The order of what is said does not matter, nor in how many statements it is asked.
    let apart: Vec<Detailed> = Note::query()
        .include(Note::writer)
        .include(
            Note::subject
                .on(Photo::query().include(Photo::notes))
                .on(Post::query().include(Post::author))
                .separate(),
        )
        .order_by(Note::id)
        .all(&desk.db)
        .await?;
    assert_eq!(apart, notes);

    desk.log.clear();
    let alone = Note::query().order_by(Note::id).all(&desk.db).await?;
    let subjects = subject.load_for(&alone, &desk.db).await?;
    let expected: Vec<_> = notes.iter().map(|note| note.subject.clone()).collect();
    assert_eq!(subjects, expected);
    Ok(())
}

#[tokio::test]
async fn owners_of_several_models_are_loaded_below_other_rows() -> Test {
    let desk = desk().await?;
    let writers = Writer::query()
        .include(
            Writer::notes
                .order_by(Note::id.desc())
                .include(Note::subject.on(Post::query().include(Post::author))),
        )
        .order_by(Writer::id)
        .all(&desk.db)
        .await?;
    desk.log.assert_count(1);
    let seen: Vec<Vec<String>> = writers
        .iter()
        .map(|writer| {
            let notes = writer.notes.iter().map(|note| match &note.subject {
                Some(SubjectWith::Post(post)) => post.author.name.clone(),
                Some(SubjectWith::Photo(photo)) => photo.url.clone(),
                Some(SubjectWith::Type(_)) => "type".into(),
                None => "nothing".into(),
            });
            notes.collect()
        })
        .collect();
    assert_eq!(seen, [vec!["nothing", "a.png", "Ann"], vec!["Ann", "Ben"]]);
    Ok(())
}

#[tokio::test]
async fn a_condition_is_on_the_rows_of_one_model() -> Test {
    let desk = desk().await?;
    let titled = Note::subject.on(Post::query().filter(Post::title.eq("one")));
    let notes = Note::query()
        .include(titled.clone())
        .order_by(Note::id)
        .all(&desk.db)
        .await?;
    let there: Vec<i64> = notes
        .iter()
        .filter(|note| note.subject.is_some())
        .map(|note| note.id)
        .collect();
    assert_eq!(there, [1, 2, 3, 5, 6, 9]);

    let notes = Note::query()
        .include(titled.required())
        .order_by(Note::id)
        .all(&desk.db)
        .await?;
    let there: Vec<(i64, bool)> = notes
        .iter()
        .map(|note| (note.id, matches!(note.subject, SubjectWith::Post(_))))
        .collect();
    let expected = [
        (1, true),
        (2, false),
        (3, false),
        (5, false),
        (6, false),
        (9, true),
    ];
    assert_eq!(there, expected);
    assert_eq!(
        Note::query()
            .include(Note::subject.required())
            .count(&desk.db)
            .await?,
        7
    );

    let seen = Note::query()
        .include(Note::subject.on(Post::query().with_deleted()))
        .filter(Note::id.eq(10))
        .one(&desk.db)
        .await?;
    assert!(matches!(seen.subject, Some(SubjectWith::Post(post)) if post.title == "old"));
    Ok(())
}

#[tokio::test]
async fn a_row_that_is_required_and_gone_is_told() -> Test {
    let desk = desk().await?;
    let gone = Note::find(7).one(&desk.db).await?;
    let error = Note::subject.required().load_for([&gone], &desk.db).await;
    let error = error.unwrap_err();
    assert_eq!(error.model(), Some("Note"), "{error}");
    assert_eq!(
        error.to_string(),
        "Note.subject: a row has no Subject, and must have one: it is gone and no foreign key kept it, or \
         a filter leaves it out"
    );
    Ok(())
}

/// Posts that several notes are on.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(named_query)]
struct Discussed {
    #[column(primary_key)]
    post_id: i64,
    notes: i64,
}

// What a query for one of the models has a name for is said where the statement begins.
#[tokio::test]
async fn what_is_loaded_may_read_a_named_query() -> Test {
    let desk = desk().await?;
    let on_posts = Note::query()
        .filter(Note::subject_type.eq(SubjectType::Post))
        .values((Note::subject_id.coalesce(0), count()))
        .group_by(Note::subject_id);
    let several = Discussed::query()
        .filter(Discussed::notes.ge(2))
        .values(Discussed::post_id);
    let posts = Post::query()
        .with::<Discussed>(on_posts)
        .filter(Post::id.in_subquery(several));
    let of = |notes: &[NoteLoaded<_, _>]| {
        let posts = notes
            .iter()
            .filter(|it| matches!(it.subject, Some(SubjectWith::Post(_))));
        posts.map(|it| it.id).collect::<Vec<_>>()
    };
    let subject = Note::subject.on(posts);
    for subject in [subject.clone(), subject.clone().separate()] {
        let notes = Note::query()
            .include(subject)
            .order_by(Note::id)
            .all(&desk.db)
            .await?;
        assert_eq!(of(&notes), [1, 9]);
    }
    let below = Writer::query()
        .include(
            Writer::notes
                .include(subject.clone().required())
                .order_by(Note::id),
        )
        .order_by(Writer::id)
        .all(&desk.db)
        .await?;
    let notes = below.iter().map(|it| it.notes.len());
    assert_eq!(notes.collect::<Vec<_>>(), [2, 1]);
    let notes = Note::query().order_by(Note::id).all(&desk.db).await?;
    let loaded = subject.load_for(&notes, &desk.db).await?;
    let posts = loaded
        .iter()
        .filter(|it| matches!(it, Some(SubjectWith::Post(_))));
    assert_eq!(posts.count(), 2);
    Ok(())
}

#[tokio::test]
async fn owners_are_not_counted() -> Test {
    let desk = desk().await?;
    let words = "Post: each row has one owner, and `on` says which owners it may be: leave `.limit(..)` and \
                 `.offset(..)` out, or choose with `.filter(Post::id.in_subquery(..))`";
    let first = Note::subject.on(Post::query().order_by(Post::id).limit(1));
    let error = Note::query().include(first.clone()).all(&desk.db).await;
    assert_eq!(error.unwrap_err().to_string(), words);
    let notes = Note::query().all(&desk.db).await?;
    let error = first.load_for(&notes, &desk.db).await;
    assert_eq!(error.unwrap_err().to_string(), words);
    let rest = Note::subject.on(Post::query().offset(1)).required();
    let error = Note::query().include(rest).all(&desk.db).await;
    assert_eq!(error.unwrap_err().to_string(), words);
    desk.log.assert_count(1);
    Ok(())
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Post)]
struct PostLine {
    title: String,
    author: Named,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Writer)]
struct Named {
    name: String,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Photo)]
struct PhotoLine {
    url: String,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Note)]
struct NoteLine {
    body: String,
    subject: Option<SubjectWith<PostLine, PhotoLine>>,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Note)]
struct WholeSubject {
    subject: Option<Subject>,
    #[projection(include = Note::writer.filter(Writer::name.eq("Ann")))]
    ann: Option<Named>,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Note)]
struct Chosen {
    #[projection(include = Note::subject.on(Post::query().filter(Post::id.gt(1))).required())]
    subject: SubjectWith<PostLine, PhotoLine, Type>,
    id: i64,
}

#[tokio::test]
async fn each_model_is_shown_by_a_projection_of_its_own() -> Test {
    let desk = desk().await?;
    let lines: Vec<NoteLine> = Note::query()
        .select::<NoteLine>()
        .order_by(Note::id)
        .all(&desk.db)
        .await?;
    desk.log.assert_count(1);
    let seen: Vec<String> = lines
        .iter()
        .map(|line| match &line.subject {
            Some(SubjectWith::Post(post)) => {
                format!("{} {} {}", line.body, post.title, post.author.name)
            }
            Some(SubjectWith::Photo(photo)) => format!("{} {}", line.body, photo.url),
            Some(SubjectWith::Type(it)) => format!("{} {:?}", line.body, it.order),
            None => line.body.clone(),
        })
        .collect();
    let expected = [
        "a one Ann",
        "b a.png",
        "c None",
        "d two Ben",
        "e b.png",
        "f Some(7)",
        "g",
        "h",
        "i one Ann",
        "j",
    ];
    assert_eq!(seen, expected);

    let whole: Vec<WholeSubject> = Note::query()
        .select::<WholeSubject>()
        .order_by(Note::id)
        .limit(2)
        .all(&desk.db)
        .await?;
    assert!(matches!(&whole[0].subject, Some(Subject::Post(post)) if post.title == "one"));
    assert!(whole[1].ann.is_some());

    let chosen: Vec<Chosen> = Note::query()
        .select::<Chosen>()
        .order_by(Note::id)
        .all(&desk.db)
        .await?;
    assert_eq!(
        chosen.iter().map(|it| it.id).collect::<Vec<_>>(),
        [2, 3, 4, 5, 6]
    );
    Ok(())
}

#[tokio::test]
async fn nothing_is_asked_where_no_row_is_there() -> Test {
    let desk = desk().await?;
    let none = Note::query()
        .filter(Note::id.eq(0))
        .include(Note::subject.on(Post::query().include(Post::author)))
        .all(&desk.db)
        .await?;
    assert!(none.is_empty());
    let of_none: [Note; 0] = [];
    let loaded = Note::subject
        .on(Post::query())
        .load_for(&of_none, &desk.db)
        .await?;
    assert!(loaded.is_empty());
    Ok(())
}
