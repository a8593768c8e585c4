//! Keys that the server takes for equal and Rust does not.

use orm::prelude::*;

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

// `char(3)` is read with its padding, which no comparison of the server sees:
// `a` and `a  ` are one key there. Such a row must not reach another parent.
#[tokio::test]
async fn a_row_whose_key_no_parent_has_is_nobodys() -> Test {
    let place = with_tables(
        "CREATE TABLE shelves (code text PRIMARY KEY);
         CREATE TABLE books (id int PRIMARY KEY, shelf char(3));
         INSERT INTO shelves VALUES ('a'), ('b'), ('ccc');
         INSERT INTO books VALUES (1, 'a'), (2, 'ccc'), (3, 'b'), (4, 'ccc')",
    )
    .await?;
    let shelves = Shelf::query()
        .order_by(Shelf::code)
        .include(Shelf::books.order_by(Book::id).separate())
        .all(&place.db)
        .await?;
    let books = |place: usize| shelves[place].books.iter().map(|book| book.id);
    assert_eq!(books(2).collect::<Vec<_>>(), [2, 4]);
    assert!(books(0).all(|id| id == 1));
    assert!(books(1).all(|id| id == 3));
    Ok(())
}
