//! The work that is compared, and who does it.

use std::fmt;

/// What goes wrong ends the run; a benchmark has nobody to hand it to.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// One way of doing all the work.
///
/// Each method decodes every column it reads into typed, owned fields, and
/// returns how many rows there were, which is compared between contenders.
#[allow(async_fn_in_trait, reason = "used within this package, on one thread")]
pub trait Contender: 'static {
    /// What it is called in the tables.
    const NAME: &'static str;

    /// Whether it can do this work at all.
    fn does(&self, work: Work) -> bool {
        let _ = work;
        true
    }

    /// One user by primary key.
    async fn find_by_key(&self, id: i32) -> Result<usize>;
    /// The first users by primary key.
    async fn users(&self, limit: u32) -> Result<usize>;
    /// A new article; the whole row comes back.
    async fn insert(&self, number: u64) -> Result<usize>;
    /// New stock for a row that is in hand; the whole row comes back.
    async fn update(&self, id: i32, stock: i32) -> Result<usize>;
    /// Many new articles; the whole rows come back.
    async fn insert_many(&self, count: usize) -> Result<usize>;
    /// One user, the orders, their items, the products.
    async fn tree_of_one(&self, id: i32) -> Result<usize>;
    /// The same for the first users.
    async fn tree(&self, users: u32) -> Result<usize>;
    /// One user with 100 posts and 100 reviews.
    async fn siblings(&self, id: i32) -> Result<usize>;
    /// The first users, each with visits that no index finds.
    async fn unindexed(&self, users: u32) -> Result<usize>;
    /// The first users, each with the latest orders.
    async fn latest(&self, users: u32, orders: u32) -> Result<usize>;
}

/// The kinds of work, in the order of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// One user by primary key.
    FindByKey,
    /// The first 100 users.
    Rows100,
    /// All 10,000 users.
    Rows10k,
    /// One insert.
    Insert,
    /// One update.
    Update,
    /// 1,000 inserts at once.
    Insert1k,
    /// One user, 10 orders, 30 items, products.
    W1,
    /// 100 users, 1,000 orders, 3,000 items, products.
    W2,
    /// 1,000 users, 10,000 orders, 30,000 items, products.
    W3,
    /// One user with two collections of 100.
    Siblings,
    /// 100 users with 500 rows that no index finds.
    Unindexed,
    /// 10,000 users, each with the latest 3 of 10 orders.
    Latest,
}

impl Work {
    /// All of them.
    pub const ALL: [Work; 12] = [
        Work::FindByKey,
        Work::Rows100,
        Work::Rows10k,
        Work::Insert,
        Work::Update,
        Work::Insert1k,
        Work::W1,
        Work::W2,
        Work::W3,
        Work::Siblings,
        Work::Unindexed,
        Work::Latest,
    ];

    /// Its name in tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Work::FindByKey => "find by key",
            Work::Rows100 => "100 rows",
            Work::Rows10k => "10,000 rows",
            Work::Insert => "insert",
            Work::Update => "update",
            Work::Insert1k => "insert 1,000",
            Work::W1 => "W1",
            Work::W2 => "W2",
            Work::W3 => "W3",
            Work::Siblings => "siblings",
            Work::Unindexed => "no index",
            Work::Latest => "latest 3",
        }
    }

    /// How often it is done in a row, so that one turn takes some milliseconds.
    pub fn turn(self) -> usize {
        match self {
            Work::FindByKey | Work::Insert | Work::Update => 100,
            Work::Rows100 | Work::W1 | Work::Siblings => 40,
            Work::Unindexed | Work::Insert1k => 5,
            Work::W2 => 3,
            Work::Rows10k => 2,
            Work::W3 | Work::Latest => 1,
        }
    }

    /// Does it once. `number` differs from one time to the next.
    pub async fn done_by<C: Contender>(self, contender: &C, number: u64) -> Result<usize> {
        match self {
            Work::FindByKey => contender.find_by_key(scattered(number, 10_000)).await,
            Work::Rows100 => contender.users(100).await,
            Work::Rows10k => contender.users(10_000).await,
            Work::Insert => contender.insert(number).await,
            Work::Update => {
                let stock = i32::try_from(number % 1_000)?;
                contender.update(scattered(number, 1_000), stock).await
            }
            Work::Insert1k => contender.insert_many(1_000).await,
            Work::W1 => contender.tree_of_one(scattered(number, 10_000)).await,
            Work::W2 => contender.tree(100).await,
            Work::W3 => contender.tree(1_000).await,
            Work::Siblings => contender.siblings(scattered(number, 100)).await,
            Work::Unindexed => contender.unindexed(100).await,
            Work::Latest => contender.latest(10_000, 3).await,
        }
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A key from 1 to `keys`, so that neighbours in time are none in the table.
fn scattered(number: u64, keys: u64) -> i32 {
    (1 + number.wrapping_mul(7_919) % keys) as i32
}
