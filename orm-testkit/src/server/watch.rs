//! The process between us and the server: it sees to it that nothing is left
//! when this process ends, in whatever way.
//!
//! A server in a `static` is never dropped, a killed process drops nothing, and
//! a parent-death signal follows a thread and not a process. What always happens
//! is that the kernel closes our end of a pipe.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::find::Binaries;

/// How long the server may take to stop; a stop without a checkpoint takes some
/// ten milliseconds.
const STOP_LIMIT: Duration = Duration::from_secs(20);

/// What the watchdog is to start.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) directory: PathBuf,
    pub(super) binaries: Binaries,
    /// To change to before anything else.
    #[cfg(unix)]
    pub(super) account: Option<super::account::Account>,
    pub(super) settings: Vec<(String, String)>,
}

/// A running watchdog. Its standard input is the pipe: the standard library
/// makes our end close-on-exec, so no child of this process inherits it and
/// keeps the server alive.
#[derive(Debug)]
pub(super) struct Watchdog {
    child: Child,
}

impl Watchdog {
    /// Starts the watchdog, which starts the server.
    pub(super) fn start(job: &Job) -> io::Result<Self> {
        let mut command = command(job);
        for (name, _) in std::env::vars_os() {
            // PGPORT, PGDATA and their like would change what is started.
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        // Not our standard output and error: whoever reads those would wait for
        // the watchdog, too.
        let child = command
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        Ok(Watchdog { child })
    }

    /// How the watchdog ended, if it did without being told to.
    pub(super) fn exited(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// Lets the server be stopped and its directory be removed, and waits until
    /// that has happened. The second time, nothing happens.
    pub(super) fn stop(&mut self) -> io::Result<()> {
        drop(self.child.stdin.take());
        let deadline = Instant::now() + STOP_LIMIT;
        while self.child.try_wait()?.is_none() {
            if Instant::now() > deadline {
                return Err(io::ErrorKind::TimedOut.into());
            }
            thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        // If it fails, the watchdog goes on trying without us.
        let _ = self.stop();
    }
}

#[cfg(unix)]
fn command(job: &Job) -> Command {
    use std::os::unix::process::CommandExt;

    use super::find::program;

    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", include_str!("watch.sh"), "orm-testkit"])
        .arg(&job.directory)
        .arg(program(&job.binaries.directory, "initdb"))
        .arg(program(&job.binaries.directory, "postgres"))
        .args(arguments(&job.settings))
        // Every account can be here; initdb insists.
        .current_dir("/")
        // Ctrl-C in a terminal reaches the whole group of the test process.
        .process_group(0);
    if let Some(account) = job.account {
        command.uid(account.uid).gid(account.gid);
    }
    command
}

#[cfg(unix)]
fn arguments(settings: &[(String, String)]) -> impl Iterator<Item = OsString> {
    settings
        .iter()
        .flat_map(|(name, value)| ["-c".into(), format!("{name}={value}").into()])
}

#[cfg(windows)]
fn command(job: &Job) -> Command {
    use std::os::windows::process::CommandExt;

    /// Keeps Ctrl-C in the console from the watchdog.
    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;

    let mut command = Command::new("powershell.exe");
    command
        .args(["-NoProfile", "-NonInteractive", "-Command"])
        .arg(include_str!("watch.ps1"))
        .env("ORM_TESTKIT_DIRECTORY", &job.directory)
        .env("ORM_TESTKIT_BINARIES", &job.binaries.directory)
        .env("ORM_TESTKIT_SETTINGS", configuration(&job.settings))
        .creation_flags(CREATE_NEW_PROCESS_GROUP);
    command
}

/// The settings as lines of `postgresql.conf`.
#[cfg(windows)]
fn configuration(settings: &[(String, String)]) -> OsString {
    let lines = settings
        .iter()
        .map(|(name, value)| format!("{name} = '{}'\n", value.replace('\'', "''")));
    lines.collect::<String>().into()
}
