//! The table `employees`.
use orm::prelude::*;
/// A row of `employees`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "employees")]
#[association(
    belongs_to,
    as = "manager",
    model = Employee,
    foreign_key = "manager_id",
    on_delete = "no_action",
    index = false
)]
#[association(
    belongs_to,
    as = "mentor",
    model = Employee,
    foreign_key = "mentor_id",
    on_delete = "no_action"
)]
#[association(
    has_many,
    as = "employees_as_manager",
    model = Employee,
    foreign_key = "manager_id"
)]
#[association(
    has_one,
    as = "employee_as_mentor",
    model = Employee,
    foreign_key = "mentor_id"
)]
pub struct Employee {
    /// The column `id`.
    #[column(primary_key)]
    pub id: i32,
    /// The column `manager_id`.
    pub manager_id: Option<i32>,
    /// The column `mentor_id`.
    #[column(unique)]
    pub mentor_id: Option<i32>,
}
