{mods}

pub fn all(db: &mut diesel::PgConnection) -> diesel::QueryResult<usize> {
    let mut n = 0;
{calls}
    Ok(n)
}

fn main() {
    use diesel::Connection;
    let mut db = diesel::PgConnection::establish("postgres://localhost").unwrap();
    println!("{}", all(&mut db).unwrap());
}
