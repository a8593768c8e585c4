//! Names and texts that mean something to SQL, and must mean nothing.

use orm_core::ddl::{DestroyDatabase, Models};
use orm_core::exec::{Executor, Params};
use orm_core::schema::{
    CheckDef, ColumnDef, DefaultValue, Deferrable, EnumDef, IndexDef, IndexMethod, SqlType,
    TableDef, TableName, UniqueDef,
};
use orm_core::types::Param;
use orm_core::validate::{Literal, Rule, Validator};
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::connect::Place;
use crate::declare::{ascending, belongs_to, column, id, table};

/// Names to be taken literally, in every place a name can have.
macro_rules! hostile {
    ($($test:ident: $name:literal,)*) => {$(
        #[tokio::test]
        async fn $test() {
            const NAME: &str = $name;
            static KIND: EnumDef =
                EnumDef { schema: Some(NAME), name: concat!("e", $name), labels: &[NAME, "'", "\\"] };
            static TABLE: TableDef = TableDef {
                model: "Hostile",
                name: TableName { schema: Some(NAME), name: NAME },
                uniques: &[UniqueDef { name: "", columns: &[1], nulls_not_distinct: false, deferrable: Deferrable::No }],
                checks: &[CheckDef { name: concat!("c", $name), expression: "true", message: None }],
                indexes: &[IndexDef {
                    name: concat!("i", $name),
                    parts: &[ascending(1)],
                    include: &[2],
                    method: IndexMethod::Btree,
                    unique: false,
                    parameters: &[], filter: None,
                }],
                associations: &[belongs_to("it", || &TARGET, &[2])],
                comment: Some(NAME),
                ..table(NAME, &[
                    id(),
                    ColumnDef {
                        default: Some(DefaultValue::Value(|| Param::Enum(&KIND, NAME))),
                        comment: Some(NAME),
                        ..column(NAME, SqlType::Enum(&KIND))
                    },
                    column(concat!("k", $name), SqlType::Int4),
                    ColumnDef {
                        default: Some(DefaultValue::Value(|| Param::Text(NAME.into()))),
                        validators: &[Validator::new(Rule::OneOf(&[Literal::Text(NAME)]))],
                        ..column("text", SqlType::Text)
                    },
                ])
            };
            static TARGET: TableDef = TableDef {
                name: TableName { schema: Some(NAME), name: concat!("t", $name) },
                ..table("", &[id()])
            };
            check(tables![&TABLE, &TARGET], &TABLE).await;
        }
    )*};
}

hostile! {
    keyword: "select",
    capitals: "MixedCase Of Words",
    quotes: "a\"b'c`d",
    drops_a_table: "\"; DROP TABLE sentinel; --",
    comments: "/* -- */ */",
    dots: "a.b.c",
    placeholders: "$1 :name ? {} %s $$",
    backslash: "\\\\' \\",
    control: "tab\there\nand there\u{1}",
    right_to_left: "שלום \u{202e}x",
    emoji: "👩\u{200d}👩\u{200d}👧 größe",
    long_by_bytes: "éééééééééééééééééééééééééééééé",
}

async fn check(models: Models, model: &'static TableDef) {
    let place = Place::new().await;
    place.run("CREATE TABLE sentinel ()").await;
    place.db.create_missing(models).await.unwrap();
    place.expect_in_step(models).await;

    let name = model.name.name;
    let exec = place.db.executor();
    let text = "SELECT n.nspname::text, obj_description(c.oid, 'pg_class'), \
                       col_description(c.oid, 2), a.attname::text, format_type(a.atttypid, NULL) \
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = 2 WHERE c.relname = $1";
    let rows = exec
        .query_all(text, Params::from(&[Param::from(name)]))
        .await
        .unwrap();
    let [row] = rows.as_slice() else {
        panic!("{} tables are called {name:?}", rows.len())
    };
    for column in 0..4 {
        assert_eq!(row.get::<String>(column).unwrap(), name);
    }
    // The defaults are the texts themselves, and the result's columns are named so.
    let bare = name.replace('"', "\"\"");
    place
        .run(&format!(
            "INSERT INTO \"{bare}\".\"t{bare}\" DEFAULT VALUES"
        ))
        .await;
    place
        .run(&format!(
            "INSERT INTO \"{bare}\".\"{bare}\" (\"k{bare}\") VALUES (1)"
        ))
        .await;
    let all = format!("SELECT * FROM \"{bare}\".\"{bare}\"");
    let rows = exec.query_all(&all, Params::none()).await.unwrap();
    assert_eq!(rows[0].name(1), Some(name));
    assert_eq!(rows[0].get::<String>(3).unwrap(), name);
    assert_eq!(
        place
            .texts("SELECT 'alive' FROM sentinel RIGHT JOIN (SELECT 1) AS one ON true")
            .await,
        ["alive"]
    );
}

// A server whose plain literals treat `\` as an escape must not be talked
// into running part of a comment.
#[tokio::test]
async fn backslashes_are_safe_under_old_settings() {
    static TABLE: TableDef = TableDef {
        comment: Some("\\'; DROP TABLE sentinel; --"),
        ..table(
            "t",
            &[
                id(),
                ColumnDef {
                    default: Some(DefaultValue::Value(|| {
                        Param::Text("\\'); DROP TABLE sentinel; --".into())
                    })),
                    ..column("text", SqlType::Text)
                },
            ],
        )
    };
    let place = Place::new().await;
    let name = place.database.name();
    place
        .run(&format!(
            "CREATE TABLE sentinel (); \
             ALTER DATABASE \"{name}\" SET standard_conforming_strings = off"
        ))
        .await;
    let url = place.database.url();
    let db = orm_core::exec::Db::connect(orm_core::exec::Config::from_url(&url).unwrap())
        .await
        .unwrap();
    db.create_missing(tables![&TABLE]).await.unwrap();
    assert!(
        db.create_missing(tables![&TABLE])
            .await
            .unwrap()
            .is_in_step()
    );
    let comment = "SELECT obj_description('t'::regclass, 'pg_class') \
                   FROM sentinel RIGHT JOIN (SELECT 1) AS one ON true";
    assert_eq!(place.texts(comment).await, ["\\'; DROP TABLE sentinel; --"]);
}

// Any text at all, as the name of a table, a column, an enum type and its
// label, and as comment.
#[tokio::test]
async fn any_text_is_a_name() {
    let place = Place::new().await;
    place.run("CREATE TABLE sentinel ()").await;
    let mut runner = TestRunner::deterministic();
    let texts = any::<String>().prop_filter_map("a name", |text| as_name(&text));
    for _ in 0..100 {
        let name: &'static str = texts.new_tree(&mut runner).unwrap().current().leak();
        let model: &'static TableDef = Box::leak(Box::new(named(name)));
        let models = Models::new(Box::leak(Box::new([model])));
        place.db.create_missing(models).await.unwrap();
        assert!(
            place.db.create_missing(models).await.unwrap().is_in_step(),
            "{name:?}"
        );
        let text = "SELECT attname::text FROM pg_attribute JOIN pg_class c ON c.oid = attrelid \
                    WHERE c.relname = $1 AND attnum = 2 AND obj_description(c.oid) = $1";
        let rows = place
            .db
            .executor()
            .query_all(text, Params::from(&[Param::from(name)]))
            .await
            .unwrap();
        assert_eq!(rows[0].get::<String>(0).unwrap(), name);
        let permission = DestroyDatabase::named(place.database.name());
        assert_eq!(
            place
                .db
                .drop_tables(models, &permission)
                .await
                .unwrap()
                .steps
                .len(),
            2
        );
    }
    assert_eq!(
        place
            .texts("SELECT relname::text FROM pg_class WHERE relname = 'sentinel'")
            .await,
        ["sentinel"]
    );
}

/// As much of a text as PostgreSQL takes for a name.
fn as_name(text: &str) -> Option<String> {
    let mut name = text.replace('\0', "\"'");
    while name.len() > 60 {
        name.pop();
    }
    (!name.is_empty()).then_some(name)
}

fn named(name: &'static str) -> TableDef {
    let kind: &'static EnumDef = Box::leak(Box::new(EnumDef {
        schema: None,
        name: format!("{name}~").leak(),
        labels: Box::leak(Box::new([name])),
    }));
    let columns = vec![
        id(),
        ColumnDef {
            comment: Some(name),
            ..column(name, SqlType::Enum(kind))
        },
    ];
    TableDef {
        comment: Some(name),
        ..table(name, columns.leak())
    }
}
