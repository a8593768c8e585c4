//! What is missing of tables that inherit and of partitions: it comes with the tables above.

use orm_core::ddl::{Difference, Models};
use orm_core::schema::{
    CheckDef, ColumnDef, Deferrable, IndexDef, IndexMethod, PartitionDef, PartitionMethod, SqlType,
    StorageDef, TableDef, UniqueDef,
};

use crate::connect::Place;
use crate::declare::{ascending, column, nullable, table};

const MORE: &[ColumnDef] = &[
    column("id", SqlType::Int4),
    column("day", SqlType::Date),
    nullable(column("a", SqlType::Int4)),
    nullable(column("more", SqlType::Text)),
];

const UNIQUE: &[UniqueDef] = &[UniqueDef {
    name: "",
    columns: &[2, 1],
    nulls_not_distinct: false,
    deferrable: Deferrable::No,
}];

const CHECK: &[CheckDef] = &[CheckDef {
    name: "more_check",
    expression: "more <> ''",
    message: None,
}];

const INDEX: &[IndexDef] = &[IndexDef {
    name: "",
    parts: &[ascending(3)],
    include: &[],
    method: IndexMethod::Btree,
    unique: false,
    parameters: &[],
    filter: None,
}];

const fn with_more(name: &'static str) -> TableDef {
    TableDef {
        primary_key: &[0, 1],
        uniques: UNIQUE,
        checks: CHECK,
        indexes: INDEX,
        ..table(name, MORE)
    }
}

static EVENTS: TableDef = TableDef {
    storage: StorageDef {
        partition: Some(PartitionDef {
            method: PartitionMethod::Range,
            columns: &[1],
        }),
        ..StorageDef::PLAIN
    },
    ..with_more("events")
};
static EVENTS_2024: TableDef = with_more("events_2024");
static ALONE: Models = Models::new(&[&EVENTS_2024]);
static BOTH: Models = Models::new(&[&EVENTS_2024, &EVENTS]);

static VEHICLE: TableDef = TableDef {
    checks: CHECK,
    ..table("vehicle", MORE)
};
static CAR: TableDef = TableDef {
    checks: CHECK,
    ..table("car", MORE)
};
static FLEET: Models = Models::new(&[&CAR, &VEHICLE]);

#[tokio::test]
async fn a_partition_gets_what_its_table_gets() {
    let place = Place::new().await;
    place
        .run(
            "CREATE TABLE events (id integer, day date, a integer, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
             CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
        )
        .await;
    // Alone it is there, and lacks what only its table can get.
    let alone = place.db.plan_missing(ALONE).await.unwrap();
    let lacks =
        |it: &Difference| matches!(it, Difference::NotInParent { column, .. } if column == "more");
    assert!(alone.differences.iter().any(lacks), "{alone:?}");
    assert!(
        !alone.plan.to_string().contains("CREATE TABLE"),
        "{}",
        alone.plan
    );
    let told: Vec<String> = alone.differences.iter().map(ToString::to_string).collect();
    assert!(
        told.contains(
            &"`events_2024.more` is in the model and not in the database, and is not added: a \
                        partition has the columns of its table, `events`"
                .to_owned()
        ),
        "{told:?}"
    );
    let report = place.db.create_missing(BOTH).await.unwrap();
    assert!(report.differences.is_empty(), "{report:?}");
    place.expect_in_step(BOTH).await;
}

#[tokio::test]
async fn a_table_gets_what_the_one_above_gets() {
    let place = Place::new().await;
    place
        .run(
            "CREATE TABLE vehicle (id integer PRIMARY KEY, day date NOT NULL, a integer);
             CREATE TABLE car (PRIMARY KEY (id)) INHERITS (vehicle);",
        )
        .await;
    let report = place.db.create_missing(FLEET).await.unwrap();
    assert!(report.differences.is_empty(), "{report:?}");
    place.expect_in_step(FLEET).await;
}
