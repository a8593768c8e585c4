//! Other processes: this program again, each with a part to play in a folder.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use crate::support::Folder;

/// What the other process plays, and in which folder.
const PART: &str = "ORM_SQLITE_PART";
const FOLDER: &str = "ORM_SQLITE_FOLDER";

/// How long one is waited for.
const LIMIT: Duration = Duration::from_secs(120);

/// The other process itself. Alone it has no part, and nothing to do.
#[tokio::test(flavor = "multi_thread")]
async fn the_other_process() {
    let (Ok(part), Ok(folder)) = (std::env::var(PART), std::env::var(FOLDER)) else {
        return;
    };
    let folder = Folder::of_another(PathBuf::from(folder));
    let (part, number) = part.split_once(' ').unwrap();
    let number = number.parse().unwrap();
    match part {
        "write" => crate::killed::write(&folder).await,
        "migrate" => crate::killed::migrate(&folder).await,
        "count" => crate::together::count(&folder, number).await,
        "look" => crate::together::look(&folder).await,
        "stream" => crate::stream::stream(&folder).await,
        other => panic!("no part is called {other}"),
    }
    tell("ended");
}

/// Tells the test something: it is out before this returns.
pub(crate) fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "told {line}").unwrap();
    out.flush().unwrap();
}

/// Another process, as seen from the test. Dropped, it is killed.
pub(crate) struct Other {
    process: Child,
    lines: Receiver<String>,
}

impl Other {
    pub(crate) fn start(part: &str, number: u64, folder: &Folder) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "process::the_other_process", "--nocapture"])
            .env(PART, format!("{part} {number}"))
            .env(FOLDER, folder.file(""))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (send, lines) = channel();
        std::thread::spawn(move || {
            let lines = output.lines().map_while(Result::ok);
            for line in lines {
                // libtest may have begun the line.
                if let Some(at) = line.find("told ") {
                    let _ = send.send(line[at + 5..].to_owned());
                }
            }
        });
        Other { process, lines }
    }

    /// The next that it tells; `None` when it has ended.
    pub(crate) fn told(&self) -> Option<String> {
        match self.lines.recv_timeout(LIMIT) {
            Ok(line) => Some(line),
            Err(RecvTimeoutError::Disconnected) => None,
            Err(RecvTimeoutError::Timeout) => panic!("the other process says nothing"),
        }
    }

    /// Kills it as nothing can be caught, and returns what it told before.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        std::iter::from_fn(|| self.told()).collect()
    }

    /// Waits for its end, which must be a good one; what it told.
    pub(crate) fn end(mut self) -> Vec<String> {
        let told: Vec<String> = std::iter::from_fn(|| self.told()).collect();
        assert!(self.process.wait().unwrap().success(), "{told:?}");
        assert_eq!(told.last().map(String::as_str), Some("ended"), "{told:?}");
        told
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
