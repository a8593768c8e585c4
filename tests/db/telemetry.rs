//! What is told by `tracing` of statements: spans by the conventions of OpenTelemetry,
//! durations, and warnings of slow ones.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use futures_util::TryStreamExt as _;
use orm::prelude::*;
use orm::raw::raw_sql;
use tracing::Instrument as _;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};

use tracing::{Dispatch, Event, Metadata, Subscriber};
use tracing_core::span::Current;

use crate::database::{Place, Test, on_a_file, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "authors")]
#[association(has_many, as = "books", model = Book, foreign_key = "author_id")]
struct Author {
    #[column(primary_key, auto_increment)]
    id: i64,
    #[column(unique)]
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books")]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id")]
struct Book {
    #[column(primary_key, auto_increment)]
    id: i64,
    author_id: i64,
    title: String,
}

type Fields = BTreeMap<&'static str, String>;

/// A span that was made.
#[derive(Debug, Clone, Default)]
struct Made {
    target: &'static str,
    parent: Option<u64>,
    /// What was known when it began.
    begun: Fields,
    fields: Fields,
    metadata: Option<&'static Metadata<'static>>,
    /// How many hold it.
    handles: usize,
    has_ended: bool,
}

impl Made {
    fn get(&self, field: &str) -> &str {
        self.fields.get(field).map_or("", String::as_str)
    }

    fn name(&self) -> &str {
        self.get("otel.name")
    }
}

#[derive(Debug, Default)]
struct Heard {
    spans: Vec<Made>,
    entered: Vec<u64>,
    events: Vec<(&'static str, Fields)>,
}

/// Keeps all that is told on this thread.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Heard>>);

impl Ear {
    fn with<T>(&self, look: impl FnOnce(&mut Heard) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn held(&self, span: &Id, change: impl FnOnce(&mut Made)) {
        self.with(|heard| {
            // Some may be left of before it was cleared.
            let made = heard.spans.get_mut(span.into_u64() as usize - 1);
            made.map(change);
        });
    }

    fn spans(&self) -> Vec<Made> {
        self.with(|heard| heard.spans.clone())
    }

    fn clear(&self) {
        self.with(|heard| *heard = Heard::default());
    }

    /// The only span that has a name.
    #[track_caller]
    fn only(&self, name: &str) -> Made {
        let mut spans = self.spans();
        spans.retain(|it| it.name() == name);
        assert_eq!(spans.len(), 1, "{name}: {:#?}", self.spans());
        spans.remove(0)
    }

    /// The kind of the only span that has a name, and the names of those below it.
    #[track_caller]
    fn below(&self, name: &str) -> (String, Vec<String>) {
        let kind = self.only(name).get("otel.kind").to_owned();
        let spans = self.spans();
        let parent = spans.iter().position(|it| it.name() == name);
        let parent = parent.map(|at| at as u64 + 1);
        let children = spans.iter().filter(|it| it.parent == parent);
        (kind, children.map(|it| it.name().to_owned()).collect())
    }

    fn events(&self, target: &str) -> Vec<Fields> {
        let all = self.with(|heard| heard.events.clone());
        let of = all.into_iter().filter(|(it, _)| *it == target);
        of.map(|(_, fields)| fields).collect()
    }
}

struct Values<'f>(&'f mut Fields);

impl Visit for Values<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

impl Subscriber for Ear {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("orm::")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        self.with(|heard| {
            let mut made = Made {
                target: attributes.metadata().target(),
                parent: heard.entered.last().copied(),
                metadata: Some(attributes.metadata()),
                handles: 1,
                ..Made::default()
            };
            attributes.record(&mut Values(&mut made.fields));
            made.begun = made.fields.clone();
            heard.spans.push(made);
            Id::from_u64(heard.spans.len() as u64)
        })
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        self.with(|heard| {
            if let Some(made) = heard.spans.get_mut(span.into_u64() as usize - 1) {
                values.record(&mut Values(&mut made.fields));
            }
        });
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Values(&mut fields));
        self.with(|heard| heard.events.push((event.metadata().target(), fields)));
    }

    fn enter(&self, span: &Id) {
        self.with(|heard| heard.entered.push(span.into_u64()));
    }

    fn exit(&self, _: &Id) {
        self.with(|heard| heard.entered.pop());
    }

    fn current_span(&self) -> Current {
        self.with(|heard| {
            let entered = heard.entered.last().copied();
            let of = |id: u64| Some((id, heard.spans.get(id as usize - 1)?.metadata?));
            match entered.and_then(of) {
                Some((id, metadata)) => Current::new(Id::from_u64(id), metadata),
                None => Current::none(),
            }
        })
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.held(span, |it| it.handles += 1);
        span.clone()
    }

    fn try_close(&self, span: Id) -> bool {
        self.held(&span, |it| {
            it.handles = it.handles.saturating_sub(1);
            it.has_ended = it.handles == 0;
        });
        true
    }
}

async fn library() -> Test<(Place, Ear)> {
    let place = with_models(orm::models![Author, Book]).await?;
    Ok((place, Ear::default()))
}

/// One that is never dropped: of a single listener nobody asks whether it wants a new kind of
/// span, but the thread that makes one first, where another test may have none.
static ANOTHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Ear::default()));

fn listening(ear: &Ear) -> tracing::subscriber::DefaultGuard {
    LazyLock::force(&ANOTHER);
    tracing::subscriber::set_default(ear.clone())
}

#[tokio::test]
async fn a_statement_is_a_span_of_a_client() -> Test {
    let (place, ear) = library().await?;
    let _listening = listening(&ear);
    let author = Author::create().name("Ada").save(&place.db).await?;
    let span = ear.only("INSERT authors");
    let system = if on_a_file() { "sqlite" } else { "postgresql" };
    for (field, value) in [
        ("otel.kind", "client"),
        ("db.system.name", system),
        ("db.query.summary", "INSERT authors"),
        ("db.operation.name", "INSERT"),
        ("db.collection.name", "authors"),
    ] {
        assert_eq!(
            span.begun.get(field).map(String::as_str),
            Some(value),
            "{field}"
        );
    }
    let text = span.get("db.query.text");
    assert!(
        text.starts_with(r#"INSERT INTO "authors" ("name") VALUES ("#),
        "{text}"
    );
    assert!(!span.begun["db.namespace"].is_empty());
    assert_eq!(span.begun.contains_key("server.address"), !on_a_file());
    assert_eq!((span.target, span.has_ended), ("orm::client", true));
    for field in ["error.type", "db.response.status_code", "otel.status_code"] {
        assert!(!span.fields.contains_key(field), "{field}");
    }

    ear.clear();
    assert_eq!(Author::find(author.id).all(&place.db).await?.len(), 1);
    assert_eq!(
        ear.only("SELECT authors").get("db.response.returned_rows"),
        "1"
    );
    let [duration] = &ear.events("orm::metrics")[..] else {
        panic!("{:#?}", ear.events("orm::metrics"));
    };
    let seconds: f64 = duration["histogram.db.client.operation.duration"].parse()?;
    assert!((0.0..60.0).contains(&seconds));
    assert_eq!(duration["db.operation.name"], "SELECT");
    assert_eq!(duration["db.collection.name"], "authors");
    Ok(())
}

#[tokio::test]
async fn an_error_is_told_by_its_code_and_no_value_is() -> Test {
    let (place, ear) = library().await?;
    let _listening = listening(&ear);
    let new = || Author::create().name("secret name").save(&place.db);
    new().await?;
    ear.clear();
    let error = new().await.unwrap_err();
    let span = ear.only("INSERT authors");
    assert_eq!(span.get("otel.status_code"), "ERROR");
    let code = error.sqlstate().map(str::to_owned);
    let code = code.unwrap_or_else(|| format!("{:?}", error.kind()));
    assert_eq!(span.get("error.type"), code);
    let [duration] = &ear.events("orm::metrics")[..] else {
        panic!("{:#?}", ear.events("orm::metrics"));
    };
    assert_eq!(duration["error.type"], code);

    // What is written into a text by hand may be a value.
    let by_hand = "SELECT count(*) FROM authors WHERE name = 'secret name' AND id < 77";
    raw_sql(by_hand).scalar::<i64>(&place.db).await?;
    let span = ear.only("SELECT authors");
    assert_eq!(
        span.get("db.query.text"),
        "SELECT count(*) FROM authors WHERE name = ? AND id < ?"
    );
    let all = format!("{:?}", ear.spans());
    assert!(!all.contains("secret"), "{all}");
    Ok(())
}

#[tokio::test]
async fn trees_graphs_and_transactions_are_parents() -> Test {
    let (place, ear) = library().await?;
    let db = &place.db;
    let _listening = listening(&ear);
    let new = Author::create()
        .name("Ada")
        .with(Author::books, |book| [book().title("A"), book().title("B")]);
    new.save(db).await?;
    let below = |name: &str| ear.below(name);
    let (kind, inserts) = below("graph Author");
    assert_eq!(kind, "internal");
    assert!(
        inserts.iter().any(|it| it == "INSERT authors"),
        "{inserts:?}"
    );
    assert!(inserts.iter().any(|it| it == "INSERT books"), "{inserts:?}");

    ear.clear();
    Author::query().include(Author::books).all(db).await?;
    let (kind, selects) = below("tree Author");
    assert_eq!(kind, "internal");
    match on_a_file() {
        true => assert!(selects.iter().any(|it| it == "SELECT books"), "{selects:?}"),
        false => assert_eq!(selects, ["SELECT authors books"]),
    }

    ear.clear();
    db.transaction(async |tx| {
        Author::query().count(tx).await?;
        tx.transaction(async |tx| Book::query().count(tx).await)
            .await
    })
    .await?;
    let (kind, steps) = below("transaction");
    assert_eq!(kind, "internal");
    assert!(steps[0].starts_with("BEGIN"), "{steps:?}");
    assert_eq!(steps[1..], ["SELECT authors", "savepoint", "COMMIT"]);
    let (_, steps) = below("savepoint");
    assert_eq!(steps, ["SAVEPOINT", "SELECT books", "RELEASE"]);

    ear.clear();
    db.batch((Author::query(), Book::query())).await?;
    let (kind, members) = below("batch");
    assert_eq!(kind, "internal");
    for member in ["SELECT authors", "SELECT books"] {
        assert!(members.iter().any(|it| it == member), "{members:?}");
    }

    ear.clear();
    let embedded = orm::migrate::Embedded {
        name: "20240101000000-pens",
        source: orm::migrate::EmbeddedSource::TwoFiles {
            up: "CREATE TABLE pens (id int);",
            down: None,
        },
    };
    let migrator = orm::migrate::Migrator::embedded(&[embedded]);
    migrator.up(&place.config()?).await?;
    let (kind, steps) = below("migration");
    assert_eq!(kind, "internal");
    assert!(
        steps
            .iter()
            .any(|it| it == "CREATE pens" || it.starts_with("CREATE")),
        "{steps:?}"
    );
    assert_eq!(
        ear.only("migration").get("migration"),
        "20240101000000-pens"
    );
    Ok(())
}

/// A guard is around no future: what is entered where a statement is sent is something else.
#[tokio::test]
async fn what_happens_in_a_guard_is_below_its_span() -> Test {
    let (place, ear) = library().await?;
    let db = &place.db;
    let _listening = listening(&ear);
    let tx = db.begin().await?;
    let of_the_program = tracing::info_span!(target: "orm::program", "request");
    let work = async {
        Author::query().count(&tx).await?;
        Author::query().include(Author::books).all(&tx).await?;
        // Not part of it, whoever sends it.
        Book::query().count(db).await?;
        let nested = tx.begin().await?;
        Book::query().count(&nested).await?;
        nested.commit().await?;
        drop(tx.begin().await?);
        tx.transaction(async |tx| Author::query().page(2).fetch(tx).await)
            .await
    };
    work.instrument(of_the_program).await?;
    assert!(!ear.only("transaction").has_ended);
    tx.commit().await?;
    assert!(ear.only("transaction").has_ended);
    let (kind, steps) = ear.below("transaction");
    assert_eq!(kind, "internal");
    assert!(steps[0].starts_with("BEGIN"), "{steps:?}");
    assert_eq!(
        steps[1..],
        [
            "SELECT authors",
            "tree Author",
            "savepoint",
            "savepoint",
            // The second was dropped, which is seen to when the next begins.
            "savepoint",
            "COMMIT"
        ]
    );
    let spans = ear.spans();
    let children = |of: usize| {
        let of = Some(of as u64 + 1);
        let below = spans.iter().filter(move |it| it.parent == of);
        below.map(Made::name).collect::<Vec<_>>()
    };
    let savepoints: Vec<_> = (0..spans.len())
        .filter(|&at| spans[at].name() == "savepoint")
        .map(children)
        .collect();
    assert_eq!(savepoints[0], ["SAVEPOINT", "SELECT books", "RELEASE"]);
    assert_eq!(savepoints[1], ["SAVEPOINT"]);
    assert!(spans.iter().all(|it| it.has_ended));
    let tree = children(
        spans
            .iter()
            .position(|it| it.name() == "tree Author")
            .ok_or("none")?,
    );
    assert!(tree.iter().all(|it| it.starts_with("SELECT")), "{tree:?}");
    assert_eq!(savepoints[2].first(), Some(&"ROLLBACK"), "{savepoints:?}");
    assert!(savepoints[2].contains(&"page Author"), "{savepoints:?}");
    Ok(())
}

#[tokio::test]
async fn a_guard_that_is_not_committed_says_so() -> Test {
    let (place, ear) = library().await?;
    let db = &place.db;
    let _listening = listening(&ear);
    let tx = db.begin().await?;
    Author::query().count(&tx).await?;
    tx.rollback().await?;
    let (_, steps) = ear.below("transaction");
    assert_eq!(steps[1..], ["SELECT authors", "ROLLBACK"]);

    // The same is told of one that is dropped, and of a closure that is dropped.
    for in_closure in [false, true] {
        ear.clear();
        match in_closure {
            true => {
                let left = db.transaction(async |tx| {
                    Author::query().count(tx).await?;
                    std::future::pending::<orm::Result<()>>().await
                });
                let limit = std::time::Duration::from_millis(300);
                assert!(tokio::time::timeout(limit, left).await.is_err());
            }
            false => {
                let tx = db.begin().await?;
                Author::query().count(&tx).await?;
                drop(tx);
            }
        }
        // SQLite undoes it without a statement.
        let undone: &[&str] = match on_a_file() {
            true => &["SELECT authors"],
            false => &["SELECT authors", "ROLLBACK"],
        };
        let told = async || {
            while ear.below("transaction").1.len() <= undone.len()
                || !ear.only("transaction").has_ended
            {
                tokio::time::sleep(std::time::Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), told()).await?;
        let (_, steps) = ear.below("transaction");
        assert_eq!(steps[1..], *undone, "{in_closure}");
    }
    Ok(())
}

/// What takes several statements where one was asked for has a parent, too.
#[tokio::test]
async fn pages_streams_and_units_are_parents() -> Test {
    let (place, ear) = library().await?;
    let db = &place.db;
    for name in ["Ann", "Bob"] {
        Author::create().name(name).save(db).await?;
    }
    let _listening = listening(&ear);
    Author::query().page(1).fetch(db).await?;
    assert_eq!(
        ear.below("page Author"),
        ("internal".to_owned(), vec!["SELECT authors".to_owned()])
    );

    // An empty page asks for the total by itself.
    ear.clear();
    let first = Author::query().page(1).fetch(db).await?;
    raw_sql("DELETE FROM authors").execute(db).await?;
    ear.clear();
    let pages = Author::query().page(1).with_total();
    assert_eq!(pages.at(first.next).fetch(db).await?.total, Some(0));
    let twice = vec!["SELECT authors".to_owned(); 2];
    assert_eq!(ear.below("page Author"), ("internal".to_owned(), twice));

    ear.clear();
    Author::copy_in([Author::create().name("Cleo")])
        .save(db)
        .await?;
    let (kind, steps) = ear.below("transaction");
    assert_eq!(kind, "internal");
    assert!(steps[0].starts_with("BEGIN"), "{steps:?}");
    assert_eq!(steps.last().map(String::as_str), Some("COMMIT"));
    assert_eq!(ear.spans().len(), steps.len() + 1, "{:#?}", ear.spans());

    ear.clear();
    let authors = Author::query().all(db).await?;
    let books = Author::books.include(Book::author);
    books.load_for(&authors, db).await?;
    assert_eq!(ear.below("tree Book").0, "internal");

    ear.clear();
    let mut trees = Author::query().include(Author::books).stream(db);
    while trees.try_next().await?.is_some() {}
    drop(trees);
    let (kind, steps) = ear.below("stream Author");
    assert_eq!(kind, "internal");
    assert_eq!(steps[1..], ["tree Author", "COMMIT"], "{steps:?}");
    Ok(())
}

#[tokio::test]
async fn a_slow_statement_is_warned_of() -> Test {
    let (place, ear) = library().await?;
    let _listening = listening(&ear);
    let by_hand = "SELECT 'secret'";
    raw_sql(by_hand).scalar::<String>(&place.db).await?;
    assert_eq!(ear.events("orm::slow"), []);
    let config = place.config()?.slow_statements(std::time::Duration::ZERO);
    let db = Db::connect(config).await?;
    raw_sql(by_hand).scalar::<String>(&db).await?;
    let warnings = ear.events("orm::slow");
    assert!(
        warnings.iter().any(|it| it["sql"] == "SELECT ?"),
        "{warnings:?}"
    );
    Ok(())
}
