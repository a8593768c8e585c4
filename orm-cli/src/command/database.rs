//! `orm db ..`

use std::collections::BTreeSet;

use orm_core::ddl::Blueprint;
use orm_core::ddl::blueprint::Name;
use orm_core::diff::unmanaged;
use orm_core::exec::Db;
use orm_core::migrate::{create_database, drop_database};
use serde_json::json;

use super::seed;
use crate::arguments::{Database, Pull, Seed};
use crate::confirm::confirm;
use crate::context::Context;
use crate::failure::Failure;
use crate::pull::{Left, Written, models, qualified_table_of, tables_in};

/// The server's code for a database that is there already.
const DUPLICATE_DATABASE: &str = "42P04";

/// The exit code of `pull` where files wait for somebody to put two changes together.
const CONFLICTS: u8 = 3;

pub(super) async fn run(context: &Context, action: Database) -> Result<(), Failure> {
    let config = context.config()?;
    let name = context.database()?;
    match action {
        Database::Create { if_missing } => match create_database(&config).await {
            Ok(()) => context.output.line(&format!("Database {name} created.")),
            Err(error) if if_missing && error.sqlstate() == Some(DUPLICATE_DATABASE) => {
                context
                    .output
                    .line(&format!("Database {name} already exists."));
            }
            Err(error) => return Err(error.into()),
        },
        Database::Drop {
            force,
            confirmation,
        } => {
            confirm(context, &confirmation, "drops everything in")?;
            drop_database(&config, force).await?;
            context.output.line(&format!("Database {name} dropped."));
        }
        Database::Seed { dry_run } => return seed::run(context, Seed::Run { dry_run }).await,
        Database::Pull(args) => return pull(context, &args).await,
        Database::Url => context.output.line(&config.to_string()),
    }
    context
        .output
        .result(&json!({ "database": name, "target": config.to_string() }));
    Ok(())
}

/// Models for the tables of the database, written into a folder or printed.
async fn pull(context: &Context, args: &Pull) -> Result<(), Failure> {
    let config = context.config()?;
    let mut blueprint = super::blueprint_with(&config, &args.schema, &asked(args)).await?;
    let wanted = chosen(&mut blueprint, args)?;
    let partitions = match args.table.is_empty() {
        true => Vec::new(),
        false => partitions(&blueprint, &super::blueprint(&config, &args.schema).await?),
    };
    let db = Db::connect(config).await?;
    let unmanaged = unmanaged(&db).await;
    db.close().await;
    let mut pulled = models(&blueprint).map_err(|error| Failure::refused(error.to_string()))?;
    // Of what is in the folder and was left out the others know, and nothing is written.
    pulled
        .files
        .retain(|it| match qualified_table_of(&it.code) {
            Some(table) => wanted.contains(&table),
            None => true,
        });
    let names: Vec<&str> = pulled.files.iter().map(|file| file.name.as_str()).collect();
    let mut written = Written::default();
    match &args.folder {
        Some(folder) if !args.stdout => {
            written = pulled
                .write_to(folder)
                .map_err(|error| Failure::refused(error.to_string()))?;
            if !args.table.is_empty() {
                // Few were asked for: the rest is where it should be.
                written.left.retain(|it| !matches!(it, Left::NotPulled(_)));
            }
            context.output.line(&format!(
                "{} files were written to {}.",
                written.files.len(),
                folder.display()
            ));
        }
        _ => {
            for file in &pulled.files {
                context
                    .output
                    .line(&format!("// {}\n{}", file.name, file.code));
            }
        }
    }
    for left in &written.left {
        context.output.line(&format!("{left}"));
    }
    let notices = pulled.notices.iter();
    let notices = notices.map(|it| (it.matter.kind().to_owned(), it.to_string()));
    let unmanaged = unmanaged?;
    let others = unmanaged.iter().map(|it| match attribute_of(&it.kind) {
        Some(attribute) => (
            format!("{}: no model is written of it", it.kind),
            format!(
                "no model is written of the {it}: one with `#[model({attribute})]` reads it, by a primary key of your choice"
            ),
        ),
        None => (
            format!("{}: models do not speak of it", it.kind),
            format!("models do not speak of the {it}"),
        ),
    });
    let partitions = partitions.iter().map(|name| {
        (
            "partitions: models do not say that they are".to_owned(),
            format!(
                "`{}` is a partition, which its model does not say",
                name.escape_debug()
            ),
        )
    });
    let told: Vec<(String, String)> = notices.chain(partitions).chain(others).collect();
    for line in summary(&told, args.verbose) {
        // What is printed is code.
        if args.stdout {
            context.output.aside(&line);
        } else {
            context.output.line(&line);
        }
    }
    if !pulled.crates.is_empty() {
        let crates: Vec<&str> = pulled.crates.iter().copied().collect();
        context.output.aside(&format!(
            "The models use these crates beside `orm`: cargo add {}{}",
            crates.join(" "),
            features(&crates)
        ));
    }
    let told: Vec<&String> = told.iter().map(|(_, line)| line).collect();
    let mut result = json!({
        "folder": args.folder,
        "files": names,
        "written": written.files,
        "left": written.left.iter().map(left).collect::<Vec<_>>(),
        "notices": told,
        "crates": pulled.crates,
    });
    if args.stdout {
        let code = pulled
            .files
            .iter()
            .map(|it| json!({ "name": it.name, "code": it.code }));
        result["files"] = code.collect();
    }
    context.output.result(&result);
    match written.left.iter().filter(|it| it.is_conflict()).count() {
        0 => Ok(()),
        count => Err(Failure::Unwell(
            CONFLICTS,
            format!("{count} files were left as they are: take over what you need of them"),
        )),
    }
}

/// The feature of `orm` that columns of these crates' types need, beside the usual ones.
fn features(crates: &[&str]) -> &'static str {
    match crates.contains(&"uuid") {
        true => ", and of `orm` a feature: cargo add typed-orm --features uuid",
        false => "",
    }
}

/// A file that was left, for machines.
fn left(left: &Left) -> serde_json::Value {
    json!({
        "file": left.file(),
        "reason": left.reason(),
        "conflict": left.is_conflict(),
        "message": left.to_string(),
    })
}

/// The tables that are asked for by name, and may be partitions.
fn asked(args: &Pull) -> Vec<Name> {
    let names = args.table.iter().map(|it| match it.split_once('.') {
        Some((schema, name)) => Name::new(Some(schema), name),
        None => Name::new(None, it),
    });
    names.collect()
}

/// The tables that are there because they were asked for.
fn partitions(chosen: &Blueprint, usual: &Blueprint) -> Vec<String> {
    let is_usual = |name: &Name| usual.tables.iter().any(|it| it.name == *name);
    let tables = chosen.tables.iter().map(|it| &it.name);
    tables
        .filter(|it| !is_usual(it))
        .map(Name::to_string)
        .collect()
}

/// Leaves out the tables that are not asked for, but for those that the folder has models of:
/// others refer to these. Answers with those that are asked for.
fn chosen(blueprint: &mut Blueprint, args: &Pull) -> Result<BTreeSet<String>, Failure> {
    let names: Vec<String> = blueprint
        .tables
        .iter()
        .map(|it| it.name.to_string())
        .collect();
    if let Some(unknown) = args
        .table
        .iter()
        .chain(&args.exclude)
        .find(|it| !names.contains(it))
    {
        return Err(Failure::refused(format!(
            "there is no table `{unknown}`: it is called as in `{}`",
            names.first().map_or("schema.table", String::as_str)
        )));
    }
    let asked = |name: &String| {
        (args.table.is_empty() || args.table.contains(name)) && !args.exclude.contains(name)
    };
    let known = match &args.folder {
        Some(folder) if !args.stdout => tables_in(folder),
        _ => BTreeSet::new(),
    };
    blueprint.tables.retain(|it| {
        let name = it.name.to_string();
        asked(&name) || known.contains(&name)
    });
    Ok(names.into_iter().filter(asked).collect())
}

/// One line for each kind of thing with how many there are, or all of them.
fn summary(told: &[(String, String)], verbose: bool) -> Vec<String> {
    if verbose {
        return told.iter().map(|(_, line)| line.clone()).collect();
    }
    let mut kinds: Vec<(&String, Vec<&String>)> = Vec::new();
    for (kind, line) in told {
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, lines)) => lines.push(line),
            None => kinds.push((kind, vec![line])),
        }
    }
    let many = kinds.iter().any(|(_, lines)| lines.len() > 1);
    let mut out: Vec<String> = kinds
        .iter()
        .map(|(kind, lines)| match lines.as_slice() {
            [one] => (*one).clone(),
            all => format!("{} x {kind} (as {})", all.len(), all[0]),
        })
        .collect();
    if many {
        out.push("`--verbose` tells each of them.".to_owned());
    }
    out
}

/// What a model over it says, where there can be one that nothing tells the key of.
fn attribute_of(kind: &str) -> Option<&'static str> {
    match kind {
        "view" => Some("view"),
        "materialized view" => Some("materialized_view"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_of_a_kind_are_counted() {
        let pair = |kind: &str, line: &str| (kind.to_owned(), line.to_owned());
        let told = [pair("a", "one"), pair("b", "two"), pair("a", "three")];
        assert_eq!(
            summary(&told, false),
            ["2 x a (as one)", "two", "`--verbose` tells each of them."]
        );
        assert_eq!(summary(&told, true), ["one", "two", "three"]);
    }
}
