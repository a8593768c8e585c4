//! Tables on a real SQLite, in memory.

macro_rules! tables {
    ($($table:expr),* $(,)?) => {
        crate::ddl::Models::new(const { &[$($table),*] })
    };
}

pub(crate) use tables;

mod inspection;
pub(crate) mod models;
pub(crate) mod place;
mod storage;
