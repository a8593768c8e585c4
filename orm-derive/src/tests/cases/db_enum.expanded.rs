const _: () = {
    use ::orm::__private as __orm;
    #[automatically_derived]
    impl __orm::DbEnum for OrderStatus {
        const DEF: &'static __orm::EnumDef = &__orm::EnumDef {
            schema: __orm::None,
            name: "enum_orders_status",
            labels: &["pending", "on its way"],
        };
        const VARIANTS: &'static [Self] = &[OrderStatus::Pending, OrderStatus::OnItsWay];
        fn label(&self) -> &'static str {
            match self {
                OrderStatus::Pending => "pending",
                OrderStatus::OnItsWay => "on its way",
            }
        }
    }
    #[automatically_derived]
    impl __orm::ColumnType for OrderStatus {
        type Base = Self;
        type Family = __orm::family::Label;
        const SQL_TYPE: __orm::SqlType = __orm::SqlType::Enum(
            <Self as __orm::DbEnum>::DEF,
        );
        fn to_param(&self) -> __orm::Param {
            __orm::enumeration::to_param(*self)
        }
        fn from_param(param: &__orm::Param) -> __orm::Option<Self> {
            __orm::enumeration::from_param(param)
        }
        fn decode(
            sql_type: __orm::WireType<'_>,
            raw: __orm::Option<&[u8]>,
        ) -> __orm::StdResult<Self, __orm::DecodeFault> {
            __orm::enumeration::decode(sql_type, raw)
        }
    }
    #[automatically_derived]
    impl __orm::ArrayElement for OrderStatus {}
};
