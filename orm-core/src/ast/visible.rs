//! Which rows of a table a statement sees at all, before it asks for any.
//!
//! Wherever a statement names a table whose rows it reads, changes or removes, it
//! holds a [`Visible`]: that of its model, or one that something was lifted from
//! at that place. It has no default and is made here alone, so a new kind of
//! statement does not compile until it says which rows it sees.

use std::cell::RefCell;

use super::Expr;
use super::fingerprint::{Fingerprint, Shaped};
use crate::schema::{JoinTable, TableDef};

/// Which rows of a table are there for a statement.
#[derive(Debug, Clone)]
pub struct Visible {
    marked: Marked,
    scopes: Box<[Scoped]>,
}

/// What becomes of rows that are marked as deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marked {
    /// They are left out.
    Hidden,
    /// They are there with the others.
    Shown,
    /// They alone are there.
    Only,
}

/// A default scope that holds, or a test without a name.
#[derive(Debug, Clone)]
struct Scoped {
    name: &'static str,
    test: Expr,
}

impl Visible {
    /// The rows that the model shows: not marked as deleted, and within its default
    /// scopes.
    pub fn of(table: &'static TableDef) -> Self {
        Visible {
            marked: Marked::Hidden,
            scopes: scopes(table),
        }
    }

    /// The same of the rows of a join table.
    pub fn of_join(join: &JoinTable) -> Self {
        join.table.map_or(Self::every(), |table| Self::of(table()))
    }

    /// Every row there is.
    pub fn every() -> Self {
        Visible {
            marked: Marked::Shown,
            scopes: Box::default(),
        }
    }

    /// The same rows, marked ones as said.
    #[must_use]
    pub fn with(mut self, marked: Marked) -> Self {
        self.lift(marked);
        self
    }

    /// Says what becomes of marked rows.
    pub fn lift(&mut self, marked: Marked) {
        self.marked = marked;
    }

    /// Lifts a default scope.
    pub fn lift_scope(&mut self, name: &str) {
        let scopes = std::mem::take(&mut self.scopes).into_iter();
        self.scopes = scopes.filter(|scope| scope.name != name).collect();
    }

    /// Of these rows, those that pass a test: what a program asks of join rows.
    pub fn narrow(&mut self, test: Expr) {
        let scopes = std::mem::take(&mut self.scopes).into_iter();
        let asked = Scoped { name: "", test };
        self.scopes = scopes.chain([asked]).collect();
    }

    /// What becomes of marked rows.
    pub(crate) fn marked(&self) -> Marked {
        self.marked
    }

    /// What the default scopes ask, and what a program asks of join rows.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &Expr> {
        self.scopes.iter().map(|scope| &scope.test)
    }
}

/// One word where a model hides nothing.
impl Shaped for Visible {
    fn shape<'a>(&'a self, to: &mut Fingerprint<'_, 'a>) {
        let Visible { marked, scopes } = self;
        to.word((*marked as u64) | ((scopes.len() as u64) << 2));
        for Scoped { name: _, test } in scopes {
            test.shape(to);
        }
    }
}

/// The default scopes of a model, asked now.
///
/// A scope that leads to itself has no end; what stands for it is refused.
fn scopes(table: &'static TableDef) -> Box<[Scoped]> {
    thread_local!(static ASKED: RefCell<Vec<*const TableDef>> = const { RefCell::new(Vec::new()) });
    struct Answered;
    impl Drop for Answered {
        fn drop(&mut self) {
            ASKED.with_borrow_mut(Vec::pop);
        }
    }
    if table.scopes.is_empty() {
        return Box::default();
    }
    let circular = ASKED.with_borrow_mut(|asked| {
        let circular = asked.contains(&std::ptr::from_ref(table));
        asked.push(table);
        circular
    });
    let _answered = Answered;
    let scopes = table.scopes.iter();
    let test = |scope: &crate::schema::ScopeDef| match circular {
        true => Expr::TooDeep,
        false => (scope.test)(),
    };
    let scopes = scopes.map(|scope| Scoped {
        name: scope.name,
        test: test(scope),
    });
    scopes.collect()
}
