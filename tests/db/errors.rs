//! What errors tell beside their kind: what was written all the same, which way
//! a foreign key was broken, and what the server said.

use orm::error::ErrorKind;
use orm::prelude::*;
use orm::raw::raw_sql;

use crate::database::{Place, Test, shop};
use crate::shop::User;

/// A shop whose keys of users became int8 behind the program's back.
async fn shop_with_other_keys() -> Test<Place> {
    let shop = shop().await?;
    shop.run("ALTER TABLE users ALTER id TYPE bigint").await?;
    Ok(shop)
}

fn eve() -> impl orm::create::IntoNew<User> {
    User::create()
        .full_name("Eve")
        .email("eve@shop.example")
        .password_hash("h")
}

async fn named_eve(shop: &Place) -> Test<i64> {
    let count = raw_sql("SELECT count(*) FROM users WHERE full_name = 'Eve'");
    Ok(count.scalar(&shop.db).await?)
}

fn took_effect(error: &orm::Error) {
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.took_effect());
    let text = error.to_string();
    assert!(text.starts_with("the write took place, but"), "{text}");
    assert!(text.contains("users.id: expected int4, got int8"), "{text}");
}

#[tokio::test]
async fn an_error_after_a_write_says_that_the_write_took_place() -> Test {
    let shop = shop_with_other_keys().await?;
    let error = User::create()
        .full_name("Eve")
        .email("eve@shop.example")
        .password_hash("h")
        .save(&shop.db)
        .await
        .unwrap_err();
    took_effect(&error);
    assert_eq!(named_eve(&shop).await?, 1);
    let written = User::query()
        .filter(User::full_name.eq("Eve"))
        .update()
        .set(User::full_name, "Mallory")
        .returning(&shop.db)
        .await;
    took_effect(&written.unwrap_err());
    assert_eq!(named_eve(&shop).await?, 0);
    let upserted = User::upsert(eve()).on(User::email).save(&shop.db).await;
    took_effect(&upserted.unwrap_err());
    assert_eq!(named_eve(&shop).await?, 1);
    let raw = raw_sql("UPDATE users SET full_name = 'Eve' RETURNING id");
    let error = raw.rows::<(i32,)>(&shop.db).await.unwrap_err();
    assert!(error.took_effect());
    assert!(named_eve(&shop).await? > 1);
    // What only reads wrote nothing.
    assert!(!User::query().all(&shop.db).await.unwrap_err().took_effect());
    Ok(())
}

// More rows than are read on in vain: a statement that was cancelled half way
// would have written nothing.
#[tokio::test]
async fn a_write_of_many_rows_is_carried_out_to_its_end() -> Test {
    let shop = shop_with_other_keys().await?;
    shop.run(
        "INSERT INTO users (full_name, email, password_hash, created_at, updated_at)
         SELECT 'many', n || '@many.example', 'h', now(), now() FROM generate_series(1, 5000) n",
    )
    .await?;
    let written = User::query()
        .filter(User::full_name.eq("many"))
        .update()
        .set(User::full_name, "Eve")
        .returning(&shop.db)
        .await;
    took_effect(&written.unwrap_err());
    assert_eq!(named_eve(&shop).await?, 5000);
    Ok(())
}

#[tokio::test]
async fn a_write_in_a_transaction_is_part_of_it_though_its_answer_is_an_error() -> Test {
    let shop = shop_with_other_keys().await?;
    let tx = shop.db.begin().await?;
    let error = User::create()
        .full_name("Eve")
        .email("eve@shop.example")
        .password_hash("h")
        .save(&tx)
        .await
        .unwrap_err();
    assert!(error.took_effect());
    assert!(error.to_string().contains("in the open transaction"));
    tx.commit().await?;
    assert_eq!(named_eve(&shop).await?, 1);
    Ok(())
}

// Several statements are one operation: none of it stays.
#[tokio::test]
async fn an_operation_that_is_undone_does_not_claim_to_have_written() -> Test {
    let shop = shop_with_other_keys().await?;
    let nested = User::create()
        .full_name("Eve")
        .email("eve@shop.example")
        .password_hash("h")
        .with(User::orders, |order| [order().total_in_cents(1)]);
    let error = nested.save(&shop.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!error.took_effect(), "{error}");
    assert_eq!(named_eve(&shop).await?, 0);
    Ok(())
}
