const _: () = {
    use ::orm::__ as __;
    #[automatically_derived]
    impl __::Projection for History {
        type Model = models::User;
        fn shape(__rows: __::Projecting<'_, models::User>) -> __::Shape<Self> {
            __rows
                .field("id", models::User::id)
                .of::<i32>()
                .field("address", models::User::email)
                .of::<String>()
                .field("type", models::User::r#type)
                .of::<String>()
                .field("order_count", User::orders.count())
                .of::<i64>()
                .field("orders", models::User::orders)
                .of::<Vec<Total>>()
                .finish(|((((((), id), address), r#type), order_count), orders)| History {
                    id,
                    address,
                    r#type,
                    order_count,
                    orders,
                })
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __::ProjectionOf<models::User> for History {}
};
