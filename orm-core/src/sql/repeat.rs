//! Expressions that stand in several clauses of one query.
//!
//! The server takes `coalesce("kind", $1)` in SELECT for what the rows are
//! grouped by only if GROUP BY says the same, placeholder and aliases included.
//! So what was written once is copied wherever it stands again.

use std::ops::Range;

use super::Writer;
use super::writer::Alias;
use crate::ast::{Bound, Expr, Fingerprint, Item, Output, Select};

/// The expressions of one query that the server must know again.
#[derive(Default)]
pub(super) struct Repeats<'a> {
    /// The query's own table: inside an association a column is another one.
    scope: Option<Alias>,
    known: Vec<Known<'a>>,
}

struct Known<'a> {
    expr: &'a Expr,
    words: Vec<u64>,
    values: Bound<'a>,
    /// Where its text is, once it was written.
    text: Option<Range<usize>>,
}

impl<'a> Repeats<'a> {
    pub(super) fn of(select: &'a Select, scope: Option<Alias>) -> Self {
        let mut repeats = Repeats {
            scope,
            known: Vec::new(),
        };
        if !select.repeats_expressions() {
            return repeats;
        }
        select.group_by.iter().for_each(|expr| repeats.learn(expr));
        if select.distinct {
            outputs(&select.output).for_each(|expr| repeats.learn(expr));
        }
        repeats
    }

    /// A column is written alike wherever it stands.
    fn learn(&mut self, expr: &'a Expr) {
        if matches!(expr, Expr::Column(_)) || self.find(expr).is_some() {
            return;
        }
        let (words, values) = Fingerprint::of(expr);
        self.known.push(Known {
            expr,
            words,
            values,
            text: None,
        });
    }

    fn find(&self, expr: &Expr) -> Option<usize> {
        let kind = std::mem::discriminant(expr);
        let mut alike = self.known.iter().enumerate();
        alike.find_map(|(at, known)| {
            if kind != std::mem::discriminant(known.expr) {
                return None;
            }
            let (words, values) = Fingerprint::of(expr);
            (words == known.words && values == known.values).then_some(at)
        })
    }
}

fn outputs(output: &Output) -> Box<dyn Iterator<Item = &Expr> + '_> {
    match output {
        Output::Exprs(exprs) => Box::new(exprs.iter()),
        Output::Items(items) => Box::new(items.iter().filter_map(|item| match item {
            Item::Value { expr, .. } => Some(expr),
            Item::Column(_) => None,
        })),
        Output::Model | Output::Count(_) | Output::Exists(_) => Box::new(std::iter::empty()),
    }
}

impl<'a> Writer<'a> {
    /// Writes what the server compares with no other clause. Which of its values are
    /// equal is no part of the query's fingerprint, so it must not make its text.
    pub(super) fn without_repeats(&mut self, write: impl FnOnce(&mut Self)) {
        let repeats = std::mem::take(&mut self.repeats);
        write(self);
        self.repeats = repeats;
    }

    pub(crate) fn expr(&mut self, expr: &'a Expr) {
        if self.repeats.known.is_empty() || self.repeats.scope != self.current_alias() {
            return self.first_expr(expr);
        }
        let Some(at) = self.repeats.find(expr) else {
            return self.first_expr(expr);
        };
        match self.repeats.known[at].text.clone() {
            Some(text) => self.text.extend_from_within(text),
            None => {
                let start = self.text.len();
                self.first_expr(expr);
                self.repeats.known[at].text = Some(start..self.text.len());
            }
        }
    }
}
