//! What models do not speak of is named, and nothing else is.

use orm_core::diff::{column_types, estimated_rows, unmanaged};
use orm_core::exec::Db;
use orm_testkit::TestDatabase;

const SCHEMA: &str = "
    CREATE SCHEMA sales;
    CREATE TABLE sales.rooms (id int PRIMARY KEY, during tsrange,
        CONSTRAINT apart EXCLUDE USING gist (during WITH &&));
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER touch BEFORE UPDATE ON sales.rooms FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE POLICY own ON sales.rooms USING (id > 0);
    CREATE SCHEMA words; CREATE COLLATION words.plain FROM \"C\";
    ALTER TABLE sales.rooms ADD COLUMN name text COLLATE words.plain, ADD COLUMN code text COLLATE \"C\";
    CREATE VIEW free AS SELECT id FROM sales.rooms;
    CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM sales.rooms;
    CREATE TABLE events (day date) PARTITION BY RANGE ((day + 1));
    CREATE UNLOGGED TABLE drafts (id int PRIMARY KEY) WITH (fillfactor = 70);
    CREATE TABLE readings (day date) PARTITION BY RANGE (day);
    CREATE TABLE events_2024 PARTITION OF events
        FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE plain (id int PRIMARY KEY, parent int REFERENCES plain (id), name varchar(20));
    INSERT INTO plain SELECT n FROM generate_series(1, 300) AS n;
    ANALYZE plain;
";

async fn database() -> (TestDatabase, Db) {
    let database = TestDatabase::create().await.unwrap();
    let client = database.connect().await.unwrap();
    client.batch_execute(SCHEMA).await.unwrap();
    let db = Db::connect(database.url().parse().unwrap()).await.unwrap();
    (database, db)
}

#[tokio::test]
async fn what_models_do_not_speak_of_is_named() {
    let (_database, db) = database().await;
    let found = unmanaged(&db).await.unwrap();
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            "collation of column `name` of `sales.rooms`",
            "exclusion constraint `apart` of `sales.rooms`",
            "function `public.touch`",
            "materialized view `public.counted`",
            "partitioning by expressions `public.events`",
            "row policy `own` of `sales.rooms`",
            "trigger `touch` of `sales.rooms`",
            "view `public.free`",
        ]
    );
}

#[tokio::test]
async fn rows_and_types_are_told_by_the_name_in_sql() {
    let (_database, db) = database().await;
    let tables = ["plain", "public.\"plain\"", "sales.rooms", "nowhere"].map(String::from);
    let rows = estimated_rows(&db, &tables).await.unwrap();
    assert_eq!(rows.len(), 2, "{rows:?}");
    assert!(rows.iter().all(|(_, rows)| *rows == 300), "{rows:?}");
    let pair = |table: &str, column: &str| (table.to_owned(), column.to_owned());
    let columns = [
        pair("\"plain\"", "name"),
        pair("plain", "none"),
        pair("x.y", "name"),
    ];
    let types = column_types(&db, &columns).await.unwrap();
    assert_eq!(
        types,
        [Some("character varying(20)".to_owned()), None, None]
    );
}
