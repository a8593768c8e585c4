//! Migrations, and what is said of each.

/// A migration.
pub(crate) struct Case {
    pub(crate) sql: &'static str,
    /// The rules of danger that it breaks, in their order.
    pub(crate) says: &'static [&'static str],
    /// What the next release writes, which is what breaks the one before.
    pub(crate) then: &'static str,
    /// The release is a role with rights, and not the owner.
    pub(crate) role: bool,
    /// No file says it: the column is the database's own.
    pub(crate) needs_database: bool,
}

const fn works(sql: &'static str) -> Case {
    breaks(sql, &[])
}

const fn breaks(sql: &'static str, says: &'static [&'static str]) -> Case {
    Case {
        sql,
        says,
        then: "",
        role: false,
        needs_database: false,
    }
}

const fn later(sql: &'static str, then: &'static str, says: &'static [&'static str]) -> Case {
    Case {
        then,
        ..breaks(sql, says)
    }
}

const fn known(sql: &'static str, says: &'static [&'static str]) -> Case {
    Case {
        needs_database: true,
        ..breaks(sql, says)
    }
}

const fn role(sql: &'static str, says: &'static [&'static str]) -> Case {
    Case {
        role: true,
        ..breaks(sql, says)
    }
}

const TABLE: &[&str] = &["release-table"];
const COLUMN: &[&str] = &["release-column"];
const TYPE: &[&str] = &["release-type"];
const NULL: &[&str] = &["release-null"];
const DEFAULT: &[&str] = &["release-default"];
const KEY: &[&str] = &["release-key"];

pub(crate) const NAMES: &[Case] = &[
    breaks("DROP TABLE author_tags", TABLE),
    breaks("ALTER TABLE tags RENAME TO words", TABLE),
    breaks("CREATE SCHEMA app; ALTER TABLE tags SET SCHEMA app", TABLE),
    breaks("ALTER TABLE club.members SET SCHEMA public", TABLE),
    breaks("ALTER SCHEMA club RENAME TO society", TABLE),
    breaks("DROP SCHEMA club CASCADE", TABLE),
    breaks(
        "ALTER TABLE club.members DROP COLUMN deleted_at CASCADE",
        COLUMN,
    ),
    works("CREATE SCHEMA old; ALTER TABLE journal SET SCHEMA old; DROP SCHEMA old CASCADE"),
    breaks("DROP VIEW author_names", TABLE),
    breaks("ALTER VIEW author_names RENAME TO names", TABLE),
    works("DROP VIEW author_names; CREATE VIEW author_names AS SELECT id, name, age FROM authors"),
    works("DROP TABLE journal"),
    works("ALTER TABLE tags RENAME TO words; ALTER TABLE words RENAME TO tags"),
    breaks(
        "ALTER TABLE authors RENAME TO writers; CREATE VIEW authors AS SELECT * FROM writers",
        TABLE,
    ),
    breaks("ALTER TABLE authors DROP COLUMN age", COLUMN),
    works("ALTER TABLE authors DROP COLUMN legacy"),
    breaks("ALTER TABLE authors RENAME COLUMN score TO points", COLUMN),
    works("ALTER TABLE authors RENAME COLUMN legacy TO former"),
    breaks(
        "ALTER TABLE author_tags RENAME COLUMN tag_id TO word_id",
        COLUMN,
    ),
    breaks(
        "ALTER VIEW author_names RENAME COLUMN name TO called",
        COLUMN,
    ),
    works("ALTER TABLE authors ADD COLUMN nickname text"),
    works(
        "ALTER TABLE authors ADD COLUMN points bigint; \
         ALTER TABLE authors RENAME COLUMN score TO score_old; \
         ALTER TABLE authors RENAME COLUMN points TO score; \
         UPDATE authors SET score = score_old; \
         ALTER TABLE authors ALTER COLUMN score SET NOT NULL; \
         ALTER TABLE authors ALTER COLUMN score_old DROP NOT NULL;",
    ),
    // The one that was is in nobody's way only if it wants nothing.
    breaks(
        "ALTER TABLE authors ADD COLUMN points bigint; \
         ALTER TABLE authors RENAME COLUMN score TO score_old; \
         ALTER TABLE authors RENAME COLUMN points TO score; \
         UPDATE authors SET score = score_old; \
         ALTER TABLE authors ALTER COLUMN score SET NOT NULL;",
        NULL,
    ),
];

pub(crate) const TYPES: &[Case] = &[
    breaks("ALTER TABLE authors ALTER COLUMN age TYPE bigint", TYPE),
    breaks("ALTER TABLE authors ALTER COLUMN score TYPE text", TYPE),
    breaks("ALTER TABLE authors ALTER COLUMN score TYPE numeric", TYPE),
    works("ALTER TABLE authors ALTER COLUMN score TYPE integer"),
    works("ALTER TABLE authors ALTER COLUMN score TYPE smallint"),
    works("ALTER TABLE authors ALTER COLUMN email TYPE text"),
    works("ALTER TABLE authors ALTER COLUMN email TYPE varchar(200)"),
    works("ALTER TABLE tags ALTER COLUMN word TYPE varchar(40)"),
    works("CREATE DOMAIN word AS text; ALTER TABLE tags ALTER COLUMN word TYPE word"),
    works("CREATE DOMAIN points AS bigint; ALTER TABLE authors ALTER COLUMN score TYPE points"),
    breaks(
        "CREATE DOMAIN points AS numeric; ALTER TABLE authors ALTER COLUMN score TYPE points",
        TYPE,
    ),
    breaks(
        "ALTER TABLE authors ALTER COLUMN joined TYPE timestamp",
        TYPE,
    ),
    breaks("ALTER TABLE authors ALTER COLUMN tones TYPE bigint[]", TYPE),
    works("ALTER TABLE authors ALTER COLUMN tones TYPE smallint[]"),
    breaks("ALTER TABLE authors ALTER COLUMN extra TYPE jsonb", TYPE),
    breaks("ALTER TABLE authors ALTER COLUMN extra TYPE text", TYPE),
    works("ALTER TABLE authors ALTER COLUMN host TYPE cidr"),
    works("ALTER TABLE authors ALTER COLUMN price TYPE numeric(12,4)"),
    works("CREATE EXTENSION citext; ALTER TABLE tags ALTER COLUMN word TYPE citext"),
    breaks(
        "ALTER TABLE authors ALTER COLUMN price TYPE double precision",
        TYPE,
    ),
    // Labels travel as texts, and the rows of a tree do not.
    breaks("ALTER TABLE tags ALTER COLUMN sort TYPE text", TYPE),
    breaks("ALTER TABLE authors ALTER COLUMN mood TYPE text", TYPE),
    breaks(
        "CREATE TYPE word AS ENUM ('rust', 'new', 'a', 'b'); \
         ALTER TABLE tags ALTER COLUMN word TYPE word USING word::word",
        TYPE,
    ),
    breaks("ALTER TYPE mood RENAME TO temper", TYPE),
    breaks("CREATE SCHEMA app; ALTER TYPE mood SET SCHEMA app", TYPE),
    works(
        "ALTER TYPE sort RENAME TO sort_old; CREATE TYPE sort AS ENUM ('fancy', 'plain'); \
         ALTER TABLE tags ALTER COLUMN sort TYPE sort USING sort::text::sort; \
         DROP TYPE sort_old;",
    ),
    breaks(
        "ALTER TYPE sort RENAME TO sort_old; CREATE TYPE sort AS ENUM ('plain'); \
         ALTER TABLE tags ALTER COLUMN sort TYPE sort USING sort::text::sort; \
         DROP TYPE sort_old;",
        &["release-label"],
    ),
    breaks(
        "CREATE TYPE temper AS ENUM ('bad', 'good'); \
         ALTER TABLE authors ALTER COLUMN mood TYPE temper USING mood::text::temper;",
        TYPE,
    ),
    breaks(
        "ALTER TYPE mood RENAME VALUE 'bad' TO 'awful'",
        &["release-label"],
    ),
    // Advice, and no danger: nobody has written it.
    works("ALTER TYPE mood ADD VALUE 'fine'"),
    breaks(
        "ALTER TABLE authors ADD COLUMN age_new bigint; \
         ALTER TABLE authors RENAME COLUMN age TO age_old; \
         ALTER TABLE authors RENAME COLUMN age_new TO age; \
         UPDATE authors SET age = age_old;",
        TYPE,
    ),
];

pub(crate) const VALUES: &[Case] = &[
    breaks(
        "UPDATE authors SET age = 1; ALTER TABLE authors ALTER COLUMN age SET NOT NULL",
        NULL,
    ),
    works("ALTER TABLE authors ALTER COLUMN name SET NOT NULL"),
    breaks(
        "ALTER TABLE authors ADD CHECK (age IS NOT NULL) NOT VALID",
        NULL,
    ),
    breaks(
        "ALTER TABLE authors ADD COLUMN plan text NOT NULL DEFAULT 'a'; ALTER TABLE authors ALTER COLUMN plan DROP DEFAULT",
        NULL,
    ),
    works("ALTER TABLE authors ADD COLUMN plan text NOT NULL DEFAULT 'a'"),
    works("ALTER TABLE authors ADD COLUMN n int GENERATED ALWAYS AS IDENTITY"),
    works("ALTER TABLE authors ADD COLUMN n int NOT NULL GENERATED ALWAYS AS (score::int) STORED"),
    known(
        "UPDATE authors SET legacy = ''; ALTER TABLE authors ALTER COLUMN legacy SET NOT NULL",
        NULL,
    ),
    works(
        "ALTER TABLE authors ALTER COLUMN legacy SET DEFAULT ''; UPDATE authors SET legacy = ''; ALTER TABLE authors ALTER COLUMN legacy SET NOT NULL",
    ),
    breaks(
        "ALTER TABLE authors ALTER COLUMN joined DROP DEFAULT",
        DEFAULT,
    ),
    breaks(
        "ALTER TABLE authors ALTER COLUMN noted DROP DEFAULT",
        DEFAULT,
    ),
    works("ALTER TABLE authors ALTER COLUMN joined SET DEFAULT clock_timestamp()"),
    // It is sent.
    works("ALTER TABLE authors ALTER COLUMN stars DROP DEFAULT"),
    breaks("ALTER TABLE tags ALTER COLUMN id DROP IDENTITY", DEFAULT),
    breaks("ALTER TABLE books ALTER COLUMN id DROP IDENTITY", DEFAULT),
    works("ALTER TABLE books ALTER COLUMN id SET GENERATED BY DEFAULT"),
    breaks(
        "ALTER TABLE authors ALTER COLUMN id SET GENERATED ALWAYS",
        &["release-generated"],
    ),
    breaks(
        "ALTER TABLE authors ALTER COLUMN shout DROP EXPRESSION",
        DEFAULT,
    ),
    breaks(
        "ALTER TABLE authors DROP COLUMN stars; ALTER TABLE authors ADD COLUMN stars smallint NOT NULL GENERATED ALWAYS AS (3) STORED",
        &["release-generated"],
    ),
    later(
        "ALTER TABLE authors ALTER COLUMN score DROP NOT NULL",
        "UPDATE authors SET score = NULL",
        &["release-reads-null"],
    ),
    works("ALTER TABLE authors ALTER COLUMN age DROP NOT NULL"),
    // Of a new row's values the release gives none that these refuse.
    works("ALTER TABLE authors ADD CHECK (score >= 0)"),
];

pub(crate) const KEYS: &[Case] = &[
    breaks("ALTER TABLE authors DROP CONSTRAINT authors_email_key", KEY),
    breaks(
        "ALTER TABLE books DROP CONSTRAINT books_author_id_title_key",
        KEY,
    ),
    breaks(
        "ALTER TABLE author_tags DROP CONSTRAINT author_tags_pkey",
        KEY,
    ),
    works(
        "ALTER TABLE authors DROP CONSTRAINT authors_email_key, ADD CONSTRAINT mails UNIQUE (email)",
    ),
    works(
        "CREATE UNIQUE INDEX mails ON authors (email); \
         ALTER TABLE authors DROP CONSTRAINT authors_email_key",
    ),
    works("ALTER TABLE authors RENAME CONSTRAINT authors_email_key TO mails"),
    breaks(
        "ALTER TABLE authors DROP CONSTRAINT authors_email_key, \
         ADD CONSTRAINT mails UNIQUE (email, name)",
        KEY,
    ),
    breaks(
        "ALTER TABLE authors DROP CONSTRAINT authors_email_key; \
         CREATE UNIQUE INDEX mails ON authors (email) WHERE score > 0",
        KEY,
    ),
    breaks(
        "ALTER TABLE authors DROP CONSTRAINT authors_email_key; \
         CREATE UNIQUE INDEX mails ON authors (lower(email))",
        KEY,
    ),
    breaks(
        "ALTER TABLE authors DROP CONSTRAINT authors_email_key, \
         ADD CONSTRAINT mails UNIQUE (email) DEFERRABLE",
        KEY,
    ),
    works(
        "CREATE UNIQUE INDEX mails ON authors (email); \
         ALTER TABLE authors DROP CONSTRAINT authors_email_key, ADD UNIQUE USING INDEX mails",
    ),
    works(
        "ALTER TABLE books DROP CONSTRAINT books_author_id_title_key; \
         CREATE UNIQUE INDEX other ON books (title, author_id)",
    ),
    // Of some rows.
    breaks("DROP INDEX club.members_handle_key", KEY),
    works(
        "CREATE UNIQUE INDEX handles ON club.members (handle) WHERE ((deleted_at IS NULL)); \
         DROP INDEX club.members_handle_key",
    ),
    breaks(
        "CREATE UNIQUE INDEX handles ON club.members (handle) WHERE id > 0; \
         DROP INDEX club.members_handle_key",
        KEY,
    ),
    // Nothing waits for a foreign key.
    works("ALTER TABLE books DROP CONSTRAINT books_author_id_fkey"),
];

/// `app` is the role of the release.
pub(crate) const RIGHTS: &[Case] = &[
    role("SELECT 1", &[]),
    role("REVOKE INSERT ON tags FROM app", &["release-rights"]),
    role(
        "REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM app",
        &["release-rights"; 5],
    ),
    role("REVOKE SELECT ON journal FROM app", &[]),
    role("REVOKE USAGE ON SCHEMA club FROM app", &["release-rights"]),
    role(
        "ALTER TABLE tags ENABLE ROW LEVEL SECURITY",
        &["release-rights"],
    ),
    role("ALTER TABLE journal ENABLE ROW LEVEL SECURITY", &[]),
];
