//! Authors, books and tags; a table for upserts, a table of many rows.

use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "authors")]
#[association(has_many, as = "books", model = Book, foreign_key = "author_id")]
pub(crate) struct Author {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books")]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id")]
#[association(many_to_many, as = "tags", model = Tag, through = "book_tags")]
pub(crate) struct Book {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) author_id: i32,
    pub(crate) title: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(many_to_many, as = "books", model = Book, through = "book_tags")]
pub(crate) struct Tag {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes")]
pub(crate) struct Note {
    #[column(primary_key)]
    pub(crate) id: i32,
    pub(crate) text: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "trees")]
#[association(has_many, as = "leaves", model = Leaf, foreign_key = "tree_id")]
pub(crate) struct Tree {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "leaves")]
#[association(belongs_to, as = "tree", model = Tree, foreign_key = "tree_id")]
pub(crate) struct Leaf {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) tree_id: i32,
}

/// What `create_missing` makes.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "rooms")]
#[association(has_many, as = "chairs", model = Chair, foreign_key = "room_id")]
pub(crate) struct Room {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "chairs")]
#[association(belongs_to, as = "room", model = Room, foreign_key = "room_id")]
pub(crate) struct Chair {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(index)]
    pub(crate) room_id: i32,
}

/// So many that the tree is fetched level by level from a server that is near.
pub(crate) const LEAVES: usize = 6_000;

/// The rows that reads find.
pub(crate) const ROWS: &str = "
    INSERT INTO authors (name) SELECT 'author ' || n FROM generate_series(1, 3) AS n;
    INSERT INTO books (author_id, title)
        SELECT 1 + n % 3, 'book ' || n FROM generate_series(1, 6) AS n;
    INSERT INTO tags (name) VALUES ('old'), ('new');
    INSERT INTO book_tags (book_id, tag_id) SELECT n, 1 + n % 2 FROM generate_series(1, 6) AS n;
    INSERT INTO trees DEFAULT VALUES;
    INSERT INTO leaves (tree_id) SELECT 1 FROM generate_series(1, 6000)";
