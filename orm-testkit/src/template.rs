//! A database that is prepared once and copied for every test.

use tokio::sync::OnceCell;

use crate::{Error, TestDatabase};

/// A database that the first test to ask for it prepares, with the schema and
/// the rows that all of them begin with. Copying it is cheaper than migrating
/// again.
///
/// ```
/// use orm_testkit::{Template, TestDatabase};
///
/// static SHOP: Template = Template::new();
///
/// async fn shop() -> Result<TestDatabase, orm_testkit::Error> {
///     TestDatabase::from_template(&SHOP, async |url: String| {
///         let (client, connection) =
///             tokio_postgres::connect(&url, tokio_postgres::NoTls).await?;
///         tokio::spawn(connection);
///         client.batch_execute("CREATE TABLE products (id bigint)").await
///     })
///     .await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (one, two) = (shop().await?, shop().await?);
/// one.connect().await?.batch_execute("DROP TABLE products").await?;
/// two.connect().await?.batch_execute("TABLE products").await?;
/// # Ok(())
/// # }
/// ```
///
/// The template of a `static` in a server that `DATABASE_URL` names stays there
/// when the process ends; the next process to use the server removes it.
#[derive(Debug, Default)]
pub struct Template {
    prepared: OnceCell<TestDatabase>,
}

impl Template {
    /// A template that nobody has prepared yet.
    pub const fn new() -> Self {
        Template {
            prepared: OnceCell::const_new(),
        }
    }

    /// Creates a copy of the template for one test.
    ///
    /// The first call gives the closure the URL of an empty database to prepare;
    /// calls at the same time wait for it. Its connections are closed for it.
    /// If it fails, the next call tries again with its own closure.
    ///
    /// # Errors
    ///
    /// Those of [`TestDatabase::create`], and [`Error::Prepare`] with what the
    /// closure returned.
    pub async fn database<P, F, E>(&self, prepare: P) -> Result<TestDatabase, Error>
    where
        P: FnOnce(String) -> F,
        F: Future<Output = Result<(), E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let template = self.prepared.get_or_try_init(async || {
            let database = TestDatabase::create().await?;
            let outcome = prepare(database.url()).await;
            outcome.map_err(|error| Error::Prepare {
                source: error.into().into(),
            })?;
            database.close_to_connections().await?;
            Ok(database)
        });
        template.await?.duplicate().await
    }
}
