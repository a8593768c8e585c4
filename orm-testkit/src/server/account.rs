//! Which account the server runs as, and what that account can reach.

use std::path::Path;

/// A user other than root: PostgreSQL refuses to run as root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

/// The account to change to, or `None` when this process can run PostgreSQL as
/// it is.
///
/// `id` and not `/etc/passwd`, because accounts can live in a directory
/// service, and because initdb looks its own account up in the same place.
#[cfg(unix)]
pub(crate) fn unprivileged() -> Option<Account> {
    if id(&["-u"])? != 0 {
        return None;
    }
    ["postgres", "nobody"].iter().find_map(|name| {
        Some(Account {
            uid: id(&["-u", name])?,
            gid: id(&["-g", name])?,
        })
    })
}

/// `pg_ctl` takes care of it on Windows.
#[cfg(not(unix))]
pub(crate) fn unprivileged() -> Option<Account> {
    None
}

#[cfg(unix)]
fn id(arguments: &[&str]) -> Option<u32> {
    let output = std::process::Command::new("id")
        .args(arguments)
        .output()
        .ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

/// Whether an account that owns nothing here may go through this directory and
/// all directories above it. Of those that do not exist yet, nothing is asked.
#[cfg(unix)]
pub(crate) fn is_open_to_all(directory: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    directory.ancestors().all(|step| {
        step.metadata()
            .map_or(true, |found| found.permissions().mode() & 0o001 != 0)
    })
}

/// Whether such an account may also make a directory in this one.
#[cfg(unix)]
pub(super) fn is_writable_for_all(directory: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let writable = directory
        .metadata()
        .is_ok_and(|found| found.permissions().mode() & 0o002 != 0);
    writable && is_open_to_all(directory)
}

/// Windows has no such account here.
#[cfg(not(unix))]
pub(super) fn is_writable_for_all(_directory: &Path) -> bool {
    true
}

/// Windows has no such account here.
#[cfg(not(unix))]
pub(crate) fn is_open_to_all(_directory: &Path) -> bool {
    true
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn accounts_are_found_by_the_system() {
        assert_eq!(id(&["-u", "root"]), Some(0));
        assert_eq!(id(&["-u", "there-is-no-such-account"]), None);
        if let Some(account) = unprivileged() {
            assert_ne!(account.uid, 0);
        }
    }

    #[test]
    fn the_root_directory_is_open_and_the_temporary_one_is_writable() {
        assert!(is_open_to_all(Path::new("/")));
        assert!(!is_writable_for_all(Path::new("/")));
        assert!(is_writable_for_all(Path::new("/tmp")));
    }
}
