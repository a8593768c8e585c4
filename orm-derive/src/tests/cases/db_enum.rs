#[derive(DbEnum)]
#[db_enum(name = "enum_orders_status")]
enum OrderStatus {
    Pending,
    #[db_enum(label = "on its way")]
    OnItsWay,
}
