{mods}

pub async fn all(db: &mut diesel_async::AsyncPgConnection) -> diesel::QueryResult<usize> {
    let mut n = 0;
{calls}
    Ok(n)
}

#[tokio::main]
async fn main() {
    use diesel_async::AsyncConnection;
    let mut db = diesel_async::AsyncPgConnection::establish("postgres://localhost").await.unwrap();
    println!("{}", all(&mut db).await.unwrap());
}
