//! Prints the version of the PostgreSQL that tests would run on.

// An example prints.
#![allow(clippy::print_stdout)]

use orm_testkit::TestDatabase;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let database = TestDatabase::create().await?;
    let client = database.connect().await?;
    let row = client.query_one("SHOW server_version", &[]).await?;
    println!("{}", row.try_get::<_, String>(0)?);
    Ok(())
}
