//! Whose model an error of the server is about, of several in one statement.

use super::plan::{FIRST_SLOT, Level};
use super::statement::fills;
use crate::error::Error;

/// The error with the model it is about: the one whose part of the text the
/// server points at, else the statement's first.
#[cold]
pub(super) fn named(error: Error, first: &Level, text: &str) -> Error {
    let at = error.server().and_then(|server| server.position());
    let Some(part) = at.and_then(|at| part_at(text, at)) else {
        return error.in_table(first.table);
    };
    let Some(level) = find(first, part.level) else {
        return error.in_table(first.table);
    };
    // Columns that share a slot differ in type: either may be the one that changed.
    let is_shared = |slot| level.number != first.number && fills(first, slot);
    if part.slot.is_some_and(is_shared) {
        return error.of_unclear_model();
    }
    error.in_table(level.table)
}

fn find(level: &Level, number: usize) -> Option<&Level> {
    if level.number == number {
        return Some(level);
    }
    level.children.iter().find_map(|child| find(child, number))
}

/// A part of the statement: a level's table, or its branch of the result.
#[derive(Debug, PartialEq)]
struct Part {
    level: usize,
    /// The slot of the result, in a branch.
    slot: Option<u16>,
}

/// The part that a position lies in, counted in characters from 1.
fn part_at(text: &str, at: u32) -> Option<Part> {
    let at = usize::try_from(at).ok()?.checked_sub(1)?;
    let (end, _) = text.char_indices().nth(at)?;
    let before = &text[..end];
    let tables = before
        .match_indices("\"orm level ")
        .filter_map(|(at, mark)| {
            let (level, rest) = number(&text[at + mark.len()..])?;
            let opens = ["\" AS (", "\" AS MATERIALIZED ("];
            let is_opened = opens.iter().any(|open| rest.starts_with(open));
            is_opened.then_some((at, level))
        });
    let table = tables.last();
    let mut branches = before.rmatch_indices(" UNION ALL SELECT ");
    let branch = branches.find_map(|(at, mark)| {
        let (level, _) = number(&text[at + mark.len()..])?;
        Some((at, level))
    });
    match (table, branch) {
        (table, Some((at, level))) if table.is_none_or(|(before, _)| before < at) => {
            // The level's number is no slot of the result.
            let commas = before[at..].matches(", ").count();
            let slot = u16::try_from(commas).ok()?.checked_sub(1)? + FIRST_SLOT;
            Some(Part {
                level,
                slot: Some(slot),
            })
        }
        (Some((_, level)), _) => Some(Part { level, slot: None }),
        (None, _) => None,
    }
}

/// The number that a text begins with, and the rest.
fn number(text: &str) -> Option<(usize, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    Some((text[..end].parse().ok()?, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_leads_to_the_level_it_lies_in() {
        let text = "WITH \"orm level 0\" AS MATERIALIZED (SELECT \"id\" FROM \"users\"), \
                    \"orm level 1\" AS (SELECT \"total\" FROM \"orders\" WHERE \"user_id\" = ANY(ARRAY(SELECT \
                    \"id\" FROM \"orm level 0\"))) SELECT 0, \"id\", CAST(NULL AS int) FROM \"orm level 0\" \
                    UNION ALL SELECT 1, NULL, \"totals\" FROM \"orm level 1\"";
        let part = |word: &str| {
            let at = text.find(word).map(|at| text[..at].chars().count() + 1);
            part_at(text, u32::try_from(at?).ok()?)
        };
        let table = |level| Some(Part { level, slot: None });
        assert_eq!(part("\"users\""), table(0));
        assert_eq!(part("\"total\""), table(1));
        assert_eq!(part("\"user_id\""), table(1));
        let last = Part {
            level: 1,
            slot: Some(FIRST_SLOT + 1),
        };
        assert_eq!(part("\"totals\""), Some(last));
    }

    #[test]
    fn words_of_raw_text_are_not_taken_for_a_branch() {
        let text = "WITH \"orm level 0\" AS MATERIALIZED (SELECT \"id\" FROM \"users\" WHERE \"id\" IN \
                    (SELECT 1 UNION ALL SELECT 2)), \"orm level 1\" AS (SELECT \"total\" FROM \"orders\")";
        let at = text.find("\"total\"").map_or(0, |at| at + 1);
        let level = Part {
            level: 1,
            slot: None,
        };
        assert_eq!(part_at(text, at as u32), Some(level));
    }
}
