// What PostgreSQL cannot keep as a name is refused where it is written.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(table = "")]
struct User {
    #[column(primary_key, name = "a\0b")]
    id: i32,
    #[column(name = "a_name_that_is_a_good_deal_longer_than_the_sixty_three_bytes_it_may_have")]
    email: String,
    #[column(name = "email")]
    mail: String,
    #[column(name = "email")]
    other_mail: String,
}

fn main() {}
