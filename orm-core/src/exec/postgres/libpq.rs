//! The configuration in the words of PostgreSQL's own programs.

use tokio_postgres::config::Host;

use super::server::Server;
use super::tls::TlsMode;
use crate::exec::config::Config;

impl Config {
    /// The environment in which programs such as `pg_dump` connect to the same
    /// database.
    ///
    /// That is the [`direct`](Self::direct) way, if there is one. The password is in it: hand it to a child process and to nobody else.
    /// `PGSERVICE` and `PGHOSTADDR`, if they are set for this process, win over it and lead
    /// elsewhere: take them from the child before.
    /// It is empty for a database that is no server's.
    pub fn libpq_environment(&self) -> Vec<(&'static str, String)> {
        let server = self.postgres();
        server.map_or_else(|_| Vec::new(), Server::libpq_environment)
    }
}

impl Server {
    fn libpq_environment(&self) -> Vec<(&'static str, String)> {
        if let Some(direct) = &self.direct {
            return direct.libpq_environment();
        }
        let mut environment = vec![
            ("PGHOST", self.hosts().join(",")),
            ("PGPORT", self.ports().join(",")),
            ("PGSSLMODE", sslmode(self.tls.mode).to_owned()),
        ];
        let mut add = |name, value: Option<String>| {
            environment.extend(value.map(|value| (name, value)));
        };
        let driver = &self.driver;
        let password = driver.get_password();
        let addresses = driver.get_hostaddrs().iter().map(ToString::to_string);
        let addresses: Vec<_> = addresses.collect();
        add(
            "PGHOSTADDR",
            (!addresses.is_empty()).then(|| addresses.join(",")),
        );
        add("PGUSER", driver.get_user().map(Into::into));
        add("PGDATABASE", driver.get_dbname().map(Into::into));
        add(
            "PGPASSWORD",
            password.map(|it| String::from_utf8_lossy(it).into_owned()),
        );
        let root = self.tls.root_cert.as_ref();
        add(
            "PGSSLROOTCERT",
            root.map(|it| it.to_string_lossy().into_owned()),
        );
        environment
    }

    fn hosts(&self) -> Vec<String> {
        let hosts = self.driver.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.to_string_lossy().into_owned(),
        });
        hosts.collect()
    }

    fn ports(&self) -> Vec<String> {
        let ports = self.driver.get_ports();
        match ports {
            [] => vec!["5432".to_owned()],
            ports => ports.iter().map(u16::to_string).collect(),
        }
    }
}

fn sslmode(mode: TlsMode) -> &'static str {
    match mode {
        TlsMode::Disable => "disable",
        TlsMode::Prefer => "prefer",
        TlsMode::Require => "require",
        TlsMode::VerifyCa => "verify-ca",
        TlsMode::VerifyFull => "verify-full",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_process_is_told_all_it_needs() {
        let url =
            "postgres://app:pw@db.example.com:6432/shop?sslmode=verify-full&sslrootcert=%2Fca";
        let environment = Config::from_url(url).unwrap().libpq_environment();
        let expected = [
            ("PGHOST", "db.example.com"),
            ("PGPORT", "6432"),
            ("PGSSLMODE", "verify-full"),
            ("PGUSER", "app"),
            ("PGDATABASE", "shop"),
            ("PGPASSWORD", "pw"),
            ("PGSSLROOTCERT", "/ca"),
        ];
        let environment: Vec<_> = environment
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        assert_eq!(environment, expected);
    }
}
