//! What the server refuses, as typed errors.

use orm_core::Error;
use orm_core::error::{ErrorKind, Violation};
use orm_core::exec::{Db, Executor, Params};

use crate::support::{database, run};

async fn shop() -> Db {
    let db = database(1).await;
    db.executor()
        .batch(
            "CREATE EXTENSION btree_gist;
             CREATE TABLE users (id int PRIMARY KEY, email varchar(20) NOT NULL UNIQUE);
             CREATE TABLE orders (id int PRIMARY KEY, user_id int NOT NULL REFERENCES users,
                 cents int CONSTRAINT orders_cents_check CHECK (cents >= 0),
                 EXCLUDE USING gist (cents WITH =));
             INSERT INTO users VALUES (1, 'a@b.c');
             INSERT INTO orders VALUES (1, 1, 5)",
        )
        .await
        .unwrap();
    db
}

async fn refused(db: &Db, text: &str) -> Error {
    run(db, text).await.unwrap_err()
}

#[tokio::test]
async fn a_unique_violation_names_table_and_constraint() {
    let db = shop().await;
    let error = refused(&db, "INSERT INTO users VALUES (2, 'a@b.c')").await;
    assert!(error.is_unique_violation());
    assert_eq!(error.constraint(), Some("users_email_key"));
    assert_eq!(error.table(), Some("users"));
    assert_eq!(error.sqlstate(), Some("23505"));
    let error = error.with_model("User", |_| {
        Some(orm_core::ddl::Violated {
            fields: vec!["email"],
            message: None,
        })
    });
    let Some(Violation::Unique(rule)) = error.violation() else {
        panic!("a unique violation");
    };
    assert_eq!(
        (rule.model(), rule.fields()),
        (Some("User"), &["email"][..])
    );
}

#[tokio::test]
async fn every_kind_of_constraint_has_its_own_violation() {
    let db = shop().await;
    let error = refused(&db, "INSERT INTO orders VALUES (2, 9, 1)").await;
    assert!(error.is_foreign_key_violation());
    assert_eq!(error.constraint(), Some("orders_user_id_fkey"));
    let error = refused(&db, "DELETE FROM users").await;
    assert!(error.is_foreign_key_violation());
    let error = refused(&db, "INSERT INTO users VALUES (2, NULL)").await;
    assert!(error.is_not_null_violation());
    assert_eq!(error.column(), Some("email"));
    let error = refused(&db, "INSERT INTO orders VALUES (2, 1, -1)").await;
    assert!(error.is_check_violation());
    assert_eq!(error.constraint(), Some("orders_cents_check"));
    let error = refused(&db, "INSERT INTO orders VALUES (2, 1, 5)").await;
    assert!(error.is_exclusion_violation());
}

// Never cut off silently, as some tutorials have it.
#[tokio::test]
async fn a_text_that_is_too_long_is_refused() {
    let db = shop().await;
    let error = refused(&db, "INSERT INTO users VALUES (2, 'a@b.ccccccccccccccccc')").await;
    assert!(error.is_too_long());
    assert!(
        error.to_string().contains("character varying(20)"),
        "{error}"
    );
}

#[tokio::test]
async fn other_errors_have_kinds_and_say_what_to_do() {
    let db = shop().await;
    for (text, kind) in [
        (
            "SELECT 2147483647 + id FROM users",
            ErrorKind::NumericOutOfRange,
        ),
        ("SELECT email::int FROM users", ErrorKind::InvalidValue),
        ("SELECT * FROM nowhere", ErrorKind::UndefinedTable),
        ("SELECT nothing FROM users", ErrorKind::UndefinedColumn),
        ("SELEC 1", ErrorKind::Database),
    ] {
        assert_eq!(refused(&db, text).await.kind(), kind, "{text}");
    }
    let error = refused(&db, "SELECT * FROM nowhere").await;
    assert_eq!(
        error.to_string(),
        "relation \"nowhere\" does not exist: do the models match the database? \
         run the pending migrations (SQLSTATE 42P01)"
    );
}

#[tokio::test]
async fn a_missing_permission_is_its_own_kind() {
    let db = shop().await;
    run(&db, "CREATE ROLE visitor").await.unwrap();
    let answer = db
        .transaction(async |tx| {
            run(tx, "SET LOCAL ROLE visitor").await?;
            run(tx, "SELECT * FROM users").await
        })
        .await;
    assert_eq!(answer.unwrap_err().kind(), ErrorKind::PermissionDenied);
}

#[tokio::test]
async fn values_of_the_wrong_type_or_number_are_refused_before_sending() {
    let db = database(1).await;
    let exec = db.executor();
    let text = "SELECT $1::int4";
    let error = exec
        .execute(text, Params::refs(&[&"canary"]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
    assert!(!error.to_string().contains("canary"), "{error}");
    let error = exec.execute(text, Params::none()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("expected 1 parameters but got 0"),
        "{error}"
    );
    exec.execute(text, Params::refs(&[&1_i32])).await.unwrap();
}

#[tokio::test]
async fn a_nul_in_a_text_is_a_typed_error() {
    let db = database(1).await;
    let error = db
        .executor()
        .execute("SELECT $1::text", Params::refs(&[&"a\0b"]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert!(error.to_string().contains("NUL"), "{error}");
}

#[tokio::test]
async fn a_column_of_another_type_is_a_decode_error() {
    let db = database(1).await;
    let row = db
        .executor()
        .query_opt("SELECT 'canary'", Params::none())
        .await;
    let error: Error = row
        .unwrap()
        .unwrap()
        .try_get::<_, i32>(0)
        .unwrap_err()
        .into();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!error.to_string().contains("canary"), "{error}");
}
