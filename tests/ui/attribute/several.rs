// All mistakes of a model are reported together, each once.
use orm::prelude::*;

#[derive(Model, Clone)]
#[model(tabel = "users", index(columns = (emial)))]
struct User {
    #[column(primary_key)]
    id: i32,
    #[column(uniqe)]
    email: String,
}

fn uses_it() {
    let _ = (User::email, User::create().email("a"));
}

fn main() {}
