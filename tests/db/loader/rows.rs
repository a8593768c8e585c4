//! Random rows: few values, so that keys meet, tie and miss.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use proptest::collection::{btree_map, btree_set};
use proptest::option;
use proptest::prelude::*;

/// The rows of all tables, by primary key.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    users: BTreeMap<i32, (Option<i32>, Measures)>,
    orders: BTreeMap<i32, (i32, Option<i32>, Option<i32>, Measures)>,
    items: BTreeMap<
        i32,
        (
            i32,
            Option<&'static str>,
            Option<i32>,
            Option<&'static str>,
            Measures,
        ),
    >,
    products: BTreeMap<&'static str, Measures>,
    shelves: BTreeMap<(i32, &'static str), Measures>,
    roles: BTreeMap<i32, Measures>,
    user_roles: BTreeSet<(i32, i32)>,
}

type Measures = (i32, Option<i32>);

fn measures() -> impl Strategy<Value = Measures> + Clone {
    (0..4, option::of(0..3))
}

fn code() -> impl Strategy<Value = &'static str> + Clone {
    prop::sample::select(vec!["a", "B", "b", "ä", "a b", ""])
}

pub(super) fn rows() -> impl Strategy<Value = Rows> {
    (
        btree_map(1..8, (option::of(1..9), measures()), 0..6),
        btree_map(
            -3..20,
            (1..9, option::of(1..9), option::of(1..9), measures()),
            0..12,
        ),
        btree_map(
            0..30,
            (
                -3..22,
                option::of(code()),
                option::of(1..3),
                option::of(code()),
                measures(),
            ),
            0..16,
        ),
        btree_map(code(), measures(), 0..5),
        btree_map((1..3, code()), measures(), 0..6),
        btree_map(1..5, measures(), 0..4),
        btree_set((1..9, 1..6), 0..10),
    )
        .prop_map(
            |(users, orders, items, products, shelves, roles, user_roles)| Rows {
                users,
                orders,
                items,
                products,
                shelves,
                roles,
                user_roles,
            },
        )
}

impl Rows {
    /// The statements that make these the only rows of the database.
    pub(super) fn sql(&self) -> String {
        // Quicker than TRUNCATE, which makes new files.
        let tables = [
            "users",
            "orders",
            "items",
            "products",
            "shelves",
            "roles",
            "user_roles",
        ];
        let mut sql: String = tables
            .iter()
            .map(|table| format!("DELETE FROM {table};"))
            .collect();
        let mut insert = |table: &str, values: Vec<String>| {
            if !values.is_empty() {
                // Writing to a String cannot fail.
                let _ = write!(sql, "INSERT INTO {table} VALUES {};", values.join(", "));
            }
        };
        let users = self
            .users
            .iter()
            .map(|(id, (referrer, m))| row(&[int(*id), maybe(*referrer)], m));
        insert("users", users.collect());
        let orders = self.orders.iter().map(|(id, (user, handler, fan, m))| {
            row(&[int(*id), int(*user), maybe(*handler), maybe(*fan)], m)
        });
        insert("orders", orders.collect());
        let items = self
            .items
            .iter()
            .map(|(id, (order, product, room, slot, m))| {
                row(
                    &[
                        int(*id),
                        int(*order),
                        text(*product),
                        maybe(*room),
                        text(*slot),
                    ],
                    m,
                )
            });
        insert("items", items.collect());
        insert(
            "products",
            self.products
                .iter()
                .map(|(code, m)| row(&[text(Some(*code))], m))
                .collect(),
        );
        let shelves = self
            .shelves
            .iter()
            .map(|((room, slot), m)| row(&[int(*room), text(Some(*slot))], m));
        insert("shelves", shelves.collect());
        insert(
            "roles",
            self.roles
                .iter()
                .map(|(id, m)| row(&[int(*id)], m))
                .collect(),
        );
        insert(
            "user_roles",
            self.user_roles
                .iter()
                .map(|(user, role)| format!("({user}, {role})"))
                .collect(),
        );
        sql
    }
}

fn int(value: i32) -> String {
    value.to_string()
}

fn maybe(value: Option<i32>) -> String {
    value.map_or("NULL".to_owned(), int)
}

fn text(value: Option<&str>) -> String {
    value.map_or("NULL".to_owned(), |value| format!("'{value}'"))
}

fn row<const N: usize>(keys: &[String; N], (number, maybe_value): &Measures) -> String {
    format!("({}, {number}, {})", keys.join(", "), maybe(*maybe_value))
}
