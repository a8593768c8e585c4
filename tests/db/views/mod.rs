//! Models of what a query shows: views, views that keep their rows, and queries that a
//! statement has a name for.

mod drift;
mod kept;
mod named;
mod named_trees;
mod reach;
mod reading;

use orm::prelude::*;

use crate::database::{Place, Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[association(has_many, as = "purchases", model = Purchase)]
#[association(has_one, as = "total", model = BuyerTotal)]
#[association(has_one, as = "spent", model = Spent)]
#[association(belongs_to, as = "patron", model = Buyer, one_sided)]
#[association(has_many, as = "guests", model = Buyer, foreign_key = "patron_id", one_sided)]
struct Buyer {
    #[column(primary_key, auto_increment)]
    id: i64,
    name: String,
    city: Option<String>,
    patron_id: Option<i64>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[association(belongs_to, as = "buyer", model = Buyer)]
#[association(belongs_to, as = "spent", model = Spent, foreign_key = "buyer_id", constraint = false)]
struct Purchase {
    #[column(primary_key, auto_increment)]
    id: i64,
    buyer_id: i64,
    cents: i32,
    note: Option<String>,
}

/// Of buyers that bought something, or nothing: a view over a join, with NULLs, whose names
/// are words of SQL and have capitals.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(view, table = "Group")]
#[association(belongs_to, as = "buyer", model = Buyer)]
struct BuyerTotal {
    #[column(primary_key, name = "select")]
    buyer_id: i64,
    purchases: i64,
    #[column(name = "Largest \"one\"")]
    largest: Option<i32>,
}

/// What a statement says by itself.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(named_query, table = "where")]
#[association(belongs_to, as = "buyer", model = Buyer)]
#[association(has_many, as = "purchases", model = Purchase, foreign_key = "buyer_id")]
struct Spent {
    #[column(primary_key, name = "Order")]
    buyer_id: i64,
    cents: Option<i64>,
    bought: i64,
}

/// One column, of which a query shows one value.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(named_query)]
struct Chosen {
    #[column(primary_key)]
    id: i64,
}

/// The view, in words that both databases take.
const GROUP: &str = r#"
CREATE VIEW "Group" ("select", purchases, "Largest ""one""") AS
SELECT b.id, count(p.id), max(p.cents)
FROM buyers b LEFT JOIN purchases p ON p.buyer_id = b.id GROUP BY b.id"#;

/// 300 buyers, of whom every seventh bought nothing, and 4,000 purchases.
const ROWS: &str = "
INSERT INTO buyers (id, name, city, patron_id)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
SELECT i, 'n' || ((i * 7919) % 1000), CASE WHEN i % 4 = 0 THEN NULL ELSE 'ü' || (i % 5) END,
       CASE WHEN i > 3 THEN i / 3 END
FROM n;
INSERT INTO purchases (id, buyer_id, cents, note)
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000)
SELECT i, 1 + (i * 31) % 300 - CASE WHEN (1 + (i * 31) % 300) % 7 = 0 THEN 1 ELSE 0 END,
       (i * 131) % 997, CASE WHEN i % 3 = 0 THEN NULL ELSE 'x' || (i % 11) END
FROM n;";

async fn market() -> Test<Place> {
    let place = with_models(orm::models![Buyer, Purchase, Spent]).await?;
    place.run(ROWS).await?;
    place.run(GROUP).await?;
    Ok(place)
}
