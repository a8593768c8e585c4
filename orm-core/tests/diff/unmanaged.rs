//! What models do not speak of is named, and nothing else is.

use orm_core::diff::{column_types, estimated_rows, unmanaged};
use orm_core::exec::Db;
use orm_testkit::TestDatabase;

const SCHEMA: &str = "
    CREATE SCHEMA sales;
    CREATE TABLE sales.rooms (id int PRIMARY KEY, during tsrange,
        CONSTRAINT apart EXCLUDE USING btree (id DESC WITH =));
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
    CREATE TABLE heir (more int) INHERITS (plain);
    ALTER TABLE heir ENABLE ROW LEVEL SECURITY, REPLICA IDENTITY FULL;
    ALTER TABLE plain ADD CONSTRAINT own CHECK (id > 0) NO INHERIT,
        ADD CONSTRAINT stored UNIQUE (id, parent) INCLUDE (name) WITH (fillfactor = 80),
        ALTER name SET STORAGE EXTERNAL, ALTER name SET (n_distinct = 3);
    CREATE INDEX plain_name ON plain (name) WITH (fillfactor = 70);
    ALTER TABLE sales.rooms SET (toast.autovacuum_enabled = off);
    CREATE STATISTICS together ON id, name FROM plain;
    CREATE SEQUENCE lonely; CREATE SEQUENCE used; CREATE TABLE numbered (id int DEFAULT nextval('used'), s smallserial, b bigserial);
    CREATE TABLE counting (id int GENERATED ALWAYS AS IDENTITY (INCREMENT 5 CACHE 4 CYCLE), n serial, m int, k int,
        CONSTRAINT partly FOREIGN KEY (m, k) REFERENCES plain (id, parent) ON DELETE SET NULL (k));
    ALTER SEQUENCE counting_n_seq MAXVALUE 100;
    CREATE TYPE floats AS RANGE (subtype = float8);
    CREATE TABLE sorted (a text COLLATE \"C\", b text) PARTITION BY RANGE (a COLLATE \"POSIX\", b text_pattern_ops);
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
            "INCLUDE of constraint `stored` of `public.plain`",
            "NO INHERIT of check `own` of `public.plain`",
            "collation `words.plain`",
            "collation of column `name` of `sales.rooms`",
            "columns of SET of foreign key `partly` of `public.counting`",
            "exclusion constraint `apart` of `sales.rooms`",
            "function `public.touch`",
            "inheritance `public.plain` of `public.heir`",
            "materialized view `public.counted`",
            "partitioning by collations `public.sorted`",
            "partitioning by expressions `public.events`",
            "partitioning by operator classes `public.sorted`",
            "range type `public.floats`",
            "replica identity `public.heir`",
            "row level security `public.heir`",
            "row policy `own` of `sales.rooms`",
            "sequence `public.lonely`",
            "statistics `together` of `public.plain`",
            "storage of column `name` of `public.heir`",
            "storage of column `name` of `public.plain`",
            "storage parameter of TOAST table `autovacuum_enabled` of `sales.rooms`",
            "storage parameter of column `name.n_distinct` of `public.plain`",
            "storage parameters of index `stored` of `public.plain`",
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
