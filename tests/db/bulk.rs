//! Many rows in one statement, and rows that may exist already.

use orm::create::Given;
use orm::prelude::*;

use crate::database::{Test, empty_shop, shop, with_models};
use crate::shop::{Category, Order, Product, Role, Tag, User, UserRole};

#[tokio::test]
async fn rows_are_written_by_one_statement_and_come_back_in_order() -> Test {
    let shop = empty_shop().await?;
    let rows = (0..10_000).map(|n| Category::create().name(format!("c{n}")));
    let rows = Category::create_many(rows).save(&shop.db).await?;
    shop.log.assert_count(1);
    assert_eq!(rows.len(), 10_000);
    assert!(
        rows.iter()
            .enumerate()
            .all(|(n, row)| row.name == format!("c{n}"))
    );
    assert!(rows.windows(2).all(|pair| pair[0].id < pair[1].id));
    assert_eq!(Category::query().count(&shop.db).await?, 10_000);
    Ok(())
}

#[tokio::test]
async fn no_row_sends_nothing() -> Test {
    let shop = empty_shop().await?;
    let none: Vec<Category> = Category::create_many(Vec::<CategoryCreate>::new())
        .save(&shop.db)
        .await?;
    assert_eq!(none, []);
    shop.log.assert_count(0);
    Ok(())
}

type CategoryCreate = crate::shop::product::CategoryCreate<orm::create::Given>;

#[tokio::test]
async fn rows_may_give_different_columns() -> Test {
    let shop = shop().await?;
    let rows = Product::create_many([
        Product::create().name("aa").price_in_cents(1),
        Product::create()
            .name("bb")
            .price_in_cents(2)
            .description("given")
            .stock_quantity(5),
        Product::create().name("cc").price_in_cents(3).id(50),
        Product::create()
            .name("dd")
            .price_in_cents(4)
            .is_active(false)
            .description(None),
        Product::create()
            .name("ee")
            .price_in_cents(5)
            .id(51)
            .description("e"),
    ])
    .save(&shop.db)
    .await?;
    let facts: Vec<_> = rows
        .iter()
        .map(|it| {
            (
                it.id,
                it.name.as_str(),
                it.description.as_deref(),
                it.stock_quantity,
                it.is_active,
            )
        })
        .collect();
    let expected = [
        (100, "aa", None, 0, true),
        (101, "bb", Some("given"), 5, true),
        (50, "cc", None, 0, true),
        (102, "dd", None, 0, false),
        (51, "ee", Some("e"), 0, true),
    ];
    assert_eq!(facts, expected);
    assert!(rows.iter().all(|row| row.created_at == row.updated_at));
    Ok(())
}

#[tokio::test]
async fn a_refused_row_leaves_none_behind() -> Test {
    let shop = shop().await?;
    let mixed = [
        Product::create().name("aa").price_in_cents(1),
        Product::create().name("bb").price_in_cents(1).id(1),
    ];
    assert!(
        Product::create_many(mixed)
            .save(&shop.db)
            .await
            .unwrap_err()
            .is_unique_violation()
    );
    assert_eq!(Product::query().count(&shop.db).await?, 4);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "measurements")]
struct Measurement {
    #[column(primary_key, auto_increment)]
    id: i64,
    values: Vec<f64>,
    labels: Option<Vec<Option<String>>>,
    raw: Vec<u8>,
    at: Option<DateTime<Utc>>,
    meta: Option<serde_json::Value>,
    #[column(varchar(5))]
    code: Option<String>,
    #[column(default_sql = "now()")]
    taken: DateTime<Utc>,
}

#[tokio::test]
async fn array_columns_nulls_and_bytes_survive_the_way_through_arrays() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Measurement]).await?;
    let hostile = "a\"b\\c,{d}NULL' ;";
    let new = || {
        Measurement::create()
            .values([1.5, f64::INFINITY, -0.0])
            .raw(vec![0, 255, 92])
    };
    let rows = Measurement::create_many([
        new().labels(vec![
            Some(hostile.to_owned()),
            None,
            Some(String::new()),
            Some("NULL".to_owned()),
        ]),
        new().values(Vec::new()).labels(Vec::new()).raw(Vec::new()),
        new()
            .meta(serde_json::json!({"k": [1, null, hostile]}))
            .code("abcde"),
        new()
            .at("2024-02-29T12:00:00.000001Z".parse::<DateTime<Utc>>()?)
            .meta(serde_json::Value::Null),
    ])
    .save(&place.db)
    .await?;
    place.log.assert_count(1);
    assert_eq!(
        rows[0].labels,
        Some(vec![
            Some(hostile.into()),
            None,
            Some(String::new()),
            Some("NULL".into())
        ])
    );
    assert_eq!(
        (
            rows[1].values.len(),
            rows[1].labels.as_ref().map(Vec::len),
            rows[1].raw.len()
        ),
        (0, Some(0), 0)
    );
    assert_eq!(
        rows[2].meta,
        Some(serde_json::json!({"k": [1, null, hostile]}))
    );
    assert_eq!(
        (rows[2].labels.as_ref(), rows[2].at, rows[2].code.as_deref()),
        (None, None, Some("abcde"))
    );
    assert_eq!(
        rows[3].meta,
        Some(serde_json::Value::Null),
        "the document null is not the column's NULL"
    );
    assert_eq!(rows[0].meta, None);
    assert!(rows[0].values[2].is_sign_negative() && rows[0].raw == [0, 255, 92]);
    assert_eq!(
        Measurement::query()
            .order_by(Measurement::id)
            .all(&place.db)
            .await?,
        rows
    );
    let error = Measurement::create_many([new().code("abcdef")])
        .save(&place.db)
        .await
        .unwrap_err();
    assert!(error.is_validation() && error.is_too_long());
    assert_eq!(error.fields(), ["code"]);
    Ok(())
}

#[tokio::test]
async fn a_bulk_of_graphs_is_written_whole_or_not_at_all() -> Test {
    let shop = shop().await?;
    let users = User::create_many([
        user("x").with(User::orders, |order| {
            [order().total_in_cents(1), order().total_in_cents(2)]
        }),
        user("y"),
    ])
    .save(&shop.db)
    .await?;
    assert_eq!(users[0].related(User::orders).count(&shop.db).await?, 2);
    let scope = shop.log.scope();
    let bad = user("z").with(User::orders, |order| {
        [order().total_in_cents(1).status("lost")]
    });
    let error = User::create_many([bad]).save(&shop.db).await.unwrap_err();
    assert!(error.is_validation(), "{error}");
    scope.assert_count(0);
    assert_eq!(User::query().count(&shop.db).await?, 6);
    Ok(())
}

// A row with something nested among plain ones: the order stays, and so do the
// numbers in the errors.
#[tokio::test]
async fn a_bulk_may_mix_rows_and_graphs() -> Test {
    let shop = shop().await?;
    let graph = |name, status| {
        user(name).with(User::orders, move |order| {
            [order().total_in_cents(1).status(status)]
        })
    };
    let rows = [
        user("first"),
        user("second"),
        graph("third", "lost"),
        user("last").email("no address"),
    ];
    let error = User::create_many(rows).save(&shop.db).await.unwrap_err();
    let told = error.to_string();
    assert!(told.contains("row 2:") && told.contains("row 3:"), "{told}");
    shop.log.assert_count(0);

    let rows = [
        user("first"),
        user("second"),
        graph("third", "pending"),
        user("last"),
    ];
    let saved = User::create_many(rows).save(&shop.db).await?;
    let names: Vec<_> = saved.iter().map(|user| user.full_name.as_str()).collect();
    assert_eq!(names, ["first", "second", "third", "last"]);
    assert_eq!(saved[2].related(User::orders).count(&shop.db).await?, 1);
    Ok(())
}

fn user(name: &str) -> crate::shop::user::UserCreate<Given, Given, Given> {
    User::create()
        .full_name(name)
        .email(format!("{name}@many.example"))
        .password_hash("h")
}

fn product(name: &str, price: i32) -> crate::shop::product::ProductCreate<Given, Given> {
    Product::create().name(name).price_in_cents(price)
}

#[tokio::test]
async fn upsert_creates_or_overwrites_what_was_given() -> Test {
    let shop = shop().await?;
    let row = || {
        User::create()
            .full_name("Eve")
            .email("eve@shop.example")
            .password_hash("h")
    };
    let created = User::upsert(row()).on(User::email).save(&shop.db).await?;
    assert!(created.created);
    let scope = shop.log.scope();
    let again = User::upsert(row().full_name("Eva").age(7))
        .on(User::email)
        .save(&shop.db)
        .await?;
    scope.assert_count(1);
    assert!(!again.created);
    assert_eq!(
        (again.row.id, again.row.full_name.as_str(), again.row.age),
        (created.row.id, "Eva", Some(7))
    );
    assert_eq!(again.row.created_at, created.row.created_at);
    assert!(again.row.updated_at > created.row.updated_at);
    let kept = User::upsert(row()).on(User::email).save(&shop.db).await?;
    assert_eq!(kept.row.age, Some(7), "what was not given stays");
    Ok(())
}

#[tokio::test]
async fn upsert_overwrites_only_the_named_columns() -> Test {
    let shop = shop().await?;
    let row = product("Renamed", 5).id(1).stock_quantity(99);
    let saved = Product::upsert(row)
        .on_key()
        .overwrite(Product::stock_quantity)
        .save(&shop.db)
        .await?;
    assert!(!saved.created);
    assert_eq!(
        (
            saved.row.name.as_str(),
            saved.row.price_in_cents,
            saved.row.stock_quantity
        ),
        ("Pro Laptop 15", 149_999, 99)
    );
    Ok(())
}

#[tokio::test]
async fn upsert_does_not_overwrite_with_defaults_that_nobody_gave() -> Test {
    let shop = shop().await?;
    let saved = Product::upsert(product("Pro Laptop 16", 5).id(1))
        .on_key()
        .save(&shop.db)
        .await?;
    assert_eq!(
        (saved.row.name.as_str(), saved.row.stock_quantity),
        ("Pro Laptop 16", 25)
    );
    Ok(())
}

#[tokio::test]
async fn upsert_on_a_composite_key_with_nothing_else_returns_the_row() -> Test {
    let shop = shop().await?;
    let saved = UserRole::upsert(UserRole::create().user_id(1).role_id(1))
        .on_key()
        .save(&shop.db)
        .await?;
    assert!(!saved.created);
    assert_eq!(saved.row.note.as_deref(), Some("founder"));
    let saved = UserRole::upsert(UserRole::create().user_id(3).role_id(1))
        .on_key()
        .save(&shop.db)
        .await?;
    assert!(saved.created);
    Ok(())
}

#[tokio::test]
async fn or_ignore_leaves_an_existing_row_alone() -> Test {
    let shop = shop().await?;
    let again = Role::upsert(Role::create().name("admin"))
        .on(Role::name)
        .or_ignore(&shop.db)
        .await?;
    assert_eq!(again, None);
    let new = Role::upsert(Role::create().name("owner"))
        .on(Role::name)
        .or_ignore(&shop.db)
        .await?;
    assert_eq!(new.map(|role| role.name).as_deref(), Some("owner"));
    let other = Role::upsert(Role::create().id(1).name("other"))
        .on(Role::name)
        .or_ignore(&shop.db)
        .await
        .unwrap_err();
    assert!(
        other.is_unique_violation(),
        "only the named conflict is ignored"
    );
    Ok(())
}

#[tokio::test]
async fn an_upsert_with_rows_nested_in_it_does_not_lose_them() -> Test {
    let shop = shop().await?;
    let row = User::create()
        .full_name("Eve")
        .email("eve@shop.example")
        .password_hash("h")
        .with(User::orders, |order| [order().total_in_cents(1)]);
    match User::upsert(row).on(User::email).save(&shop.db).await {
        Ok(saved) => assert_eq!(saved.row.related(User::orders).count(&shop.db).await?, 1),
        Err(error) => assert_eq!(error.kind(), orm::error::ErrorKind::Usage),
    }
    let orders = Order::query()
        .filter(Order::total_in_cents.eq(1))
        .count(&shop.db)
        .await?;
    let users = User::find_by(User::email, "eve@shop.example")
        .count(&shop.db)
        .await?;
    assert_eq!(orders, users);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "leaves")]
#[association(has_many, as = "spots", model = Spot, foreign_key = "leaf_id")]
struct Leaf {
    #[column(primary_key, auto_increment)]
    id: i32,
    a: Option<i32>,
    #[column(default = 5)]
    b: i32,
    c: Option<i32>,
    d: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "spots")]
#[association(belongs_to, as = "leaf", model = Leaf, foreign_key = "leaf_id")]
struct Spot {
    #[column(primary_key, auto_increment)]
    id: i32,
    leaf_id: i32,
    #[column(default = 7)]
    size: i32,
}

// A value that a row leaves out is not taken from the row after it.
#[tokio::test]
async fn what_a_row_leaves_out_between_other_columns_is_null() -> Test {
    let place = with_models(orm::models![Leaf, Spot]).await?;
    let leaf = |d: i32| Leaf::create().d(d);
    let rows = [
        leaf(0).a(10).c(20),
        leaf(1),
        leaf(2).a(12),
        leaf(3).c(23),
        leaf(4).a(14).c(24),
    ];
    let rows = Leaf::create_many(rows).save(&place.db).await?;
    let given = rows.iter().map(|row| (row.a, row.b, row.c, row.d));
    let expected = [
        (Some(10), 5, Some(20), 0),
        (None, 5, None, 1),
        (Some(12), 5, None, 2),
        (None, 5, Some(23), 3),
        (Some(14), 5, Some(24), 4),
    ];
    assert!(given.eq(expected));
    Ok(())
}

// Whoever made the table need not know them.
#[tokio::test]
async fn defaults_that_are_values_are_written_whatever_the_table_says() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Leaf, Spot]).await?;
    place
        .run("ALTER TABLE leaves ALTER b DROP DEFAULT; ALTER TABLE spots ALTER size DROP DEFAULT")
        .await?;
    let db = &place.db;
    let leaf = || Leaf::create().d(1);
    let one = leaf().save(db).await?;
    let upserted = Leaf::upsert(leaf().id(90)).on_key().save(db).await?;
    let nested = || leaf().with(Leaf::spots, |spot| [spot(), spot()]);
    let graph = nested().save(db).await?;
    let many = Leaf::create_many([leaf(), nested(), leaf()])
        .save(db)
        .await?;
    let made = many.iter().chain([&one, &upserted.row, &graph]);
    assert!(made.map(|row| row.b).eq([5; 6]));
    let spot = one.related(Leaf::spots).create().save(db).await?;
    assert_eq!(spot.size, 7);
    assert_eq!(Spot::query().filter(Spot::size.eq(7)).count(db).await?, 5);
    Ok(())
}

// However many rows there are: a statement for each level of the graph, and one for the
// pairs of a join table. Each child is under its own parent, in the order given.
#[tokio::test]
async fn a_graph_takes_a_statement_for_each_level() -> Test {
    let shop = shop().await?;
    let users = (0..10).map(|n| {
        let orders = move |order: fn() -> _| {
            (0..=n % 3).map(move |at| {
                let order: crate::shop::order::OrderCreate<_, _> = order();
                order
                    .total_in_cents(n * 10 + at)
                    .with(Order::line_items, move |item| {
                        (0..=at).map(move |line| item().quantity(1 + line).unit_price_in_cents(n))
                    })
            })
        };
        user(&format!("u{n}"))
            .with(User::orders, orders)
            .with(User::tags, move |tag| {
                (0..n % 4).map(move |t| tag().name(format!("tag {n} {t}")))
            })
            .with(User::profile, move |profile| {
                (n % 2 == 0).then(|| profile().bio(format!("bio {n}")))
            })
    });
    shop.log.clear();
    let saved = User::create_many(users).save(&shop.db).await?;
    // BEGIN, users, orders, items, tags, their pairs, profiles, COMMIT.
    shop.log.assert_count(8);
    let ids = saved.iter().map(|user| user.id);
    let loaded = User::query()
        .filter(User::id.in_(ids))
        .order_by(User::id)
        .include(User::orders.order_by(Order::id).include(Order::line_items))
        .include(User::tags.order_by(Tag::id))
        .include(User::profile)
        .all(&shop.db)
        .await?;
    assert_eq!(loaded.len(), 10);
    for (n, user) in (0..).zip(&loaded) {
        assert_eq!(user.full_name, format!("u{n}"));
        let totals = user.orders.iter().map(|order| order.total_in_cents);
        assert!(totals.eq((0..=n % 3).map(|at| n * 10 + at)));
        for (at, order) in user.orders.iter().enumerate() {
            let lines = order.line_items.iter().map(|it| it.quantity);
            assert!(lines.eq((0..=i32::try_from(at)?).map(|line| 1 + line)));
        }
        let tags = user.tags.iter().map(|tag| tag.name.clone());
        assert!(tags.eq((0..n % 4).map(|t| format!("tag {n} {t}"))));
        let bio = user.profile.as_ref().and_then(|it| it.bio.clone());
        assert_eq!(bio, (n % 2 == 0).then(|| format!("bio {n}")));
    }
    // One association may be given in parts.
    let parts = user("parts")
        .with(User::orders, |order| [order().total_in_cents(1)])
        .with(User::orders, |order| [order().total_in_cents(2)]);
    shop.log.clear();
    let parts = parts.save(&shop.db).await?;
    shop.log.assert_count(4);
    assert_eq!(parts.related(User::orders).count(&shop.db).await?, 2);
    let two = user("two")
        .with(User::profile, |profile| [profile().bio("a")])
        .with(User::profile, |profile| [profile().bio("b")]);
    let error = two.save(&shop.db).await.unwrap_err();
    assert!(error.is_already_related(), "{error}");
    assert_eq!(
        User::query()
            .filter(User::full_name.eq("two"))
            .count(&shop.db)
            .await?,
        0
    );
    Ok(())
}
