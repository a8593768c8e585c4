//! The methods of an association: creating, adding, taking out, batch loading.

use futures_util::TryStreamExt;
use orm::exec::NPlusOne;
use orm::prelude::*;

use crate::home::{Home, Log, home};

/// An author; books may have none, chapters always have a book.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "authors")]
#[association(has_many, as = "books", model = Book, foreign_key = "author_id")]
struct Author {
    #[column(primary_key, auto_increment)]
    id: i32,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books")]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "set_null")]
#[association(has_many, as = "chapters", model = Chapter, foreign_key = "book_id")]
#[association(many_to_many, as = "tags", model = Tag, through = "book_tags", foreign_key = "book_id", other_key = "tag_id")]
struct Book {
    #[column(primary_key, auto_increment)]
    id: i32,
    author_id: Option<i32>,
    #[validate(not_empty)]
    title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "chapters")]
#[association(belongs_to, as = "book", model = Book, foreign_key = "book_id", on_delete = "cascade")]
struct Chapter {
    #[column(primary_key, auto_increment)]
    id: i32,
    book_id: i32,
    #[validate(min(1))]
    number: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(many_to_many, as = "books", model = Book, through = "book_tags", foreign_key = "tag_id", other_key = "book_id")]
struct Tag {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    name: String,
}

struct Library {
    db: Db,
    log: Log,
    _home: Home,
}

type Test = Result<(), Box<dyn std::error::Error>>;

async fn library() -> Result<Library, Box<dyn std::error::Error>> {
    let home = home().await?;
    let log = Log::new();
    let record = log.clone();
    let config = Config::from_url(&home.url())?.logger(move |event| record.record(event.sql()));
    let db = Db::connect(config).await?;
    db.create_missing(orm::models![Author, Book, Chapter, Tag])
        .await?;
    log.clear();
    Ok(Library {
        db,
        log,
        _home: home,
    })
}

async fn book(db: &Db, title: &str) -> orm::Result<Book> {
    Book::create().title(title).save(db).await
}

#[tokio::test]
async fn a_created_row_holds_the_key() -> Test {
    let Library { db, log, .. } = &library().await?;
    let author = Author::create().name("Ada").save(db).await?;
    let book = author
        .related(Author::books)
        .create()
        .title("Notes")
        .save(db)
        .await?;
    assert_eq!(book.author_id, Some(author.id));
    log.assert_count(2);
    let chapter = book
        .related(Book::chapters)
        .create()
        .number(1)
        .save(db)
        .await?;
    assert_eq!(chapter.book_id, book.id);
    Ok(())
}

#[tokio::test]
async fn add_takes_free_rows_and_never_steals() -> Test {
    let Library { db, .. } = &library().await?;
    let ada = Author::create().name("Ada").save(db).await?;
    let bob = Author::create().name("Bob").save(db).await?;
    let (free, taken) = (book(db, "Free").await?, book(db, "Taken").await?);
    bob.related(Author::books).add([&taken], db).await?;

    let stolen = ada.related(Author::books).add([&free, &taken], db).await;
    assert_eq!(
        stolen.map_err(|error| error.to_string()),
        Err(
            "Author.books: 1 of 2 rows of Book qualify; the others do not exist, belong to \
             another row or are outside the association's scope; nothing was changed"
                .to_owned()
        )
    );
    assert_eq!(ada.related(Author::books).count(db).await?, 0);

    ada.related(Author::books).add([&free], db).await?;
    ada.related(Author::books).add([&free], db).await?;
    ada.related(Author::books).adopt([&taken], db).await?;
    assert!(
        ada.related(Author::books)
            .has_all([&free, &taken], db)
            .await?
    );
    assert!(!bob.related(Author::books).exists(db).await?);
    Ok(())
}

#[tokio::test]
async fn a_failed_operation_inside_a_transaction_leaves_it_usable() -> Test {
    let Library { db, .. } = &library().await?;
    let ada = Author::create().name("Ada").save(db).await?;
    let bob = Author::create().name("Bob").save(db).await?;
    let (free, taken) = (book(db, "Free").await?, book(db, "Taken").await?);
    bob.related(Author::books).add([&taken], db).await?;
    db.transaction(async |tx| {
        let refused = ada.related(Author::books).add([&free, &taken], tx).await;
        assert!(refused.is_err());
        Author::create().name("Cyd").save(tx).await
    })
    .await?;
    assert_eq!(Author::query().count(db).await?, 3);
    assert_eq!(ada.related(Author::books).count(db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn remove_and_set_on_a_nullable_key() -> Test {
    let Library { db, .. } = &library().await?;
    let ada = Author::create().name("Ada").save(db).await?;
    let books = [
        book(db, "A").await?,
        book(db, "B").await?,
        book(db, "C").await?,
    ];
    let related = ada.related(Author::books);
    related.add(&books, db).await?;
    related.remove([&books[0]], db).await?;
    assert_eq!(books[0].refresh(db).await?.author_id, None);
    assert!(related.remove([&books[0]], db).await.is_err());

    related.set([&books[0], &books[1]], db).await?;
    let titles: Vec<String> = related
        .order_by(Book::id)
        .all(db)
        .await?
        .into_iter()
        .map(|book| book.title)
        .collect();
    assert_eq!(titles, ["A", "B"]);
    related.set([], db).await?;
    assert_eq!(related.count(db).await?, 0);
    assert_eq!(Book::query().count(db).await?, 3);
    Ok(())
}

#[tokio::test]
async fn rows_with_a_required_key_are_deleted_out_loud() -> Test {
    let Library { db, .. } = &library().await?;
    let (one, two) = (book(db, "One").await?, book(db, "Two").await?);
    let mine = one
        .related(Book::chapters)
        .create()
        .number(1)
        .save(db)
        .await?;
    let other = two
        .related(Book::chapters)
        .create()
        .number(1)
        .save(db)
        .await?;
    assert!(
        one.related(Book::chapters)
            .delete([&mine, &other], db)
            .await
            .is_err()
    );
    assert_eq!(Chapter::query().count(db).await?, 2);
    one.related(Book::chapters).delete([&mine], db).await?;
    assert_eq!(Chapter::query().count(db).await?, 1);
    Ok(())
}

#[tokio::test]
async fn many_to_many_links_and_unlinks() -> Test {
    let Library { db, .. } = &library().await?;
    let (one, two) = (book(db, "One").await?, book(db, "Two").await?);
    let red = Tag::create().name("red").save(db).await?;
    let tags = one.related(Book::tags);
    tags.add([&red], db).await?;
    tags.add([&red], db).await?;
    let blue = tags.create(Tag::create().name("blue"), db).await?;
    assert_eq!(tags.count(db).await?, 2);
    two.related(Book::tags).add([&blue], db).await?;

    let books = Book::query()
        .include(Book::tags.order_by(Tag::name))
        .order_by(Book::id)
        .all(db)
        .await?;
    let names: Vec<Vec<&str>> = books
        .iter()
        .map(|book| book.tags.iter().map(|tag| tag.name.as_str()).collect())
        .collect();
    assert_eq!(names, [vec!["blue", "red"], vec!["blue"]]);
    assert_eq!(blue.related(Tag::books).count(db).await?, 2);

    tags.set([&blue], db).await?;
    assert!(!tags.has(&red, db).await?);
    tags.remove([&blue], db).await?;
    assert!(tags.remove([&blue], db).await.is_err());
    assert_eq!(
        Tag::query().filter(Tag::books.is_empty()).count(db).await?,
        1
    );
    let unknown = Tag {
        id: 99,
        name: "gone".to_owned(),
    };
    assert!(
        tags.add([&unknown], db)
            .await
            .is_err_and(|error| error.is_foreign_key_violation())
    );
    Ok(())
}

#[tokio::test]
async fn belongs_to_is_set_and_cleared() -> Test {
    let Library { db, .. } = &library().await?;
    let ada = Author::create().name("Ada").save(db).await?;
    let notes = book(db, "Notes").await?;
    let notes = notes.related(Book::author).set(&ada, db).await?;
    assert_eq!(notes.author_id, Some(ada.id));
    let notes = notes.related(Book::author).clear(db).await?;
    assert_eq!(notes.related(Book::author).one_or_none(db).await?, None);
    let (bob, notes) = notes
        .related(Book::author)
        .create(Author::create().name("Bob"), db)
        .await?;
    assert_eq!(notes.author_id, Some(bob.id));
    Ok(())
}

#[tokio::test]
async fn a_graph_is_created_whole_or_not_at_all() -> Test {
    let Library { db, log, .. } = &library().await?;
    let graph = |number: i32| {
        Author::create()
            .name("Ada")
            .with(Author::books, move |book| {
                ["One", "Two"].map(|title| {
                    book()
                        .title(title)
                        .with(Book::chapters, move |chapter| {
                            [chapter().number(1), chapter().number(number)]
                        })
                        .with(Book::tags, move |_| {
                            [Tag::create().name(format!("{title} {number}"))]
                        })
                })
            })
    };
    let refused = graph(0).save(db).await;
    assert!(refused.is_err_and(|error| error.is_validation()));
    log.assert_count(0);

    let ada = graph(2).save(db).await?;
    let loaded = Author::find(ada.id)
        .include(Author::books.include(Book::chapters).include(Book::tags))
        .one(db)
        .await?;
    assert_eq!(loaded.books.len(), 2);
    assert!(
        loaded
            .books
            .iter()
            .all(|book| book.chapters.len() == 2 && book.tags.len() == 1)
    );

    // The database refuses the second graph's tag names; nothing of it stays.
    assert!(
        graph(2)
            .save(db)
            .await
            .is_err_and(|error| error.is_unique_violation())
    );
    assert_eq!(Author::query().count(db).await?, 1);
    assert_eq!(Book::query().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn fetched_rows_are_loaded_for_in_one_statement() -> Test {
    let Library { db, log, .. } = &library().await?;
    let ada = Author::create().name("Ada").save(db).await?;
    let bob = Author::create().name("Bob").save(db).await?;
    for title in ["A", "B"] {
        ada.related(Author::books)
            .create()
            .title(title)
            .save(db)
            .await?;
    }
    let authors = [bob, ada];
    log.clear();
    let books = Author::books
        .include(Book::chapters)
        .load_for(&authors, db)
        .await?;
    log.assert_count(1);
    assert_eq!(books.iter().map(Vec::len).collect::<Vec<_>>(), [0, 2]);
    assert_eq!(
        Author::books.load_for(&[] as &[Author], db).await?,
        Vec::<Vec<Book>>::new()
    );
    Ok(())
}

#[tokio::test]
async fn the_watch_names_the_include() -> Test {
    let Library { db, .. } = &library().await?;
    let ada = Author::create().name("Ada").save(db).await?;
    let watch = NPlusOne::new();
    let watched = db.watched_by(&watch);
    for _ in 0..3 {
        ada.related(Author::books).all(&watched).await?;
    }
    let repeated = watch.repeated(3);
    assert!(repeated.to_string().ends_with(
        "Author.books was loaded 3 times, one row at a time; add `.include(Author::books)` to the \
         query that loads the rows"
    ));
    assert!(watch.repeated(4).is_empty());

    // It sees what is streamed, too, each way at a place of its own.
    watch.clear();
    let books = || ada.related(Author::books).query();
    for _ in 0..2 {
        let _: Vec<Book> = books().stream(&watched).try_collect().await?;
        let trees = books().include(Book::author).stream(&watched);
        trees.try_collect::<Vec<_>>().await?;
        let parts = books().in_batches(2).stream(&watched);
        parts.try_collect::<Vec<_>>().await?;
    }
    assert_eq!(watch.repeated(6).iter().len(), 1);
    Ok(())
}
