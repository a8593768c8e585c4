#[derive(Model)]
#[model(timestamps, index(columns = (status, created_at desc nulls last), where = "discount_code IS NOT NULL"))]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id", on_delete = "cascade")]
#[association(many_to_many, as = "products", through = OrderItem)]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: i32,
    #[column(default = OrderStatus::Pending)]
    status: OrderStatus,
    #[column(generated = "total / 100")]
    total: i64,
    discount_code: Option<String>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}
