//! What a query can ask for.

use orm::ast::TimeUnit;
use orm::prelude::*;
use orm::query::{
    Filter, Headline, TextConfig, TsQuery, case, count, exists, holds, outer, rank, row_number,
    value,
};
use orm::raw::{raw_expr, raw_sql};
use orm::types::{Interval, Range};
use serde_json::json;

use super::{Group, group};
use crate::models::{Author, Book, BookTag, State, Tag};

#[derive(Projection, Debug, Clone)]
#[projection(model = Book)]
struct Titled {
    title: String,
    #[projection(value = Book::tags.count())]
    tags: i64,
    author: Option<Named>,
}

#[derive(Projection, Debug, Clone)]
#[projection(model = Author)]
struct Named {
    name: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "inner_shelves")]
#[association(has_many, as = "shelves", model = Shelf, foreign_key = "around_id")]
#[association(belongs_to, as = "around", model = Shelf, foreign_key = "around_id")]
struct Shelf {
    #[column(primary_key, auto_increment)]
    id: i32,
    around_id: Option<i32>,
}

#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, JsonFields)]
struct Meta {
    a: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(view, table = "shelves_of_one")]
struct Written {
    #[column(primary_key)]
    author_id: i32,
    books: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(materialized_view, table = "kept_shelves")]
struct Kept {
    #[column(primary_key)]
    author_id: i32,
    books: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(named_query)]
struct PerAuthor {
    #[column(primary_key)]
    author_id: i32,
    books: i64,
}

/// Whether there is an extension, which is made where it can be; of SQLite it is asked
/// what it says without one.
async fn extension(db: &Db, name: &str) -> orm::Result<bool> {
    if db.backend() != orm::schema::Backend::Postgres {
        return Ok(true);
    }
    let asked = "SELECT EXISTS (SELECT FROM pg_available_extensions WHERE name = $1)";
    let is_there: bool = raw_sql(asked).bind(name).scalar(db).await?;
    if is_there {
        let made = format!("CREATE EXTENSION IF NOT EXISTS {name}");
        db.executor().batch(&made).await?;
    }
    Ok(is_there)
}

async fn trigrams(db: &Db) -> orm::Result<bool> {
    extension(db, "pg_trgm").await
}

pub(super) async fn vectors(db: &Db) -> orm::Result<bool> {
    extension(db, "vector").await
}

/// How many rows are what is asked for.
async fn found(db: &Db, filter: Filter<Book>, expected: i64) -> orm::Result<()> {
    assert_eq!(Book::query().filter(filter).count(db).await?, expected);
    Ok(())
}

pub(super) fn group() -> Group {
    group! { "Queries";
        "by key, first, one, count, exists": |on| {
            assert_eq!(Book::find(1).one(&on.db).await?.title, "first");
            assert!(Book::query().first(&on.db).await?.is_some());
            assert!(Book::query().exists(&on.db).await?);
            found(&on.db, Book::id.gt(2), 2).await
        };
        "comparisons, `in_`, `between`, `is_distinct_from`": |on| {
            found(&on.db, Book::number.in_([3, -4]).and(Book::number.between(3, 9)), 2).await?;
            found(&on.db, Book::number.is_distinct_from(3), 2).await
        };
        "orders, places of NULLs, limits, `distinct`": |on| {
            let books = Book::query().order_by((Book::number.desc().nulls_last(), Book::id));
            let ids = books.limit(2).offset(1).values(Book::id).all(&on.db).await?;
            assert_eq!(ids, [3, 4]);
            let numbers = Book::query().values(Book::amount).distinct().order_by(Book::amount);
            assert_eq!(numbers.all(&on.db).await?, [-10, 7, 10]);
            Ok(())
        };
        "aggregates, `group_by`, `having`, `filter_where`": |on| {
            let rows = Book::query().values((Book::amount, Book::price.sum(), count().filter_where(Book::flag.eq(true))));
            let rows = rows.group_by(Book::amount).having(count().gt(1)).all(&on.db).await?;
            assert_eq!((rows.len(), rows[0].2), (1, 1));
            Ok(())
        };
        "windows, `row_number`, `rank`": |on| {
            let rows = Book::query().values((row_number().over((), Book::id), rank().over(Book::amount, Book::id)));
            assert_eq!(rows.all(&on.db).await?.len(), 4);
            Ok(())
        };
        "`like`, `ilike`, `contains`": |on| {
            found(&on.db, Book::title.like("%t").and(Book::title.ilike("FIRS_")), 1).await?;
            found(&on.db, Book::title.contains("日"), 1).await
        };
        "regular expressions, `matches`": |on| found(&on.db, Book::title.matches("^f"), 1).await;
        "exact arithmetic with decimals": |on| found(&on.db, (Book::price * Book::price).eq(rust_decimal::Decimal::new(121, 2)), 1).await;
        "`case`, `coalesce`, `cast`": |on| {
            let value = case(Book::amount.gt(5), Book::title, "small").concat(Book::amount.cast::<String>());
            assert_eq!(Book::query().values(value).all(&on.db).await?.len(), 4);
            Ok(())
        };
        "a cast to a type that is not there": |on| {
            let value = Book::title.cast::<Option<Interval>>();
            Book::query().filter(Book::id.lt(0)).values(value).all(&on.db).await.map(drop)
        };
        "`date_trunc`, `extract`": |on| {
            let parts = (Book::at.date_trunc(TimeUnit::Month), Book::at.extract(TimeUnit::Week));
            assert_eq!(Book::query().values(parts).all(&on.db).await?.len(), 4);
            Ok(())
        };
        "paths into documents, `has_key`, `json_contains`": |on| {
            found(&on.db, Book::meta.json_text(["a", "b"]).eq("x"), 1).await?;
            found(&on.db, Book::meta.has_key("a").and(Book::meta.json_contains(json!({"a": "x"}))), 1).await
        };
        "fields of documents by name, `#[derive(JsonFields)]`": |on| {
            found(&on.db, Book::meta.cast::<Json<Meta>>().at(Meta::a).eq("x"), 1).await
        };
        "an order of documents": |on| Book::query().order_by(Book::meta).all(&on.db).await.map(drop);
        "the order in which an enum lists its labels": |on| found(&on.db, Book::state.gt(State::Open), 2).await;
        "`min` and `max` of labels": |on| Book::query().values(Book::state.max()).all(&on.db).await.map(drop);
        "lists of values as one, `array_agg` and `cardinality`": |on| {
            let value = raw_expr::<Book>("1").value::<Option<Vec<i32>>>().cardinality();
            match on.db.backend() {
                orm::schema::Backend::Postgres => Ok(()),
                _ => Book::query().values(value).all(&on.db).await.map(drop),
            }
        };
        "elements of lists, `has_element`, `array_append`, `array_remove`": |on| {
            let list = || value::<Book, Vec<i32>>(vec![1]);
            found(&on.db, list().has_element(1), 4).await?;
            let longer = list().array_append(2).array_remove(1).eq(vec![2]);
            found(&on.db, longer, 4).await
        };
        "ranges, `overlaps_range`, `range_start`, `range_intersection`": |on| {
            let days = || value::<Book, Range<i32>>(Range::from(1..5));
            found(&on.db, days().overlaps_range(Range::from(4..9)), 4).await?;
            found(&on.db, days().range_intersection(Range::from(4..9)).range_start().eq(4), 4).await
        };
        "text search, `search`, `rank`, `headline`": |on| {
            let query = TsQuery::websearch(TextConfig::ENGLISH, "first");
            let words = || Book::title.to_tsvector(TextConfig::ENGLISH);
            let shown = Book::title.headline(TextConfig::ENGLISH, &query, &Headline::default());
            let books = Book::query().filter(words().search(&query)).order_by(words().rank(&query).desc());
            assert_eq!(books.values(shown).all(&on.db).await?, [Some("<b>first</b>".to_owned())]);
            Ok(())
        };
        "likeness of texts, `is_like`, `similarity`": |on| {
            if trigrams(&on.db).await? {
                found(&on.db, Book::title.is_like("frist").or(Book::title.similarity("first").gt(0.9)), 1).await?;
            }
            Ok(())
        };
        "distances of vectors, `l2_distance`, `cosine_distance`": |on| {
            if vectors(&on.db).await? {
                let apart = value::<Book, Vector<2>>(Vector::from([0.0, 3.0])).l2_distance(Vector::from([4.0, 0.0]));
                found(&on.db, apart.eq(5.0), 4).await?;
            }
            Ok(())
        };
        "conditions on and values of associations": |on| {
            found(&on.db, Book::tags.any(Tag::name.eq("red")).and(Book::author.is(Author::rank.gt(0))), 1).await?;
            let value = holds::<Book>(Book::author.value(Author::books.count()).gt(1));
            assert_eq!(Book::query().values(value).all(&on.db).await?.len(), 4);
            Ok(())
        };
        "aggregates of associations and of what hangs below, `sum`, `then`, `each_way`": |on| {
            let read = Book::tags.then(Tag::books);
            let values = (Book::id, Book::tags.max(Tag::name), read.clone().count(), read.each_way().sum(Book::amount));
            assert_eq!(Book::query().values(values).all(&on.db).await?.len(), 4);
            Ok(())
        };
        "values beside whole rows, `annotate`": |on| {
            let books = Book::query().include(Book::tags).annotate(Book::tags.count()).all(&on.db).await?;
            assert!(books.iter().all(|it| it.values == it.tags.len() as i64));
            Ok(())
        };
        "arrays of what hangs below, `array`": |on| {
            let names = Book::tags.array(Tag::name, Tag::name);
            Book::query().values(names).all(&on.db).await.map(drop)
        };
        "conditions and orders on join rows, `filter_join_rows`, `order_by_join_rows`, `only_join_rows`": |on| {
            let later = || BookTag::tag_id.gt(1);
            let tags = Book::tags.filter_join_rows(later()).order_by_join_rows(BookTag::tag_id.desc());
            let query = Book::query().filter(Book::tags.only_join_rows(later()).exists());
            let books = query.include(tags.with_join_row()).all(&on.db).await?;
            assert!(books.iter().all(|it| !it.tags.is_empty() && it.tags.iter().all(|tag| tag.join.tag_id > 1)));
            Ok(())
        };
        "subqueries: `in_subquery`, `exists`, `subquery`, `outer`": |on| {
            let of_author = Book::query().filter(Book::author_id.eq(outer(Author::id)));
            let authors = Author::query().filter(exists(of_author.clone())).values((Author::id, of_author.values(count()).subquery()));
            assert!(authors.all(&on.db).await?.iter().all(|(_, books)| books.is_some_and(|books| books > 0)));
            let written = Book::query().values(Book::author_id);
            let others = Author::query().filter(Author::id.not_in_subquery(written)).count(&on.db).await?;
            assert_eq!(others + Author::query().filter(Author::books.exists()).count(&on.db).await?, Author::query().count(&on.db).await?);
            Ok(())
        };
        "sets: `union`, `union_all`, `intersect`, `except`": |on| {
            let (authors, written) = (|| Author::query().values(Author::id.cast::<Option<i32>>()), || Book::query().filter(Book::author_id.is_not_null()).values(Book::author_id));
            let idle = authors().except(written()).all(&on.db).await?.len();
            let both = authors().intersect(written()).limit(100).all(&on.db).await?;
            assert_eq!(both.len() + idle, authors().union(written()).all(&on.db).await?.len());
            Author::query().filter(Author::id.in_subquery(authors().union_all(written()))).count(&on.db).await.map(drop)
        };
        "views, `#[model(view)]`": |on| {
            let view = "CREATE VIEW shelves_of_one AS SELECT author_id, count(*) AS books FROM books WHERE author_id IS NOT NULL GROUP BY author_id";
            raw_sql(view).execute(&on.db).await?;
            let most = Written::query().order_by(Written::books.desc()).first(&on.db).await?;
            assert!(most.is_some_and(|it| it.books == 2));
            Ok(())
        };
        "materialized views, `refresh_view`": |on| {
            if on.db.backend() == orm::schema::Backend::Postgres {
                let view = "CREATE MATERIALIZED VIEW kept_shelves AS SELECT author_id, count(*) AS books FROM books WHERE author_id IS NOT NULL GROUP BY author_id";
                raw_sql(view).execute(&on.db).await?;
            }
            Kept::refresh_view().run(&on.db).await?;
            assert!(Kept::query().order_by(Kept::books.desc()).first(&on.db).await?.is_some_and(|it| it.books == 2));
            Ok(())
        };
        "named queries, `.with::<..>(..)`": |on| {
            let known = Book::author_id.coalesce(0);
            let books = Book::query().values((known.clone(), count())).group_by(known);
            let most = PerAuthor::query().with::<PerAuthor>(books).order_by(PerAuthor::books.desc()).first(&on.db).await?;
            assert!(most.is_some_and(|it| it.books == 2));
            Ok(())
        };
        "trees of an association with itself, `follow`": |on| {
            on.db.create_missing(orm::models![Shelf]).await?;
            let root = Shelf::create().save(&on.db).await?;
            root.related(Shelf::shelves).create().save(&on.db).await?;
            let shelves = Shelf::find(root.id).follow(Shelf::shelves).all(&on.db).await?;
            assert_eq!((shelves.len(), shelves.rows()[1].depth), (2, 1));
            Ok(())
        };
        "named shapes, `#[derive(Projection)]`": |on| {
            let shapes = Book::query().order_by(Book::id).select::<Titled>().all(&on.db).await?;
            let first = &shapes[0];
            assert_eq!((&*first.title, first.tags), ("first", 2));
            assert_eq!(first.author.as_ref().map(|it| &*it.name), Some("ann"));
            Ok(())
        };
        "rows as a stream, one by one with `for_each`": |on| {
            let mut seen = 0;
            Book::query().for_each(&on.db, |_| { seen += 1; Ok(()) }).await?;
            let mut rows = Book::query().include(Book::tags).stream(&on.db);
            while let Some(row) = rows.next().await { assert!(row?.id > 0); }
            assert_eq!(seen, 4);
            Ok(())
        };
        "pages by key, `page`, `after`, `before`": |on| {
            let pages = Book::query().order_by(Book::title.desc()).page(3).with_total();
            let first = pages.clone().fetch(&on.db).await?;
            assert_eq!((first.rows.len(), first.total), (3, Some(4)));
            let last = pages.clone().at(first.next).fetch(&on.db).await?;
            assert_eq!((last.rows.len(), last.next), (1, None));
            assert_eq!(pages.at(last.previous).fetch(&on.db).await?.rows.len(), 3);
            Ok(())
        };
        "SQL by hand, `raw_sql`, `raw_expr`": |on| {
            let sum = raw_sql("SELECT sum(amount) FROM books WHERE id < $1").bind(3);
            assert_eq!(sum.scalar::<i64>(&on.db).await?, 0);
            found(&on.db, raw_expr("amount + ").bind(1).raw(" > 10").filter(), 1).await
        };
        "`explain` as a value, and whether there is an index": |on| {
            let plan = Book::find(1).explain_by_index(&on.db).await?;
            assert_eq!((plan.scanned().count(), plan.indexes().count()), (0, 1));
            plan.indexed()
        };
        "row locks, `for_update`, `for_share`, `skip_locked`, `nowait`": |on| {
            on.db.transaction(async |tx| {
                Book::query().for_share().nowait().all(&tx).await?;
                Book::query().for_update().skip_locked().all(&tx).await.map(drop)
            }).await
        };
    }
}
