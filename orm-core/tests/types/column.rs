//! A table of one column, and the ways a value gets into it.

use std::fmt::Debug;

use orm_core::exec::{Db, Executor as _, Params};
use orm_core::types::{ColumnType, Param};
use orm_testkit::TestDatabase;

/// A database with the types that the tests use, and a connection to it.
pub(crate) async fn database() -> (TestDatabase, Db) {
    let database = TestDatabase::create().await.unwrap();
    let db = Db::connect(database.url().parse().unwrap()).await.unwrap();
    let types = r#"
        CREATE TYPE order_status AS ENUM ('pending', 'it''s "paid"');
        CREATE DOMAIN positive AS integer CHECK (VALUE > 0)"#;
    db.executor().batch(types).await.unwrap();
    (database, db)
}

/// The first row of a query, read as `T`.
pub(crate) async fn read<T: ColumnType>(
    db: &Db,
    sql: &str,
    params: &[&Param],
) -> Result<T, orm_core::Error> {
    let params: Vec<Param> = params.iter().copied().cloned().collect();
    let row = db.executor().query_opt(sql, Params::from(&params)).await?;
    row.expect("a row").get(0)
}

/// Asserts that each value, and NULL, survives a column of the type.
pub(crate) async fn survives<T>(db: &Db, sql_type: &str, values: &[T])
where
    T: ColumnType<Base = T> + PartialEq + Debug,
{
    let table = format!("DROP TABLE IF EXISTS t; CREATE TABLE t (id serial, v {sql_type})");
    db.executor().batch(&table).await.unwrap();

    let insert = "INSERT INTO t (v) VALUES ($1) RETURNING v";
    for value in values {
        let read: T = read(db, insert, &[&value.to_param()]).await.unwrap();
        assert_eq!(&read, value, "{sql_type}");
        same_as_literal(db, sql_type, value).await;
    }
    let nothing: Option<T> = read(db, insert, &[&None::<T>.to_param()]).await.unwrap();
    assert_eq!(nothing, None, "{sql_type}");
    many_at_once(db, sql_type, values).await;
}

/// The text of a literal is what the server makes of the bound value.
async fn same_as_literal<T: ColumnType + Debug>(db: &Db, sql_type: &str, value: &T) {
    let mut literal = String::new();
    value.to_param().write_literal(&mut literal).unwrap();
    let sql = format!(
        "SELECT v::text IS NOT DISTINCT FROM ({literal})::{sql_type}::text FROM t ORDER BY id DESC LIMIT 1"
    );
    assert!(
        read::<bool>(db, &sql, &[]).await.unwrap(),
        "{literal}::{sql_type}"
    );
}

/// One bound array for many rows, with a NULL among them.
async fn many_at_once<T>(db: &Db, sql_type: &str, values: &[T])
where
    T: ColumnType<Base = T> + PartialEq + Debug,
{
    let sent: Vec<Option<T>> = values.iter().cloned().map(Some).chain([None]).collect();
    // As `SqlType::element_of_bound_array` has it.
    let is_array = sql_type.ends_with("[]");
    let element = if is_array || sql_type.contains("char") {
        "text"
    } else {
        sql_type
    };
    let cast = if is_array { sql_type } else { element };
    let sql =
        format!("INSERT INTO t (v) SELECT u::{cast} FROM unnest($1::{element}[]) u RETURNING v");
    let bound = [<Option<T>>::array_param(sent.clone())];
    let rows = db.executor().query_all(&sql, Params::from(&bound)).await;
    let read: Result<Vec<Option<T>>, _> = rows.unwrap().iter().map(|row| row.get(0)).collect();
    let read = read.unwrap();
    assert_eq!(read, sent, "{sql_type}");
}
