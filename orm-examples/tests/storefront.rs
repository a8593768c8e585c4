//! Runs the storefront as a newcomer would and reads what it prints.

use std::process::{Command, Output};

/// The storefront's program, on a private database unless `environment` names one.
fn storefront(environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_orm-examples"));
    for name in [
        "DATABASE_URL",
        "DB_NAME",
        "DB_USER",
        "DB_PASS",
        "DB_HOST",
        "DB_PORT",
        "APP_ENV",
    ] {
        command.env_remove(name);
    }
    command
        .envs(environment.iter().copied())
        .output()
        .expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("the program prints text")
}

/// `2024-03-15T10:23:44.112Z`: digits where the pattern has zeros.
fn has_shape(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text
            .chars()
            .zip(pattern.chars())
            .all(|(c, p)| if p == '0' { c.is_ascii_digit() } else { c == p })
}

const HISTORY: &str = r#"{
  "id": 1,
  "fullName": "Sarah Mitchell",
  "email": "sarah@example.com",
  "orders": [
    {
      "id": 7,
      "status": "delivered",
      "totalInCents": 149999,
      "lineItems": [
        {
          "quantity": 1,
          "unitPriceInCents": 149999,
          "product": {
            "name": "Pro Laptop 15",
            "priceInCents": 149999
          }
        }
      ]
    }
  ]
}
"#;

const STATUS: &str = "
up 20240301090000-create-users
up 20240301090100-create-products
up 20240301090200-create-orders
up 20240315102344-add-discount-code-to-orders
";

#[test]
fn the_storefront_prints_what_the_article_prints() {
    let output = storefront(&[]);
    assert_eq!(text(&output.stderr), "");
    assert!(output.status.success());
    let printed = text(&output.stdout);
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(lines[0], "Database connection established successfully.");
    assert!(printed.contains(STATUS), "{printed}");
    assert!(printed.contains("\nMigration up: discount_code column added to orders.\n"));
    assert!(printed.contains("\nAll tables synced.\n"));
    let created = lines
        .iter()
        .position(|line| line.starts_with("Created product:"))
        .expect("a product");
    assert_eq!(lines[created], "Created product: Pro Laptop 15");
    assert_eq!(lines[created + 1], "Formatted price: $1499.99");
    assert_eq!(lines[created + 2], "In stock? true");
    let time = lines[created + 3]
        .strip_prefix("Created at: ")
        .expect("a time");
    assert!(has_shape(time, "0000-00-00T00:00:00.000Z"), "{time}");
    assert!(printed.contains(
        "Validation error: Product name cannot be blank,\n\
         Validation error: Name must be between 2 and 200 characters,\n\
         Validation error: Price cannot be negative\n"
    ));
    assert!(printed.contains("A second account: User: email must be unique"));
    assert!(printed.contains(HISTORY), "{printed}");
    assert!(printed.contains("\nUser 12345 not found\n"));
    assert!(printed.contains("50 orders, 50 line items, one query per order: 51 statements\n"));
    assert!(printed.contains("50 orders, 50 line items, eagerly: 1 statement\n"));
    assert!(!printed.contains("argon2"), "a password hash was printed");
}

#[test]
fn an_unreachable_database_is_one_line_and_exit_code_1() {
    let output = storefront(&[
        ("DB_HOST", "127.0.0.1"),
        ("DB_PORT", "1"),
        ("DB_PASS", "sesame"),
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "");
    let error = text(&output.stderr);
    assert!(
        error.starts_with("Unable to connect to the database: "),
        "{error}"
    );
    assert_eq!(error.lines().count(), 1, "{error}");
    assert!(!error.contains("sesame"));
}

#[test]
fn statements_are_printed_in_development() {
    let output = storefront(&[("APP_ENV", "development")]);
    assert!(text(&output.stdout).starts_with("[SQL] SELECT 1+1 AS result\n"));
}
