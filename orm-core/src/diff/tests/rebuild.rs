//! Tables made anew, with everything that hangs on them.

use super::{diff, snapshot, summaries, there_and_back};
use crate::ddl::tests::models::{ALL, column, default, id, index, nullable, part, table};
use crate::ddl::tests::place::Place;
use crate::ddl::tests::tables;
use crate::diff::options::Options;
use crate::schema::{
    Action, AssociationDef, AssociationKind, CheckDef, ColumnDef, DefaultValue, IndexDef,
    IndexTerm, SqlType, TableDef,
};
use crate::types::Param;

static AUTHORS: TableDef = table(
    "authors",
    &[id(SqlType::Int8), column("name", SqlType::Text)],
);

const fn of_author(key: &'static [u16]) -> AssociationDef {
    AssociationDef {
        on_delete: Action::Cascade,
        ..AssociationDef::new(
            "author",
            AssociationKind::BelongsTo,
            || &AUTHORS,
            "Author",
            key,
            &[0],
        )
    }
}

static BOOKS: TableDef = TableDef {
    associations: &[of_author(&[1])],
    indexes: &[index("books_title", &[part(IndexTerm::Column(2))])],
    ..table("books", BOOK_COLUMNS)
};

const BOOK_COLUMNS: &[ColumnDef] = &[
    id(SqlType::Int8),
    column("author_id", SqlType::Int8),
    column("title", SqlType::Varchar(Some(10))),
    nullable(column("price", SqlType::Int4)),
];

/// Two authors, three books, a trigger and a view; number 4 was given and is free.
fn library() -> Place {
    let place = Place::with(tables![&AUTHORS, &BOOKS]);
    place.run(
        "INSERT INTO authors (name) VALUES ('Ann'), ('Bob'); \
         INSERT INTO books (author_id, title, price) VALUES \
         (1, 'One', 1), (1, 'Two', NULL), (2, 'Three', 3), (2, 'Four', 4); \
         DELETE FROM books WHERE id = 4; \
         CREATE TABLE log (line TEXT) STRICT; \
         CREATE TRIGGER heard AFTER INSERT ON books BEGIN \
         INSERT INTO log VALUES (CASE WHEN new.price > 1 THEN 'dear' ELSE new.title END); END; \
         CREATE VIEW titles AS SELECT title FROM books",
    );
    place
}

fn ignoring_log() -> Options {
    Options::new().ignore_table("log")
}

#[test]
fn what_was_created_has_no_difference() {
    let place = Place::with(ALL);
    let found = diff(&place, ALL, &Options::new());
    assert!(found.is_empty(), "{found}");
}

#[test]
fn from_nothing_to_everything_and_back() {
    let place = Place::new();
    there_and_back(&place, ALL, &Options::new());
}

#[test]
fn a_table_is_made_anew_with_all_that_hangs_on_it() {
    static AFTER: TableDef = TableDef {
        associations: &[AssociationDef {
            on_delete: Action::Restrict,
            ..of_author(&[1])
        }],
        indexes: &[
            index("books_title", &[part(IndexTerm::Column(2))]),
            IndexDef {
                unique: true,
                ..index(
                    "books_unique",
                    &[part(IndexTerm::Column(1)), part(IndexTerm::Column(2))],
                )
            },
        ],
        checks: &[CheckDef {
            name: "books_price_check",
            expression: "price >= 0",
            message: None,
        }],
        ..table(
            "books",
            &[
                id(SqlType::Int8),
                column("author_id", SqlType::Int8),
                column("title", SqlType::Text),
                default(
                    column("price", SqlType::Int4),
                    DefaultValue::Value(|| Param::Int4(9)),
                ),
                default(
                    column("made_at", SqlType::Timestamptz),
                    DefaultValue::Sql("'2024-01-01 00:00:00.000000+00:00'"),
                ),
            ],
        )
    };
    let place = library();
    let options = ignoring_log().fill_raw("books", "price", "7");
    let found = there_and_back(&place, tables![&AUTHORS, &AFTER], &options);
    assert_eq!(
        summaries(&found),
        [
            "make table books anew: NOT NULL of column price, another default of column price, \
             add constraint books_price_check, add constraint books_author_id_fkey, drop \
             constraint books_title_type_check, drop constraint books_author_id_fkey"
        ]
    );
    assert_eq!(
        place.texts("SELECT id || title || price || substr(made_at, 1, 4) FROM books"),
        ["1One12024", "2Two72024", "3Three32024"]
    );
    // The number that was given is not given again, the trigger and the view work.
    place.run("INSERT INTO books (author_id, title) VALUES (1, 'a title that is long')");
    assert_eq!(place.texts("SELECT max(id) FROM books"), ["5"]);
    assert_eq!(place.texts("SELECT line FROM log").last().unwrap(), "dear");
    assert_eq!(place.texts("SELECT count(*) FROM titles"), ["4"]);
    place.refused("INSERT INTO books (author_id, title) VALUES (1, 'One')");
    place.refused("DELETE FROM authors");
}

// A parent made anew takes no child with it.
#[test]
fn rows_that_refer_to_the_table_are_kept() {
    static AFTER: TableDef = table(
        "authors",
        &[
            id(SqlType::Int4),
            column("name", SqlType::Varchar(Some(40))),
        ],
    );
    let place = library();
    let found = there_and_back(&place, tables![&AFTER, &BOOKS], &ignoring_log());
    assert_eq!(
        summaries(&found),
        [
            "make table authors anew: add constraint authors_id_type_check, add constraint \
             authors_name_type_check"
        ]
    );
    assert_eq!(place.texts("SELECT count(*) FROM books"), ["3"]);
    place.refused("INSERT INTO books (author_id, title) VALUES (9, 'x')");
    place.run("DELETE FROM authors WHERE id = 1");
    assert_eq!(place.texts("SELECT id FROM books"), ["3"]);
}

#[test]
fn columns_and_tables_are_renamed_by_sqlite() {
    static AFTER_AUTHORS: TableDef = TableDef {
        renamed_from: Some("authors"),
        ..table(
            "writers",
            &[id(SqlType::Int8), column("name", SqlType::Text)],
        )
    };
    static AFTER: TableDef = TableDef {
        associations: &[AssociationDef {
            on_delete: Action::Cascade,
            ..AssociationDef::new(
                "author",
                AssociationKind::BelongsTo,
                || &AFTER_AUTHORS,
                "Writer",
                &[1],
                &[0],
            )
        }],
        indexes: &[index("books_title", &[part(IndexTerm::Column(2))])],
        ..table(
            "books",
            &[
                id(SqlType::Int8),
                column("author_id", SqlType::Int8),
                ColumnDef {
                    renamed_from: Some("title"),
                    ..column("name", SqlType::Varchar(Some(10)))
                },
                nullable(column("price", SqlType::Int4)),
            ],
        )
    };
    let place = library();
    let before = snapshot(&place);
    let found = diff(&place, tables![&AFTER_AUTHORS, &AFTER], &ignoring_log());
    assert_eq!(
        summaries(&found),
        [
            // The check bears the name of the column.
            "make table books anew: add constraint books_name_type_check, drop constraint \
             books_title_type_check",
            "rename table authors to writers",
            "rename column books.title to name",
        ]
    );
    let drafts = found
        .migrations("rename", crate::diff::Destructive::Refused)
        .unwrap();
    super::migrate(&place, &drafts[0].up);
    let rest = diff(&place, tables![&AFTER_AUTHORS, &AFTER], &ignoring_log());
    assert!(rest.is_empty(), "{rest}");
    place.run("INSERT INTO books (author_id, name, price) VALUES (1, 'New', 2)");
    assert_eq!(place.texts("SELECT line FROM log").last().unwrap(), "dear");
    place.run("DELETE FROM books WHERE id = 5; DELETE FROM log WHERE rowid = 5");
    super::migrate(&place, &drafts[0].down);
    let rows = |all: &[String]| {
        all.iter()
            .filter(|it| it.starts_with("books: ") || it.starts_with("authors: "))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(rows(&snapshot(&place)), rows(&before));
}

#[test]
fn what_alter_table_can_do_is_done_by_it() {
    static AFTER: TableDef = TableDef {
        associations: &[of_author(&[1])],
        indexes: &[index("books_stars", &[part(IndexTerm::Column(4))])],
        ..table(
            "books",
            &[
                id(SqlType::Int8),
                column("author_id", SqlType::Int8),
                column("title", SqlType::Varchar(Some(10))),
                nullable(column("price", SqlType::Int4)),
                default(
                    column("stars", SqlType::Int2),
                    DefaultValue::Value(|| Param::Int2(1)),
                ),
            ],
        )
    };
    let place = library();
    let found = there_and_back(&place, tables![&AUTHORS, &AFTER], &ignoring_log());
    assert_eq!(
        summaries(&found),
        [
            "drop index books_title of books",
            "add column books.stars",
            "add index books_stars to books"
        ]
    );
}

#[test]
fn a_dropped_column_and_table_are_losses() {
    static AFTER: TableDef = table("authors", &[id(SqlType::Int8)]);
    let place = library();
    let found = diff(&place, tables![&AFTER], &ignoring_log());
    let losses: Vec<String> = found.losses().map(ToString::to_string).collect();
    assert_eq!(
        losses,
        [
            "drops the column `authors.name`, which holds a value in rows nobody has counted",
            "drops the table `books` with rows nobody has counted",
        ]
    );
    let refused = found.migrations("drop", crate::diff::Destructive::Refused);
    assert!(refused.is_err());
}

#[test]
fn a_table_of_others_becomes_what_the_model_says() {
    let place = Place::new();
    place.run(
        "CREATE TABLE \"authors\" (id INTEGER PRIMARY KEY, name VARCHAR(9) UNIQUE); \
         INSERT INTO authors VALUES (5, 'Ann'), (9, 'Bob')",
    );
    let found = there_and_back(&place, tables![&AUTHORS], &Options::new());
    assert!(summaries(&found)[0].starts_with("make table authors anew: make it STRICT"));
    assert_eq!(
        place.texts("INSERT INTO authors (name) VALUES ('Ann') RETURNING id"),
        ["10"]
    );
}

// Whatever else there is in the file goes on as before: views on views, triggers here and
// there, keys of tables that no model knows, numbers, partial and computed indexes.
#[test]
fn whatever_hangs_on_a_table_is_there_afterwards() {
    let place = Place::with(ALL);
    place.run(
        "INSERT INTO users (email, name) VALUES ('ann@x', 'Ann'), ('bob@x', 'Bob'); \
         DELETE FROM users WHERE name = 'Bob'; \
         INSERT INTO orders (user_id) VALUES (1); UPDATE users SET last_order_id = 1; \
         ALTER TABLE users ADD COLUMN extra TEXT; \
         CREATE TABLE notes (id INTEGER PRIMARY KEY, \
         user_id INTEGER REFERENCES users (id) ON DELETE CASCADE) STRICT; \
         INSERT INTO notes (user_id) VALUES (1); \
         CREATE VIEW bought AS SELECT users.name, orders.id AS number FROM users \
         JOIN orders ON orders.user_id = users.id; \
         CREATE VIEW twice AS SELECT * FROM bought UNION ALL SELECT * FROM bought; \
         CREATE TRIGGER buys INSTEAD OF INSERT ON bought BEGIN \
         INSERT INTO users (email, name) VALUES (new.name || '@x', new.name); END; \
         CREATE TRIGGER ordered AFTER INSERT ON orders BEGIN \
         UPDATE users SET last_order_id = new.id WHERE id = new.user_id; END; \
         CREATE TRIGGER renamed AFTER UPDATE OF name ON users WHEN old.name <> new.name BEGIN \
         INSERT INTO notes (user_id) VALUES (new.id); END",
    );
    let options = Options::new().ignore_table("notes");
    let found = there_and_back(&place, ALL, &options);
    assert_eq!(
        summaries(&found),
        ["make table users anew: drop column extra"]
    );
    assert_eq!(place.texts("SELECT count(*) FROM twice"), ["2"]);
    place.run("INSERT INTO bought (name) VALUES ('Cid')");
    let cid = "SELECT id || folded || active FROM users WHERE name = 'Cid'";
    assert_eq!(place.texts(cid), ["3cid1"]);
    place.refused("INSERT INTO users (email, name) VALUES ('cid2@x', 'CID')");
    place.run("INSERT INTO users (email, name, active) VALUES ('cid3@x', 'CID', 0)");
    place
        .run("INSERT INTO orders (user_id) VALUES (3); UPDATE users SET name = 'Dan' WHERE id = 3");
    let dan = "SELECT last_order_id || folded FROM users WHERE id = 3";
    assert_eq!(place.texts(dan), ["2dan"]);
    assert_eq!(
        place.texts("SELECT count(*) FROM notes WHERE user_id = 3"),
        ["1"]
    );
    place.refused("INSERT INTO notes (user_id) VALUES (99)");
    place.run("DELETE FROM users WHERE id = 1");
    assert_eq!(place.texts("SELECT user_id FROM notes"), ["3"]);
    assert_eq!(place.texts("SELECT user_id FROM orders"), ["3"]);
}

#[test]
fn tables_without_a_key_stay_and_what_models_could_say_goes_by_permission() {
    use crate::diff::Destructive;
    let place = library();
    place.run("CREATE INDEX books_price ON books (price)");
    let found = diff(&place, tables![&AUTHORS, &BOOKS], &Options::new());
    assert_eq!(summaries(&found), ["drop index books_price of books"]);
    let left: Vec<String> = found.left_alone.iter().map(ToString::to_string).collect();
    assert_eq!(left, ["table `log` (it has no primary key)"]);
    let refused = found.migrations("change", Destructive::Refused);
    assert_eq!(
        refused.unwrap_err().to_string(),
        "it drops the index `books_price` of `books`"
    );
}
