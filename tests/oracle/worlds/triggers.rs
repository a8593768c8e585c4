//! Triggers that drop rows, change them, give them another key or another
//! owner, and keep them from being changed or deleted.

use orm::create::{Given, Missing};
use orm::prelude::*;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::kinds::{Linked, Loose, MayPoint};
use crate::link::{Join, Link};
use crate::makers::Modelled;
use crate::steps::New;
use crate::tables::{Reference, Row, Table, Tables, label_of};
use crate::typed::{below, making, maybe, numbered, stored};
use crate::world::World;

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "carts")]
#[association(has_many, as = "goods", model = Good, foreign_key = "cart_id")]
#[association(many_to_many, as = "marks", model = Mark, through = "cart_marks")]
struct Cart {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "goods")]
#[association(belongs_to, as = "cart", model = Cart, foreign_key = "cart_id", on_delete = "no_action")]
struct Good {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    cart_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "marks")]
#[association(many_to_many, as = "carts", model = Cart, through = "cart_marks")]
struct Mark {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
}

stored! {
    Cart, CartLabel;
    Good, GoodLabel;
    Mark, MarkLabel;
}

#[test]
fn triggers() -> Result<(), Box<dyn std::error::Error>> {
    crate::run::explore(world)
}

fn before_cart(mut row: Row, _: &Tables) -> Option<Row> {
    if label_of(&row).starts_with("bad") {
        return None;
    }
    if label_of(&row).starts_with("mov")
        && let Some(id) = row.get("id").and_then(serde_json::Value::as_i64)
    {
        row.insert("id".to_owned(), (id + 500_000).into());
    }
    Some(renamed(row))
}

fn before_good(mut row: Row, _: &Tables) -> Option<Row> {
    if label_of(&row).starts_with("bad") {
        return None;
    }
    if label_of(&row).starts_with("mov") {
        row.insert("cart_id".to_owned(), serde_json::Value::Null);
    }
    Some(renamed(row))
}

/// The number of a new row is known by its label: that goes with it.
fn renamed(mut row: Row) -> Row {
    let label = label_of(&row).replace("alt", "zlt");
    for value in row.values_mut().filter(|value| value.is_object()) {
        let text = value["number of"].as_str().unwrap_or_default();
        if text.ends_with(&label.replace("zlt", "alt")) {
            *value = serde_json::json!({ "number of": text.replace("alt", "zlt") });
        }
    }
    row.insert("label".to_owned(), label.into());
    row
}

fn not_bad(row: Row, _: &Tables) -> Option<Row> {
    (!label_of(&row).starts_with("bad")).then_some(row)
}

fn world(on: Backend) -> World {
    let changes = on.lets_triggers_change_rows();
    let marks = Join::new("cart_marks", &["cart_id"], &["mark_id"]);
    World {
        on,
        name: "triggers",
        models: orm::models![Cart, Good, Mark],
        sql: on.triggers(),
        tables: vec![
            Table {
                trigger: Some(if changes { before_cart } else { not_bad }),
                ..Table::new("carts")
            },
            Table {
                trigger: Some(if changes { before_good } else { not_bad }),
                stuck: Some(|row| label_of(row).starts_with("stk")),
                blank: serde_json::json!({"cart_id": null}),
                ..Table::new("goods")
                    .references(Reference::to("carts", &["cart_id"]).nullable(&["cart_id"]))
            },
            Table {
                trigger: Some(if changes { before_cart } else { not_bad }),
                ..Table::new("marks")
            },
            Table::joining("cart_marks", &["cart_id", "mark_id"])
                .references(Reference::to("carts", &["cart_id"]).cascade())
                .references(Reference::to("marks", &["mark_id"]).cascade()),
        ],
        associations: vec![
            Box::new(Loose {
                link: Link::has("carts.goods", "goods", &["cart_id"]).nullable(),
                association: Cart::goods,
                making: making!(good),
            }),
            Box::new(Linked {
                link: Link::through("carts.marks", "marks", marks.clone()),
                association: Cart::marks,
                build: |new: &New| mark(Mark::create(), new),
                joining: None,
                joined: None,
            }),
            Box::new(Linked {
                link: Link::through("marks.carts", "carts", marks.turned()),
                association: Mark::carts,
                build: |new: &New| cart(Cart::create(), new),
                joining: None,
                joined: None,
            }),
            Box::new(MayPoint {
                link: Link::of("goods.cart", "carts", &["cart_id"]).nullable(),
                association: Good::cart,
                build: |new: &New| cart(Cart::create(), new),
            }),
        ],
        makers: vec![
            Box::new(Modelled {
                table: "carts",
                nests: &[0, 1],
                making: making!(|(), new| cart(Cart::create(), new)),
            }),
            Box::new(Modelled {
                table: "goods",
                nests: &[],
                making: making!(|(), new| good(Good::create(), new)),
            }),
            Box::new(Modelled {
                table: "marks",
                nests: &[2],
                making: making!(|(), new| mark(Mark::create(), new)),
            }),
        ],
    }
}

fn cart(row: CartCreate<Missing>, new: &New) -> CartCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    let row = below!(row, new, 0, Cart::goods, good);
    below!(row, new, 1, Cart::marks, mark)
}

fn good(row: GoodCreate<Missing>, new: &New) -> GoodCreate<Given> {
    numbered!(maybe!(row.label(&*new.label), new, cart_id), new)
}

fn mark(row: MarkCreate<Missing>, new: &New) -> MarkCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    below!(row, new, 2, Mark::carts, cart)
}
