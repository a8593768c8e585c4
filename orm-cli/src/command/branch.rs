//! What a branch adds to a folder, asked of git.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// The names of the migrations that are not in the commit where this branch left `base`,
/// also those that are not committed yet.
///
/// # Errors
///
/// Fails if git does not know the commit, or is not there.
pub(super) fn added_since(base: &str, folder: &Path) -> Result<BTreeSet<String>, Failure> {
    let fork = git(folder, &["merge-base", "--end-of-options", base, "HEAD"])?;
    let committed = git(
        folder,
        &[
            "diff",
            "--name-only",
            "--no-renames",
            "--diff-filter=A",
            "--relative",
            "-z",
            fork.trim(),
            "--",
            ".",
        ],
    )?;
    let new = git(
        folder,
        &[
            "ls-files",
            "--others",
            "--exclude-standard",
            "-z",
            "--",
            ".",
        ],
    )?;
    let files = committed.split('\0').chain(new.split('\0'));
    Ok(files.filter_map(migration).collect())
}

/// `NAME/up.sql` and `NAME.sql` are files of `NAME`.
fn migration(file: &str) -> Option<String> {
    let name = match file.split_once('/') {
        Some((folder, _)) => folder,
        None => file.strip_suffix(".sql")?,
    };
    (!name.is_empty()).then(|| name.to_owned())
}

fn git(folder: &Path, args: &[impl AsRef<OsStr>]) -> Result<String, Failure> {
    let run = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(args)
        .stdin(Stdio::null())
        .output();
    let done = run.map_err(|error| Failure::Io("run `git`".into(), error))?;
    if !done.status.success() {
        let said = String::from_utf8_lossy(&done.stderr);
        let said = said.lines().next().unwrap_or_default();
        return Err(Failure::refused(format!("git says: {said}")));
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
