::core::compile_error! {
    "unknown option `tabel`\nhelp: did you mean `table`?"
}
::core::compile_error! {
    "unknown option `uniqe`\nhelp: did you mean `unique`?"
}
::core::compile_error! {
    "`User` has no primary key\nhelp: mark a field: `#[column(primary_key)]`, or `#[column(primary_key, auto_increment)]` for a number the database gives"
}
/// A `User` that is being created: one method per column, then `save`.
#[allow(deprecated, unused_qualifications)]
#[must_use = "nothing is written before `save`"]
struct UserCreate {
    draft: ::orm::__::Draft<User>,
    state: ::orm::__::PhantomData<fn() -> ()>,
}
#[allow(dead_code, deprecated, unused_qualifications, clippy::all, clippy::pedantic)]
impl UserCreate {
    /// Gives the column `id`.
    fn id(self, value: impl ::orm::__::IntoValue<Option<i32>>) -> Self {
        self.draft.set(0, value)
    }
    /// Gives the column `email`.
    fn email(self, value: impl ::orm::__::IntoValue<String>) -> Self {
        self.draft.set(1, value)
    }
    /// Gives a column its value.
    fn set<__T: ::orm::__::ColumnType, __K: ::orm::__::Settable>(
        self,
        column: ::orm::__::Column<User, __T, __K>,
        value: impl ::orm::__::IntoValue<__T>,
    ) -> Self {
        self.draft.set(column.position(), value)
    }
    /// Creates rows of an association beside this row, all or none.
    fn with<__A, __N, __I>(
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
    fn save<'__db>(
        self,
        db: &'__db impl ::orm::__::Executor,
    ) -> ::orm::__::Saving<'__db, User> {
        ::orm::__::save(self.draft, db)
    }
}
#[allow(deprecated, nonstandard_style, unused_qualifications, clippy::pedantic)]
const _: () = {
    use ::orm::__ as __;
    #[automatically_derived]
    impl __::Model for User {
        type Key = i32;
        type Create = UserCreate;
        type Associations = ();
        type Seen = __::ExactlyOne;
        const PATH: &'static str = __::concat!(__::module_path!(), "::User");
        const COLUMNS: &'static [__::ColumnDef] = &[
            __::column::<Option<i32>>("id").or(__::DefaultValue::Sql("")),
            __::column::<String>("email").or(__::DefaultValue::Sql("")),
        ];
        const TABLE: &'static __::TableDef = &__::TableDef {
            associations: &[
                __::AssociationDef::new(
                    "",
                    __::AssociationKind::HasMany,
                    <Self as __::Model>::__table,
                    "",
                    &[],
                    &[],
                ),
            ],
            ..__::table::<Self>("User", "users", &[])
        };
        fn __table() -> &'static __::TableDef {
            __::TableOf::<Self>::DEF
        }
        fn decode(_: &mut __::Cursor<'_>) -> __::Result<Self> {
            loop {}
        }
        fn param(&self, _: u16) -> __::Param {
            loop {}
        }
        fn key(&self) -> i32 {
            loop {}
        }
    }
    #[automatically_derived]
    impl __::Hooked for User {}
    #[allow(dead_code)]
    impl User {
        /// The column `id`: nullable, unique, `` by default.
        const id: __::Column<User, Option<i32>, __::Unique> = __::Column::new(0);
        /// The column `email`: not null, unique, `` by default.
        const email: __::Column<User, String, __::Unique> = __::Column::new(1);
    }
    impl __::From<__::Draft<User>> for UserCreate {
        fn from(draft: __::Draft<User>) -> Self {
            UserCreate {
                draft,
                state: __::PhantomData,
            }
        }
    }
    impl __::IntoNew<User> for UserCreate {
        fn into_new(self) -> __::Draft<User> {
            self.draft
        }
    }
    #[automatically_derived]
    impl __::Debug for UserCreate {
        fn fmt(&self, f: &mut __::Formatter<'_>) -> __::fmt::Result {
            __::Debug::fmt(&self.draft, f)
        }
    }
    #[diagnostic::do_not_recommend]
    impl __::Writable for User
    where
        for<'__> User: __::Model,
    {}
};
