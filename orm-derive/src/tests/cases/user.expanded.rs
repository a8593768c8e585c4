/// A `User` that is being created: one method per column, then `save`.
#[allow(deprecated, unused_qualifications)]
#[must_use = "nothing is written before `save`"]
pub struct UserCreate<
    FullName = ::orm::__::Missing,
    Email = ::orm::__::Missing,
    PasswordHash = ::orm::__::Missing,
> {
    draft: ::orm::__::Draft<User>,
    state: ::orm::__::PhantomData<fn() -> (FullName, Email, PasswordHash)>,
}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "`User` cannot be created without `full_name`",
    label = "call `.full_name(..)` before this"
)]
pub trait User_full_name_is_given {}
#[diagnostic::do_not_recommend]
impl User_full_name_is_given for ::orm::__::Given {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "`User` cannot be created without `email`",
    label = "call `.email(..)` before this"
)]
pub trait User_email_is_given {}
#[diagnostic::do_not_recommend]
impl User_email_is_given for ::orm::__::Given {}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "`User` cannot be created without `password_hash`",
    label = "call `.password_hash(..)` before this"
)]
pub trait User_password_hash_is_given {}
#[diagnostic::do_not_recommend]
impl User_password_hash_is_given for ::orm::__::Given {}
#[allow(dead_code, deprecated, unused_qualifications, clippy::all, clippy::pedantic)]
impl<FullName, Email, PasswordHash> UserCreate<FullName, Email, PasswordHash> {
    /// Gives the column `id`.
    pub fn id(self, value: impl ::orm::__::IntoValue<i32>) -> Self {
        self.draft.set(0, value)
    }
    /// Gives the column `full_name`.
    pub fn full_name(
        self,
        value: impl ::orm::__::IntoValue<String>,
    ) -> UserCreate<::orm::__::Given, Email, PasswordHash> {
        self.draft.set(1, value)
    }
    /// Gives the column `email`.
    pub fn email(
        self,
        value: impl ::orm::__::IntoValue<String>,
    ) -> UserCreate<FullName, ::orm::__::Given, PasswordHash> {
        self.draft.set(2, value)
    }
    /// Gives the column `password_hash`.
    pub fn password_hash(
        self,
        value: impl ::orm::__::IntoValue<String>,
    ) -> UserCreate<FullName, Email, ::orm::__::Given> {
        self.draft.set(3, value)
    }
    /// Gives the column `created_at`.
    pub fn created_at(self, value: impl ::orm::__::IntoValue<DateTime<Utc>>) -> Self {
        self.draft.set(4, value)
    }
    /// Gives the column `updated_at`.
    pub fn updated_at(self, value: impl ::orm::__::IntoValue<DateTime<Utc>>) -> Self {
        self.draft.set(5, value)
    }
    /// Gives a column its value.
    pub fn set<__T: ::orm::__::ColumnType, __K: ::orm::__::Settable>(
        self,
        column: ::orm::__::Column<User, __T, __K>,
        value: impl ::orm::__::IntoValue<__T>,
    ) -> Self {
        self.draft.set(column.position(), value)
    }
    /// Creates rows of an association beside this row, all or none.
    pub fn with<__A, __N, __I>(
        self,
        association: ::orm::__::Association<__A>,
        rows: impl ::orm::__::FnOnce(fn() -> __A::Create) -> __I,
    ) -> Self
    where
        __A: ::orm::__::Associate<Owner = User>,
        __A::Target: ::orm::__::Writable,
        __A::Holder: ::orm::__::HeldElsewhere,
        __N: ::orm::__::IntoNew<__A::Target>,
        __I: ::orm::__::IntoIterator<Item = __N>,
    {
        self.draft.with(association, rows)
    }
    /// Writes the row and returns it.
    pub fn save<'__db>(
        self,
        db: &'__db impl ::orm::__::Executor,
    ) -> ::orm::__::Saving<'__db, User>
    where
        FullName: User_full_name_is_given,
        Email: User_email_is_given,
        PasswordHash: User_password_hash_is_given,
    {
        ::orm::__::save(self.draft, db)
    }
}
/// A `User` with some of its associations loaded.
#[allow(deprecated, unused_qualifications)]
pub struct UserLoaded<Orders = ::orm::__::NotLoaded> {
    __row: User,
    /// The association `orders`.
    pub orders: Orders,
}
#[doc(hidden)]
#[allow(missing_debug_implementations, non_camel_case_types)]
pub enum User_orders {}
#[allow(deprecated, nonstandard_style, unused_qualifications, clippy::pedantic)]
const _: () = {
    use ::orm::__ as __;
    type __model_orders = <Order as __::IsModel>::Itself;
    #[automatically_derived]
    impl __::Model for User {
        type Key = i32;
        type Create = UserCreate<__::Missing, __::Missing, __::Missing>;
        type Associations = (User_orders, ());
        type Seen = __::ExactlyOne;
        const PATH: &'static str = __::concat!(__::module_path!(), "::User");
        const COLUMNS: &'static [__::ColumnDef] = &[
            __::column::<i32>("id").in_key().numbered(__::Identity::ByDefault),
            __::column::<String>("full_name")
                .holding(__::SqlType::Varchar(__::Some(150u32))),
            __::column::<String>("email")
                .holding(__::SqlType::Varchar(__::Some(255u32)))
                .judged_by(
                    &[
                        __::Validator::new(__::Rule::Format(__::Format::Email))
                            .with_message("Must be a valid email address"),
                    ],
                ),
            __::column::<String>("password_hash")
                .holding(__::SqlType::Varchar(__::Some(255u32))),
            __::column::<DateTime<Utc>>("created_at").stamped(__::Timestamp::Created),
            __::column::<DateTime<Utc>>("updated_at").stamped(__::Timestamp::Updated),
        ];
        const TABLE: &'static __::TableDef = &__::TableDef {
            uniques: &[__::unique("users_email_key", &[2])],
            associations: &[
                __::side::<
                    __model_orders,
                >(
                    "orders",
                    __::AssociationKind::HasMany,
                    &[0],
                    &__::named_key::<__model_orders, 1>(["user_id"]),
                ),
            ],
            ..__::table::<Self>("User", "users", &[0])
        };
        fn __table() -> &'static __::TableDef {
            __::TableOf::<Self>::DEF
        }
        fn decode(row: &mut __::Cursor<'_>) -> __::Result<Self> {
            __::Ok(User {
                id: row.take()?,
                full_name: row.take()?,
                email: row.take()?,
                password_hash: row.take()?,
                created_at: row.take()?,
                updated_at: row.take()?,
            })
        }
        fn param(&self, column: u16) -> __::Param {
            __::param_of(
                &[
                    &self.id,
                    &self.full_name,
                    &self.email,
                    &self.password_hash,
                    &self.created_at,
                    &self.updated_at,
                ],
                column,
            )
        }
        fn key(&self) -> i32 {
            __::Clone::clone(&self.id)
        }
    }
    #[allow(dead_code)]
    impl User {
        /// The column `id`: not null, primary key, numbered by the database.
        ///
        /// Given by the database.
        pub const id: __::Column<User, i32, __::Unique> = __::Column::new(0);
        /// The column `full_name`: `varchar(150)`, not null.
        pub const full_name: __::Column<User, String> = __::Column::new(1);
        /// The column `email`: `varchar(255)`, not null, unique.
        pub const email: __::Column<User, String, __::Unique> = __::Column::new(2);
        /// The column `password_hash`: `varchar(255)`, not null.
        pub const password_hash: __::Column<User, String> = __::Column::new(3);
        /// The column `created_at`: not null.
        pub const created_at: __::Column<User, DateTime<Utc>> = __::Column::new(4);
        /// The column `updated_at`: not null.
        pub const updated_at: __::Column<User, DateTime<Utc>> = __::Column::new(5);
        /// The association `orders`: many `Order`.
        pub const orders: __::Association<User_orders> = __::Association::new();
    }
    impl<FullName, Email, PasswordHash> __::From<__::Draft<User>>
    for UserCreate<FullName, Email, PasswordHash> {
        fn from(draft: __::Draft<User>) -> Self {
            UserCreate {
                draft,
                state: __::PhantomData,
            }
        }
    }
    impl<
        FullName: User_full_name_is_given,
        Email: User_email_is_given,
        PasswordHash: User_password_hash_is_given,
    > __::IntoNew<User> for UserCreate<FullName, Email, PasswordHash> {
        fn into_new(self) -> __::Draft<User> {
            self.draft
        }
    }
    #[automatically_derived]
    impl<FullName, Email, PasswordHash> __::Debug
    for UserCreate<FullName, Email, PasswordHash> {
        fn fmt(&self, f: &mut __::Formatter<'_>) -> __::fmt::Result {
            __::Debug::fmt(&self.draft, f)
        }
    }
    impl<Orders> UserLoaded<Orders> {
        /// The row alone.
        pub fn into_inner(self) -> User {
            self.__row
        }
    }
    impl<Orders> __::Deref for UserLoaded<Orders> {
        type Target = User;
        fn deref(&self) -> &User {
            &self.__row
        }
    }
    impl<Orders: __::Slot> __::Loads<(Orders, ())> for User {
        type Loaded = UserLoaded<Orders>;
        fn load(self, slots: (Orders, ())) -> Self::Loaded {
            UserLoaded {
                __row: self,
                orders: slots.0,
            }
        }
    }
    impl<Orders: __::Slot> __::Row for UserLoaded<Orders> {
        type Model = User;
        type Slots = (Orders, ());
        fn split(self) -> (User, (Orders, ())) {
            (self.__row, (self.orders, ()))
        }
    }
    #[automatically_derived]
    impl<Orders: __::Debug> __::Debug for UserLoaded<Orders>
    where
        for<'__> User: __::Debug,
    {
        fn fmt(&self, f: &mut __::Formatter<'_>) -> __::fmt::Result {
            __::debug_loaded(f, "UserLoaded", &self.__row, &[("orders", &self.orders)])
        }
    }
    #[automatically_derived]
    impl<Orders: __::Clone> __::Clone for UserLoaded<Orders>
    where
        for<'__> User: __::Clone,
    {
        fn clone(&self) -> Self {
            UserLoaded {
                __row: __::Clone::clone(&self.__row),
                orders: __::Clone::clone(&self.orders),
            }
        }
    }
    #[automatically_derived]
    impl<Orders: __::PartialEq> __::PartialEq for UserLoaded<Orders>
    where
        for<'__> User: __::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.__row == other.__row && self.orders == other.orders
        }
    }
    #[automatically_derived]
    impl<Orders: __::Serialize + 'static> __::Serialize for UserLoaded<Orders>
    where
        for<'__> User: __::Serialize,
    {
        fn serialize<__S: __::Serializer>(
            &self,
            serializer: __S,
        ) -> __::StdResult<__S::Ok, __S::Error> {
            __::serialize_loaded(
                serializer,
                &self.__row,
                __::LoadedSlot("orders", &self.orders, ()),
            )
        }
    }
    impl __::Marker for User_orders {
        type Side = __::Has<
            __::Many,
            User,
            __model_orders,
            __::Primary,
            __::In<{ __::filled::<User, __model_orders>(0, 0) }>,
        >;
        type Place = __::First;
    }
    #[diagnostic::do_not_recommend]
    impl __::Writable for User
    where
        for<'__> User: __::Model,
    {}
    const _: () = __::refuse(__::field_fault::<__model_orders>(&["user_id"]));
    const _: () = __::agrees::<User_orders>("user", "");
};
