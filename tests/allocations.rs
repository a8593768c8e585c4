//! How often memory is asked for, on the paths that every request takes.
//!
//! Counts do not depend on the machine's mood, unlike times. Each bound says
//! where it comes from; who makes a path leaner lowers its bound.

use allocation_counter::measure;
use orm::prelude::*;
use orm_testkit::TestDatabase;
use tokio::runtime::Runtime;
use tokio_postgres::types::ToSql;

#[derive(Model, Debug, Clone)]
#[model(table = "articles", timestamps)]
#[association(has_many, as = "remarks", model = Remark, foreign_key = "article_id")]
struct Article {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(varchar(200))]
    name: String,
    price_in_cents: i32,
    stock_quantity: i32,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "remarks")]
#[association(belongs_to, as = "article", model = Article, foreign_key = "article_id")]
#[association(has_many, as = "answers", model = Answer, foreign_key = "remark_id")]
struct Remark {
    #[column(primary_key, auto_increment)]
    id: i32,
    article_id: i32,
    body: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "answers")]
#[association(belongs_to, as = "remark", model = Remark, foreign_key = "remark_id")]
struct Answer {
    #[column(primary_key, auto_increment)]
    id: i32,
    remark_id: i32,
    body: String,
}

/// A single row may cost a tenth more than by hand, rounded up: one more
/// where the driver alone takes eleven or twelve.
const MORE_THAN_BY_HAND: u64 = 1;

/// A find by key is built on the stack; its text is there already, and is
/// copied for whoever asks to see it: once to join it with others, once to own it.
const FIND_TO_SQL: u64 = 2;

/// Three levels: the boxes of two includes and their lists, then the copy of
/// the text.
const TREE_TO_SQL: u64 = 6;

/// What a row of three columns with one text takes: the text, and the driver's
/// list of where the columns are.
const PER_ROW: u64 = 2;

/// What a statement takes beside its rows: connection, buffers, messages, the
/// vector of rows as it grows.
const PER_STATEMENT: u64 = 60;

/// What a row takes beside itself that has rows below: the vector of them.
const PER_PARENT: u64 = 1;

/// What a tree takes beside its rows: the statement's, and the vectors in which
/// rows, keys and groups of each level grow.
const PER_TREE: u64 = 220;

/// Some turns to fill every cache and for what a debug build checks at first;
/// then the least of some, since a buffer has to grow now and then.
fn settled(runtime: &Runtime, mut turn: impl AsyncFnMut()) -> u64 {
    for _ in 0..8 {
        runtime.block_on(turn());
    }
    // Boxed beforehand: a debug build of the runtime would do it for large ones.
    let counts = (0..5).map(|_| {
        let turn = Box::pin(turn());
        measure(|| runtime.block_on(turn)).count_total
    });
    counts.min().unwrap_or_default()
}

fn runtime() -> Runtime {
    // One thread: what is counted runs on it, the driver's part too.
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

async fn database() -> (TestDatabase, Db) {
    let database = TestDatabase::create().await.expect("a database");
    let config = Config::from_url(&database.url()).expect("a URL");
    let db = Db::connect(config).await.expect("a connection");
    let models = orm::models![Article, Remark, Answer];
    db.create_missing(models).await.expect("the tables");
    (database, db)
}

fn by_hand(database: &TestDatabase) -> deadpool_postgres::Pool {
    let config = database.url().parse().expect("a URL");
    let manager = deadpool_postgres::Manager::new(config, tokio_postgres::NoTls);
    let pool = deadpool_postgres::Pool::builder(manager).max_size(1);
    pool.build().expect("a pool")
}

/// A prepared statement that returns one article.
async fn one(pool: &deadpool_postgres::Pool, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Article {
    let client = pool.get().await.expect("a connection");
    let statement = client.prepare_cached(sql).await.expect("a statement");
    let row = client.query_one(&statement, params).await.expect("a row");
    Article {
        id: row.get(0),
        name: row.get(1),
        price_in_cents: row.get(2),
        stock_quantity: row.get(3),
        created_at: row.get(4),
        updated_at: row.get(5),
    }
}

const COLUMNS: &str = "id, name, price_in_cents, stock_quantity, created_at, updated_at";

#[test]
fn a_single_row_takes_little_more_than_by_hand() {
    let runtime = runtime();
    let (database, db) = runtime.block_on(database());
    let pool = by_hand(&database);
    let create = async || {
        let name = String::from("Pro Laptop 15");
        let article = Article::create()
            .name(name)
            .price_in_cents(5)
            .stock_quantity(25);
        article.save(&db).await.expect("an article")
    };
    let insert = format!(
        "INSERT INTO articles (name, price_in_cents, stock_quantity, created_at, updated_at) \
         VALUES ($1, $2, $3, now(), now()) RETURNING {COLUMNS}"
    );
    let ours = settled(&runtime, async || drop(create().await));
    let hand = settled(&runtime, async || {
        let name = String::from("Pro Laptop 15");
        drop(one(&pool, &insert, &[&name, &5, &25]).await);
    });
    within("insert", ours, hand + MORE_THAN_BY_HAND);

    let article = runtime.block_on(create());
    let find = format!("SELECT {COLUMNS} FROM articles WHERE id = $1");
    let ours = settled(&runtime, async || {
        drop(
            Article::find(article.id)
                .one(&db)
                .await
                .expect("an article"),
        );
    });
    let hand = settled(&runtime, async || {
        drop(one(&pool, &find, &[&article.id]).await);
    });
    within("find by key", ours, hand + MORE_THAN_BY_HAND);

    let update = format!(
        "UPDATE articles SET stock_quantity = $1, updated_at = now() WHERE id = $2 RETURNING {COLUMNS}"
    );
    let ours = settled(&runtime, async || {
        let update = article.update().set(Article::stock_quantity, 7);
        drop(update.save(&db).await.expect("an article"));
    });
    let hand = settled(&runtime, async || {
        drop(one(&pool, &update, &[&7, &article.id]).await);
    });
    within("update", ours, hand + MORE_THAN_BY_HAND);
}

#[test]
fn building_a_query_again_takes_next_to_nothing() {
    let build = |what: &str, bound: u64, text: &dyn Fn() -> String| {
        for _ in 0..8 {
            text();
        }
        within(what, measure(|| drop(text())).count_total, bound);
    };
    build("find", FIND_TO_SQL, &|| Article::find(7).to_sql());
    build("tree", TREE_TO_SQL, &|| {
        let remarks = Article::remarks.include(Remark::answers);
        Article::find(7).include(remarks).to_sql()
    });
    let typed = measure(|| drop(Article::find(7)));
    within("the query alone", typed.count_total, 0);
}

#[test]
fn rows_take_their_values_and_little_else() {
    const ROWS: u64 = 1_000;
    let runtime = runtime();
    let (_database, db) = runtime.block_on(database());
    runtime.block_on(async {
        let article = Article::create()
            .name("a")
            .price_in_cents(1)
            .stock_quantity(1);
        let article = article.save(&db).await.expect("an article");
        let remarks = (0..ROWS).map(|n| {
            let remark = Remark::create().article_id(article.id);
            remark.body(format!("remark {n}"))
        });
        let remarks = Remark::create_many(remarks)
            .save(&db)
            .await
            .expect("remarks");
        let answers = remarks
            .iter()
            .map(|it| Answer::create().remark_id(it.id).body("yes"));
        Answer::create_many(answers)
            .save(&db)
            .await
            .expect("answers");
    });
    let flat = settled(&runtime, async || {
        let remarks = Remark::query().all(&db).await.expect("remarks");
        assert_eq!(remarks.len() as u64, ROWS);
    });
    within("flat rows", flat, ROWS * PER_ROW + PER_STATEMENT);

    let tree = settled(&runtime, async || {
        let remarks = Article::remarks
            .include(Remark::answers.together())
            .together();
        let articles = Article::query()
            .include(remarks)
            .all(&db)
            .await
            .expect("articles");
        assert_eq!(articles[0].remarks.len() as u64, ROWS);
    });
    within("a tree", tree, ROWS * (2 * PER_ROW + PER_PARENT) + PER_TREE);
}

// A shared connection must not hold an answer that nobody has asked for yet.
#[test]
fn a_shared_read_takes_no_more_memory_than_another() {
    const ROWS: usize = 1_000_000;
    /// What is taken in before an answer is known to be large, and what it arrives in.
    const AT_MOST: u64 = 2 << 20;
    let runtime = runtime();
    let (database, ordinary) = runtime.block_on(database());
    let shared = runtime.block_on(async {
        let fill = "INSERT INTO articles VALUES (1, 'a', 1, 1, now(), now()); \
                    INSERT INTO remarks (article_id, body) \
                    SELECT 1, 'remark' FROM generate_series(1, 1000000)";
        ordinary.executor().batch(fill).await.expect("remarks");
        let config = Config::from_url(&database.url()).expect("a URL");
        let config = config.pool(orm::exec::PoolOptions::new().max(2).shared_reads(1));
        Db::connect(config).await.expect("a connection")
    });
    let most = |db: &Db| {
        let reading = Box::pin(async {
            let ids = Remark::query().values((Remark::id,)).all(db).await;
            assert_eq!(ids.expect("numbers").len(), ROWS);
        });
        measure(|| runtime.block_on(reading)).bytes_max
    };
    let (ours, ordinary) = (most(&shared), most(&ordinary));
    assert!(
        ours <= ordinary + AT_MOST,
        "{ours} bytes, {ordinary} without sharing"
    );
}

#[track_caller]
fn within(what: &str, count: u64, bound: u64) {
    assert!(
        count <= bound,
        "{what}: {count} allocations, {bound} at most"
    );
}

/// What a copy of rows holds at once, however many they are: some parts of 64 KB on
/// their way, and what a transaction takes.
const COPY_AT_ONCE: u64 = 600_000;

#[test]
fn a_copy_takes_the_same_memory_for_any_number_of_rows() {
    let runtime = runtime();
    let (_database, db) = runtime.block_on(database());
    let copy = |rows: i32| {
        let rows = (0..rows).map(|n| {
            let article = Article::create().name(format!("article {n}"));
            article.price_in_cents(n).stock_quantity(1)
        });
        let copy = Box::pin(Article::copy_in(rows).save(&db));
        let taken = measure(|| assert!(runtime.block_on(copy).is_ok()));
        taken.bytes_max
    };
    copy(1_000);
    let (few, many) = (copy(10_000), copy(200_000));
    within("a copy of 10,000 rows", few, COPY_AT_ONCE);
    within("a copy of 200,000 rows", many, COPY_AT_ONCE);
}

/// What a stream of many rows may take more at once than one of few: vectors that grew
/// for a batch.
const MORE_AT_ONCE: u64 = 64 << 10;

// However long a stream is, no more of its rows are in memory than are on their way:
// those that the driver has read, or a batch of parents with what is below them.
#[test]
fn a_stream_takes_no_more_memory_for_more_rows() {
    let runtime = runtime();
    let (_database, db) = runtime.block_on(database());
    runtime.block_on(async {
        let new = (0..6_000).map(|at| {
            let article = Article::create().name(format!("Number {at}"));
            article.price_in_cents(at).stock_quantity(1)
        });
        let articles = Article::create_many(new).save(&db).await.expect("articles");
        let remarks = articles.iter().map(|it| {
            let remark = Remark::create().article_id(it.id);
            remark.body(format!("about {}", it.id))
        });
        Remark::create_many(remarks)
            .save(&db)
            .await
            .expect("remarks");
    });
    let rows = async |most: u32| {
        let mut rows = Article::query()
            .order_by(Article::id)
            .limit(most)
            .stream(&db);
        let mut seen = 0;
        while let Some(row) = rows.next().await {
            row.expect("a row");
            seen += 1;
        }
        assert_eq!(seen, most);
    };
    let trees = async |most: u32| {
        let query = Article::query().include(Article::remarks);
        let mut rows = query.limit(most).stream(&db);
        let mut seen = 0;
        while let Some(row) = rows.next().await {
            assert_eq!(row.expect("a row").remarks.len(), 1);
            seen += 1;
        }
        assert_eq!(seen, most);
    };
    let at_once = |turn: &mut dyn FnMut()| {
        turn();
        (0..3)
            .map(|_| measure(&mut *turn).bytes_max)
            .min()
            .unwrap_or_default()
    };
    let few = at_once(&mut || runtime.block_on(rows(600)));
    let many = at_once(&mut || runtime.block_on(rows(6_000)));
    assert!(many <= few + MORE_AT_ONCE, "{many} bytes, of a tenth {few}");
    let few = at_once(&mut || runtime.block_on(trees(1_000)));
    let many = at_once(&mut || runtime.block_on(trees(6_000)));
    assert!(many <= few + MORE_AT_ONCE, "{many} bytes, of a sixth {few}");
}
