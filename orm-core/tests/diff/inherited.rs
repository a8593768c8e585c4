//! Tables that inherit, and partitions that have models: what is from a table above is
//! changed there.

use orm_core::ddl::blueprint::{Column, Name, Partition, Rule, Table};
use orm_core::diff::{Destructive, Diff, Goal, Options};
use orm_core::schema::PartitionMethod;

use crate::declare::{check, column, goal, index, key, nullable, table, unique};
use crate::place::Place;

fn vehicle() -> Table {
    let it = table(
        "vehicle",
        [nullable("name", "text"), nullable("a", "integer")],
    );
    check(it, "vehicle_check", "a > 0")
}

/// A table that inherits has columns of its own; its key is too.
fn car() -> Table {
    let mut it = table(
        "car",
        [
            nullable("name", "text"),
            nullable("a", "integer"),
            nullable("doors", "integer"),
        ],
    );
    it.columns[0].identity = None;
    check(it, "vehicle_check", "a > 0")
}

async fn garage() -> Place {
    let place = Place::at(goal([vehicle()])).await;
    place
        .run(
            "CREATE TABLE car (doors integer, PRIMARY KEY (id)) INHERITS (vehicle);
             INSERT INTO car (id, name, a, doors) VALUES (1, 'x', 2, 4)",
        )
        .await;
    place
}

fn left(diff: &Diff) -> Vec<String> {
    diff.left_alone.iter().map(ToString::to_string).collect()
}

/// The statements that change a table, by its name.
fn of<'d>(diff: &'d Diff, table: &str) -> Vec<&'d str> {
    let all = diff.changes.iter().flat_map(|it| &it.up);
    let start = format!("ALTER TABLE \"{table}\"");
    all.filter(|it| it.starts_with(&start))
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn what_is_inherited_and_not_named_is_left_alone() {
    let place = garage().await;
    let mut less = car();
    less.columns.remove(1);
    less.constraints.pop();
    let diff = place
        .diff(goal([vehicle(), less.clone()]), &Options::new())
        .await;
    assert!(diff.is_empty(), "{diff}");
    let expected = [
        "column `name` of `car` (it is from a table above, and the model does not name it)",
        "constraint `vehicle_check` of `car` (it is from a table above)",
    ];
    assert_eq!(left(&diff), expected);
    // Also where nothing is known of the table above.
    let alone = Options::new().ignore_table("vehicle");
    let diff = place.diff(goal([less]), &alone).await;
    assert!(diff.is_empty(), "{diff}");
    assert_eq!(left(&diff), expected);
}

// One statement for both: columns that come, go, and get another type, name or check.
#[tokio::test]
async fn both_models_change_together() {
    let place = garage().await;
    let changed = |mut it: Table| {
        it.columns[1] = nullable("title", "character varying(9)");
        it.columns[2] = column("a", "bigint");
        it.columns.push(nullable("more", "integer"));
        it.constraints[1].name = "vehicle_check".into();
        if let Rule::Check { condition, .. } = &mut it.constraints[1].rule {
            *condition = "a > 1".into();
        }
        check(it, "vehicle_more", "more > 0")
    };
    let there = || Goal {
        former_columns: ["vehicle", "car"]
            .map(|it| ((Name::new(None, it), "title".into()), "name".into()))
            .into(),
        ..goal([changed(vehicle()), changed(car())])
    };
    let diff = place.diff(there(), &Options::new()).await;
    assert_eq!(of(&diff, "car").len(), 0, "{:#?}", diff.changes);
    assert_eq!(place.texts("SELECT name FROM car").await, ["x"]);
    place.there_and_back(there(), &Options::new()).await;
    assert_eq!(place.texts("SELECT title::text FROM car").await, ["x"]);
    // And what goes above goes here.
    let without = |mut it: Table| {
        it.columns.retain(|it| it.name != "more");
        it.constraints.retain(|it| it.name != "vehicle_more");
        it
    };
    let back = goal([without(changed(vehicle())), without(changed(car()))]);
    place.there_and_back(back, &Options::new().plain()).await;
}

#[tokio::test]
async fn what_only_the_table_below_says_is_a_problem() {
    let place = garage().await;
    let mut other = car();
    other.columns[1] = nullable("name", "character varying(9)");
    let diff = place.diff(goal([vehicle(), other]), &Options::new()).await;
    assert_eq!(
        diff.problems,
        [
            "another type for car.name: the column is from a table above; change it there, or have \
          this model say what is there"
        ]
    );
    let renamed = Goal {
        former_columns: [(
            (Name::new(None, "car"), "title".to_owned()),
            "name".to_owned(),
        )]
        .into(),
        ..{
            let mut it = car();
            it.columns[1].name = "title".into();
            goal([vehicle(), it])
        }
    };
    let diff = place.diff(renamed, &Options::new()).await;
    assert!(diff.problems[0].contains("rename it there"), "{diff}");
    // Its own columns, defaults and keys are its own.
    let mut own = car();
    own.columns[3] = nullable("doors", "bigint");
    own.columns[1].default = Some("'y'".into());
    own = unique(index(own, "car_a_idx", &["a"]), "car_doors_key", &["doors"]);
    place
        .there_and_back(goal([vehicle(), own]), &Options::new())
        .await;
}

fn by_day(name: &str) -> Table {
    let mut it = table(
        name,
        [
            column("day", "date"),
            nullable("a", "integer"),
            nullable("name", "text"),
        ],
    );
    it.columns[0].identity = None;
    it.constraints[0].rule = Rule::PrimaryKey(vec!["id".into(), "day".into()]);
    it
}

fn events() -> Table {
    let mut it = by_day("events");
    it.storage.partition = Some(Partition {
        method: PartitionMethod::Range,
        columns: vec!["day".into()],
    });
    it
}

async fn calendar() -> Place {
    let place = Place::at(goal([events()])).await;
    place
        .run(
            "CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
             INSERT INTO events (id, day, a) VALUES (1, '2024-05-05', 5);
             CREATE TABLE notes (id integer PRIMARY KEY)",
        )
        .await;
    place
}

fn notes() -> Table {
    let mut it = table("notes", []);
    it.columns[0].identity = None;
    it
}

#[tokio::test]
async fn a_partition_that_has_a_model_is_there() {
    let place = calendar().await;
    let all = || goal([events(), by_day("events_2024"), notes()]);
    let diff = place.diff(all(), &Options::new()).await;
    assert!(
        diff.is_empty() && left(&diff).is_empty(),
        "{diff} {:?}",
        left(&diff)
    );
    // Everything is done above, under the names that the server gives.
    let more = |name: &str| {
        let mut it = by_day(name);
        it.storage = if name == "events" {
            events().storage
        } else {
            it.storage
        };
        it.columns.push(nullable("more", "integer"));
        it.columns[3] = column("name", "character varying(9)");
        it.columns[2].nullable = false;
        let it = index(it, &format!("{name}_a_idx"), &["a"]);
        let it = unique(it, &format!("{name}_a_day_key"), &["a", "day"]);
        key(check(it, "events_check", "a > 0"), "a", "notes", "id")
    };
    place.run("INSERT INTO notes VALUES (5)").await;
    place.run("UPDATE events SET name = 'x'").await;
    let there = || goal([more("events"), more("events_2024"), notes()]);
    let diff = place.diff(there(), &Options::new()).await;
    assert_eq!(of(&diff, "events_2024").len(), 0, "{:#?}", diff.changes);
    place.there_and_back(there(), &Options::new()).await;
    place.there_and_back(all(), &Options::new()).await;
    // An index of its own is its own.
    let own = index(by_day("events_2024"), "by_hand", &["name"]);
    place
        .there_and_back(goal([events(), own, notes()]), &Options::new())
        .await;
}

// Nothing of it is made, changed or dropped where its table has no model.
#[tokio::test]
async fn a_partition_alone() {
    let place = calendar().await;
    place
        .run("CREATE INDEX ON events (a); ALTER TABLE events ADD UNIQUE (a, day)")
        .await;
    let alone = Options::new().ignore_table("events");
    let one = || goal([by_day("events_2024"), notes()]);
    let diff = place.diff(one(), &alone).await;
    assert!(diff.is_empty(), "{diff}");
    assert_eq!(
        left(&diff),
        [
            "index `events_2024_a_idx` of `events_2024` (it is a part of an index of the table above)",
            "constraint `events_2024_a_day_key` of `events_2024` (it is from a table above)",
        ]
    );
    let mut more = by_day("events_2024");
    more.columns.push(nullable("more", "integer"));
    let diff = place.diff(goal([more, notes()]), &alone).await;
    assert_eq!(
        diff.problems,
        ["add column events_2024.more: a partition has the columns of `events`; add it there"]
    );
    // Its table cannot go as long as it has a model.
    let diff = place.diff(one(), &Options::new()).await;
    assert!(
        diff.problems
            .iter()
            .any(|it| it.contains("`events_2024` is a partition of it, and has a model")),
        "{diff}"
    );
}

#[tokio::test]
async fn what_a_table_is_partitioned_by_stays_as_it_is() {
    // Without a key, which no table has that is partitioned by an expression.
    let events = || {
        let mut it = events();
        it.constraints.clear();
        it
    };
    let place = Place::at(goal([events()])).await;
    place
        .run("CREATE TABLE events_rest PARTITION OF events DEFAULT PARTITION BY LIST (lower(name))")
        .await;
    let refused = async |change: &dyn Fn(Table) -> Table| {
        let diff = place.diff(goal([change(events())]), &Options::new()).await;
        let refused = diff.migrations("change", Destructive::Allowed);
        assert!(refused.is_err(), "{diff}");
        diff.problems.join("\n")
    };
    let behind = "the table is partitioned by it, and no statement changes that; make a table anew \
                  and move the rows in a migration of its own, or have the model say the column as \
                  the database has it";
    let with = |at: usize, change: fn(&mut Column)| {
        move |mut it: Table| {
            change(&mut it.columns[at]);
            it
        }
    };
    let day = with(1, |it| *it = column("day", "timestamp without time zone"));
    let day = refused(&day).await;
    assert_eq!(day, format!("another type for events.day: {behind}"));
    // In an expression, and further down.
    let sorted = refused(&with(3, |it| it.collation = Some("C".into()))).await;
    assert_eq!(sorted, format!("another type for events.name: {behind}"));
    let computed = refused(&with(3, |it| it.generated = Some("'x'::text".into()))).await;
    assert!(
        computed.contains(&format!("compute anew the column events.name: {behind}")),
        "{computed}"
    );
    let gone = refused(&|mut it| {
        it.columns.remove(1);
        it.storage.partition = None;
        it
    });
    assert_eq!(gone.await, format!("drop column events.day: {behind}"));
    // Of models that say it the derive asks for it.
    let once = refused(&|mut it| {
        it.storage.partition = None;
        unique(it, "once", &["a", "name"])
    });
    let once = once.await;
    assert!(
        once.starts_with("`once` of `events` lacks `day`, by which"),
        "{once}"
    );
    let once = refused(&|it| {
        let mut it = index(it, "once", &["day"]);
        it.indexes[0].unique = true;
        it.storage.partition = None;
        it
    });
    let once = once.await;
    assert!(
        once.starts_with("`once` of `events` lacks `name`, by which"),
        "{once}"
    );
    // Its name is another matter.
    let renamed = Goal {
        former_columns: [(
            (Name::new(None, "events"), "at".to_owned()),
            "day".to_owned(),
        )]
        .into(),
        ..{
            let mut it = with(1, |it| it.name = "at".into())(events());
            it.storage.partition = Some(Partition {
                method: PartitionMethod::Range,
                columns: vec!["at".into()],
            });
            goal([it])
        }
    };
    place.there_and_back(renamed, &Options::new()).await;
}
