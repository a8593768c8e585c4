//! Files into a folder of their own, again and again.
//!
//! Beside the files is what was pulled into them last, in `.pulled`: so it is known
//! what of a file was written by hand, and what the database changed since.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::SourceFile;
use super::file::{File, failed, remove, sweep};
use super::kept::with_modules;
use super::merge::merged;

/// The folder of what was pulled last, which is no module.
const PULLED: &str = ".pulled";

/// Why models could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// Nothing is ever written over what is there.
    #[error(
        "`{}` exists already, and nothing was pulled into it: name a folder that does not",
        .0.display()
    )]
    Exists(PathBuf),
    /// The file system refused.
    #[error("cannot write `{}`: {source}", path.display())]
    Io {
        /// What was to be written.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// What became of the files.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Written {
    /// Those that were written, also with lines of one's own in them.
    pub files: Vec<String>,
    /// Those that were left as they are.
    pub left: Vec<Left>,
}

/// A file that was left as it is. `Display` says why, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Left {
    /// The same lines were changed by hand and in the database.
    #[error(
        "`{0}` was changed by hand where the database has changed: take over what you need of \
         `.pulled/{0}.new`, then move that to `.pulled/{0}`"
    )]
    Changed(String),
    /// It is not known what was pulled into it.
    #[error(
        "`{0}` was there, and not pulled: take over what you need of `.pulled/{0}.new`, then move that to \
         `.pulled/{0}`"
    )]
    Unknown(String),
    /// Its table is gone, or was left out: which of the two a file does not tell.
    #[error(
        "`{0}` was not pulled this time, for its table is gone or was left out: keep it, or delete it, and \
         its lines in `mod.rs` go with the next pull"
    )]
    NotPulled(String),
    /// It is of another table by now, and something was changed in it by hand.
    #[error(
        "`{0}` would be of another table now, and was changed by hand: move what is yours, take over \
         `.pulled/{0}.new`, then move that to `.pulled/{0}`"
    )]
    Moved(String),
    /// It was deleted by hand.
    #[error("`{0}` was deleted by hand: `.pulled/{0}` would bring it back, if you delete that too")]
    Deleted(String),
}

impl Left {
    /// The name of the file.
    pub fn file(&self) -> &str {
        match self {
            Left::Changed(name)
            | Left::Unknown(name)
            | Left::NotPulled(name)
            | Left::Moved(name)
            | Left::Deleted(name) => name,
        }
    }

    /// Why it was left, in a word for machines.
    pub fn reason(&self) -> &'static str {
        match self {
            Left::Changed(_) => "changed",
            Left::Unknown(_) => "unknown",
            Left::NotPulled(_) => "not_pulled",
            Left::Moved(_) => "moved",
            Left::Deleted(_) => "deleted",
        }
    }

    /// Whether somebody has to put two changes together: the file is not what the database
    /// says. One that was deleted, or whose table was left out, is as somebody wants it.
    pub fn is_conflict(&self) -> bool {
        match self {
            Left::Changed(_) | Left::Unknown(_) | Left::Moved(_) => true,
            Left::NotPulled(_) | Left::Deleted(_) => false,
        }
    }
}

/// Makes the folder and writes the files, or brings what was pulled there up to date.
pub(super) fn write(folder: &Path, files: &[SourceFile]) -> Result<Written, FolderError> {
    let pulled = folder.join(PULLED);
    if fs::symlink_metadata(folder).is_ok() && !pulled.is_dir() {
        return Err(FolderError::Exists(folder.to_owned()));
    }
    fs::create_dir_all(&pulled).map_err(failed(&pulled))?;
    let mut written = Written::default();
    let others = others(folder, files)?;
    for name in files.iter().map(|it| &it.name).chain(&others) {
        sweep(&folder.join(name))?;
        sweep(&pulled.join(name))?;
        sweep(&pulled.join(format!("{name}.new")))?;
    }
    for file in files {
        one(folder, file, &others, &mut written)?;
    }
    written.left.extend(others.into_iter().map(Left::NotPulled));
    Ok(written)
}

/// Brings one file up to date.
fn one(
    folder: &Path,
    file: &SourceFile,
    others: &[String],
    written: &mut Written,
) -> Result<(), FolderError> {
    let name = &file.name;
    let pulled = folder.join(PULLED);
    let own = File::read(&folder.join(name))?;
    let kept = File::read(&pulled.join(name))?;
    let new = File::read(&pulled.join(format!("{name}.new")))?;
    let (base, ours) = (kept.text.as_ref(), own.text.as_ref());
    let file = &SourceFile {
        name: name.clone(),
        code: match base {
            Some(base) if name == "mod.rs" => with_modules(&file.code, base, &modules(others)),
            _ => file.code.clone(),
        },
    };
    let text = match (base, ours) {
        (None, None) => Some(file.code.clone()),
        (Some(_), None) => {
            written.left.push(Left::Deleted(name.clone()));
            return Ok(());
        }
        (_, Some(ours)) if *ours == file.code => Some(file.code.clone()),
        (Some(base), Some(ours)) if ours != base && table_of(base) != table_of(&file.code) => None,
        (Some(base), Some(ours)) => {
            merged(base, ours, &file.code).filter(|it| it == ours || has_no_doubles(it))
        }
        (None, Some(_)) => None,
    };
    let Some(text) = text else {
        new.replace(&file.code)?;
        written.left.push(match base {
            Some(base) if table_of(base) != table_of(&file.code) => Left::Moved(name.clone()),
            Some(_) => Left::Changed(name.clone()),
            None => Left::Unknown(name.clone()),
        });
        return Ok(());
    };
    if ours != Some(&text) {
        own.replace(&text)?;
        written.files.push(name.clone());
    }
    if base != Some(&file.code) {
        kept.replace(&file.code)?;
    }
    remove(&pulled.join(format!("{name}.new")))
}

/// Files that were pulled once, are there, and are not among those of this time. They stay,
/// whatever is in them.
fn others(folder: &Path, files: &[SourceFile]) -> Result<Vec<String>, FolderError> {
    let pulled = folder.join(PULLED);
    let entries = fs::read_dir(&pulled).map_err(failed(&pulled))?;
    let mut names = Vec::new();
    for entry in entries {
        let name = entry.map_err(failed(&pulled))?.file_name();
        let name = name.to_string_lossy().into_owned();
        let is_other = name.ends_with(".rs") && !files.iter().any(|it| it.name == name);
        names.extend((is_other && folder.join(&name).exists()).then_some(name));
    }
    names.sort();
    Ok(names)
}

fn modules(files: &[String]) -> Vec<String> {
    let names = files.iter().filter_map(|it| it.strip_suffix(".rs"));
    names.map(str::to_owned).collect()
}

/// Whether the text can be read, and no field, module or imported name is in it twice: two
/// that were added in different places are no conflict of lines.
fn has_no_doubles(text: &str) -> bool {
    let Ok(file) = syn::parse_file(text) else {
        return false;
    };
    let mut names = HashSet::new();
    file.items.iter().all(|item| match item {
        syn::Item::Struct(it) => {
            let mut fields = HashSet::new();
            let mut named = it.fields.iter().filter_map(|field| field.ident.as_ref());
            named.all(|name| fields.insert(name)) && names.insert(it.ident.to_string())
        }
        syn::Item::Mod(it) => names.insert(format!("mod {}", it.ident)),
        syn::Item::Use(it) => imported(&it.tree)
            .into_iter()
            .all(|name| names.insert(name)),
        _ => true,
    })
}

/// The names that an import brings.
fn imported(tree: &syn::UseTree) -> Vec<String> {
    match tree {
        syn::UseTree::Path(it) => imported(&it.tree),
        syn::UseTree::Name(it) => vec![it.ident.to_string()],
        syn::UseTree::Rename(it) => vec![it.rename.to_string()],
        syn::UseTree::Group(it) => it.items.iter().flat_map(imported).collect(),
        syn::UseTree::Glob(_) => Vec::new(),
    }
}

/// The tables of which a folder has models that were pulled: `orders`, `sales.orders`.
pub(crate) fn tables_in(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder.join(PULLED)).into_iter().flatten();
    let files = entries.filter_map(|entry| {
        let name = entry.ok()?.file_name();
        let is_there = folder.join(&name).exists();
        let code = fs::read_to_string(folder.join(PULLED).join(&name)).ok()?;
        is_there.then_some(code)
    });
    files.filter_map(|code| qualified_table_of(&code)).collect()
}

/// The table that a model is of, as a database's tables are called: `sales.orders`.
pub(crate) fn qualified_table_of(code: &str) -> Option<String> {
    match table_of(code)[..] {
        [table, schema] => Some(format!("{schema}.{table}")),
        [table] => Some(table.to_owned()),
        _ => None,
    }
}

/// What says of which table a model is: its name and its schema. A sequence of a column
/// has a schema, too.
fn table_of(code: &str) -> Vec<&str> {
    let code = code.split_once("#[model(").map_or("", |(_, rest)| rest);
    let code = code.split("\npub").next().unwrap_or(code);
    let words = ["table = \"", "schema = \""];
    let found = words.iter().filter_map(|word| {
        let (_, rest) = code.split_once(word)?;
        rest.split('"').next()
    });
    found.collect()
}
