//! Every type and every option of columns: added to a table with rows, seen as
//! there afterwards, taken back without a trace.

use orm_core::ddl::blueprint::Column;
use orm_core::diff::Options;
use orm_core::schema::Identity;

use crate::base::{add, alter, base, place, round};
use crate::declare::{check, column, default, goal, index, key, nullable, table, unique};
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
        let it = index(it, "things_b_expr_idx", &["a", "(b + 1)"]);
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
