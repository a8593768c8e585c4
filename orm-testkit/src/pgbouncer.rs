//! A pooler in between: PgBouncer, each transaction on whatever session is free.

use std::env;
use std::ffi::OsStr;
use std::fmt;
use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tokio_postgres::Config;
use tokio_postgres::config::Host;

use crate::server::account;
use crate::{Error, Server, random};

/// How long it may take to start; it takes some ten milliseconds.
const START_LIMIT: Duration = Duration::from_secs(20);

/// Where packages put the program, beside `PATH`.
const PLACES: &[&str] = &["/usr/sbin", "/usr/local/sbin", "/usr/local/bin"];

/// A PgBouncer before a server, with `pool_mode = transaction`. It listens on the
/// loopback interface, and is gone when this is dropped, or when the process ends
/// in any way.
///
/// ```
/// use orm_testkit::{Error, PgBouncer, TestDatabase, server};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let database = TestDatabase::create().await?;
/// let pooler = match PgBouncer::start(server()?, 2) {
///     // Not everyone has one; a test must not pass unseen where it should run.
///     Err(Error::NoPgBouncer) if std::env::var_os("CI").is_none() => return Ok(()),
///     started => started?,
/// };
/// assert!(database.url_via(pooler.address()).contains("127.0.0.1"));
/// # Ok(())
/// # }
/// ```
pub struct PgBouncer {
    address: SocketAddr,
    directory: PathBuf,
    watchdog: Child,
}

impl PgBouncer {
    /// Starts one before `server` that has `sessions` sessions of it for each
    /// database. Blocks until it listens.
    ///
    /// # Errors
    ///
    /// [`Error::NoPgBouncer`] if there is no such program, [`Error::Start`] with
    /// the end of its log if it does not come up.
    pub fn start(server: &Server, sessions: usize) -> Result<Self, Error> {
        Self::start_with(server, sessions, &[])
    }

    /// The same with more of its settings, as its own file has them: what it demands of
    /// clients, for example. The account it runs as must be able to read the files
    /// that they name.
    ///
    /// # Errors
    ///
    /// Those of [`start`](Self::start).
    pub fn start_with(
        server: &Server,
        sessions: usize,
        more: &[(&str, &str)],
    ) -> Result<Self, Error> {
        let program = find().ok_or(Error::NoPgBouncer)?;
        let directory = new_directory()?;
        let address = free_address().map_err(Error::os("find a free port"))?;
        let file = directory.join("pgbouncer.ini");
        let mut settings = settings(&server.origin().config, address, &directory, sessions);
        for (name, value) in more {
            settings.push_str(&format!("{name} = {value}\n"));
        }
        fs::write(&file, settings).map_err(Error::io("write", &file))?;
        let started = launch(&program, &directory, &file);
        let watchdog = started.map_err(Error::os("start PgBouncer"))?;
        let pooler = PgBouncer {
            address,
            directory,
            watchdog,
        };
        pooler.wait_until_ready()?;
        Ok(pooler)
    }

    /// Where it listens; for [`TestDatabase::url_via`](crate::TestDatabase::url_via).
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The directory of its socket, whose number is the port of
    /// [`address`](Self::address).
    pub fn socket_directory(&self) -> &Path {
        &self.directory
    }

    /// What it has written to its log.
    pub fn log(&self) -> String {
        let log = fs::read(self.directory.join(LOG_FILE)).unwrap_or_default();
        String::from_utf8_lossy(&log).into_owned()
    }

    fn wait_until_ready(&self) -> Result<(), Error> {
        let deadline = Instant::now() + START_LIMIT;
        while TcpStream::connect(self.address).is_err() {
            if Instant::now() > deadline {
                return Err(Error::Start {
                    reason: "PgBouncer does not listen".into(),
                    log: self.log(),
                });
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        drop(self.watchdog.stdin.take());
        let _ = self.watchdog.wait();
    }
}

impl fmt::Debug for PgBouncer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PgBouncer")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// The log, in the directory.
const LOG_FILE: &str = "pgbouncer.log";

fn find() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let places = env::split_paths(&path).chain(PLACES.iter().map(PathBuf::from));
    places
        .map(|place| place.join("pgbouncer"))
        .find(|program| program.is_file())
}

fn free_address() -> io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0")?.local_addr()
}

/// A directory that only the account it runs as can read.
fn new_directory() -> Result<PathBuf, Error> {
    let name = format!("orm-pgbouncer-{}-{:08x}", process::id(), random::u32());
    let directory = env::temp_dir().join(name);
    fs::create_dir(&directory).map_err(Error::io("make", &directory))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, chown};
        let closed = fs::Permissions::from_mode(0o700);
        fs::set_permissions(&directory, closed).map_err(Error::io("close", &directory))?;
        if let Some(account) = account::unprivileged() {
            chown(&directory, Some(account.uid), Some(account.gid))
                .map_err(Error::io("give away", &directory))?;
        }
    }
    Ok(directory)
}

/// Whoever reaches it is let in: it lives on the loopback interface, for a test.
fn settings(server: &Config, address: SocketAddr, directory: &Path, sessions: usize) -> String {
    let mut way = String::new();
    match server.get_hosts().first() {
        #[cfg(unix)]
        Some(Host::Unix(directory)) => add(&mut way, "host", &directory.to_string_lossy()),
        Some(Host::Tcp(host)) => add(&mut way, "host", host),
        None => {}
    }
    let port = server.get_ports().first().copied().unwrap_or(5432);
    add(&mut way, "port", &port.to_string());
    if let Some(user) = server.get_user() {
        add(&mut way, "user", user);
    }
    if let Some(password) = server.get_password() {
        add(&mut way, "password", &String::from_utf8_lossy(password));
    }
    format!(
        "[databases]\n\
         *={way}\n\
         [pgbouncer]\n\
         listen_addr = {}\n\
         listen_port = {}\n\
         unix_socket_dir = {}\n\
         auth_type = any\n\
         pool_mode = transaction\n\
         max_client_conn = 1000\n\
         default_pool_size = {sessions}\n\
         log_connections = 0\n\
         log_disconnections = 0\n\
         stats_period = 600\n",
        address.ip(),
        address.port(),
        directory.display(),
    )
}

fn add(way: &mut String, name: &str, value: &str) {
    way.push_str(&format!(" {name}='{}'", value.replace('\'', "''")));
}

/// Starts it below a shell that ends it when our end of the pipe is closed.
fn launch(program: &Path, directory: &Path, file: &Path) -> io::Result<Child> {
    let script = r#"
        umask 077
        dir=$1; shift
        "$@" >"$dir/pgbouncer.log" 2>&1 &
        pooler=$!
        trap '' HUP INT QUIT TERM
        cat >/dev/null
        kill -KILL "$pooler"
        wait "$pooler"
        rm -rf "$dir"
    "#;
    let mut command = Command::new("/bin/sh");
    let arguments: [&OsStr; 5] = [
        "-c".as_ref(),
        script.as_ref(),
        "orm-testkit".as_ref(),
        directory.as_ref(),
        program.as_ref(),
    ];
    command
        .args(arguments)
        .arg(file)
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
        if let Some(account) = account::unprivileged() {
            command.uid(account.uid).gid(account.gid);
        }
    }
    command.spawn()
}
