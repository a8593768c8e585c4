//! Aggregates of associations, beside a naive evaluation in memory: paths of several
//! steps, conditions, marked rows, default scopes, NULLs, keys of several columns.

mod beside;
mod computed;
mod first;
mod first_of_each;
mod join_rows;

use chrono::TimeZone;
use orm::prelude::*;
use orm::query::Filter;
use rust_decimal::Decimal;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq, serde::Serialize)]
#[model(table = "Customers")]
#[association(has_many, as = "orders", model = Order, foreign_key = "customer")]
struct Customer {
    #[column(primary_key)]
    id: i32,
    city: Option<String>,
}

/// A keyword is its table's name, and its key has two columns.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order", soft_delete)]
#[association(belongs_to, as = "buyer", model = Customer, foreign_key = "customer")]
#[association(has_many, as = "items", model = Item, foreign_key = ("shop", "number"))]
#[association(many_to_many, as = "labels", model = Label, through = OrderLabel, foreign_key = ("shop", "number"), other_key = "label_id")]
struct Order {
    #[column(primary_key)]
    shop: i32,
    #[column(primary_key)]
    number: i32,
    customer: Option<i32>,
    total: i32,
    points: i64,
    paid: bool,
    note: Option<String>,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "items")]
#[association(belongs_to, as = "order", model = Order, foreign_key = ("shop", "number"))]
#[association(belongs_to, as = "product", model = Product, foreign_key = "product_id")]
struct Item {
    #[column(primary_key)]
    id: i32,
    shop: i32,
    number: i32,
    product_id: Option<i32>,
    #[column(name = "Price")]
    price: Option<i32>,
}

fn on_sale() -> Filter<Product> {
    Product::on_sale.eq(true)
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "products", default_scope = on_sale)]
#[association(has_many, as = "items", model = Item, foreign_key = "product_id")]
struct Product {
    #[column(primary_key)]
    id: i32,
    on_sale: bool,
    #[column(numeric(10, 2))]
    cost: Decimal,
    weight: f64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "labels", soft_delete)]
#[association(many_to_many, as = "orders", model = Order, through = OrderLabel, foreign_key = "label_id", other_key = ("shop", "number"))]
struct Label {
    #[column(primary_key)]
    id: i32,
    rank: i32,
    deleted_at: Option<DateTime<Utc>>,
}

/// May hold a pair twice.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "order_labels", soft_delete)]
#[association(belongs_to, as = "order", model = Order, foreign_key = ("shop", "number"), one_sided)]
#[association(belongs_to, as = "label", model = Label, foreign_key = "label_id", one_sided)]
struct OrderLabel {
    #[column(primary_key)]
    id: i32,
    shop: i32,
    number: i32,
    label_id: i32,
    weight: Option<i32>,
    deleted_at: Option<DateTime<Utc>>,
}

/// All rows, in memory.
struct World {
    customers: Vec<Customer>,
    orders: Vec<Order>,
    items: Vec<Item>,
    products: Vec<Product>,
    labels: Vec<Label>,
    pairs: Vec<OrderLabel>,
}

const CUSTOMERS: i32 = 60;
const ORDERS: i32 = 700;
const ITEMS: i32 = 2_000;
const PRODUCTS: i32 = 40;
const LABELS: i32 = 30;
const PAIRS: i32 = 1_500;

impl World {
    fn new() -> Self {
        let mut state = 7_u32;
        let mut below = move |n: i32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as i32 % n
        };
        let gone = Utc.timestamp_opt(1_700_000_000, 0).single();
        let key = |n: i32| (n % 5, n / 5);
        let customer = |id| Customer {
            id,
            city: (id % 7 != 0).then(|| format!("Köln {}", id % 4)),
        };
        let order = |n| Order {
            shop: key(n).0,
            number: key(n).1,
            // The last customers have none.
            customer: (below(9) != 0).then(|| below(CUSTOMERS - 10)),
            total: [i32::MAX, -3, 0, 17, 2_000_000_000][below(5) as usize],
            points: [i64::MAX, i64::MAX - 1, -9, 1][below(4) as usize],
            paid: below(2) == 0,
            note: (below(3) != 0).then(|| ["a", "b", "日"][below(3) as usize].to_owned()),
            deleted_at: gone.filter(|_| n % 6 == 0),
        };
        let orders = (0..ORDERS).map(order).collect();
        let mut below = {
            let mut state = 99_u32;
            move |n: i32| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) as i32 % n
            }
        };
        let item = |id| {
            let (shop, number) = key(below(ORDERS));
            Item {
                id,
                shop,
                number,
                product_id: (below(6) != 0).then(|| below(PRODUCTS)),
                price: (below(4) != 0).then(|| below(1_000) - 100),
            }
        };
        let items = (0..ITEMS).map(item).collect();
        let product = |id: i32| Product {
            id,
            on_sale: id % 4 != 0,
            cost: Decimal::new(i64::from(id) * 1_001, 2),
            weight: f64::from(id) / 4.0,
        };
        let label = |id: i32| Label {
            id,
            rank: id % 5 - 2,
            deleted_at: gone.filter(|_| id % 8 == 0),
        };
        let pair = |id| {
            let (shop, number) = key(below(ORDERS));
            OrderLabel {
                id,
                shop,
                number,
                label_id: below(LABELS),
                weight: (below(5) != 0).then(|| below(10)),
                deleted_at: gone.filter(|_| id % 10 == 0),
            }
        };
        World {
            customers: (0..CUSTOMERS).map(customer).collect(),
            orders,
            items,
            products: (0..PRODUCTS).map(product).collect(),
            labels: (0..LABELS).map(label).collect(),
            pairs: (0..PAIRS).map(pair).collect(),
        }
    }

    /// The orders of a customer that are there.
    fn orders_of(&self, customer: i32) -> Vec<&Order> {
        let mut orders = self.with_gone_orders_of(customer);
        orders.retain(|order| order.deleted_at.is_none());
        orders
    }

    fn with_gone_orders_of(&self, customer: i32) -> Vec<&Order> {
        let orders = self.orders.iter();
        orders.filter(|it| it.customer == Some(customer)).collect()
    }

    fn items_of(&self, order: &Order) -> Vec<&Item> {
        let items = self.items.iter();
        let of = |item: &&Item| (item.shop, item.number) == (order.shop, order.number);
        items.filter(of).collect()
    }

    fn product_of(&self, item: &Item) -> Option<&Product> {
        let product = self
            .products
            .iter()
            .find(|it| Some(it.id) == item.product_id);
        product.filter(|it| it.on_sale)
    }

    /// The labels of an order that are there, each once.
    fn labels_of(&self, order: &Order) -> Vec<&Label> {
        let pairs = self.pairs.iter().filter(|it| it.deleted_at.is_none());
        let pairs = pairs.filter(|it| (it.shop, it.number) == (order.shop, order.number));
        let ids: Vec<i32> = pairs.map(|it| it.label_id).collect();
        let labels = self.labels.iter().filter(|it| it.deleted_at.is_none());
        labels.filter(|it| ids.contains(&it.id)).collect()
    }
}

/// Rows by which a thing reached twice is known, each once.
fn once<T>(mut rows: Vec<&T>, id: impl Fn(&T) -> i32) -> Vec<&T> {
    rows.sort_by_key(|row| id(row));
    rows.dedup_by_key(|row| id(row));
    rows
}

async fn filled() -> Test<(Place, World)> {
    let place = with_models(orm::models![
        Customer, Order, Item, Product, Label, OrderLabel
    ])
    .await?;
    let (db, world) = (&place.db, World::new());
    let customers = world.customers.iter();
    let customers = customers.map(|it| Customer::create().id(it.id).city(it.city.clone()));
    Customer::copy_in(customers).save(db).await?;
    let orders = world.orders.iter().map(|it| {
        let order = Order::create()
            .shop(it.shop)
            .number(it.number)
            .total(it.total);
        let order = order.points(it.points).paid(it.paid).note(it.note.clone());
        order.customer(it.customer)
    });
    Order::copy_in(orders).save(db).await?;
    let products = world.products.iter().map(|it| {
        let product = Product::create().id(it.id).on_sale(it.on_sale);
        product.cost(it.cost).weight(it.weight)
    });
    Product::copy_in(products).save(db).await?;
    let items = world.items.iter().map(|it| {
        let item = Item::create().id(it.id).shop(it.shop).number(it.number);
        item.product_id(it.product_id).price(it.price)
    });
    Item::copy_in(items).save(db).await?;
    let labels = world.labels.iter();
    Label::copy_in(labels.map(|it| Label::create().id(it.id).rank(it.rank)))
        .save(db)
        .await?;
    let pairs = world.pairs.iter().map(|it| {
        let pair = OrderLabel::create()
            .id(it.id)
            .shop(it.shop)
            .number(it.number);
        pair.label_id(it.label_id).weight(it.weight)
    });
    OrderLabel::copy_in(pairs).save(db).await?;
    let gone = "= '2023-11-14 22:13:20.000000+00:00'";
    let numbered = "shop + 5 * number";
    place
        .run(&format!(
            "UPDATE \"order\" SET deleted_at {gone} WHERE ({numbered}) % 6 = 0"
        ))
        .await?;
    place
        .run(&format!(
            "UPDATE labels SET deleted_at {gone} WHERE id % 8 = 0"
        ))
        .await?;
    place
        .run(&format!(
            "UPDATE order_labels SET deleted_at {gone} WHERE id % 10 = 0"
        ))
        .await?;
    place.log.clear();
    Ok((place, world))
}
