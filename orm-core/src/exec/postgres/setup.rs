//! What a session is set to, and whether it is.
//!
//! A server takes its settings with the start-up message, in `options`. A pooler knows some
//! settings and no `options`: it refuses them, or leaves them out without a word. One that
//! keeps sessions, and is known for one, gets statements instead. One that is taken for a
//! server is found out by what it says of itself, and asked what its session is set to.

use std::sync::Arc;

use tokio_postgres::Client;
use tokio_postgres::types::{ToSql, Type};

use super::failover::Unopened;
use super::identity::Claims;
use crate::sql::identifier;

/// What every session is set to, whatever the server or the database says.
///
/// Compiling a generic plan of a wide shape costs 12 to 20 ms. Where a text in
/// SQL ends is read by our grammar too, which must be the server's. Lists travel
/// as texts, in which NULL must mean NULL.
pub(super) const ALWAYS: [(&str, &str); 4] = [
    ("jit", "off"),
    ("TimeZone", "UTC"),
    ("standard_conforming_strings", "on"),
    ("array_nulls", "on"),
];

/// Which settings the session does not have. Those without a value are the user's own.
const NOT_SET: &str = "SELECT it.name FROM unnest($1::text[], $2::text[]) \
     WITH ORDINALITY AS it (name, value, place) \
     LEFT JOIN pg_catalog.pg_settings s ON lower(s.name) = lower(it.name) \
     WHERE CASE WHEN it.value IS NOT NULL THEN s.setting IS DISTINCT FROM it.value \
     WHEN s.name IS NOT NULL THEN s.source NOT IN ('client', 'session') \
     ELSE pg_catalog.current_setting(it.name, true) IS NULL END ORDER BY it.place";

/// How a new session comes to its settings.
#[derive(Clone, Default)]
pub(in crate::exec) struct Setup(Arc<Means>);

#[derive(Default)]
struct Means {
    /// What goes with the start-up message.
    names: Vec<String>,
    values: Vec<Option<String>>,
    /// Statements that go behind it.
    text: String,
}

impl Means {
    /// Whether a setting has a value of ours.
    fn is_ours(&self, name: &str) -> bool {
        let mut all = self.names.iter().zip(&self.values);
        all.any(|(it, value)| it == name && value.is_some())
    }
}

impl Setup {
    /// Settings that go with the start-up message, and `options` of the user's own, which win.
    pub(super) fn at_start(settings: Vec<(&'static str, String)>, options: &str) -> Self {
        let mut means = Means::default();
        let own = names_in(options);
        for (name, value) in settings {
            if !own.iter().any(|it| it.eq_ignore_ascii_case(name)) {
                means.names.push(name.to_owned());
                means.values.push(Some(value));
            }
        }
        means.values.extend(own.iter().map(|_| None));
        means.names.extend(own);
        Self(Arc::new(means))
    }

    /// Settings that go behind it.
    pub(super) fn behind(settings: &[(&'static str, String)]) -> Self {
        let mut means = Means::default();
        for (name, value) in settings {
            assign(&mut means.text, "SET", name, value);
        }
        Self(Arc::new(means))
    }

    /// Statements that a session needs again which was reset.
    pub(in crate::exec) fn text(&self) -> &str {
        &self.0.text
    }

    /// Makes sure that a new session has its settings. Nothing is sent to what is
    /// certainly a server.
    pub(super) async fn complete(&self, client: &Client, claims: Claims) -> Result<(), Unopened> {
        let means = &*self.0;
        if !means.text.is_empty() {
            client.batch_execute(&means.text).await?;
        }
        if means.names.is_empty() || claims.are_of_server(client, |name| means.is_ours(name)) {
            return Ok(());
        }
        let wanted: [(&(dyn ToSql + Sync), Type); 2] = [
            (&means.names, Type::TEXT_ARRAY),
            (&means.values, Type::TEXT_ARRAY),
        ];
        let rows = client.query_typed(NOT_SET, &wanted).await?;
        let names: Result<Vec<String>, _> = rows.iter().map(|row| row.try_get(0)).collect();
        match names? {
            names if names.is_empty() => Ok(()),
            names => Err(Unopened::NotSet(names)),
        }
    }
}

/// Adds a statement that sets something. A list of names is a list of words; all else is
/// one word.
pub(super) fn assign(text: &mut String, set: &str, name: &str, value: &str) {
    text.extend([set, " ", name, " = "]);
    match name {
        "search_path" => text.push_str(value),
        _ => identifier::quote(text, value),
    }
    text.push(';');
}

/// What `options` set: `-c name=value`, `-cname=value` or `--name=value`.
fn names_in(options: &str) -> Vec<String> {
    let words = words_of(options);
    let mut words = words.iter().map(String::as_str);
    let mut names = Vec::new();
    while let Some(word) = words.next() {
        let setting = match word.strip_prefix("--").or_else(|| word.strip_prefix("-c")) {
            Some("") => words.next(),
            setting => setting,
        };
        let name = setting.and_then(|it| it.split_once('=')).map(|it| it.0);
        let of_name = |it: char| it.is_alphanumeric() || matches!(it, '_' | '-' | '.');
        names.extend(
            name.filter(|it| it.chars().all(of_name))
                .map(|it| it.replace('-', "_")),
        );
    }
    names
}

/// A backslash takes what follows as it is.
fn words_of(options: &str) -> Vec<String> {
    let mut words = vec![];
    let mut word = String::new();
    let mut characters = options.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => word.extend(characters.next()),
            ' ' | '\t' | '\n' | '\r' => words.push(std::mem::take(&mut word)),
            _ => word.push(character),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_read_as_a_server_reads_them() {
        for (options, names) in [
            ("", &[][..]),
            ("-c jit=on", &["jit"]),
            (
                "  -cjit=on --work-mem=8MB\t-c a.b=c",
                &["jit", "work_mem", "a.b"],
            ),
            (r"-c search_path=a\ -c\ b=c,\\ -d 5 -c", &["search_path"]),
            ("-c  timezone=UTC -c nothing -c it's=1", &["timezone"]),
        ] {
            assert_eq!(names_in(options), names, "{options}");
        }
    }

    #[test]
    fn a_setting_of_the_users_own_has_no_value_of_ours() {
        let ours = vec![("jit", "off".to_owned()), ("TimeZone", "UTC".to_owned())];
        let setup = Setup::at_start(ours, "-c timezone=Asia/Tokyo -c work_mem=8MB");
        assert_eq!(setup.0.names, ["jit", "timezone", "work_mem"]);
        assert_eq!(setup.0.values, [Some("off".to_owned()), None, None]);
        assert_eq!(setup.text(), "");
    }

    #[test]
    fn statements_hold_one_word_each_and_a_path_as_it_is() {
        let schema = ("search_path", "\"a \"\"b\"".to_owned());
        let setup = Setup::behind(&[("lock_timeout", "5".to_owned()), schema]);
        let expected = "SET lock_timeout = \"5\";SET search_path = \"a \"\"b\";";
        assert_eq!(setup.text(), expected);
    }
}
