//! The table `Order Items; DROP`.
use orm::prelude::*;
/// A row of `Order Items; DROP`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "Order Items; DROP")]
pub struct OrderItemsDrop {
    /// The column `Id`.
    #[column(name = "Id", primary_key)]
    pub id: i32,
    /// The column `id`.
    #[column(name = "id")]
    pub id_2: Option<String>,
    /// The column `i_d`.
    #[column(name = "i_d")]
    pub i_d_3: Option<String>,
    /// The column `spaced out`.
    #[column(name = " spaced out ")]
    pub spaced_out: Option<String>,
    /// The column `quo"te`.
    #[column(name = "quo\"te")]
    pub quo_te: Option<String>,
    /// The column `back\\slash`.
    #[column(name = "back\\slash")]
    pub back_slash: Option<String>,
    /// The column `new line`.
    #[column(name = "new\nline")]
    pub new_line: Option<String>,
    /// The column `größe`.
    pub größe: Option<String>,
    /// The column `用户`.
    pub 用户: Option<String>,
    /// The column `…`.
    #[column(name = "…")]
    pub column: Option<String>,
    /// The column `2024`.
    #[column(name = "2024")]
    pub n2024: Option<String>,
    /// The column `user`.
    pub user: Option<String>,
}
