//! Keys with more to them than models say: they are the models' keys, and what more there
//! is stays and is named.

use orm_core::ddl::blueprint::Rule;
use orm_core::diff::Options;

use crate::declare::{check, goal, index, key, nullable, unique};
use crate::left::{is_quiet, left, place, post};
use crate::place::Place;

// Models say one foreign key over the same columns to the same table; which of several
// that is, its name tells, and not the order of names.
#[tokio::test]
async fn a_second_key_over_the_same_columns() {
    let place = place().await;
    place
        .run(
            "ALTER TABLE post ADD CONSTRAINT post_a_key UNIQUE (a),
               ADD CONSTRAINT \"a first\" FOREIGN KEY (a) REFERENCES post ON DELETE CASCADE,
               ADD CONSTRAINT post_a_fkey FOREIGN KEY (a) REFERENCES post ON DELETE RESTRICT,
               ADD CONSTRAINT other FOREIGN KEY (a) REFERENCES post (a),
               ADD CONSTRAINT second FOREIGN KEY (a) REFERENCES post;",
        )
        .await;
    let there = unique(post(), "post_a_key", &["a"]);
    let there = index(key(there, "a", "post", "id"), "post_a_idx", &["a"]);
    place.run("CREATE INDEX post_a_idx ON post (a)").await;
    let diff = place.diff(goal([there]), &Options::new()).await;
    is_quiet(&diff);
    assert_eq!(
        left(&diff),
        ["a first", "other", "second"].map(|it| format!(
            "constraint `{it}` of `post` (another one is over the same columns to the same table)"
        ))
    );
}

// A key that the model has is compared by what can be said of it.
#[tokio::test]
async fn a_key_with_more_to_it_than_models_say_is_the_models_key() {
    let place = place().await;
    place
        .run(
            "ALTER TABLE post ALTER a SET NOT NULL,
               ADD CONSTRAINT post_a_fkey FOREIGN KEY (a) REFERENCES post ON DELETE SET NULL",
        )
        .await;
    let mut there = key(post(), "a", "post", "id");
    there.columns[3].nullable = false;
    if let Rule::ForeignKey(key) = &mut there.constraints[1].rule {
        key.on_delete = orm_core::schema::Action::NoAction;
    }
    let diff = place.diff(goal([there]), &Options::new()).await;
    is_quiet(&diff);
    assert_eq!(
        left(&diff),
        ["constraint `post_a_fkey` of `post` (its action could never succeed)"]
    );
}

// What only the index of a key has, and what more there is to a constraint: named, and
// neither dropped nor made anew without it.
#[tokio::test]
async fn keys_that_store_more() {
    let place = place().await;
    place
        .run(
            "ALTER TABLE post DROP CONSTRAINT post_pkey, ADD CONSTRAINT post_pkey PRIMARY KEY (id) INCLUDE (name),
               ADD CONSTRAINT post_a_key UNIQUE (a) INCLUDE (org), ADD CONSTRAINT extra UNIQUE (org) INCLUDE (a),
               ADD CONSTRAINT late UNIQUE (name, a), ADD CONSTRAINT local CHECK (a > 0) NO INHERIT;",
        )
        .await;
    let there = || {
        let it = unique(post(), "post_a_key", &["a"]);
        let it = unique(it, "late", &["name", "a"]);
        check(it, "local", "a > 0")
    };
    let diff = place.diff(goal([there()]), &Options::new()).await;
    is_quiet(&diff);
    assert_eq!(
        left(&diff),
        [
            "constraint `extra` of `post` (its index stores other columns too)",
            "constraint `local` of `post` (it is not inherited)",
            "constraint `post_a_key` of `post` (its index stores other columns too)",
            "constraint `post_pkey` of `post` (its index stores other columns too)",
        ]
    );
    let behind = "is built on it, of which models do not speak; drop that in a migration of its \
                  own, and make it anew after this one";
    let mut without = there();
    without.columns.remove(2);
    let diff = place.diff(goal([without]), &Options::new()).await;
    assert_eq!(
        diff.problems,
        ["extra", "post_a_key"]
            .map(|it| format!("drop column post.org: the constraint `{it}` {behind}"))
    );
    // A check that would come back without what it has beside is refused.
    let mut other = there();
    other.columns[3] = nullable("a", "bigint");
    let diff = place.diff(goal([other]), &Options::new()).await;
    let found: Vec<&str> = diff
        .problems
        .iter()
        .filter_map(|it| it.split('`').nth(1))
        .collect();
    assert_eq!(found, ["local"], "{diff}");
}

// PostgreSQL leaves out one of two that are in a table's definition, and no statement of its own.
#[tokio::test]
async fn two_keys_over_the_same_columns_are_two() {
    let there = || {
        let it = unique(unique(post(), "one", &["id"]), "two", &["id"]);
        let it = unique(unique(it, "three", &["a", "name"]), "four", &["a", "name"]);
        goal([index(key(it, "a", "post", "id"), "post_a_idx", &["a"])])
    };
    let place = Place::at(there()).await;
    place.go(goal([post()]), &Options::new()).await;
    place.there_and_back(there(), &Options::new()).await;
    let names = "SELECT conname::text FROM pg_constraint WHERE conrelid = 'post'::regclass \
                 AND contype IN ('p', 'u') ORDER BY conname";
    let expected = ["four", "one", "post_pkey", "three", "two"];
    assert_eq!(place.texts(names).await, expected);
}
