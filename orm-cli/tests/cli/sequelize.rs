//! Databases that were migrated by Sequelize.

use crate::support::Project;

const USERS: &str = "20240310091200-create-users";
const ORDERS: &str = "20240312090000-add-order-items";

async fn migrated_by_sequelize(names: &str) -> Project {
    let project = Project::with(&[
        (USERS, "CREATE TABLE users (id int);", "DROP TABLE users;"),
        (
            ORDERS,
            "CREATE TABLE order_items (id int);",
            "DROP TABLE order_items;",
        ),
    ])
    .await;
    let history = format!(
        "CREATE TABLE \"SequelizeMeta\" (name varchar(255) PRIMARY KEY); \
         INSERT INTO \"SequelizeMeta\" VALUES {names}; CREATE TABLE users (id int)"
    );
    project
        .client()
        .await
        .batch_execute(&history)
        .await
        .unwrap();
    project
}

#[tokio::test]
async fn its_history_is_not_passed_over() {
    let project = migrated_by_sequelize(&format!("('{USERS}.js')")).await;
    let error = project.orm("migrate").failed();
    assert!(
        error.contains("Sequelize has a history of 1") && error.contains("orm migrate adopt"),
        "{error}"
    );
    assert!(!project.has_table("order_items").await);
    project.orm("migrate --dry-run").failed();

    let out = project.orm("migrate adopt").ok();
    assert_eq!(out, format!("== {USERS}: adopted\n"));
    assert_eq!(
        project.orm("migrate status").ok(),
        format!("up {USERS}\ndown {ORDERS}\n")
    );
    project.orm("migrate").ok();
    assert!(project.has_table("order_items").await);
    let out = project.orm("migrate adopt-sequelize").ok();
    assert_eq!(out, "Everything was adopted already.\n");
}

#[tokio::test]
async fn its_spellings_of_names_are_understood() {
    let names = format!("('{USERS}.cjs'), ('20240312090000-addOrder_items.ts')");
    let project = migrated_by_sequelize(&names).await;
    project.orm("migrate adopt-sequelize").ok();
    assert_eq!(
        project.orm("migrate status").ok(),
        format!("up {USERS}\nup {ORDERS}\n")
    );
}

#[tokio::test]
async fn nothing_is_adopted_if_a_name_is_unknown() {
    let project =
        migrated_by_sequelize(&format!("('{USERS}.js'), ('20230101000000-gone.js')")).await;
    let error = project.orm("migrate adopt-sequelize").failed();
    assert!(
        error.contains("no migration is called 20230101000000-gone.js"),
        "{error}"
    );
    assert_eq!(
        project.orm("migrate status").ok(),
        format!("down {USERS}\ndown {ORDERS}\n")
    );
    let error = project.orm("migrate adopt-sequelize --table nope").failed();
    assert!(error.contains("no table \"nope\""), "{error}");
}
