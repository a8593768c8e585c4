//! Which columns are not shown: what is in them is nobody's to read.

use orm_core::ddl::blueprint::Name;

use crate::pull::naming;

/// Words of a column's name that say that it holds a secret.
const WORDS: [&str; 20] = [
    "credential",
    "credentials",
    "cvc",
    "cvv",
    "otp",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "passwort",
    "pin",
    "pwd",
    "salt",
    "secret",
    "secrets",
    "token",
    "tokens",
    "totp",
    "apikey",
    "privatekey",
];

/// The same of two words beside each other.
const PAIRS: [(&str, &str); 5] = [
    ("access", "key"),
    ("api", "key"),
    ("encryption", "key"),
    ("private", "key"),
    ("signing", "key"),
];

/// What is hidden: by its name, and as the command was told.
#[derive(Debug, Clone, Default)]
pub(super) struct Hidden {
    /// `table.column`, as `--hide` has it.
    pub(super) more: Vec<String>,
    /// `table.column`, as `--show` has it.
    pub(super) less: Vec<String>,
}

impl Hidden {
    pub(super) fn has(&self, table: &Name, column: &str) -> bool {
        let said = format!("{table}.{column}");
        self.more.contains(&said) || (sounds_secret(column) && !self.less.contains(&said))
    }
}

fn sounds_secret(column: &str) -> bool {
    let name = naming::field(column);
    let words: Vec<&str> = name.trim_start_matches("r#").split('_').collect();
    let pair = |it: &[&str]| matches!(it, [a, b] if PAIRS.contains(&(a, b)));
    words.iter().any(|it| WORDS.contains(it)) || words.windows(2).any(pair)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            "password_hash",
            "passwordHash",
            "reset_token",
            "API key",
            "apiKey",
            "client_secret",
            "Salt",
        ] {
            assert!(sounds_secret(name), "{name}");
        }
        for name in ["id", "key", "tokenizer", "api", "hash", "secretary", "spin"] {
            assert!(!sounds_secret(name), "{name}");
        }
    }

    #[test]
    fn the_command_is_told_more_and_less() {
        let hidden = Hidden {
            more: vec!["sales.people.phone".into()],
            less: vec!["jobs.token".into()],
        };
        let people = Name::new(Some("sales"), "people");
        assert!(hidden.has(&people, "phone") && !hidden.has(&people, "name"));
        let jobs = Name::new(None, "jobs");
        assert!(!hidden.has(&jobs, "token") && hidden.has(&people, "token"));
    }
}
