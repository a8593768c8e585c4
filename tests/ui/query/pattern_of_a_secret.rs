// What is matched by patterns is found letter by letter: a secret is compared whole.

use orm::prelude::*;
use secrecy::SecretString;

#[derive(Model, Clone)]
#[model(table = "accounts")]
struct Account {
    #[column(primary_key)]
    id: i32,
    token: SecretString,
}

fn main() {
    let _ = Account::query().filter(Account::token.starts_with("sk_"));
}
