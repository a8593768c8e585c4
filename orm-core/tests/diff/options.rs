//! Every type and every option: added to a table with rows, seen as there
//! afterwards, taken back without a trace.

use orm_core::ddl::blueprint::{Column, Constraint, Index, Rule, Table};
use orm_core::diff::Options;
use orm_core::schema::{Action, Deferrable, Identity};

use crate::declare::{
    check, column, default, goal, index, key, name, nullable, of_enum, part, table, unique,
    with_enum,
};
use crate::place::Place;

const TYPES: [&str; 34] = [
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
    "numeric(10,2)",
    "text",
    "character varying",
    "character varying(150)",
    "character(3)",
    "bytea",
    "date",
    "time without time zone",
    "timestamp without time zone",
    "timestamp with time zone",
    "interval",
    "uuid",
    "json",
    "jsonb",
    "inet",
    "cidr",
    "int4range",
    "int8range",
    "numrange",
    "daterange",
    "tsrange",
    "tstzrange",
    "integer[]",
    "text[]",
    "character varying(20)[]",
    "timestamp with time zone[]",
    "point",
];

fn base() -> Table {
    table(
        "things",
        [
            nullable("a", "text"),
            nullable("b", "integer"),
            nullable("tags", "jsonb"),
        ],
    )
}

async fn place() -> Place {
    let place = Place::at(goal([base()])).await;
    place
        .run("INSERT INTO things (a, b) SELECT 'a' || n, n FROM generate_series(1, 5) n")
        .await;
    place
}

/// Goes from the base to this table and back, in both forms, and from nothing
/// to it.
async fn round(change: impl Fn(Table) -> Table) {
    let place = place().await;
    let there = goal([change(base())]);
    let drafts = place.there_and_back(there.clone(), &Options::new()).await;
    assert_eq!(
        place.texts("SELECT count(*)::text FROM things").await,
        ["5"]
    );
    place.take_back(&drafts).await;
    place
        .there_and_back(there.clone(), &Options::new().plain())
        .await;
    place.there_and_back(goal([base()]), &Options::new()).await;
    Place::at(there).await;
}

fn add(column: Column) -> impl Fn(Table) -> Table {
    move |mut table| {
        table.columns.push(column.clone());
        table
    }
}

fn alter(change: impl Fn(&mut Column)) -> impl Fn(Table) -> Table {
    move |mut table| {
        change(&mut table.columns[2]);
        table
    }
}

fn indexed(change: impl Fn(&mut Index)) -> impl Fn(Table) -> Table {
    move |table| {
        let mut table = index(table, "things_idx", &["a"]);
        change(&mut table.indexes[0]);
        table
    }
}

#[tokio::test]
async fn every_type() {
    let place = place().await;
    let mut all = base();
    for (i, kind) in TYPES.iter().enumerate() {
        all.columns.push(nullable(&format!("c{i}"), kind));
    }
    place.there_and_back(goal([all]), &Options::new()).await;
}

#[tokio::test]
async fn names_of_types_that_the_author_chose() {
    use orm_core::ddl::blueprint::Type;
    let place = place().await;
    let mut all = base();
    for (i, kind) in [
        "int8[]",
        "decimal(10,2)",
        "varchar(9)",
        "timestamptz(3)",
        "pg_catalog.bool",
    ]
    .iter()
    .enumerate()
    {
        all.columns.push(Column {
            kind: Type::Other((*kind).into()),
            ..nullable(&format!("c{i}"), "")
        });
    }
    place.there_and_back(goal([all]), &Options::new()).await;
}

#[tokio::test]
async fn defaults() {
    let place = place().await;
    let mut all = base();
    let defaults = [
        ("text", "'it''s'"),
        ("text", "'back\\slash'"),
        ("text", "E'back\\\\slash'"),
        ("text", "upper('x') || 'y'"),
        ("character varying(10)", "'short'"),
        ("character(3)", "'ab'"),
        ("integer", "-5"),
        ("bigint", "5000000000"),
        ("numeric(10,2)", "1.50"),
        ("numeric", "1e3"),
        ("boolean", "TRUE"),
        ("double precision", "0.1"),
        ("timestamp with time zone", "now()"),
        ("timestamp with time zone", "CURRENT_TIMESTAMP"),
        ("timestamp with time zone", "'2024-03-01 10:00:00+02'"),
        ("date", "CURRENT_DATE"),
        ("date", "'2024-03-01'"),
        ("interval", "'1 day 2 hours'"),
        ("uuid", "gen_random_uuid()"),
        ("jsonb", "'{\"b\": 1, \"a\": [2]}'"),
        ("json", "'{\"b\":  1}'"),
        ("text[]", "'{}'"),
        ("text[]", "ARRAY['a', 'b']"),
        ("integer[]", "'{1,2}'"),
        ("bytea", "'\\x00ff'"),
        ("inet", "'10.0.0.1'"),
        ("int4range", "'[1,5)'"),
        ("character varying(50)", "NULL"),
    ];
    for (i, (kind, expression)) in defaults.iter().enumerate() {
        let of = if *expression == "NULL" {
            nullable
        } else {
            column
        };
        all.columns
            .push(default(of(&format!("c{i}"), kind), expression));
    }
    place
        .there_and_back(goal([all.clone()]), &Options::new())
        .await;
    // From every default to none, and back.
    let mut none = all;
    for column in &mut none.columns[4..] {
        column.default = None;
    }
    place.there_and_back(goal([none]), &Options::new()).await;
}

#[tokio::test]
async fn a_default_is_set_changed_and_dropped() {
    round(alter(|it| it.default = Some("7".into()))).await;
    let place = Place::at(goal([alter(|it| it.default = Some("7".into()))(base())])).await;
    let other = goal([alter(|it| it.default = Some("6 + 2".into()))(base())]);
    place.there_and_back(other, &Options::new()).await;
}

#[tokio::test]
async fn not_null() {
    round(alter(|it| it.nullable = false)).await;
}

#[tokio::test]
async fn not_null_with_a_default() {
    round(add(default(column("c", "integer"), "4"))).await;
}

#[tokio::test]
async fn identity() {
    for kind in [Identity::Always, Identity::ByDefault] {
        round(alter(move |it| {
            it.identity = Some(kind);
            it.nullable = false;
        }))
        .await;
        round(add(Column {
            identity: Some(kind),
            ..column("c", "bigint")
        }))
        .await;
    }
}

#[tokio::test]
async fn identity_goes_on_after_the_rows_that_exist() {
    let place = place().await;
    let there = alter(|it| {
        it.identity = Some(Identity::ByDefault);
        it.nullable = false;
    })(base());
    place.go(goal([there]), &Options::new()).await;
    place.run("INSERT INTO things (a) VALUES ('new')").await;
    let numbers = place
        .texts("SELECT b::text FROM things WHERE a = 'new'")
        .await;
    assert_eq!(numbers, ["6"]);
}

#[tokio::test]
async fn generated() {
    round(add(Column {
        generated: Some("upper(a) || '!'".into()),
        ..nullable("c", "text")
    }))
    .await;
    let with = |expression: &str| {
        let generated = add(Column {
            generated: Some(expression.into()),
            comment: Some("computed".into()),
            ..nullable("c", "integer")
        })(base());
        goal([index(generated, "things_c_idx", &["c"])])
    };
    let place = Place::at(with("b + 1")).await;
    place.run("INSERT INTO things (b) VALUES (1), (2)").await;
    place.there_and_back(with("b * 2"), &Options::new()).await;
    // No longer computed: the values stay.
    let plain = index(
        add(nullable("c", "integer"))(base()),
        "things_c_idx",
        &["c"],
    );
    place.there_and_back(goal([plain]), &Options::new()).await;
    assert_eq!(place.texts("SELECT sum(c)::text FROM things").await, ["6"]);
}

#[tokio::test]
async fn a_type_changes_under_everything_that_is_built_on_it() {
    let with = |kind: &str| {
        let mut it = base();
        it.columns[2] = column("b", kind);
        it.columns.push(Column {
            generated: Some("b * 2".into()),
            ..nullable("double", "bigint")
        });
        let it = check(it, "things_b_check", "b > 0");
        let it = unique(it, "things_b_key", &["b"]);
        let it = index(it, "things_b_expr_idx", &["(b + 1)", "a"]);
        let other = table("others", [nullable("b", kind)]);
        goal([it, key(other, "b", "things", "b")])
    };
    let place = Place::at(with("integer")).await;
    place.run("INSERT INTO things (b) VALUES (1), (2)").await;
    place.run("INSERT INTO others (b) VALUES (1), (NULL)").await;
    place.there_and_back(with("bigint"), &Options::new()).await;
    place
        .there_and_back(with("numeric(20,0)"), &Options::new().plain())
        .await;
    assert_eq!(place.texts("SELECT sum(b)::text FROM things").await, ["3"]);
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
    round(|mut it| {
        it.constraints.push(Constraint {
            name: "things_a_key".into(),
            rule: Rule::Unique {
                columns: vec!["a".into()],
                nulls_not_distinct: true,
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
        it.filter = Some("a IS NOT NULL AND b IN (1, 2)".into())
    }))
    .await;
    round(indexed(|it| {
        it.parts = vec![part("(lower(a))"), part("b"), part("(b + 1)")]
    }))
    .await;
    round(indexed(|it| {
        it.parts[0].operator_class = Some("text_pattern_ops".into())
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
