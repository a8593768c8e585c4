//! What makes the text of a statement: all of it but the bound values.
//!
//! Two statements with equal words have the same text; only their values
//! differ. So a text that was written once serves all statements of its shape.

use std::hash::{Hash, Hasher};

use smallvec::SmallVec;

use crate::schema::{AssociationDef, ColumnDef, JoinTable, TableDef};
use crate::types::Param;

/// The values of a statement; most have few.
pub(crate) type Bound<'a> = SmallVec<[&'a Param; 8]>;

/// Takes the words and the values of one statement.
pub(crate) struct Fingerprint<'w, 'a> {
    words: &'w mut Vec<u64>,
    values: Bound<'a>,
    /// Whether descriptors are told by their names.
    by_name: bool,
}

/// A static descriptor of the schema.
pub(crate) trait Descriptor {
    /// What tells it from others of its kind, where it stands.
    fn identity(&self) -> impl Hash;
}

impl Descriptor for TableDef {
    fn identity(&self) -> impl Hash {
        self.name
    }
}

impl Descriptor for ColumnDef {
    fn identity(&self) -> impl Hash {
        self.name
    }
}

impl Descriptor for AssociationDef {
    fn identity(&self) -> impl Hash {
        self.name
    }
}

impl Descriptor for JoinTable {
    fn identity(&self) -> impl Hash {
        (self.name, self.owner_columns, self.target_columns)
    }
}

/// Something whose text depends on its words alone.
pub(crate) trait Shaped {
    /// Gives the words and the values, in any order that is always the same.
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>);
}

impl<'w, 'a> Fingerprint<'w, 'a> {
    /// The words of a statement go to `words`; its values are returned.
    pub(crate) fn take(statement: &'a impl Shaped, words: &'w mut Vec<u64>) -> Bound<'a> {
        words.clear();
        let mut fingerprint = Fingerprint {
            words,
            values: Bound::new(),
            by_name: false,
        };
        statement.shape(&mut fingerprint);
        fingerprint.values
    }

    /// The words and values of a part of a statement, to compare it with others:
    /// equal ones are written equal, wherever the program made them.
    pub(crate) fn of(part: &'a impl Shaped) -> (Vec<u64>, Bound<'a>) {
        let mut words = Vec::new();
        let mut fingerprint = Fingerprint {
            words: &mut words,
            values: Bound::new(),
            by_name: true,
        };
        part.shape(&mut fingerprint);
        let values = fingerprint.values;
        (words, values)
    }

    /// How many values there are so far.
    pub(super) fn mark(&self) -> usize {
        self.values.len()
    }

    /// Says which of the values since a mark are equal, where that decides the
    /// text: equal expressions are written equal.
    pub(super) fn equal_values(&mut self, since: usize) {
        // Such a text is not kept, and each is compared with those before it.
        if self.values.len() - since > crate::sql::LONGEST_KEPT {
            return;
        }
        for at in since..self.values.len() {
            let value = self.values[at];
            let first = self.values[since..].iter().position(|it| *it == value);
            // A value without a text form equals not even itself.
            self.word(first.unwrap_or(at - since) as u64);
        }
    }

    pub(super) fn word(&mut self, word: u64) {
        self.words.push(word);
    }

    /// A static descriptor stands for itself: it is never another. It may be in
    /// memory more than once, which costs a text that is kept twice.
    pub(crate) fn descriptor<T: Descriptor>(&mut self, descriptor: &'static T) {
        if self.by_name {
            descriptor.identity().hash(self);
        } else {
            self.word(std::ptr::from_ref(descriptor).addr() as u64);
        }
    }

    pub(super) fn value(&mut self, value: &'a Param) {
        self.values.push(value);
    }

    /// A plain value that belongs to the text.
    pub(super) fn plain(&mut self, value: impl Hash) {
        value.hash(self);
    }

    pub(crate) fn each(&mut self, items: &'a [impl Shaped]) {
        self.word(items.len() as u64);
        for item in items {
            item.shape(self);
        }
    }

    pub(super) fn maybe(&mut self, item: Option<&'a impl Shaped>) {
        self.word(item.is_some().into());
        if let Some(item) = item {
            item.shape(self);
        }
    }

    pub(crate) fn values(&mut self, values: &'a [Param]) {
        self.word(values.len() as u64);
        self.values.extend(values);
    }
}

/// Writes what `derive(Hash)` hands over into the words: nothing is mixed or lost.
impl Hasher for Fingerprint<'_, '_> {
    fn write(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, n: u8) {
        self.word(n.into());
    }

    fn write_u16(&mut self, n: u16) {
        self.word(n.into());
    }

    fn write_u32(&mut self, n: u32) {
        self.word(n.into());
    }

    fn write_u64(&mut self, n: u64) {
        self.word(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.word(n as u64);
    }

    fn write_isize(&mut self, n: isize) {
        self.word(n as u64);
    }

    fn finish(&self) -> u64 {
        self.words.len() as u64
    }
}
