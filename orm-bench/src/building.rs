//! Queries that are built and not sent: what a query costs before any I/O.

use std::hint::black_box;
use std::time::Instant;

use orm::prelude::*;

use crate::allocation;
use crate::models::{Order, OrderItem, User};

/// What building one query costs.
#[derive(Debug)]
pub struct Built {
    /// Which query.
    pub what: &'static str,
    /// The median in nanoseconds.
    pub nanos: u128,
    /// Allocations, those of the text included.
    pub allocations: u64,
}

/// Builds the queries and their texts.
pub fn measure() -> Vec<Built> {
    vec![
        built("find by key", || User::find(black_box(7)).to_sql()),
        built("find by key, typed part only", || User::find(black_box(7))),
        built("first 100 by key", || {
            User::query()
                .order_by(User::id)
                .limit(black_box(100))
                .to_sql()
        }),
        built("three-level include tree", || tree().to_sql()),
        built("three-level include tree, typed part only", tree),
    ]
}

#[allow(refining_impl_trait, reason = "the type is the compiler's business")]
fn tree() -> impl ToSql {
    User::find(black_box(7)).include(User::orders.include(Order::items.include(OrderItem::product)))
}

/// A query whose text can be asked for, whatever its type.
trait ToSql {
    fn to_sql(&self) -> String;
}

impl<L: Send + 'static, S: Send> ToSql for orm::query::Query<User, L, S> {
    fn to_sql(&self) -> String {
        orm::query::Query::to_sql(self)
    }
}

fn built<T>(what: &'static str, build: impl Fn() -> T) -> Built {
    const COUNT: u128 = 2_000;
    let mut times: Vec<u128> = (0..25)
        .map(|_| {
            let started = Instant::now();
            for _ in 0..COUNT {
                black_box(build());
            }
            started.elapsed().as_nanos() / COUNT
        })
        .collect();
    times.sort_unstable();
    let (before, _) = allocation::so_far();
    black_box(build());
    let (after, _) = allocation::so_far();
    Built {
        what,
        nanos: times[times.len() / 2],
        allocations: after - before,
    }
}
