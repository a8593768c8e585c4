pub type Failure = Box<dyn std::error::Error + Send + Sync>;
{mods}

pub async fn all(db: &deadpool_postgres::Pool) -> Result<usize, Failure> {
    let mut n = 0;
{calls}
    Ok(n)
}

#[tokio::main]
async fn main() {
    let config = "host=localhost".parse().unwrap();
    let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
    let pool = deadpool_postgres::Pool::builder(manager).build().unwrap();
    println!("{}", all(&pool).await.unwrap());
}
