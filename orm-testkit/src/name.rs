//! The names of test databases: unique, and telling who made them.
//!
//! The name says it and not a comment, because a database and its name appear
//! at once: a process killed in between leaves nothing that cannot be read.

use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::random;

const PREFIX: &str = "orm_test_";

/// Whether a process of another machine lives cannot be asked. No test runs
/// for a week, and a database in use is never dropped.
const FOREIGN_LIMIT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// A name that no other call, process or machine has given.
///
/// `orm_test_<pid>_<counter>_<machine><seconds><random>`
pub(crate) fn fresh() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let pid = process::id();
    let count = COUNTER.fetch_add(1, Ordering::Relaxed);
    let (machine, seconds, random) = (machine::id(), now(), random::u32());
    format!("{PREFIX}{pid}_{count}_{machine:08x}{seconds:08x}{random:08x}")
}

/// Who made a database.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Maker {
    pid: u32,
    machine: u32,
    seconds: u32,
}

impl Maker {
    /// Reads a name that [`fresh`] has made; `None` for every other name.
    pub(crate) fn of(name: &str) -> Option<Self> {
        let mut parts = name.strip_prefix(PREFIX)?.split('_');
        let pid = decimal(parts.next()?)?;
        decimal(parts.next()?)?;
        let tail = parts.next()?;
        if parts.next().is_some() || tail.len() != 24 || !tail.bytes().all(is_lower_hex) {
            return None;
        }
        let word = |at: usize| u32::from_str_radix(&tail[at..at + 8], 16).ok();
        Some(Maker {
            pid,
            machine: word(0)?,
            seconds: word(8)?,
        })
    }

    /// Whether the maker is certainly gone. When in doubt, it lives: another
    /// process may have got its number meanwhile.
    pub(crate) fn is_gone(&self) -> bool {
        if self.machine == machine::id() {
            return !machine::is_alive(self.pid);
        }
        let age = now().saturating_sub(self.seconds);
        u64::from(age) > FOREIGN_LIMIT.as_secs()
    }
}

fn decimal(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn is_lower_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

fn now() -> u32 {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    u32::try_from(seconds).unwrap_or(u32::MAX)
}

/// Within what a process id means something.
mod machine {
    use std::sync::OnceLock;

    /// A number for this run of this machine's kernel, and for this container.
    pub(super) fn id() -> u32 {
        static ID: OnceLock<u32> = OnceLock::new();
        *ID.get_or_init(|| fnv1a(&description()))
    }

    /// FNV-1a: the number must be the same in programs of different compilers,
    /// which the standard library's hashes do not promise.
    fn fnv1a(text: &str) -> u32 {
        text.bytes().fold(0x811c_9dc5, |hash, byte| {
            (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
        })
    }

    #[cfg(target_os = "linux")]
    fn description() -> String {
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id");
        let namespace = std::fs::read_link("/proc/self/ns/pid");
        format!("{boot:?} {namespace:?}")
    }

    #[cfg(not(target_os = "linux"))]
    fn description() -> String {
        // macOS and the BSDs; elsewhere the name of the computer must do.
        let boot = std::process::Command::new("sysctl")
            .args(["-n", "kern.boottime"])
            .output();
        let boot = boot.map(|output| output.stdout).unwrap_or_default();
        let host = std::env::var("COMPUTERNAME").unwrap_or_default();
        format!("{boot:?} {host}")
    }

    #[cfg(target_os = "linux")]
    pub(super) fn is_alive(pid: u32) -> bool {
        // An error that is not "no such process" proves nothing.
        std::path::Path::new("/proc")
            .join(pid.to_string())
            .try_exists()
            .unwrap_or(true)
    }

    #[cfg(all(unix, not(target_os = "linux")))]
    pub(super) fn is_alive(pid: u32) -> bool {
        let found = std::process::Command::new("ps")
            .args(["-o", "pid=", "-p", &pid.to_string()])
            .output();
        found.map_or(true, |output| output.status.success())
    }

    #[cfg(not(unix))]
    pub(super) fn is_alive(_pid: u32) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_fits_postgresql_and_tells_its_maker() {
        let name = fresh();
        assert!(name.len() <= 63, "{name}");
        let maker = Maker::of(&name).unwrap();
        assert_eq!(maker.pid, process::id());
        assert_eq!(maker.machine, machine::id());
        assert!(now() - maker.seconds < 60);
        assert!(!maker.is_gone());
        assert_ne!(fresh(), name);
    }

    // The sweep drops what this function reads: a name somebody chose must not
    // be read, however near it comes.
    #[test]
    fn other_names_are_not_ours() {
        let tail = "0123456789abcdef01234567";
        assert!(Maker::of(&format!("orm_test_1_2_{tail}")).is_some());
        for name in [
            "orm_test".to_owned(),
            "orm_test_1_2".to_owned(),
            "orm_test_1_2_abc".to_owned(),
            "postgres".to_owned(),
            format!("orm_test_a_2_{tail}"),
            format!("orm_test_+1_2_{tail}"),
            format!("orm_test_1__{tail}"),
            format!("orm_test_1_2_{tail}_3"),
            format!("orm_test_1_2_{tail}0"),
            format!("my_orm_test_1_2_{tail}"),
            format!("orm_test_1_2_{}", tail.to_uppercase()),
            format!("orm_test_1_2_{}é", &tail[..22]),
        ] {
            assert_eq!(Maker::of(&name), None, "{name}");
        }
    }

    #[test]
    fn another_machines_process_lives_for_a_week() {
        let week = u32::try_from(FOREIGN_LIMIT.as_secs()).unwrap();
        let maker = |age| Maker {
            pid: process::id(),
            machine: machine::id() ^ 1,
            seconds: now() - age,
        };
        assert!(!maker(week - 60).is_gone());
        assert!(maker(week + 60).is_gone());
    }

    #[cfg(unix)]
    #[test]
    fn a_process_that_ended_is_gone() {
        let mut child = process::Command::new("true").spawn().unwrap();
        let maker = Maker {
            pid: child.id(),
            machine: machine::id(),
            seconds: now(),
        };
        child.wait().unwrap();
        assert!(maker.is_gone());
    }
}
