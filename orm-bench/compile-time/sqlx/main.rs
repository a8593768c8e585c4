{mods}

pub async fn all(db: &sqlx::PgPool) -> sqlx::Result<usize> {
    let mut n = 0;
{calls}
    Ok(n)
}

#[tokio::main]
async fn main() {
    let pool = sqlx::PgPool::connect("postgres://localhost").await.unwrap();
    println!("{}", all(&pool).await.unwrap());
}
