const _: () = {
    use ::orm::__private as __orm;
    #[automatically_derived]
    impl __orm::Projection for History {
        type Model = models::User;
        fn shape(__rows: __orm::Projecting<'_, models::User>) -> __orm::Shape<Self> {
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
    impl __orm::ProjectionOf<models::User> for History {}
};
