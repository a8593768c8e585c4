//! Which way a foreign key was broken.

use super::sqlstate::SqlState;
use super::{Error, ServerError, Violation};

/// Which way a foreign key was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The row that was written refers to a row that does not exist.
    RefersToNothing,
    /// The row that was deleted, or whose key was changed, is still referred to.
    IsReferredTo,
}

/// A foreign key that was broken: which way, and whose row it is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Broken {
    RefersToNothing,
    /// The table of the row that is still referred to, where it is named.
    IsReferredTo(Option<Box<str>>),
}

impl Broken {
    /// What the server says of a violated foreign key.
    ///
    /// It has no field for this: in both cases `table` is the one that refers.
    /// What differs, in every language the server speaks, is how many names
    /// the message quotes: the table that refers and the constraint, or the
    /// table referred to as well.
    pub(super) fn from_db(error: &ServerError) -> Option<Self> {
        let named = error.constraint().zip(error.table());
        let told = named.and_then(|(name, table)| Self::from_message(error.message(), name, table));
        match told {
            Some(Self::IsReferredTo(table)) => Some(Self::IsReferredTo(table)),
            _ if error.state() == SqlState::RESTRICT_VIOLATION => Some(Self::IsReferredTo(None)),
            told => told,
        }
    }

    fn from_message(message: &str, constraint: &str, table: &str) -> Option<Self> {
        let (rest, open) = without_quoted(message, constraint)?;
        let (rest, _) = without_quoted(&rest, table)?;
        let Some((_, name)) = rest.split_once(open) else {
            return Some(Self::RefersToNothing);
        };
        let end = name.rfind(CLOSING).unwrap_or(name.len());
        Some(Self::IsReferredTo(Some(name[..end].trim().into())))
    }

    pub(super) fn direction(&self) -> Direction {
        match self {
            Self::RefersToNothing => Direction::RefersToNothing,
            Self::IsReferredTo(_) => Direction::IsReferredTo,
        }
    }

    pub(super) fn into_referred(self) -> Option<Box<str>> {
        match self {
            Self::RefersToNothing => None,
            Self::IsReferredTo(table) => table,
        }
    }
}

/// What closes a name in a message.
const CLOSING: [char; 8] = ['"', '\'', '«', '»', '“', '”', '›', '」'];

/// The text without the first place where a name stands in quotes, and the
/// quote that opened it: `"name"`, `»name«`, or with spaces as in French.
fn without_quoted(text: &str, name: &str) -> Option<(String, char)> {
    text.match_indices(name).find_map(|(at, _)| {
        let before = text[..at].trim_end();
        let after = text[at + name.len()..].trim_start();
        let (open, close) = (before.chars().next_back()?, after.chars().next()?);
        let before = &before[..before.len() - open.len_utf8()];
        let after = &after[close.len_utf8()..];
        let quoted = "\"'«»„“”‹›「『".contains(open) && CLOSING.contains(&close);
        quoted.then(|| (format!("{before}{after}"), open))
    })
}

impl Error {
    /// A foreign key was violated because a row that was written refers to a
    /// row that does not exist: what was sent is wrong (HTTP 422).
    ///
    /// ```
    /// # use orm_core::Error;
    /// fn status(error: &Error) -> u16 {
    ///     if error.refers_to_nothing() {
    ///         422
    ///     } else if error.is_referred_to() || error.is_unique_violation() {
    ///         409
    ///     } else {
    ///         500
    ///     }
    /// }
    /// # assert_eq!(status(&Error::not_found("User", 1)), 500);
    /// ```
    pub fn refers_to_nothing(&self) -> bool {
        self.direction() == Some(Direction::RefersToNothing)
    }

    /// A foreign key was violated because other rows still refer to a row that
    /// was deleted or whose key was changed: something is in the way (HTTP 409).
    pub fn is_referred_to(&self) -> bool {
        self.direction() == Some(Direction::IsReferredTo)
    }

    fn direction(&self) -> Option<Direction> {
        self.violation().map(Violation::rule)?.direction()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // As PostgreSQL 15 has them in the languages it is translated to.
    #[test]
    fn the_direction_is_told_in_every_language() {
        let pairs = [
            (
                "insert or update on table \"orders\" violates foreign key constraint \"user_id\"",
                "update or delete on table \"users\" violates foreign key constraint \"user_id\" on table \"orders\"",
            ),
            (
                "Einfügen oder Aktualisieren in Tabelle »orders« verletzt Fremdschlüssel-Constraint »user_id«",
                "Aktualisieren oder Löschen in Tabelle »users« verletzt Fremdschlüssel-Constraint »user_id« von Tabelle »orders«",
            ),
            (
                "une instruction insert ou update sur la table « orders » viole la contrainte de clé\nétrangère « user_id »",
                "UPDATE ou DELETE sur la table « users » viole la contrainte de clé étrangère « user_id » de la table « orders »",
            ),
            (
                "la INSERT o l'UPDATE sulla tabella \"orders\" viola il vincolo di chiave esterna \"user_id\"",
                "l'istruzione UPDATE o DELETE sulla tabella \"users\" viola il vincolo di chiave esterna \"user_id\" sulla tabella \"orders\"",
            ),
            (
                "テーブル\"orders\"への挿入、更新は外部キー制約\"user_id\"に違反しています",
                "テーブル\"users\"の更新または削除は、テーブル\"orders\"の外部キー制約\"user_id\"に違反します",
            ),
            (
                "inserción o actualización en la tabla «orders» viola la llave foránea «user_id»",
                "update o delete en «users» viola la llave foránea «user_id» en la tabla «orders»",
            ),
        ];
        for (nothing, referred) in pairs {
            let told = |text| Broken::from_message(text, "user_id", "orders");
            assert_eq!(told(nothing), Some(Broken::RefersToNothing), "{nothing}");
            let users = Broken::IsReferredTo(Some("users".into()));
            assert_eq!(told(referred), Some(users), "{referred}");
        }
    }

    #[test]
    fn a_table_that_refers_to_itself_and_odd_names_are_told_too() {
        let told = |text, constraint, table| Broken::from_message(text, constraint, table);
        let text =
            "update or delete on table \"a\" violates foreign key constraint \"a\" on table \"a\"";
        let a = Broken::IsReferredTo(Some("a".into()));
        assert_eq!(told(text, "a", "a"), Some(a));
        let text = "insert or update on table \"a\" violates foreign key constraint \"a\"";
        assert_eq!(told(text, "a", "a"), Some(Broken::RefersToNothing));
        let text = "insert or update on table \"o\"r\" violates foreign key constraint \"o\"r_x\"";
        assert_eq!(told(text, "o\"r_x", "o\"r"), Some(Broken::RefersToNothing));
        assert_eq!(told("no", "a", "b"), None);
    }
}
