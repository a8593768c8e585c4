//! Tables on a real SQLite, in memory.

macro_rules! tables {
    ($($table:expr),* $(,)?) => {
        crate::ddl::Models::new(const { &[$($table),*] })
    };
}

mod inspection;
mod models;
pub(crate) mod place;
mod tables;
