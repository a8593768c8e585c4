//! What the server refuses, as typed errors.

use orm_core::Error;
use orm_core::error::{ErrorKind, ServerError, Violation};
use orm_core::exec::{Db, Executor, Params};
use orm_core::types::Param;

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
    assert!(matches!(error.violation(), Some(Violation::Unique(_))));
}

#[tokio::test]
async fn every_kind_of_constraint_has_its_own_violation() {
    let db = shop().await;
    let error = refused(&db, "INSERT INTO orders VALUES (2, 9, 1)").await;
    assert!(error.is_foreign_key_violation());
    assert_eq!(error.constraint(), Some("orders_user_id_fkey"));
    assert!(error.refers_to_nothing() && !error.is_referred_to());
    let error = refused(&db, "DELETE FROM users").await;
    assert!(error.is_foreign_key_violation());
    assert!(error.is_referred_to() && !error.refers_to_nothing());
    assert_eq!(error.table(), Some("orders"));
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
        .execute(text, Params::from(&[Param::from("canary")]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
    assert!(!error.to_string().contains("canary"), "{error}");
    let error = exec.execute(text, Params::none()).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("has 1 placeholders and was given 0 values"),
        "{error}"
    );
    exec.execute(text, Params::from(&[Param::from(1_i32)]))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_nul_in_a_text_is_a_typed_error() {
    let db = database(1).await;
    let error = db
        .executor()
        .execute("SELECT $1::text", Params::from(&[Param::from("a\0b")]))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Encode);
    assert!(error.to_string().contains("NUL"), "{error}");
}

#[tokio::test]
async fn a_column_of_another_type_is_a_decode_error() {
    let db = database(1).await;
    let row = db
        .executor()
        .query_opt("SELECT 'canary'", Params::none())
        .await;
    let error: Error = row.unwrap().unwrap().get::<i32>(0).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(!error.to_string().contains("canary"), "{error}");
}

// What the server said is there for who asks by name, and shown to nobody else.
#[tokio::test]
async fn the_servers_own_words_are_reached_by_name_and_never_shown() {
    let db = shop().await;
    db.executor()
        .batch(
            "INSERT INTO users VALUES (7, 'canary@x.y');
             CREATE FUNCTION complain() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
                 RAISE check_violation USING
                     MESSAGE = 'no canary', DETAIL = 'canary', HINT = 'canary';
             END $$;
             CREATE FUNCTION broken() RETURNS int LANGUAGE plpgsql AS $$ BEGIN
                 EXECUTE 'SELEC ''canary'''; RETURN 1;
             END $$;
             CREATE TABLE parts (v text) PARTITION BY LIST (v)",
        )
        .await
        .unwrap();
    let statements = [
        "INSERT INTO users VALUES (8, 'canary@x.y')",
        "INSERT INTO users VALUES (7, 'canary@x.z')",
        "INSERT INTO users VALUES (NULL, 'canary@x.z')",
        "INSERT INTO users VALUES (8, 'canary far too long for it')",
        "INSERT INTO orders VALUES (2, 1, -1)",
        "INSERT INTO parts VALUES ('canary')",
        "SELECT 'canary'::int",
        "SELECT 'canary'::date",
        "SELECT 'canary'::jsonb",
        "SELECT 'canary'::inet",
        "SELECT ('{' || 'canary')::int[]",
        "SELECT 'a' ~ '(canary'",
        "SELECT to_date('canary', 'YYYY')",
        "SELECT set_config('work_mem', 'canary', true)",
        "SELECT complain()",
        "SELECT broken()",
    ];
    for statement in statements {
        let error = refused(&db, statement).await;
        let mut shown = format!("{error} {error:?} {error:#} {error:#?}");
        let mut source = std::error::Error::source(&error);
        assert!(source.is_some(), "{statement}: {error}");
        while let Some(cause) = source {
            shown += &format!(" {cause} {cause:?} {cause:#?}");
            source = cause.source();
        }
        assert!(!shown.contains("canary"), "{statement}: {shown}");
        let server = error.server().unwrap();
        assert_eq!(Some(server.code()), error.sqlstate(), "{statement}");
        assert!(!server.message().is_empty());
    }
    let error = refused(&db, "INSERT INTO users VALUES (8, 'canary@x.y')").await;
    let source = std::error::Error::source(&error).unwrap();
    let server = source.downcast_ref::<ServerError>().unwrap();
    assert_eq!(
        server.detail(),
        Some("Key (email)=(canary@x.y) already exists.")
    );
    assert_eq!(server.constraint(), Some("users_email_key"));
    assert_eq!(server.table(), Some("users"));
    let error = refused(&db, "SELECT complain()").await;
    let server = error.server().unwrap();
    assert_eq!(server.hint(), Some("canary"));
    assert!(
        server
            .context()
            .is_some_and(|text| text.contains("complain"))
    );
}
