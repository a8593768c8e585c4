//! Whether a statement writes rows, told by SQLite's grammar.

use crate::lexer::{Kind, Lexer};
use crate::schema::Backend;

/// Whether a statement is an INSERT, REPLACE, UPDATE or DELETE; what stands before
/// one of them can only read.
pub(in crate::exec) fn may_write(text: &str) -> bool {
    let mut lexer = Lexer::new(text, Backend::Sqlite);
    let mut depth = 0_usize;
    let mut replaces = false;
    while let Ok(Some(token)) = lexer.token() {
        let is = |word: &str| token.kind == Kind::Word && token.text.eq_ignore_ascii_case(word);
        match token.kind {
            Kind::LineComment | Kind::BlockComment => continue,
            Kind::Open => depth += 1,
            Kind::Close => depth = depth.saturating_sub(1),
            // `replace` is a function, too.
            _ if depth == 0
                && (["insert", "update", "delete"].iter().any(|it| is(it))
                    || replaces && is("into")) =>
            {
                return true;
            }
            _ => {}
        }
        replaces = is("replace");
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_write_is_one() {
        for text in [
            "INSERT INTO t VALUES (1)",
            "insert or ignore into t values (1) returning id",
            "REPLACE INTO t VALUES (1)",
            "WITH a AS (SELECT 1) REPLACE /* why */ INTO [t] SELECT * FROM a",
            "/* a /* b */ UPDATE OR FAIL t SET a = 1",
            "SELECT 1; DELETE FROM t",
        ] {
            assert!(may_write(text), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_none() {
        for text in [
            "SELECT replace(a, 'x', 'y') FROM t",
            "SELECT [insert into], `update`, 'delete' FROM t -- delete",
            "SELECT '$$', '; DELETE FROM t', '$$'",
            "CREATE TABLE t (a INTEGER REFERENCES u ON DELETE CASCADE)",
            "SELECT a FROM t WHERE b = $insert",
            "VACUUM INTO 'copy.db'",
        ] {
            assert!(!may_write(text), "{text}");
        }
    }
}
