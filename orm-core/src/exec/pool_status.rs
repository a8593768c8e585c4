//! What a pool is doing.

/// How many connections there are, and what they do: a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PoolStatus {
    /// The most connections there may be; 0 once the pool is closed.
    pub max: usize,
    /// The connections that are open.
    pub size: usize,
    /// Those that wait for work.
    pub idle: usize,
    /// Those that are checked out.
    pub in_use: usize,
    /// Those of `in_use` that are kept for shared reads.
    pub shared: usize,
    /// The tasks that wait for a connection.
    pub waiting: usize,
}
