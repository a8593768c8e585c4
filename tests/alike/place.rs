//! The same rows in two databases.

use std::error::Error;
use std::fmt::Debug;
use std::sync::Mutex;

use chrono::{DateTime, NaiveDate, NaiveTime};
use orm::prelude::*;
use orm_testkit::TestDatabase;
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use crate::models::{Author, Book, BookTag, Chapter, MODELS, Page, State, Tag};

/// What a test returns.
pub(crate) type Test<T = ()> = Result<T, Box<dyn Error>>;

/// Two databases.
pub(crate) struct Place {
    pub(crate) postgres: Db,
    pub(crate) sqlite: Db,
    _database: TestDatabase,
    notes: Mutex<Notes>,
}

#[derive(Default)]
struct Notes {
    about: String,
    differences: Vec<String>,
}

/// Asks both, and compares the answers; failures by their kind.
#[macro_export]
macro_rules! alike {
    ($place:ident, $db:ident: $($query:expr;)*) => {$({
        let on_postgres = { let $db = &$place.postgres; Box::pin(async { $query.await }).await };
        let on_sqlite = { let $db = &$place.sqlite; Box::pin(async { $query.await }).await };
        $place.compare(stringify!($query), &on_postgres, &on_sqlite);
    })*};
}

impl Place {
    /// What the following questions are about.
    pub(crate) fn about(&self, what: &str) {
        what.clone_into(&mut self.notes.lock().expect("notes").about);
    }

    /// Notes what differs.
    pub(crate) fn compare<T: PartialEq + Debug>(
        &self,
        what: &str,
        postgres: &orm::Result<T>,
        sqlite: &orm::Result<T>,
    ) {
        let alike = match (postgres, sqlite) {
            (Ok(postgres), Ok(sqlite)) => sqlite == postgres,
            (Err(postgres), Err(sqlite)) => sqlite.kind() == postgres.kind(),
            _ => false,
        };
        if !alike {
            let mut notes = self.notes.lock().expect("notes");
            let about = &notes.about;
            let said = format!(
                "{about}\n  {what}\n    PostgreSQL: {postgres:?}\n    SQLite:     {sqlite:?}\n"
            );
            notes.differences.push(said);
        }
    }

    /// Fails with all that differs.
    pub(crate) fn agree(self) -> Test {
        let differences = &self.notes.lock().expect("notes").differences;
        match differences.is_empty() {
            true => Ok(()),
            false => panic!("\n{}", differences.join("\n")),
        }
    }
}

/// The tables, without rows.
pub(crate) async fn empty() -> Test<Place> {
    let database = TestDatabase::create().await?;
    let postgres = Db::connect(Config::from_url(&database.url())?).await?;
    let sqlite = Db::connect(Config::from_url("sqlite::memory:")?).await?;
    postgres.create_missing(MODELS).await?;
    sqlite.create_missing(MODELS).await?;
    Ok(Place {
        postgres,
        sqlite,
        _database: database,
        notes: Mutex::default(),
    })
}

/// The tables with a few rows: NULLs, doubles, negative numbers, other alphabets.
pub(crate) async fn filled() -> Test<Place> {
    let place = empty().await?;
    fill(&place.postgres).await?;
    fill(&place.sqlite).await?;
    Ok(place)
}

pub(crate) async fn fill(db: &Db) -> Test {
    let author = |id, name: &str| Author::create().id(id).name(name);
    let authors = [
        author(1, "ann").rank(3),
        author(2, "bob"),
        author(3, "cid").rank(-7),
    ];
    Author::create_many(authors).save(db).await?;
    let tags = [(1, "red"), (2, "green"), (3, "blue")];
    let tags = tags.map(|(id, name)| Tag::create().id(id).name(name));
    Tag::create_many(tags).save(db).await?;
    books(db).await?;
    let pairs = [(1, 1), (1, 2), (2, 2), (4, 3)];
    let pairs = pairs.map(|(book, tag)| BookTag::create().book_id(book).tag_id(tag));
    BookTag::create_many(pairs).save(db).await?;
    let chapters = [
        (1, "a", 5),
        (1, "b", 7),
        (2, "a", 1),
        (4, "z", 9),
        (4, "y", 9),
    ];
    let chapters = chapters.map(|(book, chapter, length)| {
        Chapter::create()
            .book_id(book)
            .chapter(chapter)
            .length(length)
    });
    Chapter::create_many(chapters).save(db).await?;
    let pages = [
        (1, 1, "a"),
        (2, 1, "a"),
        (3, 1, "b"),
        (4, 2, "a"),
        (5, 4, "y"),
    ];
    let pages =
        pages.map(|(id, book, chapter)| Page::create().id(id).book_id(book).chapter(chapter));
    Page::create_many(pages).save(db).await?;
    Ok(())
}

async fn books(db: &Db) -> Test {
    let instant = |text: &str| text.parse::<DateTime<chrono::Utc>>().expect("an instant");
    let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).expect("a day");
    let time = |h, m, s| NaiveTime::from_hms_micro_opt(h, m, s, 250_000).expect("a time");
    let book = |title: &str| {
        Book::create()
            .title(title)
            .data(title.as_bytes())
            .code(Uuid::from_u128(title.len() as u128))
    };
    let books = [
        book("first")
            .author_id(1)
            .number(3)
            .amount(10)
            .small(1)
            .big(9_000_000_000)
            .label("none")
            .flag(true)
            .meta(json!({"a": {"b": "x"}, "n": 1}))
            .day(day(2024, 2, 29))
            .at(instant("2024-02-29T23:30:00Z"))
            .local(day(2024, 2, 29).and_time(time(1, 2, 3)))
            .clock(time(23, 59, 59))
            .price(Decimal::new(110, 2))
            .exact(Decimal::new(1, 10))
            .ratio(0.5)
            .single(1.5)
            .state(State::Closed),
        book("second")
            .author_id(1)
            .amount(-10)
            .small(-7)
            .big(-1)
            .label(None)
            .meta(json!({"a": "x", "l": [1, 2.5, "three"]}))
            .at(instant("2024-02-29T01:00:00Z"))
            .local(day(1999, 12, 31).and_time(time(23, 59, 59)))
            .price(Decimal::new(-150, 2))
            .ratio(-0.5)
            .state(State::Open),
        book(" third ")
            .author_id(2)
            .number(3)
            .amount(7)
            .small(300)
            .big(0)
            .label("x%_\\")
            .flag(false)
            .meta(json!([1, [2], "a"]))
            .day(day(2023, 12, 31))
            .at(instant("2023-12-31T23:59:59.500001Z"))
            .local(day(2023, 12, 31).and_time(time(0, 0, 0)))
            .clock(time(0, 0, 0))
            .price(Decimal::new(1100, 2))
            .exact(Decimal::new(-25, 1))
            .ratio(1e10)
            .single(0.1)
            .state(State::Archived),
        book("überlänge 日本")
            .number(-4)
            .amount(7)
            .small(300)
            .big(i64::MAX)
            .label("")
            .flag(true)
            .meta(json!(null))
            .day(day(2021, 1, 3))
            .at(instant("2021-01-03T00:00:00Z"))
            .local(day(2021, 1, 3).and_time(time(12, 0, 0)))
            .price(Decimal::ZERO)
            .exact(Decimal::new(100_000_000_000, 3))
            .ratio(0.25)
            .state(State::Open),
    ];
    Book::create_many(books).save(db).await?;
    Ok(())
}
