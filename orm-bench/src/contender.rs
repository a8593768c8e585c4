//! The work that is compared, and who does it.

use std::fmt;
use std::rc::Rc;

use chrono::{DateTime, SubsecRound as _, Utc};

use crate::throughput::{self, Rate};

/// What goes wrong ends the run; a benchmark has nobody to hand it to.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// One way of doing all the work.
///
/// Each method decodes every column it reads into typed, owned fields, and
/// returns how many rows there were, which is compared between contenders.
#[allow(async_fn_in_trait, reason = "used within this package, on one thread")]
pub trait Contender: 'static {
    /// What it is called in the tables.
    fn name(&self) -> &'static str;

    /// Whether it can do this work at all.
    fn does(&self, work: Work) -> bool;

    /// How much of the work a number of tasks get done. The tasks share a thread;
    /// who blocks has threads instead.
    async fn rate(self: &Rc<Self>, work: Work, tasks: u64) -> Result<Rate>
    where
        Self: Sized,
    {
        throughput::rate(self, work, tasks).await
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
    /// Many new articles in place of those that are there; nothing comes back.
    async fn copy(&self, count: usize) -> Result<usize> {
        not_done(count)
    }
    /// One user, the orders, their items, the products.
    async fn tree_of_one(&self, id: i32) -> Result<usize>;
    /// The same for the first users.
    async fn tree(&self, users: u32) -> Result<usize>;
    /// The first users, each with the posts: Diesel's join.
    async fn posts(&self, users: u32) -> Result<usize> {
        not_done(users)
    }
    /// The first users, their posts, the comments on those: Diesel's associations.
    async fn comments(&self, users: u32) -> Result<usize> {
        not_done(users)
    }
    /// The first rows of a table of 30 columns.
    async fn wide(&self, limit: u32) -> Result<usize> {
        not_done(limit)
    }
    /// A row that exists already, with new stock; the whole row comes back.
    async fn upsert(&self, id: i32, stock: i32) -> Result<usize> {
        not_done((id, stock))
    }
    /// A sale in one transaction: read a user, read a product, write an article,
    /// change a stock, count.
    async fn transaction(&self, id: i32) -> Result<usize> {
        not_done(id)
    }
    /// A million rows, one by one.
    async fn stream(&self) -> Result<usize> {
        not_done(())
    }
    /// One user with 100 posts and 100 reviews.
    async fn siblings(&self, id: i32) -> Result<usize> {
        not_done(id)
    }
    /// New stock for many rows that are in hand, another one for each; the whole rows come back.
    async fn update_many(&self, count: usize, number: u64) -> Result<usize> {
        not_done((count, number))
    }
    /// Many rows that exist already, with new stock; the whole rows come back.
    async fn upsert_many(&self, count: usize, number: u64) -> Result<usize> {
        not_done((count, number))
    }
    /// A cart with 20 lines, each with two notes, all or none; the whole rows come back.
    async fn graph(&self, number: u64) -> Result<usize> {
        not_done(number)
    }
    /// In one transaction: two articles written, two stocks changed, products counted. Nothing
    /// depends on an answer.
    async fn batch(&self, id: i32) -> Result<usize> {
        not_done(id)
    }
    /// The first users, each with visits that no index finds.
    async fn unindexed(&self, users: u32) -> Result<usize> {
        not_done(users)
    }
    /// The first users, each with the latest orders.
    async fn latest(&self, users: u32, orders: u32) -> Result<usize> {
        not_done((users, orders))
    }
    /// 20 items by price and key: the first, or those behind so many others.
    async fn page(&self, depth: u32) -> Result<usize> {
        not_done(depth)
    }
    /// All folders, those in a folder below it, as deep as they go: a forest of structs.
    async fn folders(&self) -> Result<usize> {
        not_done(())
    }
}

/// The time, as finely as databases keep it.
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Nobody is asked for work that [`Contender::does`] denies.
fn not_done<T>(_: T) -> Result<usize> {
    Err("this contender does not do that work".into())
}

/// The kinds of work, in the order of the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// One user by primary key.
    FindByKey,
    /// The first user.
    Rows1,
    /// The first 10 users.
    Rows10,
    /// The first 100 users.
    Rows100,
    /// The first 1,000 users.
    Rows1k,
    /// All 10,000 users.
    Rows10k,
    /// 100 rows of 30 columns, some of them documents and arrays.
    Wide,
    /// A million rows, one by one.
    Stream,
    /// One insert.
    Insert,
    /// One update.
    Update,
    /// One upsert of a row that exists.
    Upsert,
    /// Five statements in a transaction.
    Transaction,
    /// 10 inserts at once.
    Insert10,
    /// 100 inserts at once.
    Insert100,
    /// 1,000 inserts at once.
    Insert1k,
    /// 100,000 inserts at once.
    Insert100k,
    /// A million inserts of which nothing is asked back.
    Copy1m,
    /// 1,000 updates at once, each with a value of its own.
    Update1k,
    /// 1,000 upserts at once of rows that exist.
    Upsert1k,
    /// 61 rows on three levels, created together.
    Graph,
    /// Five statements in a transaction, none of which waits for another.
    Batch,
    /// 10 users, 1,000 posts.
    Posts,
    /// 10 users, 1,000 posts, 3,000 comments.
    Comments,
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
    /// The first 20 of 300,000 items by price.
    FirstPage,
    /// The 20 behind 100,000 of them.
    DeepPage,
    /// 10,000 folders in folders, 14 levels deep.
    Folders,
}

impl Work {
    /// All of them.
    pub const ALL: [Work; 32] = [
        Work::FindByKey,
        Work::Rows1,
        Work::Rows10,
        Work::Rows100,
        Work::Rows1k,
        Work::Rows10k,
        Work::Wide,
        Work::Stream,
        Work::Insert,
        Work::Update,
        Work::Upsert,
        Work::Transaction,
        Work::Insert10,
        Work::Insert100,
        Work::Insert1k,
        Work::Insert100k,
        Work::Copy1m,
        Work::Update1k,
        Work::Upsert1k,
        Work::Graph,
        Work::Batch,
        Work::Posts,
        Work::Comments,
        Work::W1,
        Work::W2,
        Work::W3,
        Work::Siblings,
        Work::Unindexed,
        Work::Latest,
        Work::FirstPage,
        Work::DeepPage,
        Work::Folders,
    ];

    /// Those that are compared on SQLite, which has no arrays.
    pub const ON_SQLITE: [Work; 14] = [
        Work::FindByKey,
        Work::Rows100,
        Work::Rows10k,
        Work::Stream,
        Work::Insert,
        Work::Update,
        Work::Upsert,
        Work::Transaction,
        Work::Insert1k,
        Work::Comments,
        Work::W1,
        Work::W2,
        Work::W3,
        Work::Latest,
    ];

    /// Those that are compared behind a pooler.
    pub const POOLED: [Work; 7] = [
        Work::FindByKey,
        Work::Rows10,
        Work::Rows100,
        Work::Insert,
        Work::Update,
        Work::Transaction,
        Work::W1,
    ];

    /// Whether the peers are compared at it.
    pub fn is_for_peers(self) -> bool {
        let ours = [
            Work::Copy1m,
            Work::Update1k,
            Work::Upsert1k,
            Work::Graph,
            Work::Batch,
            Work::FirstPage,
            Work::DeepPage,
            Work::Folders,
        ];
        !ours.contains(&self)
    }

    /// Its name in tables and on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Work::FindByKey => "find by key",
            Work::Rows1 => "1 row",
            Work::Rows10 => "10 rows",
            Work::Rows100 => "100 rows",
            Work::Rows1k => "1,000 rows",
            Work::Rows10k => "10,000 rows",
            Work::Wide => "wide rows",
            Work::Stream => "stream 1,000,000",
            Work::Insert => "insert",
            Work::Update => "update",
            Work::Upsert => "upsert",
            Work::Transaction => "transaction",
            Work::Insert10 => "insert 10",
            Work::Insert100 => "insert 100",
            Work::Insert1k => "insert 1,000",
            Work::Insert100k => "insert 100,000",
            Work::Copy1m => "copy 1,000,000",
            Work::Update1k => "update 1,000",
            Work::Upsert1k => "upsert 1,000",
            Work::Graph => "graph",
            Work::Batch => "batch",
            Work::Posts => "posts",
            Work::Comments => "comments",
            Work::W1 => "W1",
            Work::W2 => "W2",
            Work::W3 => "W3",
            Work::Siblings => "siblings",
            Work::Unindexed => "no index",
            Work::Latest => "latest 3",
            Work::FirstPage => "first page",
            Work::DeepPage => "page 5,001",
            Work::Folders => "folders",
        }
    }

    /// How often it is done in a row, so that one turn takes some milliseconds.
    pub fn turn(self) -> usize {
        match self {
            Work::FindByKey | Work::Rows1 | Work::Insert | Work::Update | Work::Upsert => 100,
            Work::Rows10 | Work::FirstPage | Work::DeepPage => 80,
            Work::Rows100 | Work::Transaction | Work::W1 | Work::Siblings => 40,
            Work::Graph | Work::Batch => 40,
            Work::Rows1k | Work::Wide | Work::Posts => 10,
            Work::Rows10k | Work::Folders => 2,
            Work::Stream | Work::Insert100k | Work::Copy1m | Work::W3 | Work::Latest => 1,
            Work::Insert10 => 60,
            Work::Insert100 => 20,
            Work::Insert1k | Work::Update1k | Work::Upsert1k | Work::Unindexed => 5,
            Work::Comments => 4,
            Work::W2 => 3,
        }
    }

    /// How many rounds it takes where `rounds` are asked for: a turn of seconds
    /// is not taken as often as one of milliseconds.
    pub fn rounds(self, rounds: usize) -> usize {
        match self {
            Work::Stream | Work::Insert100k | Work::Copy1m => rounds.min(7),
            _ => rounds,
        }
    }

    /// How often it is done before the clock starts: statements are planned
    /// anew for their first five runs.
    pub fn warm_up(self) -> usize {
        match self {
            Work::Stream | Work::Insert100k | Work::Copy1m => 1,
            _ => self.turn().max(6),
        }
    }

    /// Does it once. `number` differs from one time to the next.
    pub async fn done_by<C: Contender>(self, contender: &C, number: u64) -> Result<usize> {
        match self {
            Work::FindByKey => contender.find_by_key(scattered(number, 10_000)).await,
            Work::Rows1 => contender.users(1).await,
            Work::Rows10 => contender.users(10).await,
            Work::Rows100 => contender.users(100).await,
            Work::Rows1k => contender.users(1_000).await,
            Work::Rows10k => contender.users(10_000).await,
            Work::Wide => contender.wide(100).await,
            Work::Stream => contender.stream().await,
            Work::Insert => contender.insert(number).await,
            Work::Update => {
                let stock = i32::try_from(number % 1_000)?;
                contender.update(scattered(number, 1_000), stock).await
            }
            Work::Upsert => {
                let stock = i32::try_from(number % 1_000)?;
                contender.upsert(scattered(number, 1_000), stock).await
            }
            Work::Transaction => contender.transaction(scattered(number, 1_000)).await,
            Work::Insert10 => contender.insert_many(10).await,
            Work::Insert100 => contender.insert_many(100).await,
            Work::Insert1k => contender.insert_many(1_000).await,
            Work::Insert100k => contender.insert_many(100_000).await,
            Work::Copy1m => contender.copy(1_000_000).await,
            Work::Update1k => contender.update_many(1_000, number).await,
            Work::Upsert1k => contender.upsert_many(1_000, number).await,
            Work::Graph => contender.graph(number).await,
            Work::Batch => contender.batch(scattered(number, 1_000)).await,
            Work::Posts => contender.posts(10).await,
            Work::Comments => contender.comments(10).await,
            Work::W1 => contender.tree_of_one(scattered(number, 10_000)).await,
            Work::W2 => contender.tree(100).await,
            Work::W3 => contender.tree(1_000).await,
            Work::Siblings => contender.siblings(scattered(number, 100)).await,
            Work::Unindexed => contender.unindexed(100).await,
            Work::Latest => contender.latest(10_000, 3).await,
            Work::FirstPage => contender.page(0).await,
            Work::DeepPage => contender.page(100_000).await,
            Work::Folders => contender.folders().await,
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
