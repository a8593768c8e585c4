//! The prepared statements of a connection: so many are kept, and the one that
//! was not used for the longest time makes room for a new one.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foldhash::fast::RandomState;
use tokio_postgres::Statement;

use super::effect::Effect;

/// A statement that was prepared, and what its text leaves behind.
#[derive(Clone)]
pub(in crate::exec) struct Prepared {
    pub(in crate::exec) statement: Statement,
    pub(in crate::exec) effect: Effect,
}

/// Counts the changes of tables and types that were noticed, for all
/// connections of a pool.
pub(in crate::exec) type Epoch = Arc<AtomicU64>;

/// The statements of one connection, by their text and by what names meant
/// when they were prepared.
///
/// Found, kept and forgotten in constant time; finding allocates nothing. What
/// is dropped is closed on the server by the driver.
pub(in crate::exec) struct Statements {
    epoch: Epoch,
    list: Mutex<List<Prepared>>,
}

impl Statements {
    pub(in crate::exec) fn new(most: usize, epoch: Epoch) -> Self {
        let seen = epoch.load(Ordering::Acquire);
        Self {
            epoch,
            list: Mutex::new(List::new(most, seen)),
        }
    }

    pub(in crate::exec) fn find(&self, text: &str, meaning: u64) -> Option<Prepared> {
        self.list().find(text, meaning).cloned()
    }

    pub(in crate::exec) fn keep(&self, text: &str, meaning: u64, prepared: Prepared) {
        self.list().keep(text, meaning, prepared);
    }

    /// This statement no longer fits.
    pub(in crate::exec) fn forget(&self, text: &str, meaning: u64) {
        self.list().forget(text, meaning);
    }

    /// The server knows none of them any more.
    pub(in crate::exec) fn forget_all(&self) {
        self.list().clear();
    }

    /// A table or a type changed, for every connection of the pool.
    pub(in crate::exec) fn forget_everywhere(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
    }

    // A list is whole whatever happened while it was locked.
    fn list(&self) -> MutexGuard<'_, List<Prepared>> {
        let mut list = self.list.lock().unwrap_or_else(PoisonError::into_inner);
        let epoch = self.epoch.load(Ordering::Acquire);
        if list.epoch != epoch {
            list.clear();
            list.epoch = epoch;
        }
        list
    }
}

/// A text of more bytes is not kept: it is made up as the program goes, and
/// hundreds of such would be all that is in memory, here and on the server.
const LONGEST: usize = 256 * 1024;

/// No node.
const NONE: usize = usize::MAX;

/// The last used is first. Nodes are linked by their places.
struct List<T> {
    most: usize,
    epoch: u64,
    hasher: RandomState,
    places: HashMap<u64, usize, BuildHasherDefault<AsItIs>>,
    nodes: Vec<Node<T>>,
    first: usize,
    last: usize,
}

struct Node<T> {
    hash: u64,
    text: Box<str>,
    meaning: u64,
    value: T,
    before: usize,
    after: usize,
}

impl<T> List<T> {
    fn new(most: usize, epoch: u64) -> Self {
        Self {
            most,
            epoch,
            hasher: RandomState::default(),
            places: HashMap::default(),
            nodes: Vec::new(),
            first: NONE,
            last: NONE,
        }
    }

    fn find(&mut self, text: &str, meaning: u64) -> Option<&T> {
        let place = *self.places.get(&self.hash(text, meaning))?;
        let node = &self.nodes[place];
        // Two texts of one hash: the later one takes the place.
        if *node.text != *text || node.meaning != meaning {
            return None;
        }
        if place != self.first {
            self.unlink(place);
            self.link_first(place);
        }
        Some(&self.nodes[place].value)
    }

    fn keep(&mut self, text: &str, meaning: u64, value: T) {
        if self.most == 0 || text.len() > LONGEST {
            return;
        }
        let hash = self.hash(text, meaning);
        if let Some(&place) = self.places.get(&hash) {
            self.remove(place);
        } else if self.nodes.len() >= self.most {
            self.remove(self.last);
        }
        let place = self.nodes.len();
        self.nodes.push(Node {
            hash,
            text: text.into(),
            meaning,
            value,
            before: NONE,
            after: NONE,
        });
        self.places.insert(hash, place);
        self.link_first(place);
    }

    fn forget(&mut self, text: &str, meaning: u64) {
        if let Some(&place) = self.places.get(&self.hash(text, meaning)) {
            self.remove(place);
        }
    }

    fn clear(&mut self) {
        self.places.clear();
        self.nodes.clear();
        (self.first, self.last) = (NONE, NONE);
    }

    fn hash(&self, text: &str, meaning: u64) -> u64 {
        self.hasher.hash_one(text) ^ meaning
    }

    /// Takes the node out; the one at the end moves to its place.
    fn remove(&mut self, place: usize) {
        self.unlink(place);
        let gone = self.nodes.swap_remove(place);
        self.places.remove(&gone.hash);
        let Some(moved) = self.nodes.get(place) else {
            return;
        };
        let (hash, before, after) = (moved.hash, moved.before, moved.after);
        self.places.insert(hash, place);
        self.point(before, after, place, place);
    }

    fn unlink(&mut self, place: usize) {
        let (before, after) = (self.nodes[place].before, self.nodes[place].after);
        self.point(before, after, after, before);
    }

    fn link_first(&mut self, place: usize) {
        let after = self.first;
        self.nodes[place].before = NONE;
        self.nodes[place].after = after;
        self.point(NONE, after, place, place);
    }

    /// The node before, or the list, is followed by `next`; the node after is
    /// preceded by `previous`.
    fn point(&mut self, before: usize, after: usize, next: usize, previous: usize) {
        match self.nodes.get_mut(before) {
            Some(node) => node.after = next,
            None => self.first = next,
        }
        match self.nodes.get_mut(after) {
            Some(node) => node.before = previous,
            None => self.last = previous,
        }
    }
}

/// Hashes are keys already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_one_unused_for_the_longest_time_makes_room() {
        let mut list = List::new(2, 0);
        list.keep("a", 0, 1);
        list.keep("b", 0, 2);
        assert_eq!(list.find("a", 0), Some(&1));
        list.keep("c", 0, 3);
        assert_eq!(list.find("b", 0), None);
        assert_eq!(list.find("a", 0), Some(&1));
        assert_eq!(list.nodes.len(), 2);
    }

    #[test]
    fn one_text_may_mean_several_things() {
        let mut list = List::new(9, 0);
        list.keep("a", 0, 1);
        list.keep("a", 7, 2);
        assert_eq!(list.find("a", 0), Some(&1));
        assert_eq!(list.find("a", 7), Some(&2));
        list.forget("a", 7);
        assert_eq!(list.find("a", 7), None);
        assert_eq!(list.find("a", 0), Some(&1));
    }

    #[test]
    fn nothing_is_kept_where_nothing_may_be() {
        let mut list = List::new(0, 0);
        list.keep("a", 0, 1);
        assert_eq!(list.find("a", 0), None);
    }

    proptest! {
        // The same as a list that is searched from the front.
        #[test]
        fn it_does_what_a_simple_list_does(
            most in 1..5_usize,
            steps in prop::collection::vec((0..3_u8, 0..7_u8), 0..60),
        ) {
            let mut list = List::new(most, 0);
            let mut simple = VecDeque::new();
            for (step, key) in steps {
                let text = key.to_string();
                let place = simple.iter().position(|it| *it == key);
                match step {
                    0 => {
                        let found = list.find(&text, 0).copied();
                        prop_assert_eq!(found, place.map(|_| key));
                        if let Some(place) = place {
                            simple.remove(place);
                            simple.push_front(key);
                        }
                    }
                    1 => {
                        list.keep(&text, 0, key);
                        place.map(|place| simple.remove(place));
                        simple.push_front(key);
                        simple.truncate(most);
                    }
                    _ => {
                        list.forget(&text, 0);
                        place.map(|place| simple.remove(place));
                    }
                }
                prop_assert_eq!(list.nodes.len(), simple.len());
            }
        }
    }
}
