//! `orm migrate import FOLDER`

use std::fs;
use std::path::Path;

use serde_json::json;

use super::generate::{existing, failed, write};
use crate::context::Context;
use crate::failure::Failure;
use crate::import;

/// Writes the migrations of another tool as ours, all or none.
pub(super) fn run(context: &Context, folder: &Path, left: &[String]) -> Result<(), Failure> {
    if !context.migrations_are_files() {
        return Err(Failure::refused(
            "this program has its migrations inside: there is no folder to write into",
        ));
    }
    let target = &context.global.migrations_path;
    if is_same(folder, target) {
        return Err(Failure::refused(format!(
            "`{0}` is where ours are kept: call it otherwise first (`mv {0} {0}-before`), and \
             import from there",
            target.display()
        )));
    }
    let imported = import::read(folder, left)?;
    let there = existing(target)?;
    let stamp = |name: &str| name.split('-').next().map(str::to_owned);
    if let Some(taken) = imported
        .iter()
        .find(|it| there.iter().any(|other| stamp(other) == stamp(&it.name)))
    {
        return Err(Failure::refused(format!(
            "nothing was written: there is a migration of the moment of `{}` already",
            taken.name
        )));
    }
    let mut names = Vec::new();
    for migration in &imported {
        let path = target.join(&migration.name);
        fs::create_dir_all(&path).map_err(|error| failed(&path, error))?;
        write(&path.join("up.sql"), &migration.up)?;
        if let Some(down) = &migration.down {
            write(&path.join("down.sql"), down)?;
        }
        let (was, name) = (&migration.was, &migration.name);
        context.output.line(&format!("{was} is {name}"));
        names.push(json!({ "was": was, "name": name }));
    }
    if imported.is_empty() {
        context.output.line("There is no migration in it.");
    } else {
        context.output.line(
            "Read them; then `orm migrate adopt` takes over what was applied, in each database.",
        );
    }
    context.output.result(&json!({ "imported": names }));
    Ok(())
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}
