//! What statements leave behind on their connection, told by PostgreSQL's grammar.
//!
//! The driver does not say whether a connection is inside a transaction, so
//! nobody but [`Tx`](crate::exec::Tx) may open or end one. What changes the session
//! must not reach the next user of the connection. In doubt it counts as
//! changed. What a function of the database does inside is not seen.

use crate::error::{Error, Result};
use crate::lexer::{Boundary, Kind, Lexer, Token};
use crate::schema::Backend;

/// What a text leaves behind on its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::exec) struct Effect {
    /// It opens or ends a transaction.
    transaction: bool,
    /// It changes the session beyond the transaction: settings, channels,
    /// locks, temporary tables, prepared statements.
    pub(in crate::exec) session: bool,
    /// The same where the text says so, not only in doubt.
    lasting: bool,
    /// It writes rows.
    writes: bool,
    /// Names may mean something else from now on: `search_path`, the role.
    pub(in crate::exec) names: bool,
    /// It is a COPY from or to whoever sends it.
    copies: bool,
    /// It asks for notifications, which nobody would hear.
    listens: bool,
}

impl Effect {
    /// Refuses what only [`Tx`](crate::exec::Tx) may do, what has no rows to answer with, and
    /// what a connection of the pool does for nobody.
    pub(in crate::exec) fn allowed(self) -> Result<Self> {
        if self.transaction {
            return Err(Error::own_transaction());
        }
        if self.copies {
            return Err(Error::usage(
                "COPY .. FROM STDIN and COPY .. TO STDOUT are not run as statements: rows are \
                 written by `copy_in`, and read one by one by a stream",
            ));
        }
        if self.listens {
            return Err(Error::usage(
                "a LISTEN on a connection of the pool is heard by nobody: listen with \
                 `tokio_postgres` on a connection of its own, to the server itself and not to a \
                 pooler",
            ));
        }
        Ok(self)
    }

    fn lasts(&mut self) {
        self.session = true;
        self.lasting = true;
    }

    /// Refuses what would stay with a session that the pooler gives to others.
    pub(in crate::exec) fn within_transaction(self) -> Result<()> {
        if self.lasting {
            return Err(Error::usage(
                "behind a pooler in transaction mode the next statement may reach another session \
                 of the server: settings, locks, channels, prepared statements and temporary \
                 tables that outlive a transaction would be somebody else's; use `SET LOCAL`, \
                 `set_config(.., true)` or `pg_advisory_xact_lock` in a transaction, or a second \
                 `Db` that connects to the server itself",
            ));
        }
        Ok(())
    }
}

/// Reads a text of one statement or several.
pub(in crate::exec) fn effect_of(text: &str) -> Effect {
    let mut lexer = Lexer::new(text, Backend::Postgres);
    let mut effect = Effect::default();
    let mut reader = Reader::new();
    loop {
        match lexer.token() {
            Ok(None) => return effect,
            Ok(Some(token)) => reader.take(&token, &mut effect),
            // The server will refuse it; whatever it makes of it, nobody else meets it.
            Err(_) => {
                effect.session = true;
                return effect;
            }
        }
    }
}

/// The statement being read.
struct Reader<'s> {
    boundary: Boundary,
    command: Command,
    /// The last token and the two before it.
    last: [&'s str; 3],
    depth: usize,
    /// Where a call of `set_config` began.
    set_config: Option<usize>,
    /// Whether the next token belongs to the setting it is about.
    naming: Naming,
    /// Between UPDATE and SET, where the table is named.
    target: bool,
}

/// Where the first argument of `set_config` is read.
#[derive(Clone, Copy, Default)]
enum Naming {
    #[default]
    No,
    /// It begins with the next token.
    Begins,
    /// It was a literal, and is that alone if a comma follows.
    Ends,
}

/// What the first words said.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Command {
    /// No word yet.
    None,
    Set,
    SetLocal,
    /// SET CONSTRAINTS or SET TRANSACTION.
    SetOwn,
    Copy,
    Start,
    Prepare,
    Declare,
    Other,
}

impl<'s> Reader<'s> {
    fn new() -> Self {
        Reader {
            boundary: Boundary::new(Backend::Postgres),
            command: Command::None,
            last: [""; 3],
            depth: 0,
            set_config: None,
            naming: Naming::No,
            target: false,
        }
    }

    fn take(&mut self, token: &Token<'s>, effect: &mut Effect) {
        if matches!(token.kind, Kind::LineComment | Kind::BlockComment) {
            return;
        }
        match std::mem::take(&mut self.naming) {
            Naming::No => {}
            Naming::Begins if is_harmless_setting(token.text) => self.naming = Naming::Ends,
            Naming::Begins => effect.names = true,
            Naming::Ends => effect.names |= token.text != ",",
        }
        match token.kind {
            Kind::Semicolon if self.boundary.may_end() => {
                *self = Self::new();
                return;
            }
            Kind::Word => self.word(token.text, effect),
            Kind::QuotedName => self.quoted(token.text, effect),
            Kind::Open => self.open(effect),
            Kind::Close => self.close(effect),
            Kind::Other if token.text == "." => self.dot(effect),
            // `set_config('search_path', 'pg_temp', true)`
            Kind::Other if token.text.starts_with('\'') => {
                effect.session |= effect.names && token.text.contains("pg_temp");
            }
            _ => {}
        }
        self.boundary.take(token);
        self.last = [token.text, self.last[0], self.last[1]];
    }

    fn word(&mut self, word: &str, effect: &mut Effect) {
        let is = |words: &[&str]| words.iter().any(|it| word.eq_ignore_ascii_case(it));
        match self.command {
            Command::None => self.command = first_word(word, effect),
            Command::Set if is(&["LOCAL"]) => self.command = Command::SetLocal,
            Command::Set if is(&["CONSTRAINTS", "TRANSACTION"]) => self.command = Command::SetOwn,
            Command::Set => {
                effect.lasts();
                effect.names = true;
                self.command = Command::Other;
            }
            Command::Start | Command::Prepare if is(&["TRANSACTION"]) => effect.transaction = true,
            Command::Prepare => {
                effect.lasts();
                self.command = Command::Other;
            }
            Command::Declare if is(&["HOLD"]) => effect.lasts(),
            Command::Copy if self.depth == 0 && is(&["STDIN", "STDOUT"]) => {
                let last = self.last[0];
                effect.copies |= ["FROM", "TO"]
                    .iter()
                    .any(|it| last.eq_ignore_ascii_case(it));
            }
            Command::SetLocal if is(&["schema", "session"]) || !is_harmless(word) => {
                effect.names = true;
            }
            _ => {}
        }
        let last = |words: &[&str]| words.iter().any(|it| self.last[0].eq_ignore_ascii_case(it));
        // Not the row lock FOR UPDATE, FOR NO KEY UPDATE, nor what a key does.
        let updates = is(&["UPDATE"]) && !last(&["FOR", "KEY", "DO", "ON"]);
        effect.writes |= is(&["INTO"]) && last(&["INSERT", "MERGE"])
            || is(&["FROM"]) && last(&["DELETE"])
            || updates;
        // `CREATE TEMP TABLE`, `CREATE OR REPLACE TEMPORARY VIEW`, `SELECT .. INTO TEMP`
        let makes = ["CREATE", "REPLACE", "GLOBAL", "LOCAL", "INTO"];
        if is(&["TEMP", "TEMPORARY"]) && last(&makes) {
            effect.lasts();
        }
        self.target = updates || self.target && !is(&["SET"]);
        self.name(word, effect);
    }

    fn quoted(&mut self, text: &str, effect: &mut Effect) {
        // `U&"\0073et_config"` may spell anything.
        if self.last[0] == "&" && self.last[1].eq_ignore_ascii_case("u") {
            effect.session = true;
        }
        if self.command == Command::Set {
            effect.lasts();
            effect.names = true;
        }
        effect.names |= self.command == Command::SetLocal && !is_harmless(text.trim_matches('"'));
        self.name(text.trim_matches('"'), effect);
    }

    fn name(&self, name: &str, effect: &mut Effect) {
        // Where tables are made from now on, if that is what is set.
        effect.session |= effect.names && starts_with(name, "pg_temp");
        // An update of this view is a SET.
        if self.target && name.eq_ignore_ascii_case("pg_settings") {
            effect.lasts();
            effect.names = true;
        }
    }

    /// The name before it is one of a schema, or the first part of a setting's.
    fn dot(&self, effect: &mut Effect) {
        if starts_with(self.last[0].trim_matches('"'), "pg_temp") {
            effect.lasts();
        }
        // `SET local.tenant = 1` is no SET LOCAL.
        let begins = self.last[1].eq_ignore_ascii_case("SET");
        if begins && matches!(self.command, Command::SetLocal | Command::SetOwn) {
            effect.lasts();
            effect.names = true;
        }
    }

    /// A call, if a name is before it.
    fn open(&mut self, effect: &mut Effect) {
        let function = self.last[0].trim_matches('"');
        if function.eq_ignore_ascii_case("set_config") {
            self.naming = Naming::Begins;
            // One inside another: in doubt.
            if self.set_config.is_some() {
                effect.lasts();
            }
            self.set_config.get_or_insert(self.depth);
        }
        let locks =
            starts_with(function, "pg_advisory_") || starts_with(function, "pg_try_advisory_");
        let keeps = locks && !function.to_ascii_lowercase().contains("_xact_");
        let is = |names: &[&str]| names.iter().any(|it| function.eq_ignore_ascii_case(it));
        if keeps
            || starts_with(function, "dblink_")
            || starts_with(function, "pg_replication_origin_session_")
            || is(&["setseed", "pg_backup_start", "pg_start_backup"])
        {
            effect.lasts();
        }
        // A slot may be a temporary one. That of pg_trgm sets what counts as alike.
        effect.session |= starts_with(function, "pg_create_")
            || starts_with(function, "pg_copy_")
            || is(&["set_limit"]);
        // What these are given is run as SQL.
        if starts_with(function, "query_to_xml")
            || starts_with(function, "crosstab")
            || is(&["ts_stat", "ts_rewrite", "connectby", "xpath_table"])
        {
            effect.session = true;
            effect.names = true;
        }
        self.depth += 1;
    }

    fn close(&mut self, effect: &mut Effect) {
        self.depth = self.depth.saturating_sub(1);
        if self.set_config == Some(self.depth) {
            self.set_config = None;
            // Only where it says so itself it ends with the transaction.
            if !self.says_true() {
                effect.lasts();
            }
        }
    }

    /// Whether the argument that ends here is `true`, and not an expression that ends
    /// with it, as `NOT true`.
    fn says_true(&self) -> bool {
        let [last, before, earlier] = self.last;
        let whole = before == "," || before == "=>" || (before, earlier) == (">", "=");
        whole && last.eq_ignore_ascii_case("true")
    }
}

/// What a statement is that begins with `word`.
fn first_word(word: &str, effect: &mut Effect) -> Command {
    match &*word.to_ascii_lowercase() {
        "begin" | "commit" | "end" | "rollback" | "abort" | "savepoint" | "release" => {
            effect.transaction = true;
        }
        "start" => return Command::Start,
        "prepare" => return Command::Prepare,
        "set" => return Command::Set,
        "declare" => return Command::Declare,
        "copy" => return Command::Copy,
        // What a block or a procedure does is not to be seen.
        "do" | "call" => {
            effect.session = true;
            effect.names = true;
        }
        "reset" | "discard" | "execute" => {
            effect.lasts();
            effect.names = true;
        }
        "listen" => {
            effect.lasts();
            effect.listens = true;
        }
        "unlisten" | "deallocate" | "load" => effect.lasts(),
        _ => {}
    }
    Command::Other
}

/// Whether a literal names a setting that changes what no name means.
fn is_harmless_setting(literal: &str) -> bool {
    literal.starts_with('\'') && is_harmless(literal.trim_matches('\''))
}

/// Whether what is called so changes what no name means.
fn is_harmless(setting: &str) -> bool {
    let means = ["search_path", "role", "session_authorization"];
    !means.iter().any(|it| setting.eq_ignore_ascii_case(it))
}

/// Whether a statement writes rows: it is an INSERT, UPDATE, DELETE or MERGE, or
/// a WITH that has one of them.
pub(in crate::exec) fn may_write(text: &str) -> bool {
    effect_of(text).writes
}

fn starts_with(name: &str, start: &str) -> bool {
    name.get(..start.len())
        .is_some_and(|it| it.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> (bool, bool) {
        let effect = effect_of(text);
        (effect.transaction, effect.session)
    }

    #[test]
    fn transaction_control_is_recognised_however_it_is_written() {
        for text in [
            "BEGIN",
            "begin;",
            "  Start Transaction",
            "-- a note\nCOMMIT",
            "/* a */ /* b */ ROLLBACK",
            "/* a /* nested */ */ COMMIT",
            ";; savepoint x",
            "SELECT 1; COMMIT",
            "SELECT ';'; /* ; */ END",
            "SELECT $$;$$;ABORT",
            "SELECT 1 -- why\r;COMMIT",
            "PREPARE TRANSACTION 'x'",
            "COMMIT PREPARED 'x'",
            "CREATE FUNCTION begin.atomic() RETURNS int LANGUAGE sql AS 'SELECT 1'; COMMIT",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET a.begin = atomic AS ''; COMMIT",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS case; END; COMMIT",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 case; END; END",
            "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC END; COMMIT",
            "SELECT 1a$$; COMMIT; SELECT 1a$$",
        ] {
            assert!(of(text).0, "{text}");
            assert!(effect_of(text).allowed().is_err(), "{text}");
        }
        for text in [
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT 2; END",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; END; \
             SELECT 1",
            "CREATE PROCEDURE p() BEGIN /* a */ ATOMIC DELETE FROM t; /* b */ END",
        ] {
            assert!(effect_of(text).allowed().is_ok(), "{text}");
        }
    }

    // The server would wait for rows, or send what is none of a statement's.
    #[test]
    fn a_copy_through_the_connection_is_refused() {
        for text in [
            "COPY t FROM STDIN",
            "copy t (a, b) from stdin with (format csv)",
            "SELECT 1; COPY (SELECT 1) TO /* here */ STDOUT",
        ] {
            let error = effect_of(text).allowed().unwrap_err().to_string();
            assert!(error.contains("`copy_in`"), "{text}: {error}");
        }
        for text in [
            "COPY t FROM '/srv/stdin'",
            "COPY (SELECT * FROM stdin) TO PROGRAM 'cat'",
            "SELECT stdin FROM stdout",
        ] {
            assert!(effect_of(text).allowed().is_ok(), "{text}");
        }
    }

    // The next user gets another session, and nobody reads what arrives on this one.
    #[test]
    fn a_listen_that_nobody_would_hear_is_refused() {
        for text in [
            "LISTEN news",
            "-- why\nlisten \"News\"",
            "SELECT 1; LISTEN news",
        ] {
            let error = effect_of(text).allowed().unwrap_err();
            assert_eq!(error.kind(), crate::error::ErrorKind::Usage, "{text}");
            assert!(error.to_string().contains("`tokio_postgres`"), "{error}");
        }
        for text in [
            "UNLISTEN *",
            "NOTIFY news",
            "SELECT pg_notify('news', 'LISTEN'), listen FROM listen",
            "SELECT 1 AS a; SELECT 2 /* ; */ listen",
        ] {
            assert!(effect_of(text).allowed().is_ok(), "{text}");
        }
    }

    #[test]
    fn what_outlives_the_transaction_is_told_from_what_ends_with_it() {
        for text in [
            "SET search_path TO x",
            "SET \"search_path\" TO x",
            "set session time zone 'UTC'",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "LISTEN news",
            "SELECT set_config('a.b', $1, false)",
            "SELECT set_config('a.b', f(true), $2)",
            "WITH x AS (SELECT pg_catalog.\"set_config\"('a', 'b', false)) SELECT 1",
            "SELECT set_config('a', set_config('b', 'c', false), true)",
            "SELECT set_config('a.b', 'c', NOT true)",
            "SELECT set_config('a.b', 'c', 1 = 2 OR false IS true)",
            "SELECT set_config('a.b', 'c', false >= true)",
            "SELECT set_config('a.b', 'c', is_local => NOT true)",
            "UPDATE pg_settings SET setting = '1' WHERE name = 'a.b'",
            "WITH x AS (SELECT 1) UPDATE ONLY pg_catalog . \"pg_settings\" AS s SET setting = '1'",
            "SELECT query_to_xml('SELECT set_config(''a.b'', ''c'', false)', true, true, '')",
            "SELECT * FROM ts_stat('SELECT f()')",
            "SELECT pg_create_logical_replication_slot('s', 'test_decoding', true)",
            "SELECT pg_replication_origin_session_setup('o')",
            "SELECT 1 --\r; SET a.b = 1",
            "/* a /* nested */ */ SET a.b = 1",
            "CREATE TEMP TABLE users (id int)",
            "create or replace temporary view v as select 1",
            "CREATE TABLE pg_temp.users (id int)",
            "SELECT 1 AS a INTO TEMP b",
            "SELECT pg_advisory_lock(1)",
            "SELECT pg_try_advisory_lock_shared (1)",
            "SELECT 1; SET a.b = 1",
            "DO $$ BEGIN PERFORM 1; END $$",
            "CALL p()",
            "PREPARE x AS SELECT 1",
            "DECLARE c CURSOR WITH HOLD FOR SELECT 1",
            "SELECT U&\"\\0073et_config\"('a', 'b', false)",
            "SELECT 'never closed",
            "SET local.a = 1",
            "set Transaction . a to 1",
            "SET constraints.a = 1",
            "SELECT set_limit(0.5)",
            "SET LOCAL search_path = pg_temp, public",
            "SET LOCAL search_path = 'pg_temp'",
            "SELECT set_config('search_path', 'pg_temp', true)",
        ] {
            assert_eq!(of(text), (false, true), "{text}");
        }
        for text in [
            "SET LOCAL lock_timeout = 1",
            "SET CONSTRAINTS ALL DEFERRED",
            "SET TRANSACTION READ ONLY",
            "SELECT set_config('a.b', $1, true)",
            "SELECT set_config('a.b', $1, is_local => true)",
            "SELECT pg_advisory_xact_lock(1)",
            "DECLARE c CURSOR FOR SELECT 1",
            "SELECT setting FROM pg_settings FOR UPDATE",
            "WITH s AS (SELECT * FROM pg_settings) UPDATE t SET a = pg_settings.a",
            "UPDATE t SET local.a = 1",
            "SET LOCAL a.b = 1",
            "SET CONSTRAINTS a.b DEFERRED",
            "SELECT 1 FROM pg_namespace WHERE nspname LIKE 'pg_temp%'",
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql SET search_path = public, pg_temp AS ''",
        ] {
            assert_eq!(of(text), (false, false), "{text}");
        }
    }

    // Where the session is somebody else's afterwards, doubt must not refuse.
    #[test]
    fn what_certainly_outlives_a_transaction_is_told_from_what_may() {
        for text in [
            "SET a.b = 1",
            "LISTEN news",
            "SELECT pg_advisory_lock(1)",
            "CREATE TEMP TABLE t (a int)",
            "SELECT set_config('a', 'b', $1)",
            "DISCARD ALL",
        ] {
            assert!(effect_of(text).within_transaction().is_err(), "{text}");
        }
        for text in [
            "DO $$ BEGIN END $$",
            "CALL p()",
            "SET LOCAL a.b = 1",
            "SELECT pg_advisory_xact_lock(1)",
            "SELECT 'never closed",
        ] {
            assert!(effect_of(text).within_transaction().is_ok(), "{text}");
        }
    }

    #[test]
    fn ordinary_statements_have_no_effect() {
        for text in [
            "SELECT 1",
            "WITH u AS (SELECT 1)",
            "starting",
            "",
            "settle",
            "SELECT 'SET x; COMMIT', $$; COMMIT$$ -- ; COMMIT",
            "SELECT temp, \"temporary\", set_config, start FROM temporary",
            "CREATE TABLE beginners (temp int)",
            "SELECT CASE WHEN true THEN 1 END",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
        ] {
            assert_eq!(effect_of(text), Effect::default(), "{text}");
        }
    }

    #[test]
    fn what_changes_the_meaning_of_names_is_noticed() {
        for text in [
            "SET LOCAL search_path = a",
            "SET LOCAL \"search_path\" = a",
            "set local role x",
            "SELECT set_config('search_path', $1, true)",
            "SELECT set_config('search' || '_path', $1, true)",
            "SELECT set_config('search'\n'_path', $1, true)",
        ] {
            assert!(effect_of(text).names, "{text}");
        }
        assert!(!effect_of("SET LOCAL lock_timeout = 1").names);
        // A tenant's number for row security is nobody's name.
        for text in [
            "SELECT search_path FROM t",
            "SELECT set_config('app.tenant', $1, true)",
        ] {
            assert!(!effect_of(text).names, "{text}");
        }
    }

    #[test]
    fn statements_that_write_rows_are_told_from_locks() {
        for text in [
            "INSERT INTO t VALUES (1)",
            "-- why\nupdate t SET a = 1",
            "WITH gone AS (DELETE FROM t RETURNING id) SELECT id FROM gone",
            "WITH t AS (SELECT 1) UPDATE u SET a = 1",
        ] {
            assert!(may_write(text), "{text}");
        }
        for text in [
            "SELECT 1",
            "SELECT a FROM t FOR UPDATE",
            "WITH t AS (SELECT 1 FROM u FOR NO KEY UPDATE) SELECT 1",
            "CREATE TABLE t (a int REFERENCES u ON UPDATE CASCADE)",
        ] {
            assert!(!may_write(text), "{text}");
        }
    }
}
