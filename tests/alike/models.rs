//! Models of neutral types alone: each has a column of every one.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use orm::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;
use uuid::Uuid;

/// Its labels sort otherwise as texts.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    Open,
    Closed,
    Archived,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "authors")]
#[association(has_many, as = "books", model = Book, foreign_key = "author_id")]
pub(crate) struct Author {
    #[column(primary_key)]
    pub(crate) id: i32,
    pub(crate) name: String,
    pub(crate) rank: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books")]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "cascade")]
#[association(many_to_many, as = "tags", model = Tag, through = BookTag)]
#[association(has_many, as = "book_tags", model = BookTag, foreign_key = "book_id")]
#[association(has_many, as = "chapters", model = Chapter, foreign_key = "book_id")]
pub(crate) struct Book {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i64,
    pub(crate) author_id: Option<i32>,
    pub(crate) number: Option<i32>,
    pub(crate) amount: i32,
    pub(crate) small: i16,
    pub(crate) big: i64,
    pub(crate) title: String,
    pub(crate) label: Option<String>,
    pub(crate) flag: Option<bool>,
    pub(crate) meta: Value,
    pub(crate) day: Option<NaiveDate>,
    pub(crate) at: DateTime<Utc>,
    pub(crate) local: NaiveDateTime,
    pub(crate) clock: Option<NaiveTime>,
    #[column(numeric(10, 2))]
    pub(crate) price: Decimal,
    pub(crate) exact: Option<Decimal>,
    pub(crate) ratio: f64,
    pub(crate) single: Option<f32>,
    pub(crate) state: State,
    pub(crate) code: Uuid,
    pub(crate) data: Vec<u8>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tags")]
#[association(many_to_many, as = "books", model = Book, through = BookTag)]
#[association(has_many, as = "book_tags", model = BookTag, foreign_key = "tag_id")]
pub(crate) struct Tag {
    #[column(primary_key)]
    pub(crate) id: i32,
    #[column(unique)]
    pub(crate) name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "book_tags")]
#[association(belongs_to, as = "book", model = Book, foreign_key = "book_id", on_delete = "cascade")]
#[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", on_delete = "cascade")]
pub(crate) struct BookTag {
    #[column(primary_key)]
    pub(crate) book_id: i64,
    #[column(primary_key)]
    pub(crate) tag_id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "chapters")]
#[association(belongs_to, as = "book", model = Book, foreign_key = "book_id", on_delete = "cascade")]
#[association(has_many, as = "pages", model = Page, foreign_key = ("book_id", "chapter"))]
pub(crate) struct Chapter {
    #[column(primary_key)]
    pub(crate) book_id: i64,
    #[column(primary_key)]
    pub(crate) chapter: String,
    pub(crate) length: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "pages")]
#[association(belongs_to, as = "owner", model = Chapter, foreign_key = ("book_id", "chapter"), on_delete = "cascade")]
pub(crate) struct Page {
    #[column(primary_key)]
    pub(crate) id: i32,
    pub(crate) book_id: i64,
    pub(crate) chapter: String,
}

pub(crate) const MODELS: orm::ddl::Models = orm::models![Author, Book, Tag, BookTag, Chapter, Page];
