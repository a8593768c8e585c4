//! Exclusion constraints: made, changed, dropped, and left alone.

use orm_core::ddl::blueprint::{Constraint, Element, Exclusion, Rule, Table};
use orm_core::diff::{Destructive, Goal, Options};
use orm_core::schema::{Deferrable, ExclusionOperator};

use crate::base::round;
use crate::declare::{column, goal, index, nullable, of_enum, part, table, with_enum};
use crate::place::Place;

use ExclusionOperator::{Equal, NotEqual, Overlaps};

fn bookings() -> Table {
    table(
        "bookings",
        [
            column("room", "integer"),
            column("during", "tstzrange"),
            nullable("note", "text"),
        ],
    )
}

fn over(elements: &[(&str, ExclusionOperator)]) -> Exclusion {
    Exclusion {
        method: "gist".into(),
        elements: elements
            .iter()
            .map(|&(text, operator)| Element {
                term: part(text).term,
                operator_class: None,
                operator,
            })
            .collect(),
        filter: None,
        deferrable: Deferrable::No,
    }
}

fn with(mut table: Table, name: &str, exclusion: Exclusion) -> Table {
    table.constraints.push(Constraint {
        name: name.into(),
        rule: Rule::Exclude(exclusion),
    });
    table
}

fn apart(exclusion: Exclusion) -> Goal {
    goal([with(bookings(), "bookings_apart", exclusion)])
}

fn usual() -> Exclusion {
    over(&[("room", Equal), ("during", Overlaps)])
}

#[tokio::test]
async fn each_part_is_made_changed_and_taken_back() {
    let place = Place::at(goal([bookings()])).await;
    place
        .run("INSERT INTO bookings (room, during) VALUES (1, '[2030-01-01,2030-01-02)'), (2, '[2030-01-01,2030-01-02)')")
        .await;
    // An extension is not taken away again.
    let drafts = place.go(apart(usual()), &Options::new()).await;
    let texts: String = drafts.iter().map(|it| it.up.as_str()).collect();
    assert!(
        texts.contains("CREATE EXTENSION IF NOT EXISTS \"btree_gist\""),
        "{texts}"
    );
    assert!(
        texts.contains("Locks bookings against reads and writes while its index is built."),
        "{texts}"
    );
    let changes: [fn(&mut Exclusion); 6] = [
        |it| it.filter = Some("note IS NULL".into()),
        |it| it.deferrable = Deferrable::InitiallyDeferred,
        |it| it.deferrable = Deferrable::InitiallyImmediate,
        |it| it.elements[0].operator = NotEqual,
        |it| it.elements[0].term = part("(room % 10)").term,
        |it| {
            it.elements.remove(0);
            it.method = "spgist".into();
        },
    ];
    for (at, change) in changes.iter().enumerate() {
        let options = match at % 2 {
            0 => Options::new(),
            _ => Options::new().plain(),
        };
        let mut changed = usual();
        change(&mut changed);
        let rooms = "UPDATE bookings SET during = '[2031-01-01,2031-01-02)' WHERE room = 2";
        place.run(rooms).await;
        place.there_and_back(apart(changed), &options).await;
    }
    place
        .there_and_back(goal([bookings()]), &Options::new())
        .await;
}

// What goes and what comes for it are one step: where rows are in conflict, the old one stays.
#[tokio::test]
async fn rows_are_never_without_one() {
    let mut some = usual();
    some.filter = Some("note = 'a'".into());
    let place = Place::at(apart(some)).await;
    let conflict = "INSERT INTO bookings (room, during) VALUES (1, '[2030-01-01,2030-01-02)'), (1, '[2030-01-01,2030-01-02)')";
    place.run(conflict).await;
    let before = place.fingerprint().await;
    let diff = place.diff(apart(usual()), &Options::new()).await;
    assert!(place.try_apply(&diff).await.is_err());
    assert_eq!(place.fingerprint().await, before);
    place.run("DELETE FROM bookings").await;
    place.there_and_back(apart(usual()), &Options::new()).await;
}

// Two that differ in their texts alone are two.
#[tokio::test]
async fn what_is_missing_is_made_beside_one_that_is_alike() {
    let of = |kind: &str| {
        let mut it = over(&[("room", Equal)]);
        (it.method, it.filter) = ("btree".into(), Some(format!("note = '{kind}'")));
        it
    };
    let place = Place::at(goal([with(bookings(), "one", of("a"))])).await;
    let both = with(with(bookings(), "one", of("a")), "two", of("b"));
    let drafts = place.there_and_back(goal([both]), &Options::new()).await;
    assert!(drafts[0].up.contains("\"two\""), "{drafts:?}");
}

// It is asked for wherever values are compared by it, and nowhere else.
#[tokio::test]
async fn the_extension_that_compares_plain_values() {
    let mut with_others = bookings();
    with_others.columns.extend([
        nullable("mac", "macaddr"),
        nullable("bits", "bit varying(8)"),
        nullable("from_day", "date"),
        nullable("to_day", "date"),
    ]);
    let class = |name: &str, class: &str| {
        let mut it = over(&[(name, Equal)]);
        it.elements[0].operator_class = Some(class.into());
        it
    };
    for (exclusion, asks) in [
        (
            over(&[("(lower(note))", Equal), ("during", Overlaps)]),
            true,
        ),
        (over(&[("(room % 2)", NotEqual)]), true),
        (class("room", "gist_int4_ops"), true),
        (over(&[("mac", Equal)]), true),
        (over(&[("bits", Equal)]), true),
        (over(&[("(daterange(from_day, to_day))", Overlaps)]), false),
        (over(&[("during", Overlaps)]), false),
    ] {
        let place = Place::at(goal([with_others.clone()])).await;
        let one = goal([with(with_others.clone(), "apart", exclusion)]);
        let drafts = place.go(one, &Options::new()).await;
        let texts: String = drafts.iter().map(|it| it.up.as_str()).collect();
        assert_eq!(texts.contains("btree_gist"), asks, "{texts}");
    }
}

// An operator class is read with its schema where it needs one, and as it is written.
#[tokio::test]
async fn operator_classes_of_other_schemas() {
    let place = Place::at(goal([bookings()])).await;
    place
        .run(
            "CREATE SCHEMA my;
             CREATE OPERATOR CLASS my.\"Int Ops\" FOR TYPE int USING btree AS
                 OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int);
             ALTER TABLE bookings ADD CONSTRAINT apart EXCLUDE USING btree (room my.\"Int Ops\" WITH =);
             CREATE INDEX by_room ON bookings (room my.\"Int Ops\")",
        )
        .await;
    let mut blueprint = place.db.blueprint(&[]).await.unwrap();
    blueprint.tables.retain(|it| it.name.name == "bookings");
    let read = Goal {
        blueprint,
        ..goal([])
    };
    let diff = place.diff(read, &Options::new()).await;
    assert!(diff.is_empty(), "{diff}");
}

// What a method without an order is asked for has none, wherever it is read.
#[tokio::test]
async fn indexes_of_methods_without_an_order() {
    let mut first = bookings();
    first.columns.push(nullable("tags", "jsonb"));
    for (name, method, column) in [
        ("by_hash", "hash", "note"),
        ("by_brin", "brin", "room"),
        ("by_gin", "gin", "tags"),
        ("by_gist", "gist", "during"),
    ] {
        first = index(first, name, &[column]);
        first.indexes.last_mut().unwrap().method = method.into();
    }
    let place = Place::at(goal([first.clone()])).await;
    // As it is read, it is a goal, here and elsewhere.
    let mut blueprint = place.db.blueprint(&[]).await.unwrap();
    blueprint.tables.retain(|it| it.name.name == "bookings");
    assert_eq!(blueprint.tables[0].indexes.len(), 4);
    let read = Goal {
        blueprint,
        ..Goal::default()
    };
    place.go(read.clone(), &Options::new()).await;
    Place::at(read).await;
}

#[tokio::test]
async fn of_other_methods_and_classes() {
    for method in ["btree", "hash"] {
        round(|it| {
            let exclusion = Exclusion {
                method: method.into(),
                ..over(&[("b", Equal)])
            };
            with(it, "things_b_excl", exclusion)
        })
        .await;
    }
    let mut classed = Exclusion {
        method: "btree".into(),
        ..over(&[("note", Equal)])
    };
    classed.elements[0].operator_class = Some("text_pattern_ops".into());
    let place = Place::at(apart(classed.clone())).await;
    classed.elements[0].operator_class = None;
    place.there_and_back(apart(classed), &Options::new()).await;
}

// None is dropped without permission, and two that stand for each other are one.
#[tokio::test]
async fn what_is_dropped_is_told_and_what_is_the_same_stays() {
    let place = Place::at(apart(usual())).await;
    let diff = place.diff(goal([bookings()]), &Options::new()).await;
    let error = diff
        .migrations("change", Destructive::Refused)
        .unwrap_err()
        .to_string();
    assert!(error.contains("bookings_apart"), "{error}");
    let renamed = goal([with(bookings(), "bookings_room_during_excl", usual())]);
    let drafts = place.there_and_back(renamed, &Options::new()).await;
    assert!(
        drafts[0].up.contains("RENAME CONSTRAINT"),
        "{}",
        drafts[0].up
    );
}

#[tokio::test]
async fn columns_below_one_change() {
    let place = Place::at(apart(Exclusion {
        filter: Some("note <> 'x'".into()),
        ..usual()
    }))
    .await;
    // Another type of a column, and of one in the condition.
    let mut retyped = apart(Exclusion {
        filter: Some("note <> 'x'".into()),
        ..usual()
    });
    retyped.blueprint.tables[0].columns[1] = column("room", "bigint");
    retyped.blueprint.tables[0].columns[3] = nullable("note", "character varying(9)");
    place.there_and_back(retyped, &Options::new()).await;
    // A column that goes takes it along.
    let mut without = goal([bookings()]);
    without.blueprint.tables[0].columns.remove(1);
    place.there_and_back(without, &Options::new()).await;
    // By a second column it does not come along.
    let place = Place::at(apart(usual())).await;
    let mut other = apart(usual());
    other.blueprint.tables[0].columns[1] = column("room", "bigint");
    let options = Options::new().second_column("bookings", "room");
    let diff = place.diff(other, &options).await;
    assert_eq!(
        diff.problems,
        [
            "`bookings.room` cannot be changed by a second column: the exclusion constraint \
             `bookings_apart` is never built while others write"
        ]
    );
}

#[tokio::test]
async fn an_enum_below_one_changes() {
    let with_labels = |labels: &[&str]| {
        let mut it = bookings();
        it.columns[1] = of_enum("room", "place");
        let exclusion = Exclusion {
            filter: Some("room <> 'b'::place".into()),
            ..usual()
        };
        with_enum(
            goal([with(it, "bookings_apart", exclusion)]),
            "place",
            labels,
        )
    };
    let place = Place::at(with_labels(&["a", "b", "c"])).await;
    place
        .there_and_back(with_labels(&["a", "b"]), &Options::new())
        .await;
}

// Columns in INCLUDE stay and are told; an operator without a word is left alone.
#[tokio::test]
async fn what_models_cannot_say_of_one() {
    let place = Place::at(goal([bookings()])).await;
    place
        .run(
            "CREATE EXTENSION btree_gist;
             ALTER TABLE bookings ADD CONSTRAINT bookings_apart
                 EXCLUDE USING gist (room WITH =, during WITH &&) INCLUDE (note) WITH (fillfactor = 70);
             CREATE FUNCTION alike(int, int) RETURNS bool IMMUTABLE LANGUAGE sql AS 'SELECT $1 = $2';
             CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = alike, COMMUTATOR = ===);
             CREATE OPERATOR CLASS alike_ops FOR TYPE int USING btree AS OPERATOR 3 ===, FUNCTION 1 btint4cmp(int, int);
             ALTER TABLE bookings ADD CONSTRAINT strange EXCLUDE USING btree (room alike_ops WITH ===);",
        )
        .await;
    let diff = place.diff(apart(usual()), &Options::new()).await;
    assert!(diff.is_empty(), "{diff}");
    let left: Vec<String> = diff.left_alone.iter().map(ToString::to_string).collect();
    assert_eq!(
        left,
        ["constraint `bookings_apart` of `bookings` (its index stores other columns too)"]
    );
    let mut without = bookings();
    without.columns.remove(1);
    let diff = place.diff(goal([without]), &Options::new()).await;
    let error = diff.migrations("change", Destructive::Allowed).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("the exclusion constraint `strange` is built on it"),
        "{error}"
    );
}
