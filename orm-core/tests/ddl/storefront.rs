//! The article's four tables, as the derive describes them.

use orm_core::ddl::Models;
use orm_core::schema::{
    AssociationDef, AssociationKind, ColumnDef, DefaultValue, Deferrable, EnumDef, SqlType,
    TableDef, Timestamp, UniqueDef,
};
use orm_core::types::Param;
use orm_core::validate::{Bound, Format, Rule, Validator};

use crate::declare::{belongs_to, column, id, nullable, table};

pub(crate) const ALL: Models = tables![&USERS, &ORDERS, &PRODUCTS, &ORDER_ITEMS];

/// The same models in another order.
pub(crate) const SHUFFLED: Models = tables![&ORDER_ITEMS, &PRODUCTS, &ORDERS, &USERS];

pub(crate) static USERS: TableDef = TableDef {
    model: "User",
    uniques: &[UniqueDef {
        name: "",
        columns: &[2],
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }],
    associations: &[AssociationDef::new(
        "orders",
        AssociationKind::HasMany,
        || &ORDERS,
        "Order",
        &[0],
        &[1],
    )],
    ..table("users", USER_COLUMNS)
};

const USER_COLUMNS: &[ColumnDef] = &[
    id(),
    column("full_name", SqlType::Varchar(Some(150))),
    ColumnDef {
        validators: EMAIL,
        ..column("email", SqlType::Varchar(Some(255)))
    },
    column("password_hash", SqlType::Varchar(Some(255))),
    timestamp("created_at", Timestamp::Created),
    timestamp("updated_at", Timestamp::Updated),
];

const EMAIL: &[Validator] =
    &[Validator::new(Rule::Format(Format::Email)).with_message("Must be a valid email address")];

pub(crate) static ORDERS: TableDef = TableDef {
    model: "Order",
    associations: &[
        belongs_to("customer", || &USERS, &[1]),
        AssociationDef::new(
            "line_items",
            AssociationKind::HasMany,
            || &ORDER_ITEMS,
            "OrderItem",
            &[0],
            &[3],
        ),
    ],
    ..table("orders", ORDER_COLUMNS)
};

const ORDER_COLUMNS: &[ColumnDef] = &[
    id(),
    column("user_id", SqlType::Int4),
    ColumnDef {
        default: Some(DefaultValue::Value(|| Param::Enum(&STATUS, "pending"))),
        ..column("status", SqlType::Enum(&STATUS))
    },
    column("total_in_cents", SqlType::Int4),
    timestamp("created_at", Timestamp::Created),
    timestamp("updated_at", Timestamp::Updated),
];

pub(crate) static STATUS: EnumDef = EnumDef {
    schema: None,
    name: "enum_orders_status",
    labels: &["pending", "processing", "shipped", "delivered", "cancelled"],
};

pub(crate) static PRODUCTS: TableDef = TableDef {
    model: "Product",
    ..table("products", PRODUCT_COLUMNS)
};

const PRODUCT_COLUMNS: &[ColumnDef] = &[
    id(),
    ColumnDef {
        validators: NAME,
        ..column("name", SqlType::Varchar(Some(200)))
    },
    nullable(column("description", SqlType::Text)),
    ColumnDef {
        validators: PRICE,
        ..column("price_in_cents", SqlType::Int4)
    },
    ColumnDef {
        default: Some(DefaultValue::Value(|| Param::Int4(0))),
        validators: STOCK,
        ..column("stock_quantity", SqlType::Int4)
    },
    ColumnDef {
        default: Some(DefaultValue::Value(|| Param::Bool(true))),
        ..column("is_active", SqlType::Bool)
    },
    timestamp("created_at", Timestamp::Created),
    timestamp("updated_at", Timestamp::Updated),
];

const NAME: &[Validator] = &[
    Validator::new(Rule::NotEmpty).with_message("Product name cannot be blank"),
    Validator::new(Rule::Len { min: 2, max: 200 })
        .with_message("Name must be between 2 and 200 characters"),
];
const PRICE: &[Validator] =
    &[Validator::new(Rule::Min(Bound::Int(0))).with_message("Price cannot be negative")];
const STOCK: &[Validator] =
    &[Validator::new(Rule::Min(Bound::Int(0))).with_message("Stock cannot go below zero")];

pub(crate) static ORDER_ITEMS: TableDef = TableDef {
    model: "OrderItem",
    associations: &[
        belongs_to("product", || &PRODUCTS, &[4]),
        belongs_to("order", || &ORDERS, &[3]),
    ],
    ..table("order_items", ORDER_ITEM_COLUMNS)
};

const ORDER_ITEM_COLUMNS: &[ColumnDef] = &[
    id(),
    ColumnDef {
        validators: QUANTITY,
        ..column("quantity", SqlType::Int4)
    },
    column("unit_price_in_cents", SqlType::Int4),
    column("order_id", SqlType::Int4),
    nullable(column("product_id", SqlType::Int4)),
];

const QUANTITY: &[Validator] = &[Validator::new(Rule::Min(Bound::Int(1)))];

const fn timestamp(name: &'static str, set: Timestamp) -> ColumnDef {
    ColumnDef {
        timestamp: Some(set),
        ..column(name, SqlType::Timestamptz)
    }
}
