//! Migrations that nobody wrote: judged, or said to be unreadable.

use orm_core::migrate::{Embedded, EmbeddedSource, Migrator};
use orm_core::schema::Backend;

use super::{Known, Release, grammar, lint, retyped, rule};

const SQL: &[&str] = &[
    "CREATE TABLE ",
    "CREATE UNIQUE INDEX CONCURRENTLY ",
    "CREATE INDEX ",
    "ALTER TABLE ",
    "ALTER TYPE ",
    "ADD COLUMN ",
    "ADD CONSTRAINT ",
    "DROP COLUMN ",
    "DROP TABLE ",
    "ALTER COLUMN ",
    "SET NOT NULL",
    "SET DEFAULT ",
    "TYPE ",
    "USING ",
    "CHECK (",
    "FOREIGN KEY (",
    "REFERENCES ",
    "NOT VALID",
    "VALIDATE CONSTRAINT ",
    "PRIMARY KEY ",
    "RENAME TO ",
    "RENAME COLUMN ",
    "UPDATE ",
    "DELETE FROM ",
    "LOCK TABLE ",
    "DEFAULT ",
    "now()",
    "random()",
    "bigint",
    "varchar(",
    "numeric(10,",
    "text[]",
    "GENERATED ALWAYS AS (",
    "IDENTITY",
    "WHERE ",
    "IF EXISTS ",
    "CASCADE",
    "t",
    "users ",
    "orders ",
    "status",
    "SET SCHEMA ",
    "REVOKE ",
    "\"T\"",
    "s.",
    "a",
    "(",
    ")",
    ",",
    ";",
    " ",
    "\n",
    "'x'",
    "'",
    "\"",
    "$$",
    "--",
    "/*",
    "*/",
    "-- orm:allow drop-column: why\n",
    "-- orm:no-transaction\n",
    "1",
    "*",
    "=",
    "::",
    "SELECT ",
    "VALUES (",
    "ADD VALUE ",
    "REFRESH MATERIALIZED VIEW ",
    "VACUUM ",
    "CLUSTER ",
    "é",
    "🦀",
    "\\",
    "E'\\",
];

fn text(bytes: &[u8]) -> String {
    let mut text = String::new();
    for pair in bytes.chunks_exact(2) {
        match pair[0] {
            0..16 => text.push(char::from(pair[1] & 0x7f)),
            _ => text.push_str(SQL[usize::from(pair[1]) % SQL.len()]),
        }
        // Mostly words, which would run into each other.
        if pair[0] & 1 == 1 {
            text.push(' ');
        }
    }
    text
}

#[test]
fn statements() {
    bolero::check!().with_max_len(128).for_each(|bytes| {
        let text = text(bytes);
        for (at, _) in grammar::of_postgres(&text) {
            assert!(text.is_char_boundary(at), "{text:?}");
        }
    });
}

#[test]
fn migrations() {
    let examples: Vec<&str> = rule::all().map(|it| it.example.migration).collect();
    bolero::check!().with_max_len(128).for_each(move |bytes| {
        let Some((first, rest)) = bytes.split_first() else {
            return;
        };
        // A part of something that makes sense, and what does not.
        let example = examples[usize::from(*first) % examples.len()];
        let cut = example.len() * usize::from(*first) / 255;
        let cut = (0..=cut).rev().find(|at| example.is_char_boundary(*at));
        let up = format!("{}{}", &example[..cut.unwrap_or(0)], text(rest));
        let lines = up.lines().count().max(1);
        let embedded = Embedded {
            name: "20240101000000-change",
            // Every text of a process that ends soon.
            source: EmbeddedSource::OneFile(Box::leak(
                format!("-- orm:up\n{up}\n-- orm:irreversible: no\n").into_boxed_str(),
            )),
        };
        let migrator = Migrator::embedded(&[embedded]);
        for of in [Backend::Postgres, Backend::Sqlite] {
            let Ok(sql) = migrator.sql(of) else {
                continue;
            };
            let _ = retyped(&sql);
            for release in [None, Some(Release::example())] {
                let known = Known {
                    release,
                    ..Known::default()
                };
                for finding in lint(&sql, of, known) {
                    assert!((1..=lines + 2).contains(&finding.line), "{finding:?}");
                }
            }
        }
    });
}
