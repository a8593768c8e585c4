//! What the tables hold and refuse.

use super::models::{self, ALL, column, table};
use super::place::Place;
use crate::ddl::plan_for;
use crate::schema::{
    Backend, ColumnDef, Identity, IndexDef, IndexMethod, IndexTerm, SqlType, TableDef, TableName,
};

#[test]
fn every_default_is_the_stored_form() {
    let place = Place::with(ALL);
    place.run("INSERT INTO kinds (int2, text) VALUES (1, 'a')");
    let like = |column: &str, pattern: &str| {
        let found = place.texts(&format!("SELECT {column} FROM kinds"));
        let fits = found[0].len() == pattern.len()
            && found[0]
                .chars()
                .zip(pattern.chars())
                .all(|(found, wanted)| {
                    found == wanted || (wanted == 'n' && found.is_ascii_digit())
                });
        assert!(fits, "{column}: {found:?}");
    };
    like("day", "nnnn-nn-nn");
    like("at", "nn:nn:nn.nnnnnn");
    like("local", "nnnn-nn-nn nn:nn:nn.nnnnnn");
    like("instant", "nnnn-nn-nn nn:nn:nn.nnnnnn+00:00");
    assert_eq!(place.texts("SELECT hex(bytes) FROM kinds"), ["00FF"]);
    assert_eq!(place.texts("SELECT float8 = 0.1 FROM kinds"), ["1"]);
    assert_eq!(place.texts("SELECT json ->> 'a' FROM kinds"), ["1"]);

    place.run("INSERT INTO tags DEFAULT VALUES; INSERT INTO tags DEFAULT VALUES");
    let ids = place.texts("SELECT id FROM tags");
    for id in &ids {
        let uuid = uuid::Uuid::parse_str(id).unwrap();
        assert_eq!(uuid.get_version_num(), 4);
        assert_eq!(*id, uuid.to_string());
    }
    assert_ne!(ids[0], ids[1]);

    place.run("INSERT INTO users (email, name) VALUES ('a@b', 'Ann')");
    place.run("INSERT INTO orders (user_id) VALUES (1)");
    assert_eq!(
        place.texts("SELECT status || ' ' || total FROM orders"),
        ["it's paid 1.50"]
    );
    assert_eq!(place.texts("SELECT active FROM users"), ["1"]);
    assert_eq!(place.texts("SELECT folded FROM users"), ["ann"]);
}

// What PostgreSQL's types refuse, and constraints on both: each is named.
#[test]
fn values_that_do_not_fit_are_refused_by_name() {
    let place = Place::with(ALL);
    place.run("INSERT INTO users (email, name) VALUES ('a@b', 'Ann')");
    let user = |columns: &str, values: &str| {
        place.refused(&format!("INSERT INTO users ({columns}) VALUES ({values})"))
    };
    let order = |column: &str, value: &str| {
        place.refused(&format!(
            "INSERT INTO orders (user_id, {column}) VALUES (1, {value})"
        ))
    };
    let kind = |int2: &str, text: &str| {
        place.refused(&format!(
            "INSERT INTO kinds (int2, text) VALUES ({int2}, {text})"
        ))
    };
    let check = |name: &str| format!("CHECK constraint failed: {name}");
    assert_eq!(
        user("email, name", "'012345678901234567890', ''"),
        check("users_email_type_check")
    );
    assert_eq!(
        user("email, name", "'é@', ''"),
        check("users_email_min_length_check")
    );
    assert_eq!(
        user("email, name, active", "'b@b', '', 2"),
        check("users_active_type_check")
    );
    assert_eq!(
        user("id, email, name", "2147483648, 'b@b', ''"),
        check("users_id_type_check")
    );
    assert_eq!(
        user("email, name", "'ann@ann', 'ann@ann'"),
        check("users_name_is_no_email")
    );
    assert_eq!(
        user("email, name", "'a@b', 'Bob'"),
        "UNIQUE constraint failed: users.email"
    );
    assert_eq!(
        user("email, name", "'c@b', 'ANN'"),
        "UNIQUE constraint failed: index 'users_lower_name'"
    );
    assert_eq!(
        user("email", "'c@b'"),
        "NOT NULL constraint failed: users.name"
    );
    assert_eq!(
        order("status", "'closed'"),
        check("orders_status_type_check")
    );
    assert_eq!(order("total", "'0.49'"), check("orders_total_min_check"));
    assert_eq!(order("total", "'1000.01'"), check("orders_total_max_check"));
    assert_eq!(order("total", "'1.505'"), check("orders_total_type_check"));
    assert_eq!(
        order("total", "'100000000'"),
        check("orders_total_type_check")
    );
    assert_eq!(
        place.refused("INSERT INTO orders (user_id) VALUES (2)"),
        "FOREIGN KEY constraint failed"
    );
    assert_eq!(kind("32768", "'a'"), check("kinds_int2_type_check"));
    assert_eq!(kind("1", "'b'"), check("kinds_text_one_of_check"));
    assert!(kind("NULL", "'a'").starts_with("NOT NULL"));
    place.run("INSERT INTO kinds (int2, text) VALUES (1, 'it''s \\n')");
    assert_eq!(
        place.refused("UPDATE kinds SET json = '{'"),
        check("kinds_json_type_check")
    );
    for (column, value) in [
        ("day", "2024-1-1"),
        ("at", "10:00"),
        ("local", "2024-01-01T10:00:00.000000"),
        ("instant", "2024-01-01 10:00:00.000000"),
    ] {
        assert_eq!(
            place.refused(&format!("UPDATE kinds SET {column} = '{value}'")),
            check(&format!("kinds_{column}_type_check"))
        );
    }
    assert!(
        place
            .refused("UPDATE kinds SET float8 = 'x'")
            .starts_with("cannot store TEXT")
    );
}

#[test]
fn decimals_within_their_digits_are_taken_and_compared_as_numbers() {
    let place = Place::with(ALL);
    place.run("INSERT INTO users (email, name) VALUES ('a@b', 'Ann')");
    for total in ["0.5", "1000", "9.9", "10", "1.100", "0000000001.50"] {
        place.run(&format!(
            "INSERT INTO orders (user_id, total) VALUES (1, '{total}')"
        ));
    }
    assert_eq!(
        place.texts("SELECT total FROM orders ORDER BY total, id"),
        ["0.5", "1.100", "0000000001.50", "9.9", "10", "1000"]
    );
    assert_eq!(
        place.texts("SELECT count(*) FROM orders WHERE total = '1.10'"),
        ["1"]
    );
}

// As a sequence of PostgreSQL does: a number is given once.
#[test]
fn the_number_of_a_deleted_row_is_not_given_again() {
    let place = Place::with(ALL);
    let add = "INSERT INTO users (email, name) VALUES ('a@b', 'Ann') RETURNING id";
    assert_eq!(place.texts(add), ["1"]);
    place.run("DELETE FROM users");
    assert_eq!(place.texts(add), ["2"]);
}

#[test]
fn foreign_keys_act() {
    let place = Place::with(ALL);
    place.run(
        "BEGIN; INSERT INTO users (email, name, last_order_id) VALUES ('a@b', 'Ann', 1); \
         INSERT INTO orders (user_id) VALUES (1); COMMIT; \
         INSERT INTO tags DEFAULT VALUES; INSERT INTO user_tags SELECT id, 1 FROM tags;",
    );
    place.run("DELETE FROM orders");
    assert_eq!(
        place.texts("SELECT last_order_id IS NULL FROM users"),
        ["1"]
    );
    place.run("INSERT INTO orders (user_id) VALUES (1)");
    assert_eq!(
        place.refused("UPDATE users SET id = 5"),
        "FOREIGN KEY constraint failed"
    );
    place.run("DELETE FROM users");
    assert_eq!(
        place.texts("SELECT (SELECT count(*) FROM orders) + (SELECT count(*) FROM user_tags)"),
        ["0"]
    );
}

#[test]
fn what_sqlite_cannot_hold_is_refused_by_name() {
    static MANY: TableDef = TableDef {
        model: "Many",
        name: TableName {
            schema: Some("sales"),
            name: "many",
        },
        indexes: &[
            IndexDef {
                method: IndexMethod::Gin,
                ..models::index("", &[models::part(IndexTerm::Column(1))])
            },
            IndexDef {
                include: &[2],
                ..models::index("sqlite_i", &[models::part(IndexTerm::Column(2))])
            },
        ],
        ..table(
            "many",
            &[
                column("id", SqlType::Int8),
                column("labels", SqlType::Array(&SqlType::Text)),
                column("Labels", SqlType::Interval),
                ColumnDef {
                    identity: Some(Identity::Always),
                    ..column("place", SqlType::Int4)
                },
            ],
        )
    };
    let error = plan_for(Backend::Sqlite, tables![&MANY]).unwrap_err();
    let said = error.to_string();
    for expected in [
        "`Many.labels` needs arrays, which SQLite does not have: write `Json<Vec<..>>`",
        "`Many.Labels` needs intervals, which SQLite does not have",
        "`Many.place` needs numbers from the database, which SQLite gives to a primary key of one column alone",
        "of `Many` needs the index method `",
        "of `Many` needs `include`, which SQLite does not have",
        "`sqlite_i` begins with `sqlite_`, as SQLite's own names do",
        "`sales.many` is in the schema `sales`, and SQLite has no schemas",
        "`sales.many` has two columns `Labels`: SQLite takes `A` and `a` for one name",
    ] {
        assert!(said.contains(expected), "{expected}\n{said}");
    }
}
