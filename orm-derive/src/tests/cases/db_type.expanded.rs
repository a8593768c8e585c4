const _: () = {
    use ::orm::__private as __orm;
    #[automatically_derived]
    impl __orm::Newtype for Cents {
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
    impl __orm::ColumnType for Cents {
        type Base = Self;
        type Family = <i64 as __orm::ColumnType>::Family;
        const SQL_TYPE: __orm::SqlType = <i64 as __orm::ColumnType>::SQL_TYPE;
        fn to_param(&self) -> __orm::Param {
            __orm::newtype::to_param(self)
        }
        fn into_param(self) -> __orm::Param {
            __orm::newtype::into_param(self)
        }
        fn from_param(param: &__orm::Param) -> __orm::Option<Self> {
            __orm::newtype::from_param(param)
        }
        fn encode(
            &self,
            sql_type: __orm::WireType<'_>,
            out: &mut __orm::BytesMut,
        ) -> __orm::Encoded {
            __orm::newtype::encode(self, sql_type, out)
        }
        fn decode(
            sql_type: __orm::WireType<'_>,
            raw: __orm::Option<&[u8]>,
        ) -> __orm::StdResult<Self, __orm::DecodeFault> {
            __orm::newtype::decode(sql_type, raw)
        }
    }
    #[automatically_derived]
    impl __orm::ArrayElement for Cents
    where
        for<'__orm> i64: __orm::ArrayElement,
    {}
};
