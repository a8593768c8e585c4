//! A table of one column, and the ways a value gets into it.

use std::fmt::Debug;

use orm_core::decode::Cursor;
use orm_core::types::{ColumnType, Param};
use orm_testkit::TestDatabase;
use tokio_postgres::Client;

/// A database with the types that the tests use, and a connection to it.
pub(crate) async fn database() -> (TestDatabase, Client) {
    let database = TestDatabase::create().await.unwrap();
    let client = database.connect().await.unwrap();
    let types = r#"
        CREATE TYPE order_status AS ENUM ('pending', 'it''s "paid"');
        CREATE DOMAIN positive AS integer CHECK (VALUE > 0)"#;
    client.batch_execute(types).await.unwrap();
    (database, client)
}

/// The first row of a query, read as `T`.
pub(crate) async fn read<T: ColumnType>(
    client: &Client,
    sql: &str,
    params: &[&Param],
) -> Result<T, orm_core::Error> {
    let params: Vec<_> = params.iter().map(|param| *param as _).collect();
    let row = client.query_one(sql, &params).await?;
    Cursor::of_row(&row).take()
}

/// Asserts that each value, and NULL, survives a column of the type.
pub(crate) async fn survives<T>(client: &Client, sql_type: &str, values: &[T])
where
    T: ColumnType<Base = T> + PartialEq + Debug,
{
    let table = format!("DROP TABLE IF EXISTS t; CREATE TABLE t (id serial, v {sql_type})");
    client.batch_execute(&table).await.unwrap();

    let insert = "INSERT INTO t (v) VALUES ($1) RETURNING v";
    for value in values {
        let read: T = read(client, insert, &[&value.to_param()]).await.unwrap();
        assert_eq!(&read, value, "{sql_type}");
        same_as_literal(client, sql_type, value).await;
    }
    let nothing: Option<T> = read(client, insert, &[&None::<T>.to_param()])
        .await
        .unwrap();
    assert_eq!(nothing, None, "{sql_type}");
    many_at_once(client, sql_type, values).await;
}

/// The text of a literal is what the server makes of the bound value.
async fn same_as_literal<T: ColumnType + Debug>(client: &Client, sql_type: &str, value: &T) {
    let mut literal = String::new();
    value.to_param().write_literal(&mut literal).unwrap();
    let sql = format!(
        "SELECT v::text IS NOT DISTINCT FROM ({literal})::{sql_type}::text FROM t ORDER BY id DESC LIMIT 1"
    );
    assert!(
        read::<bool>(client, &sql, &[]).await.unwrap(),
        "{literal}::{sql_type}"
    );
}

/// One bound array for many rows, with a NULL among them.
async fn many_at_once<T>(client: &Client, sql_type: &str, values: &[T])
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
    let rows = client
        .query(&sql, &[&<Option<T>>::array_param(sent.clone())])
        .await
        .unwrap();
    let read: Vec<Option<T>> = rows
        .iter()
        .map(|row| Cursor::of_row(row).take().unwrap())
        .collect();
    assert_eq!(read, sent, "{sql_type}");
}
