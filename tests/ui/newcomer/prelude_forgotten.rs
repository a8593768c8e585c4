// What a model can do is in the prelude.
use orm::Model;

#[derive(Model, Debug, Clone)]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    email: String,
    nickname: Option<String>,
    #[column(default = true)]
    active: bool,
}

async fn program(db: &orm::exec::Db) -> orm::Result<Vec<User>> {
    User::query().all(db).await
}

fn main() {}
