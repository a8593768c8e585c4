//! Asking before something is destroyed.

use std::io::{self, BufRead, IsTerminal, Write};

use crate::arguments::Confirmation;
use crate::context::Context;
use crate::failure::Failure;

/// Goes on only if whoever started this means it, and means this database.
///
/// # Errors
///
/// Fails unless the database's name was confirmed.
pub(crate) fn confirm(
    context: &Context,
    confirmation: &Confirmation,
    deed: &str,
) -> Result<(), Failure> {
    let name = context.database()?;
    match &confirmation.database {
        Some(meant) if *meant != name => Err(Failure::refused(format!(
            "nothing was done: the database is `{name}`, and `--database` says `{meant}`"
        ))),
        Some(_) if confirmation.yes => Ok(()),
        _ if io::stdin().is_terminal() && !context.global.json => ask(&name, deed),
        _ => Err(Failure::refused(format!(
            "nothing was done: this {deed} `{name}`; to confirm it, add `--yes --database \
             {name}`"
        ))),
    }
}

fn ask(name: &str, deed: &str) -> Result<(), Failure> {
    let failed = |error| Failure::Io("ask".into(), error);
    let mut out = io::stderr().lock();
    write!(
        out,
        "This {deed} `{name}`. Type the name of the database to go on: "
    )
    .and_then(|()| out.flush())
    .map_err(failed)?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer).map_err(failed)?;
    if answer.trim() == name {
        return Ok(());
    }
    Err(Failure::refused(
        "nothing was done: that is not the name of the database",
    ))
}
