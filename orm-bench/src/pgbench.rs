//! pgbench, PostgreSQL's own load generator, as one of those compared: it finds
//! rows by key with prepared statements and decodes nothing.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::contender::{Result, Work};
use crate::measure::Runner;
use crate::run::{Rating, Seat};
use crate::throughput::{Rate, of_times};

/// As many as everyone's pool has.
const CONNECTIONS: u64 = 16;

const SCRIPT: &str = "\\set id random(1, 10000)\n\
     SELECT id, full_name, email, password_hash, created_at, updated_at FROM users WHERE id = :id;\n";

/// Runs `pgbench` with a client for each task; each client is a connection.
#[derive(Debug)]
pub struct Pgbench {
    program: PathBuf,
    url: String,
    home: PathBuf,
}

impl Pgbench {
    /// pgbench, if this machine has it: on the path, or where Debian puts it.
    pub fn find(url: &str) -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let on_path = std::env::split_paths(&path).map(|folder| folder.join("pgbench"));
        let versions = (14..=20).rev();
        let of_debian =
            versions.map(|n| Path::new("/usr/lib/postgresql").join(format!("{n}/bin/pgbench")));
        let program = of_debian.chain(on_path).find(|program| program.is_file())?;
        let home = std::env::temp_dir().join(format!("orm-bench-{}", std::process::id()));
        std::fs::create_dir_all(&home).ok()?;
        std::fs::write(home.join("find.sql"), SCRIPT).ok()?;
        Some(Pgbench {
            program,
            url: url.to_owned(),
            home,
        })
    }

    /// `None` where the server has not that many connections.
    fn measure(&self, clients: u64) -> Result<Option<Rate>> {
        let log = self.home.join("log");
        let clients = clients.to_string();
        let done = Command::new(&self.program)
            .args([
                "-n", "-M", "prepared", "-j", "1", "-T", "1", "-c", &clients, "-l",
            ])
            .arg("--log-prefix")
            .arg(&log)
            .arg("-f")
            .arg(self.home.join("find.sql"))
            .arg(&self.url)
            .output()?;
        let mut times = Vec::new();
        for entry in std::fs::read_dir(&self.home)? {
            let path = entry?.path();
            if path != self.home.join("find.sql") {
                times.extend(times_in(&std::fs::read_to_string(&path)?));
                std::fs::remove_file(path)?;
            }
        }
        if !done.status.success() || times.is_empty() {
            return Ok(None);
        }
        let told = String::from_utf8_lossy(&done.stdout);
        let rate = told.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rest| rest.split(' ').next()?.parse::<f64>().ok());
        let rate = rate.ok_or("pgbench did not say how many transactions it did")?;
        let elapsed = Duration::from_secs_f64(times.len() as f64 / rate);
        Ok(Some(of_times(times, elapsed)))
    }
}

/// The third number of each line is a transaction's time in microseconds.
fn times_in(log: &str) -> impl Iterator<Item = Duration> {
    let micros = log
        .lines()
        .filter_map(|line| line.split(' ').nth(2)?.parse().ok());
    micros.map(Duration::from_micros)
}

impl Seat for Pgbench {
    fn name(&self) -> &'static str {
        "pgbench"
    }

    fn runner(&self, _: Work) -> Option<Runner<'_>> {
        None
    }

    fn rate(&self, work: Work, tasks: u64) -> Option<Rating<'_>> {
        // More clients are more connections than the others have, and a hundred
        // that come and go disturb who is measured next.
        if work != Work::FindByKey || tasks > CONNECTIONS {
            return None;
        }
        let rate = self.measure(tasks).transpose()?;
        Some(Box::pin(async { rate }))
    }
}

impl Drop for Pgbench {
    fn drop(&mut self) {
        // Nothing depends on the folder being gone.
        let _ = std::fs::remove_dir_all(&self.home);
    }
}
