//! Models that share some columns, without foreign key constraints, so that
//! rows may refer to nothing. `Post` has a column of every family of types.

use chrono::{DateTime, NaiveDate, Utc};
use orm::prelude::*;
use orm::types::Range;
use rust_decimal::Decimal;

#[derive(Model, Debug, Clone)]
#[model(table = "authors")]
#[association(has_many, as = "posts", model = Post, foreign_key = "author_id")]
pub(crate) struct Author {
    #[column(primary_key)]
    pub(crate) id: i32,
    pub(crate) number: Option<i32>,
    pub(crate) amount: i32,
    pub(crate) label: Option<String>,
    pub(crate) title: String,
}

macro_rules! post {
    ($($more:tt)*) => {
        #[derive(Model, Debug, Clone)]
        #[model(table = "posts")]
        #[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", constraint = false)]
        #[association(many_to_many, as = "tags", model = Tag, through = PostTag)]
        #[association(has_many, as = "post_tags", model = PostTag, foreign_key = "post_id")]
        pub(crate) struct Post {
            #[column(primary_key)]
            pub(crate) id: i32,
            pub(crate) author_id: Option<i32>,
            pub(crate) number: Option<i32>,
            pub(crate) amount: i32,
            pub(crate) label: Option<String>,
            pub(crate) title: String,
            pub(crate) flag: Option<bool>,
            pub(crate) meta: serde_json::Value,
            pub(crate) day: Option<NaiveDate>,
            pub(crate) at: DateTime<Utc>,
            #[column(numeric(10, 2))]
            pub(crate) price: Decimal,
            pub(crate) ratio: f64,
            $($more)*
        }
    };
}

on_a_server! {
    post! {
        #[column(default_sql = "'{}'")]
        pub(crate) labels: Vec<String>,
        #[column(default_sql = "'empty'")]
        pub(crate) span: Range<i32>,
    }
}

on_a_file! {
    post! {}
}

#[derive(Model, Debug, Clone)]
#[model(table = "tags")]
#[association(many_to_many, as = "posts", model = Post, through = PostTag)]
#[association(has_many, as = "post_tags", model = PostTag, foreign_key = "tag_id")]
pub(crate) struct Tag {
    #[column(primary_key)]
    pub(crate) id: i32,
    pub(crate) number: Option<i32>,
    pub(crate) amount: i32,
    pub(crate) label: Option<String>,
    pub(crate) title: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "post_tags")]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", constraint = false)]
#[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", constraint = false)]
pub(crate) struct PostTag {
    #[column(primary_key)]
    pub(crate) post_id: i32,
    #[column(primary_key)]
    pub(crate) tag_id: i32,
    pub(crate) note: Option<String>,
}

pub(crate) const MODELS: orm::ddl::Models = orm::models![Author, Post, Tag, PostTag];
