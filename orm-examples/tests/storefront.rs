//! Runs the storefront as a newcomer would and reads what it prints.

#![allow(
    clippy::unwrap_used,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

use std::process::{Command, Output};

use orm_testkit::TestDatabase;

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
        "NODE_ENV",
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

const STATUS: &str = "\
up 20240310091200-create-users
up 20240311143000-create-products
up 20240312090000-create-orders
up 20240315102344-add-discount-code-to-orders
";

/// What is printed under `# title`.
fn chapter<'p>(printed: &'p str, title: &str) -> &'p str {
    let (_, text) = printed
        .split_once(&format!("\n# {title}\n\n"))
        .unwrap_or_else(|| panic!("no chapter `{title}` in {printed}"));
    text.split("\n# ").next().unwrap_or(text)
}

/// `(0.312s)` becomes `(_)`.
fn timeless(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let Some((before, time)) = line.rsplit_once('(') else {
            return format!("{line}\n");
        };
        let whole = time.find('.').unwrap_or(0);
        let pattern = format!("{}.000s)", "0".repeat(whole));
        if has_shape(time, &pattern) {
            format!("{before}(_)\n")
        } else {
            format!("{line}\n")
        }
    });
    lines.collect()
}

/// The milliseconds at the end of the line that begins so.
fn milliseconds(text: &str, beginning: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(beginning));
    let time = line.and_then(|rest| rest.strip_suffix(" ms"));
    time.and_then(|time| time.parse().ok())
        .unwrap_or_else(|| panic!("no `{beginning}` in {text}"))
}

#[test]
fn the_storefront_prints_what_the_article_prints() {
    let output = storefront(&[]);
    assert_eq!(text(&output.stderr), "");
    assert!(output.status.success());
    let printed = text(&output.stdout);
    assert!(!printed.contains("argon2"), "a password hash was printed");
    assert!(
        printed.starts_with("Database connection established successfully.\n\n# "),
        "{printed}"
    );
    assert_products(chapter(printed, "The Product model"));
    assert_associations(chapter(printed, "Associations"));
    assert_migrations(chapter(printed, "Migrations"));
    assert_distance(chapter(printed, "Lazy or eager, over a slow link"));
    let titles = printed.lines().filter(|line| line.starts_with("# "));
    assert_eq!(
        titles.collect::<Vec<_>>(),
        [
            "# The Product model",
            "# Associations",
            "# Migrations",
            "# Lazy or eager, over a slow link"
        ]
    );
}

fn assert_products(printed: &str) {
    let lines: Vec<&str> = printed.lines().collect();
    assert_eq!(
        lines[..3],
        [
            "Created product: Pro Laptop 15",
            "Formatted price: $1499.99",
            "In stock? true"
        ]
    );
    let time = lines[3].strip_prefix("Created at: ").expect("a time");
    assert!(has_shape(time, "0000-00-00T00:00:00.000Z"), "{time}");
    assert!(
        printed.contains(
            "Validation error: Product name cannot be blank,\n\
             Validation error: Name must be between 2 and 200 characters,\n\
             Validation error: Price cannot be negative\n"
        ),
        "{printed}"
    );
    assert!(
        printed.contains(
            "\nA form, judged without a database:\n\
             Validation error: Stock cannot go below zero\n"
        ),
        "{printed}"
    );
    // The sale went back with the transaction.
    assert!(printed.contains("\nLeft after a sale: 24\n"), "{printed}");
    assert!(printed.ends_with("\nLeft after all: 25\n"), "{printed}");
}

fn assert_associations(printed: &str) {
    assert!(printed.starts_with("All tables synced.\n"), "{printed}");
    assert!(
        printed.contains("\nA second account: User: email must be unique"),
        "{printed}"
    );
    assert!(
        printed.contains(
            "\nOrder 7 is by Sarah Mitchell\n  \
             without its product: None\n  \
             with it again: Some(1)\n"
        ),
        "{printed}"
    );
    assert!(printed.contains(&format!("\n{HISTORY}")), "{printed}");
    assert!(printed.ends_with("\nUser 12345 not found\n"), "{printed}");
}

fn assert_migrations(printed: &str) {
    const NAME: &str = "20240315102344-add-discount-code-to-orders";
    let up = format!(
        "== {NAME}: migrating =======\n\
         Migration up: discount_code column added to orders.\n\
         == {NAME}: migrated (_)\n"
    );
    let down = format!(
        "== {NAME}: reverting =======\n\
         Migration down: discount_code column removed from orders.\n\
         == {NAME}: reverted (_)\n"
    );
    let undone = STATUS.replace("up 20240315102344", "down 20240315102344");
    assert_eq!(
        timeless(printed),
        format!("{up}{STATUS}\nUndone, and done again:\n{down}{undone}{up}")
    );
}

/// 51 statements wait 51 times for the link, one with its preparation twice.
fn assert_distance(printed: &str) {
    let loaded = "50 orders, 50 line items";
    let lazily = milliseconds(
        printed,
        &format!("{loaded}, one query per order: 51 statements, "),
    );
    let eagerly = milliseconds(printed, &format!("{loaded}, eagerly: 1 statement, "));
    assert!(lazily >= 510, "{printed}");
    assert!(eagerly * 5 < lazily, "{printed}");
    assert!(
        printed.contains("Order.line_items was loaded 50 times"),
        "{printed}"
    );
}

/// Every row of the four tables, times and all.
async fn rows(database: &TestDatabase) -> Vec<String> {
    let client = database.connect().await.unwrap();
    let mut rows = Vec::new();
    for table in ["users", "products", "orders", "order_items"] {
        let all = format!("SELECT '{table} ' || row_to_json(t)::text FROM {table} t ORDER BY id");
        let found = client.query(&all, &[]).await.unwrap();
        rows.extend(found.iter().map(|row| row.get::<_, String>(0)));
    }
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_on_a_kept_database_leaves_the_same_rows() {
    let database = TestDatabase::create().await.unwrap();
    let url = database.url();
    let run = || {
        let output = storefront(&[("DATABASE_URL", &url)]);
        assert_eq!(text(&output.stderr), "");
        assert!(output.status.success());
        text(&output.stdout).to_owned()
    };
    run();
    let before = rows(&database).await;
    assert_eq!(before.len(), 3 + 1 + 50 + 50);
    let printed = run();
    assert_eq!(rows(&database).await, before);
    assert!(
        chapter(&printed, "Migrations").starts_with(&format!(
            "No migrations were executed, database schema was already up to date.\n{STATUS}"
        )),
        "{printed}"
    );
    assert!(printed.contains(HISTORY), "{printed}");
    assert!(printed.contains("51 statements"), "{printed}");

    // Undoing would lose a code that somebody has entered since.
    let client = database.connect().await.unwrap();
    let coded = "UPDATE orders SET discount_code = 'SPRING' WHERE id = 7";
    client.batch_execute(coded).await.unwrap();
    let before = rows(&database).await;
    let printed = run();
    assert!(
        printed.contains("\nNot undone, for there are orders with a discount code: 1\n"),
        "{printed}"
    );
    assert_eq!(rows(&database).await, before);
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

// The article asks NODE_ENV, which is not ours: nothing is printed for it.
#[test]
fn statements_are_printed_in_development() {
    let output = storefront(&[("APP_ENV", "development")]);
    assert!(text(&output.stdout).starts_with(
        "[SQL] SELECT 1+1 AS result\nDatabase connection established successfully.\n"
    ));
    let output = storefront(&[("APP_ENV", "production"), ("NODE_ENV", "development")]);
    assert!(!text(&output.stdout).contains("[SQL]"));
}
