//! Creating what is missing, again and again.

use orm_core::ddl::Step;
use orm_core::error::ErrorKind;
use orm_core::exec::{Config, Db};
use orm_core::schema::{
    ColumnDef, DefaultValue, Deferrable, IndexDef, IndexMethod, SqlType, TableDef, UniqueDef,
};
use orm_core::types::Param;
use orm_core::validate::{Bound, Rule, Validator};

use crate::connect::Place;
use crate::declare::{ascending, belongs_to, column, id, nullable, table};
use crate::storefront;

#[tokio::test]
async fn a_second_run_sends_no_ddl() {
    let place = Place::with(storefront::ALL).await;
    place
        .run(
            "INSERT INTO users (full_name, email, password_hash, created_at, updated_at) \
               VALUES ('Ann', 'ann@example.com', 'x', now(), now())",
        )
        .await;
    for models in [storefront::ALL, storefront::SHUFFLED, storefront::ALL] {
        place.expect_in_step(models).await;
    }
    let unique = "SELECT indexname::text FROM pg_indexes \
                  WHERE tablename = 'users' AND indexdef LIKE '%(email)'";
    assert_eq!(place.texts(unique).await, ["users_email_key"]);
    assert_eq!(place.texts("SELECT full_name FROM users").await, ["Ann"]);
}

// What `\d` shows, without the names (S17, S45).
#[tokio::test]
async fn the_tables_are_the_articles() {
    let place = Place::with(storefront::ALL).await;
    let columns = "SELECT concat_ws(' ', attname, format_type(atttypid, atttypmod), \
                          CASE WHEN attnotnull THEN 'NOT NULL' END, pg_get_expr(adbin, adrelid), \
                          nullif(attidentity, '')) \
                   FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum \
                   WHERE attnum > 0 AND attrelid = 'products'::regclass ORDER BY attnum";
    assert_eq!(
        place.texts(columns).await,
        [
            "id integer NOT NULL d",
            "name character varying(200) NOT NULL",
            "description text",
            "price_in_cents integer NOT NULL",
            "stock_quantity integer NOT NULL 0",
            "is_active boolean NOT NULL true",
            "created_at timestamp with time zone NOT NULL",
            "updated_at timestamp with time zone NOT NULL",
        ]
    );
    let keys = "SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint \
                WHERE contype = 'f' ORDER BY conname";
    assert_eq!(
        place.texts(keys).await,
        [
            "order_items_order_id_fkey FOREIGN KEY (order_id) REFERENCES orders(id) ON DELETE RESTRICT",
            "order_items_product_id_fkey FOREIGN KEY (product_id) REFERENCES products(id) ON DELETE RESTRICT",
            "orders_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE RESTRICT",
        ]
    );
    let defaults = "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef \
                    WHERE adrelid = 'orders'::regclass ORDER BY 1";
    assert_eq!(
        place.texts(defaults).await,
        ["'pending'::enum_orders_status"]
    );
}

#[tokio::test]
async fn a_plan_changes_nothing() {
    let place = Place::new().await;
    let scope = place.log.scope();
    let report = place.db.plan_missing(storefront::ALL).await.unwrap();
    assert!(scope.matching("CREATE").is_empty());
    assert_eq!(report.plan, orm_core::ddl::plan(storefront::ALL));
    assert_eq!(
        place.db.create_missing(storefront::ALL).await.unwrap(),
        report
    );
}

// Many processes start at once: one creates, the others wait and find it done.
#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_create_once() {
    let place = Place::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let config = Config::from_url(&place.database.url()).unwrap();
        tasks.spawn(async move {
            let db = Db::connect(config).await.unwrap();
            db.create_missing(storefront::ALL)
                .await
                .unwrap()
                .plan
                .is_empty()
        });
    }
    let idle = tasks
        .join_all()
        .await
        .into_iter()
        .filter(|&idle| idle)
        .count();
    assert_eq!(idle, 5);
}

// A stricter default would show the catalog as it was before the wait.
#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_under_a_strict_default() {
    let place = Place::new().await;
    let name = place.database.name();
    place
        .run(&format!(
            "ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'repeatable read'"
        ))
        .await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let config = Config::from_url(&place.database.url()).unwrap();
        tasks.spawn(async move {
            let db = Db::connect(config).await.unwrap();
            db.create_missing(storefront::ALL).await.map(|_| ())
        });
    }
    assert!(tasks.join_all().await.iter().all(Result::is_ok));
}

static OLD: TableDef = table("notes", &[id(), nullable(column("title", SqlType::Text))]);

static NEW: TableDef = TableDef {
    uniques: &[UniqueDef {
        name: "",
        columns: &[2],
        nulls_not_distinct: false,
        deferrable: Deferrable::No,
    }],
    indexes: &[IndexDef {
        name: "",
        parts: &[ascending(1)],
        include: &[],
        method: IndexMethod::Btree,
        unique: false,
        parameters: &[],
        filter: Some("title IS NOT NULL"),
    }],
    associations: &[
        belongs_to("topic", || &TOPICS, &[4]),
        belongs_to("answered", || &NEW, &[5]),
    ],
    comment: Some("What people write"),
    ..table(
        "notes",
        &[
            id(),
            ColumnDef {
                validators: &[Validator::new(Rule::MaxLength(80))],
                comment: Some("Shown in lists"),
                ..nullable(column("title", SqlType::Text))
            },
            nullable(column("slug", SqlType::Text)),
            ColumnDef {
                default: Some(DefaultValue::Value(|| Param::Int4(3))),
                validators: &[Validator::new(Rule::Min(Bound::Int(1)))],
                ..column("stars", SqlType::Int4)
            },
            nullable(column("topic_id", SqlType::Int4)),
            nullable(column("answered_id", SqlType::Int4)),
            ColumnDef {
                generated: Some("stars * 2"),
                comment: Some("Twice"),
                ..column("double", SqlType::Int4)
            },
        ],
    )
};

static TOPICS: TableDef = table("topics", &[id()]);

#[tokio::test]
async fn what_a_model_gained_is_added_to_rows_that_exist() {
    let place = Place::with(tables![&OLD]).await;
    place
        .run("INSERT INTO notes (title) VALUES ('a'), ('b')")
        .await;
    let models = tables![&NEW, &TOPICS];
    let report = place.db.create_missing(models).await.unwrap();
    assert_eq!(report.differences, []);
    assert_eq!(
        report.to_string(),
        "missing: column notes.slug\n\
         missing: column notes.stars\n\
         missing: column notes.topic_id\n\
         missing: column notes.answered_id\n\
         missing: column notes.double\n\
         missing: comment on notes.title\n\
         missing: comment on notes.double\n\
         missing: constraint notes_slug_key on notes\n\
         missing: constraint notes_title_max_length_check on notes\n\
         missing: constraint notes_stars_min_check on notes\n\
         missing: index notes_title_idx on notes\n\
         missing: index notes_answered_id_idx on notes\n\
         missing: index notes_topic_id_idx on notes\n\
         missing: comment on notes\n\
         missing: table topics\n\
         missing: constraint notes_answered_id_fkey on notes\n\
         missing: constraint notes_topic_id_fkey on notes\n"
    );
    place.expect_in_step(models).await;
    assert_eq!(
        place.texts("SELECT stars::text || double FROM notes").await,
        ["36", "36"]
    );
}

// Rows that a missing constraint would refuse: nothing is done, and said why.
#[tokio::test]
async fn rows_in_the_way_leave_everything_as_it_was() {
    static STRICT: TableDef = TableDef {
        uniques: &[UniqueDef {
            name: "",
            columns: &[1],
            nulls_not_distinct: false,
            deferrable: Deferrable::No,
        }],
        ..table(
            "notes",
            &[
                id(),
                nullable(column("title", SqlType::Text)),
                nullable(column("added", SqlType::Text)),
            ],
        )
    };
    let place = Place::with(tables![&OLD]).await;
    place
        .run("INSERT INTO notes (title) VALUES ('secret'), ('secret')")
        .await;
    let error = place.db.create_missing(tables![&STRICT]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(error.constraint(), Some("notes_title_key"));
    assert!(!format!("{error} {error:?}").contains("secret"));
    let columns = "SELECT attname::text FROM pg_attribute \
                   WHERE attrelid = 'notes'::regclass AND attnum > 0 ORDER BY attnum";
    assert_eq!(place.texts(columns).await, ["id", "title"]);
}

// A table may refer to one that no model in the list stands for.
#[tokio::test]
async fn a_key_may_refer_to_a_table_that_exists() {
    let place = Place::with(tables![&TOPICS]).await;
    let report = place.db.create_missing(tables![&NEW]).await.unwrap();
    assert!(
        matches!(&report.plan.steps[0], Step::CreateTable(table) if table.name.name == "notes")
    );
    place.expect_in_step(tables![&NEW]).await;
}

// `public.topics` and `topics` are one table where the connection works in `public`.
#[tokio::test]
async fn the_current_schema_may_be_named() {
    static NAMED: TableDef = TableDef {
        name: orm_core::schema::TableName {
            schema: Some("public"),
            name: "topics",
        },
        ..TOPICS_DEF
    };
    const TOPICS_DEF: TableDef = table("topics", &[id()]);
    let place = Place::with(tables![&TOPICS]).await;
    place.expect_in_step(tables![&NAMED]).await;
}

#[tokio::test]
async fn no_schema_to_work_in_is_said() {
    let place = Place::new().await;
    let name = place.database.name();
    place
        .run(&format!(
            "ALTER DATABASE \"{name}\" SET search_path = nowhere"
        ))
        .await;
    let db = Db::connect(Config::from_url(&place.database.url()).unwrap())
        .await
        .unwrap();
    let error = db.create_missing(storefront::ALL).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("search_path"), "{error}");
}

#[tokio::test]
async fn no_models_need_nothing() {
    Place::new().await.expect_in_step(tables![]).await;
}
