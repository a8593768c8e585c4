//! Whatever happens to the process, nothing of its server is left.
//!
//! Each test runs this very program again, with one test selected and an
//! environment variable that says how it is to end.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "clippy takes the helper functions of an integration test for library code"
)]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use orm_testkit::{Error, Server, TestDatabase, server};

const ENDING: &str = "ORM_TESTKIT_ENDING";

/// How long the other process may take for anything: it starts a server.
const LIMIT: Duration = Duration::from_secs(60);

/// The other process: it starts a server, tells where, and ends.
#[test]
fn the_other_process() {
    let Ok(ending) = std::env::var(ENDING) else {
        return;
    };
    match ending.as_str() {
        "dropped" => tell(&Server::builder().start().unwrap()),
        "stopped" => {
            let server = Server::builder().start().unwrap();
            tell(&server);
            server.stop().unwrap();
            assert!(!server.directory().unwrap().exists());
            server.stop().unwrap();
        }
        "does_not_start" => {
            let server = Server::builder().setting("no_such_setting", "1").start();
            assert!(matches!(server, Err(Error::Start { .. })));
        }
        "killed_while_starting" => {
            // The directory is seen from outside before the server is ready.
            println!("starting");
            let _ = Server::builder().start();
            wait_for_the_end();
        }
        _ => with_the_shared_server(&ending),
    }
}

fn with_the_shared_server(ending: &str) {
    let server = server().unwrap();
    tell(server);
    match ending {
        "returns" => {}
        "exits" => std::process::exit(0),
        "panics" => panic!("as a failing test does"),
        "panics_with_a_database" => {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let _db = TestDatabase::create().await.unwrap();
                panic!("as a failing test does");
            });
        }
        "aborts" => std::process::abort(),
        "killed" => wait_for_the_end(),
        "killed_with_a_child" => {
            println!("child {}", child_that_outlives_us());
            wait_for_the_end();
        }
        other => panic!("unknown ending {other}"),
    }
}

/// It holds whatever it inherited; the test ends it by closing its input.
#[allow(
    clippy::zombie_processes,
    reason = "nobody is left to wait for it: that is the case"
)]
fn child_that_outlives_us() -> u32 {
    let child = Command::new("cat").stdout(Stdio::null()).spawn();
    child.unwrap().id()
}

fn tell(server: &Server) {
    let directory = server.directory().unwrap();
    let pids = fs::read_to_string(directory.join("data/postmaster.pid")).unwrap();
    println!(
        "server {} {}",
        pids.lines().next().unwrap(),
        directory.display()
    );
    std::io::stdout().flush().unwrap();
}

fn wait_for_the_end() -> ! {
    std::io::stdout().flush().unwrap();
    loop {
        std::thread::park();
    }
}

/// The other process, as seen from the test. Dropped, it is killed.
struct Other {
    process: Child,
    /// What it prints. Read by a thread, so that a wait for it can end.
    lines: Receiver<String>,
}

impl Other {
    fn start(ending: &str) -> Self {
        Self::start_in(ending, &std::env::temp_dir())
    }

    fn start_in(ending: &str, temporary: &Path) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_other_process", "--nocapture"])
            .env(ENDING, ending)
            .env("TMPDIR", temporary)
            .env_remove("DATABASE_URL")
            // As a shell does for what it starts in the foreground.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            // The test may have what it wanted and be gone.
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| send.send(line))
        });
        Other { process, lines }
    }

    /// What it tells after a word. libtest may have begun the line.
    fn told(&mut self, word: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(LIMIT);
            let line = line.unwrap_or_else(|_| panic!("the other process did not tell `{word}`"));
            if let Some(at) = line.find(word) {
                return line[at + word.len()..].trim().to_owned();
            }
        }
    }

    fn server(&mut self) -> Started {
        let line = self.told("server ");
        let (pid, directory) = line.split_once(' ').unwrap();
        Started {
            pid: pid.to_owned(),
            directory: directory.into(),
        }
    }

    /// Reads to the end: a watchdog that held our pipe would be noticed here.
    fn wait(mut self) -> bool {
        loop {
            match self.lines.recv_timeout(LIMIT) {
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the other process does not end"),
            }
        }
        let mut ended = None;
        until("the other process has ended", || {
            ended = self.process.try_wait().unwrap();
            ended.is_some()
        });
        ended.unwrap().success()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // It may have ended long ago.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

struct Started {
    pid: String,
    directory: PathBuf,
}

impl Started {
    fn assert_gone(&self) {
        until("the server is gone", || !is_alive(&self.pid));
        until("the directory is gone", || !self.directory.exists());
        // The watchdog and all helpers have the directory among their arguments.
        until("no process knows the directory", || {
            !command_lines().contains(&*self.directory.to_string_lossy())
        });
    }
}

fn is_alive(pid: &str) -> bool {
    let found = Command::new("kill").args(["-0", pid]).output().unwrap();
    found.status.success()
}

fn command_lines() -> String {
    let output = Command::new("ps").args(["-eo", "args"]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[track_caller]
fn until(what: &str, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[track_caller]
fn assert_nothing_is_left(ending: &str, success: bool) {
    let mut other = Other::start(ending);
    let server = other.server();
    assert_eq!(other.wait(), success);
    server.assert_gone();
}

#[track_caller]
fn kill(other: &mut Other) {
    other.process.kill().unwrap();
    other.process.wait().unwrap();
}

#[test]
fn after_a_return() {
    assert_nothing_is_left("returns", true);
}

#[test]
fn after_exit() {
    assert_nothing_is_left("exits", true);
}

#[test]
fn after_a_panic() {
    assert_nothing_is_left("panics", false);
}

#[test]
fn after_a_panic_that_drops_a_database() {
    assert_nothing_is_left("panics_with_a_database", false);
}

#[test]
fn after_an_abort() {
    assert_nothing_is_left("aborts", false);
}

#[test]
fn after_a_drop() {
    assert_nothing_is_left("dropped", true);
}

#[test]
fn after_stop_which_may_be_called_twice() {
    assert_nothing_is_left("stopped", true);
}

#[test]
fn after_kill_9() {
    let mut other = Other::start("killed");
    let server = other.server();
    assert!(is_alive(&server.pid));
    assert!(server.directory.exists());
    kill(&mut other);
    server.assert_gone();
}

/// Whether what we start does not end by this signal: a job in the background of
/// a shell, or below `nohup`.
fn is_ignored(signal: &str) -> bool {
    let script = "kill \"$0\" $$; echo survived";
    let probe = Command::new("/bin/sh")
        .args(["-c", script, signal])
        .output();
    !probe.unwrap().stdout.is_empty()
}

// Ctrl-C and a terminal that is closed reach the whole process group.
#[test]
fn after_a_signal_to_the_process_group() {
    for signal in ["-INT", "-HUP", "-TERM", "-KILL"] {
        if is_ignored(signal) {
            println!("skipped: {signal} is ignored here, and by all we start");
            continue;
        }
        let mut other = Other::start("killed");
        let server = other.server();
        let group = format!("-{}", other.process.id());
        let sent = Command::new("kill").args([signal, "--", &group]).status();
        assert!(sent.unwrap().success());
        assert!(!other.wait());
        server.assert_gone();
    }
}

// The pipe to the watchdog must not be inherited: a browser or a daemon that a
// test started would keep the server alive.
#[test]
fn after_kill_9_while_a_child_of_the_process_lives() {
    let mut other = Other::start("killed_with_a_child");
    let server = other.server();
    let child = other.told("child ");
    let input = other.process.stdin.take();
    kill(&mut other);
    server.assert_gone();
    assert!(is_alive(&child), "the child must outlive the server");
    drop(input);
    until("the child is gone", || !is_alive(&child));
}

#[test]
fn after_a_failed_start() {
    let temporary = Temporary::new("failed");
    assert!(Other::start_in("does_not_start", &temporary.directory).wait());
    assert_eq!(temporary.entries(), Vec::<PathBuf>::new());
}

// From the first moment on which there is anything to remove.
#[test]
fn after_kill_9_at_any_moment_of_the_start() {
    let temporary = Temporary::new("killed");
    for mark in ["", "data", "data/PG_VERSION", "data/postmaster.pid"] {
        let mut other = Other::start_in("killed_while_starting", &temporary.directory);
        other.told("starting");
        until("the mark is reached", || {
            let entries = temporary.entries();
            entries.iter().any(|entry| entry.join(mark).exists())
        });
        kill(&mut other);
        until("the directory is gone", || temporary.entries().is_empty());
        until("no process knows the directory", || {
            !command_lines().contains(&*temporary.directory.to_string_lossy())
        });
    }
}

/// A temporary directory that no other test uses, open to all as the system's is.
struct Temporary {
    directory: PathBuf,
}

impl Temporary {
    fn new(name: &str) -> Self {
        let name = format!("orm-{name}-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir(&directory).unwrap();
        fs::set_permissions(&directory, fs::Permissions::from_mode(0o1777)).unwrap();
        Temporary { directory }
    }

    fn entries(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(&self.directory).unwrap().flatten();
        entries.map(|entry| entry.path()).collect()
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}
