//! The loader equals a naive one that asks one query per row, on random rows,
//! trees, filters, orders and limits, together and in separate statements.

mod models;
mod naive;
mod rows;
mod spec;

use models::{Item, MODELS, Order, Product, Role, Shelf, User};
use naive::Tree;
use orm::prelude::*;
use orm::query::Filter;
use proptest::prelude::*;
use proptest::test_runner::{
    Config as Runs, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
};
use serde_json::Value;
use spec::{Node, Spec};

use crate::database::{Place, Test, with_models};

macro_rules! nodes {
    ($($model:ident($($key:ident),+): $linked:expr;)*) => {$(
        impl Node for $model {
            fn number() -> orm::model::Column<Self, i32> {
                $model::number
            }
            fn maybe() -> orm::model::Column<Self, Option<i32>> {
                $model::maybe
            }
            fn by_key() -> Vec<orm::query::Order<Self>> {
                vec![$($model::$key.asc()),+]
            }
            fn linked() -> Filter<Self> {
                $linked
            }
        }
    )*};
}

nodes! {
    User(id): User::orders.any(Order::number.lt(3));
    Order(id): Order::handler.exists();
    Item(id): Item::shelf.exists();
    Role(id): Role::users.exists();
    Product(code): Product::items.count().gt(1);
    Shelf(room, slot): Shelf::items.exists();
}

/// The names of a tree, with specs taken from the list, root first.
macro_rules! names {
    ($specs:ident $($name:ident: $model:ident { $($below:tt)* })*) => {
        vec![$(Tree {
            name: stringify!($name),
            spec: $specs.next().cloned().ok_or("too few specs")?,
            children: names!($specs $($below)*),
        }),*]
    };
}

/// The same tree as typed includes, from the same specs.
macro_rules! includes {
    ($query:expr, $specs:ident, $owner:ident) => { $query };
    ($query:expr, $specs:ident, $owner:ident $name:ident: $model:ident { $($below:tt)* } $($rest:tt)*) => {{
        let include = spec::node($owner::$name, $specs.next().ok_or("too few specs")?);
        let include = includes!(include, $specs, $model $($below)*);
        let query = $query.include(include);
        includes!(query, $specs, $owner $($rest)*)
    }};
}

/// One function per tree: loads it both ways.
macro_rules! trees {
    ($($function:ident: $model:ident { $($below:tt)* };)*) => {
        $(async fn $function(db: &Db, specs: &[Spec]) -> Test<(Value, Value)> {
            let mut all = specs.iter();
            let spec = all.next().cloned().ok_or("too few specs")?;
            let children: Vec<Tree> = names!(all $($below)*);
            let is_flat = children.is_empty();
            let naive = naive::load(db, $model::TABLE, &Tree { name: "", spec, children }).await?;
            let mut all = specs.iter();
            let query = spec::root($model::query(), all.next().ok_or("too few specs")?, is_flat);
            let query = includes!(query, all, $model $($below)*);
            Ok((serde_json::to_value(query.all(db).await?)?, naive))
        })*

        /// How many trees there are.
        const TREES: usize = [$(stringify!($function)),*].len();

        async fn both(tree: usize, db: &Db, specs: &[Spec]) -> Test<(Value, Value)> {
            let mut number = 0..;
            $(if number.next() == Some(tree) {
                return $function(db, specs).await;
            })*
            Err("no such tree".into())
        }
    };
}

trees! {
    a_chain: User { orders: Order { items: Item { product: Product {} } } };
    siblings: User { orders: Order { items: Item {} handler: User {} } handled: Order {} roles: Role {} favourite: Order {} };
    parents: Order { customer: User { orders: Order {} } handler: User { roles: Role {} } fan: User {} items: Item { shelf: Shelf {} } };
    upwards: Item { order: Order { customer: User { referrer: User {} } } product: Product { items: Item {} } };
    to_itself: User { referrer: User { referred: User { favourite: Order {} } } referred: User { referrer: User {} } };
    many_to_many: Role { users: User { roles: Role { users: User {} } orders: Order {} } };
    text_keys: Product { items: Item { product: Product {} order: Order { fan: User {} } } };
    composite_keys: Shelf { items: Item { shelf: Shelf { items: Item {} } product: Product {} } };
    flat: User {};
}

/// More than the widest tree has levels.
const SPECS: usize = 10;

#[test]
fn the_loader_equals_a_naive_one() -> Test {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let place = runtime.block_on(with_models(MODELS))?;
    let strategy = (
        rows::rows(),
        0..TREES,
        prop::collection::vec(spec::spec(), SPECS),
    );
    let runs = Runs {
        cases: 300,
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..Runs::default()
    };
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let outcome = TestRunner::new_with_rng(runs, seed).run(&strategy, |(rows, tree, specs)| {
        let compared = runtime.block_on(compare(&place, &rows.sql(), tree, &specs));
        compared.map_err(|error| TestCaseError::fail(error.to_string()))
    });
    match outcome {
        Err(TestError::Fail(reason, (rows, tree, specs))) => {
            Err(format!("{reason}\ntree {tree}\n{}\n{specs:#?}", rows.sql()).into())
        }
        other => Ok(other?),
    }
}

async fn compare(place: &Place, rows: &str, tree: usize, specs: &[Spec]) -> Test {
    place.run(rows).await?;
    let (loaded, naive) = both(tree, &place.db, specs).await?;
    if loaded == naive {
        return Ok(());
    }
    Err(format!("loaded {loaded:#}\nnaively {naive:#}").into())
}
