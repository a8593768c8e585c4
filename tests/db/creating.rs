//! New rows, one at a time.

use orm::prelude::*;

use crate::database::{Test, empty_shop, shop, with_models};
use crate::shop::{Category, Order, Product, User};

#[tokio::test]
async fn one_statement_returns_the_row_with_id_defaults_and_timestamps() -> Test {
    let shop = empty_shop().await?;
    let product = Product::create()
        .name("Pro Laptop 15")
        .price_in_cents(149_999)
        .save(&shop.db)
        .await?;
    shop.log.assert_count(1);
    let sql = &shop.log.statements()[0];
    assert!(
        sql.starts_with(r#"INSERT INTO "products""#) && sql.contains("RETURNING"),
        "{sql}"
    );
    assert_eq!(
        (product.id, product.stock_quantity, product.is_active),
        (1, 0, true)
    );
    assert_eq!(product.created_at, product.updated_at);
    assert!((Utc::now() - product.created_at).num_seconds().abs() < 60);
    assert_eq!(Product::find(1).one(&shop.db).await?, product);
    Ok(())
}

#[tokio::test]
async fn what_was_given_wins_over_defaults_and_timestamps() -> Test {
    only_on_a_server!();
    let shop = empty_shop().await?;
    let moment: DateTime<Utc> = "2001-02-03T04:05:06.789012Z".parse()?;
    let product = Product::create()
        .id(77)
        .name("Desk")
        .price_in_cents(1)
        .stock_quantity(9)
        .is_active(false)
        .description("Wood")
        .set(Product::created_at, moment)
        .save(&shop.db)
        .await?;
    assert_eq!(
        (product.id, product.stock_quantity, product.is_active),
        (77, 9, false)
    );
    assert_eq!(
        (product.description.as_deref(), product.created_at),
        (Some("Wood"), moment)
    );
    assert!(product.updated_at > moment);
    let next = Product::create()
        .name("Chair")
        .name("Bench")
        .price_in_cents(2)
        .save(&shop.db)
        .await?;
    assert_eq!((next.id, next.name.as_str()), (1, "Bench"));
    Ok(())
}

#[tokio::test]
async fn optional_columns_take_values_and_none() -> Test {
    let shop = shop().await?;
    let order = Order::create()
        .user_id(1)
        .total_in_cents(5)
        .handler_id(None)
        .note(Some("n".to_owned()));
    let order = order.save(&shop.db).await?;
    assert_eq!(
        (
            order.handler_id,
            order.note.as_deref(),
            order.status.as_str()
        ),
        (None, Some("n"), "pending")
    );
    let root = Category::create().name("root").save(&shop.db).await?;
    let child = Category::create()
        .name("child")
        .parent_id(root.id)
        .save(&shop.db)
        .await?;
    assert_eq!((root.parent_id, child.parent_id), (None, Some(root.id)));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "tickets")]
struct Ticket {
    #[column(primary_key, default_sql = "gen_random_uuid()")]
    id: uuid::Uuid,
    #[column(identity(always))]
    number: i64,
    #[column(default = 3)]
    priority: Option<i32>,
    #[column(default_sql = "upper('abc')")]
    code: String,
    #[column(default = "now")]
    text: String,
    #[column(generated = "number * 10")]
    tenfold: i64,
}

#[tokio::test]
async fn the_server_fills_in_what_it_computes() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Ticket]).await?;
    let ticket = Ticket::create().save(&place.db).await?;
    assert_eq!(
        (ticket.number, ticket.priority, ticket.code.as_str()),
        (1, Some(3), "ABC")
    );
    assert_eq!((ticket.text.as_str(), ticket.tenfold), ("now", 10));
    let id = uuid::Uuid::from_u128(7);
    let ticket = Ticket::create()
        .id(id)
        .priority(None)
        .code("x")
        .save(&place.db)
        .await?;
    assert_eq!(
        (
            ticket.id,
            ticket.number,
            ticket.priority,
            ticket.code.as_str()
        ),
        (id, 2, None, "x")
    );
    assert_eq!(Ticket::find(id).one(&place.db).await?, ticket);
    place.log.assert_count(3);
    Ok(())
}

#[tokio::test]
async fn a_graph_is_created_in_one_transaction_parents_first() -> Test {
    let shop = shop().await?;
    let user = User::create()
        .full_name("Eve")
        .email("eve@shop.example")
        .password_hash("h")
        .with(User::orders, |order| {
            [1, 2].map(|total| {
                order()
                    .total_in_cents(total)
                    .with(Order::line_items, |item| {
                        [item().quantity(total).unit_price_in_cents(1)]
                    })
            })
        })
        .with(User::tags, |tag| [tag().name("fresh")])
        .with(User::profile, |profile| [profile().bio("writer")])
        .save(&shop.db)
        .await?;
    let loaded = User::find(user.id)
        .include(User::orders.include(Order::line_items))
        .include(User::tags)
        .include(User::profile)
        .one(&shop.db)
        .await?;
    let orders: Vec<(i32, i32)> = loaded
        .orders
        .iter()
        .map(|it| (it.total_in_cents, it.line_items[0].quantity))
        .collect();
    assert_eq!(orders, [(1, 1), (2, 2)]);
    assert_eq!(loaded.tags[0].name, "fresh");
    assert_eq!(
        loaded.profile.as_ref().and_then(|it| it.bio.as_deref()),
        Some("writer")
    );
    Ok(())
}

#[tokio::test]
async fn a_graph_with_a_fault_anywhere_leaves_nothing_behind() -> Test {
    let shop = shop().await?;
    let eve = || {
        User::create()
            .full_name("Eve")
            .email("eve@shop.example")
            .password_hash("h")
    };
    let invalid = eve().with(User::orders, |order| {
        [order().total_in_cents(1).with(Order::line_items, |item| {
            [item().quantity(0).unit_price_in_cents(1)]
        })]
    });
    let error = invalid.save(&shop.db).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Validation error: Validation min on quantity failed"
    );
    shop.log.assert_count(0);
    let refused = eve().with(User::orders, |order| {
        [order().total_in_cents(1).handler_id(999)]
    });
    assert!(
        refused
            .save(&shop.db)
            .await
            .unwrap_err()
            .is_foreign_key_violation()
    );
    assert_eq!(User::query().count(&shop.db).await?, 4);
    assert_eq!(Order::query().count(&shop.db).await?, 5);
    Ok(())
}

#[tokio::test]
async fn a_failed_create_inside_a_transaction_can_be_survived_with_a_savepoint() -> Test {
    let shop = shop().await?;
    let created = shop
        .db
        .transaction(async |tx| {
            let failed = tx
                .transaction(async |tx| {
                    Order::create()
                        .user_id(999)
                        .total_in_cents(1)
                        .save(tx)
                        .await
                })
                .await;
            assert!(failed.is_err_and(|error| error.is_foreign_key_violation()));
            Order::create().user_id(1).total_in_cents(1).save(tx).await
        })
        .await?;
    assert_eq!(Order::find(created.id).one(&shop.db).await?, created);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "boxes", validate = holds_its_lid)]
#[association(has_many, as = "parts", model = Part, foreign_key = "box_id")]
struct Carton {
    #[column(primary_key)]
    id: i32,
    #[validate(custom = is_even)]
    size: i32,
    #[column(default = 0)]
    lid: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "parts")]
#[association(belongs_to, as = "carton", model = Carton, foreign_key = "box_id")]
struct Part {
    #[column(primary_key, auto_increment)]
    id: i32,
    box_id: i32,
    #[validate(custom = is_even)]
    size: i32,
}

fn is_even(size: &i32) -> bool {
    size % 2 == 0
}

fn holds_its_lid(
    values: &orm::create::Values<'_, Carton>,
    errors: &mut orm::validate::ValidationErrors,
) {
    if values.get(Carton::lid) > values.get(Carton::size) {
        errors.push(orm::validate::Fault {
            column: None,
            rule: "holds_its_lid",
            message: "The lid is larger than the box".to_owned(),
        });
    }
}

// A function of the program's own is asked by every way into the table.
#[tokio::test]
async fn validators_of_the_program_judge_every_write() -> Test {
    let place = with_models(orm::models![Carton, Part]).await?;
    let db = &place.db;
    let carton = Carton::create().id(1).size(2).save(db).await?;
    place.log.clear();
    let new = |size| Carton::create().id(2).size(size);
    let parts = carton.related(Carton::parts);
    for refused in [
        new(3).save(db).await.map(drop),
        new(2).lid(4).save(db).await.map(drop),
        Carton::create_many([new(2), new(3)])
            .save(db)
            .await
            .map(drop),
        Carton::upsert(new(3)).on_key().save(db).await.map(drop),
        new(2)
            .with(Carton::parts, |part| [part().size(3)])
            .save(db)
            .await
            .map(drop),
        parts.create().size(3).save(db).await.map(drop),
        carton
            .update()
            .set(Carton::size, 3)
            .save(db)
            .await
            .map(drop),
        Carton::find(1)
            .update()
            .set(Carton::size, 3)
            .save(db)
            .await
            .map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(error.is_validation(), "{error}");
    }
    place.log.assert_count(0);
    Ok(())
}
