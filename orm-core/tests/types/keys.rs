//! Keys: bound as one array per column, read back from rows.

use orm_core::decode::Cursor;
use orm_core::exec::{Db, Executor as _, Params};
use orm_core::key::Key;

use super::column::database;

/// The keys of the rows that a list of keys finds, in order.
async fn found<K: Key + std::fmt::Debug>(db: &Db, sql: &str, keys: Vec<K>) -> Vec<Option<K>> {
    let params = K::array_params(keys);
    let rows = db
        .executor()
        .query_all(sql, Params::from(&params))
        .await
        .unwrap();
    rows.iter()
        .map(|row| K::decode(&mut Cursor::of_row(row)).unwrap())
        .collect()
}

#[tokio::test]
async fn rows_are_found_by_a_list_of_keys() {
    let (_database, db) = database().await;
    let table = "CREATE TABLE t (a integer, b text);
                 INSERT INTO t VALUES (1, 'x'), (1, 'y'), (2, 'x'), (NULL, 'x'), (3, NULL)";
    db.executor().batch(table).await.unwrap();

    let single = "SELECT a FROM t WHERE a = ANY($1) ORDER BY a, b";
    assert_eq!(
        found(&db, single, vec![1, 3, 9]).await,
        [Some(1), Some(1), Some(3)]
    );

    let pairs = vec![
        (1, "y".to_owned()),
        (2, "x".to_owned()),
        (2, "y".to_owned()),
    ];
    let composite = "SELECT a, b FROM t WHERE (a, b) IN (SELECT * FROM unnest($1::int4[], $2::text[])) ORDER BY a";
    let expected = [Some((1, "y".to_owned())), Some((2, "x".to_owned()))];
    assert_eq!(found(&db, composite, pairs).await, expected);
}

#[tokio::test]
async fn a_key_with_a_null_part_is_none() {
    let (_database, db) = database().await;
    let sql = "SELECT 1, NULL::text UNION ALL SELECT NULL, 'x'";
    let rows = db.executor().query_all(sql, Params::none()).await.unwrap();
    for row in &rows {
        assert_eq!(
            <(i32, String)>::decode(&mut Cursor::of_row(row)).unwrap(),
            None
        );
    }
}
