//! `orm init`

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::context::Context;
use crate::failure::Failure;

/// Makes the folders. What is there is left as it is.
pub(super) fn run(context: &Context) -> Result<(), Failure> {
    let global = &context.global;
    let mut created = Vec::new();
    for (what, folder) in [
        ("migrations", &global.migrations_path),
        ("seeders", &global.seeders_path),
    ] {
        let shown = folder.display();
        if folder.is_dir() {
            context
                .output
                .line(&format!("{what} folder at \"{shown}\" already exists."));
        } else {
            make(folder)?;
            created.push(folder);
            context.output.line(&format!(
                "Successfully created {what} folder at \"{shown}\"."
            ));
        }
    }
    context.output.result(&json!({ "created": created }));
    Ok(())
}

fn make(folder: &Path) -> Result<(), Failure> {
    // git keeps no empty folder.
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(folder.join(".gitkeep"), ""))
        .map_err(|error| Failure::Io(format!("make `{}`", folder.display()), error))
}
