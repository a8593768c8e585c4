//! How rows are kept and compared: collations, constraints that are checked late,
//! UNLOGGED, storage parameters.

use orm_core::ddl::blueprint::{Column, Rule, Table};
use orm_core::diff::Options;
use orm_core::schema::Deferrable;

use crate::base::{add, base, place, round};
use crate::declare::{column, goal, index, key, nullable, part, table, unique};
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

// None that is logged may refer to one that is not, between two statements either.
#[tokio::test]
async fn logged_and_unlogged_in_the_order_of_their_keys() {
    let all = |unlogged: bool| {
        let refers = |name: &str, target: &str| {
            let it = table(name, [nullable("a", "integer")]);
            let mut it = key(it, "a", target, "id");
            it.storage.unlogged = unlogged;
            it
        };
        // By name neither way is the right one.
        goal([refers("b", "c"), refers("c", "a"), refers("a", "a")])
    };
    let place = Place::at(all(false)).await;
    let plain = Options::new();
    place.there_and_back(all(true), &plain).await;
    place.there_and_back(all(false), &plain).await;
    // In a circle there is no order, and a table without a model stays as it is.
    let circle = |unlogged: bool| {
        let mut it = all(unlogged);
        it.blueprint.tables[2] = {
            let mut it = key(table("a", [nullable("a", "integer")]), "a", "b", "id");
            it.storage.unlogged = unlogged;
            it
        };
        it
    };
    let place = Place::at(circle(false)).await;
    let diff = place.diff(circle(true), &plain).await;
    assert!(diff.problems[0].contains("lead in a circle"), "{diff}");
    let place = Place::at(all(false)).await;
    place
        .run("CREATE TABLE keyless (x integer REFERENCES a)")
        .await;
    let diff = place.diff(all(true), &plain).await;
    assert_eq!(
        diff.problems,
        [
            "make a logged or unlogged: `keyless` refers to it, which no model speaks of; make both so \
          in a migration of its own"
        ]
    );
}

// What an index has beside stays where it is built anew.
#[tokio::test]
async fn parameters_of_indexes() {
    let place = Place::at(goal([base()])).await;
    place
        .run(
            "CREATE INDEX things_idx ON things (a) WITH (fillfactor = 60, deduplicate_items = off)",
        )
        .await;
    let one = goal([index(base(), "things_idx", &["a"])]);
    let diff = place.diff(one, &Options::new()).await;
    assert!(diff.is_empty(), "{diff}");
    let left: Vec<String> = diff.left_alone.iter().map(ToString::to_string).collect();
    assert_eq!(
        left,
        ["deduplicate_items", "fillfactor"].map(|it| format!(
            "storage parameter `{it}` of the index `things_idx` of `things` (the model does not name it)"
        ))
    );
    let two = || goal([index(base(), "things_idx", &["a", "b"])]);
    for options in [Options::new(), Options::new().plain()] {
        place.there_and_back(two(), &options).await;
        let kept =
            "SELECT array_to_string(reloptions, ' ') FROM pg_class WHERE relname = 'things_idx'";
        assert_eq!(
            place.texts(kept).await,
            ["deduplicate_items=off fillfactor=60"]
        );
        place
            .there_and_back(goal([index(base(), "things_idx", &["a"])]), &options)
            .await;
    }
}

// Those that the goal names are set, on the index as it is.
#[tokio::test]
async fn parameters_of_indexes_that_are_named() {
    let with = |value: &str| {
        let mut it = index(base(), "things_idx", &["a"]);
        let parameter = ("fillfactor".to_owned(), value.to_owned());
        it.indexes[0].parameters.extend([parameter]);
        goal([it])
    };
    let place = Place::at(goal([index(base(), "things_idx", &["a"])])).await;
    for value in ["70", "80"] {
        let drafts = place.there_and_back(with(value), &Options::new()).await;
        let up = &drafts[0].up;
        assert!(up.contains("ALTER INDEX \"things_idx\" SET"), "{up}");
    }
    Place::at(with("60")).await;
}

#[tokio::test]
async fn collations_of_expressions_in_indexes() {
    let place = Place::at(goal([base()])).await;
    place
        .run("CREATE COLLATION \"it's, (mine\" FROM \"C\"; CREATE INDEX things_idx ON things
              (lower(a) COLLATE \"it's, (mine\" text_pattern_ops DESC, (a || 'x, '::text) COLLATE \"C\", b, a COLLATE \"POSIX\")")
        .await;
    let with = |parts: [&str; 4]| {
        let mut it = index(base(), "things_idx", &parts);
        it.indexes[0].parts[0].operator_class = Some("text_pattern_ops".into());
        it.indexes[0].parts[0].descending = true;
        goal([it])
    };
    let as_it_is = [
        "(lower(a) COLLATE \"it's, (mine\")",
        "((a || 'x, '::text) COLLATE \"C\")",
        "b",
        "(a COLLATE \"POSIX\")",
    ];
    let diff = place.diff(with(as_it_is), &Options::new()).await;
    assert!(diff.is_empty(), "{diff}");
    let mut other = as_it_is;
    other[0] = "(lower(a))";
    place.there_and_back(with(other), &Options::new()).await;
    place.there_and_back(with(as_it_is), &Options::new()).await;
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

// What is set of one method means nothing to another.
#[tokio::test]
async fn parameters_go_with_their_method() {
    let by = |method: &str| {
        let mut it = index(base(), "things_a", &["a"]);
        it.indexes.last_mut().unwrap().method = method.into();
        goal([it])
    };
    for (from, parameter, to) in [
        ("brin", "pages_per_range = 2", "btree"),
        ("btree", "deduplicate_items = off", "hash"),
        ("hash", "fillfactor = 60", "brin"),
    ] {
        let place = Place::at(by(from)).await;
        place
            .run(&format!("ALTER INDEX things_a SET ({parameter})"))
            .await;
        place.go(by(to), &Options::new()).await;
        let diff = place.diff(by(to), &Options::new()).await;
        assert!(diff.is_empty(), "{diff}");
    }
}
