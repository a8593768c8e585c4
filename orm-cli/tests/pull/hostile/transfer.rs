//! The table `transfers`.
use orm::prelude::*;
use super::Account;
/// A row of `transfers`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "transfers")]
#[association(
    belongs_to,
    as = "from",
    model = Account,
    foreign_key = ("tenant_id", "from_number"),
    on_delete = "no_action",
    index = false
)]
#[association(
    belongs_to,
    as = "to",
    model = Account,
    foreign_key = ("tenant_id", "to_number"),
    on_delete = "no_action",
    index = false
)]
pub struct Transfer {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `tenant_id`.
    pub tenant_id: uuid::Uuid,
    /// The column `from_number`.
    pub from_number: i32,
    /// The column `to_number`.
    pub to_number: Option<i32>,
}
