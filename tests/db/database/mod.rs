//! A database per test, with the log of the statements that the ORM sent to it: on a
//! server, or where the suite runs for SQLite, in a file.

#[cfg(feature = "sqlite")]
mod file;
mod log;
mod server;

use std::error::Error;
use std::net::SocketAddr;
use std::sync::LazyLock;

use orm::ddl::Models;
use orm::prelude::*;
use orm::schema::TableDef;
use orm_testkit::TestDatabase;
#[cfg(feature = "sqlite")]
use orm_testkit::TestFile;

pub(crate) use self::log::Log;
use crate::shop::{Category, Order, OrderItem, Product, Profile, Role, Tag, User, UserRole};

/// The models of the shop.
pub(crate) const SHOP: Models = orm::models![
    User, Profile, Role, UserRole, Tag, Product, Order, OrderItem, Category
];

/// What a test returns.
pub(crate) type Test<T = ()> = Result<T, Box<dyn Error>>;

/// No keys.
pub(crate) const NONE: [i32; 0] = [];

/// The variable that says which database the suite runs on, and its word for SQLite.
pub(crate) const DB_ON: (&str, &str) = ("DB_ON", "sqlite");

/// Whether the databases are files of SQLite.
pub(crate) fn on_a_file() -> bool {
    static ON_A_FILE: LazyLock<bool> = LazyLock::new(|| {
        let asked = std::env::var(DB_ON.0).is_ok_and(|word| word == DB_ON.1);
        assert!(
            !asked || cfg!(feature = "sqlite"),
            "compiled without SQLite: add `--workspace` or `--features sqlite`"
        );
        asked
    });
    *ON_A_FILE
}

/// So many values a statement takes, and some more.
pub(crate) fn most_values() -> i32 {
    if on_a_file() { 32_000 } else { 60_000 }
}

/// Whether it takes every expression that is not refused before.
pub(crate) fn takes_the_deepest() -> bool {
    !on_a_file()
}

/// A database of a test's own and the way into it.
pub(crate) struct Place {
    /// Where the test sends its queries.
    pub(crate) db: Db,
    /// The statements sent through `db`.
    pub(crate) log: Log,
    // Dropped last: the database goes when the test does.
    home: Home,
}

/// A database, for as long as this lives.
enum Home {
    Server(Box<TestDatabase>),
    #[cfg(feature = "sqlite")]
    File(TestFile),
}

impl Home {
    async fn new() -> Test<Self> {
        if on_a_file() {
            #[cfg(feature = "sqlite")]
            return Ok(Home::File(TestFile::create()?));
        }
        Ok(Home::Server(Box::new(TestDatabase::create().await?)))
    }

    /// The database where it is a server's.
    fn on_a_server(&self) -> &TestDatabase {
        match self {
            Home::Server(database) => database,
            #[cfg(feature = "sqlite")]
            Home::File(_) => unreachable!("a scenario of a server says `only_on_a_server!`"),
        }
    }
}

impl Place {
    /// Runs statements beside `db`: they are not in the log.
    pub(crate) async fn run(&self, sql: &str) -> Test {
        match &self.home {
            Home::Server(database) => server::run(database, sql).await,
            #[cfg(feature = "sqlite")]
            Home::File(_) => file::run(self.config()?, sql).await,
        }
    }

    /// Gives the next rows of these tables the numbers 100, 101, ..
    pub(crate) async fn number_from_100(&self, tables: &[&str]) -> Test {
        for table in tables {
            let sql = match on_a_file() {
                true => format!("UPDATE sqlite_sequence SET seq = 99 WHERE name = '{table}'"),
                false => format!("ALTER TABLE {table} ALTER COLUMN id RESTART WITH 100"),
            };
            self.run(&sql).await?;
        }
        Ok(())
    }

    /// The database's URL.
    pub(crate) fn url(&self) -> String {
        match &self.home {
            Home::Server(database) => database.url(),
            #[cfg(feature = "sqlite")]
            Home::File(file) => file.url(),
        }
    }

    /// The database's name on its server.
    pub(crate) fn database_name(&self) -> &str {
        self.home.on_a_server().name()
    }

    /// The same through a proxy before its server.
    pub(crate) fn config_via(&self, proxy: SocketAddr) -> Test<Config> {
        Ok(Config::from_url(&self.home.on_a_server().url_via(proxy))?)
    }

    /// A configuration for another pool to the same database.
    pub(crate) fn config(&self) -> Test<Config> {
        Ok(Config::from_url(&self.url())?)
    }
}

/// The rows of the shop, in the words of a server.
const ROWS: &str = include_str!("../fixture.sql");

/// An empty shop: tables without rows.
pub(crate) async fn empty_shop() -> Test<Place> {
    match on_a_file() {
        true => with_models(SHOP).await,
        false => open(Home::Server(Box::new(server::empty_shop().await?))).await,
    }
}

/// The shop with the rows of `fixture.sql`.
pub(crate) async fn shop() -> Test<Place> {
    #[cfg(feature = "sqlite")]
    if on_a_file() {
        let place = with_models(SHOP).await?;
        place.run(&file::in_words_of_sqlite(ROWS)).await?;
        return Ok(place);
    }
    open(Home::Server(Box::new(server::shop(ROWS).await?))).await
}

/// A database with the tables of these models.
pub(crate) async fn with_models(models: Models) -> Test<Place> {
    let place = open(Home::new().await?).await?;
    place.db.create_missing(models).await?;
    place.log.clear();
    Ok(place)
}

/// A database with these tables.
pub(crate) async fn with_tables(sql: &str) -> Test<Place> {
    let place = open(Home::new().await?).await?;
    place.run(sql).await?;
    Ok(place)
}

async fn open(home: Home) -> Test<Place> {
    let log = Log::new();
    let record = log.clone();
    let url = match &home {
        Home::Server(database) => database.url(),
        #[cfg(feature = "sqlite")]
        Home::File(file) => file.url(),
    };
    let config = Config::from_url(&url)?.logger(move |event| record.record(event.sql()));
    Ok(Place {
        db: Db::connect(config).await?,
        log,
        home,
    })
}

/// The row of the table `t` as a document.
pub(crate) fn row_as_json(table: &TableDef) -> String {
    #[cfg(feature = "sqlite")]
    if on_a_file() {
        return file::row_as_json(table);
    }
    let _ = table;
    "to_jsonb(t)".to_owned()
}
