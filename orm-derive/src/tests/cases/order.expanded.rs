/// A `Order` that is being created: one method per column, then `save`.
#[allow(deprecated, unused_qualifications)]
#[must_use = "nothing is written before `save`"]
struct OrderCreate<UserId = ::orm::__::Missing> {
    draft: ::orm::__::Draft<Order>,
    state: ::orm::__::PhantomData<fn() -> (UserId,)>,
}
#[doc(hidden)]
#[allow(non_camel_case_types)]
#[diagnostic::on_unimplemented(
    message = "`Order` cannot be created without `user_id`",
    label = "call `.user_id(..)` before this"
)]
trait Order_user_id_is_given {}
#[diagnostic::do_not_recommend]
impl Order_user_id_is_given for ::orm::__::Given {}
#[allow(dead_code, deprecated, unused_qualifications, clippy::all, clippy::pedantic)]
impl<UserId> OrderCreate<UserId> {
    /// Gives the column `id`.
    fn id(self, value: impl ::orm::__::IntoValue<i32>) -> Self {
        self.draft.set(0, value)
    }
    /// Gives the column `user_id`.
    fn user_id(
        self,
        value: impl ::orm::__::IntoValue<i32>,
    ) -> OrderCreate<::orm::__::Given> {
        self.draft.set(1, value)
    }
    /// Gives the column `status`.
    fn status(self, value: impl ::orm::__::IntoValue<OrderStatus>) -> Self {
        self.draft.set::<<OrderStatus as ::orm::__::Storable>::Type, _>(2, value)
    }
    /// Gives the column `discount_code`.
    fn discount_code(self, value: impl ::orm::__::IntoValue<Option<String>>) -> Self {
        self.draft.set(4, value)
    }
    /// Gives the column `created_at`.
    fn created_at(self, value: impl ::orm::__::IntoValue<DateTime<Utc>>) -> Self {
        self.draft.set(5, value)
    }
    /// Gives the column `updated_at`.
    fn updated_at(self, value: impl ::orm::__::IntoValue<DateTime<Utc>>) -> Self {
        self.draft.set(6, value)
    }
    /// Gives a column its value.
    fn set<__T: ::orm::__::ColumnType, __K: ::orm::__::Settable>(
        self,
        column: ::orm::__::Column<Order, __T, __K>,
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
        __A: ::orm::__::Associate<Owner = Order>,
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
    ) -> ::orm::__::Saving<'__db, Order>
    where
        UserId: Order_user_id_is_given,
    {
        ::orm::__::save(self.draft, db)
    }
}
/// A `Order` with some of its associations loaded.
#[allow(deprecated, unused_qualifications)]
struct OrderLoaded<Customer = ::orm::__::NotLoaded, Products = ::orm::__::NotLoaded> {
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
    use ::orm::__ as __;
    type __column_status = <OrderStatus as __::Storable>::Type;
    type __model_customer = <User as __::IsModel>::Itself;
    type __model_products = <Product as __::IsModel>::Itself;
    const __products_columns: &[u16] = &__::primary_key::<
        __model_products,
        { __::held_width::<__model_products, OrderItem>() },
    >();
    const __products_owner: &[&str] = &__::join_columns::<
        OrderItem,
        _,
    >(__::held_key::<Order, OrderItem, 1>(&[0], "order_id"));
    const __products_target: &[&str] = &__::join_columns::<
        OrderItem,
        _,
    >(
        __::held_key::<
            __model_products,
            OrderItem,
            { __::held_width::<__model_products, OrderItem>() },
        >(__products_columns, "product_id"),
    );
    #[automatically_derived]
    impl __::Model for Order {
        type Key = i32;
        type Create = OrderCreate<__::Missing>;
        type Associations = (Order_customer, (Order_products, ()));
        type Seen = __::ExactlyOne;
        const PATH: &'static str = __::concat!(__::module_path!(), "::Order");
        const COLUMNS: &'static [__::ColumnDef] = &[
            __::column::<i32>("id").in_key().numbered(__::Identity::ByDefault),
            __::column::<i32>("user_id"),
            __::column::<__column_status>("status")
                .or(
                    __::DefaultValue::Value(|| __::ColumnType::into_param(
                        __::IntoValue::<
                            __column_status,
                        >::into_value(OrderStatus::Pending),
                    )),
                ),
            __::column::<i64>("total").computed("total / 100"),
            __::column::<Option<String>>("discount_code"),
            __::column::<DateTime<Utc>>("created_at").stamped(__::Timestamp::Created),
            __::column::<DateTime<Utc>>("updated_at").stamped(__::Timestamp::Updated),
        ];
        const TABLE: &'static __::TableDef = &__::TableDef {
            indexes: &[
                __::IndexDef {
                    filter: __::Some("discount_code IS NOT NULL"),
                    ..__::index(
                        "orders_status_created_at_idx",
                        &[
                            __::index_part(__::IndexTerm::Column(2)),
                            __::IndexPart {
                                descending: true,
                                nulls_first: __::Some(false),
                                ..__::index_part(__::IndexTerm::Column(5))
                            },
                        ],
                    )
                },
            ],
            associations: &[
                __::AssociationDef {
                    on_delete: __::Action::Cascade,
                    ..__::belongs_to::<__model_customer, _>("customer", &[1])
                },
                __::AssociationDef {
                    through: __::Some(
                        __::join_model::<OrderItem>(__products_owner, __products_target),
                    ),
                    ..__::side::<
                        __model_products,
                    >(
                        "products",
                        __::AssociationKind::ManyToMany,
                        &[0],
                        __products_columns,
                    )
                },
            ],
            ..__::table::<Self>("Order", "orders", &[0])
        };
        const HELD_KEYS: &'static [__::HeldKey] = &[
            __::held::<__model_customer, _>(&[1]),
        ];
        fn __table() -> &'static __::TableDef {
            __::TableOf::<Self>::DEF
        }
        fn decode(row: &mut __::Cursor<'_>) -> __::Result<Self> {
            __::Ok(Order {
                id: row.take()?,
                user_id: row.take()?,
                status: row.take::<__column_status>()?,
                total: row.take()?,
                discount_code: row.take()?,
                created_at: row.take()?,
                updated_at: row.take()?,
            })
        }
        fn param(&self, column: u16) -> __::Param {
            __::param_of(
                &[
                    &self.id,
                    &self.user_id,
                    __::field::<__column_status>(&self.status),
                    &self.total,
                    &self.discount_code,
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
    impl Order {
        /// The column `id`: not null, primary key, numbered by the database.
        const id: __::Column<Order, i32, __::Unique> = __::Column::new(0);
        /// The column `user_id`: not null.
        const user_id: __::Column<Order, i32> = __::Column::new(1);
        /// The column `status`: not null, `OrderStatus :: Pending` by default.
        const status: __::Column<Order, OrderStatus> = __::Column::new(2);
        /// The column `total`: not null, generated.
        const total: __::Column<Order, i64, __::Generated> = __::Column::new(3);
        /// The column `discount_code`: nullable.
        const discount_code: __::Column<Order, Option<String>> = __::Column::new(4);
        /// The column `created_at`: not null.
        const created_at: __::Column<Order, DateTime<Utc>> = __::Column::new(5);
        /// The column `updated_at`: not null.
        const updated_at: __::Column<Order, DateTime<Utc>> = __::Column::new(6);
        /// The association `customer`: one `User`.
        const customer: __::Association<Order_customer> = __::Association::new();
        /// The association `products`: many `Product`.
        const products: __::Association<Order_products> = __::Association::new();
    }
    impl<UserId> __::From<__::Draft<Order>> for OrderCreate<UserId> {
        fn from(draft: __::Draft<Order>) -> Self {
            OrderCreate {
                draft,
                state: __::PhantomData,
            }
        }
    }
    impl<UserId: Order_user_id_is_given> __::IntoNew<Order> for OrderCreate<UserId> {
        fn into_new(self) -> __::Draft<Order> {
            self.draft
        }
    }
    #[automatically_derived]
    impl<UserId> __::Debug for OrderCreate<UserId> {
        fn fmt(&self, f: &mut __::Formatter<'_>) -> __::fmt::Result {
            __::Debug::fmt(&self.draft, f)
        }
    }
    impl __::Prefill<1> for OrderCreate<__::Missing> {
        type Output = OrderCreate<__::Given>;
        type Holder = __::Held;
    }
    impl<Customer, Products> OrderLoaded<Customer, Products> {
        /// The row alone.
        pub fn into_inner(self) -> Order {
            self.__row
        }
    }
    impl<Customer, Products> __::Deref for OrderLoaded<Customer, Products> {
        type Target = Order;
        fn deref(&self) -> &Order {
            &self.__row
        }
    }
    impl<Customer: __::Slot, Products: __::Slot> __::Loads<(Customer, (Products, ()))>
    for Order {
        type Loaded = OrderLoaded<Customer, Products>;
        fn load(self, slots: (Customer, (Products, ()))) -> Self::Loaded {
            OrderLoaded {
                __row: self,
                customer: slots.0,
                products: slots.1.0,
            }
        }
    }
    impl<Customer: __::Slot, Products: __::Slot> __::Row
    for OrderLoaded<Customer, Products> {
        type Model = Order;
        type Slots = (Customer, (Products, ()));
        fn split(self) -> (Order, (Customer, (Products, ()))) {
            (self.__row, (self.customer, (self.products, ())))
        }
    }
    #[automatically_derived]
    impl<Customer: __::Debug, Products: __::Debug> __::Debug
    for OrderLoaded<Customer, Products>
    where
        for<'__> Order: __::Debug,
    {
        fn fmt(&self, f: &mut __::Formatter<'_>) -> __::fmt::Result {
            __::debug_loaded(
                f,
                "OrderLoaded",
                &self.__row,
                &[("customer", &self.customer), ("products", &self.products)],
            )
        }
    }
    #[automatically_derived]
    impl<Customer: __::Clone, Products: __::Clone> __::Clone
    for OrderLoaded<Customer, Products>
    where
        for<'__> Order: __::Clone,
    {
        fn clone(&self) -> Self {
            OrderLoaded {
                __row: __::Clone::clone(&self.__row),
                customer: __::Clone::clone(&self.customer),
                products: __::Clone::clone(&self.products),
            }
        }
    }
    #[automatically_derived]
    impl<Customer: __::PartialEq, Products: __::PartialEq> __::PartialEq
    for OrderLoaded<Customer, Products>
    where
        for<'__> Order: __::PartialEq,
    {
        fn eq(&self, other: &Self) -> bool {
            self.__row == other.__row && self.customer == other.customer
                && self.products == other.products
        }
    }
    #[automatically_derived]
    impl<
        Customer: __::Serialize + 'static,
        Products: __::Serialize + 'static,
    > __::Serialize for OrderLoaded<Customer, Products>
    where
        for<'__> Order: __::Serialize,
    {
        fn serialize<__S: __::Serializer>(
            &self,
            serializer: __S,
        ) -> __::StdResult<__S::Ok, __S::Error> {
            __::serialize_loaded(
                serializer,
                &self.__row,
                __::LoadedSlot(
                    "customer",
                    &self.customer,
                    __::LoadedSlot("products", &self.products, ()),
                ),
            )
        }
    }
    impl __::Marker for Order_customer {
        type Side = __::BelongsTo<
            Order,
            __model_customer,
            __::Base<i32>,
            __::ExactlyOne,
        >;
        type Place = __::First;
        fn owner_key(owner: &Order) -> __::Option<__::Base<i32>> {
            let _: <__::Base<
                i32,
            > as __::SameType<<__model_customer as __::Model>::Key>>::Checked = ();
            __::Some(__::Clone::clone(&owner.user_id))
        }
    }
    impl __::Marker for Order_products {
        type Side = __::ManyToMany<
            Order,
            __model_products,
            __::Primary,
            __::JoinedBy<OrderItem>,
        >;
        type Place = __::After<__::First>;
    }
    #[diagnostic::do_not_recommend]
    impl __::Writable for Order
    where
        for<'__> Order: __::Model,
    {}
    const _: () = __::not_null::<__column_status>("status");
    const _: () = __::agrees::<Order_customer>("orders", "");
    const _: () = __::agrees::<Order_products>("orders", "");
    const _: () = __::goes_through::<
        Order_products,
        OrderItem,
    >([("order", "order_id"), ("product", "product_id")]);
};
