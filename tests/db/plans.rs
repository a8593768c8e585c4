//! Plans as values: what our own queries are answered by.

use orm::explain::QueryPlan;
use orm::prelude::*;
use orm::query::count;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "my writers")]
#[association(has_many, as = "books", model = Book, foreign_key = "writer_id")]
#[association(has_many, as = "notes", model = Note, foreign_key = "writer_id")]
struct Writer {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    email: String,
    city: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books", index(columns = (writer_id)), index(columns = (year, id)))]
#[association(belongs_to, as = "writer", model = Writer, foreign_key = "writer_id")]
struct Book {
    #[column(primary_key, auto_increment)]
    id: i32,
    writer_id: i32,
    year: i32,
    title: String,
}

/// No index leads from a writer to their notes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes")]
#[association(belongs_to, as = "writer", model = Writer, foreign_key = "writer_id", index = false)]
struct Note {
    #[column(primary_key)]
    id: i32,
    writer_id: i32,
}

async fn library() -> Test<Place> {
    let place = with_models(orm::models![Writer, Book, Note]).await?;
    for email in ["ann@example.com", "bob@example.com"] {
        let writer = Writer::create().email(email).city("secret place");
        let writer = writer.with(Writer::books, |book| {
            [book().year(1990).title("a"), book().year(2000).title("b")]
        });
        writer.save(&place.db).await?;
    }
    Ok(place)
}

fn scanned(plan: &QueryPlan) -> Vec<&str> {
    let mut tables: Vec<&str> = plan.scanned().collect();
    tables.sort_unstable();
    tables.dedup();
    tables
}

/// The tables that it goes through, with an index wherever one helps.
macro_rules! scans {
    ($place:ident: $($query:expr => $tables:expr;)*) => {$({
        let plan = $query.explain_by_index(&$place.db).await?;
        let expected: &[&str] = &$tables;
        assert_eq!(scanned(&plan), expected, "{}\n{plan}", stringify!($query));
        assert_eq!(plan.indexed().is_ok(), expected.is_empty());
    })*};
}

#[tokio::test]
async fn of_what_has_an_index_and_what_has_none() -> Test {
    let place = library().await?;
    const NONE: [&str; 0] = [];
    scans! { place:
        Writer::find(1) => NONE;
        Writer::find_by(Writer::email, "ann@example.com") => NONE;
        Writer::query().filter(Writer::city.eq("x")) => ["my writers"];
        Book::query().filter(Book::writer_id.in_([1, 2])) => NONE;
        Book::query().filter(Book::writer_id.eq(1).and(Book::title.eq("a"))) => NONE;
        Book::query().filter(Book::title.eq("a")) => ["books"];
        Book::query().filter(Book::title.eq("a")).values(count()) => ["books"];
        Writer::find(1).include(Writer::books) => NONE;
        Writer::find(1).include(Writer::books).include(Writer::notes) => ["notes"];
        Writer::find(1).filter(Writer::books.exists()) => NONE;
        Writer::find(1).annotate((Writer::books.count(), Writer::books.sum(Book::year))) => NONE;
        Writer::find(1).annotate(Writer::books.then(Book::writer).count()) => NONE;
        Book::find(1).values(Book::writer.then(Writer::books.only(Book::year.gt(1))).sum(Book::year)) => NONE;
        Book::query().filter(Book::year.ge(1995)).order_by(Book::year).page(20) => NONE;
        Book::query().filter(Book::writer.is(Writer::city.eq("x"))).filter(Book::id.eq(3)) => NONE;
    }
    let plan = Book::query()
        .filter(Book::year.eq(1990))
        .explain_by_index(&place.db)
        .await?;
    assert!(plan.indexes().any(|it| it.contains("year")), "{plan}");
    let words = Writer::query()
        .filter(Writer::city.eq("x"))
        .explain_by_index(&place.db)
        .await?;
    let words = words
        .indexed()
        .map_or_else(|error| error.to_string(), |()| String::new());
    assert_eq!(
        words,
        "no index leads to the rows that are asked for of my writers"
    );
    Ok(())
}

#[tokio::test]
async fn a_plan_says_what_it_costs_and_debug_holds_no_values() -> Test {
    let place = library().await?;
    let query = Book::query()
        .filter(Book::title.eq("hidden value"))
        .order_by(Book::year);
    let plan = query.clone().explain(&place.db).await?;
    assert_eq!(scanned(&plan), ["books"]);
    assert!(!format!("{plan:?}").contains("hidden value"));
    assert!(plan.to_string().contains("books"), "{plan}");
    assert_eq!(plan.walk().filter(|node| node.table.is_some()).count(), 1);
    // In a transaction nothing is left behind.
    let tx = place.db.begin().await?;
    let before = query.clone().explain(&tx).await?;
    query.clone().explain_by_index(&tx).await?;
    assert_eq!(query.clone().explain(&tx).await?, before);
    tx.commit().await?;
    // Nothing without a meaning is asked.
    place.log.clear();
    let folded = Book::query().order_by(Book::year.max());
    assert!(folded.explain(&place.db).await.is_err());
    assert!(place.log.statements().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_server_says_costs_and_rows() -> Test {
    only_on_a_server!();
    let place = library().await?;
    let plan = Book::query()
        .filter(Book::title.eq("x"))
        .explain(&place.db)
        .await?;
    assert!(plan.cost().is_some_and(|it| it > 0.0) && plan.rows().is_some());
    let plan = Writer::query()
        .include(Writer::books.separate())
        .explain(&place.db)
        .await?;
    assert!(
        plan.note
            .as_ref()
            .is_some_and(|it| it.contains("separately")),
        "{plan}"
    );
    let plan = Writer::query()
        .include(Writer::books)
        .explain(&place.db)
        .await?;
    assert_eq!(plan.note, None);
    assert!(scanned(&plan).contains(&"my writers"), "{plan}");
    Ok(())
}
