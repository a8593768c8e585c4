// A type of the program's own is known once it says so.
use orm::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, JsonFields)]
struct Settings {
    address: Address,
}

#[derive(Clone, Serialize, Deserialize)]
struct Address {
    city: String,
}

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    settings: Json<Settings>,
}

async fn read(db: &Db) {
    let _ = User::query().filter(User::settings.at(Settings::address).is_null()).all(db).await;
}

fn main() {}
