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
    draft: ::orm::__private::Draft<User>,
    state: ::orm::__private::PhantomData<fn() -> ()>,
}
#[allow(dead_code, deprecated, unused_qualifications, clippy::all, clippy::pedantic)]
impl UserCreate {
    /// Gives the column `id`.
    fn id(self, value: impl ::orm::__private::IntoValue<Option<i32>>) -> Self {
        self.draft.set::<Option<i32>>(0, value).builder()
    }
    /// Gives the column `email`.
    fn email(self, value: impl ::orm::__private::IntoValue<String>) -> Self {
        self.draft.set::<String>(1, value).builder()
    }
    /// Gives a column its value.
    fn set<__T: ::orm::__private::ColumnType, __K: ::orm::__private::Settable>(
        self,
        column: ::orm::__private::Column<User, __T, __K>,
        value: impl ::orm::__private::IntoValue<__T>,
    ) -> Self {
        self.draft.set::<__T>(column.position(), value).builder()
    }
    /// Creates rows of an association beside this row, all or none.
    fn with<__A, __N, __I>(
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
    fn save<'__db>(
        self,
        db: &'__db impl ::orm::__private::Executor,
    ) -> ::orm::__private::Saving<'__db, User> {
        ::orm::__private::save(self.draft, db)
    }
}
#[allow(deprecated, nonstandard_style, unused_qualifications, clippy::pedantic)]
const _: () = {
    use ::orm::__private as __orm;
    #[automatically_derived]
    impl __orm::Model for User {
        type Key = i32;
        type Create = UserCreate;
        const PATH: &'static str = __orm::concat!(__orm::module_path!(), "::User");
        const COLUMNS: &'static [__orm::ColumnDef] = &[
            __orm::ColumnDef {
                default: __orm::Some(__orm::DefaultValue::Sql("")),
                ..__orm::column::<Option<i32>>("id", "id")
            },
            __orm::ColumnDef {
                default: __orm::Some(__orm::DefaultValue::Sql("")),
                ..__orm::column::<String>("email", "email")
            },
        ];
        const TABLE: &'static __orm::TableDef = &__orm::TableDef {
            associations: &[
                __orm::AssociationDef::new(
                    "",
                    __orm::AssociationKind::HasMany,
                    <Self as __orm::Model>::__table,
                    "",
                    &[],
                    &[],
                ),
            ],
            ..__orm::table::<Self>("User", "users", &[])
        };
        fn __table() -> &'static __orm::TableDef {
            __orm::TableOf::<Self>::DEF
        }
        fn decode(row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            __orm::Ok(User {
                id: row.take()?,
                email: row.take()?,
            })
        }
        fn param(&self, column: u16) -> __orm::Param {
            match column {
                0 => __orm::to_param(&self.id),
                1 => __orm::to_param(&self.email),
                _ => __orm::Param::Null,
            }
        }
        fn key(&self) -> i32 {
            0
        }
    }
    #[allow(dead_code)]
    impl User {
        /// The column `id`: nullable, unique, `` by default.
        const id: __orm::Column<User, Option<i32>, __orm::Unique> = __orm::Column::new(
            0,
        );
        /// The column `email`: not null, unique, `` by default.
        const email: __orm::Column<User, String, __orm::Unique> = __orm::Column::new(1);
    }
    #[automatically_derived]
    impl __orm::From<__orm::Draft<User>> for UserCreate {
        fn from(draft: __orm::Draft<User>) -> Self {
            UserCreate {
                draft,
                state: __orm::PhantomData,
            }
        }
    }
    #[automatically_derived]
    impl __orm::IntoNew<User> for UserCreate {
        fn into_new(self) -> __orm::Draft<User> {
            self.draft
        }
    }
    #[automatically_derived]
    impl __orm::Debug for UserCreate {
        fn fmt(&self, f: &mut __orm::Formatter<'_>) -> __orm::fmt::Result {
            __orm::Debug::fmt(&self.draft, f)
        }
    }
    impl __orm::Prefill<{ __orm::NO_COLUMN }> for UserCreate {
        type Output = UserCreate;
        fn prefill(self, _: __orm::Param) -> Self::Output {
            self.draft.builder()
        }
    }
};
