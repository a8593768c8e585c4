// Of any document no field is known.
use orm::prelude::*;
use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize, Deserialize, JsonFields)]
struct Settings {
    theme: String,
    address: Address,
}

#[derive(Clone, Serialize, Deserialize, JsonFields)]
struct Address {
    city: String,
}

#[derive(Model, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    full_name: String,
    settings: Json<Settings>,
    anything: serde_json::Value,
}

async fn read(db: &Db) {
    let _ = User::query().filter(User::anything.at(Settings::theme).eq("dark")).all(db).await;
}

fn main() {}
