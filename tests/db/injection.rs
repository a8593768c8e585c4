//! No value becomes SQL, a name, or part of a message.

use std::sync::{Arc, Mutex};

use orm::prelude::*;
use orm::raw::{raw_expr, raw_sql};

use crate::database::{Place, Test, shop};
use crate::shop::{Order, Product, Profile, Role, User};

/// Nothing that the program says may contain it.
const CANARY: &str = "canary-4711";

/// Texts that would do something if they ever became SQL.
const ATTACKS: [&str; 10] = [
    "'; DROP TABLE users; --",
    "\"; DROP TABLE users; --",
    "' OR '1'='1",
    "1); DELETE FROM users; --",
    "$1",
    ":email",
    "?",
    "\\'; SELECT pg_sleep(10); --",
    "}'::text[]) OR TRUE --",
    "%' OR full_name LIKE '%",
];

#[tokio::test]
async fn values_are_bound_wherever_they_stand() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    for attack in ATTACKS {
        let found = User::query()
            .filter(
                User::full_name.eq(attack)
                    | User::full_name.in_([attack])
                    | User::email.ilike(attack),
            )
            .filter(User::full_name.concat(attack).ne(attack) | User::full_name.matches("^$"))
            .filter(
                User::profile.any(Profile::bio.eq(attack))
                    | User::roles.any(Role::name.contains(attack)),
            )
            .include(
                User::orders
                    .filter(Order::note.starts_with(attack))
                    .separate(),
            )
            .include(User::roles.filter(Role::name.eq(attack)).limit(1))
            .order_by(User::full_name.concat(attack).desc())
            .all(&shop.db)
            .await?;
        assert_eq!(found.len(), 0, "{attack}");
        let raw = User::query().filter(raw_expr("full_name = ").bind(attack).filter());
        assert_eq!(raw.count(&shop.db).await?, 0);
        let echoed: String = raw_sql("SELECT $1::text")
            .bind(attack)
            .scalar(&shop.db)
            .await?;
        assert_eq!(echoed, attack);
    }
    assert_eq!(User::query().count(&shop.db).await?, 4);
    let sent = shop.log.statements();
    assert!(
        ATTACKS
            .iter()
            .filter(|attack| attack.len() > 2)
            .all(|attack| sent.iter().all(|sql| !sql.contains(attack)))
    );
    Ok(())
}

#[tokio::test]
async fn the_text_of_a_statement_does_not_depend_on_values() -> Test {
    let query = |text: &str, number: i32| {
        User::query()
            .filter(User::full_name.eq(text) & User::age.gt(number) & User::email.contains(text))
            .include(
                User::orders
                    .filter(Order::note.eq(text))
                    .limit(number.unsigned_abs()),
            )
            .order_by(User::full_name.concat(text))
            .limit(number.unsigned_abs())
            .to_sql()
    };
    let plain = query("a", 1);
    assert!(ATTACKS.iter().all(|attack| query(attack, 7) == plain));
    Ok(())
}

/// Runs everything that fails, with the canary in every value.
async fn every_error(shop: &Place, db: &Db) -> Test<Vec<orm::Error>> {
    let mail = format!("{CANARY}@shop.example");
    let user = || {
        User::create()
            .full_name(CANARY)
            .email(&mail)
            .password_hash(CANARY)
    };
    let eve = user().save(db).await?;
    let long = CANARY.repeat(40);
    let product = || Product::create().name(CANARY).price_in_cents(1);
    let odd: Product = product().description(CANARY).save(db).await?;
    let mut errors = vec![
        user().save(db).await.err(),
        User::create_many([user()]).save(db).await.err(),
        user()
            .email(format!("x{mail}"))
            .full_name(&long)
            .save(db)
            .await
            .err(),
        user().email(CANARY).save(db).await.err(),
        eve.update()
            .set(User::full_name, &long)
            .save(db)
            .await
            .err(),
        eve.update()
            .set(User::full_name, format!("{CANARY}\0"))
            .save(db)
            .await
            .err(),
        User::find_by(User::email, format!("no{mail}"))
            .one(db)
            .await
            .err(),
        User::query()
            .filter(User::full_name.matches(&format!("{CANARY}[")))
            .all(db)
            .await
            .err(),
        User::query()
            .filter(User::full_name.cast::<i32>().eq(1))
            .filter(User::id.eq(eve.id))
            .all(db)
            .await
            .err(),
        odd.update()
            .set(Product::price_in_cents, Product::name.cast::<i32>())
            .save(db)
            .await
            .err(),
        raw_sql("SELECT $1::int")
            .bind(CANARY)
            .scalar::<i32>(db)
            .await
            .err(),
        raw_sql("SELECT ($1::text)::int")
            .bind(CANARY)
            .scalar::<i32>(db)
            .await
            .err(),
        raw_sql("SELECT ($1::text)::jsonb")
            .bind(format!("{{{CANARY}"))
            .scalar::<serde_json::Value>(db)
            .await
            .err(),
        raw_sql("SELECT ($1::text)::timestamptz")
            .bind(CANARY)
            .scalar::<DateTime<Utc>>(db)
            .await
            .err(),
        raw_sql("SELECT full_name FROM users WHERE full_name = $1")
            .bind(CANARY)
            .scalar::<i32>(db)
            .await
            .err(),
    ];
    shop.run("CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('SELECT %L::int', NEW.name); RETURN NEW; END $$;
              CREATE TRIGGER tell BEFORE INSERT ON roles FOR EACH ROW EXECUTE FUNCTION tell()").await?;
    errors.push(Role::create().name(CANARY).save(db).await.err());
    let errors: Option<Vec<orm::Error>> = errors.into_iter().collect();
    Ok(errors.ok_or("something did not fail")?)
}

#[tokio::test]
async fn values_are_in_no_error_and_no_log() -> Test {
    only_on_a_server!();
    let shop = shop().await?;
    let told = Arc::new(Mutex::new(String::new()));
    let tell = Arc::clone(&told);
    let logged = shop.db.with_logger(move |event| {
        if let Ok(mut told) = tell.lock() {
            told.push_str(&format!(
                "{} {event:?} {:?} {:?}\n",
                event.sql(),
                event.params(),
                event.error()
            ));
        }
    });
    for error in every_error(&shop, &logged).await? {
        let mut text = format!("{error} {error:?} {error:#?}");
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            text.push_str(&format!(" {cause} {cause:?}"));
            source = cause.source();
        }
        assert!(!text.contains(CANARY), "{text}");
    }
    let told = told.lock().map_err(|_| "a logger panicked")?.clone();
    assert!(told.len() > 1_000);
    assert!(!told.contains(CANARY), "{told}");
    Ok(())
}

/// Every line that says the canary, of whatever crate of this process.
struct Overheard(Mutex<Vec<String>>);

impl Overheard {
    fn hear(&self, line: String) {
        if line.contains(CANARY)
            && let Ok(mut lines) = self.0.lock()
        {
            lines.push(line);
        }
    }
}

impl log::Log for Overheard {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        self.hear(record.args().to_string());
    }

    fn flush(&self) {}
}

static OVERHEARD: Overheard = Overheard(Mutex::new(Vec::new()));

/// The events and spans of `tracing`.
struct Traced;

impl tracing::field::Visit for Traced {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        OVERHEARD.hear(format!("{field} = {value:?}"));
    }
}

impl tracing::Subscriber for Traced {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        span.record(&mut Traced);
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, values: &tracing::span::Record<'_>) {
        values.record(&mut Traced);
    }

    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        event.record(&mut Traced);
    }

    fn enter(&self, _: &tracing::span::Id) {}

    fn exit(&self, _: &tracing::span::Id) {}
}

// The driver logs by the crate `log`, the ORM by `tracing`; both at their most
// talkative, over writes that work and writes that do not.
#[tokio::test]
async fn values_are_in_no_line_of_any_log() -> Test {
    only_on_a_server!();
    log::set_logger(&OVERHEARD)?;
    log::set_max_level(log::LevelFilter::Trace);
    let shop = shop().await?;
    let _traced = tracing::subscriber::set_default(Traced);
    let db = Db::connect(shop.config()?).await?;
    every_error(&shop, &db).await?;
    let dan = User::create()
        .full_name(CANARY)
        .email(format!("dan-{CANARY}@shop.example"))
        .password_hash(CANARY)
        .with(User::orders, |order| {
            [order().total_in_cents(1).note(CANARY)]
        })
        .save(&db)
        .await?;
    let roles = Role::create_many([Role::create().name(format!("{CANARY} 2"))]);
    shop.run("DROP TRIGGER tell ON roles").await?;
    let roles = roles.save(&db).await?;
    dan.related(User::roles).set(&roles, &db).await?;
    dan.related(User::roles).remove(&roles, &db).await?;
    dan.update()
        .set(User::full_name, format!("{CANARY} 3"))
        .save(&db)
        .await?;
    let tx = db.begin().await?;
    let named = Role::query().filter(Role::name.contains(CANARY));
    named
        .clone()
        .update()
        .set(Role::name, format!("{CANARY} 4"))
        .save(&tx)
        .await?;
    named.delete().run(&tx).await?;
    tx.commit().await?;
    let one = raw_sql("SELECT $1::text").bind(CANARY);
    assert_eq!(one.scalar::<String>(&db).await?, CANARY);
    let exec = db.executor();
    let values = [orm::types::Param::from(CANARY)];
    let values = orm::exec::Params::from(&values);
    assert_eq!(exec.query_all("SELECT $1::text", values).await?.len(), 1);

    // Nothing was heard because nothing was said, not because nobody listened.
    log::debug!("{CANARY} heard");
    tracing::debug!("{CANARY} traced");
    let heard = OVERHEARD.0.lock().map_err(|_| "a logger panicked")?.clone();
    assert_eq!(
        heard,
        [
            format!("{CANARY} heard"),
            format!("message = {CANARY} traced")
        ]
    );
    Ok(())
}

#[tokio::test]
async fn values_are_logged_when_asked_for() -> Test {
    let shop = shop().await?;
    let told = Arc::new(Mutex::new(String::new()));
    let tell = Arc::clone(&told);
    let config = shop.config()?.log_params(true).logger(move |event| {
        if let (Ok(mut told), Some(params)) = (tell.lock(), event.params()) {
            told.push_str(&format!("{params:?}"));
        }
    });
    let db = Db::connect(config).await?;
    User::query()
        .filter(User::full_name.eq(CANARY))
        .count(&db)
        .await?;
    assert!(
        told.lock()
            .map_err(|_| "a logger panicked")?
            .contains(CANARY)
    );
    Ok(())
}

#[test]
fn values_are_in_no_debug_text_of_a_query() {
    let user = || {
        User::create()
            .full_name(CANARY)
            .email(CANARY)
            .password_hash(CANARY)
            .age(4_711_471)
    };
    let query = User::query()
        .filter(
            User::full_name.eq(CANARY) & User::email.in_([CANARY]) & User::full_name.like(CANARY),
        )
        .filter(raw_expr("lower(email) = ").bind(CANARY).filter())
        .order_by(User::full_name.concat(CANARY));
    let include = User::orders.filter(Order::note.contains(CANARY));
    let told = format!(
        "{:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        user(),
        User::create_many([user()]),
        User::upsert(user()),
        User::upsert(user()).on(User::email),
        query,
        include.clone(),
        User::query().include(include),
        query.clone().update().set(User::full_name, CANARY),
        query.clone().delete(),
        User::full_name.eq(CANARY),
        raw_sql("SELECT $1").bind(CANARY),
    );
    assert!(
        !told.contains(CANARY) && !told.contains("4711471"),
        "{told}"
    );
    assert!(!query.to_sql().contains(CANARY));
}

#[tokio::test]
async fn a_password_is_in_no_debug_text_and_no_error() -> Test {
    let secret = "s3cret-canary";
    let config = Config::from_url(&format!("postgres://someone:{secret}@localhost:1/none"))?;
    assert!(!format!("{config:?} {config}").contains(secret));
    let error = Db::connect(config).await.unwrap_err();
    assert!(!format!("{error} {error:?}").contains(secret));
    let error = Config::from_url(&format!("postgres://someone:{secret}@[")).unwrap_err();
    assert!(!format!("{error} {error:?}").contains(secret));
    Ok(())
}

/// A key that is a path, an operator or SQL to someone else is just a key.
#[tokio::test]
async fn json_keys_are_bound_and_taken_literally() -> Test {
    let shop = shop().await?;
    let keys = [
        "a.b", "a[0]", "*", "**", "?", "$", "$.a", "@", "\"", "'", "\\", "::int", "a'b\"c",
        "{a,b}", "NULL", "", " ", "-1", "🦀", "a,b",
    ];
    shop.db.create_missing(orm::models![Bag]).await?;
    let content: serde_json::Map<String, serde_json::Value> = keys
        .iter()
        .enumerate()
        .map(|(n, key)| ((*key).to_owned(), n.into()))
        .collect();
    let bag = Bag::create().content(content).save(&shop.db).await?;
    for (n, key) in keys.iter().enumerate() {
        let read = Bag::find(bag.id).values((
            Bag::content.json_text([*key]),
            Bag::content.json_path([*key]),
        ));
        assert_eq!(
            read.one(&shop.db).await?,
            (Some(n.to_string()), Some(n.into())),
            "{key:?}"
        );
        assert!(
            Bag::query()
                .filter(Bag::content.has_key(key))
                .exists(&shop.db)
                .await?,
            "{key:?}"
        );
    }
    let missing = Bag::find(bag.id)
        .values(Bag::content.json_text(["a", "b"]))
        .one(&shop.db)
        .await?;
    assert_eq!(missing, None);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "bags")]
struct Bag {
    #[column(primary_key, auto_increment)]
    id: i32,
    content: orm::types::Json<serde_json::Map<String, serde_json::Value>>,
}
