//! From the server's constraint names back to fields and messages.

use orm_core::ddl::{Violated, violated};
use orm_core::error::Error;
use orm_core::schema::{
    AssociationDef, AssociationKind, CheckDef, ColumnDef, Deferrable, IndexDef, IndexMethod,
    JoinTable, SqlType, TableDef, TableName, UniqueDef,
};
use orm_core::validate::{Rule, Validator};

use crate::connect::Place;
use crate::declare::{ascending, column, id, table};
use crate::storefront::{self, ORDER_ITEMS, ORDERS, PRODUCTS, USERS};

/// Sends a statement that must fail, and asks the model about its error.
async fn asked(place: &Place, model: &'static TableDef, text: &str) -> (Error, Violated) {
    let error = place.try_run(text).await.unwrap_err();
    let rule = error
        .violation()
        .unwrap_or_else(|| panic!("{error}"))
        .rule()
        .clone();
    let name = rule.constraint().or(rule.column()).unwrap();
    let found = violated(model, name).unwrap_or_else(|| panic!("{name} is not found"));
    (error, found)
}

fn says(fields: &[&'static str], message: Option<&str>) -> Violated {
    Violated {
        fields: fields.to_vec(),
        message: message.map(Into::into),
    }
}

const USER: &str = "INSERT INTO users (full_name, email, password_hash, created_at, updated_at) \
                    VALUES ('Ann', 'ann@example.com', 'x', now(), now())";

// S31: a value that slips past the validators is refused with their words.
#[tokio::test]
async fn a_check_says_what_its_validator_says() {
    let place = Place::with(storefront::ALL).await;
    let insert = |name: &str, price: i32| {
        format!(
            "INSERT INTO products (name, price_in_cents, created_at, updated_at) \
             VALUES ('{name}', {price}, now(), now())"
        )
    };
    let (error, found) = asked(&place, &PRODUCTS, &insert("Pen", -1)).await;
    assert!(error.is_check_violation());
    assert_eq!(
        found,
        says(&["price_in_cents"], Some("Price cannot be negative"))
    );
    let (_, found) = asked(&place, &PRODUCTS, &insert("a", 1)).await;
    assert_eq!(
        found,
        says(&["name"], Some("Name must be between 2 and 200 characters"))
    );
    place.run(&insert("😀😀", 1)).await;
    // S23: nor can a decrement take the stock below zero.
    let (_, found) = asked(
        &place,
        &PRODUCTS,
        "UPDATE products SET stock_quantity = stock_quantity - 1",
    )
    .await;
    assert_eq!(
        found,
        says(&["stock_quantity"], Some("Stock cannot go below zero"))
    );
}

// S43: the sentence of a validator without one of its own.
#[tokio::test]
async fn a_check_has_its_validators_default_message() {
    let place = Place::with(storefront::ALL).await;
    let text = "INSERT INTO order_items (quantity, unit_price_in_cents, order_id) VALUES (0, 1, 1)";
    let (_, found) = asked(&place, &ORDER_ITEMS, text).await;
    assert_eq!(
        found,
        says(&["quantity"], Some("Validation min on quantity failed"))
    );
}

#[tokio::test]
async fn keys_lead_to_their_fields() {
    let place = Place::with(storefront::ALL).await;
    place.run(USER).await;
    let (error, found) = asked(&place, &USERS, USER).await;
    assert!(error.is_unique_violation());
    assert_eq!(found, says(&["email"], None));

    let order = "INSERT INTO orders (id, user_id, total_in_cents, created_at, updated_at) VALUES";
    let (error, found) = asked(&place, &ORDERS, &format!("{order} (1, 7, 1, now(), now())")).await;
    assert!(error.is_foreign_key_violation());
    assert_eq!(found, says(&["user_id"], None));

    place.run(&format!("{order} (1, 1, 1, now(), now())")).await;
    let (_, found) = asked(&place, &ORDERS, &format!("{order} (1, 1, 1, now(), now())")).await;
    assert_eq!(found, says(&["id"], None));

    // The server names the constraint of the table that refers to the row.
    let (_, found) = asked(&place, &USERS, "DELETE FROM users").await;
    assert_eq!(found, says(&["id"], None));

    let (_, found) = asked(&place, &USERS, "UPDATE users SET email = NULL").await;
    assert_eq!(found, says(&["email"], None));
}

static ODD: TableDef = TableDef {
    uniques: &[UniqueDef {
        name: "",
        columns: &[1, 2],
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }],
    checks: &[
        CheckDef {
            name: "distinct",
            expression: "first <> second",
            message: Some("not alike"),
        },
        CheckDef {
            name: "",
            expression: "second <> ''",
            message: None,
        },
    ],
    indexes: &[IndexDef {
        name: "",
        parts: &[ascending(2)],
        include: &[],
        method: IndexMethod::Btree,
        unique: true,
        parameters: &[],
        filter: None,
    }],
    associations: &[AssociationDef {
        through: Some(JoinTable::plain(
            TableName {
                schema: None,
                name: "odd_odds",
            },
            &["left"],
            &["right"],
        )),
        ..AssociationDef::new(
            "odds",
            AssociationKind::ManyToMany,
            || &ODD,
            "Odd",
            &[0],
            &[0],
        )
    }],
    ..table(
        "an_odd_table_with_a_name_that_leaves_little_room_for_more_words",
        &[
            id(),
            ColumnDef {
                field: "one",
                ..column("first", SqlType::Text)
            },
            ColumnDef {
                field: "two",
                validators: &[
                    Validator::new(Rule::MaxLength(5)).with_message("too much"),
                    Validator::new(Rule::MaxLength(3)).with_message("much too much"),
                ],
                ..column("second", SqlType::Text)
            },
        ],
    )
};

// Names that had to be shortened are found again, and fields are told by the
// model's names, not the columns'.
#[tokio::test]
async fn shortened_names_are_found_again() {
    let models = tables![&ODD];
    let place = Place::with(models).await;
    place.expect_in_step(models).await;
    let table = ODD.name.name;
    let insert = |first, second| {
        format!("INSERT INTO {table} (first, second) VALUES ('{first}', '{second}')")
    };
    place.run(&insert("a", "b")).await;
    let cases = [
        (insert("a", "b"), says(&["one", "two"], None)),
        (insert("c", "b"), says(&["two"], None)),
        (insert("a", "a"), says(&["one", "two"], Some("not alike"))),
        (insert("a", ""), says(&["two"], None)),
        (insert("a", "long"), says(&["two"], Some("much too much"))),
    ];
    for (text, expected) in cases {
        let (_, found) = asked(&place, &ODD, &text).await;
        assert_eq!(found, expected, "{text}");
    }
    let (_, found) = asked(&place, &ODD, "INSERT INTO odd_odds VALUES (1, 8)").await;
    assert_eq!(found, says(&["id"], None));
}

#[test]
fn a_strange_name_is_nobodys() {
    assert_eq!(violated(&USERS, "users_email_key1"), None);
    assert_eq!(violated(&USERS, "users_emails_key"), None);
    assert_eq!(violated(&USERS, ""), None);
}

// A constraint that the model does not speak of, under the name it got unasked.
#[test]
fn a_name_that_postgresql_gave_leads_to_its_columns() {
    let found = |name| violated(&USERS, name).map(|it| it.fields);
    assert_eq!(found("users_full_name_key"), Some(vec!["full_name"]));
    assert_eq!(
        found("users_full_name_email_excl"),
        Some(vec!["full_name", "email"])
    );
    assert_eq!(found("users_email_check"), Some(vec!["email"]));
}
