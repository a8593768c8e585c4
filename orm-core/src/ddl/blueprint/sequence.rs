//! Sequences: of a column, or standing alone for several.

use std::collections::BTreeMap;

use super::{Column, Name, Table};
use crate::ddl::literal;
use crate::ddl::token;
use crate::schema::SequenceOptions;

/// The sequence that numbers a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence {
    /// The name of one that stands alone; `None` is the column's own.
    pub shared: Option<Name>,
    /// How its numbers follow each other.
    pub options: SequenceOptions,
}

impl Sequence {
    /// The default of a column that asks a sequence which stands alone.
    pub(crate) fn asked(name: &Name) -> String {
        let mut out = String::from("nextval(");
        literal::write(&mut out, &name.quoted());
        out.push_str("::regclass)");
        out
    }
}

impl Column {
    /// The sequence that stands alone and whose next number is the default, where that is
    /// nothing else.
    pub fn asks(&self) -> Option<&Name> {
        let name = self.sequence.as_ref()?.shared.as_ref();
        name.filter(|_| self.asked().is_some())
    }

    /// The sequence whose next number is the default, its own too, as the server writes it.
    pub(crate) fn asked(&self) -> Option<String> {
        let text = self.default.as_deref()?.strip_prefix("nextval('")?;
        Some(text.strip_suffix("'::regclass)")?.replace("''", "'"))
    }

    /// Whether the defaults of both ask one sequence, which may be the own one of a column;
    /// `None` where that is not known.
    pub(crate) fn asks_as(&self, other: &Column) -> Option<bool> {
        if let (Some(one), Some(another)) = (self.asks(), other.asks()) {
            return Some(one == another);
        }
        // Quotes stand where they are needed, or everywhere.
        token::same(&self.asked()?, &other.asked()?).then_some(true)
    }
}

/// Each column's word on a sequence that stands alone.
pub(crate) fn said<'t>(
    tables: impl IntoIterator<Item = &'t Table>,
) -> impl Iterator<Item = (&'t Name, SequenceOptions)> {
    let columns = tables.into_iter().flat_map(|it| &it.columns);
    columns.filter_map(|column| {
        let sequence = column.sequence.as_ref()?;
        Some((sequence.shared.as_ref()?, sequence.options))
    })
}

/// The sequences that stand alone, each with what all columns together say of it. Where
/// they say different things the first is taken, and it is a flaw of the models.
pub(crate) fn standing_alone<'t>(
    tables: impl IntoIterator<Item = &'t Table>,
) -> BTreeMap<&'t Name, SequenceOptions> {
    let mut all: BTreeMap<_, SequenceOptions> = BTreeMap::new();
    for (name, options) in said(tables) {
        let known = all.entry(name).or_default();
        *known = known.or(options);
    }
    all
}
