//! Every kind of call, by what it answers and what it leaves behind.

use std::pin::Pin;
use std::sync::{Arc, Mutex};

use orm::batch;
use orm::exec::{Params, Retry, TxOptions};
use orm::migrate::{Embedded, EmbeddedSource, Migrator};
use orm::prelude::*;
use orm::raw::raw_sql;

use crate::models::{Author, Book, Chair, LEAVES, Leaf, Note, Room, Tag, Tree};
use crate::place::Way;

type Answer<'a> = Pin<Box<dyn Future<Output = orm::Result<String>> + Send + 'a>>;

/// One kind of call. It is given a number of seven digits, which is part of
/// everything it writes, and answers with a text that is the same for every
/// number once that is taken out.
#[derive(Clone, Copy)]
pub(crate) struct Call {
    pub(crate) name: &'static str,
    pub(crate) run: for<'a> fn(&'a Way, i32) -> Answer<'a>,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// It writes nothing, and no error of it may say otherwise.
    Read,
    /// It is there, whole, or it is not.
    Write,
    /// As a write; what is there already has to go before it can be tried again.
    Schema {
        clear: &'static str,
        /// States in which it may be left, for it goes on from there.
        between: &'static [&'static str],
    },
}

/// What there is of a number, in a few words: rows of each table.
pub(crate) fn trace(number: i32) -> String {
    format!(
        "SELECT concat_ws(' ',
            (SELECT count(*) FROM authors WHERE name LIKE '{number}%'),
            (SELECT count(*) FROM books WHERE title LIKE '{number}%'),
            (SELECT count(*) FROM book_tags JOIN books ON books.id = book_id
             WHERE title LIKE '{number}%'),
            (SELECT count(*) FROM tags WHERE name LIKE '{number}%'),
            (SELECT string_agg(replace(text, '{number}', 'N'), ',') FROM notes WHERE id = {number}),
            to_regclass('rooms'), to_regclass('chairs'), to_regclass('one'), to_regclass('two'),
            CASE WHEN to_regclass('orm_migrations') IS NOT NULL THEN
                (xpath('//n/text()', query_to_xml('SELECT count(*) AS n FROM orm_migrations',
                 true, false, '')))[1]::text END)"
    )
}

const fn read(name: &'static str, run: for<'a> fn(&'a Way, i32) -> Answer<'a>) -> Call {
    Call {
        name,
        run,
        kind: Kind::Read,
    }
}

const fn write(name: &'static str, run: for<'a> fn(&'a Way, i32) -> Answer<'a>) -> Call {
    Call {
        name,
        run,
        kind: Kind::Write,
    }
}

pub(crate) const FIND: Call = read("find", |way, _| {
    Box::pin(async { Ok(format!("{:?}", Author::find(2).one(&way.db).await?)) })
});

pub(crate) const TREE: Call = read("tree", |way, _| {
    Box::pin(async {
        let tree = Author::query().include(Author::books.include(Book::tags));
        Ok(format!("{:?}", tree.all(&way.db).await?))
    })
});

pub(crate) const SEPARATE: Call = read("separate", |way, _| {
    Box::pin(async {
        let tree = Author::query().include(Author::books.separate());
        Ok(format!("{:?}", tree.all(&way.db).await?))
    })
});

pub(crate) const LEVELS: Call = read("levels", |way, _| {
    Box::pin(async {
        let trees = Tree::query().include(Tree::leaves).all(&way.db).await?;
        let leaves = trees.iter().flat_map(|tree| &tree.leaves);
        let right = leaves
            .zip(1..)
            .filter(|(leaf, id)| leaf.id == *id && leaf.tree_id == 1);
        Ok(format!("{} of {LEAVES}", right.count()))
    })
});

pub(crate) const STREAM: Call = read("stream", |way, _| {
    Box::pin(async {
        let mut seen = Vec::new();
        let count = Book::query()
            .order_by(Book::id)
            .for_each(&way.db, |book| {
                seen.push(book.title);
                Ok(())
            })
            .await?;
        Ok(format!("{count} {seen:?}"))
    })
});

pub(crate) const ROWS_ONE_BY_ONE: Call = read("rows", |way, _| {
    Box::pin(async {
        let exec = way.db.executor().reading();
        let mut rows = exec
            .query("SELECT title FROM books ORDER BY id", Params::none())
            .await?;
        let mut seen = Vec::new();
        while let Some(row) = rows.next().await? {
            seen.push(row.get::<String>(0)?);
        }
        Ok(format!("{seen:?}"))
    })
});

pub(crate) const RAW: Call = write("raw", |way, n| {
    Box::pin(async move {
        let text = "INSERT INTO authors (name) VALUES ($1) RETURNING name";
        let name: String = raw_sql(text).bind(n.to_string()).scalar(&way.db).await?;
        Ok(name)
    })
});

pub(crate) const BATCH: Call = write("batch", |way, n| {
    Box::pin(async move {
        let text = format!(
            "INSERT INTO authors (name) VALUES ('{n}'); SET work_mem = '5MB';
             CREATE TEMPORARY TABLE books (id int);
             SELECT pg_advisory_lock(1); SET search_path = pg_catalog;
             INSERT INTO public.notes VALUES ({n}, 'of a batch')"
        );
        way.db.executor().batch(&text).await?;
        Ok("done".to_owned())
    })
});

pub(crate) const INSERT: Call = write("insert", |way, n| {
    Box::pin(async move {
        let saved = Author::create().name(n.to_string()).save(&way.db).await?;
        Ok(format!("{} {}", saved.name, saved.id > 0))
    })
});

pub(crate) const BULK: Call = write("bulk", |way, n| {
    Box::pin(async move {
        let rows = (0..5).map(|i| Author::create().name(format!("{n} {i}")));
        let saved = Author::create_many(rows).save(&way.db).await?;
        Ok(format!(
            "{:?}",
            saved.iter().map(|row| &row.name).collect::<Vec<_>>()
        ))
    })
});

pub(crate) const COPY: Call = write("copy", |way, n| {
    Box::pin(async move {
        let rows = (0..5).map(|i| Author::create().name(format!("{n} {i}")));
        let written = Author::copy_in(rows).save(&way.db).await?;
        Ok(format!("{written} rows"))
    })
});

pub(crate) const NESTED: Call = write("nested", |way, n| {
    Box::pin(async move {
        let author = Author::create()
            .name(n.to_string())
            .with(Author::books, |book| {
                [1, 2].map(|i| {
                    book()
                        .title(format!("{n} {i}"))
                        .with(Book::tags, |tag| [tag().name(format!("{n} {i}"))])
                })
            });
        Ok(author.save(&way.db).await?.name.clone())
    })
});

pub(crate) const TOGETHER: Call = write("together", |way, n| {
    Box::pin(async move {
        let note = Note::create().id(n).text(format!("new {n}"));
        let rows = (0..3).map(|i| Author::create().name(format!("{n} {i}")));
        let (author, note, authors, count) = way
            .db
            .batch((
                batch::create(Author::create().name(n.to_string())),
                batch::create(note),
                Author::create_many(rows),
                batch::count(Tag::query()),
            ))
            .await?;
        let written = authors.len();
        Ok(format!("{} {} {written} {count}", author.name, note.text))
    })
});

// What is updated stays as it is: other calls read it.
pub(crate) const CHANGED: Call = write("changed", |way, n| {
    Box::pin(async move {
        let author = Author::find(2).include(Author::books).one(&way.db).await?;
        let book = &author.books[0];
        let changed = author
            .related(Author::books)
            .change()
            .update([book.update().set(Book::title, &*book.title)])
            .create(|book| {
                [1, 2].map(|i| {
                    book()
                        .title(format!("{n} {i}"))
                        .with(Book::tags, |tag| [tag().name(format!("{n} {i}"))])
                })
            })
            .save(&way.db)
            .await?;
        let (updated, created) = (&changed.updated[0], changed.created.len());
        Ok(format!("{} {created}", updated.title))
    })
});

pub(crate) const CHANGED_BY_KEYS: Call = write("changed by keys", |way, n| {
    Box::pin(async move {
        let author = Author::find(2).one(&way.db).await?;
        let books = Book::query().order_by(Book::id).limit(2).values(Book::id);
        let changed = author
            .related(Author::books)
            .change()
            .adopt_keys(books.all(&way.db).await?)
            .create(|book| [1, 2].map(|i| book().title(format!("{n} {i}"))))
            .save(&way.db)
            .await?;
        Ok(format!("{} {}", author.name, changed.created.len()))
    })
});

pub(crate) const PAIRED_BY_KEYS: Call = write("paired by keys", |way, n| {
    Box::pin(async move {
        let book = Book::find(1).one(&way.db).await?;
        let tags = Tag::query().order_by(Tag::id).limit(2).values(Tag::id);
        let tags = tags.all(&way.db).await?;
        // Whatever became of the call before, these two are the only ones.
        book.related(Book::tags).set_keys(tags, &way.db).await?;
        let change = book.related(Book::tags).change().remove_keys([1]);
        let changed = change
            .create(|tag| [1, 2].map(|i| tag().name(format!("{n} {i}"))))
            .save(&way.db)
            .await?;
        Ok(format!("{}", changed.created.len()))
    })
});

pub(crate) const UPSERT: Call = write("upsert", |way, n| {
    Box::pin(async move {
        let note = Note::create().id(n).text(format!("new {n}"));
        let saved = Note::upsert(note)
            .on_key()
            .overwrite(Note::text)
            .save(&way.db)
            .await?;
        Ok(format!("{} {}", saved.created, saved.row.text))
    })
});

pub(crate) const TRANSACTION: Call = write("transaction", |way, n| {
    Box::pin(async move {
        let body = async |tx: &Tx| -> orm::Result<_> {
            let author = Author::create().name(n.to_string()).save(tx).await?;
            let undone = tx.begin().await?;
            Author::create()
                .name(format!("{n} undone"))
                .save(&undone)
                .await?;
            undone.rollback().await?;
            let kept = tx.begin().await?;
            let book = Book::create()
                .author_id(author.id)
                .title(format!("{n} kept"));
            let book = book.save(&kept).await?;
            kept.commit().await?;
            Ok(book.title)
        };
        way.db.transaction(body).await
    })
});

// Each first attempt gives itself up, after it wrote.
pub(crate) const RETRIED: Call = write("retried", |way, n| {
    Box::pin(async move {
        let attempts = Arc::new(Mutex::new(0));
        let body = async |tx: &Tx| -> orm::Result<_> {
            let attempt = {
                let mut attempts = attempts.lock().unwrap();
                *attempts += 1;
                *attempts
            };
            let author = Author::create().name(n.to_string()).save(tx).await?;
            let text = "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$";
            if attempt == 1 {
                tx.executor().batch(text).await?;
            }
            Ok(author.name)
        };
        way.db
            .transaction_retry(TxOptions::new(), Retry::times(2), body)
            .await
    })
});

const DROP_ROOMS: &str = "DROP TABLE IF EXISTS chairs, rooms";

pub(crate) const CREATE_MISSING: Call = Call {
    name: "create_missing",
    run: |way, _| {
        Box::pin(async {
            way.db.create_missing(orm::models![Room, Chair]).await?;
            Ok("created".to_owned())
        })
    },
    kind: Kind::Schema {
        clear: DROP_ROOMS,
        between: &[],
    },
};

const MIGRATIONS: [Embedded; 2] = [
    Embedded {
        name: "20260101000000-one",
        source: EmbeddedSource::TwoFiles {
            up: "CREATE TABLE one (id int); INSERT INTO one VALUES (1);",
            down: Some("DROP TABLE one;"),
        },
    },
    Embedded {
        name: "20260102000000-two",
        source: EmbeddedSource::TwoFiles {
            up: "CREATE TABLE two AS SELECT * FROM one;",
            down: Some("DROP TABLE two;"),
        },
    },
];

const UNDO_ALL: &str = "DROP TABLE IF EXISTS one, two, orm_migrations";

pub(crate) const MIGRATE: Call = Call {
    name: "migrate",
    run: |way, _| {
        Box::pin(async {
            Migrator::embedded(&MIGRATIONS).up(&way.config).await?;
            Ok("migrated".to_owned())
        })
    },
    // Each migration is whole; the history may be there before the first.
    kind: Kind::Schema {
        clear: UNDO_ALL,
        between: &["0 0 0 0 0", "0 0 0 0 one 1"],
    },
};

pub(crate) const TAGGED: Call = write("add", |way, n| {
    Box::pin(async move {
        let tx = way.db.begin().await?;
        let book = Book::create()
            .author_id(1)
            .title(n.to_string())
            .save(&tx)
            .await?;
        let tags = Tag::query().order_by(Tag::id).all(&tx).await?;
        book.related(Book::tags).add(&tags, &tx).await?;
        tx.commit().await?;
        Ok(book.title)
    })
});

pub(crate) const COUNT: Call = read("count", |way, _| {
    Box::pin(async { Ok(Leaf::query().count(&way.db).await?.to_string()) })
});

pub(crate) const SHARED: Call = read("shared", |way, _| {
    Box::pin(async {
        let one = Author::find(1).one(&way.shared);
        let tree = Author::query().include(Author::books).all(&way.shared);
        let count = Book::query().count(&way.shared);
        let (one, tree, count) = tokio::join!(one, tree, count);
        Ok(format!("{:?} {:?} {}", one?, tree?, count?))
    })
});
