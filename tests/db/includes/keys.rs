//! Keys that the server takes for equal and Rust does not.

use orm::prelude::*;
use rust_decimal::Decimal;

use crate::database::{Test, with_tables};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shelves")]
#[association(has_many, as = "books", model = Book, foreign_key = "shelf")]
struct Shelf {
    #[column(primary_key)]
    code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books")]
#[association(belongs_to, as = "on", model = Shelf, foreign_key = "shelf")]
struct Book {
    #[column(primary_key)]
    id: i32,
    shelf: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "countries")]
#[association(has_many, as = "towns", model = Town, foreign_key = "country")]
struct Country {
    #[column(primary_key, char(3))]
    code: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "towns")]
#[association(belongs_to, as = "within", model = Country, foreign_key = "country")]
struct Town {
    #[column(primary_key)]
    id: i32,
    #[column(char(5))]
    country: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rates")]
#[association(has_many, as = "sales", model = Sale, foreign_key = ("country", "percent"))]
struct Rate {
    #[column(primary_key, char(3))]
    country: String,
    #[column(primary_key, numeric(6, 1))]
    percent: Decimal,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "sales")]
#[association(belongs_to, as = "rate", model = Rate, foreign_key = ("country", "percent"))]
struct Sale {
    #[column(primary_key)]
    id: i32,
    #[column(char(5))]
    country: String,
    #[column(numeric(8, 3))]
    percent: Decimal,
}

/// The children's ids of each parent, if every way to fetch them says the same.
macro_rules! children {
    ($place:expr, $parent:ident.$children:ident, $child:ident, $order:expr) => {{
        let db = &$place.db;
        let query = || $parent::query().order_by($order);
        let ids = |rows: &[$child]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
        let children = || $parent::$children.order_by($child::id);
        let together = query().include(children()).all(db).await?;
        let together: Vec<_> = together.iter().map(|row| ids(&row.$children)).collect();
        let apart = query().include(children().separate()).all(db).await?;
        let apart: Vec<_> = apart.iter().map(|row| ids(&row.$children)).collect();
        assert_eq!(apart, together);
        let limited = query()
            .include(children().limit(9).separate())
            .all(db)
            .await?;
        let limited: Vec<_> = limited.iter().map(|row| ids(&row.$children)).collect();
        assert_eq!(limited, together);
        let parents = query().all(db).await?;
        let loaded = children().load_for(&parents, db).await?;
        let loaded: Vec<_> = loaded.iter().map(|rows| ids(rows)).collect();
        assert_eq!(loaded, together);
        let mut related = Vec::new();
        for parent in &parents {
            let rows: Vec<$child> = parent
                .related($parent::$children)
                .order_by($child::id)
                .all(db)
                .await?;
            related.push(ids(&rows));
        }
        assert_eq!(related, together);
        let having = query().filter($parent::$children.exists()).all(db).await?;
        let mut among = parents.iter().zip(&together);
        assert!(
            having
                .iter()
                .all(|row| among.any(|(parent, ids)| parent == row && !ids.is_empty()))
        );
        assert_eq!(
            having.len(),
            together.iter().filter(|ids| !ids.is_empty()).count()
        );
        together
    }};
}

// The padding of `char(3)` is seen by no comparison of the server: `a` and `a  `
// are one key there, of whatever type the other side is.
#[tokio::test]
async fn padding_is_no_part_of_a_key() -> Test {
    let place = with_tables(
        "CREATE TABLE shelves (code text PRIMARY KEY);
         CREATE TABLE books (id int PRIMARY KEY, shelf char(3));
         INSERT INTO shelves VALUES ('a'), ('a '), ('b'), ('ccc'), ('d');
         INSERT INTO books VALUES (1, 'a'), (2, 'ccc'), (3, 'b'), (4, 'ccc'), (5, 'e')",
    )
    .await?;
    let expected: [&[i32]; 5] = [&[1], &[], &[3], &[2, 4], &[]];
    let shelves = || Shelf::query().order_by(Shelf::code);
    for books in [
        Shelf::books.order_by(Book::id),
        Shelf::books.order_by(Book::id).separate(),
        Shelf::books.order_by(Book::id).limit(9).separate(),
    ] {
        let shelves = shelves().include(books).all(&place.db).await?;
        let books = shelves
            .iter()
            .map(|shelf| shelf.books.iter().map(|book| book.id));
        assert_eq!(books.map(Vec::from_iter).collect::<Vec<_>>(), expected);
    }
    let having = shelves()
        .filter(Shelf::books.exists())
        .all(&place.db)
        .await?;
    let codes: Vec<_> = having.iter().map(|shelf| &*shelf.code).collect();
    assert_eq!(codes, ["a", "b", "ccc"]);
    Ok(())
}

// The model does not say that the database pads `code`, so what its rows hold are
// texts that end in blanks. Declared `char(3)` it would not compile beside a text.
#[tokio::test]
async fn padding_that_no_model_declares_counts_where_rows_are_at_hand() -> Test {
    only_on_a_server!();
    let place = with_tables(
        "CREATE TABLE shelves (code char(3) PRIMARY KEY);
         CREATE TABLE books (id int PRIMARY KEY, shelf text);
         INSERT INTO shelves VALUES ('a'), ('ccc');
         INSERT INTO books VALUES (1, 'a'), (2, 'ccc')",
    )
    .await?;
    let db = &place.db;
    let shelves = Shelf::query().order_by(Shelf::code).all(db).await?;
    let codes: Vec<_> = shelves.iter().map(|shelf| &*shelf.code).collect();
    assert_eq!(codes, ["a  ", "ccc"]);
    let number = |books: &[Vec<Book>]| books.iter().map(Vec::len).collect::<Vec<_>>();
    let loaded = Shelf::books.load_for(&shelves, db).await?;
    assert_eq!(number(&loaded), [0, 1]);
    assert_eq!(shelves[0].related(Shelf::books).count(db).await?, 0);
    let included = Shelf::query().order_by(Shelf::code).include(Shelf::books);
    let included = included.all(db).await?.into_iter().map(|shelf| shelf.books);
    assert_eq!(number(&included.collect::<Vec<_>>()), [1, 1]);
    Ok(())
}

#[tokio::test]
async fn keys_of_two_lengths_are_one_key() -> Test {
    only_on_a_server!();
    let place = with_tables(
        "CREATE TABLE countries (code char(3) PRIMARY KEY);
         CREATE TABLE towns (id int PRIMARY KEY, country char(5));
         INSERT INTO countries VALUES ('a'), ('bb'), ('ccc'), ('d');
         INSERT INTO towns VALUES (1, 'a'), (2, 'ccc'), (3, 'bb'), (4, 'ccc'), (5, 'e')",
    )
    .await?;
    let towns = children!(place, Country.towns, Town, Country::code);
    assert_eq!(towns, [vec![1], vec![3], vec![2, 4], vec![]]);
    let within = Town::query()
        .order_by(Town::id)
        .filter(Town::within.exists())
        .include(Town::within.separate())
        .all(&place.db)
        .await?;
    let codes: Vec<_> = within.iter().map(|town| &*town.within.code).collect();
    assert_eq!(codes, ["a  ", "ccc", "bb ", "ccc"]);
    Ok(())
}

// `1.0` and `1.00` are one number, also as a part of a key.
#[tokio::test]
async fn parts_of_other_lengths_and_scales_are_one_key() -> Test {
    let place = with_tables(
        "CREATE TABLE rates (country char(3), percent numeric(6, 1), PRIMARY KEY (country, percent));
         CREATE TABLE sales (id int PRIMARY KEY, country char(5), percent numeric(8, 3));
         INSERT INTO rates VALUES ('a', 0), ('a', 7.5), ('bb', 7.5), ('ccc', 1);
         INSERT INTO sales VALUES (1, 'a', 7.5), (2, 'ccc', 1), (3, 'bb', 7.5), (4, 'a', 0), (5, 'bb', 1)",
    )
    .await?;
    let sales = children!(place, Rate.sales, Sale, (Rate::country, Rate::percent));
    assert_eq!(sales, [vec![4], vec![1], vec![3], vec![2]]);
    Ok(())
}
