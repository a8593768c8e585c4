//! Models that say everything SQLite can hold.

use crate::ddl::Models;
use crate::schema::{
    Action, AssociationDef, AssociationKind, CheckDef, ColumnDef, DefaultValue, Deferrable,
    EnumDef, Identity, IndexDef, IndexMethod, IndexPart, IndexTerm, JoinTable, SqlType, TableDef,
    TableKind, TableName, UniqueDef,
};
use crate::types::Param;
use crate::validate::{Bound, Literal, Rule, Validator};

pub(crate) const ALL: Models = tables![&USERS, &ORDERS, &TAGS, &KINDS];

pub(crate) const fn table(name: &'static str, columns: &'static [ColumnDef]) -> TableDef {
    TableDef {
        model: name,
        kind: TableKind::Table,
        name: TableName { schema: None, name },
        columns,
        primary_key: &[0],
        primary_key_name: None,
        uniques: &[],
        exclusions: &[],
        checks: &[],
        indexes: &[],
        associations: &[],
        storage: crate::schema::StorageDef::PLAIN,
        comment: None,
        renamed_from: None,
        backends: &[],
        soft_delete: None,
        scopes: &[],
        hooks: false,
    }
}

pub(crate) const fn column(name: &'static str, sql_type: SqlType) -> ColumnDef {
    ColumnDef::new(name, name, sql_type)
}

pub(crate) const fn nullable(column: ColumnDef) -> ColumnDef {
    ColumnDef {
        nullable: true,
        ..column
    }
}

pub(crate) const fn default(column: ColumnDef, value: DefaultValue) -> ColumnDef {
    ColumnDef {
        default: Some(value),
        ..column
    }
}

pub(crate) const fn id(sql_type: SqlType) -> ColumnDef {
    ColumnDef {
        primary_key: true,
        identity: Some(Identity::ByDefault),
        ..column("id", sql_type)
    }
}

const fn valid(column: ColumnDef, validators: &'static [Validator]) -> ColumnDef {
    ColumnDef {
        validators,
        ..column
    }
}

pub(crate) const fn index(name: &'static str, parts: &'static [IndexPart]) -> IndexDef {
    IndexDef {
        name,
        parts,
        include: &[],
        method: IndexMethod::Btree,
        unique: false,
        parameters: &[],
        filter: None,
    }
}

pub(crate) const fn part(term: IndexTerm) -> IndexPart {
    IndexPart {
        term,
        descending: false,
        nulls_first: None,
        operator_class: None,
    }
}

const fn unique(columns: &'static [u16]) -> UniqueDef {
    UniqueDef {
        name: "",
        columns,
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }
}

/// Has a key of an order, which has a key of a user: created in one go.
pub(crate) static USERS: TableDef = TableDef {
    model: "User",
    uniques: &[unique(&[1]), unique(&[2, 3])],
    checks: &[CheckDef {
        name: "users_name_is_no_email",
        expression: "name <> email",
        message: Some("is an address"),
    }],
    indexes: &[
        IndexDef {
            unique: true,
            filter: Some("active"),
            ..index(
                "users_lower_name",
                &[part(IndexTerm::Expression("lower(name)"))],
            )
        },
        index(
            "",
            &[
                IndexPart {
                    descending: true,
                    ..part(IndexTerm::Column(3))
                },
                part(IndexTerm::Column(1)),
            ],
        ),
    ],
    associations: &[
        AssociationDef {
            on_delete: Action::SetNull,
            deferrable: Deferrable::InitiallyDeferred,
            ..AssociationDef::new(
                "last_order",
                AssociationKind::BelongsTo,
                || &ORDERS,
                "Order",
                &[5],
                &[0],
            )
        },
        AssociationDef {
            through: Some(JoinTable {
                name: TableName {
                    schema: None,
                    name: "user_tags",
                },
                table: None,
                owner_columns: &["user_id"],
                target_columns: &["tag_id"],
                columns: &[],
                path: "",
            }),
            ..AssociationDef::new(
                "tags",
                AssociationKind::ManyToMany,
                || &TAGS,
                "Tag",
                &[0],
                &[0],
            )
        },
    ],
    ..table("users", USER_COLUMNS)
};

const USER_COLUMNS: &[ColumnDef] = &[
    id(SqlType::Int4),
    valid(
        column("email", SqlType::Varchar(Some(20))),
        &[Validator::new(Rule::MinLength(3))],
    ),
    column("name", SqlType::Text),
    default(
        column("active", SqlType::Bool),
        DefaultValue::Value(|| Param::Bool(true)),
    ),
    ColumnDef {
        generated: Some("lower(name)"),
        ..nullable(column("folded", SqlType::Text))
    },
    nullable(column("last_order_id", SqlType::Int8)),
];

pub(crate) static ORDERS: TableDef = TableDef {
    model: "Order",
    comment: Some("What was bought"),
    associations: &[AssociationDef {
        on_delete: Action::Cascade,
        on_update: Action::Restrict,
        ..AssociationDef::new(
            "user",
            AssociationKind::BelongsTo,
            || &USERS,
            "User",
            &[1],
            &[0],
        )
    }],
    ..table("orders", ORDER_COLUMNS)
};

pub(crate) static STATUS: EnumDef = EnumDef {
    schema: None,
    name: "status",
    labels: &["open", "it's paid"],
};

const ORDER_COLUMNS: &[ColumnDef] = &[
    id(SqlType::Int8),
    column("user_id", SqlType::Int4),
    default(
        column("status", SqlType::Enum(&STATUS)),
        DefaultValue::Value(|| Param::Enum(&STATUS, "it's paid")),
    ),
    valid(
        default(
            column("total", SqlType::Numeric(Some((10, 2)))),
            DefaultValue::Value(|| Param::Numeric(rust_decimal::Decimal::new(150, 2))),
        ),
        &[
            Validator::new(Rule::Min(Bound::Decimal("0.5"))),
            Validator::new(Rule::Max(Bound::Int(1000))),
        ],
    ),
];

pub(crate) static TAGS: TableDef = TableDef {
    model: "Tag",
    ..table(
        "tags",
        &[ColumnDef {
            primary_key: true,
            ..default(
                column("id", SqlType::Uuid),
                DefaultValue::Sql("gen_random_uuid()"),
            )
        }],
    )
};

/// One column of each type.
pub(crate) static KINDS: TableDef = TableDef {
    model: "Kind",
    primary_key: &[0, 1],
    ..table("kinds", KIND_COLUMNS)
};

const KIND_COLUMNS: &[ColumnDef] = &[
    column("int2", SqlType::Int2),
    valid(
        column("text", SqlType::Char(9)),
        &[Validator::new(Rule::OneOf(&[
            Literal::Text("a"),
            Literal::Text(r"it's \n"),
        ]))],
    ),
    default(
        column("float8", SqlType::Float8),
        DefaultValue::Value(|| Param::Float8(0.1)),
    ),
    default(
        column("bytes", SqlType::Bytea),
        DefaultValue::Value(|| Param::Bytes(vec![0, 255])),
    ),
    default(column("day", SqlType::Date), DefaultValue::Now),
    default(column("at", SqlType::Time), DefaultValue::Now),
    default(
        column("local", SqlType::Timestamp),
        DefaultValue::Sql("CURRENT_TIMESTAMP"),
    ),
    default(column("instant", SqlType::Timestamptz), DefaultValue::Now),
    default(
        column("json", SqlType::Jsonb),
        DefaultValue::Sql("'{\"a\": 1}'"),
    ),
    nullable(column("number", SqlType::Numeric(None))),
    nullable(column("float4", SqlType::Float4)),
];
