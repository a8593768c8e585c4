/// A `User` that is being created: one method per column, then `save`.
#[allow(deprecated, unused_qualifications)]
#[must_use = "nothing is written before `save`"]
pub struct UserCreate<
    FullName = ::orm::__private::Missing,
    Email = ::orm::__private::Missing,
    PasswordHash = ::orm::__private::Missing,
> {
    draft: ::orm::__private::Draft<User>,
    state: ::orm::__private::PhantomData<fn() -> (FullName, Email, PasswordHash)>,
}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "`User` cannot be created without `full_name`",
    label = "call `.full_name(..)` before this"
)]
pub trait User_full_name_is_given {}
#[diagnostic::do_not_recommend]
impl User_full_name_is_given for ::orm::__private::Given {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "`User` cannot be created without `email`",
    label = "call `.email(..)` before this"
)]
pub trait User_email_is_given {}
#[diagnostic::do_not_recommend]
impl User_email_is_given for ::orm::__private::Given {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "`User` cannot be created without `password_hash`",
    label = "call `.password_hash(..)` before this"
)]
pub trait User_password_hash_is_given {}
#[diagnostic::do_not_recommend]
impl User_password_hash_is_given for ::orm::__private::Given {}
#[allow(dead_code, deprecated, unused_qualifications, clippy::all, clippy::pedantic)]
impl<FullName, Email, PasswordHash> UserCreate<FullName, Email, PasswordHash> {
    /// Gives the column `id`.
    pub fn id(self, value: impl ::orm::__private::IntoValue<i32>) -> Self {
        self.draft.set::<i32>(0, value).builder()
    }
    /// Gives the column `full_name`.
    pub fn full_name(
        self,
        value: impl ::orm::__private::IntoValue<String>,
    ) -> UserCreate<::orm::__private::Given, Email, PasswordHash> {
        self.draft.set::<String>(1, value).builder()
    }
    /// Gives the column `email`.
    pub fn email(
        self,
        value: impl ::orm::__private::IntoValue<String>,
    ) -> UserCreate<FullName, ::orm::__private::Given, PasswordHash> {
        self.draft.set::<String>(2, value).builder()
    }
    /// Gives the column `password_hash`.
    pub fn password_hash(
        self,
        value: impl ::orm::__private::IntoValue<String>,
    ) -> UserCreate<FullName, Email, ::orm::__private::Given> {
        self.draft.set::<String>(3, value).builder()
    }
    /// Gives the column `created_at`.
    pub fn created_at(
        self,
        value: impl ::orm::__private::IntoValue<DateTime<Utc>>,
    ) -> Self {
        self.draft.set::<DateTime<Utc>>(4, value).builder()
    }
    /// Gives the column `updated_at`.
    pub fn updated_at(
        self,
        value: impl ::orm::__private::IntoValue<DateTime<Utc>>,
    ) -> Self {
        self.draft.set::<DateTime<Utc>>(5, value).builder()
    }
    /// Gives a column its value.
    pub fn set<__T: ::orm::__private::ColumnType, __K: ::orm::__private::Settable>(
        self,
        column: ::orm::__private::Column<User, __T, __K>,
        value: impl ::orm::__private::IntoValue<__T>,
    ) -> Self {
        self.draft.set::<__T>(column.position(), value).builder()
    }
    /// Creates rows of an association beside this row, all or none.
    pub fn with<__A, __N, __I>(
        self,
        association: ::orm::__private::Association<__A>,
        rows: impl ::orm::__private::FnOnce(fn() -> __A::Create) -> __I,
    ) -> Self
    where
        __A: ::orm::__private::Associate<Owner = User>,
        __A::Holder: ::orm::__private::HeldElsewhere,
        __N: ::orm::__private::IntoNew<__A::Target>,
        __I: ::orm::__private::IntoIterator<Item = __N>,
    {
        self.draft.with(association, rows).builder()
    }
    /// Writes the row and returns it.
    pub fn save<'__db>(
        self,
        db: &'__db impl ::orm::__private::Executor,
    ) -> ::orm::__private::Saving<'__db, User>
    where
        FullName: User_full_name_is_given,
        Email: User_email_is_given,
        PasswordHash: User_password_hash_is_given,
    {
        ::orm::__private::save(self.draft, db)
    }
}
/// A `User` with some of its associations loaded.
#[allow(deprecated, unused_qualifications)]
pub struct UserLoaded<Orders = ::orm::__private::NotLoaded> {
    __row: User,
    /// The association `orders`.
    pub orders: Orders,
}
#[doc(hidden)]
#[allow(missing_debug_implementations, non_camel_case_types)]
pub enum User_orders {}
#[allow(deprecated, nonstandard_style, unused_qualifications, clippy::pedantic)]
const _: () = {
    use ::orm::__private as __orm;
    type __model_orders = <Order as __orm::IsModel>::Itself;
    const __orders_columns: &[u16] = &__orm::named_key::<__model_orders, 1>(["user_id"]);
    #[automatically_derived]
    impl __orm::Model for User {
        type Key = i32;
        type Create = UserCreate<__orm::Missing, __orm::Missing, __orm::Missing>;
        const PATH: &'static str = __orm::concat!(__orm::module_path!(), "::User");
        const COLUMNS: &'static [__orm::ColumnDef] = &[
            __orm::ColumnDef {
                primary_key: true,
                identity: __orm::Some(__orm::Identity::ByDefault),
                ..__orm::column::<i32>("id", "id")
            },
            __orm::ColumnDef {
                sql_type: __orm::SqlType::Varchar(__orm::Some(150u32)),
                ..__orm::column::<String>("full_name", "full_name")
            },
            __orm::ColumnDef {
                sql_type: __orm::SqlType::Varchar(__orm::Some(255u32)),
                validators: &[
                    __orm::Validator::new(__orm::Rule::Format(__orm::Format::Email))
                        .with_message("Must be a valid email address"),
                ],
                ..__orm::column::<String>("email", "email")
            },
            __orm::ColumnDef {
                sql_type: __orm::SqlType::Varchar(__orm::Some(255u32)),
                ..__orm::column::<String>("password_hash", "password_hash")
            },
            __orm::ColumnDef {
                timestamp: __orm::Some(__orm::Timestamp::Created),
                ..__orm::column::<DateTime<Utc>>("created_at", "created_at")
            },
            __orm::ColumnDef {
                timestamp: __orm::Some(__orm::Timestamp::Updated),
                ..__orm::column::<DateTime<Utc>>("updated_at", "updated_at")
            },
        ];
        const TABLE: &'static __orm::TableDef = &__orm::TableDef {
            uniques: &[
                __orm::UniqueDef {
                    name: "users_email_key",
                    columns: &[2],
                    nulls_not_distinct: false,
                },
            ],
            associations: &[
                __orm::side::<
                    __model_orders,
                >("orders", __orm::AssociationKind::HasMany, &[0], __orders_columns),
            ],
            ..__orm::table::<Self>("User", "users", &[0])
        };
        fn __table() -> &'static __orm::TableDef {
            __orm::TableOf::<Self>::DEF
        }
        fn decode(row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            __orm::Ok(User {
                id: row.take()?,
                full_name: row.take()?,
                email: row.take()?,
                password_hash: row.take()?,
                created_at: row.take()?,
                updated_at: row.take()?,
            })
        }
        fn param(&self, column: u16) -> __orm::Param {
            match column {
                0 => __orm::to_param(&self.id),
                1 => __orm::to_param(&self.full_name),
                2 => __orm::to_param(&self.email),
                3 => __orm::to_param(&self.password_hash),
                4 => __orm::to_param(&self.created_at),
                5 => __orm::to_param(&self.updated_at),
                _ => __orm::Param::Null,
            }
        }
        fn key(&self) -> i32 {
            __orm::Clone::clone(&self.id)
        }
    }
    #[allow(dead_code)]
    impl User {
        /// The column `id`: not null, primary key, numbered by the database.
        ///
        /// Given by the database.
        pub const id: __orm::Column<User, i32, __orm::Unique> = __orm::Column::new(0);
        /// The column `full_name`: `varchar(150)`, not null.
        pub const full_name: __orm::Column<User, String> = __orm::Column::new(1);
        /// The column `email`: `varchar(255)`, not null, unique.
        pub const email: __orm::Column<User, String, __orm::Unique> = __orm::Column::new(
            2,
        );
        /// The column `password_hash`: `varchar(255)`, not null.
        pub const password_hash: __orm::Column<User, String> = __orm::Column::new(3);
        /// The column `created_at`: not null.
        pub const created_at: __orm::Column<User, DateTime<Utc>> = __orm::Column::new(4);
        /// The column `updated_at`: not null.
        pub const updated_at: __orm::Column<User, DateTime<Utc>> = __orm::Column::new(5);
        /// The association `orders`: many `Order`.
        pub const orders: __orm::Association<User_orders> = __orm::Association::new();
    }
    #[automatically_derived]
    impl<FullName, Email, PasswordHash> __orm::From<__orm::Draft<User>>
    for UserCreate<FullName, Email, PasswordHash> {
        fn from(draft: __orm::Draft<User>) -> Self {
            UserCreate {
                draft,
                state: __orm::PhantomData,
            }
        }
    }
    #[automatically_derived]
    impl<
        FullName: User_full_name_is_given,
        Email: User_email_is_given,
        PasswordHash: User_password_hash_is_given,
    > __orm::IntoNew<User> for UserCreate<FullName, Email, PasswordHash> {
        fn into_new(self) -> __orm::Draft<User> {
            self.draft
        }
    }
    #[automatically_derived]
    impl<FullName, Email, PasswordHash> __orm::Debug
    for UserCreate<FullName, Email, PasswordHash> {
        fn fmt(&self, f: &mut __orm::Formatter<'_>) -> __orm::fmt::Result {
            __orm::Debug::fmt(&self.draft, f)
        }
    }
    impl<FullName, Email, PasswordHash> __orm::Prefill<{ __orm::NO_COLUMN }>
    for UserCreate<FullName, Email, PasswordHash> {
        type Output = UserCreate<FullName, Email, PasswordHash>;
        fn prefill(self, _: __orm::Param) -> Self::Output {
            self.draft.builder()
        }
    }
    impl<Orders> UserLoaded<Orders> {
        /// The row alone.
        pub fn into_inner(self) -> User {
            self.__row
        }
    }
    #[automatically_derived]
    impl<Orders> __orm::Deref for UserLoaded<Orders> {
        type Target = User;
        fn deref(&self) -> &User {
            &self.__row
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__V: __orm::Slot> __orm::Fill<User_orders, __V> for User {
        type Output = UserLoaded<__V>;
        fn fill(self, value: __V) -> Self::Output {
            UserLoaded {
                __row: self,
                orders: value,
            }
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__V: __orm::Slot> __orm::Fill<User_orders, __V>
    for UserLoaded<__orm::NotLoaded> {
        type Output = UserLoaded<__V>;
        fn fill(self, value: __V) -> Self::Output {
            UserLoaded {
                __row: self.__row,
                orders: value,
            }
        }
    }
    #[automatically_derived]
    impl<Orders: __orm::Debug> __orm::Debug for UserLoaded<Orders>
    where
        for<'__orm> User: __orm::Debug,
    {
        fn fmt(&self, f: &mut __orm::Formatter<'_>) -> __orm::fmt::Result {
            __orm::debug_loaded(
                f,
                "UserLoaded",
                &self.__row,
                &[("orders", &self.orders)],
            )
        }
    }
    #[automatically_derived]
    impl<Orders: __orm::Clone> __orm::Clone for UserLoaded<Orders>
    where
        for<'__orm> User: __orm::Clone,
    {
        fn clone(&self) -> Self {
            UserLoaded {
                __row: __orm::Clone::clone(&self.__row),
                orders: __orm::Clone::clone(&self.orders),
            }
        }
    }
    #[automatically_derived]
    impl<Orders: __orm::PartialEq> __orm::PartialEq for UserLoaded<Orders>
    where
        for<'__orm> User: __orm::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.__row == other.__row && self.orders == other.orders
        }
    }
    #[automatically_derived]
    impl<Orders: __orm::Serialize + 'static> __orm::Serialize for UserLoaded<Orders>
    where
        for<'__orm> User: __orm::Serialize,
    {
        fn serialize<__S: __orm::Serializer>(
            &self,
            serializer: __S,
        ) -> __orm::StdResult<__S::Ok, __S::Error> {
            __orm::serialize_loaded(
                serializer,
                &self.__row,
                __orm::LoadedSlot("orders", &self.orders, ()),
            )
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Nth<0> for User {
        type Association = User_orders;
    }
    #[automatically_derived]
    impl __orm::Associate for User_orders {
        type Owner = User;
        type Target = __model_orders;
        type Kind = __orm::Many;
        type Key = <i32 as __orm::ColumnType>::Base;
        type Create = <<__model_orders as __orm::Model>::Create as __orm::Prefill<
            { __orm::prefilled::<__model_orders>(__orders_columns[0]) },
        >>::Output;
        type Holder = __orm::HeldByTarget<
            { __orm::nullable(__orm::columns::<__model_orders>(), __orders_columns) },
        >;
        type Join = __orm::NoJoinRow;
        const DEF: &'static __orm::AssociationDef = __orm::association::<User>(0);
        fn owner_key(owner: &User) -> __orm::Option<Self::Key> {
            __orm::Some(__orm::Clone::clone(&owner.id))
        }
    }
    const _: () = if let __orm::Some(fault) = __orm::field_fault::<
        __model_orders,
    >(&["user_id"]) {
        __orm::panic!("{}", fault.as_str())
    };
    const _: () = if let __orm::Some(fault) = __orm::other_side_fault::<
        User,
        __model_orders,
    >(0, "user", "") {
        __orm::panic!("{}", fault.as_str())
    };
};
