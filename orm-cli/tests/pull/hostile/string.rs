//! The table `strings`.
use orm::prelude::*;
use super::OptionRow;
/// A row of `strings`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "strings")]
#[association(has_many, as = "options", model = OptionRow, foreign_key = "string_id")]
pub struct StringRow {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `string`.
    pub string: Option<String>,
    /// The column `option`.
    pub option: String,
    /// The column `vec`.
    pub vec: String,
    /// The column `some`.
    pub some: Option<String>,
    /// The column `create`.
    #[column(name = "create")]
    pub create_: Option<String>,
    /// The column `query`.
    #[column(name = "query")]
    pub query_: Option<String>,
    /// The column `set`.
    pub set: String,
    /// The column `save`.
    pub save: Option<String>,
    /// The column `with`.
    pub with: Option<String>,
    /// The column `row`.
    pub row: Option<String>,
    /// The column `draft`.
    pub draft: Option<String>,
}
