//! Whether something that is dropped and added is one thing with a new name.

use std::io::{self, BufRead, IsTerminal, Write};

use orm_core::diff::{Options, PossibleRename};

use crate::context::Context;
use crate::failure::Failure;

/// Asks about each possible rename, where there is somebody to ask; answers
/// with the options that say so, or `None` if nothing was renamed.
///
/// # Errors
///
/// Fails if the terminal cannot be read.
pub(super) fn renames(
    context: &Context,
    possible: &[PossibleRename],
    options: Options,
) -> Result<Option<Options>, Failure> {
    let terminals = io::stdin().is_terminal() && io::stderr().is_terminal();
    if !terminals || context.global.json {
        return Ok(None);
    }
    let mut input = io::stdin().lock();
    let mut output = io::stderr().lock();
    dialogue(possible, options, &mut input, &mut output)
        .map_err(|error| Failure::Io("ask".into(), error))
}

/// A thing that has got its name is not asked about again.
fn dialogue(
    possible: &[PossibleRename],
    options: Options,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Option<Options>> {
    let mut said: Vec<&PossibleRename> = Vec::new();
    for rename in possible {
        if said.iter().any(|it| shares_a_side(it, rename)) {
            continue;
        }
        write!(output, "Is it a rename of the {rename}? [y/N] ")?;
        output.flush()?;
        let mut answer = String::new();
        input.read_line(&mut answer)?;
        if matches!(answer.trim().to_lowercase().as_str(), "y" | "yes") {
            said.push(rename);
        }
    }
    let nothing = said.is_empty();
    let options = said
        .into_iter()
        .fold(options, |options, rename| match rename {
            PossibleRename::Table { from, to } => options.rename_table(from, to),
            PossibleRename::Column { table, from, to } => options.rename_column(table, from, to),
            _ => options,
        });
    Ok((!nothing).then_some(options))
}

fn shares_a_side(one: &PossibleRename, other: &PossibleRename) -> bool {
    match (one, other) {
        (
            PossibleRename::Table { from, to },
            PossibleRename::Table {
                from: other_from,
                to: other_to,
            },
        ) => from == other_from || to == other_to,
        (
            PossibleRename::Column { table, from, to },
            PossibleRename::Column {
                table: other_table,
                from: other_from,
                to: other_to,
            },
        ) => table == other_table && (from == other_from || to == other_to),
        _ => false,
    }
}

/// How to say that it is a rename, for where nobody can be asked.
pub(super) fn hint(rename: &PossibleRename) -> String {
    let (from, option) = match rename {
        PossibleRename::Table { from, to } => (from, format!("--rename-table {from}={to}")),
        PossibleRename::Column { table, from, to } => {
            (from, format!("--rename-column {table}.{from}={to}"))
        }
        _ => return String::new(),
    };
    format!(
        "If this is a rename of the {rename}, say `renamed_from = \"{from}\"` in the model, or \
         `{option}`."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(from: &str, to: &str) -> PossibleRename {
        PossibleRename::Column {
            table: "orders".into(),
            from: from.into(),
            to: to.into(),
        }
    }

    /// What was asked, and what the options say after these answers.
    fn answered(possible: &[PossibleRename], answers: &str) -> (String, Option<String>) {
        let mut asked = Vec::new();
        let options = dialogue(
            possible,
            Options::new(),
            &mut answers.as_bytes(),
            &mut asked,
        );
        let options = options.expect("a text can be read");
        let asked = String::from_utf8(asked).expect("questions are text");
        (asked, options.map(|it| format!("{it:?}")))
    }

    #[test]
    fn only_a_yes_is_a_rename() {
        let possible = [column("cost", "price"), column("note", "remark")];
        let (asked, options) = answered(&possible, "\nYes\n");
        assert_eq!(
            asked,
            "Is it a rename of the column `orders.cost` to `price`? [y/N] \
             Is it a rename of the column `orders.note` to `remark`? [y/N] "
        );
        let options = options.expect("something was renamed");
        assert!(
            options.contains("remark") && !options.contains("price"),
            "{options}"
        );
    }

    #[test]
    fn what_has_its_name_is_not_asked_about_again() {
        let possible = [
            column("cost", "price"),
            column("cost", "total"),
            column("sum", "price"),
        ];
        let (asked, _) = answered(&possible, "y\n");
        assert_eq!(asked.matches('?').count(), 1, "{asked}");
    }

    // Who is gone does not agree.
    #[test]
    fn no_answer_is_no() {
        let (_, options) = answered(&[column("cost", "price")], "");
        assert_eq!(options, None);
    }

    #[test]
    fn the_hint_names_both_ways_to_say_it() {
        assert_eq!(
            hint(&column("cost", "price")),
            "If this is a rename of the column `orders.cost` to `price`, say \
             `renamed_from = \"cost\"` in the model, or `--rename-column orders.cost=price`."
        );
    }
}
