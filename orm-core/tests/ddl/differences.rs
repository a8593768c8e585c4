//! What differs is kept and reported, one line each.

use orm_core::schema::{
    CheckDef, ColumnDef, Deferrable, EnumDef, Identity, IndexDef, IndexMethod, SqlType, TableDef,
    UniqueDef,
};
use orm_core::validate::{Bound, Rule, Validator};

use crate::connect::Place;
use crate::declare::{ascending, column, id, nullable, table};
use crate::storefront;

/// The storefront with something changed behind the models' back.
async fn after(change: &str) -> (Place, Vec<String>) {
    let place = Place::with(storefront::ALL).await;
    place.run(change).await;
    let scope = place.log.scope();
    let differences = place.differences(storefront::ALL).await;
    // Twice the same, and no statement in either run.
    assert_eq!(place.differences(storefront::ALL).await, differences);
    let changes = |it: &String| {
        ["ALTER", "CREATE", "DROP"]
            .iter()
            .any(|word| it.starts_with(word))
    };
    assert!(
        !scope.statements().iter().any(changes),
        "{:#?}",
        scope.statements()
    );
    (place, differences)
}

// S53: the migration's own column, its data and its index stay.
#[tokio::test]
async fn a_column_of_a_migration_is_kept() {
    let (place, differences) = after(
        "ALTER TABLE orders ADD discount_code varchar(50) DEFAULT NULL; \
         CREATE INDEX orders_discount_code_idx ON orders (discount_code) \
           WHERE discount_code IS NOT NULL",
    )
    .await;
    assert_eq!(
        differences,
        [
            "`orders.discount_code` is in the database and not in the model",
            "the index `orders_discount_code_idx` of `orders` is in the database and not in the model",
        ]
    );
    let index = "SELECT indexdef FROM pg_indexes WHERE indexname = 'orders_discount_code_idx'";
    assert_eq!(place.texts(index).await.len(), 1);
}

#[tokio::test]
async fn a_column_that_blocks_every_insert() {
    let (_, differences) = after("ALTER TABLE users ADD nick text NOT NULL").await;
    assert_eq!(
        differences,
        [
            "`users.nick` is in the database and not in the model, and no row can be created: it is \
          NOT NULL and has no default"
        ]
    );
}

#[tokio::test]
async fn columns_that_were_changed() {
    let (_, differences) = after(
        "ALTER TABLE users ALTER full_name TYPE text, ALTER password_hash DROP NOT NULL, \
           ALTER id DROP IDENTITY; \
         ALTER TABLE orders ALTER status SET DEFAULT 'shipped', ALTER total_in_cents SET DEFAULT 5; \
         ALTER TABLE products ALTER is_active DROP DEFAULT",
    )
    .await;
    assert_eq!(
        differences,
        [
            "the default of `orders.status` is 'pending' in the model and \
             'shipped'::enum_orders_status in the database",
            "the default of `orders.total_in_cents` is none in the model and 5 in the database",
            "the default of `products.is_active` is true in the model and none in the database",
            "the numbering of `users.id` is by default in the model and none in the database",
            "the type of `users.full_name` is character varying(150) in the model and text in the \
             database",
            "the nullability of `users.password_hash` is NOT NULL in the model and NULL in the \
             database",
        ]
    );
}

#[tokio::test]
async fn constraints_that_were_changed() {
    let (_, differences) = after(
        "ALTER TABLE orders DROP CONSTRAINT orders_user_id_fkey, \
           ADD CONSTRAINT orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE, \
           ADD CONSTRAINT positive CHECK (total_in_cents > 0); \
         ALTER TABLE products DROP CONSTRAINT products_price_in_cents_min_check, \
           ADD CONSTRAINT products_price_in_cents_min_check CHECK (price_in_cents >= 1); \
         ALTER TABLE order_items DROP CONSTRAINT order_items_pkey",
    )
    .await;
    assert_eq!(
        differences,
        [
            "the primary key of `order_items` is (id) in the model and missing in the database",
            "the constraint `orders_user_id_fkey` of `orders` is another one in the database",
            "the constraint `positive` of `orders` is in the database and not in the model",
            "the constraint `products_price_in_cents_min_check` of `products` is another one in the \
             database",
        ]
    );
}

// S53: a unique by another name is not doubled, however often this runs.
#[tokio::test]
async fn a_unique_by_another_name_is_enough() {
    for replacement in [
        "ALTER TABLE users ADD CONSTRAINT users_email_key1 UNIQUE (email)",
        "CREATE UNIQUE INDEX users_email_key1 ON users (email)",
    ] {
        let change = format!("ALTER TABLE users DROP CONSTRAINT users_email_key; {replacement}");
        let (place, differences) = after(&change).await;
        assert_eq!(
            differences,
            [
                "the constraint `users_email_key` of `users` is called `users_email_key1` in the \
              database"
            ]
        );
        let unique = "SELECT indexname::text FROM pg_indexes WHERE indexdef LIKE '%(email)'";
        assert_eq!(place.texts(unique).await, ["users_email_key1"]);
    }
}

#[tokio::test]
async fn a_wider_index_stands_in_for_a_foreign_keys() {
    let (_, differences) =
        after("DROP INDEX orders_user_id_idx; CREATE INDEX mine ON orders (user_id, status)").await;
    assert_eq!(differences, [""; 0]);
}

#[tokio::test]
async fn an_index_of_the_same_name_is_another() {
    let (_, differences) =
        after("DROP INDEX orders_user_id_idx; CREATE INDEX orders_user_id_idx ON orders (status)")
            .await;
    assert_eq!(
        differences,
        ["the index `orders_user_id_idx` of `orders` is another one in the database"]
    );
}

// What a failed CREATE INDEX CONCURRENTLY leaves behind serves nobody: it is
// named, and does not stand in for another.
#[tokio::test]
async fn an_unfinished_index_is_named() {
    let (_, differences) = after(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_user_id_idx'::regclass",
    )
    .await;
    assert_eq!(
        differences,
        [
            "the index `orders_user_id_idx` of `orders` is invalid in the database: it was never finished"
        ]
    );
}

#[tokio::test]
async fn labels_are_reported_and_never_added() {
    let cases = [
        (
            "ALTER TYPE enum_orders_status ADD VALUE 'returned'",
            "the enum type `enum_orders_status` has `returned` in the database and not in the model",
        ),
        (
            "ALTER TYPE enum_orders_status RENAME VALUE 'shipped' TO 'sent'",
            "the enum type `enum_orders_status` lacks `shipped` in the database, which has `sent` instead",
        ),
    ];
    for (change, expected) in cases {
        let (_, differences) = after(change).await;
        assert_eq!(differences, [expected]);
    }
}

#[tokio::test]
async fn other_things_by_the_same_name() {
    let place = Place::new().await;
    place
        .run(
            "CREATE VIEW products AS SELECT 1; CREATE DOMAIN enum_orders_status AS text; \
              CREATE TABLE orders (id int PRIMARY KEY); CREATE TABLE users (id int PRIMARY KEY)",
        )
        .await;
    let models = tables![&storefront::PRODUCTS];
    assert_eq!(
        place.differences(models).await,
        ["`products` exists and is not a table"]
    );
    let models = tables![&storefront::ORDERS];
    let differences = place.differences(models).await;
    assert_eq!(
        differences[0],
        "the type `enum_orders_status` exists and is not an enum"
    );
}

// A NOT NULL column without a default has no value for the rows that exist;
// nor can anything be built on it. `serial` is as good as an identity.
#[tokio::test]
async fn a_column_that_cannot_be_added() {
    static WANTED: TableDef = TableDef {
        checks: &[CheckDef {
            name: "",
            expression: "price <> 13",
            message: None,
        }],
        uniques: &[UniqueDef {
            name: "",
            columns: &[1, 2],
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        }],
        indexes: &[IndexDef {
            name: "cheap",
            parts: &[ascending(2)],
            include: &[],
            method: IndexMethod::Btree,
            unique: false,
            parameters: &[],
            filter: Some("price < 5"),
        }],
        ..table(
            "things",
            &[
                ColumnDef {
                    identity: Some(Identity::ByDefault),
                    ..column("id", SqlType::Int4)
                },
                ColumnDef {
                    validators: &[Validator::new(Rule::Min(Bound::Int(0)))],
                    ..column("price", SqlType::Int4)
                },
                nullable(column("title", SqlType::Text)),
                nullable(column("note", SqlType::Text)),
            ],
        )
    };
    let place = Place::new().await;
    place
        .run("CREATE TABLE things (id serial PRIMARY KEY, title text)")
        .await;
    place.run("INSERT INTO things (title) VALUES ('a')").await;
    assert_eq!(
        place.differences(tables![&WANTED]).await,
        [
            "`things.price` is in the model and not in the database, and is not added: it is NOT \
             NULL and has no default for the rows that exist",
            "the constraint `things_price_title_key` of `things` is missing too, and waits for the columns that \
             are missing",
            "the constraint `things_price_min_check` of `things` is missing too, and waits for the columns that \
             are missing",
            "the constraint `things_check` of `things` is missing too, and waits for the columns that are missing",
            "the index `cheap` of `things` is missing too, and waits for the columns that are missing",
        ]
    );
    assert_eq!(
        place
            .texts("SELECT note FROM things WHERE note IS NOT NULL")
            .await,
        [""; 0]
    );
    place
        .run("ALTER TABLE things ADD price int NOT NULL DEFAULT 1")
        .await;
    assert_eq!(
        place.differences(tables![&WANTED]).await,
        ["the default of `things.price` is none in the model and 1 in the database"]
    );
}

static SIZES: EnumDef = EnumDef {
    schema: None,
    name: "size",
    labels: &["s", "m"],
};

#[tokio::test]
async fn labels_in_another_order_are_another_enum() {
    static SHIRTS: TableDef = table("shirts", &[id(), column("size", SqlType::Enum(&SIZES))]);
    let place = Place::new().await;
    place
        .run("CREATE TYPE size AS ENUM ('m', 's'); \
              CREATE TABLE shirts (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, size size NOT NULL)")
        .await;
    assert_eq!(
        place.differences(tables![&SHIRTS]).await,
        ["the enum type `size` sorts its labels in another order in the database"]
    );
}
