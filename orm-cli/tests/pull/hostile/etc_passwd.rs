//! The table `../../etc/passwd`.
use orm::prelude::*;
/// A row of `../../etc/passwd`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "../../etc/passwd")]
pub struct EtcPasswd {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
}
