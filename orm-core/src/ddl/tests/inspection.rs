//! What is created is read back as it was meant; what others made is told.

use super::models::{ALL, ORDERS, TAGS, USERS, column, default, id, index, nullable, part, table};
use super::place::{Place, blueprint};
use crate::ddl::blueprint::Rule;
use crate::schema::{ColumnDef, DefaultValue, IndexTerm, SqlType, TableDef};
use crate::types::Param;
use crate::validate::{Bound, Rule as Validation, Validator};

#[test]
fn what_was_created_is_in_step() {
    let place = Place::with(ALL);
    let report = place.report(ALL);
    assert!(report.is_in_step(), "{report}");
    // Not only alike: the same data.
    let live = place.live();
    for table in &blueprint(ALL).tables {
        let found = &live.relations[&table.name].table;
        assert_eq!(found.columns, table.columns);
        let sorted = |of: &crate::ddl::blueprint::Table| {
            let mut indexes = of.indexes.clone();
            indexes.sort_by(|a, b| a.name.cmp(&b.name));
            let mut constraints = of.constraints.clone();
            for constraint in &mut constraints {
                if let Rule::Check { column, .. } = &mut constraint.rule {
                    *column = None;
                }
            }
            constraints.sort_by(|a, b| a.name.cmp(&b.name));
            (indexes, constraints)
        };
        assert_eq!(sorted(found), sorted(table));
    }
}

#[test]
fn a_plan_creates_what_is_missing_and_no_more() {
    let some = tables![&TAGS];
    let place = Place::with(some);
    place.carry_out(&place.report(ALL).plan);
    let report = place.report(ALL);
    assert!(report.is_in_step(), "{report}");
}

#[test]
fn columns_are_added_with_what_is_demanded_of_them() {
    static BEFORE: TableDef = table("notes", &[id(SqlType::Int8)]);
    static AFTER: TableDef = TableDef {
        indexes: &[index("", &[part(IndexTerm::Column(2))])],
        associations: &[crate::schema::AssociationDef::new(
            "author",
            crate::schema::AssociationKind::BelongsTo,
            || &USERS,
            "User",
            &[3],
            &[0],
        )],
        ..table("notes", COLUMNS)
    };
    const COLUMNS: &[ColumnDef] = &[
        id(SqlType::Int8),
        ColumnDef {
            validators: &[Validator::new(Validation::Min(Bound::Int(0)))],
            ..default(
                column("stars", SqlType::Int2),
                DefaultValue::Value(|| Param::Int2(3)),
            )
        },
        nullable(column("words", SqlType::Varchar(Some(5)))),
        nullable(column("author_id", SqlType::Int4)),
        default(column("made_at", SqlType::Timestamptz), DefaultValue::Now),
        column("needed", SqlType::Text),
    ];
    let after = tables![&AFTER, &USERS, &ORDERS, &TAGS];
    let place = Place::with(tables![&BEFORE, &USERS, &ORDERS, &TAGS]);
    place.run("INSERT INTO notes DEFAULT VALUES");
    place.carry_out(&place.report(after).plan);
    assert_eq!(place.texts("SELECT stars FROM notes"), ["3"]);
    for (wrong, name) in [
        ("stars = -1", "notes_stars_min_check"),
        ("stars = 40000", "notes_stars_type_check"),
        ("words = '123456'", "notes_words_type_check"),
    ] {
        let message = place.refused(&format!("UPDATE notes SET {wrong}"));
        assert_eq!(message, format!("CHECK constraint failed: {name}"));
    }
    place.refused("UPDATE notes SET author_id = 7");
    let report = place.report(after);
    assert!(report.plan.is_empty(), "{}", report.plan);
    assert_eq!(
        place.differences(after),
        [
            "`notes.made_at` is in the model and not in the database, and is not added: SQLite \
             can only make the table anew for it, which a migration does",
            "`notes.needed` is in the model and not in the database, and is not added: it is NOT \
             NULL and has no default for the rows that exist",
            "the constraint `notes_made_at_type_check` of `notes` is missing too, and waits for the \
             columns that are missing",
        ]
    );
}

#[test]
fn what_others_made_is_told() {
    let place = Place::new();
    place.run(
        "CREATE TABLE Tags (id VARCHAR(20) PRIMARY KEY, extra int NOT NULL); \
         CREATE TABLE users (\n  id integer primary key, -- the key\n  email text unique, \
         name text not null collate nocase, active boolean default true, last_order_id);\
         CREATE VIEW orders AS SELECT 1 AS id",
    );
    let differences = place.differences(ALL);
    for expected in [
        "the type of `tags.id` is TEXT in the model and VARCHAR(20) in the database",
        "the nullability of `tags.id` is NOT NULL in the model and NULL in the database",
        "`tags.extra` is in the database and not in the model, and no row can be created: it is \
         NOT NULL and has no default",
        "the table `users` is not STRICT in the database: its columns hold values of any type",
        "the numbering of `users.id` is by default in the model and none in the database",
        "the type of `users.name` is TEXT in the model and TEXT COLLATE nocase in the database",
        "the constraint `users_active_type_check` of `users` is missing in the database, and \
         SQLite can only make the table anew for it, which a migration does",
        "`orders` exists and is not a table",
    ] {
        assert!(
            differences.iter().any(|it| it == expected),
            "{expected}\n{differences:#?}"
        );
    }
    // The unique constraint stands for the index, whatever it is called.
    assert!(
        !differences.iter().any(|it| it.contains("users_email_key")),
        "{differences:#?}"
    );
}

// What a model says of its columns is what comes back for its model.
#[test]
fn types_are_read_back_from_their_checks() {
    let place = Place::with(ALL);
    let live = place.live();
    let tables = live.relations.into_values().map(|it| it.table);
    let read = crate::ddl::neutral::of(crate::ddl::Blueprint {
        tables: tables.collect(),
        enums: Vec::new(),
        views: Vec::new(),
    });
    let models = crate::ddl::desired::blueprint(crate::schema::Backend::Postgres, ALL.tables());
    let kinds = |blueprint: &crate::ddl::Blueprint| {
        let mut all = Vec::new();
        for table in blueprint
            .tables
            .iter()
            .filter(|it| it.name.name != "user_tags")
        {
            for column in &table.columns {
                // SQLite has one kind of float and of text, and no padding.
                let kind = format!("{:?}", column.kind)
                    .replace("real", "double precision")
                    .replace("character(", "character varying(")
                    .replace("\"status\"", "\"enum_orders_status\"");
                all.push(format!("{}.{}: {kind}", table.name, column.name));
            }
        }
        all
    };
    assert_eq!(kinds(&read), kinds(&models));
    assert_eq!(read.enums[0].labels, ["open", "it's paid"]);
    let users = read
        .tables
        .iter()
        .find(|it| it.name.name == "users")
        .unwrap();
    assert!(users.constraint("users_email_key").is_some());
    assert!(users.constraint("users_email_type_check").is_none());
    assert_eq!(
        users.column("active").unwrap().default.as_deref(),
        Some("true")
    );
}
