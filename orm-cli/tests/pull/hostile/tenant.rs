//! The table `tenants`.
use orm::prelude::*;
use super::Account;
/// A row of `tenants`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tenants")]
#[association(has_many, as = "accounts", model = Account, foreign_key = "tenant_id")]
pub struct Tenant {
    /// The column `id`.
    #[column(primary_key)]
    pub id: uuid::Uuid,
}
