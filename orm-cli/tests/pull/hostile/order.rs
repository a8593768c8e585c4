//! The table `orders`.
use orm::prelude::*;
use super::{OrderItem, OrderStatus, Product, User};
/// A row of `orders`.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "orders",
    unique(columns = ("seller_id", "code"), name = "orders_nulls", nulls_not_distinct),
    unique(columns = ("user_id", "code"), name = "orders_pair"),
    index(expression = "lower(code::text)", name = "orders_code_lower"),
    index(
        columns = ("status", "made_at" desc nulls last),
        name = "orders_status_made_at",
        where = "code IS NOT NULL"
    ),
    index(columns = ("total" desc), name = "orders_total_idx", include = ("code")),
    check(
        name = "orders_dates",
        expression = "(made_at > '2000-01-01 00:00:00+00'::timestamp with time zone) AND (day IS DISTINCT FROM '2001-01-01'::date)"
    )
)]
#[association(
    belongs_to,
    as = "seller",
    model = User,
    foreign_key = "seller_id",
    on_delete = "set_null",
    on_update = "cascade",
    deferrable = "initially_deferred"
)]
#[association(
    belongs_to,
    as = "user",
    model = User,
    foreign_key = "user_id",
    on_delete = "restrict"
)]
#[association(has_many, as = "order_items", model = OrderItem, foreign_key = "order_id")]
#[association(
    many_to_many,
    as = "products",
    model = Product,
    through = OrderItem,
    foreign_key = "order_id",
    other_key = "product_id"
)]
pub struct Order {
    /// The column `id`.
    #[column(primary_key, identity(always))]
    pub id: i64,
    /// The column `user_id`.
    pub user_id: i32,
    /// The column `seller_id`.
    #[column(index)]
    pub seller_id: Option<i32>,
    /// The column `status`.
    #[column(default = OrderStatus::Pending)]
    pub status: OrderStatus,
    /// The column `history`.
    #[column(default_sql = "'{}'::enum_orders_status[]")]
    pub history: Vec<OrderStatus>,
    /// The column `total`.
    #[column(numeric(10, 2), default_sql = "0", check = "total >= (0)::numeric")]
    pub total: rust_decimal::Decimal,
    /// The column `quantity`.
    #[column(default = -1)]
    pub quantity: i32,
    /// The column `small`.
    #[column(default = 7)]
    pub small: Option<i16>,
    /// The column `big`.
    #[column(default = 9000000000)]
    pub big: i64,
    /// The column `code`.
    #[column(char(4))]
    pub code: Option<String>,
    /// The column `is_paid`.
    #[column(default = false)]
    pub is_paid: bool,
    /// The column `doubled`.
    #[column(generated = "total * (2)::numeric")]
    pub doubled: Option<rust_decimal::Decimal>,
    /// The column `token`.
    #[column(default_sql = "gen_random_uuid()", index(unique))]
    pub token: uuid::Uuid,
    /// The column `payload`.
    #[column(default_sql = "'{}'::jsonb", index(method = gin, ops = "jsonb_path_ops"))]
    pub payload: Json<serde_json::Value>,
    /// The column `raw`.
    #[column(json)]
    pub raw: Option<Json<serde_json::Value>>,
    /// The column `tags`.
    #[column(
        default_sql = "ARRAY['a'::text, 'b'::text]",
        index(name = "orders_tags", method = gin)
    )]
    pub tags: Vec<String>,
    /// The column `codes`.
    #[column(sql_type = "character varying(3)[]")]
    pub codes: Option<Vec<String>>,
    /// The column `address`.
    pub address: Option<orm::types::Inet>,
    /// The column `net`.
    pub net: Option<orm::types::Cidr>,
    /// The column `span`.
    pub span: Option<orm::types::Range<i32>>,
    /// The column `during`.
    pub during: Option<orm::types::Range<DateTime<Utc>>>,
    /// The column `lasts`.
    pub lasts: Option<orm::types::Interval>,
    /// The column `weight`.
    pub weight: Option<f64>,
    /// The column `ratio`.
    pub ratio: Option<f32>,
    /// The column `day`.
    #[column(index(method = brin))]
    pub day: Option<NaiveDate>,
    /// The column `at`.
    pub at: Option<NaiveTime>,
    /// The column `local`.
    pub local: Option<NaiveDateTime>,
    /// The column `precise`.
    #[column(sql_type = "timestamp(3) with time zone")]
    pub precise: Option<DateTime<Utc>>,
    /// The column `made_at`.
    #[column(default = now())]
    pub made_at: DateTime<Utc>,
    /// The column `blob`.
    pub blob: Option<Vec<u8>>,
    /// The column `loose`.
    pub loose: Option<rust_decimal::Decimal>,
    /// The column `free`.
    #[column(varchar)]
    pub free: Option<String>,
}
