// A reference to the model itself has two sides in one struct.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(belongs_to, as = "manager", model = Employee, foreign_key = "manager_id")]
struct Employee {
    #[column(primary_key)]
    id: i32,
    manager_id: Option<i32>,
}

fn main() {}
