//! The table `accounts`.
use orm::prelude::*;
use super::{Tenant, Transfer};
/// A row of `accounts`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "accounts")]
#[association(
    belongs_to,
    as = "tenant",
    model = Tenant,
    foreign_key = "tenant_id",
    on_delete = "no_action"
)]
#[association(
    has_many,
    as = "transfers_as_from",
    model = Transfer,
    foreign_key = ("tenant_id", "from_number")
)]
#[association(
    has_many,
    as = "transfers_as_to",
    model = Transfer,
    foreign_key = ("tenant_id", "to_number")
)]
pub struct Account {
    /// The column `tenant_id`.
    #[column(primary_key)]
    pub tenant_id: uuid::Uuid,
    /// The column `label`.
    pub label: Option<String>,
    /// The column `number`.
    #[column(primary_key)]
    pub number: i32,
}
