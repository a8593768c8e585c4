//! What a server or a database is set to changes no answer: each test sets a
//! database to something odd and does everything once.

use std::path::Path;

use orm::ddl::Models;
use orm::diff::Options;
use orm::error::ErrorKind;
use orm::exec::PoolOptions;
use orm::migrate::{Embedded, EmbeddedSource, Migrator, Undo};
use orm::prelude::*;
use orm::raw::raw_sql;
use orm_testkit::{TestDatabase, server};

use crate::database::{SHOP, Test, with_tables};
use crate::shop::{Order, Role, User};
use crate::types::{MODELS, every_type_survives};

/// What a test sets a database to: names and values as they are written in SQL.
type Settings = &'static [(&'static str, &'static str)];

/// An empty database with these settings, for every connection to it.
async fn database(settings: Settings) -> Test<TestDatabase> {
    let database = TestDatabase::create().await?;
    let client = database.connect().await?;
    for (name, value) in settings {
        let set = format!(
            "ALTER DATABASE \"{}\" SET {name} = {value}",
            database.name()
        );
        client.batch_execute(&set).await?;
    }
    Ok(database)
}

async fn connect(database: &TestDatabase) -> Test<Db> {
    Ok(Db::connect(database.url().parse()?).await?)
}

/// Tables are created, and then nothing is missing and nothing differs.
async fn tables(db: &Db, models: Models) -> Test {
    let report = db.create_missing(models).await?;
    assert!(report.differences.is_empty(), "{:?}", report.differences);
    let again = db.create_missing(models).await?;
    assert!(again.plan.steps.is_empty(), "{}", again.plan);
    assert!(again.differences.is_empty(), "{:?}", again.differences);
    let diff = db.diff(models, &Options::new()).await?;
    assert!(diff.is_empty(), "{diff}");
    Ok(())
}

fn user(name: &str) -> impl orm::create::IntoNew<User> {
    User::create()
        .full_name(name)
        .email(format!("{name}@shop.example"))
        .password_hash("h")
}

const ODD: &str = r"it's a \'back\\slash\'; -- $1 ''";

/// Graphs, trees, writes of associations, and errors by what they are about.
async fn shop(db: &Db) -> Test {
    let ann = User::create()
        .full_name(ODD)
        .email("ann@shop.example")
        .password_hash("h")
        .with(User::orders, |order| {
            [
                order().total_in_cents(1).note(ODD),
                order().total_in_cents(2),
            ]
        })
        .save(db)
        .await?;
    let bob = User::upsert(user("bob")).on(User::email).save(db).await?;
    let again = User::upsert(user("bob")).on(User::email).save(db).await?;
    assert_eq!(again.row.id, bob.row.id);
    let roles = Role::create_many([Role::create().name("a"), Role::create().name(ODD)]);
    let roles = roles.save(db).await?;
    ann.related(User::roles).set(&roles, db).await?;
    ann.related(User::roles).remove([&roles[0]], db).await?;

    let tree = User::query()
        .include(
            User::orders
                .include(Order::customer)
                .order_by(Order::id.desc()),
        )
        .include(User::roles)
        .include(User::profile)
        .order_by(User::id)
        .all(db)
        .await?;
    let totals: Vec<_> = tree[0].orders.iter().map(|it| it.total_in_cents).collect();
    assert_eq!(
        (totals, tree[0].orders[1].note.as_deref()),
        (vec![2, 1], Some(ODD))
    );
    assert!(tree[0].orders.iter().all(|it| it.customer.id == ann.id));
    assert_eq!(
        (tree[0].roles.len(), tree[0].roles[0].name.as_str()),
        (1, ODD)
    );
    assert!(tree[1].orders.is_empty() && tree[1].profile.is_none());

    assert_eq!(
        Order::query()
            .filter(Order::note.is_null())
            .count(db)
            .await?,
        1
    );
    assert_eq!(
        User::query()
            .filter(User::full_name.eq(ODD))
            .count(db)
            .await?,
        1
    );
    let noted = Order::query().filter(Order::note.contains(r"\'back\\"));
    assert_eq!(noted.count(db).await?, 1);

    let taken = User::create()
        .full_name("c")
        .email("ann@shop.example")
        .password_hash("h");
    let error = taken.save(db).await.expect_err("it is taken");
    assert!(error.is_unique_violation(), "{error}");
    assert_eq!(error.fields(), ["email"], "{error}");
    let orphan = Order::create().user_id(0).total_in_cents(1).save(db).await;
    let error = orphan.expect_err("nobody has it");
    assert!(
        error.is_foreign_key_violation() && error.refers_to_nothing(),
        "{error}"
    );
    let nothing = raw_sql("UPDATE users SET full_name = NULL")
        .execute(db)
        .await;
    let error = nothing.expect_err("it is NOT NULL");
    assert!(error.is_not_null_violation(), "{error}");
    assert_eq!(error.column(), Some("full_name"), "{error}");

    assert_eq!(Order::query().all_rows().delete().run(db).await?, 2);
    Ok(())
}

const TEXTS: Embedded = Embedded {
    name: "20240101000000-texts",
    source: EmbeddedSource::TwoFiles {
        up: r"CREATE TABLE texts (id int PRIMARY KEY, body text NOT NULL DEFAULT 'C:\new');
INSERT INTO texts (id) VALUES (1);
INSERT INTO texts VALUES (2, '\'), (3, E'it''s; \\');
-- a comment; with 'one quote
INSERT INTO texts VALUES (4, $$'; \$$), (5, U&'\0041');",
        down: Some("DROP TABLE texts;"),
    },
};

/// The storefront's migrations and one with every kind of text go up and down.
async fn migrations(config: &Config, db: &Db) -> Test {
    let texts = Migrator::embedded(&[TEXTS]);
    texts.up(config).await?;
    let bodies: Vec<String> = raw_sql("SELECT body FROM texts ORDER BY id")
        .scalars(db)
        .await?;
    assert_eq!(bodies, [r"C:\new", r"\", r"it's; \", r"'; \", "A"]);
    texts.undo(config, &Undo::All).await?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let storefront = Migrator::from_folder(folder);
    storefront.up(config).await?;
    assert!(storefront.up(config).await?.is_empty());
    storefront.undo(config, &Undo::All).await?;
    Ok(())
}

/// Everything once, on databases with these settings.
async fn nothing_changes(settings: Settings) -> Test {
    let types = database(settings).await?;
    let db = connect(&types).await?;
    tables(&db, MODELS).await?;
    every_type_survives(&db).await?;

    let other = database(settings).await?;
    let config: Config = other.url().parse()?;
    let db = Db::connect(config.clone()).await?;
    migrations(&config, &db).await?;
    tables(&db, SHOP).await?;
    shop(&db).await?;

    let readers = config.pool(PoolOptions::new().max(2).shared_reads(1));
    let db = Db::connect(readers).await?;
    assert_eq!(User::query().include(User::roles).all(&db).await?.len(), 2);
    Ok(())
}

macro_rules! settings {
    ($($test:ident: $($name:literal = $value:literal),+;)*) => {$(
        #[tokio::test]
        async fn $test() -> Test {
            nothing_changes(&[$(($name, $value)),+]).await
        }
    )*};
}

settings! {
    how_moments_and_numbers_are_printed_in_canada:
        "timezone" = "'America/St_Johns'", "datestyle" = "'SQL, DMY'",
        "intervalstyle" = "'sql_standard'", "extra_float_digits" = "-15", "bytea_output" = "'escape'";
    how_moments_and_numbers_are_printed_in_nepal:
        "timezone" = "'Asia/Kathmandu'", "datestyle" = "'German, DMY'",
        "intervalstyle" = "'postgres_verbose'", "extra_float_digits" = "3", "xmlbinary" = "'hex'";
    how_moments_are_printed_by_the_standard:
        "timezone" = "'-11:30'", "datestyle" = "'Postgres, YMD'", "intervalstyle" = "'iso_8601'",
        "timezone_abbreviations" = "'India'", "xmloption" = "'document'";
    how_texts_are_read:
        "standard_conforming_strings" = "off", "backslash_quote" = "off",
        "escape_string_warning" = "on", "array_nulls" = "off";
    how_names_and_nulls_are_read:
        "quote_all_identifiers" = "on", "transform_null_equals" = "on", "backslash_quote" = "on";
    how_texts_are_encoded: "client_encoding" = "'LATIN1'";
    how_plans_are_made:
        "plan_cache_mode" = "'force_generic_plan'", "jit" = "on", "jit_above_cost" = "0",
        "enable_hashjoin" = "off", "enable_hashagg" = "off", "enable_seqscan" = "off",
        "enable_sort" = "off", "from_collapse_limit" = "1", "join_collapse_limit" = "1";
    how_plans_are_run:
        "plan_cache_mode" = "'force_custom_plan'", "parallel_setup_cost" = "0",
        "parallel_tuple_cost" = "0", "min_parallel_table_scan_size" = "0", "work_mem" = "64",
        "enable_nestloop" = "off", "enable_indexscan" = "off", "synchronize_seqscans" = "on";
    who_sees_rows: "row_security" = "off", "session_replication_role" = "'local'";
    what_every_transaction_is:
        "default_transaction_isolation" = "'serializable'", "default_transaction_deferrable" = "on";
    what_every_snapshot_is: "default_transaction_isolation" = "'repeatable read'";
    how_functions_are_checked:
        "check_function_bodies" = "off", "default_statistics_target" = "1", "lc_time" = "'C'",
        "client_min_messages" = "'debug5'", "geqo" = "off", "constraint_exclusion" = "'on'";
    which_messages_are_heard: "client_min_messages" = "'error'", "lo_compat_privileges" = "on";
}

fn is_read_only(error: &orm::Error) {
    assert_eq!(error.kind(), ErrorKind::ReadOnly, "{error}");
    assert!(error.is_read_only() && !error.is_retryable() && !error.took_effect());
}

/// Every kind of write fails, and by what it may be known.
async fn nothing_is_written(db: &Db, config: &Config) -> Test {
    let ann = User::query().first(db).await?.ok_or("a user")?;
    let errors = [
        User::create_many([user("dan")]).save(db).await.err(),
        User::upsert(user("dan"))
            .on(User::email)
            .save(db)
            .await
            .err(),
        ann.update().set(User::full_name, "x").save(db).await.err(),
        ann.clone().delete(db).await.err(),
        User::query().all_rows().delete().run(db).await.err(),
        raw_sql("DELETE FROM users").execute(db).await.err(),
        raw_sql("CREATE TABLE t ()").execute(db).await.err(),
        db.create_missing(MODELS).await.err(),
        Migrator::embedded(&[TEXTS]).up(config).await.err(),
    ];
    for error in errors {
        is_read_only(&error.ok_or("something was written")?);
    }
    Ok(())
}

#[tokio::test]
async fn a_database_that_is_read_only_is_read_and_says_so() -> Test {
    let place = crate::database::shop().await?;
    place
        .run(&format!(
            "ALTER DATABASE \"{}\" SET default_transaction_read_only = on",
            place.database_name()
        ))
        .await?;
    let config = place.config()?;
    let db = Db::connect(config.clone()).await?;
    let users = User::query().include(User::orders).all(&db).await?;
    assert_eq!(users.len(), 4);
    assert!(db.plan_missing(SHOP).await?.plan.steps.is_empty());
    nothing_is_written(&db, &config).await?;
    // A program that knows better says so.
    let tx = db.begin().await?;
    raw_sql("SET TRANSACTION READ WRITE").execute(&tx).await?;
    User::query()
        .all_rows()
        .update()
        .set(User::full_name, "x")
        .save(&tx)
        .await?;
    tx.rollback().await?;
    Ok(())
}

/// A database of this encoding.
async fn encoded(encoding: &str) -> Test<TestDatabase> {
    let database = TestDatabase::create().await?;
    let client = database.connect().await?;
    let name = format!("{}_{}", database.name(), encoding.to_lowercase());
    let create = format!(
        "CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING '{encoding}' \
         LC_COLLATE 'C' LC_CTYPE 'C'"
    );
    client.batch_execute(&create).await?;
    let copy = TestDatabase::copy_of(server()?, &name).await?;
    client
        .batch_execute(&format!("DROP DATABASE \"{name}\""))
        .await?;
    Ok(copy)
}

#[tokio::test]
async fn a_database_in_another_encoding_says_what_it_cannot_hold() -> Test {
    let database = encoded("LATIN1").await?;
    let db = connect(&database).await?;
    tables(&db, SHOP).await?;
    shop(&db).await?;
    let named = |name: &str| Role::create().name(name).save(&db);
    assert_eq!(named("ärger").await?.name, "ärger");
    let error = named("🦀").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
    assert!(!error.to_string().contains('🦀'), "{error}");
    Ok(())
}

#[tokio::test]
async fn bytes_that_are_no_text_are_an_error_where_they_are_read() -> Test {
    let database = encoded("SQL_ASCII").await?;
    let db = connect(&database).await?;
    tables(&db, SHOP).await?;
    shop(&db).await?;
    assert_eq!(Role::create().name("🦀").save(&db).await?.name, "🦀");
    let bytes = raw_sql(r"INSERT INTO roles (name) VALUES (E'caf\xe9')");
    bytes.execute(&db).await?;
    let error = Role::query().all(&db).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue, "{error}");
    assert!(!error.to_string().contains("caf"), "{error}");
    Ok(())
}

#[tokio::test]
async fn the_schema_a_connection_works_in_may_have_any_name() -> Test {
    let path: Settings = &[("search_path", r#""Odd ""schema; --", public"#)];
    let types = database(path).await?;
    let create = r#"CREATE SCHEMA "Odd ""schema; --""#;
    types.connect().await?.batch_execute(create).await?;
    let db = connect(&types).await?;
    tables(&db, MODELS).await?;
    every_type_survives(&db).await?;

    let other = database(path).await?;
    other.connect().await?.batch_execute(create).await?;
    let config: Config = other.url().parse()?;
    let db = Db::connect(config.clone()).await?;
    migrations(&config, &db).await?;
    tables(&db, SHOP).await?;
    shop(&db).await?;
    let elsewhere = "SELECT count(*) FROM pg_class WHERE relname = 'users' \
                     AND relnamespace = 'public'::regnamespace";
    assert_eq!(raw_sql(elsewhere).scalar::<i64>(&db).await?, 0);
    Ok(())
}

#[derive(Model, Debug, Clone)]
#[model(table = "countries")]
#[association(has_many, as = "cities", model = City, foreign_key = "country_code")]
struct Country {
    #[column(primary_key)]
    code: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "cities")]
#[association(belongs_to, as = "country", model = Country, foreign_key = "country_code")]
struct City {
    #[column(primary_key)]
    id: i32,
    country_code: Option<String>,
}

// The server finds them; whose they are could not be told, and they were lost.
#[tokio::test]
async fn keys_that_only_the_database_takes_for_equal_are_an_error_and_not_lost_rows() -> Test {
    let place = with_tables(
        "CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
         CREATE TABLE countries (code text COLLATE loose PRIMARY KEY);
         CREATE TABLE cities (id int PRIMARY KEY,
             country_code text COLLATE loose REFERENCES countries);
         INSERT INTO countries VALUES ('FR'), ('De');
         INSERT INTO cities VALUES (1, 'FR'), (2, 'De'), (3, NULL)",
    )
    .await?;
    let db = &place.db;
    let countries = || Country::query().include(Country::cities).all(db);
    assert!(countries().await?.iter().all(|it| it.cities.len() == 1));
    assert_eq!(Country::find("fr".to_owned()).one(db).await?.code, "FR");

    place
        .run("UPDATE cities SET country_code = 'fr' WHERE id = 1")
        .await?;
    let lost = [
        countries().await.err(),
        Country::query()
            .include(Country::cities.separate())
            .all(db)
            .await
            .err(),
        City::query().include(City::country).all(db).await.err(),
    ];
    for error in lost {
        let error = error.ok_or("a row is lost")?;
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        let text = error.to_string();
        assert!(text.contains("takes for equal"), "{text}");
    }
    let french = City::query().filter(City::country.any(Country::code.eq("FR")));
    assert_eq!(french.count(db).await?, 1);
    Ok(())
}
