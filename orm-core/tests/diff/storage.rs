//! How rows are kept and compared: collations, constraints that are checked late,
//! UNLOGGED, storage parameters, partitions.

use orm_core::ddl::blueprint::{Column, Partition, Rule, Table};
use orm_core::diff::{Destructive, Options};
use orm_core::schema::{Deferrable, PartitionMethod};

use crate::base::{add, base, place, round};
use crate::declare::{check, column, goal, index, key, nullable, part, table, unique};
use crate::place::Place;

const LATE: [Deferrable; 2] = [
    Deferrable::InitiallyImmediate,
    Deferrable::InitiallyDeferred,
];

#[tokio::test]
async fn uniques_that_are_checked_late() {
    for when in LATE {
        round(|it| {
            let mut it = unique(it, "things_a_key", &["a", "b"]);
            if let Rule::Unique { deferrable, .. } = &mut it.constraints[1].rule {
                *deferrable = when;
            }
            it
        })
        .await;
    }
    let late = |when| {
        let mut it = unique(base(), "things_a_key", &["a"]);
        if let Rule::Unique { deferrable, .. } = &mut it.constraints[1].rule {
            *deferrable = when;
        }
        goal([it])
    };
    let place = Place::at(late(Deferrable::No)).await;
    for when in LATE {
        place.there_and_back(late(when), &Options::new()).await;
    }
}

#[tokio::test]
async fn keys_whose_columns_are_null_together() {
    let full = |is_full| {
        let mut it = unique(base(), "things_a_b_key", &["a", "b"]);
        it = key(it, "a", "things", "a");
        if let Rule::ForeignKey(key) = &mut it.constraints[2].rule {
            key.columns = vec!["a".into(), "b".into()];
            key.target_columns = vec!["a".into(), "b".into()];
            key.match_full = is_full;
        }
        goal([it])
    };
    let place = Place::at(full(false)).await;
    place.there_and_back(full(true), &Options::new()).await;
    place
        .there_and_back(full(false), &Options::new().plain())
        .await;
}

#[tokio::test]
async fn collations_of_columns() {
    let sorted = |name: &str| {
        let name = name.to_owned();
        move |mut it: Table| {
            it.columns[1].collation = Some(name.clone());
            it
        }
    };
    round(sorted("C")).await;
    // With another type, an index, a default; there and back.
    round(|mut it| {
        it.columns[1] = column("a", "character varying(9)");
        it.columns[1].collation = Some("POSIX".into());
        it.columns[1].default = Some("'x'".into());
        let mut it = index(it, "things_idx", &["a", "(lower(a))"]);
        it.indexes[0].parts.push(part("b"));
        it
    })
    .await;
    round(add(Column {
        collation: Some("C".into()),
        ..nullable("words", "text[]")
    }))
    .await;
    // One of one's own, whose name is hard to read.
    let place = place().await;
    place
        .run("CREATE COLLATION \"it's \"\"mine\"\".x\" FROM \"C\"")
        .await;
    let there = goal([sorted("it's \"mine\".x")(base())]);
    let drafts = place.there_and_back(there, &Options::new()).await;
    assert!(
        drafts[0].up.contains("alter column things.a: collation"),
        "{}",
        drafts[0].up
    );
}

#[tokio::test]
async fn tables_that_are_not_logged() {
    round(|mut it| {
        it.storage.unlogged = true;
        it
    })
    .await;
}

#[tokio::test]
async fn storage_parameters() {
    let filled = |value: &str| {
        let value = value.to_owned();
        move |mut it: Table| {
            let parameters = &mut it.storage.parameters;
            parameters.insert("fillfactor".into(), value.clone());
            parameters.insert("autovacuum_enabled".into(), "false".into());
            it
        }
    };
    let place = Place::at(goal([filled("90")(base())])).await;
    place
        .there_and_back(goal([filled("70")(base())]), &Options::new())
        .await;
    // What the model does not name stays, and is named. Those of the TOAST table are elsewhere.
    place
        .run("ALTER TABLE things SET (toast.autovacuum_enabled = off, parallel_workers = 2)")
        .await;
    let diff = place.diff(goal([base()]), &Options::new()).await;
    assert!(diff.is_empty(), "{diff}");
    let left: Vec<String> = diff.left_alone.iter().map(ToString::to_string).collect();
    assert_eq!(
        left,
        ["autovacuum_enabled", "fillfactor", "parallel_workers"]
            .map(|it| format!("storage parameter `{it}` of `things` (the model does not name it)"))
    );
    let plain = Place::at(goal([base()])).await;
    plain
        .there_and_back(goal([filled("70")(base())]), &Options::new())
        .await;
}

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
