//! Configuration from the environment.

use super::config::Config;
use crate::error::{Error, Result};

impl Config {
    /// Reads `DATABASE_URL`, or else `DB_NAME`, `DB_USER`, `DB_PASS`,
    /// `DB_HOST` and `DB_PORT`, whose defaults are `storefront_db`,
    /// `postgres`, `supersecret`, `localhost` and `5432`.
    ///
    /// `DIRECT_URL`, if set, is the [`direct`](Self::direct) way.
    ///
    /// A variable that is set to nothing counts as not set. So where all of them were forgotten
    /// the way leads to `localhost:5432`, and there is no error: a program in production may
    /// want to ask for `DATABASE_URL` itself, and print what it got, which shows no password.
    ///
    /// # Errors
    ///
    /// Fails if the URL or the port cannot be read. The error never quotes them.
    pub fn from_env() -> Result<Self> {
        Self::from_lookup(|name| match std::env::var(name) {
            Ok(value) => Ok(Some(value)),
            Err(std::env::VarError::NotPresent) => Ok(None),
            Err(std::env::VarError::NotUnicode(_)) => Err(Error::config(format!(
                "the environment variable {name} is not valid Unicode"
            ))),
        })
    }

    /// The same, from variables that are kept elsewhere, such as a file.
    ///
    /// ```
    /// use orm_core::exec::Config;
    ///
    /// let config = Config::from_variables(|name| match name {
    ///     "DATABASE_URL" => Some("postgres://app@localhost/shop".to_owned()),
    ///     _ => None,
    /// })?;
    /// assert_eq!(config.database_name(), Some("shop"));
    /// # Ok::<(), orm_core::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`from_env`](Self::from_env).
    pub fn from_variables(get: impl Fn(&str) -> Option<String>) -> Result<Self> {
        Self::from_lookup(|name| Ok(get(name)))
    }

    pub(super) fn from_lookup(lookup: impl Fn(&str) -> Result<Option<String>>) -> Result<Self> {
        let get = |name: &str| Ok::<_, Error>(lookup(name)?.filter(|value| !value.is_empty()));
        let config = Self::from_place(&get)?;
        match get("DIRECT_URL")? {
            #[cfg(feature = "postgres")]
            Some(url) => Ok(config.direct(Self::from_url(&url)?)),
            _ => Ok(config),
        }
    }

    fn from_place(get: &impl Fn(&str) -> Result<Option<String>>) -> Result<Self> {
        if let Some(url) = get("DATABASE_URL")? {
            return Self::from_url(&url);
        }
        #[cfg(feature = "postgres")]
        return Self::from_parts(get);
        #[cfg(not(feature = "postgres"))]
        Err(Error::config(
            "the environment variable DATABASE_URL is not set",
        ))
    }

    #[cfg(feature = "postgres")]
    fn from_parts(get: &impl Fn(&str) -> Result<Option<String>>) -> Result<Self> {
        let mut config = Self::new();
        if let Some(name) = get("DB_NAME")? {
            config = config.database(&name);
        }
        if let Some(user) = get("DB_USER")? {
            config = config.user(&user);
        }
        if let Some(password) = get("DB_PASS")? {
            config = config.password(&password);
        }
        if let Some(host) = get("DB_HOST")? {
            config = config.host(&host);
            config.check()?;
        }
        if let Some(port) = get("DB_PORT")? {
            let port = port.trim().parse();
            config = config.port(port.map_err(|_| Error::config("DB_PORT is not a port number"))?);
        }
        Ok(config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(vars: &[(&str, &str)]) -> Result<Config> {
        Config::from_lookup(|name| {
            let found = vars.iter().find(|(key, _)| *key == name);
            Ok(found.map(|(_, value)| (*value).to_owned()))
        })
    }

    #[test]
    fn the_defaults_are_the_articles() {
        let config = from(&[]).unwrap();
        assert_eq!(
            config.to_string(),
            "storefront_db on localhost:5432 as postgres"
        );
        assert_eq!(
            config.postgres().unwrap().driver.get_password(),
            Some(&b"supersecret"[..])
        );
    }

    #[test]
    fn single_variables_are_read() {
        let config = from(&[
            ("DB_NAME", "shop"),
            ("DB_USER", "app"),
            ("DB_PASS", "pw"),
            ("DB_HOST", "db.example.com"),
            ("DB_PORT", "5433"),
        ])
        .unwrap();
        assert_eq!(config.to_string(), "shop on db.example.com:5433 as app");
        assert_eq!(
            config.postgres().unwrap().driver.get_password(),
            Some(&b"pw"[..])
        );
    }

    #[test]
    fn a_url_wins_and_empty_counts_as_unset() {
        let url = ("DATABASE_URL", "postgres://u:p@h/d");
        let config = from(&[url, ("DB_NAME", "other")]).unwrap();
        assert_eq!(config.to_string(), "d on h:5432 as u");

        let config = from(&[("DATABASE_URL", ""), ("DB_NAME", ""), ("DB_PORT", "")]).unwrap();
        assert_eq!(
            config.to_string(),
            "storefront_db on localhost:5432 as postgres"
        );
    }

    #[test]
    fn a_second_url_leads_past_a_pooler() {
        let pooled = (
            "DATABASE_URL",
            "postgres://u:p@pooler:6432/d?pgbouncer=true&schema=s",
        );
        let direct = ("DIRECT_URL", "postgres://u:p@h/d");
        let config = from(&[pooled, direct]).unwrap();
        assert_eq!(config.to_string(), "d on pooler:6432 as u");
        assert_eq!(
            config.past_pooler().unwrap().to_string(),
            "d on h:5432 as u"
        );
        assert!(from(&[pooled]).unwrap().past_pooler().is_err());
        let error = from(&[pooled, ("DIRECT_URL", "canary")]).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("canary"));
    }

    #[test]
    fn a_host_with_more_than_a_host_in_it_is_refused_unquoted() {
        for host in [
            "u:canary@h",
            "postgres://u:canary@h/d",
            "host=h password=canary",
        ] {
            let error = from(&[("DB_HOST", host)]).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
        }
    }

    // A whole URL where a name belongs.
    #[test]
    fn a_name_that_may_hold_a_password_is_not_shown() {
        let url = "postgres://u:canary@h/d";
        for config in [
            from(&[("DB_NAME", url)]).unwrap(),
            from(&[("DB_USER", "u:canary")]).unwrap(),
            Config::new().host(url),
            Config::new().database("host=h password=canary"),
        ] {
            assert!(
                !format!("{config:?} {config}").contains("canary"),
                "{config}"
            );
        }
    }

    // A file of variables that was read without looking, or a shell that was given too many.
    #[test]
    fn what_stands_before_a_url_is_named() {
        for before in ["\"", "'", " ", "\n\t", "\u{a0}"] {
            for url in ["postgres://u:canary@h/d", "sqlite:canary.db"] {
                let error = from(&[("DATABASE_URL", &format!("{before}{url}{before}"))]);
                let error = error.unwrap_err().to_string();
                assert!(
                    error.contains("a quotation mark or white space stands before"),
                    "{error}"
                );
                assert!(!error.contains("canary"), "{error}");
            }
        }
    }

    #[test]
    fn a_url_without_a_scheme_is_told_what_it_may_start_with() {
        for url in ["canary.db", "file:canary.db", "mysql://u:canary@h/d"] {
            let error = from(&[("DATABASE_URL", url)]).unwrap_err().to_string();
            assert_eq!(error.contains("`sqlite:shop.db`"), cfg!(feature = "sqlite"));
            assert!(!error.contains("canary"), "{error}");
        }
    }

    #[test]
    fn a_wrong_port_is_not_quoted() {
        let error = from(&[("DB_PORT", "canary")]).unwrap_err();
        assert_eq!(error.to_string(), "DB_PORT is not a port number");
    }

    // A password must not end up in a log because someone printed the config.
    #[test]
    fn neither_debug_nor_display_shows_a_secret() {
        let config = from(&[("DB_PASS", "canary")]).unwrap();
        assert!(!format!("{config:?} {config:#?} {config}").contains("canary"));
        let config = Config::from_url("postgres://u:canary@h/d").unwrap();
        assert!(!format!("{config:?} {config:#?} {config}").contains("canary"));
    }
}
