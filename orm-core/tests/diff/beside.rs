//! Columns that change beside the old ones, while programs of two releases run.

use orm_core::diff::{Destructive, Options};

use crate::declare::{check, column, default, goal, index, key, name, nullable, table, unique};
use crate::load::Load;
use crate::place::Place;

fn people(of_name: &str) -> orm_core::diff::Goal {
    let mut wanted = goal([table(
        "people",
        [
            default(column(of_name, "text"), "'nobody'"),
            nullable("age", "integer"),
        ],
    )]);
    let key = (name("people"), of_name.to_owned());
    if of_name != "name" {
        wanted.former_columns.insert(key, "name".into());
    }
    wanted
}

fn beside() -> Options {
    Options::new().second_column("people", "full_name")
}

const OLD: [&str; 4] = [
    "DELETE FROM people WHERE id IN (SELECT id FROM people WHERE id > 3000 ORDER BY id LIMIT 9) \
     RETURNING id",
    "INSERT INTO people (name) VALUES ('old') RETURNING id",
    "INSERT INTO people (age) VALUES (7) RETURNING id",
    "UPDATE people SET name = name || 'o' WHERE id IN (SELECT 1 + floor(random() * \
     3000)::int) RETURNING id",
];
const NEW: [&str; 2] = [
    "INSERT INTO people (full_name) VALUES ('new') RETURNING id",
    "UPDATE people SET full_name = full_name || 'n' WHERE id IN (SELECT 1 + floor(random() * \
     3000)::int) RETURNING id",
];
const DIFFERENT: &str = "SELECT count(*)::text FROM people WHERE name IS DISTINCT FROM full_name";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rename_in_three_releases() {
    let place = Place::at(people("name")).await;
    let rows = "INSERT INTO people (name) SELECT 'row ' || i FROM generate_series(1, 3000) i";
    place.run(rows).await;
    // The first: both names are there, and only the old one is used.
    let load = Load::on(&place, &OLD).await;
    let drafts = place.go(people("full_name"), &beside()).await;
    load.ends().await;
    assert!(drafts[1].up.contains("-- orm:batches"), "{drafts:#?}");
    assert_eq!(place.texts(DIFFERENT).await, ["0"]);
    // The second: programs of both run.
    let both: Vec<&str> = OLD.iter().chain(&NEW).copied().collect();
    let load = Load::on(&place, &both).await;
    load.ends().await;
    assert_eq!(place.texts(DIFFERENT).await, ["0"]);
    // Whoever compares finds nothing to do, and is told what is kept.
    let diff = place.diff(people("full_name"), &Options::new()).await;
    assert!(diff.is_empty(), "{diff:#?}");
    let kept = diff.left_alone.iter().map(ToString::to_string);
    let kept: Vec<String> = kept.collect();
    assert_eq!(
        kept,
        [
            "column `name` of `people` (it is `full_name` now; a trigger keeps them the same until \
             `--contract`)"
        ]
    );
    // The third: the old name goes, and nothing is lost with it.
    let load = Load::on(&place, &NEW).await;
    let diff = place
        .diff(people("full_name"), &Options::new().contract())
        .await;
    let drafts = diff.migrations("contract", Destructive::Refused).unwrap();
    assert!(drafts[0].up.contains("DROP COLUMN \"name\""), "{drafts:#?}");
    place
        .go(people("full_name"), &Options::new().contract())
        .await;
    load.ends().await;
    let functions = "SELECT count(*)::text FROM pg_proc WHERE proname LIKE 'people%same'";
    assert_eq!(place.texts(functions).await, ["0"]);
    place.run("INSERT INTO people (age) VALUES (9)").await;
    let given = "SELECT full_name FROM people WHERE age = 9";
    assert_eq!(place.texts(given).await, ["nobody"]);
}

#[tokio::test]
async fn each_step_of_a_rename_can_be_taken_back() {
    let place = Place::at(people("name")).await;
    place
        .run("INSERT INTO people (name) VALUES ('a'), ('b')")
        .await;
    place.there_and_back(people("full_name"), &beside()).await;
    place
        .run("INSERT INTO people (full_name) VALUES ('c')")
        .await;
    let contract = Options::new().contract();
    place.there_and_back(people("full_name"), &contract).await;
    let names = "SELECT full_name FROM people ORDER BY id";
    assert_eq!(place.texts(names).await, ["a", "b", "c"]);
}

// What is on the column under its new name is built for that one, and what was on the old one
// goes with it.
#[tokio::test]
async fn indexes_uniques_and_keys_are_there_for_both() {
    let of = |names: [&str; 2]| {
        let [code, owner] = names;
        let it = table("Order", [column(code, "text"), nullable(owner, "integer")]);
        let it = unique(it, &format!("order_{code}_key"), &[code]);
        let it = check(
            it,
            &format!("order_{code}_check"),
            &format!("{} <> ''", quoted(code)),
        );
        let it = index(it, &format!("order_{owner}_idx"), &[owner, "id"]);
        let mut wanted = goal([key(it, owner, "Order", "id")]);
        if code != "code" {
            let former = &mut wanted.former_columns;
            former.insert((name("Order"), code.into()), "code".into());
            former.insert((name("Order"), owner.into()), "select".into());
        }
        wanted
    };
    let place = Place::at(of(["code", "select"])).await;
    place
        .run("INSERT INTO \"Order\" (code) VALUES ('é'), ('b')")
        .await;
    let options = Options::new()
        .second_column("Order", "No\"")
        .second_column("Order", "owner");
    place.there_and_back(of(["No\"", "owner"]), &options).await;
    place
        .run("INSERT INTO \"Order\" (\"No\"\"\", \"select\") VALUES ('c', 1)")
        .await;
    let contract = Options::new().contract();
    place.there_and_back(of(["No\"", "owner"]), &contract).await;
    let rows = "SELECT \"No\"\"\" || coalesce(owner, 0) FROM \"Order\" ORDER BY id";
    assert_eq!(place.texts(rows).await, ["é0", "b0", "c1"]);
}

#[tokio::test]
async fn what_cannot_be_kept_beside_is_a_problem() {
    let problems =
        async |before: orm_core::diff::Goal, after: orm_core::diff::Goal, second: [&str; 2]| {
            let place = Place::at(before).await;
            let options = Options::new().second_column(second[0], second[1]);
            let diff = place.diff(after, &options).await;
            diff.problems.join("; ")
        };
    let of = |column: orm_core::ddl::blueprint::Column, old: &str| {
        let mut wanted = goal([table("t", [column.clone()])]);
        let former = (name("t"), column.name);
        wanted.former_columns.insert(former, old.into());
        wanted
    };
    let plain = || goal([table("t", [column("a", "integer")])]);
    let typed = problems(plain(), of(column("b", "text"), "a"), ["t", "b"]).await;
    assert!(typed.contains("another type"), "{typed}");
    let mut renamed = goal([table("t", [])]);
    renamed.blueprint.tables[0].columns[0].name = "no".into();
    renamed.blueprint.tables[0].constraints.clear();
    let pk = orm_core::ddl::blueprint::Rule::PrimaryKey(vec!["no".into()]);
    renamed.blueprint.tables[0]
        .constraints
        .push(orm_core::ddl::blueprint::Constraint {
            name: "t_pkey".into(),
            rule: pk,
        });
    renamed
        .former_columns
        .insert((name("t"), "no".into()), "id".into());
    let keyed = problems(goal([table("t", [])]), renamed, ["t", "no"]).await;
    assert!(keyed.contains("primary key"), "{keyed}");
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

// As long as a column is kept under two names, neither gets a third, another type or an end.
#[tokio::test]
async fn a_column_of_two_names_is_contracted_before_it_changes_again() {
    let place = Place::at(people("name")).await;
    place.go(people("full_name"), &beside()).await;
    let third = |options: Options| {
        let mut wanted = people("label");
        wanted.former_columns.clear();
        let key = (name("people"), "label".to_owned());
        wanted.former_columns.insert(key, "full_name".into());
        place_problems(&place, wanted, options)
    };
    let mut said = vec![third(Options::new()).await];
    said.push(third(Options::new().second_column("people", "label")).await);
    let mut typed = people("full_name");
    typed.blueprint.tables[0].columns[1] = column("full_name", "character varying(90)");
    let options = Options::new().second_column("people", "full_name");
    said.push(place_problems(&place, typed, options).await);
    let mut again = people("full_name");
    again.blueprint.tables[0]
        .columns
        .push(nullable("name", "text"));
    said.push(place_problems(&place, again, Options::new()).await);
    for said in said {
        assert!(
            said.contains("is kept under its old name, too, `name`"),
            "{said}"
        );
    }
}

async fn place_problems(place: &Place, wanted: orm_core::diff::Goal, options: Options) -> String {
    place.diff(wanted, &options).await.problems.join("; ")
}

#[tokio::test]
async fn null_does_not_change_with_the_name() {
    let before = goal([table("t", [column("a", "text")])]);
    let mut after = goal([table("t", [nullable("b", "text")])]);
    after
        .former_columns
        .insert((name("t"), "b".into()), "a".into());
    let place = Place::at(before).await;
    let options = Options::new().second_column("t", "b");
    let said = place_problems(&place, after, options).await;
    assert!(said.contains("NULL changes, too"), "{said}");
}
