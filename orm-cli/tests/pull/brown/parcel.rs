//! The table `parcel`.
use orm::prelude::*;
/// A row of `parcel`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "parcel")]
pub struct Parcel {
    /// The column `id`.
    #[column(primary_key, identity(increment = 2, max = 99))]
    pub id: i32,
    /// The column `paper`.
    #[column(
        sequence(name = "Papers", increment = -5, min = -1000, max = 500, cycle = true)
    )]
    pub paper: Option<i64>,
}
