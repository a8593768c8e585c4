//! The storefront's migrations, with the lines people know from Sequelize.

use crate::support::{Project, timeless};

const DISCOUNT: &str = "20240315102344-add-discount-code-to-orders";

const NAMES: [&str; 4] = [
    "20240310091200-create-users",
    "20240311143000-create-products",
    "20240312090000-create-orders",
    DISCOUNT,
];

#[tokio::test]
async fn migrating_prints_exactly_these_lines() {
    let project = Project::storefront().await;
    let out = project.orm("migrate").ok();
    let mut expected: Vec<String> = NAMES[..3]
        .iter()
        .map(|name| format!("== {name}: migrating =======\n== {name}: migrated (_)\n"))
        .collect();
    expected.push(format!(
        "== {DISCOUNT}: migrating =======\n\
         Migration up: discount_code column added to orders.\n\
         == {DISCOUNT}: migrated (_)\n"
    ));
    assert_eq!(timeless(&out), expected.join("\n"));
}

#[tokio::test]
async fn a_second_run_does_nothing_and_says_so() {
    let project = Project::storefront().await;
    project.orm("db:migrate").ok();
    let before = project.dump();
    assert_eq!(
        project.orm("db:migrate").ok(),
        "No migrations were executed, database schema was already up to date.\n"
    );
    assert_eq!(project.dump(), before);
}

#[tokio::test]
async fn status_prints_one_line_for_each() {
    let project = Project::storefront().await;
    project.orm("migrate").ok();
    let up = NAMES.map(|name| format!("up {name}\n")).concat();
    assert_eq!(project.orm("db:migrate:status").ok(), up);
    project.orm("migrate undo").ok();
    let mixed = up.replace(&format!("up {DISCOUNT}"), &format!("down {DISCOUNT}"));
    assert_eq!(project.orm("migrate status").ok(), mixed);
}

#[tokio::test]
async fn undoing_prints_exactly_these_lines() {
    let project = Project::storefront().await;
    project.orm("migrate").ok();
    let out = project.orm("db:migrate:undo").ok();
    assert_eq!(
        timeless(&out),
        format!(
            "== {DISCOUNT}: reverting =======\n\
             Migration down: discount_code column removed from orders.\n\
             == {DISCOUNT}: reverted (_)\n"
        )
    );
}

// The way back must end where the way there began, types and all, and the
// second way there where the first did.
#[tokio::test]
async fn every_migration_goes_up_down_and_up_again() {
    let project = Project::storefront().await;
    // Makes the history table, so that it is in every dump.
    project.orm(&format!("migrate --to {}", NAMES[0])).ok();
    project.orm("migrate undo").ok();
    for name in NAMES {
        let before = project.dump();
        project.orm(&format!("migrate --to {name}")).ok();
        let after = project.dump();
        assert!(before.is_none() || after != before, "{name}");
        project.orm("migrate undo").ok();
        assert_eq!(project.dump(), before, "{name}");
        project.orm(&format!("migrate --to {name}")).ok();
        assert_eq!(project.dump(), after, "{name}");
        project.orm("migrate redo").ok();
        assert_eq!(project.dump(), after, "{name}");
    }
}

#[tokio::test]
async fn everything_can_be_undone_by_whoever_means_it() {
    let project = Project::storefront().await;
    project.orm("migrate").ok();
    let refusal = project.orm("db:migrate:undo:all").failed();
    let name = project.database.name();
    assert!(
        refusal.contains(&format!("`--yes --database {name}`")),
        "{refusal}"
    );
    let refusal = project
        .orm("db:migrate:undo:all --yes --database other")
        .failed();
    assert!(refusal.contains("nothing was done"), "{refusal}");

    project
        .orm(&format!("db:migrate:undo:all --yes --database {name}"))
        .ok();
    assert!(!project.has_table("users").await);
    let types = "SELECT string_agg(typname, ',') FROM pg_type WHERE typtype = 'e'";
    assert_eq!(project.ask(types).await, None);
    assert_eq!(
        project.orm("migrate undo").ok(),
        "No executed migrations found.\n"
    );
}

// S60 and S61 of the article: `\d orders` as it shows it.
#[tokio::test]
async fn the_discount_code_is_the_articles() {
    let project = Project::storefront().await;
    project.orm("migrate").ok();
    let column = "SELECT format_type(a.atttypid, a.atttypmod) || '|' || a.attnotnull || '|' \
         || pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a \
         JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE a.attrelid = 'orders'::regclass AND a.attname = 'discount_code'";
    assert_eq!(
        project.ask(column).await.unwrap(),
        "character varying(50)|false|NULL::character varying"
    );
    let index = "SELECT pg_get_indexdef('orders_discount_code_idx'::regclass)";
    assert_eq!(
        project.ask(index).await.unwrap(),
        "CREATE INDEX orders_discount_code_idx ON public.orders USING btree (discount_code) \
         WHERE (discount_code IS NOT NULL)"
    );
}
