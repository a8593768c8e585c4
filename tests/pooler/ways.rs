//! The ways to a pooler: encrypted, and by a socket.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use orm::error::ErrorKind;
use orm::exec::TlsMode;
use orm::prelude::*;
use orm::raw::raw_sql;

use crate::models::{Mood, Owner, Thing};
use crate::place::{Test, database, pooler, pooler_with, through};

/// Certificates in a directory that goes with it.
struct Certificates(PathBuf);

impl Certificates {
    /// One for `localhost`, and the authority that signed it.
    fn new() -> Test<Self> {
        // Not below the target directory, which the pooler's account may not reach.
        let name = format!("orm-certificates-{}", std::process::id());
        let directory = std::env::temp_dir().join(name);
        fs::create_dir_all(&directory)?;
        let made = Self(directory);
        for name in ["ca", "stranger"] {
            made.openssl(&format!(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
                 -subj /CN={name} -keyout {name}.key -out {name}.pem"
            ))?;
        }
        made.openssl(
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
             -keyout pooler.key -out pooler.csr",
        )?;
        fs::write(made.file("san.txt"), "subjectAltName=DNS:localhost\n")?;
        made.openssl(
            "x509 -req -in pooler.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 \
             -extfile san.txt -out pooler.pem",
        )?;
        made.let_the_pooler_read()?;
        Ok(made)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// It may run as somebody else.
    #[cfg(unix)]
    fn let_the_pooler_read(&self) -> Test {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&self.0, fs::Permissions::from_mode(0o755))?;
        fs::set_permissions(self.file("pooler.key"), fs::Permissions::from_mode(0o644))?;
        Ok(())
    }

    #[cfg(not(unix))]
    fn let_the_pooler_read(&self) -> Test {
        Ok(())
    }

    fn openssl(&self, args: &str) -> Test {
        let mut command = Command::new("openssl");
        let command = command.args(args.split_whitespace()).current_dir(&self.0);
        let output = command.output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        Ok(())
    }
}

impl Drop for Certificates {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Everything that is sent in a way of its own: rows, trees, a transaction, and a
/// cancel request, which has a connection to itself.
pub(crate) async fn works(config: Config) -> Test {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let name = format!("owner {}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let db = Db::connect(config).await?;
    let owner = Owner::create()
        .name(&name)
        .mood(Mood::Sad)
        .moods(vec![Mood::Sad])
        .visits(1)
        .save(&db)
        .await?;
    let thing = Thing::create().owner_id(owner.id).label("b").size(2);
    let tx = db.begin().await?;
    thing.save(&tx).await?;
    tx.commit().await?;
    for _ in 0..3 {
        let found = Thing::query()
            .filter(Thing::owner_id.eq(owner.id))
            .include(Thing::owner)
            .one(&db)
            .await?;
        assert_eq!(found.owner.name, name);
    }
    let slow = raw_sql("SELECT pg_sleep(60)::text");
    let dropped = tokio::time::timeout(Duration::from_millis(200), slow.execute(&db));
    assert!(dropped.await.is_err());
    // It was cancelled, or it would hold the one connection there is for a minute.
    let count = Owner::find(owner.id).one(&db);
    let answered = tokio::time::timeout(Duration::from_secs(20), count).await?;
    assert_eq!(answered?.visits, 1);
    db.close().await;
    Ok(())
}

#[tokio::test]
async fn encrypted_as_each_mode_promises() -> Test {
    let files = Certificates::new()?;
    let (key, certificate) = (files.file("pooler.key"), files.file("pooler.pem"));
    let demands = [
        ("client_tls_sslmode", "require"),
        ("client_tls_key_file", &key.to_string_lossy()),
        ("client_tls_cert_file", &certificate.to_string_lossy()),
    ];
    let Some(pooler) = pooler_with(1, &demands)? else {
        return Ok(());
    };
    let database = database().await?;
    let at = through(&pooler, &database, 1)?;
    let named = at.clone().host("localhost");
    works(at.clone().tls(TlsMode::Prefer)).await?;
    works(at.clone().tls(TlsMode::Require)).await?;
    let ca = files.file("ca.pem");
    works(at.clone().tls(TlsMode::VerifyCa).root_certificate(&ca)).await?;
    works(named.clone().tls(TlsMode::VerifyFull).root_certificate(&ca)).await?;

    let stranger = files.file("stranger.pem");
    let refused = [
        (
            at.clone().tls(TlsMode::VerifyFull).root_certificate(&ca),
            "is for another host",
        ),
        (
            named.tls(TlsMode::VerifyFull).root_certificate(&stranger),
            "no authority trusted here",
        ),
    ];
    for (config, reason) in refused {
        let error = Db::connect(config).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
    // The pooler takes nothing else, so that all above was encrypted.
    assert!(Db::connect(at.tls(TlsMode::Disable)).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_pooler_without_tls_is_used_plainly_or_refused() -> Test {
    let Some(pooler) = pooler(1)? else {
        return Ok(());
    };
    let database = database().await?;
    let at = through(&pooler, &database, 1)?;
    works(at.clone().tls(TlsMode::Prefer)).await?;
    let error = Db::connect(at.tls(TlsMode::Require)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Tls, "{error}");
    assert!(error.to_string().contains("offers no TLS"), "{error}");
    Ok(())
}

#[cfg(unix)]
#[tokio::test]
async fn by_a_socket() -> Test {
    let Some(pooler) = pooler(1)? else {
        return Ok(());
    };
    let database = database().await?;
    let at = through(&pooler, &database, 1)?;
    let directory = pooler.socket_directory().to_string_lossy().into_owned();
    works(at.host(&directory)).await?;
    let url = format!(
        "postgres://postgres@/{}?pooler=transaction&host={directory}&port={}",
        database.name(),
        pooler.address().port()
    );
    works(Config::from_url(&url)?.pool(orm::exec::PoolOptions::new().max(1))).await?;
    Ok(())
}
