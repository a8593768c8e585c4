#![recursion_limit = "1024"] // the models are a circle, and Send is asked of all of it

{mods}

pub async fn all(db: &sea_orm::DatabaseConnection) -> Result<usize, sea_orm::DbErr> {
    let mut n = 0;
{calls}
    Ok(n)
}

#[tokio::main]
async fn main() {
    let db = sea_orm::Database::connect("postgres://localhost").await.unwrap();
    println!("{}", all(&db).await.unwrap());
}
