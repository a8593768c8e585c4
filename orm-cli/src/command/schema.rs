//! `orm schema ..`

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use orm_core::exec::{Config, Db, Executor, Params};
use orm_core::schema::Backend;
use serde_json::json;

use crate::arguments::{Picture, Schema};
use crate::context::Context;
use crate::erd::Diagram;
use crate::failure::Failure;

pub(super) async fn run(context: &Context, action: &Schema) -> Result<(), Failure> {
    match action {
        Schema::Dump { output } => {
            let schema = dump(&context.config()?).await?;
            deliver(context, "Schema", &schema, output.as_deref())
        }
        Schema::Erd {
            format,
            schema,
            output,
        } => {
            let blueprint = super::blueprint(&context.config()?, schema).await?;
            let diagram = Diagram::of(&blueprint);
            let picture = match format {
                Picture::Mermaid => diagram.mermaid(),
                Picture::Dot => diagram.dot(),
                Picture::Svg => diagram.svg(),
            };
            deliver(context, "Picture", &picture, output.as_deref())
        }
    }
}

/// Writes a text to a file, or prints it.
fn deliver(
    context: &Context,
    what: &str,
    schema: &str,
    output: Option<&Path>,
) -> Result<(), Failure> {
    match output {
        Some(path) => {
            let written = fs::write(path, schema);
            written.map_err(|error| Failure::Io(format!("write `{}`", path.display()), error))?;
            context
                .output
                .line(&format!("{what} was written to {} .", path.display()));
            context.output.result(&json!({ "written": path }));
        }
        None => {
            context.output.line(schema.trim_end());
            context.output.result(&json!({ "schema": schema }));
        }
    }
    Ok(())
}

/// The schema as SQL that makes it, the same for the same schema.
async fn dump(config: &Config) -> Result<String, Failure> {
    if config.backend() == Backend::Sqlite {
        return texts(config).await;
    }
    let done = pg_dump(config)?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        return Err(Failure::refused(format!("pg_dump failed: {}", said.trim())));
    }
    Ok(without_random_keys(&String::from_utf8_lossy(&done.stdout)))
}

/// SQLite keeps the statements that made it.
async fn texts(config: &Config) -> Result<String, Failure> {
    const SQL: &str = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL \
         AND substr(name, 1, 7) <> 'sqlite_' \
         ORDER BY type = 'trigger', type = 'view', type = 'index', name";
    let db = Db::connect(config.clone()).await?;
    let rows = db.executor().query_all(SQL, Params::none()).await?;
    let mut out = String::new();
    for row in &rows {
        out.push_str(&row.get::<String>(0)?);
        out.push_str(";\n");
    }
    Ok(out)
}

fn pg_dump(config: &Config) -> Result<Output, Failure> {
    for program in candidates() {
        let run = Command::new(&program)
            .args([
                "--schema-only",
                "--no-owner",
                "--no-privileges",
                "--no-password",
            ])
            // They win over a host, and may be about another server.
            .env_remove("PGSERVICE")
            .env_remove("PGHOSTADDR")
            .env_remove("PGTARGETSESSIONATTRS")
            // In the environment, where other users of the machine cannot see it.
            .envs(config.libpq_environment())
            .stdin(Stdio::null())
            .output();
        match run {
            Ok(output) => return Ok(output),
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Failure::Io(format!("run `{}`", program.display()), error));
            }
        }
    }
    Err(Failure::refused(
        "pg_dump was not found: install PostgreSQL's client programs, or set PG_BIN to the folder \
         they are in",
    ))
}

/// Where `pg_dump` may be: where we are told, on the PATH, where packages put it.
fn candidates() -> Vec<PathBuf> {
    let told = std::env::var_os("PG_BIN").filter(|it| !it.is_empty() && !is_npm(it));
    if let Some(folder) = told {
        return vec![Path::new(&folder).join("pg_dump")];
    }
    let mut candidates = vec![PathBuf::from("pg_dump")];
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut versions: Vec<(u32, PathBuf)> = versions
        .filter_map(|it| Some((it.file_name().to_str()?.parse().ok()?, it.path())))
        .collect();
    // The newest: it can dump from every older server.
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    candidates.extend(
        versions
            .into_iter()
            .map(|(_, path)| path.join("bin/pg_dump")),
    );
    candidates
}

/// `npm` and `npm:15` tell tests where to get a server; `pg_dump` is not there.
fn is_npm(value: &OsStr) -> bool {
    let value = value.to_string_lossy();
    value == "npm" || value.starts_with("npm:")
}

/// Newer versions guard the script with a key that is another one each time,
/// for feeding it to `psql`; in a file that is compared it is noise.
fn without_random_keys(script: &str) -> String {
    let is_key = |line: &&str| line.starts_with("\\restrict ") || line.starts_with("\\unrestrict ");
    let lines: Vec<&str> = script.lines().filter(|line| !is_key(line)).collect();
    format!("{}\n", lines.join("\n").trim_end())
}
