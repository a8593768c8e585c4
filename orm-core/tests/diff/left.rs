//! What models have no words for stays as it is, and is named; what they could say
//! and do not is dropped by permission alone.

use orm_core::ddl::blueprint::{Constraint, Rule, Table};
use orm_core::diff::{Destructive, Diff, Goal, LossKind, Options};
use orm_core::migrate::Migrator;

use crate::declare::{goal, index, nullable, of_enum, table, with_enum};
use crate::place::Place;

pub(crate) fn post() -> Table {
    let columns = [
        nullable("name", "text"),
        nullable("org", "uuid"),
        nullable("a", "integer"),
    ];
    table("post", columns)
}

pub(crate) async fn place() -> Place {
    Place::at(goal([post()])).await
}

pub(crate) fn left(diff: &Diff) -> Vec<String> {
    diff.left_alone.iter().map(ToString::to_string).collect()
}

/// Nothing is to be done, and nothing is written.
#[track_caller]
pub(crate) fn is_quiet(diff: &Diff) {
    assert!(diff.is_empty(), "{diff}");
    let drafts = diff.migrations("change", Destructive::Allowed).unwrap();
    assert!(drafts.is_empty(), "{drafts:#?}");
}

fn refusal(diff: &Diff) -> String {
    let refused = diff.migrations("change", Destructive::Refused);
    refused.unwrap_err().to_string()
}

#[tokio::test]
async fn indexes_of_every_form_that_no_attribute_describes() {
    let place = place().await;
    place
        .run(
            "CREATE EXTENSION bloom;
             CREATE INDEX post_bloom ON post USING bloom (a);",
        )
        .await;
    let nulls = place.has_version(15).await;
    if nulls {
        place
            .run("CREATE UNIQUE INDEX post_nnd ON post (a) NULLS NOT DISTINCT")
            .await;
    }
    let diff = place.diff(goal([post()]), &Options::new()).await;
    is_quiet(&diff);
    let expected = [
        "index `post_bloom` of `post` (its method is not a built-in one)",
        "index `post_nnd` of `post` (it takes two NULLs for equal)",
    ];
    let expected = expected.iter().filter(|it| nulls || !it.contains("nnd"));
    assert_eq!(left(&diff), expected.copied().collect::<Vec<_>>());
}

#[tokio::test]
async fn constraints_that_no_attribute_describes() {
    let place = place().await;
    place
        .run(
            "ALTER TABLE post
               ADD CONSTRAINT apart EXCLUDE USING btree (a DESC WITH =),
               ADD CONSTRAINT local CHECK (a > 0) NO INHERIT,
               ADD CONSTRAINT small UNIQUE (a);
             CREATE TABLE keyless (id integer UNIQUE);
             ALTER TABLE post ADD CONSTRAINT nowhere FOREIGN KEY (a) REFERENCES keyless (id);",
        )
        .await;
    let there = crate::declare::unique(post(), "small", &["a"]);
    let diff = place.diff(goal([there]), &Options::new()).await;
    is_quiet(&diff);
    assert_eq!(
        left(&diff),
        [
            "table `keyless` (it has no primary key)",
            "constraint `local` of `post` (it is not inherited)",
            "constraint `nowhere` of `post` (the other table has no model)",
        ]
    );
}

#[tokio::test]
async fn columns_that_no_type_reads_and_what_is_over_them() {
    let place = place().await;
    place
        .run(
            "ALTER TABLE post ADD words tsvector, ADD place point, ADD CHECK (words IS NOT NULL),
               ADD CONSTRAINT once UNIQUE (words);
             CREATE INDEX post_words ON post USING gin (words);
             CREATE INDEX post_place ON post (a) WHERE place IS NULL;",
        )
        .await;
    let diff = place.diff(goal([post()]), &Options::new()).await;
    is_quiet(&diff);
    assert_eq!(
        left(&diff),
        [
            "column `place` of `post` (no Rust type reads `point`)",
            "column `words` of `post` (no Rust type reads `tsvector`)",
            "index `post_place` of `post` (it is over a column that no field stands for)",
            "index `post_words` of `post` (it is over a column that no field stands for)",
            "constraint `once` of `post` (it is over a column that no field stands for)",
            "constraint `post_words_check` of `post` (it is over a column that no field stands for)",
        ]
    );
    // Who has a type for it has the column.
    let mut there = post();
    there.columns.push(nullable("place", "point"));
    let diff = place.diff(goal([there]), &Options::new()).await;
    assert!(!left(&diff).iter().any(|it| it.contains("point")), "{diff}");
}

#[tokio::test]
async fn tables_that_no_model_stands_for_and_their_types() {
    let place = place().await;
    Migrator::from_folder(&place.folder)
        .history_table("h")
        .baseline(&place.config, None)
        .await
        .unwrap();
    place
        .run(
            "CREATE TYPE mood AS ENUM ('ok'); CREATE TYPE lonely AS ENUM ('ok');
             CREATE TABLE events (line text, mood mood);
             CREATE TABLE floats (id float8 PRIMARY KEY);
             CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY);
             CREATE TABLE parts (day date, id int) PARTITION BY RANGE (day);
             CREATE VIEW names AS SELECT name FROM post;",
        )
        .await;
    let diff = place.diff(goal([post()]), &Options::new()).await;
    is_quiet(&diff);
    assert_eq!(
        left(&diff),
        [
            "table `events` (it has no primary key)",
            "table `floats` (`id` of its primary key is a `double precision`, which is never \
             equal for sure)",
            "table `parts` (it has no primary key)",
            "enum type `lonely` (no model has a column of it)",
        ]
    );
}

#[tokio::test]
async fn an_index_a_constraint_and_a_type_go_by_permission() {
    let kind = || {
        with_enum(
            goal([table("post", [of_enum("state", "state")])]),
            "state",
            &["new"],
        )
    };
    let place = Place::at(kind()).await;
    place
        .run(
            "ALTER TABLE post ADD CONSTRAINT fine CHECK (id > 0);
             CREATE INDEX by_hand ON post (state)",
        )
        .await;
    let text = || goal([table("post", [crate::declare::column("state", "text")])]);
    let diff = place.diff(text(), &Options::new()).await;
    assert_eq!(
        refusal(&diff),
        "it drops the constraint `fine` of `post`\n\
         it drops the index `by_hand` of `post`\n\
         it drops the enum type `state`"
    );
    let kinds: Vec<_> = diff.losses().map(|it| (&it.kind, it.rows)).collect();
    assert!(
        kinds.iter().all(|(_, rows)| rows.is_none())
            && matches!(kinds[2].0, LossKind::Type(name) if name.name == "state"),
        "{kinds:?}"
    );
    let drafts = place.there_and_back(text(), &Options::new()).await;
    let all: String = drafts.iter().map(|it| it.up.as_str()).collect();
    assert!(
        all.contains("-- DESTROYS: it drops the index `by_hand` of `post`."),
        "{all}"
    );
}

// What is replaced, or goes with a column, needs no permission of its own.
#[tokio::test]
async fn one_definition_for_another_is_no_loss() {
    let place = Place::at(goal([index(post(), "post_idx", &["a"])])).await;
    let there = goal([index(post(), "post_idx", &["a", "org"])]);
    let diff = place.diff(there, &Options::new()).await;
    assert_eq!(diff.losses().count(), 0, "{diff}");
    let mut without = post();
    without.columns.pop();
    let diff = place.diff(goal([without]), &Options::new()).await;
    assert_eq!(
        refusal(&diff),
        "it drops the column `post.a`, which holds a value in 0 rows"
    );
}

#[tokio::test]
async fn what_hangs_on_a_column_is_named_before_it_goes() {
    let place = place().await;
    place
        .run(
            "CREATE EXTENSION bloom; CREATE VIEW seen AS SELECT a FROM post;
             CREATE POLICY mine ON post USING (a > 0);
             ALTER TABLE post ADD CONSTRAINT apart EXCLUDE USING btree (a DESC WITH =);
             CREATE INDEX by_hand ON post USING bloom (coalesce(a, 0));
             CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
             CREATE TRIGGER touch BEFORE UPDATE OF a ON post FOR EACH ROW EXECUTE FUNCTION touch();
             CREATE STATISTICS stats ON a, name FROM post;",
        )
        .await;
    let mut without = post();
    without.columns.pop();
    let diff = place.diff(goal([without]), &Options::new()).await;
    let error = diff.migrations("change", Destructive::Allowed).unwrap_err();
    let behind = "is built on it, of which models do not speak; drop that in a migration of its \
                  own, and make it anew after this one";
    let expected = [
        "exclusion constraint `apart`",
        "index `by_hand`",
        "row policy `mine`",
        "statistics `stats`",
        "trigger `touch`",
        "view `public.seen`",
    ]
    .map(|it| format!("drop column post.a: the {it} {behind}"));
    assert_eq!(error.to_string(), expected.join("\n"));

    // Another type is refused by what was compiled with the old one.
    let mut other = post();
    other.columns[3] = nullable("a", "bigint");
    let diff = place.diff(goal([other]), &Options::new()).await;
    let found: Vec<&str> = diff
        .problems
        .iter()
        .filter_map(|it| it.split('`').nth(1))
        .collect();
    assert_eq!(found, ["mine", "touch", "public.seen"], "{diff}");
}

#[tokio::test]
async fn what_is_on_a_table_is_named_before_it_goes() {
    let place = Place::at(goal([post(), table("log", [nullable("a", "integer")])])).await;
    place
        .run(
            "CREATE POLICY mine ON log USING (a > 0);
             CREATE VIEW seen AS SELECT a FROM log;
             CREATE TABLE elsewhere (id int, log_id int CONSTRAINT there REFERENCES log);",
        )
        .await;
    let diff = place.diff(goal([post()]), &Options::new()).await;
    assert_eq!(
        diff.losses().map(ToString::to_string).collect::<Vec<_>>(),
        ["drops the table `log` with 0 rows, the row policy `mine`"]
    );
    let behind = "is built on it; drop that first, or have the table ignored";
    assert_eq!(
        diff.problems,
        [
            format!("drop table log: the view `public.seen` {behind}"),
            format!("drop table log: the foreign key `there` of `elsewhere` {behind}"),
        ]
    );
}

// It is not replaced: nobody knows what it is for.
#[tokio::test]
async fn a_name_that_something_else_has() {
    let place = place().await;
    place
        .run("CREATE EXTENSION bloom; CREATE INDEX post_idx ON post USING bloom (a)")
        .await;
    let there = goal([index(post(), "post_idx", &["a"])]);
    let diff = place.diff(there, &Options::new()).await;
    assert!(
        diff.problems[0].starts_with("the index `post_idx` of `post` is another one"),
        "{diff}"
    );
    assert!(diff.migrations("change", Destructive::Allowed).is_err());
}

// Names that are hard to read, and a goal that renames.
#[tokio::test]
async fn under_other_names() {
    let place = place().await;
    place
        .run(
            "CREATE EXTENSION bloom; ALTER TABLE post ADD \"wo\"\"rds\" tsvector;
             CREATE INDEX \"in\"\"dex\" ON post USING gin (\"wo\"\"rds\");
             CREATE INDEX two ON post USING bloom (a)",
        )
        .await;
    let mut there = post();
    there.name.name = "Article".into();
    there.columns[1].name = "title".into();
    let there = Goal {
        former_tables: [(there.name.clone(), "post".to_owned())].into(),
        former_columns: [((there.name.clone(), "title".into()), "name".into())].into(),
        ..goal([Table {
            constraints: vec![Constraint {
                name: "post_pkey".into(),
                rule: Rule::PrimaryKey(vec!["id".into()]),
            }],
            ..there
        }])
    };
    let diff = place.diff(there.clone(), &Options::new()).await;
    assert_eq!(diff.left_alone.len(), 3, "{:?}", left(&diff));
    place.there_and_back(there, &Options::new()).await;
}

// The server drops a column whatever functions say of it: only their bodies know.
#[tokio::test]
async fn functions_that_speak_of_what_goes_are_named() {
    let place = place().await;
    place
        .run(
            "CREATE FUNCTION sums() RETURNS bigint LANGUAGE sql AS 'SELECT sum(a) FROM post';
             CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.a := 1; RETURN NEW; END';
             CREATE TRIGGER kept BEFORE UPDATE ON post FOR EACH ROW EXECUTE FUNCTION kept();
             CREATE FUNCTION other() RETURNS text LANGUAGE sql AS $$ SELECT 'a of post' $$;",
        )
        .await;
    let mut without = post();
    without.columns.pop();
    let diff = place.diff(goal([without]), &Options::new()).await;
    let notes = &diff.changes[0].notes;
    assert!(
        notes
            .iter()
            .any(|it| it.ends_with("called: `public.kept`, `public.sums`.")),
        "{notes:#?}"
    );
}
