{mods}

pub async fn all(db: &orm::prelude::Db) -> orm::Result<usize> {
    let mut n = 0;
{calls}
    Ok(n)
}

#[tokio::main]
async fn main() {
    let config = orm::prelude::Config::from_env().unwrap();
    let db = orm::prelude::Db::connect(config).await.unwrap();
    println!("{}", all(&db).await.unwrap());
}
