//! The exact texts.

use orm_core::ddl;
use orm_core::schema::{
    Action, AssociationDef, AssociationKind, CheckDef, ColumnDef, DefaultValue, Deferrable,
    EnumDef, Identity, IndexDef, IndexMethod, IndexPart, IndexTerm, JoinTable, SqlType, StorageDef,
    TableDef, TableName, UniqueDef,
};
use orm_core::types::Param;
use orm_core::validate::{Bound, Literal, Rule, Validator};

use crate::connect::Place;
use crate::declare::{ascending, belongs_to, column, id, nullable, table};
use crate::storefront;

#[test]
fn the_storefront() {
    assert_eq!(
        ddl::sql(storefront::ALL),
        include_str!("golden/storefront.sql")
    );
}

// The text is the same whatever the models' order (S89).
#[test]
fn the_order_of_models_means_nothing() {
    assert_eq!(ddl::sql(storefront::SHUFFLED), ddl::sql(storefront::ALL));
}

#[test]
fn every_clause() {
    assert_eq!(
        ddl::sql(tables![&EVERYTHING, &TAGS]),
        include_str!("golden/clauses.sql")
    );
}

/// What is printed runs, and is what `create_missing` finds nothing to add to.
#[tokio::test]
async fn the_printed_scripts_run() {
    let place = Place::new().await;
    place.run(&ddl::sql(storefront::ALL)).await;
    place.expect_in_step(storefront::ALL).await;

    let place = Place::new().await;
    let everything = tables![&EVERYTHING, &TAGS];
    let version = place.texts("SHOW server_version_num").await;
    if version[0].parse::<u32>().unwrap() < 150_000 {
        // One of its clauses is newer.
        let script = ddl::sql(everything).replace("NULLS NOT DISTINCT ", "");
        return place.run(&script).await;
    }
    place.run(&ddl::sql(everything)).await;
    place.expect_in_step(everything).await;
}

static MOOD: EnumDef = EnumDef {
    schema: Some("shop"),
    name: "mood",
    labels: &["it's", r"\o/"],
};

static MOOD_TYPE: SqlType = SqlType::Enum(&MOOD);

static TAGS: TableDef = TableDef {
    model: "Tag",
    primary_key: &[1, 0],
    ..table(
        "tags",
        &[
            column("name", SqlType::Text),
            ColumnDef {
                default: Some(DefaultValue::Sql("gen_random_uuid()")),
                ..column("id", SqlType::Uuid)
            },
        ],
    )
};

static EVERYTHING: TableDef = TableDef {
    model: "Everything",
    name: TableName {
        schema: Some("shop"),
        name: "everything",
    },
    uniques: &[
        UniqueDef {
            name: "one_code",
            columns: &[1, 2],
            nulls_not_distinct: true,
            deferrable: Deferrable::No,
        },
        UniqueDef {
            name: "",
            columns: &[2, 3],
            nulls_not_distinct: false,
            deferrable: Deferrable::InitiallyDeferred,
        },
    ],
    checks: &[
        CheckDef {
            name: "sane",
            expression: "price < 1000",
            message: None,
        },
        CheckDef {
            name: "",
            expression: "price <> 13",
            message: None,
        },
    ],
    indexes: &[
        IndexDef {
            name: "",
            parts: &[
                IndexPart {
                    descending: true,
                    nulls_first: Some(false),
                    operator_class: Some("text_pattern_ops"),
                    ..ascending(1)
                },
                IndexPart {
                    term: IndexTerm::Expression("lower(code)"),
                    ..ascending(0)
                },
            ],
            include: &[0],
            method: IndexMethod::Btree,
            unique: true,
            parameters: &[],
            filter: Some("code IS NOT NULL"),
        },
        IndexDef {
            name: "by_data",
            parts: &[IndexPart {
                operator_class: Some("jsonb_path_ops"),
                ..ascending(5)
            }],
            include: &[],
            method: IndexMethod::Gin,
            unique: false,
            parameters: &[],
            filter: None,
        },
    ],
    associations: &[
        AssociationDef {
            on_delete: Action::SetNull,
            on_update: Action::Cascade,
            deferrable: Deferrable::InitiallyDeferred,
            ..belongs_to("parent", || &EVERYTHING, &[4])
        },
        AssociationDef {
            through: Some(JoinTable::plain(
                TableName {
                    schema: None,
                    name: "everything_tags",
                },
                &["everything_id"],
                &["tag_id", "tag_name"],
            )),
            ..AssociationDef::new(
                "tags",
                AssociationKind::ManyToMany,
                || &TAGS,
                "Tag",
                &[0],
                &[1, 0],
            )
        },
    ],
    primary_key_name: Some("PK \"everything\""),
    storage: StorageDef {
        parameters: &[("autovacuum_enabled", "false"), ("fillfactor", "70")],
        ..StorageDef::PLAIN
    },
    comment: Some("It's all here"),
    ..table("everything", EVERYTHING_COLUMNS)
};

const EVERYTHING_COLUMNS: &[ColumnDef] = &[
    ColumnDef {
        identity: Some(Identity::Always),
        ..column("id", SqlType::Int8)
    },
    ColumnDef {
        validators: &[
            Validator::new(Rule::MinLength(2)),
            Validator::new(Rule::OneOf(&[Literal::Text("it's"), Literal::Text(r"a\b")])),
        ],
        collation: Some("C"),
        comment: Some(r"a \ b"),
        ..nullable(column("code", SqlType::Varchar(Some(20))))
    },
    ColumnDef {
        default: Some(DefaultValue::Value(|| Param::Enum(&MOOD, r"\o/"))),
        ..column("mood", SqlType::Enum(&MOOD))
    },
    ColumnDef {
        default: Some(DefaultValue::Value(|| Param::Int4(-1))),
        validators: &[
            Validator::new(Rule::Min(Bound::Int(-5))),
            Validator::new(Rule::Max(Bound::Decimal("99.50"))),
            Validator::new(Rule::Min(Bound::Float(-4.5))),
            Validator::new(Rule::OneOf(&[Literal::Int(-1), Literal::Int(2)])),
        ],
        ..column("price", SqlType::Numeric(Some((10, 2))))
    },
    nullable(column("parent_id", SqlType::Int8)),
    nullable(column("data", SqlType::Jsonb)),
    ColumnDef {
        validators: &[Validator::new(Rule::MaxLength(3))],
        ..column("moods", SqlType::Array(&MOOD_TYPE))
    },
    ColumnDef {
        generated: Some("price * 2"),
        ..column("double", SqlType::Numeric(None))
    },
    ColumnDef {
        default: Some(DefaultValue::Now),
        ..column("at", SqlType::Timestamptz)
    },
    ColumnDef {
        validators: &[Validator::new(Rule::Len { min: 0, max: 8 })],
        ..nullable(column("blob", SqlType::Bytea))
    },
    nullable(column("network", SqlType::Named("macaddr8"))),
];

// The types, as the server shows them after a round trip.
#[tokio::test]
async fn every_type_comes_back_as_it_was_declared() {
    Place::with(tables![&TYPES])
        .await
        .expect_in_step(tables![&TYPES])
        .await;
}

static TYPES: TableDef = table(
    "types",
    &[
        id(),
        column("a", SqlType::Bool),
        column("b", SqlType::Int2),
        column("c", SqlType::Int8),
        column("d", SqlType::Float4),
        column("e", SqlType::Float8),
        column("f", SqlType::Numeric(None)),
        column("g", SqlType::Text),
        column("h", SqlType::Varchar(None)),
        column("i", SqlType::Char(3)),
        column("j", SqlType::Date),
        column("k", SqlType::Time),
        column("l", SqlType::Timestamp),
        column("m", SqlType::Interval),
        column("n", SqlType::Uuid),
        column("o", SqlType::Json),
        column("p", SqlType::Inet),
        column("q", SqlType::Cidr),
        column(
            "r",
            SqlType::Range(orm_core::schema::RangeKind::Timestamptz),
        ),
        column("s", SqlType::Array(&SqlType::Varchar(Some(9)))),
        column("t", SqlType::Array(&SqlType::Array(&SqlType::Int4))),
        column("u", SqlType::Named("int8[]")),
    ],
);
