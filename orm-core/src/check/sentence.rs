//! Sentences made while a user's program is compiled: what generated code says
//! about two models, out of what both of them declare.

use crate::schema::ColumnDef;

/// The most bytes of a sentence.
const LIMIT: usize = 1024;

/// Text that a constant is made of.
#[derive(Debug, Clone, Copy)]
pub struct Sentence {
    bytes: [u8; LIMIT],
    len: usize,
}

impl Sentence {
    /// The beginning.
    pub(super) const fn new(text: &str) -> Self {
        Sentence {
            bytes: [0; LIMIT],
            len: 0,
        }
        .text(text)
    }

    /// Adds text; what has no room is left out.
    pub(super) const fn text(mut self, text: &str) -> Self {
        let text = text.as_bytes();
        if text.len() > LIMIT - self.len {
            return self;
        }
        let mut at = 0;
        while at < text.len() {
            self.bytes[self.len] = text[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    /// `` `User` ``
    pub(super) const fn name(self, name: &str) -> Self {
        self.text("`").text(name).text("`")
    }

    /// `` `User.orders` ``
    pub(super) const fn member(self, model: &str, name: &str) -> Self {
        self.text("`").text(model).text(".").text(name).text("`")
    }

    /// `` `hotel`, `number` ``
    pub(super) const fn names(mut self, names: &[&str]) -> Self {
        let mut at = 0;
        while at < names.len() {
            if at > 0 {
                self = self.text(", ");
            }
            self = self.name(names[at]);
            at += 1;
        }
        self
    }

    /// The same of a model's fields.
    pub(super) const fn fields(mut self, columns: &[ColumnDef], positions: &[u16]) -> Self {
        let mut at = 0;
        while at < positions.len() {
            if at > 0 {
                self = self.text(", ");
            }
            self = self.name(columns[positions[at] as usize].field);
            at += 1;
        }
        self
    }

    /// `foreign_key = "user_id"`, or `("hotel", "number")`, as an attribute takes it.
    pub(super) const fn option(self, option: &str, names: &[&str]) -> Self {
        let mut list = self.text(option).text(" = ").opened(names.len());
        let mut at = 0;
        while at < names.len() {
            list = list.item(at, names[at]);
            at += 1;
        }
        list.closed(names.len())
    }

    /// The same of a model's fields.
    pub(super) const fn field_option(
        self,
        option: &str,
        columns: &[ColumnDef],
        positions: &[u16],
    ) -> Self {
        let mut list = self.text(option).text(" = ").opened(positions.len());
        let mut at = 0;
        while at < positions.len() {
            list = list.item(at, columns[positions[at] as usize].field);
            at += 1;
        }
        list.closed(positions.len())
    }

    const fn opened(self, count: usize) -> Self {
        if count == 1 { self } else { self.text("(") }
    }

    const fn item(self, at: usize, name: &str) -> Self {
        let list = if at > 0 { self.text(", ") } else { self };
        list.text("\"").text(name).text("\"")
    }

    const fn closed(self, count: usize) -> Self {
        if count == 1 { self } else { self.text(")") }
    }

    /// The whole of it.
    pub const fn as_str(&self) -> &str {
        let (text, _) = self.bytes.split_at(self.len);
        match std::str::from_utf8(text) {
            Ok(text) => text,
            Err(_) => "",
        }
    }
}
