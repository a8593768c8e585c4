//! Comments, constraints, indexes, tables and schemas: there and back.

use orm_core::ddl::blueprint::{Constraint, Index, Rule, Table};
use orm_core::diff::Options;
use orm_core::schema::{Action, Deferrable};

use crate::base::{base, place, round};
use crate::declare::{
    check, default, goal, index, key, name, nullable, of_enum, part, table, unique, with_enum,
};
use crate::place::Place;

fn indexed(change: impl Fn(&mut Index)) -> impl Fn(Table) -> Table {
    move |table| {
        let mut table = index(table, "things_idx", &["a"]);
        change(&mut table.indexes[0]);
        table
    }
}

#[tokio::test]
async fn comments() {
    round(|mut it| {
        it.comment = Some("it's a \\ table".into());
        it.columns[1].comment = Some("line\nline".into());
        it
    })
    .await;
    // An empty comment is none.
    let place = place().await;
    let mut empty = base();
    empty.comment = Some(String::new());
    assert!(place.diff(goal([empty]), &Options::new()).await.is_empty());
}

#[tokio::test]
async fn checks() {
    for condition in [
        "b > 0",
        "b BETWEEN -5 AND 200",
        "a IN ('a1', 'it''s') OR b IS NOT NULL",
        "char_length(a) <= 10",
        "\"a\" ~ '^[a-z0-9]+$'",
        "b % 2 = 0 OR NOT (b = ANY ('{2,4}'))",
        "(a IS NULL) = (b IS NULL)",
    ] {
        round(|it| check(it, "things_check", condition)).await;
    }
    let place = Place::at(goal([check(base(), "things_check", "b > 0")])).await;
    let other = goal([check(base(), "things_check", "b >= 1")]);
    place.there_and_back(other, &Options::new()).await;
}

#[tokio::test]
async fn uniques() {
    round(|it| unique(it, "things_a_key", &["a"])).await;
    round(|it| unique(it, "things_a_b_key", &["b", "a"])).await;
    if !place().await.has_version(15).await {
        return;
    }
    round(|mut it| {
        it.constraints.push(Constraint {
            name: "things_a_key".into(),
            rule: Rule::Unique {
                columns: vec!["a".into()],
                nulls_not_distinct: true,
                deferrable: Deferrable::No,
            },
        });
        it
    })
    .await;
}

#[tokio::test]
async fn primary_keys() {
    round(|mut it| {
        it.columns[2].nullable = false;
        it.constraints[0].rule = Rule::PrimaryKey(vec!["id".into(), "b".into()]);
        it
    })
    .await;
    round(|mut it| {
        it.constraints.clear();
        it
    })
    .await;
}

// A name that the model gives is the key's; one that it does not give stays.
#[tokio::test]
async fn names_of_keys() {
    let named = |primary: &str, foreign: &str| {
        let mut it = key(base(), "b", "things", "id");
        it.constraints[0].name = primary.into();
        it.constraints[1].name = foreign.into();
        goal([it])
    };
    let usual = || named("things_pkey", "things_b_fkey");
    let place = Place::at(usual()).await;
    for (primary, foreign) in [("PK_things", "FK_b"), ("pk \" of", "it's")] {
        place
            .there_and_back(named(primary, foreign), &Options::new())
            .await;
    }
    let diff = place.diff(usual(), &Options::new()).await;
    assert!(diff.is_empty(), "{diff}");
    let mut renamed = named("PK_things", "FK_b");
    renamed.blueprint.tables[0].name.name = "articles".into();
    if let Rule::ForeignKey(key) = &mut renamed.blueprint.tables[0].constraints[1].rule {
        key.target = name("articles");
    }
    renamed.former_tables = [(name("articles"), "things".to_owned())].into();
    place.there_and_back(renamed, &Options::new()).await;
}

#[tokio::test]
async fn foreign_keys() {
    let actions = [
        Action::NoAction,
        Action::Restrict,
        Action::Cascade,
        Action::SetNull,
        Action::SetDefault,
    ];
    let deferrables = [
        Deferrable::No,
        Deferrable::InitiallyImmediate,
        Deferrable::InitiallyDeferred,
    ];
    let place = place().await;
    for (i, action) in actions.into_iter().enumerate() {
        let mut it = key(base(), "b", "things", "id");
        if let Rule::ForeignKey(key) = &mut it.constraints[1].rule {
            key.on_delete = action;
            key.on_update = actions[(i + 1) % actions.len()];
            key.deferrable = deferrables[i % deferrables.len()];
        }
        place.there_and_back(goal([it]), &Options::new()).await;
    }
}

#[tokio::test]
async fn indexes() {
    round(indexed(|_| {})).await;
    round(indexed(|it| it.unique = true)).await;
    round(indexed(|it| it.method = "hash".into())).await;
    round(indexed(|it| {
        it.parts[0].descending = true;
        it.parts[0].nulls_first = Some(false);
        it.include = vec!["b".into()];
    }))
    .await;
    round(indexed(|it| it.parts[0].nulls_first = Some(true))).await;
    round(indexed(|it| {
        it.filter = Some("a IS NOT NULL AND b IN (1, 2)".into());
    }))
    .await;
    round(indexed(|it| {
        it.parts = vec![part("(lower(a))"), part("b"), part("(b + 1)")];
    }))
    .await;
    // Each part has an order and an operator class of its own.
    round(indexed(|it| {
        it.parts = vec![part("(lower(a))"), part("(upper(a))"), part("b")];
        it.parts[0].descending = true;
        it.parts[1].operator_class = Some("text_pattern_ops".into());
        it.parts[1].nulls_first = Some(true);
    }))
    .await;
    round(indexed(|it| {
        it.parts[0].operator_class = Some("text_pattern_ops".into());
    }))
    .await;
    // The usual class, and the usual order, are no difference.
    round(indexed(|it| {
        it.parts[0].operator_class = Some("text_ops".into());
        it.parts[0].nulls_first = Some(false);
    }))
    .await;
    round(indexed(|it| it.parts = vec![part("(a COLLATE \"C\")")])).await;
    round(indexed(|it| {
        it.method = "gin".into();
        it.parts = vec![part("tags")];
        it.parts[0].operator_class = Some("jsonb_path_ops".into());
    }))
    .await;
    if !place().await.has_version(14).await {
        return;
    }
    round(indexed(|it| {
        it.method = "brin".into();
        it.parts = vec![part("b")];
        it.parts[0].operator_class = Some("int4_minmax_multi_ops(values_per_range=16)".into());
    }))
    .await;
}

#[tokio::test]
async fn an_index_of_another_definition_takes_the_place_of_the_first() {
    let place = Place::at(goal([index(base(), "things_idx", &["a"])])).await;
    let other = goal([index(base(), "things_idx", &["b", "a"])]);
    let drafts = place.there_and_back(other, &Options::new()).await;
    assert_eq!(drafts.len(), 1);
}

#[tokio::test]
async fn tables_and_cycles_of_keys() {
    let a = key(table("a", [nullable("b_id", "integer")]), "b_id", "b", "id");
    let b = key(table("b", [nullable("a_id", "integer")]), "a_id", "a", "id");
    let c = key(
        table("c", [nullable("thing", "integer")]),
        "thing",
        "things",
        "id",
    );
    let place = place().await;
    place
        .there_and_back(goal([base(), a, b, c]), &Options::new())
        .await;
    place.there_and_back(goal([base()]), &Options::new()).await;
}

#[tokio::test]
async fn schemas_and_names_of_every_kind() {
    let hostile = "Ta\"ble; -- \n'größe";
    let mut it = table(
        hostile,
        [default(of_enum("se\"lect", "Sa les.st\"ate"), "'o''k'")],
    );
    it.name = orm_core::ddl::blueprint::Name::new(Some("Sa les"), hostile);
    it.constraints[0].name = "pk \"x\"".into();
    let it = check(
        it,
        "c'k",
        "\"se\"\"lect\" <> 'o''k'::\"Sa les\".\"st\"\"ate\"",
    );
    let it = index(it, "i\"x", &["(\"se\"\"lect\" = 'o''k')", "id"]);
    let there = || {
        let mut goal = with_enum(
            goal([base(), it.clone()]),
            "Sa les.st\"ate",
            &["o'k", "no\\t"],
        );
        goal.blueprint.enums[0].name = name("Sa les.st\"ate");
        goal
    };
    let place = place().await;
    place.there_and_back(there(), &Options::new()).await;
    place.there_and_back(goal([base()]), &Options::new()).await;
}

#[tokio::test]
async fn a_schema_on_the_search_path_is_no_difference() {
    let kind = with_enum(
        goal([table(
            "shop.orders",
            [default(of_enum("state", "shop.state"), "'new'")],
        )]),
        "shop.state",
        &["new", "old"],
    );
    let place = Place::at(kind.clone()).await;
    for path in ["shop, public", "public, shop", "shop"] {
        place
            .run(&format!(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = {path}', current_database()); END $$"
            ))
            .await;
        let db = orm_core::exec::Db::connect(place.config.clone())
            .await
            .unwrap();
        let rest = db.diff_to(kind.clone(), &Options::new()).await.unwrap();
        assert!(rest.is_empty(), "{path}: {rest}");
    }
}

#[tokio::test]
async fn serial_is_as_good_as_identity() {
    let place = Place::new().await;
    place
        .run("CREATE TABLE things (id serial PRIMARY KEY, a text, b integer, tags jsonb)")
        .await;
    let rest = place.diff(goal([base()]), &Options::new()).await;
    assert!(rest.is_empty(), "{rest}");
    // And comes back as it was.
    place.there_and_back(goal([]), &Options::new()).await;
}

// The sequence of a `serial` has a type of its own.
#[tokio::test]
async fn a_wider_serial_has_a_wider_sequence() {
    let place = Place::new().await;
    place
        .run("CREATE TABLE \"Th'ings\" (id serial PRIMARY KEY, a text, b integer, tags jsonb)")
        .await;
    let mut there = base();
    there.name.name = "Th'ings".into();
    there.constraints[0].name = "Th'ings_pkey".into();
    there.columns[0].kind = orm_core::ddl::blueprint::Type::BuiltIn("bigint".into());
    place.there_and_back(goal([there]), &Options::new()).await;
    place
        .run("SELECT setval(pg_get_serial_sequence('\"Th''ings\"', 'id'), 3000000000)")
        .await;
    place
        .run("INSERT INTO \"Th'ings\" (a) VALUES ('far')")
        .await;
    let numbers = place.texts("SELECT id::text FROM \"Th'ings\"").await;
    assert_eq!(numbers, ["3000000001"]);
}

// What somebody else called a key stays its name; what is called after the table
// follows it.
#[tokio::test]
async fn keys_keep_the_names_that_others_gave_them() {
    let place = Place::new().await;
    place
        .run(
            "CREATE TABLE things (id integer GENERATED BY DEFAULT AS IDENTITY \
               CONSTRAINT \"PK_things\" PRIMARY KEY, a text, b integer, tags jsonb);
             ALTER TABLE things ADD CONSTRAINT \"FK_things_b\" FOREIGN KEY (b) REFERENCES things \
               ON DELETE RESTRICT",
        )
        .await;
    let there = key(base(), "b", "things", "id");
    let rest = place.diff(goal([there]), &Options::new()).await;
    assert!(rest.is_empty(), "{rest}");
}

// A key that is to refer to another table, while the first one is dropped.
#[tokio::test]
async fn a_key_turns_away_from_a_table_that_is_dropped() {
    let with = |target| {
        key(
            table("t", [nullable("ref", "integer")]),
            "ref",
            target,
            "id",
        )
    };
    let place = Place::at(goal([with("old"), table("old", [])])).await;
    place
        .there_and_back(goal([with("t")]), &Options::new())
        .await;
    place
        .there_and_back(goal([with("new"), table("new", [])]), &Options::new())
        .await;
}

#[tokio::test]
async fn a_key_to_a_table_without_a_model_is_a_problem() {
    let place = Place::at(goal([table("old", [])])).await;
    let there = || {
        goal([key(
            table("t", [nullable("ref", "integer")]),
            "ref",
            "old",
            "id",
        )])
    };
    let diff = place.diff(there(), &Options::new()).await;
    assert!(
        diff.problems[0].contains("refers to the table `old`"),
        "{diff}"
    );
    let ignoring = Options::new().ignore_table("old");
    place.there_and_back(there(), &ignoring).await;
}

#[tokio::test]
async fn who_may_not_create_schemas_is_told_so() {
    let place = Place::at(goal([table("t", [])])).await;
    let role = format!("reader_{}", std::process::id());
    place
        .run(&format!("CREATE ROLE {role}; GRANT SELECT ON t TO {role}"))
        .await;
    place
        .run(&format!(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET role = {role}', current_database()); END $$"
        ))
        .await;
    let db = orm_core::exec::Db::connect(place.config.clone())
        .await
        .unwrap();
    let error = db
        .diff_to(goal([table("t", [])]), &Options::new())
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("may create no schema"),
        "{error}"
    );
    place
        .run(&format!(
            "SET ROLE NONE; DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET role', current_database()); END $$;
             DROP OWNED BY {role}; DROP ROLE {role}"
        ))
        .await;
}
