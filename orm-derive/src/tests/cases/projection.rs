#[derive(Projection)]
#[projection(model = models::User)]
struct History {
    id: i32,
    #[projection(column = "email")]
    address: String,
    r#type: String,
    #[projection(value = User::orders.count())]
    order_count: i64,
    orders: Vec<Total>,
}
