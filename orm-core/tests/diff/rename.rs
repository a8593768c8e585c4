//! Renames that are declared keep every row.

use orm_core::ddl::blueprint::{Column, Table};
use orm_core::diff::{Goal, Options};

use crate::declare::{check, goal, index, key, name, nullable, table, unique};
use crate::place::Place;

fn with(table_name: &str, column: &str) -> [Table; 2] {
    let it = table(
        table_name,
        [nullable(column, "integer"), nullable("other", "text")],
    );
    let it = check(
        it,
        &format!("{table_name}_check"),
        &format!("{column} > 0 OR other = 'cost'"),
    );
    let it = unique(it, &format!("{table_name}_{column}_key"), &[column]);
    let it = index(
        it,
        &format!("{table_name}_idx"),
        &[&format!("({column} + 1)"), column],
    );
    let keys = table("keys", [nullable("thing", "integer")]);
    [it, key(keys, "thing", table_name, column)]
}

fn renamed(mut goal: Goal, table: (&str, &str), columns: &[(&str, &str)]) -> Goal {
    goal.former_tables.insert(name(table.1), table.0.into());
    for (old, new) in columns {
        let key = (name(table.1), (*new).into());
        goal.former_columns.insert(key, (*old).into());
    }
    goal
}

#[tokio::test]
async fn a_table_and_a_column_with_all_that_hangs_on_them() {
    let place = Place::at(goal(with("things", "cost"))).await;
    place.run("INSERT INTO things (cost) VALUES (4), (5)").await;
    place.run("INSERT INTO keys (thing) VALUES (4)").await;
    let there = || {
        renamed(
            goal(with("goods", "price")),
            ("things", "goods"),
            &[("cost", "price")],
        )
    };
    let diff = place.diff(there(), &Options::new()).await;
    assert_eq!(diff.losses().count(), 0, "{diff}");
    place.there_and_back(there(), &Options::new()).await;
    assert_eq!(
        place.texts("SELECT sum(price)::text FROM goods").await,
        ["9"]
    );
    // What is declared and done stays declared.
    assert!(place.diff(there(), &Options::new()).await.is_empty());
}

#[tokio::test]
async fn a_rename_together_with_another_type_and_a_dropped_column() {
    let place = Place::at(goal(with("things", "cost"))).await;
    place.run("INSERT INTO things (cost) VALUES (4), (5)").await;
    let mut tables = with("goods", "price");
    tables[0].columns[1] = nullable("price", "bigint");
    tables[0].columns.pop();
    tables[0].constraints.retain(|it| it.name != "goods_check");
    tables[1].columns[1] = nullable("thing", "bigint");
    let there = renamed(goal(tables), ("things", "goods"), &[("cost", "price")]);
    place.there_and_back(there, &Options::new()).await;
    assert_eq!(
        place.texts("SELECT sum(price)::text FROM goods").await,
        ["9"]
    );
}

#[tokio::test]
async fn names_move_up_in_a_chain() {
    let columns = |names: [&str; 2]| -> Vec<Column> {
        names.iter().map(|it| nullable(it, "integer")).collect()
    };
    let place = Place::at(goal([table("t", columns(["a", "b"]))])).await;
    place.run("INSERT INTO t (a, b) VALUES (1, 2)").await;
    let mut there = goal([table("t", columns(["b", "c"]))]);
    there
        .former_columns
        .insert((name("t"), "c".into()), "b".into());
    place.there_and_back(there, &Options::new()).await;
    assert_eq!(place.texts("SELECT c::text FROM t").await, ["2"]);
}

#[tokio::test]
async fn a_new_table_takes_the_old_name() {
    let place = Place::at(goal([table("users", [nullable("a", "text")])])).await;
    place.run("INSERT INTO users (a) VALUES ('x')").await;
    let there = renamed(
        goal([
            table("members", [nullable("a", "text")]),
            table("users", []),
        ]),
        ("users", "members"),
        &[],
    );
    place.go(there, &Options::new()).await;
    assert_eq!(place.texts("SELECT a FROM members").await, ["x"]);
    assert_eq!(place.texts("SELECT count(*)::text FROM users").await, ["0"]);
}

// What is not declared is dropped and added; that it may be a rename is said.
#[tokio::test]
async fn what_may_be_a_rename_is_said_and_can_be_declared_afterwards() {
    let place = Place::at(goal([table(
        "things",
        [nullable("cost", "integer"), nullable("note", "text")],
    )]))
    .await;
    place.run("INSERT INTO things (cost) VALUES (4)").await;
    let there = || {
        goal([table(
            "things",
            [
                nullable("price", "integer"),
                nullable("tax", "integer"),
                nullable("note", "text"),
            ],
        )])
    };
    let diff = place.diff(there(), &Options::new()).await;
    let said: Vec<String> = diff
        .possible_renames
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        said,
        [
            "column `things.cost` to `price`",
            "column `things.cost` to `tax`"
        ]
    );
    assert_eq!(diff.losses().count(), 1);
    let options = Options::new().rename_column("things", "cost", "price");
    let diff = place.diff(there(), &options).await;
    assert_eq!(
        (diff.losses().count(), diff.possible_renames.len()),
        (0, 0),
        "{diff}"
    );
    place.there_and_back(there(), &options).await;

    // The first column is the key, which every table of these tests has.
    let goods = || {
        goal([table(
            "goods",
            there().blueprint.tables[0].columns[1..].to_vec(),
        )])
    };
    let diff = place.diff(goods(), &Options::new()).await;
    assert_eq!(
        diff.possible_renames[0].to_string(),
        "table `things` to `goods`"
    );
    let options = Options::new().rename_table("things", "goods");
    assert_eq!(place.diff(goods(), &options).await.losses().count(), 0);
    place.there_and_back(goods(), &options).await;
    assert_eq!(place.texts("SELECT price::text FROM goods").await, ["4"]);
}
