//! What is said of models.

use orm::prelude::*;
use orm_core::ddl::Models;
use orm_core::schema::Backend;
use orm_core::types::OrUnknown;

use super::{Column, Kind, Manifest, Table, Write, describe};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "mood", rename_all = "snake_case")]
enum Mood {
    Good,
    Bad,
}

#[derive(Model, Debug, Clone)]
#[model(table = "people", schema = "club", soft_delete)]
#[association(many_to_many, as = "likes", model = Person, through = "likes", foreign_key = "who", other_key = "whom", one_sided)]
struct Person {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique(unless_deleted))]
    handle: String,
    age: Option<i32>,
    mood: Mood,
    moods: Option<Vec<OrUnknown<Mood>>>,
    #[column(default = 3)]
    stars: i16,
    #[column(default_sql = "now()")]
    joined: DateTime<Utc>,
    #[column(default_sql = "now()")]
    seen: Option<DateTime<Utc>>,
    #[column(generated = "upper(handle)")]
    shout: String,
    #[column(version)]
    edition: i32,
    deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone)]
#[model(view, table = "names")]
struct PersonName {
    #[column(primary_key)]
    id: i32,
    nick: Option<String>,
}

/// The same view, for who counts.
#[derive(Model, Debug, Clone)]
#[model(view, table = "names")]
struct Counted {
    #[column(primary_key)]
    id: i32,
    nick: String,
    visits: i64,
}

#[derive(Model, Debug, Clone)]
#[model(named_query)]
struct Spent {
    #[column(primary_key)]
    id: i32,
}

fn of(models: Models) -> Manifest {
    describe(Backend::Postgres, models, Vec::new()).expect("models that a database holds")
}

fn table<'m>(manifest: &'m Manifest, name: &str) -> &'m Table {
    let mut tables = manifest.tables.iter();
    tables.find(|it| it.name == name).expect("a table")
}

#[test]
fn a_column_is_what_an_insert_does_with_it() {
    let manifest = of(orm::models![Person]);
    let people = table(&manifest, "people");
    let short = |it: &Column| (it.name.clone(), it.nullable, it.write);
    let columns: Vec<_> = people.columns.iter().map(short).collect();
    let expected = [
        ("id", false, Write::OrDefault),
        ("handle", false, Write::Always),
        ("age", true, Write::Maybe),
        ("mood", false, Write::Always),
        ("moods", true, Write::Maybe),
        ("stars", false, Write::Always),
        ("joined", false, Write::OrDefault),
        ("seen", true, Write::OrDefault),
        ("shout", false, Write::Never),
        ("edition", false, Write::Always),
        ("deleted_at", true, Write::Maybe),
    ];
    let expected = expected.map(|(name, nullable, write)| (name.to_owned(), nullable, write));
    assert_eq!(columns, expected);
    let marked = |is: fn(&Column) -> bool| -> Vec<&str> {
        let columns = people.columns.iter().filter(|it| is(it));
        columns.map(|it| it.name.as_str()).collect()
    };
    assert_eq!(marked(|it| it.takes_unknown), ["moods"]);
    assert_eq!(marked(|it| it.version), ["edition"]);
    assert_eq!(marked(|it| it.soft_delete), ["deleted_at"]);
    assert_eq!(marked(|it| it.kind == "mood[]"), ["moods"]);
}

#[test]
fn keys_are_those_that_an_upsert_names() {
    let manifest = of(orm::models![Person]);
    let keys = |name: &str| -> Vec<(String, Option<String>)> {
        let keys = table(&manifest, name).keys.iter();
        keys.map(|it| (it.columns.join(" "), it.filter.clone()))
            .collect()
    };
    let some = Some("deleted_at IS NULL".to_owned());
    let bare = |filter: Option<String>| filter.map(|it| it.replace('"', ""));
    let of_people: Vec<_> = keys("people")
        .into_iter()
        .map(|(it, by)| (it, bare(by)))
        .collect();
    assert_eq!(
        of_people,
        [("id".to_owned(), None), ("handle".to_owned(), some)]
    );
    // A table of two keys that no model is made of.
    let likes = table(&manifest, "likes");
    assert!(likes.models.is_empty() && likes.kind == Kind::Table);
    assert_eq!(keys("likes"), [("who whom".to_owned(), None)]);
    let to: Vec<&str> = likes
        .foreign_keys
        .iter()
        .map(|it| it.references.as_str())
        .collect();
    assert_eq!(to, ["club.people", "club.people"]);
}

#[test]
fn a_view_of_two_models_is_what_both_read() {
    for models in [
        orm::models![PersonName, Counted],
        orm::models![Counted, PersonName],
    ] {
        let manifest = of(models);
        let names = table(&manifest, "names");
        assert_eq!((names.models.len(), names.columns.len()), (2, 3));
        let nick = names.columns.iter().find(|it| it.name == "nick");
        assert!(nick.is_some_and(|it| !it.nullable));
    }
}

#[test]
fn views_are_read_and_named_queries_are_the_statements_own() {
    let manifest = of(orm::models![PersonName, Spent]);
    assert_eq!(manifest.tables.len(), 1);
    let names = table(&manifest, "names");
    assert_eq!(
        (names.kind, names.columns[0].write),
        (Kind::View, Write::Never)
    );
    assert!(names.keys.is_empty());
}

#[test]
fn what_is_written_is_read_again() {
    let manifest = of(orm::models![Person, PersonName]);
    let text = serde_json::to_string(&manifest).expect("JSON");
    assert_eq!(
        serde_json::from_str::<Manifest>(&text).expect("a manifest"),
        manifest
    );
    assert_eq!(manifest.enums[0].labels, ["good", "bad"]);
}
