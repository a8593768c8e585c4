//! `many_to_many` through a model with a key of its own, which may hold a pair
//! more than once.

use orm::create::{Given, Missing};
use orm::prelude::*;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::kinds::{Linked, with_join_rows};
use crate::link::{Join, Link};
use crate::makers::{Modelled, Plain};
use crate::steps::New;
use crate::tables::{Reference, Table};
use crate::typed::{below, making, maybe, numbered, stored};
use crate::world::World;

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "invoices")]
#[association(many_to_many, as = "products", model = Product, through = Line)]
struct Invoice {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "products")]
#[association(many_to_many, as = "invoices", model = Invoice, through = Line)]
struct Product {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "lines", timestamps)]
#[association(belongs_to, as = "invoice", model = Invoice, foreign_key = "invoice_id", on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "product", model = Product, foreign_key = "product_id", on_delete = "set_null", one_sided)]
struct Line {
    #[column(primary_key, auto_increment)]
    id: i32,
    invoice_id: i32,
    product_id: Option<i32>,
    #[column(default = 1)]
    #[validate(min(1))]
    amount: i32,
    #[serde(skip)]
    created_at: DateTime<Utc>,
    #[serde(skip)]
    updated_at: DateTime<Utc>,
}

stored! {
    Invoice, InvoiceLabel;
    Product, ProductLabel;
}

#[test]
fn lines() -> Result<(), Box<dyn std::error::Error>> {
    crate::run::explore(world)
}

fn world(on: Backend) -> World {
    let lines = Join {
        joining: Some(("amount", 1)),
        ..Join::new("lines", &["invoice_id"], &["product_id"])
    };
    World {
        on,
        name: "lines",
        models: orm::models![Invoice, Product, Line],
        sql: "",
        tables: vec![
            Table::new("invoices"),
            Table::new("products"),
            Table {
                key: &[],
                hidden: &["id", "created_at", "updated_at"],
                blank: serde_json::json!({"amount": 1, "product_id": null}),
                ..Table::joining("lines", &[])
                    .references(Reference::to("invoices", &["invoice_id"]).cascade())
                    .references(Reference::to("products", &["product_id"]).set_null())
            },
        ],
        associations: vec![
            Box::new(Linked {
                link: Link::through("invoices.products", "products", lines.clone()),
                association: Invoice::products,
                build: |new: &New| product(Product::create(), new),
                joining: Some(|related, amount| related.joining(Line::amount, amount)),
                joined: Some(with_join_rows!(Invoice)),
            }),
            Box::new(Linked {
                link: Link::through("products.invoices", "invoices", lines.turned()),
                association: Product::invoices,
                build: |new: &New| invoice(Invoice::create(), new),
                joining: Some(|related, amount| related.joining(Line::amount, amount)),
                joined: Some(with_join_rows!(Product)),
            }),
        ],
        makers: vec![
            Box::new(Modelled {
                table: "invoices",
                nests: &[0],
                making: making!(|(), new| invoice(Invoice::create(), new)),
            }),
            Box::new(Modelled {
                table: "products",
                nests: &[1],
                making: making!(|(), new| product(Product::create(), new)),
            }),
            Box::new(Plain {
                table: "lines",
                making: making!(|(), new| {
                    let row = Line::create().invoice_id(new.required("invoice_id"));
                    maybe!(row, new, product_id)
                }),
            }),
        ],
    }
}

fn invoice(row: InvoiceCreate<Missing>, new: &New) -> InvoiceCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    below!(row, new, 0, Invoice::products, product)
}

fn product(row: ProductCreate<Missing>, new: &New) -> ProductCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    below!(row, new, 1, Product::invoices, invoice)
}
