//! The parts of a table that a database may be unable to hold.

use crate::schema::TableDef;

/// A part of a table that a database may be unable to hold; with the position of
/// its column, constraint, index or association.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What its rows are.
    Kind,
    /// The schema.
    Schema,
    /// The table's name.
    Name,
    /// Writes that are not logged.
    Unlogged,
    /// The storage parameters.
    Parameters,
    /// How the rows are spread over partitions.
    Partition,
    /// A column's name.
    ColumnName(u16),
    /// A column's type.
    ColumnType(u16),
    /// The collation of a column.
    Collation(u16),
    /// Numbers that the database gives.
    Numbering(u16),
    /// How the numbers of a column follow each other.
    Sequence(u16),
    /// The expression of a generated column.
    Generated(u16),
    /// A default in SQL.
    Default(u16),
    /// Two NULLs that count as equal.
    Nulls(u16),
    /// A unique constraint that is checked late.
    Deferred(u16),
    /// An exclusion constraint.
    Exclusion(u16),
    /// The condition of a check.
    Check(u16),
    /// The name of an index.
    IndexName(u16),
    /// The method of an index.
    IndexMethod(u16),
    /// The expressions, the order and the operator classes of an index.
    IndexParts(u16),
    /// The columns that an index has beside.
    IndexInclude(u16),
    /// The condition of a partial index.
    IndexFilter(u16),
    /// The storage parameters of an index.
    IndexParameters(u16),
    /// When a key is checked, and what follows it.
    Association(u16),
}

impl Part {
    /// Whether it is a name, or where the table is.
    pub(crate) const fn is_name(self) -> bool {
        matches!(
            self,
            Part::Schema | Part::Name | Part::ColumnName(_) | Part::IndexName(_)
        )
    }
}

/// The parts of a table, one after the other.
pub(super) const fn part(table: &'static TableDef, mut nth: usize) -> Option<Part> {
    match nth {
        0 => return Some(Part::Kind),
        1 => return Some(Part::Schema),
        2 => return Some(Part::Name),
        3 => return Some(Part::Unlogged),
        4 => return Some(Part::Parameters),
        5 => return Some(Part::Partition),
        _ => nth -= 6,
    }
    // A table has fewer parts of a kind than positions have numbers.
    if nth < table.columns.len() * 7 {
        let at = (nth / 7) as u16;
        return Some(match nth % 7 {
            0 => Part::ColumnName(at),
            1 => Part::ColumnType(at),
            2 => Part::Numbering(at),
            3 => Part::Sequence(at),
            4 => Part::Generated(at),
            5 => Part::Collation(at),
            _ => Part::Default(at),
        });
    }
    nth -= table.columns.len() * 7;
    if nth < table.uniques.len() * 2 {
        let at = (nth / 2) as u16;
        return Some(match nth % 2 {
            0 => Part::Nulls(at),
            _ => Part::Deferred(at),
        });
    }
    nth -= table.uniques.len() * 2;
    if nth < table.exclusions.len() {
        return Some(Part::Exclusion(nth as u16));
    }
    nth -= table.exclusions.len();
    if nth < table.checks.len() {
        return Some(Part::Check(nth as u16));
    }
    nth -= table.checks.len();
    if nth < table.indexes.len() * 6 {
        let at = (nth / 6) as u16;
        return Some(match nth % 6 {
            0 => Part::IndexName(at),
            1 => Part::IndexMethod(at),
            2 => Part::IndexParts(at),
            3 => Part::IndexInclude(at),
            4 => Part::IndexParameters(at),
            _ => Part::IndexFilter(at),
        });
    }
    nth -= table.indexes.len() * 6;
    if nth < table.associations.len() {
        return Some(Part::Association(nth as u16));
    }
    None
}
