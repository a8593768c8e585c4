//! The command on a file of SQLite: no server anywhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::Done;

/// A folder that is removed with all that is in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.join(format!("sqlite-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("migrations")).unwrap();
        Folder(folder)
    }

    fn migration(&self, name: &str, up: &str, down: &str) {
        self.file("migrations", name, up, down);
    }

    fn file(&self, folder: &str, name: &str, up: &str, down: &str) {
        let place = self.0.join(folder).join(name);
        fs::create_dir_all(&place).unwrap();
        fs::write(place.join("up.sql"), up).unwrap();
        fs::write(place.join("down.sql"), down).unwrap();
    }

    fn orm(&self, arguments: &str) -> Done {
        let run = Command::new(env!("CARGO_BIN_EXE_orm"))
            .args(arguments.split_whitespace())
            .current_dir(&self.0)
            .env("DATABASE_URL", "sqlite:shop.db")
            .env_remove("DIRECT_URL")
            .output();
        Done::from(run.unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

const BOOKS: &str = "20240101000000-books";

/// What the tables of a model are like, in a migration.
fn books(folder: &Folder) {
    folder.migration(
        BOOKS,
        "CREATE TABLE authors (\n  id INTEGER NOT NULL CONSTRAINT authors_pkey PRIMARY KEY \
         AUTOINCREMENT,\n  name TEXT NOT NULL,\n  CONSTRAINT authors_name_type_check CHECK \
         (length(\"name\") <= 40)\n) STRICT;\n\
         CREATE TABLE books (\n  id INTEGER NOT NULL CONSTRAINT books_pkey PRIMARY KEY \
         AUTOINCREMENT,\n  author_id INTEGER NOT NULL,\n  price TEXT COLLATE decimal,\n  \
         sold INTEGER NOT NULL DEFAULT 0,\n  made_at TEXT NOT NULL,\n  \
         CONSTRAINT books_sold_type_check CHECK (\"sold\" IN (0, 1)),\n  \
         CONSTRAINT books_made_at_type_check CHECK (\"made_at\" GLOB \
         '????-??-?? ??:??:??.??????+00:00'),\n  \
         CONSTRAINT books_author_id_fkey FOREIGN KEY (author_id) REFERENCES authors (id)\n\
         ) STRICT;\nCREATE UNIQUE INDEX authors_name_key ON authors (name);",
        "DROP TABLE books;\nDROP TABLE authors;",
    );
}

#[test]
fn seeds_of_a_file_are_run_once() {
    let folder = Folder::new("seeds");
    books(&folder);
    folder.orm("migrate").ok();
    let insert = "INSERT INTO authors (name) VALUES ('Ann');";
    folder.file(
        "seeders",
        "20240102000000-ann",
        insert,
        "DELETE FROM authors;",
    );
    let said = folder.orm("db seed").ok();
    assert!(said.contains("20240102000000-ann: migrated"), "{said}");
    // An older one may come later, and what was run is not run again: the name is unique.
    let insert = "INSERT INTO authors (name) VALUES ('Ben');";
    folder.file(
        "seeders",
        "20240101000000-ben",
        insert,
        "DELETE FROM authors;",
    );
    folder.orm("seed run").ok();
    let said = folder.orm("db seed").ok();
    assert!(said.contains("already seeded"), "{said}");
}

#[test]
fn migrations_of_a_file() {
    let folder = Folder::new("migrate");
    books(&folder);
    let said = folder.orm("db create").ok();
    assert!(said.contains("shop.db created"), "{said}");
    folder.orm("db create --if-missing").ok();
    assert_eq!(folder.orm("migrate status").ok(), format!("down {BOOKS}\n"));
    folder.orm("migrate check").ok();
    folder.orm("migrate").ok();
    assert_eq!(folder.orm("migrate status").ok(), format!("up {BOOKS}\n"));
    let dump = folder.orm("schema dump").ok();
    assert!(
        dump.contains("CREATE UNIQUE INDEX authors_name_key"),
        "{dump}"
    );
    folder.migration("20240102000000-drop", "DROP TABLE books;", "SELECT 1;");
    let check = folder.orm("migrate check");
    assert_eq!(check.code, Some(1));
    assert!(check.out.contains("drop-table"), "{check:?}");
    assert!(
        check.out.contains("Most rules speak of PostgreSQL"),
        "{check:?}"
    );
    folder.orm("migrate undo").ok();
    assert!(!folder.orm("schema dump").ok().contains("books"));
    folder.orm("db drop --yes --database shop.db").ok();
    assert!(!folder.0.join("shop.db").exists());
}

#[test]
fn models_from_a_file() {
    let folder = Folder::new("pull");
    books(&folder);
    folder.orm("migrate").ok();
    folder.orm("db pull models").ok();
    let read = |name: &str| fs::read_to_string(folder.0.join("models").join(name)).unwrap();
    let (author, book) = (read("author.rs"), read("book.rs"));
    for expected in ["pub name: String", "varchar(40)", "unique"] {
        assert!(author.contains(expected), "{expected}\n{author}");
    }
    for expected in [
        "pub sold: bool",
        "default = false",
        "Decimal",
        "pub author_id: i64",
        "belongs_to",
    ] {
        assert!(book.contains(expected), "{expected}\n{book}");
    }
    assert!(!book.contains("type_check"), "{book}");
}
