/// A `Order` that is being created: one method per column, then `save`.
#[allow(deprecated, unused_qualifications)]
#[must_use = "nothing is written before `save`"]
struct OrderCreate<UserId = ::orm::__private::Missing> {
    draft: ::orm::__private::Draft<Order>,
    state: ::orm::__private::PhantomData<fn() -> (UserId,)>,
}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "`Order` cannot be created without `user_id`",
    label = "call `.user_id(..)` before this"
)]
trait Order_user_id_is_given {}
#[diagnostic::do_not_recommend]
impl Order_user_id_is_given for ::orm::__private::Given {}
#[allow(dead_code, deprecated, unused_qualifications, clippy::all, clippy::pedantic)]
impl<UserId> OrderCreate<UserId> {
    /// Gives the column `id`.
    fn id(self, value: impl ::orm::__private::IntoValue<i32>) -> Self {
        self.draft.set::<i32>(0, value).builder()
    }
    /// Gives the column `user_id`.
    fn user_id(
        self,
        value: impl ::orm::__private::IntoValue<i32>,
    ) -> OrderCreate<::orm::__private::Given> {
        self.draft.set::<i32>(1, value).builder()
    }
    /// Gives the column `status`.
    fn status(self, value: impl ::orm::__private::IntoValue<OrderStatus>) -> Self {
        self.draft
            .set::<<OrderStatus as ::orm::__private::Storable>::Type>(2, value)
            .builder()
    }
    /// Gives the column `discount_code`.
    fn discount_code(
        self,
        value: impl ::orm::__private::IntoValue<Option<String>>,
    ) -> Self {
        self.draft.set::<Option<String>>(4, value).builder()
    }
    /// Gives the column `created_at`.
    fn created_at(self, value: impl ::orm::__private::IntoValue<DateTime<Utc>>) -> Self {
        self.draft.set::<DateTime<Utc>>(5, value).builder()
    }
    /// Gives the column `updated_at`.
    fn updated_at(self, value: impl ::orm::__private::IntoValue<DateTime<Utc>>) -> Self {
        self.draft.set::<DateTime<Utc>>(6, value).builder()
    }
    /// Gives a column its value.
    fn set<__T: ::orm::__private::ColumnType, __K: ::orm::__private::Settable>(
        self,
        column: ::orm::__private::Column<Order, __T, __K>,
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
        __A: ::orm::__private::Associate<Owner = Order>,
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
    ) -> ::orm::__private::Saving<'__db, Order>
    where
        UserId: Order_user_id_is_given,
    {
        ::orm::__private::save(self.draft, db)
    }
}
/// A `Order` with some of its associations loaded.
#[allow(deprecated, unused_qualifications)]
struct OrderLoaded<
    Customer = ::orm::__private::NotLoaded,
    Products = ::orm::__private::NotLoaded,
> {
    __row: Order,
    /// The association `customer`.
    pub customer: Customer,
    /// The association `products`.
    pub products: Products,
}
#[doc(hidden)]
#[allow(missing_debug_implementations, non_camel_case_types)]
enum Order_customer {}
#[doc(hidden)]
#[allow(missing_debug_implementations, non_camel_case_types)]
enum Order_products {}
#[allow(deprecated, nonstandard_style, unused_qualifications, clippy::pedantic)]
const _: () = {
    use ::orm::__private as __orm;
    type __column_status = <OrderStatus as __orm::Storable>::Type;
    type __model_customer = <User as __orm::IsModel>::Itself;
    type __model_products = <Product as __orm::IsModel>::Itself;
    const __customer_columns: &[u16] = {
        let _: <<i32 as __orm::ColumnType>::Base as __orm::SameType<
            <__model_customer as __orm::Model>::Key,
        >>::Checked = ();
        &__orm::primary_key::<__model_customer, 1>()
    };
    const __products_columns: &[u16] = &__orm::primary_key::<
        __model_products,
        { __orm::held_width::<__model_products, OrderItem>() },
    >();
    const __products_owner: &[&str] = &__orm::join_columns::<
        OrderItem,
        _,
    >(__orm::held_key::<Order, OrderItem, 1>(&[0], "order_id"));
    const __products_target: &[&str] = &__orm::join_columns::<
        OrderItem,
        _,
    >(
        __orm::held_key::<
            __model_products,
            OrderItem,
            { __orm::held_width::<__model_products, OrderItem>() },
        >(__products_columns, "product_id"),
    );
    #[automatically_derived]
    impl __orm::Model for Order {
        type Key = i32;
        type Create = OrderCreate<__orm::Missing>;
        const PATH: &'static str = __orm::concat!(__orm::module_path!(), "::Order");
        const COLUMNS: &'static [__orm::ColumnDef] = &[
            __orm::ColumnDef {
                primary_key: true,
                identity: __orm::Some(__orm::Identity::ByDefault),
                ..__orm::column::<i32>("id", "id")
            },
            __orm::column::<i32>("user_id", "user_id"),
            __orm::ColumnDef {
                default: __orm::Some(
                    __orm::DefaultValue::Value(|| __orm::ColumnType::into_param(
                        __orm::IntoValue::<
                            __column_status,
                        >::into_value(OrderStatus::Pending),
                    )),
                ),
                ..__orm::column::<__column_status>("status", "status")
            },
            __orm::ColumnDef {
                generated: __orm::Some("total / 100"),
                ..__orm::column::<i64>("total", "total")
            },
            __orm::column::<Option<String>>("discount_code", "discount_code"),
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
            indexes: &[
                __orm::IndexDef {
                    filter: __orm::Some("discount_code IS NOT NULL"),
                    ..__orm::index(
                        "orders_status_created_at_idx",
                        &[
                            __orm::index_part(__orm::IndexTerm::Column(2)),
                            __orm::IndexPart {
                                descending: true,
                                nulls_first: __orm::Some(false),
                                ..__orm::index_part(__orm::IndexTerm::Column(5))
                            },
                        ],
                    )
                },
            ],
            associations: &[
                __orm::AssociationDef {
                    on_delete: __orm::Action::Cascade,
                    ..__orm::side::<
                        __model_customer,
                    >(
                        "customer",
                        __orm::AssociationKind::BelongsTo,
                        &[1],
                        __customer_columns,
                    )
                },
                __orm::AssociationDef {
                    through: __orm::Some(
                        __orm::join_model::<
                            OrderItem,
                        >(__products_owner, __products_target),
                    ),
                    ..__orm::side::<
                        __model_products,
                    >(
                        "products",
                        __orm::AssociationKind::ManyToMany,
                        &[0],
                        __products_columns,
                    )
                },
            ],
            ..__orm::table::<Self>("Order", "orders", &[0])
        };
        const HELD_KEYS: &'static [__orm::HeldKey] = &[
            __orm::HeldKey::new::<__model_customer>(&[1], __customer_columns),
        ];
        fn __table() -> &'static __orm::TableDef {
            __orm::TableOf::<Self>::DEF
        }
        fn decode(row: &mut __orm::Cursor<'_>) -> __orm::Result<Self> {
            __orm::Ok(Order {
                id: row.take()?,
                user_id: row.take()?,
                status: row.take::<__column_status>()?,
                total: row.take()?,
                discount_code: row.take()?,
                created_at: row.take()?,
                updated_at: row.take()?,
            })
        }
        fn param(&self, column: u16) -> __orm::Param {
            match column {
                0 => __orm::to_param(&self.id),
                1 => __orm::to_param(&self.user_id),
                2 => <__column_status as __orm::ColumnType>::to_param(&self.status),
                3 => __orm::to_param(&self.total),
                4 => __orm::to_param(&self.discount_code),
                5 => __orm::to_param(&self.created_at),
                6 => __orm::to_param(&self.updated_at),
                _ => __orm::Param::Null,
            }
        }
        fn key(&self) -> i32 {
            __orm::Clone::clone(&self.id)
        }
    }
    #[allow(dead_code)]
    impl Order {
        /// The column `id`: not null, primary key, numbered by the database.
        const id: __orm::Column<Order, i32, __orm::Unique> = __orm::Column::new(0);
        /// The column `user_id`: not null.
        const user_id: __orm::Column<Order, i32> = __orm::Column::new(1);
        /// The column `status`: not null, `OrderStatus :: Pending` by default.
        const status: __orm::Column<Order, OrderStatus> = __orm::Column::new(2);
        /// The column `total`: not null, generated.
        const total: __orm::Column<Order, i64, __orm::Generated> = __orm::Column::new(3);
        /// The column `discount_code`: nullable.
        const discount_code: __orm::Column<Order, Option<String>> = __orm::Column::new(
            4,
        );
        /// The column `created_at`: not null.
        const created_at: __orm::Column<Order, DateTime<Utc>> = __orm::Column::new(5);
        /// The column `updated_at`: not null.
        const updated_at: __orm::Column<Order, DateTime<Utc>> = __orm::Column::new(6);
        /// The association `customer`: one `User`.
        const customer: __orm::Association<Order_customer> = __orm::Association::new();
        /// The association `products`: many `Product`.
        const products: __orm::Association<Order_products> = __orm::Association::new();
    }
    #[automatically_derived]
    impl<UserId> __orm::From<__orm::Draft<Order>> for OrderCreate<UserId> {
        fn from(draft: __orm::Draft<Order>) -> Self {
            OrderCreate {
                draft,
                state: __orm::PhantomData,
            }
        }
    }
    #[automatically_derived]
    impl<UserId: Order_user_id_is_given> __orm::IntoNew<Order> for OrderCreate<UserId> {
        fn into_new(self) -> __orm::Draft<Order> {
            self.draft
        }
    }
    #[automatically_derived]
    impl<UserId> __orm::Debug for OrderCreate<UserId> {
        fn fmt(&self, f: &mut __orm::Formatter<'_>) -> __orm::fmt::Result {
            __orm::Debug::fmt(&self.draft, f)
        }
    }
    impl __orm::Prefill<1> for OrderCreate<__orm::Missing> {
        type Output = OrderCreate<__orm::Given>;
        fn prefill(self, value: __orm::Param) -> Self::Output {
            self.draft.set_param(1, value).builder()
        }
    }
    impl<UserId> __orm::Prefill<{ __orm::NO_COLUMN }> for OrderCreate<UserId> {
        type Output = OrderCreate<UserId>;
        fn prefill(self, _: __orm::Param) -> Self::Output {
            self.draft.builder()
        }
    }
    impl<Customer, Products> OrderLoaded<Customer, Products> {
        /// The row alone.
        pub fn into_inner(self) -> Order {
            self.__row
        }
    }
    #[automatically_derived]
    impl<Customer, Products> __orm::Deref for OrderLoaded<Customer, Products> {
        type Target = Order;
        fn deref(&self) -> &Order {
            &self.__row
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__V: __orm::Slot> __orm::Fill<Order_customer, __V> for Order {
        type Output = OrderLoaded<__V, __orm::NotLoaded>;
        fn fill(self, value: __V) -> Self::Output {
            OrderLoaded {
                __row: self,
                customer: value,
                products: __orm::NotLoaded,
            }
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__V: __orm::Slot, Products: __orm::Slot> __orm::Fill<Order_customer, __V>
    for OrderLoaded<__orm::NotLoaded, Products> {
        type Output = OrderLoaded<__V, Products>;
        fn fill(self, value: __V) -> Self::Output {
            OrderLoaded {
                __row: self.__row,
                customer: value,
                products: self.products,
            }
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__V: __orm::Slot> __orm::Fill<Order_products, __V> for Order {
        type Output = OrderLoaded<__orm::NotLoaded, __V>;
        fn fill(self, value: __V) -> Self::Output {
            OrderLoaded {
                __row: self,
                customer: __orm::NotLoaded,
                products: value,
            }
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl<__V: __orm::Slot, Customer: __orm::Slot> __orm::Fill<Order_products, __V>
    for OrderLoaded<Customer, __orm::NotLoaded> {
        type Output = OrderLoaded<Customer, __V>;
        fn fill(self, value: __V) -> Self::Output {
            OrderLoaded {
                __row: self.__row,
                customer: self.customer,
                products: value,
            }
        }
    }
    #[automatically_derived]
    impl<Customer: __orm::Debug, Products: __orm::Debug> __orm::Debug
    for OrderLoaded<Customer, Products>
    where
        for<'__orm> Order: __orm::Debug,
    {
        fn fmt(&self, f: &mut __orm::Formatter<'_>) -> __orm::fmt::Result {
            __orm::debug_loaded(
                f,
                "OrderLoaded",
                &self.__row,
                &[("customer", &self.customer), ("products", &self.products)],
            )
        }
    }
    #[automatically_derived]
    impl<Customer: __orm::Clone, Products: __orm::Clone> __orm::Clone
    for OrderLoaded<Customer, Products>
    where
        for<'__orm> Order: __orm::Clone,
    {
        fn clone(&self) -> Self {
            OrderLoaded {
                __row: __orm::Clone::clone(&self.__row),
                customer: __orm::Clone::clone(&self.customer),
                products: __orm::Clone::clone(&self.products),
            }
        }
    }
    #[automatically_derived]
    impl<Customer: __orm::PartialEq, Products: __orm::PartialEq> __orm::PartialEq
    for OrderLoaded<Customer, Products>
    where
        for<'__orm> Order: __orm::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.__row == other.__row && self.customer == other.customer
                && self.products == other.products
        }
    }
    #[automatically_derived]
    impl<
        Customer: __orm::Serialize + 'static,
        Products: __orm::Serialize + 'static,
    > __orm::Serialize for OrderLoaded<Customer, Products>
    where
        for<'__orm> Order: __orm::Serialize,
    {
        fn serialize<__S: __orm::Serializer>(
            &self,
            serializer: __S,
        ) -> __orm::StdResult<__S::Ok, __S::Error> {
            __orm::serialize_loaded(
                serializer,
                &self.__row,
                __orm::LoadedSlot(
                    "customer",
                    &self.customer,
                    __orm::LoadedSlot("products", &self.products, ()),
                ),
            )
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Nth<0> for Order {
        type Association = Order_customer;
    }
    #[automatically_derived]
    impl __orm::Associate for Order_customer {
        type Owner = Order;
        type Target = __model_customer;
        type Kind = <__orm::BelongsToOne<
            { __orm::belongs_to::<__model_customer>(__orm::columns::<Order>(), &[1]) },
        > as __orm::BelongsTo>::Kind;
        type Key = <i32 as __orm::ColumnType>::Base;
        type Create = <__model_customer as __orm::Model>::Create;
        type Holder = __orm::HeldByOwner<
            { __orm::nullable(__orm::columns::<Order>(), &[1]) },
        >;
        type Join = __orm::NoJoinRow;
        const DEF: &'static __orm::AssociationDef = __orm::association::<Order>(0);
        fn owner_key(owner: &Order) -> __orm::Option<Self::Key> {
            __orm::Some(__orm::Clone::clone(&owner.user_id))
        }
    }
    #[automatically_derived]
    #[diagnostic::do_not_recommend]
    impl __orm::Nth<1> for Order {
        type Association = Order_products;
    }
    #[automatically_derived]
    impl __orm::Associate for Order_products {
        type Owner = Order;
        type Target = __model_products;
        type Kind = __orm::Many;
        type Key = <i32 as __orm::ColumnType>::Base;
        type Create = <__model_products as __orm::Model>::Create;
        type Holder = __orm::HeldByJoinTable;
        type Join = __orm::JoinedBy<OrderItem>;
        const DEF: &'static __orm::AssociationDef = __orm::association::<Order>(1);
        fn owner_key(owner: &Order) -> __orm::Option<Self::Key> {
            __orm::Some(__orm::Clone::clone(&owner.id))
        }
    }
    const _: () = __orm::assert!(
        ! __orm::columns:: < Order > () [2].nullable,
        "the type of `status` is an `Option` under another name\nhelp: write `Option<..>` itself, so that its NULL can be seen"
    );
    const _: () = if let __orm::Some(fault) = __orm::other_side_fault::<
        Order,
        __model_customer,
    >(0, "orders", "") {
        __orm::panic!("{}", fault.as_str())
    };
    const _: () = if let __orm::Some(fault) = __orm::other_side_fault::<
        Order,
        __model_products,
    >(1, "orders", "") {
        __orm::panic!("{}", fault.as_str())
    };
    const _: () = if let __orm::Some(fault) = __orm::through_fault::<
        Order,
        __model_products,
        OrderItem,
    >(1, [("order", "order_id"), ("product", "product_id")]) {
        __orm::panic!("{}", fault.as_str())
    };
};
