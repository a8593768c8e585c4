//! What errors tell beside their kind: what was written all the same, which way
//! a foreign key was broken, and what the server said.

use orm::error::{Direction, ErrorKind};
use orm::prelude::*;
use orm::raw::raw_sql;

use crate::database::{Place, Test, shop, with_models, with_tables};
use crate::shop::{Order, Tag, User};

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
    // A statement written by hand, of which one row was asked.
    let all = raw_sql("UPDATE users SET age = age RETURNING id");
    let error = all.scalar::<i64>(&shop.db).await.unwrap_err();
    assert!(error.took_effect(), "{error}");
    let all = raw_sql("SELECT id FROM users");
    let error = all.scalar::<i64>(&shop.db).await.unwrap_err();
    assert!(!error.took_effect(), "{error}");
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

fn about(error: &orm::Error) -> (Option<&'static str>, &[&'static str]) {
    (error.model(), error.fields())
}

#[tokio::test]
async fn a_foreign_key_says_which_way_it_was_broken() -> Test {
    let shop = shop().await?;
    let order = Order::create().user_id(999).total_in_cents(1);
    let error = order.save(&shop.db).await.unwrap_err();
    assert!(error.refers_to_nothing() && !error.is_referred_to());
    assert_eq!(about(&error), (Some("Order"), &["user_id"][..]));
    assert_eq!(
        error.to_string(),
        "Order: user_id refers to a row of User that does not exist \
         (constraint `orders_user_id_fkey`)"
    );
    let dee = User::find(4).one(&shop.db).await?;
    let error = dee.delete(&shop.db).await.unwrap_err();
    assert!(error.is_referred_to() && !error.refers_to_nothing());
    assert_eq!(about(&error), (Some("User"), &["id"][..]));
    assert_eq!(
        error.to_string(),
        "User: id is still referred to by rows of Order (constraint `orders_handler_id_fkey`)"
    );
    let rule = error.violation().unwrap().rule();
    assert_eq!(rule.direction(), Some(Direction::IsReferredTo));
    assert_eq!(rule.other_model(), Some("Order"));
    Ok(())
}

// Table and statement are the same both ways.
#[tokio::test]
async fn a_table_that_refers_to_itself_is_told_both_ways() -> Test {
    let shop = shop().await?;
    let bob = User::find(2).one(&shop.db).await?;
    let pointing = bob.update().set(User::referrer_id, 999);
    let error = pointing.save(&shop.db).await.unwrap_err();
    assert!(error.refers_to_nothing(), "{error}");
    assert_eq!(about(&error), (Some("User"), &["referrer_id"][..]));
    shop.run(
        "TRUNCATE profiles, user_roles, user_tags, order_items, orders;
         INSERT INTO users (id, full_name, email, password_hash, referrer_id, created_at, updated_at)
         VALUES (50, 'Top', 't@x.y', 'h', NULL, now(), now()), (51, 'Low', 'l@x.y', 'h', 50, now(), now());
         ALTER TABLE users DROP CONSTRAINT users_referrer_id_fkey;
         ALTER TABLE users ADD CONSTRAINT users_referrer_id_fkey
             FOREIGN KEY (referrer_id) REFERENCES users ON DELETE NO ACTION",
    )
    .await?;
    let top = User::find(50).one(&shop.db).await?;
    let error = top.delete(&shop.db).await.unwrap_err();
    assert!(error.is_referred_to(), "{error}");
    assert_eq!(about(&error), (Some("User"), &["id"][..]));
    let moved = raw_sql("UPDATE users SET id = 77 WHERE id = 50");
    assert!(moved.execute(&shop.db).await.unwrap_err().is_referred_to());
    Ok(())
}

#[tokio::test]
async fn a_pair_that_refers_to_nothing_names_what_is_missing() -> Test {
    let shop = shop().await?;
    let ann = User::find(1).one(&shop.db).await?;
    let tag = Tag::find(2).one(&shop.db).await?;
    shop.run("DELETE FROM user_tags; DELETE FROM tags WHERE id = 2")
        .await?;
    let pairing = ann.related(User::tags).add([&tag], &shop.db).await;
    let error = pairing.unwrap_err();
    assert!(error.refers_to_nothing(), "{error}");
    assert_eq!(about(&error), (Some("Tag"), &["id"][..]));
    let text = error.to_string();
    assert!(
        text.starts_with("user_tags refers to a row of Tag that does not exist"),
        "{text}"
    );
    // Of several, the one that refers to nothing.
    let ids = [1, 3, 4, 99, 5];
    shop.run("INSERT INTO tags (id, name) VALUES (1, 'w'), (3, 'x'), (4, 'y'), (5, 'z') ON CONFLICT DO NOTHING")
        .await?;
    let pairing = ann.related(User::tags).add_keys(ids, &shop.db).await;
    let error = pairing.unwrap_err();
    assert!(error.refers_to_nothing(), "{error}");
    assert_eq!(error.row(), Some(3), "{error}");
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "moons")]
#[association(
    belongs_to, as = "planet", model = Planet, foreign_key = "planet_id",
    deferrable = "initially_deferred", one_sided, on_delete = "no_action"
)]
struct Moon {
    #[column(primary_key)]
    id: i32,
    planet_id: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "planets")]
struct Planet {
    #[column(primary_key)]
    id: i32,
}

// COMMIT has no model of its own.
#[tokio::test]
async fn a_violation_found_at_commit_names_model_and_fields() -> Test {
    let sky = with_models(orm::models![Moon, Planet]).await?;
    let tx = sky.db.begin().await?;
    Moon::create().id(1).planet_id(9).save(&tx).await?;
    let error = tx.commit().await.unwrap_err();
    assert!(error.refers_to_nothing(), "{error}");
    assert_eq!(about(&error), (Some("Moon"), &["planet_id"][..]));
    Planet::create().id(1).save(&sky.db).await?;
    Moon::create().id(1).planet_id(1).save(&sky.db).await?;
    let tx = sky.db.begin().await?;
    raw_sql("DELETE FROM planets").execute(&tx).await?;
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_referred_to(), "{error}");
    assert_eq!(about(&error), (Some("Planet"), &["id"][..]));
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "shifts", check(expression = "begins < ends"))]
struct Shift {
    #[column(primary_key)]
    id: i32,
    begins: i32,
    ends: i32,
    #[column(check = "wage > 0")]
    wage: i32,
    #[column(name = "rest", sql_type = "minutes")]
    pause: i32,
}

#[tokio::test]
async fn a_check_names_the_fields_it_is_about() -> Test {
    let place = with_tables(
        "CREATE DOMAIN minutes AS int CHECK (VALUE < 60);
         CREATE TABLE shifts (id int PRIMARY KEY, begins int, ends int, wage int, rest minutes,
             CONSTRAINT shifts_check2 CHECK (begins < ends),
             CONSTRAINT shifts_wage_check CHECK (wage > 0), CHECK (id < 100));
         CREATE TABLE audit (id int, wage int NOT NULL);
         CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.id = 5 THEN INSERT INTO audit VALUES (5, NULL); END IF;
             RETURN NEW; END $$;
         CREATE TRIGGER noting BEFORE INSERT ON shifts FOR EACH ROW EXECUTE FUNCTION note();",
    )
    .await?;
    let shift = |id, begins, ends, wage, pause| {
        let row = Shift::create().id(id).begins(begins).ends(ends);
        row.wage(wage).pause(pause)
    };
    let cases: [(_, &[&str]); 4] = [
        (shift(1, 2, 1, 1, 1), &["begins", "ends"]),
        (shift(1, 1, 2, 0, 1), &["wage"]),
        (shift(1, 1, 2, 1, 60), &["pause"]),
        (shift(100, 1, 2, 1, 1), &["id"]),
    ];
    for (row, fields) in cases {
        let error = row.save(&place.db).await.unwrap_err();
        assert!(error.is_check_violation(), "{error}");
        assert_eq!(about(&error), (Some("Shift"), fields), "{error}");
    }
    // What a trigger does to another table is not about the model's own column.
    let error = shift(5, 1, 2, 1, 1).save(&place.db).await.unwrap_err();
    assert!(error.is_not_null_violation());
    assert_eq!(about(&error), (None, &[][..]), "{error}");
    assert_eq!(error.to_string(), "audit: wage must not be NULL");
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_read_names_model_and_field() -> Test {
    let shop = shop().await?;
    shop.run("ALTER TABLE orders ALTER total_in_cents TYPE bigint")
        .await?;
    let error = Order::query().all(&shop.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(about(&error), (Some("Order"), &["total_in_cents"][..]));
    let included = User::query().include(User::orders).all(&shop.db).await;
    let error = included.unwrap_err();
    assert_eq!(error.model(), Some("Order"), "{error}");
    Ok(())
}

#[tokio::test]
async fn an_include_that_does_not_fit_the_database_names_its_own_model() -> Test {
    let shop = shop().await?;
    shop.run("ALTER TABLE orders RENAME COLUMN note TO remark")
        .await?;
    let users = || User::query().include(User::orders);
    let error = users().all(&shop.db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UndefinedColumn);
    assert_eq!(error.model(), Some("Order"), "{error}");
    shop.run("ALTER TABLE orders RENAME COLUMN remark TO note; DROP TABLE profiles")
        .await?;
    let profiles = User::query().include(User::profile);
    let error = profiles.all(&shop.db).await.unwrap_err();
    assert_eq!(error.model(), Some("Profile"), "{error}");
    // The fourth number of an order has a place of its own: a user has three.
    shop.run("ALTER TABLE orders ALTER total_in_cents TYPE text")
        .await?;
    let error = users().all(&shop.db).await.unwrap_err();
    assert_eq!(error.model(), Some("Order"), "{error}");
    // Columns of one type share a place in the result: nobody is blamed wrongly.
    shop.run(
        "ALTER TABLE orders ALTER total_in_cents TYPE int USING 1, ALTER note TYPE int USING 1",
    )
    .await?;
    let error = users().all(&shop.db).await.unwrap_err();
    assert_eq!(error.model(), None, "{error}");
    let text = error.to_string();
    assert!(text.contains("run the pending migrations"), "{text}");
    Ok(())
}

#[tokio::test]
async fn a_wrong_number_of_values_names_the_statement_and_bind() -> Test {
    let shop = shop().await?;
    let few = raw_sql("SELECT id FROM users\n WHERE id = $1 AND age = $2").bind(1);
    let error = few.scalars::<i32>(&shop.db).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the statement has 2 placeholders and was given 1 values: each of `$1`, `$2`, .. needs one \
         `.bind(..)`: `SELECT id FROM users WHERE id = $1 AND age = $2`"
    );
    Ok(())
}
