//! An entity of the benchmark's tables.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "wide")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub int_1: i32,
    pub int_2: i32,
    pub int_3: i32,
    pub int_4: i32,
    pub int_5: i32,
    pub int_6: i32,
    pub int_7: i32,
    pub int_8: i32,
    pub text_1: String,
    pub text_2: String,
    pub text_3: String,
    pub text_4: String,
    pub text_5: String,
    pub text_6: String,
    pub text_7: String,
    pub text_8: String,
    pub note_1: Option<String>,
    pub note_2: Option<String>,
    pub note_3: Option<String>,
    pub at_1: DateTimeUtc,
    pub at_2: DateTimeUtc,
    pub at_3: DateTimeUtc,
    pub ratio: f64,
    pub active: bool,
    #[sea_orm(column_type = "JsonBinary")]
    pub document_1: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub document_2: Json,
    pub numbers_1: Vec<i32>,
    pub numbers_2: Vec<i32>,
    pub words: Vec<String>,
}

impl ActiveModelBehavior for ActiveModel {}
