//! The table `employee`.
use orm::prelude::*;
use super::Film;
/// A row of `employee`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "employee", unlogged)]
#[association(
    belongs_to,
    as = "reports_to_employee",
    model = Employee,
    foreign_key = "reports_to",
    on_delete = "no_action",
    constraint = "FK_EmployeeReportsTo",
    index = false
)]
#[association(
    belongs_to,
    as = "buddy_employee",
    model = Employee,
    foreign_key = "buddy",
    on_delete = "no_action",
    index = false
)]
#[association(
    belongs_to,
    as = "film_row",
    model = Film,
    foreign_key = "film",
    on_delete = "no_action",
    match_full,
    index = false
)]
#[association(
    has_many,
    as = "employees_as_reports_to_employee",
    model = Employee,
    foreign_key = "reports_to"
)]
#[association(
    has_many,
    as = "employees_as_buddy_employee",
    model = Employee,
    foreign_key = "buddy"
)]
pub struct Employee {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `reports_to`.
    pub reports_to: Option<i32>,
    /// The column `buddy`.
    pub buddy: Option<i32>,
    /// The column `film`.
    pub film: i32,
}
