//! The work of `orm-bench`, done by other libraries in the same process.

mod diesel_async;
mod diesel_sync;
mod diesel_tables;
mod sea;
mod sqlx_peer;

use orm_bench::allocation::Counting;
use orm_bench::contender::Result;
use orm_bench::ours::Ours;
use orm_bench::raw::Raw;
use orm_bench::run::{run, seat};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    run(async |url| {
        // sqlx wants a host in the address, also when the parameter `host` names a socket.
        let named = url.replace("@/", "@localhost/");
        Ok(vec![
            seat(Raw::connect(url)?),
            seat(Ours::connect(url).await?),
            seat(Ours::sharing(url).await?),
            seat(diesel_sync::Diesel::connect(url)?),
            seat(diesel_async::Diesel::connect(url)?),
            seat(sea::Sea::connect(&named).await?),
            seat(sqlx_peer::Sqlx::connect(&named).await?),
        ])
    })
    .await
}
