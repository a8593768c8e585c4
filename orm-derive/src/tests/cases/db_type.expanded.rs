const _: () = {
    use ::orm::__ as __;
    #[automatically_derived]
    impl __::Newtype for Cents {
        type Inner = i64;
        fn wrap(inner: i64) -> Self {
            Cents { 0: inner }
        }
        fn inner(&self) -> &i64 {
            &self.0
        }
        fn into_inner(self) -> i64 {
            self.0
        }
    }
    #[automatically_derived]
    impl __::ColumnType for Cents {
        type Base = Self;
        type Family = <i64 as __::ColumnType>::Family;
        const SQL_TYPE: __::SqlType = <i64 as __::ColumnType>::SQL_TYPE;
        const TAKES_UNKNOWN: bool = <i64 as __::ColumnType>::TAKES_UNKNOWN;
        fn to_param(&self) -> __::Param {
            __::newtype::to_param(self)
        }
        fn into_param(self) -> __::Param {
            __::newtype::into_param(self)
        }
        fn from_param(param: &__::Param) -> __::Option<Self> {
            __::newtype::from_param(param)
        }
        fn encode(
            &self,
            sql_type: __::WireType<'_>,
            out: &mut __::BytesMut,
        ) -> __::Encoded {
            __::newtype::encode(self, sql_type, out)
        }
        fn decode(
            sql_type: __::WireType<'_>,
            raw: __::Option<&[u8]>,
        ) -> __::StdResult<Self, __::DecodeFault> {
            __::newtype::decode(sql_type, raw)
        }
    }
    #[automatically_derived]
    impl __::ArrayElement for Cents
    where
        for<'__> i64: __::ArrayElement,
    {}
};
