//! A throw-away PostgreSQL for this test binary, one database per test.

use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// A running server. It stops when this is dropped or the process ends,
/// however it ends: a watchdog waits for the end of a pipe.
pub(crate) struct Server {
    directory: PathBuf,
    port: u16,
    watchdog: Child,
    lifeline: Option<ChildStdin>,
}

/// The server all tests share.
pub(crate) fn shared() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(&[]))
}

/// The URL of a new, empty database on the shared server.
pub(crate) async fn url() -> String {
    shared().create_database().await
}

impl Server {
    /// Starts a server of its own, with extra `-c name=value` settings.
    pub(crate) fn start(settings: &[&str]) -> Self {
        Self::start_with(settings, |_| {})
    }

    /// Starts a server after `prepare` has seen its data directory.
    pub(crate) fn start_with(settings: &[&str], prepare: impl FnOnce(&Path)) -> Self {
        let directory = new_directory();
        initialise(&directory);
        prepare(&directory);
        give_away(&directory);
        Self::on(directory, settings)
    }

    /// Starts a primary and a standby that follows it.
    pub(crate) fn pair(settings: &[&str]) -> (Self, Self) {
        let directory = new_directory();
        let primary = Self::start_with(settings, |made| {
            let mut copy = Command::new("cp");
            let copy = copy.arg("-a").arg(made.join(".")).arg(&directory);
            assert!(copy.status().unwrap().success());
        });
        fs::write(directory.join("standby.signal"), "").unwrap();
        let host = primary.directory.display();
        let port = primary.port;
        let source = format!("primary_conninfo=host={host} port={port} user=postgres");
        // Nobody follows the standby, once it is the primary.
        let alone = "synchronous_standby_names=";
        give_away(&directory);
        let standby = Self::on(directory, &[settings, &[&source, alone]].concat());
        (primary, standby)
    }

    fn on(directory: PathBuf, settings: &[&str]) -> Self {
        let port = free_port();
        let (watchdog, lifeline) = launch(&directory, port, settings);
        let server = Self {
            directory,
            port,
            watchdog,
            lifeline: Some(lifeline),
        };
        server.wait_until_ready();
        server
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The TCP port on 127.0.0.1.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The URL of `database` through the socket.
    pub(crate) fn url_of(&self, database: &str) -> String {
        let socket = self.directory.to_str().unwrap().replace('/', "%2F");
        let port = self.port;
        format!("postgres:///{database}?host={socket}&port={port}&user=postgres")
    }

    pub(crate) async fn create_database(&self) -> String {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        let (client, connection) =
            tokio_postgres::connect(&self.url_of("postgres"), tokio_postgres::NoTls)
                .await
                .unwrap();
        let task = tokio::spawn(connection);
        let create = format!("CREATE DATABASE {name} TEMPLATE template0");
        client.batch_execute(&create).await.unwrap();
        drop(client);
        task.await.unwrap().unwrap();
        self.url_of(&name)
    }

    /// Ends the server as nothing else does: without a word to anyone.
    pub(crate) fn kill(&self) {
        let file = fs::read_to_string(self.directory.join("postmaster.pid")).unwrap();
        let pid = file.lines().next().unwrap();
        let status = Command::new("kill").args(["-9", pid]).status();
        assert!(status.unwrap().success(), "kill -9 failed");
    }

    /// Stops the server at once.
    pub(crate) fn stop(&self) {
        assert!(self.control("stop"), "pg_ctl stop failed");
    }

    /// Stops the server at once, if it runs, and starts it again on the same data.
    pub(crate) fn restart(&self) {
        let deadline = Instant::now() + Duration::from_secs(20);
        // After a kill, its processes hold the memory that they shared for a moment.
        while !self.control("restart") {
            assert!(Instant::now() < deadline, "pg_ctl restart failed");
        }
    }

    fn control(&self, command: &str) -> bool {
        let status = as_postgres(&binary("pg_ctl"))
            .args([command, "-s", "-w", "-m", "immediate", "-D"])
            .arg(&self.directory)
            .current_dir(&self.directory)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.unwrap().success()
    }

    /// Makes a directory the server's.
    pub(crate) fn give(&self, directory: &Path) {
        give_away(directory);
    }

    fn wait_until_ready(&self) {
        let pid_file = self.directory.join("postmaster.pid");
        let deadline = Instant::now() + Duration::from_secs(20);
        while !fs::read_to_string(&pid_file).is_ok_and(|text| text.contains("ready")) {
            assert!(Instant::now() < deadline, "the server does not start");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        let _ = self.watchdog.wait();
    }
}

fn new_directory() -> PathBuf {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("orm-exec-{}-{number}", std::process::id());
    let directory = std::env::temp_dir().join(name);
    fs::create_dir(&directory).unwrap();
    fs::set_permissions(&directory, fs::Permissions::from_mode(0o700)).unwrap();
    give_away(&directory);
    directory
}

fn initialise(directory: &Path) {
    let output = as_postgres(&binary("initdb"))
        .args(["-U", "postgres", "-A", "trust", "-E", "UTF8"])
        .args(["--no-locale", "--no-sync", "-D"])
        .arg(directory)
        .current_dir(directory)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "initdb failed: {stderr}");
    // `locked` is the only user who needs a password.
    let hba = directory.join("pg_hba.conf");
    let rules = fs::read_to_string(&hba).unwrap();
    let mut file = fs::File::create(&hba).unwrap();
    write!(file, "local all locked scram-sha-256\n{rules}").unwrap();
}

fn launch(directory: &Path, port: u16, settings: &[&str]) -> (Child, ChildStdin) {
    let script = r#"
        dir=$1; shift
        "$@" >"$dir/server.log" 2>&1 &
        cat >/dev/null
        [ -e "$dir/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$dir/postmaster.pid")"
        while [ -e "$dir/postmaster.pid" ]; do sleep 0.01; done
        rm -rf "$dir"
    "#;
    let mut command = as_postgres(Path::new("/bin/sh"));
    command.arg("-c").arg(script).arg("watchdog").arg(directory);
    command.arg(binary("postgres")).arg("-D").arg(directory);
    for setting in DEFAULTS.iter().chain(settings) {
        command.arg("-c").arg(setting);
    }
    let socket = format!("unix_socket_directories={}", directory.display());
    command.args(["-c", &socket, "-c", &format!("port={port}")]);
    let mut child = command
        .current_dir(directory)
        .process_group(0)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let lifeline = child.stdin.take().unwrap();
    (child, lifeline)
}

const DEFAULTS: &[&str] = &[
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=127.0.0.1",
    "max_connections=120",
    // The default before PostgreSQL 14 is MD5.
    "password_encryption=scram-sha-256",
];

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// PostgreSQL refuses to run as root, so root runs it as `postgres`.
fn as_postgres(program: &Path) -> Command {
    let mut command = Command::new(program);
    if let Some(uid) = foreign_user() {
        command.uid(uid).gid(uid_of("-g"));
    }
    command
}

fn foreign_user() -> Option<u32> {
    (id(&["-u"]) == 0).then(|| uid_of("-u"))
}

fn uid_of(flag: &str) -> u32 {
    id(&[flag, "postgres"])
}

fn id(args: &[&str]) -> u32 {
    let output = Command::new("id").args(args).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.trim().parse().expect("a numeric user id")
}

fn give_away(directory: &Path) {
    let Some(uid) = foreign_user() else { return };
    let gid = uid_of("-g");
    chown(directory, Some(uid), Some(gid)).unwrap();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            chown(&path, Some(uid), Some(gid)).unwrap();
        }
    }
}

/// From where the testkit has its own, so that `PG_BIN` means the same.
fn binary(name: &str) -> PathBuf {
    orm_testkit::program(name).expect("PostgreSQL's server binaries")
}
