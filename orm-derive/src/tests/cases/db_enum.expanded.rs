const _: () = {
    use ::orm::__ as __;
    const ENUM: __::EnumDef = __::EnumDef {
        schema: __::None,
        name: "enum_orders_status",
        labels: &["pending", "on its way"],
    };
    #[automatically_derived]
    impl __::DbEnum for OrderStatus {
        const DEF: &'static __::EnumDef = &ENUM;
        const VARIANTS: &'static [Self] = &[OrderStatus::Pending, OrderStatus::OnItsWay];
        fn label(&self) -> &'static str {
            match self {
                OrderStatus::Pending => "pending",
                OrderStatus::OnItsWay => "on its way",
            }
        }
    }
    #[automatically_derived]
    impl __::ColumnType for OrderStatus {
        type Base = Self;
        type Family = __::family::Label;
        const SQL_TYPE: __::SqlType = __::SqlType::Enum(&ENUM);
        fn to_param(&self) -> __::Param {
            __::enumeration::to_param(self)
        }
        fn from_param(param: &__::Param) -> __::Option<Self> {
            __::enumeration::from_param(param)
        }
        fn decode(
            sql_type: __::WireType<'_>,
            raw: __::Option<&[u8]>,
        ) -> __::StdResult<Self, __::DecodeFault> {
            __::enumeration::decode(sql_type, raw)
        }
    }
    #[automatically_derived]
    impl __::ArrayElement for OrderStatus
    where
        for<'__> OrderStatus: __::ColumnType,
    {}
};
