//! The work by hand, called directly or sent to a thread.

use std::cell::Cell;
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{fixture, hand};
use crate::contender::{Contender, Result, Work};

type Job = Box<dyn FnOnce(&Connection) + Send>;

/// Hand-written rusqlite.
#[derive(Debug)]
pub struct Raw(Way);

/// How it is called.
#[derive(Debug)]
enum Way {
    /// On the thread that asks, which waits for the file.
    Direct(Connection),
    /// On threads with a connection each: the first writes, the others read in turn.
    Threads {
        jobs: Vec<mpsc::Sender<Job>>,
        turn: Cell<usize>,
    },
}

impl Raw {
    /// Opens the file, to be called on the thread that asks.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn direct(path: &Path) -> Result<Self> {
        Ok(Raw(Way::Direct(fixture::open(path)?)))
    }

    /// Opens the file on threads: one that writes, and so many that read.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn on_threads(path: &Path, readers: usize) -> Result<Self> {
        let mut jobs = Vec::new();
        for _ in 0..=readers {
            let connection = fixture::open(path)?;
            let (sender, work) = mpsc::channel::<Job>();
            thread::spawn(move || {
                while let Ok(job) = work.recv() {
                    job(&connection);
                }
            });
            jobs.push(sender);
        }
        let turn = Cell::new(0);
        Ok(Raw(Way::Threads { jobs, turn }))
    }

    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.0 {
            Way::Direct(connection) => work(connection),
            Way::Threads { jobs, turn } => {
                let readers = &jobs[1..];
                turn.set((turn.get() + 1) % readers.len());
                on_thread(&readers[turn.get()], work).await
            }
        }
    }

    async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        match &self.0 {
            Way::Direct(connection) => work(connection),
            Way::Threads { jobs, .. } => on_thread(&jobs[0], work).await,
        }
    }
}

async fn on_thread<T: Send + 'static>(
    jobs: &mpsc::Sender<Job>,
    work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (tell, answer) = oneshot::channel();
    let job = move |connection: &Connection| {
        let _ = tell.send(work(connection));
    };
    jobs.send(Box::new(job)).map_err(|_| "the thread is gone")?;
    answer.await?
}

fn size(trees: &[crate::raw::tree::UserTree]) -> usize {
    let orders = trees.iter().flat_map(|user| &user.orders);
    orders.map(|order| 1 + order.items.len()).sum()
}

impl Contender for Raw {
    fn name(&self) -> &'static str {
        match self.0 {
            Way::Direct(_) => "raw",
            Way::Threads { .. } => "raw on a thread",
        }
    }

    fn does(&self, work: Work) -> bool {
        Work::ON_SQLITE.contains(&work)
    }

    async fn find_by_key(&self, id: i32) -> Result<usize> {
        let user = self.read(move |db| hand::user(db, id)).await?;
        Ok(usize::from(user.id == id))
    }

    async fn users(&self, limit: u32) -> Result<usize> {
        Ok(self.read(move |db| hand::users(db, limit)).await?.len())
    }

    async fn insert(&self, number: u64) -> Result<usize> {
        // As it arrives in a request: owned.
        let name = String::from("Pro Laptop 15");
        let insert = move |db: &Connection| hand::insert(db, &name, number as i32, 25);
        Ok(usize::from(self.write(insert).await?.id > 0))
    }

    async fn update(&self, id: i32, stock: i32) -> Result<usize> {
        let row = self.write(move |db| hand::update(db, id, stock)).await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn insert_many(&self, count: usize) -> Result<usize> {
        let rows = self.write(move |db| hand::insert_many(db, count)).await?;
        Ok(rows.len())
    }

    async fn tree_of_one(&self, id: i32) -> Result<usize> {
        Ok(size(&self.read(move |db| hand::tree_of_one(db, id)).await?))
    }

    async fn tree(&self, users: u32) -> Result<usize> {
        Ok(size(&self.read(move |db| hand::tree(db, users)).await?))
    }

    async fn comments(&self, users: u32) -> Result<usize> {
        let users = self.read(move |db| hand::comments(db, users)).await?;
        let posts = users.iter().flatten();
        Ok(posts.map(|(_, comments)| 1 + comments.len()).sum())
    }

    async fn upsert(&self, id: i32, stock: i32) -> Result<usize> {
        let row = self.write(move |db| hand::upsert(db, id, stock)).await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn transaction(&self, id: i32) -> Result<usize> {
        let right = self.write(move |db| hand::transaction(db, id)).await?;
        Ok(usize::from(right))
    }

    async fn stream(&self) -> Result<usize> {
        self.read(hand::stream).await
    }

    async fn latest(&self, users: u32, orders: u32) -> Result<usize> {
        let groups = self.read(move |db| hand::latest(db, users, orders)).await?;
        Ok(groups.iter().map(Vec::len).sum())
    }
}
