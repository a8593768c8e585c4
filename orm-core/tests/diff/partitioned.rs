//! Tables that have partitions.

use orm_core::ddl::blueprint::{Partition, Rule, Table};
use orm_core::diff::{Destructive, Options};
use orm_core::schema::{Deferrable, PartitionMethod};

use crate::base::base;
use crate::declare::{check, column, goal, index, key, nullable, table, unique};
use crate::place::Place;

fn by(method: PartitionMethod, columns: &[&str]) -> Table {
    let mut it = table(
        "events",
        [
            column("day", "date"),
            nullable("a", "integer"),
            nullable("name", "text"),
        ],
    );
    it.columns[0].identity = None;
    it.constraints[0].rule = Rule::PrimaryKey(vec!["id".into(), "day".into()]);
    it.storage.partition = Some(Partition {
        method,
        columns: columns.iter().map(|&it| it.into()).collect(),
    });
    it
}

fn by_day() -> Table {
    by(PartitionMethod::Range, &["day"])
}

const PARTITIONS: &str = "
    CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
        PARTITION BY LIST (day);
    CREATE TABLE events_2025_0 PARTITION OF events_2025 DEFAULT;
    INSERT INTO events (id, day, a) SELECT n, date '2024-12-30' + n, n FROM generate_series(1, 5) n";

#[tokio::test]
async fn partitioned_tables_of_every_method() {
    for it in [
        by_day(),
        by(PartitionMethod::Range, &["day", "id"]),
        by(PartitionMethod::List, &["day"]),
        by(PartitionMethod::Hash, &["id", "day"]),
    ] {
        let place = Place::at(goal([base()])).await;
        let drafts = place
            .there_and_back(goal([base(), it]), &Options::new())
            .await;
        assert!(drafts[0].up.contains("PARTITION BY"), "{}", drafts[0].up);
        // Its way back makes it anew as it was.
        place.there_and_back(goal([base()]), &Options::new()).await;
    }
}

// A partitioned table takes no CONCURRENTLY, no index for a constraint, no NOT VALID.
#[tokio::test]
async fn everything_of_a_table_with_partitions_is_there_and_back() {
    let place = Place::at(goal([by_day(), base()])).await;
    place.run(PARTITIONS).await;
    place
        .run("INSERT INTO things (id) OVERRIDING SYSTEM VALUE SELECT generate_series(1, 5)")
        .await;
    let diff = place.diff(goal([by_day(), base()]), &Options::new()).await;
    assert!(diff.is_empty() && diff.left_alone.is_empty(), "{diff}");
    let more = || {
        let it = index(by_day(), "events_idx", &["name", "(lower(name))"]);
        let it = unique(it, "events_a_key", &["a", "day"]);
        let it = check(it, "events_check", "a > 0");
        let mut it = key(it, "a", "things", "id");
        it.columns[2].nullable = false;
        it.columns[3].collation = Some("C".into());
        it
    };
    let drafts = place
        .there_and_back(goal([more(), base()]), &Options::new())
        .await;
    let all: String = drafts.iter().map(|it| it.up.as_str()).collect();
    for word in ["CONCURRENTLY", "USING INDEX"] {
        assert!(!all.contains(word), "{all}");
    }
    // Others in their place.
    let mut other = index(by_day(), "events_idx", &["day", "name"]);
    other = unique(other, "events_a_key", &["day", "a"]);
    other = key(other, "a", "things", "id");
    if let Rule::ForeignKey(key) = &mut other.constraints[2].rule {
        key.deferrable = Deferrable::InitiallyDeferred;
    }
    place
        .there_and_back(goal([other, base()]), &Options::new())
        .await;
    place
        .there_and_back(goal([by_day(), base()]), &Options::new())
        .await;
}

// The server keeps a foreign key of its own for each partition that it refers to.
#[tokio::test]
async fn a_key_to_a_table_with_partitions_is_one_key() {
    let referring = || {
        let it = table("notes", [column("event", "integer"), column("day", "date")]);
        let mut it = key(it, "event", "events", "id");
        if let Rule::ForeignKey(key) = &mut it.constraints[1].rule {
            key.columns = vec!["event".into(), "day".into()];
            key.target_columns = vec!["id".into(), "day".into()];
        }
        it
    };
    let place = Place::at(goal([by_day(), referring()])).await;
    place.run(PARTITIONS).await;
    let diff = place
        .diff(goal([by_day(), referring()]), &Options::new())
        .await;
    assert!(diff.is_empty(), "{diff}");
    let without = || {
        let mut it = referring();
        it.constraints.pop();
        it
    };
    place
        .there_and_back(goal([by_day(), without()]), &Options::new())
        .await;
    place
        .there_and_back(goal([by_day(), referring()]), &Options::new())
        .await;
}

#[tokio::test]
async fn partitions_that_the_model_does_not_speak_of_stay() {
    let place = Place::at(goal([by_day()])).await;
    place.run(PARTITIONS).await;
    let mut plain = by_day();
    plain.storage.partition = None;
    let diff = place.diff(goal([plain.clone()]), &Options::new()).await;
    assert!(diff.is_empty(), "{diff}");
    let left: Vec<String> = diff.left_alone.iter().map(ToString::to_string).collect();
    assert_eq!(
        left,
        ["partitioning of `events` (the model does not say it)"]
    );
    // What is built on it is in the form that it takes.
    place
        .there_and_back(
            goal([index(plain.clone(), "events_idx", &["a"])]),
            &Options::new(),
        )
        .await;
    // Another way of partitioning is a problem, and no statement.
    let other = place
        .diff(goal([by(PartitionMethod::Hash, &["id"])]), &Options::new())
        .await;
    let error = other
        .migrations("change", Destructive::Allowed)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("`events` is partitioned otherwise"),
        "{error}"
    );
    let one = Place::at(goal([plain])).await;
    let diff = one.diff(goal([by_day()]), &Options::new()).await;
    assert!(diff.migrations("change", Destructive::Allowed).is_err());
}

// The partitions hold the rows.
#[tokio::test]
async fn a_partitioned_table_keeps_no_rows() {
    let place = Place::new().await;
    place
        .run("CREATE UNLOGGED TABLE events (id integer, PRIMARY KEY (id)) PARTITION BY HASH (id)")
        .await;
    let events = || {
        let mut it = table("events", []);
        it.columns[0].identity = None;
        it
    };
    let mut said = events();
    said.storage.partition = Some(Partition {
        method: PartitionMethod::Hash,
        columns: vec!["id".into()],
    });
    for it in [events(), said] {
        let diff = place.diff(goal([it]), &Options::new()).await;
        assert!(diff.is_empty(), "{diff}");
    }
    let behind = |word: &str| {
        format!(
            "`events` is partitioned in the database, and its partitions hold the rows: leave \
             `{word}` out of the model, and say it of each partition"
        )
    };
    let mut it = events();
    it.storage.unlogged = true;
    let unlogged = place.diff(goal([it]), &Options::new()).await;
    assert_eq!(unlogged.problems, [behind("unlogged")]);
    let mut it = events();
    it.storage
        .parameters
        .insert("fillfactor".into(), "70".into());
    let filled = place.diff(goal([it]), &Options::new()).await;
    assert_eq!(filled.problems, [behind("storage")]);
    assert!(filled.changes.is_empty() && unlogged.changes.is_empty());
}
