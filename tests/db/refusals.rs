//! Values that validators or the database refuse: typed, named, and nothing sent
//! where a validator could tell.

use orm::error::{ErrorKind, Violation};
use orm::prelude::*;
use orm::raw::raw_sql;
use orm::validate::ValidationErrors;

use crate::database::{Test, shop};
use crate::shop::{Order, OrderItem, Product, User};

fn user()
-> crate::shop::user::UserCreate<orm::create::Given, orm::create::Given, orm::create::Given> {
    User::create()
        .full_name("Eve")
        .email("eve@shop.example")
        .password_hash("h")
}

#[tokio::test]
async fn a_unique_violation_names_model_field_and_constraint() -> Test {
    let shop = shop().await?;
    let error = user()
        .email("ann@shop.example")
        .save(&shop.db)
        .await
        .unwrap_err();
    assert!(error.is_unique_violation());
    assert_eq!(
        (error.model(), error.fields()),
        (Some("User"), &["email"][..])
    );
    assert_eq!(error.constraint(), Some("users_email_key"));
    assert!(
        matches!(error.violation(), Some(Violation::Unique(rule)) if rule.fields() == ["email"])
    );
    assert!(
        error.to_string().starts_with("User: email must be unique"),
        "{error}"
    );
    assert!(!format!("{error} {error:?}").contains("ann@"));
    let bob = User::find(2).one(&shop.db).await?;
    let error = bob
        .update()
        .set(User::email, "ann@shop.example")
        .save(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.fields(), ["email"]);
    let error = User::create_many([user(), user()])
        .save(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.fields(), ["email"]);
    let error = User::query()
        .filter(User::id.le(2))
        .update()
        .set(User::email, "x@y.example")
        .save(&shop.db)
        .await;
    assert_eq!(error.unwrap_err().fields(), ["email"]);
    Ok(())
}

#[tokio::test]
async fn a_foreign_key_violation_names_the_key_on_both_ways() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let error = Order::create()
        .user_id(999)
        .total_in_cents(1)
        .save(&shop.db)
        .await
        .unwrap_err();
    assert!(error.is_foreign_key_violation());
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Order"), &["user_id"][..])
    );
    assert_eq!(error.constraint(), Some("orders_user_id_fkey"));
    let error = User::find(4)
        .one(&shop.db)
        .await?
        .delete(&shop.db)
        .await
        .unwrap_err();
    assert!(error.is_foreign_key_violation());
    assert_eq!(error.constraint(), Some("orders_handler_id_fkey"));
    assert_eq!((error.model(), error.fields()), (Some("User"), &["id"][..]));
    Ok(())
}

#[tokio::test]
async fn a_not_null_violation_names_the_field() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    shop.run("UPDATE users SET age = 1; ALTER TABLE users ALTER COLUMN age SET NOT NULL")
        .await?;
    let error = user().save(&shop.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotNullViolation);
    assert_eq!(
        (error.model(), error.fields()),
        (Some("User"), &["age"][..])
    );
    assert_eq!(error.to_string(), "User: age must not be NULL");
    Ok(())
}

#[tokio::test]
async fn a_check_made_from_a_validator_says_what_the_validator_says() -> Test {
    let shop = shop().await?;
    let product = Product::find(2).one(&shop.db).await?;
    let error = product
        .update()
        .set(Product::stock_quantity, Product::stock_quantity - 1)
        .save(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CheckViolation);
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Product"), &["stock_quantity"][..])
    );
    assert!(
        error.to_string().contains("Stock cannot go below zero"),
        "{error}"
    );
    let raw = raw_sql("UPDATE products SET price_in_cents = -1 WHERE id = 1")
        .execute(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(raw.kind(), ErrorKind::CheckViolation);
    assert_eq!(Product::find(2).one(&shop.db).await?, product);
    Ok(())
}

#[tokio::test]
async fn a_text_that_is_too_long_is_refused_and_never_cut() -> Test {
    let shop = shop().await?;
    let exact = user().full_name("ä".repeat(150)).save(&shop.db).await?;
    assert_eq!(exact.full_name.chars().count(), 150);
    let long = "canary".repeat(26);
    let asked = || user().full_name(&long).email("f@shop.example");
    shop.log.clear();
    let create = asked().save(&shop.db).await.unwrap_err();
    let update = exact.update().set(User::full_name, &long);
    let update = update.save(&shop.db).await.unwrap_err();
    let upsert = User::upsert(asked()).on(User::email);
    let upsert = upsert.save(&shop.db).await.unwrap_err();
    let bulk = User::create_many([user(), asked()])
        .save(&shop.db)
        .await
        .unwrap_err();
    assert!(bulk.to_string().contains("row 1: "), "{bulk}");
    for error in [create, update, bulk, upsert] {
        assert!(error.is_validation() && error.is_too_long());
        assert_eq!(error.model(), Some("User"));
        assert_eq!(error.fields(), ["full_name"]);
        let text = format!("{error} {error:?}");
        assert!(
            text.contains("full_name has room for 150 characters"),
            "{text}"
        );
        assert!(!text.contains("canary"), "{text}");
    }
    shop.log.assert_count(0);
    // As PostgreSQL assigns it: what is too much are spaces, so they are cut.
    let spaces = format!("{}   ", "a".repeat(149));
    let cut = user().full_name(&spaces).email("g@shop.example");
    match cut.save(&shop.db).await {
        Ok(cut) => assert_eq!(cut.full_name, format!("{} ", "a".repeat(149))),
        // A check of SQLite's cuts nothing.
        Err(error) => assert!(error.is_check_violation(), "{error}"),
    }
    let nul = user().full_name("a\0b").save(&shop.db).await.unwrap_err();
    assert_eq!(
        (nul.kind(), nul.fields()),
        (ErrorKind::Validation, &["full_name"][..])
    );
    // What the server computes, only the server can judge.
    let doubled = exact
        .update()
        .set(User::full_name, User::full_name.concat(User::full_name))
        .save(&shop.db)
        .await
        .unwrap_err();
    // Where the type has no length, a check has.
    let kinds = [ErrorKind::TooLong, ErrorKind::CheckViolation];
    assert!(kinds.contains(&doubled.kind()), "{doubled}");
    assert_eq!(doubled.model(), Some("User"));
    Ok(())
}

// Beside other faults, but once for each column.
#[tokio::test]
async fn a_text_that_is_too_long_is_told_beside_what_validators_say() -> Test {
    let shop = shop().await?;
    let long = "canary".repeat(50);
    let row = user().full_name(&long).email(&long);
    let error = row.save(&shop.db).await.unwrap_err();
    assert!(error.is_validation() && error.is_too_long());
    assert_eq!(error.fields(), ["full_name", "email"]);
    let text = error.to_string();
    assert!(text.contains("full_name has room for 150"), "{text}");
    assert!(text.contains("Must be a valid email address"), "{text}");
    assert!(!text.contains("email has room"), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_number_out_of_range_is_typed() -> Test {
    let shop = shop().await?;
    let product = Product::find(1).one(&shop.db).await?;
    let error = product
        .update()
        .set(Product::price_in_cents, Product::price_in_cents * i32::MAX)
        .save(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NumericOutOfRange);
    let error = product
        .update()
        .set(Product::price_in_cents, Product::price_in_cents / 0)
        .save(&shop.db)
        .await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidValue);
    Ok(())
}

#[tokio::test]
async fn a_missing_table_or_column_is_typed() -> Test {
    let shop = shop().await?;
    shop.run("ALTER TABLE products DROP COLUMN description; DROP TABLE profiles")
        .await?;
    let error = Product::query().all(&shop.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedColumn);
    let error = crate::shop::Profile::query()
        .all(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedTable);
    assert!(error.to_string().contains("migrations"), "{error}");
    Ok(())
}

#[tokio::test]
async fn every_fault_is_told_in_field_order_and_nothing_is_sent() -> Test {
    let shop = shop().await?;
    let error = Product::create()
        .name("")
        .price_in_cents(-1)
        .stock_quantity(-1)
        .save(&shop.db)
        .await
        .unwrap_err();
    assert!(error.is_validation());
    let told = "Validation error: Product name cannot be blank,\n\
                Validation error: Name must be between 2 and 200 characters,\n\
                Validation error: Price cannot be negative,\n\
                Validation error: Stock cannot go below zero";
    assert_eq!(error.to_string(), told);
    let faults = error
        .validation_errors::<ValidationErrors>()
        .ok_or("not the validators' errors")?;
    assert_eq!(faults.for_column("name").count(), 2);
    let blank = Product::create()
        .name("   ")
        .price_in_cents(1)
        .save(&shop.db)
        .await
        .unwrap_err();
    assert_eq!(
        blank.to_string(),
        "Validation error: Product name cannot be blank"
    );
    shop.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn no_way_of_writing_goes_around_the_validators() -> Test {
    let shop = shop().await?;
    let item = OrderItem::find(1).one(&shop.db).await?;
    let (order, ann) = (
        Order::find(1).one(&shop.db).await?,
        User::find(1).one(&shop.db).await?,
    );
    let good = || {
        OrderItem::create()
            .order_id(1)
            .unit_price_in_cents(1)
            .quantity(1)
    };
    let scope = shop.log.scope();
    let errors = [
        good().quantity(0).save(&shop.db).await.unwrap_err(),
        OrderItem::create_many([good(), good().quantity(0)])
            .save(&shop.db)
            .await
            .unwrap_err(),
        OrderItem::upsert(good().quantity(0).id(1))
            .on_key()
            .save(&shop.db)
            .await
            .unwrap_err(),
        OrderItem::upsert(good().quantity(0).id(1))
            .on_key()
            .or_ignore(&shop.db)
            .await
            .unwrap_err(),
        item.update()
            .set(OrderItem::quantity, 0)
            .save(&shop.db)
            .await
            .unwrap_err(),
        OrderItem::query()
            .filter(OrderItem::id.eq(1))
            .update()
            .set(OrderItem::quantity, 0)
            .save(&shop.db)
            .await
            .unwrap_err(),
        OrderItem::query()
            .all_rows()
            .update()
            .set(OrderItem::quantity, 0)
            .returning(&shop.db)
            .await
            .unwrap_err(),
        order
            .related(Order::line_items)
            .create()
            .quantity(0)
            .unit_price_in_cents(1)
            .save(&shop.db)
            .await
            .unwrap_err(),
        OrderItem {
            quantity: 0,
            ..item
        }
        .validate()
        .unwrap_err(),
    ];
    for error in errors {
        assert!(error.is_validation(), "{error}");
        assert!(
            error
                .to_string()
                .ends_with("Validation min on quantity failed"),
            "{error}"
        );
    }
    let order = ann
        .related(User::orders)
        .create()
        .total_in_cents(1)
        .status("lost")
        .save(&shop.db)
        .await
        .unwrap_err();
    assert!(order.is_validation());
    scope.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn a_bulk_says_which_row_is_at_fault() -> Test {
    let shop = shop().await?;
    let product = |name, price| Product::create().name(name).price_in_cents(price);
    let rows = [product("good", 1), product("x", 1), product("fine", -1)];
    let error = Product::create_many(rows).save(&shop.db).await.unwrap_err();
    let told = "Validation error: row 1: Name must be between 2 and 200 characters,\n\
                Validation error: row 2: Price cannot be negative";
    assert_eq!(error.to_string(), told);
    shop.log.assert_count(0);
    Ok(())
}

#[tokio::test]
async fn null_is_not_judged_and_defaults_are() -> Test {
    let shop = shop().await?;
    let order = Order::create()
        .user_id(1)
        .total_in_cents(1)
        .save(&shop.db)
        .await?;
    assert_eq!(order.status, "pending");
    let characters = Product::create()
        .name("😀😀")
        .price_in_cents(0)
        .save(&shop.db)
        .await?;
    assert_eq!(characters.name, "😀😀");
    Ok(())
}
