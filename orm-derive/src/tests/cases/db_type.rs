#[derive(DbType)]
struct Cents(i64);
