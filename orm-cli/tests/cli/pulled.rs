//! `orm db pull` into a folder again, as a person and as CI do.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Project;

struct Pulled {
    project: Project,
    models: PathBuf,
}

impl Pulled {
    async fn new(schema: &str) -> Self {
        let project = Project::new().await;
        let models = project.folder.join("models");
        let pulled = Pulled { project, models };
        pulled.change(schema).await;
        pulled.project.orm("db pull models").ok();
        pulled
    }

    async fn change(&self, sql: &str) {
        let client = self.project.client().await;
        client.batch_execute(sql).await.unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.models.join(name)).unwrap()
    }

    fn edit(&self, name: &str, change: impl Fn(String) -> String) {
        fs::write(self.models.join(name), change(self.read(name))).unwrap();
    }

    /// What machines are told, and the exit code.
    fn json(&self, args: &str) -> (serde_json::Value, Option<i32>) {
        let done = self.project.orm(&format!("db pull models --json {args}"));
        (serde_json::from_str(&done.out).unwrap(), done.code)
    }
}

const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text);
    CREATE TABLE tags (id integer PRIMARY KEY, label text);
    CREATE TABLE notes (id integer PRIMARY KEY, user_id integer REFERENCES users);";

#[tokio::test]
async fn the_ends_of_lines_stay_as_they_are() {
    let pulled = Pulled::new(USERS).await;
    let with_returns = |text: String| text.replace('\n', "\r\n");
    // As git writes them where it is told so, in what was pulled last, too.
    for name in ["user.rs", "tag.rs", ".pulled/user.rs"] {
        pulled.edit(name, with_returns);
    }
    pulled.edit("user.rs", |it| it.replace("A row of", "Mine:"));
    let (before, user) = (pulled.read("tag.rs"), pulled.read("user.rs"));
    let (told, code) = pulled.json("");
    assert_eq!((&told["written"], code), (&serde_json::json!([]), Some(0)));
    assert_eq!(
        (pulled.read("tag.rs"), pulled.read("user.rs")),
        (before, user)
    );
    pulled.change("ALTER TABLE users ADD age integer").await;
    assert_eq!(pulled.json("").0["written"], serde_json::json!(["user.rs"]));
    let user = pulled.read("user.rs");
    assert_eq!(user.matches('\n').count(), user.matches("\r\n").count());
    assert!(
        user.contains("pub age: Option<i32>,\r\n") && user.contains("Mine:"),
        "{user}"
    );
}

#[tokio::test]
async fn what_waits_for_somebody_is_an_exit_code() {
    let pulled = Pulled::new(USERS).await;
    pulled.edit("user.rs", |it| {
        it.replace("pub name: Option<String>", "pub name: Option<Name>")
    });
    fs::remove_file(pulled.models.join("tag.rs")).unwrap();
    pulled
        .change("ALTER TABLE users ALTER name SET NOT NULL; ALTER TABLE notes ADD more text")
        .await;
    let (told, code) = pulled.json("");
    assert_eq!(code, Some(3));
    let help = pulled.project.orm("--help").ok();
    let help: Vec<&str> = help.split_whitespace().collect();
    let help = help.join(" ");
    assert!(help.contains("`db pull` ends with 3"), "{help}");
    assert_eq!(told["written"], serde_json::json!(["note.rs"]));
    let left = |at: usize| {
        let it = &told["left"][at];
        (
            it["file"].as_str(),
            it["reason"].as_str(),
            it["conflict"].as_bool(),
        )
    };
    let mut all = [left(0), left(1)];
    all.sort();
    assert_eq!(
        all,
        [
            (Some("tag.rs"), Some("deleted"), Some(false)),
            (Some("user.rs"), Some("changed"), Some(true)),
        ]
    );
    assert_eq!(told["error"]["kind"], "Unwell");
    // What was deleted is as somebody wants it.
    fs::rename(
        pulled.models.join(".pulled/user.rs.new"),
        pulled.models.join(".pulled/user.rs"),
    )
    .unwrap();
    let done = pulled.project.orm("db pull models");
    assert_eq!(done.code, Some(0), "{}{}", done.out, done.err);
}

#[tokio::test]
async fn tables_that_are_left_out_stay() {
    let pulled = Pulled::new(USERS).await;
    pulled
        .change("ALTER TABLE users ADD age integer; ALTER TABLE tags ADD more text")
        .await;
    let (before, all) = (pulled.read("tag.rs"), pulled.read("mod.rs"));
    let (told, code) = pulled.json("--exclude tags");
    assert_eq!(told["written"], serde_json::json!(["user.rs"]));
    assert_eq!(
        (&told["left"][0]["file"], code),
        (&"tag.rs".into(), Some(0))
    );
    assert_eq!(
        (pulled.read("tag.rs"), pulled.read("mod.rs")),
        (before, all)
    );
    // What is left out is not known to the others: the association goes, and nothing else.
    let (told, code) = pulled.json("--table tags");
    assert_eq!(
        (&told["written"], code),
        (&serde_json::json!(["tag.rs"]), Some(0))
    );
    let lines = |name: &str| pulled.read("mod.rs").matches(name).count();
    assert_eq!(
        [lines("mod user;"), lines("mod tag;"), lines("mod note;")],
        [1, 1, 1]
    );
    let (told, _) = pulled.json("");
    assert_eq!(told["left"], serde_json::json!([]));
}

// The others are in the folder: what refers to them goes on doing so.
#[tokio::test]
async fn one_table_is_pulled_again_with_its_associations() {
    let pulled = Pulled::new(USERS).await;
    let (user, note) = (pulled.read("user.rs"), pulled.read("note.rs"));
    assert!(note.contains("belongs_to"), "{note}");
    for args in ["--table notes", "--exclude users", "--exclude notes"] {
        let (told, code) = pulled.json(args);
        assert_eq!(
            (&told["written"], code),
            (&serde_json::json!([]), Some(0)),
            "{args}"
        );
        assert_eq!(
            (pulled.read("user.rs"), pulled.read("note.rs")),
            (user.clone(), note.clone())
        );
    }
    let (told, _) = pulled.json("--table notes");
    assert_eq!(told["left"], serde_json::json!([]));
}

#[tokio::test]
async fn a_partition_is_pulled_by_its_name() {
    let pulled = Pulled::new(
        "CREATE TABLE events (id integer, day date, note text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
         CREATE INDEX ON events (note);
         CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');",
    )
    .await;
    assert!(!pulled.models.join("events_2024.rs").exists());
    let out = pulled.project.orm("db pull part --table events_2024").ok();
    assert!(
        out.contains("`events_2024` is a partition, which its model does not say"),
        "{out}"
    );
    let model = fs::read_to_string(pulled.project.folder.join("part/events_2024.rs")).unwrap();
    for line in [
        "table = \"events_2024\"",
        "pub day: NaiveDate",
        "pub note: Option<String>",
    ] {
        assert!(model.contains(line), "{model}");
    }
    assert_eq!(model.matches("primary_key").count(), 2, "{model}");
}

#[cfg(unix)]
#[tokio::test]
async fn links_and_modes_stay_and_what_was_interrupted_goes() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let pulled = Pulled::new(USERS).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let (user, tag) = (pulled.models.join("user.rs"), pulled.models.join("tag.rs"));
    fs::set_permissions(&user, fs::Permissions::from_mode(0o640)).unwrap();
    let elsewhere = pulled.project.folder.join("elsewhere.rs");
    fs::rename(&tag, &elsewhere).unwrap();
    symlink("../elsewhere.rs", &tag).unwrap();
    let parts = [
        "user.rs.part",
        ".pulled/note.rs.part",
        ".pulled/user.rs.new.part",
    ];
    for part in parts {
        fs::write(pulled.models.join(part), "half").unwrap();
    }
    fs::write(pulled.models.join("mine.part"), "mine").unwrap();
    pulled
        .change("ALTER TABLE users ADD age integer; ALTER TABLE tags ADD more text")
        .await;
    pulled.project.orm("db pull models").ok();
    assert_eq!(mode(&user), 0o640);
    assert!(fs::symlink_metadata(&tag).unwrap().is_symlink());
    assert!(fs::read_to_string(&elsewhere).unwrap().contains("pub more"));
    assert!(parts.iter().all(|it| !pulled.models.join(it).exists()));
    assert!(pulled.models.join("mine.part").exists());
}

#[tokio::test]
async fn what_the_models_need_of_others_is_said() {
    let pulled = Pulled::new("CREATE TABLE keys (id uuid PRIMARY KEY, at date)").await;
    let done = pulled.project.orm("db pull models");
    let hint = "cargo add uuid, and of `orm` a feature: cargo add typed-orm --features uuid";
    assert!(done.err.contains(hint), "{done:?}");
}

#[tokio::test]
async fn a_sequence_in_another_schema_is_no_table_of_it() {
    let pulled = Pulled::new(
        "CREATE SCHEMA shop; CREATE SEQUENCE shop.numbers;
         CREATE TABLE bills (id bigint PRIMARY KEY DEFAULT nextval('shop.numbers'));
         CREATE TABLE notes (id integer PRIMARY KEY, number bigint DEFAULT nextval('shop.numbers'))",
    )
    .await;
    let asks = r#"sequence(name = "numbers", schema = "shop")"#;
    for name in ["bill.rs", "note.rs"] {
        assert!(pulled.read(name).contains(asks), "{}", pulled.read(name));
    }
}
