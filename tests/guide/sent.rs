//! The statements that a chapter sends, beside those it says it sends.

use std::sync::{Arc, Mutex, PoisonError};

use orm::exec::LogEvent;

use crate::book;

/// What was sent since it was last looked at.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<Mutex<Vec<String>>>);

impl Sent {
    pub(crate) fn logger(&self) -> impl Fn(&LogEvent<'_>) + Send + Sync + 'static {
        let sent = self.clone();
        move |event: &LogEvent<'_>| sent.all(|all| all.push(event.sql().to_owned()))
    }

    fn all<T>(&self, with: impl FnOnce(&mut Vec<String>) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Fails unless the block sent what the chapter says behind it, if it says anything.
    pub(crate) fn by(&self, chapter: &str, block: usize) {
        let sent = self.all(std::mem::take);
        if std::env::var_os("BLESS").is_some() {
            return book::write_sql(chapter, block, &sent);
        }
        if let Some(said) = book::sql_behind(chapter, block) {
            let sent: Vec<String> = sent.iter().map(|sql| book::plain(sql)).collect();
            assert_eq!(said, sent, "what block {block} of {chapter} sends");
        }
    }
}
