//! Making a throw-away cluster and waiting until it answers.

use std::env;
use std::fs;
use std::path::{self, Path, PathBuf};
use std::process;
#[cfg(target_os = "linux")]
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use tokio_postgres::Config;

use super::Private;
use super::account::{self, Account};
use super::find::Binaries;
use super::watch::{Job, Watchdog};
use crate::{Error, random};

/// initdb included. It takes one second; a busy machine may take many.
const START_LIMIT: Duration = Duration::from_secs(120);

/// The shortest limit for a socket's path among the systems we run on is 103
/// bytes; this leaves room for `/.s.PGSQL.5432.lock`.
#[cfg(unix)]
const LONGEST_DIRECTORY: usize = 80;

/// What has to be free in memory for a cluster, in KiB: 4 GiB. An empty one has 40 MB,
/// a database 7 MB, and tests bring their own.
#[cfg(target_os = "linux")]
const ROOM: u64 = 4 << 20;

/// A cluster that is thrown away needs no safety, and a few hundred tests at a
/// time need connections. UTC, so that a test sees the same on every machine.
const SETTINGS: &[(&str, &str)] = &[
    ("fsync", "off"),
    ("synchronous_commit", "off"),
    ("full_page_writes", "off"),
    ("wal_level", "minimal"),
    ("max_wal_senders", "0"),
    ("max_connections", "200"),
    ("timezone", "UTC"),
    ("log_timezone", "UTC"),
];

/// Starts a private server and waits until it is ready.
pub(super) fn start(
    binaries: Binaries,
    extra: &[(String, String)],
) -> Result<(Config, Private), Error> {
    let account = account::unprivileged();
    let directory = new_directory(account)?;
    let endpoint = Endpoint::choose(&directory)?;
    let job = Job {
        settings: settings(extra, &endpoint),
        directory,
        binaries,
        #[cfg(unix)]
        account,
    };
    let mut watchdog =
        Watchdog::start(&job).map_err(Error::os("start the process that runs the server"))?;
    wait_until_ready(&job.directory, &mut watchdog)?;
    let private = Private {
        directory: job.directory,
        watchdog: watchdog.into(),
    };
    Ok((endpoint.config(), private))
}

/// The caller's settings come after ours and win; where the server listens is
/// not the caller's to choose.
fn settings(extra: &[(String, String)], endpoint: &Endpoint) -> Vec<(String, String)> {
    let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
    let mut all: Vec<_> = SETTINGS.iter().map(owned).collect();
    all.extend_from_slice(extra);
    all.extend(endpoint.settings());
    all
}

/// Names a directory below the temporary directory, which the account must be
/// able to reach. The watchdog makes it.
fn new_directory(account: Option<Account>) -> Result<PathBuf, Error> {
    let name = format!("orm-testkit-{}-{:08x}", process::id(), random::u32());
    let usable = |parent: &PathBuf| {
        let reachable = account.is_none() || account::is_writable_for_all(parent);
        reachable && fits(&parent.join(&name)) && parent.is_dir()
    };
    let on_disk = [env::temp_dir(), PathBuf::from("/tmp")];
    let parent = in_memory()
        .into_iter()
        .chain(on_disk)
        .filter_map(|parent| path::absolute(parent).ok())
        .find(usable)
        .ok_or_else(|| Error::Start {
            reason: "the path of the temporary directory is too long for a socket, \
                     or closed to the account that the server runs as"
                .into(),
            log: String::new(),
        })?;
    Ok(parent.join(name))
}

/// The file system in memory, if nobody says where files go and it has room:
/// databases that come and go are files above all, and some disks take ten times as
/// long for them.
#[cfg(target_os = "linux")]
fn in_memory() -> Option<PathBuf> {
    const MEMORY: &str = "/dev/shm";
    if env::var_os("TMPDIR").is_some() {
        return None;
    }
    let output = Command::new("df").args(["-Pk", MEMORY]).output().ok()?;
    (free(&String::from_utf8_lossy(&output.stdout))? >= ROOM).then(|| MEMORY.into())
}

#[cfg(not(target_os = "linux"))]
fn in_memory() -> Option<PathBuf> {
    None
}

/// How many KiB are free, of what `df -Pk` prints of one file system.
#[cfg(target_os = "linux")]
fn free(table: &str) -> Option<u64> {
    let row = table.lines().nth(1)?;
    row.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(unix)]
fn fits(directory: &Path) -> bool {
    directory.as_os_str().len() <= LONGEST_DIRECTORY
}

#[cfg(not(unix))]
fn fits(_directory: &Path) -> bool {
    true
}

/// Where the server listens: a socket that only its owner can reach.
#[cfg(unix)]
struct Endpoint {
    directory: PathBuf,
}

#[cfg(unix)]
impl Endpoint {
    fn choose(directory: &Path) -> Result<Self, Error> {
        let directory = directory.to_path_buf();
        Ok(Endpoint { directory })
    }

    fn settings(&self) -> Vec<(String, String)> {
        let directory = self.directory.display().to_string();
        vec![
            ("listen_addresses".into(), String::new()),
            ("unix_socket_directories".into(), directory),
            ("port".into(), "5432".into()),
        ]
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config.user("postgres").dbname("postgres");
        config.host_path(&self.directory).port(5432);
        config
    }
}

/// Where the server listens: a port of the loopback interface that was free a
/// moment ago, for want of sockets with permissions.
#[cfg(not(unix))]
struct Endpoint {
    port: u16,
}

#[cfg(not(unix))]
impl Endpoint {
    fn choose(_directory: &Path) -> Result<Self, Error> {
        let port = std::net::TcpListener::bind(("127.0.0.1", 0))
            .and_then(|listener| listener.local_addr())
            .map_err(Error::os("find a free port"))?
            .port();
        Ok(Endpoint { port })
    }

    fn settings(&self) -> Vec<(String, String)> {
        vec![
            ("listen_addresses".into(), "127.0.0.1".into()),
            ("port".into(), self.port.to_string()),
        ]
    }

    fn config(&self) -> Config {
        let mut config = Config::new();
        config.user("postgres").dbname("postgres");
        config.host("127.0.0.1").port(self.port);
        config
    }
}

/// Reads the server's own state file: asking by connection takes longer and
/// fills the log with refused connections.
fn wait_until_ready(directory: &Path, watchdog: &mut Watchdog) -> Result<(), Error> {
    let deadline = Instant::now() + START_LIMIT;
    loop {
        if is_ready(directory) {
            return Ok(());
        }
        if let Some(reason) = failure(directory, watchdog, deadline) {
            let log = last_lines(directory);
            return Err(Error::Start { reason, log });
        }
        thread::sleep(Duration::from_millis(2));
    }
}

/// Line 8 of `postmaster.pid` is the state.
fn is_ready(directory: &Path) -> bool {
    fs::read_to_string(directory.join("data/postmaster.pid")).is_ok_and(|text| {
        text.lines()
            .nth(7)
            .is_some_and(|state| state.trim() == "ready")
    })
}

fn failure(directory: &Path, watchdog: &mut Watchdog, deadline: Instant) -> Option<String> {
    // The file is there a moment before its contents are.
    let exited = fs::read_to_string(directory.join("exited")).unwrap_or_default();
    if let Some(code) = exited.lines().next() {
        return Some(format!("it exited with status {code}"));
    }
    if let Some(status) = watchdog.exited() {
        return Some(format!("the process that runs it ended with {status}"));
    }
    let late = Instant::now() > deadline;
    late.then(|| format!("it was not ready after {} s", START_LIMIT.as_secs()))
}

fn last_lines(directory: &Path) -> String {
    const LINES: usize = 20;
    let Ok(text) = fs::read(directory.join(super::LOG_FILE)) else {
        return "(there is no log)".into();
    };
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().collect();
    lines[lines.len().saturating_sub(LINES)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callers_settings_come_after_ours_and_before_the_address() {
        let directory = Path::new("/tmp/x");
        let extra = [("max_connections".into(), "5".into())];
        let all = settings(&extra, &Endpoint::choose(directory).unwrap());
        let position = |name: &str, value: &str| {
            all.iter()
                .position(|(n, v)| (n.as_str(), v.as_str()) == (name, value))
                .unwrap()
        };
        assert!(position("max_connections", "200") < position("max_connections", "5"));
        let listen = all.iter().position(|(n, _)| n == "listen_addresses");
        assert!(listen.unwrap() > position("max_connections", "5"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn room_in_memory_is_what_df_says() {
        let header = "Filesystem 1024-blocks Used Available Capacity Mounted on\n";
        let table = format!("{header}tmpfs 65536 12 65524 1% /dev/shm\n");
        assert_eq!(free(&table), Some(65_524));
        assert_eq!(free(header), None);
        assert_eq!(free("df: /dev/shm: No such file or directory\n"), None);
    }

    #[test]
    fn only_a_ready_server_is_ready() {
        let directory = env::temp_dir().join(format!("orm-testkit-unit-{:08x}", random::u32()));
        fs::create_dir_all(directory.join("data")).unwrap();
        let file = directory.join("data/postmaster.pid");
        assert!(!is_ready(&directory));
        for (state, expected) in [("starting", false), ("ready   ", true)] {
            fs::write(&file, format!("1\n2\n3\n4\n5\n6\n7\n{state}\n")).unwrap();
            assert_eq!(is_ready(&directory), expected, "{state}");
        }
        fs::remove_dir_all(directory).unwrap();
    }
}
