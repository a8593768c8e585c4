//! Models from a database that has everything, and means no good.

// In a test a panic is the answer.
#![allow(clippy::unwrap_used)]

#[path = "pull/code.rs"]
mod code;

// What is pulled from `hostile.sql` and `brown.sql`.
#[deny(warnings)]
#[allow(unreachable_pub)] // a lint of ours, and nobody is outside
#[path = "pull/brown/mod.rs"]
#[rustfmt::skip]
mod brown;
#[deny(warnings)]
#[allow(unreachable_pub)] // a lint of ours, and nobody is outside
#[path = "pull/hostile/mod.rs"]
#[rustfmt::skip]
mod hostile;

use orm::diff::Options;
use orm::exec::{Config, Db};
use orm::prelude::*;
use orm_cli::pull::{self, FolderError, Left};
use orm_testkit::TestDatabase;

async fn has_nulls_not_distinct(client: &tokio_postgres::Client) -> bool {
    let sql = "SELECT current_setting('server_version_num')::int >= 150000";
    client.query_one(sql, &[]).await.unwrap().get(0)
}

const SCHEMAS: [&str; 2] = ["sales", "Strange \" schema"];

async fn database(script: &str) -> (TestDatabase, Db) {
    let database = TestDatabase::create().await.unwrap();
    let client = database.connect().await.unwrap();
    let script = match has_nulls_not_distinct(&client).await {
        true => script.into(),
        // A clause that came with PostgreSQL 15.
        false => script.replace("NULLS NOT DISTINCT", ""),
    };
    client.batch_execute(&script).await.unwrap();
    let config = Config::from_url(&database.url()).unwrap();
    (database, Db::connect(config).await.unwrap())
}

// The proof: what is written is code of this suite, so it compiles, and the models
// compared with the database they came from differ in nothing that no notice tells.
#[tokio::test]
async fn the_models_compile_and_are_the_database() {
    let (database, db) = database(include_str!("pull/hostile.sql")).await;
    let blueprint = db.blueprint(&SCHEMAS).await.unwrap();
    let pulled = pull::models(&blueprint).unwrap();
    let names: Vec<&str> = pulled.files.iter().map(|file| &*file.name).collect();
    let strict = |name: &&str| {
        let stem = name.strip_suffix(".rs").unwrap_or("/");
        stem.chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    assert!(names.iter().all(strict), "{names:?}");
    // Older servers have no such index, and are not what the code says.
    if !has_nulls_not_distinct(&database.connect().await.unwrap()).await {
        return;
    }
    code::is_kept("hostile", &pulled);
    assert_eq!(code::differences(&db, hostile::MODELS).await, "");
    use hostile::*;
    code::read!(db, pulled: EtcPasswd, OrderItemsDrop, Account, Category, Employee, Enum, Mod,
        ModelRow, OptionRow, OrderItem, Order, Product, Profile, Shape, StringRow, Tag, Tenant, Text,
        Transfer, Type, UserCreateRow, User, 用户, Table, Region, SalesUser);
}

// What other tools made: nothing differs, every row is read, and the tables can be
// made elsewhere.
#[tokio::test]
async fn a_database_of_others_is_read_and_made_elsewhere() {
    let (_database, db) = database(include_str!("pull/brown.sql")).await;
    let pulled = pull::models(&db.blueprint(&[]).await.unwrap()).unwrap();
    let told: Vec<String> = pulled.notices.iter().map(ToString::to_string).collect();
    let expected: Vec<&str> = include_str!("pull/brown.txt").lines().collect();
    assert_eq!(told, expected);
    code::is_kept("brown", &pulled);
    assert_eq!(code::differences(&db, brown::MODELS).await, "");
    use brown::*;
    code::read!(db, pulled: Edge, Employee, Event, EventNote, Film, Hashed, Letter, Listed, Loose, Node,
        Parcel, Stay, T);
    // Also a domain is written.
    let film = Film::create().id(3).title("three").released(1999);
    let film = film.save(&db).await.unwrap();
    let earlier = film.update().set(Film::released, 1998).save(&db).await;
    earlier.unwrap();
    let four = Film::create().id(4).title("four").released(1997);
    Film::create_many([four]).save(&db).await.unwrap();
    let found = Film::query().filter(Film::released.in_([1998, 1997]));
    assert_eq!(found.all(&db).await.unwrap().len(), 2);
    // Somewhere else the models make the same tables.
    let other = TestDatabase::create().await.unwrap();
    let types = "CREATE DOMAIN year AS integer; CREATE DOMAIN short_name AS varchar(20) NOT NULL;
         CREATE TYPE mood AS ENUM ('fine'); CREATE DOMAIN fine_mood AS mood";
    let client = other.connect().await.unwrap();
    client.batch_execute(types).await.unwrap();
    let other = Db::connect(Config::from_url(&other.url()).unwrap())
        .await
        .unwrap();
    other.create_missing(brown::MODELS).await.unwrap();
    let none = other.diff(brown::MODELS, &Options::new()).await.unwrap();
    assert_eq!(none.to_string(), "");
    // Its numbers follow each other as here.
    for db in [&db, &other] {
        let letter = Letter::create().save(db).await.unwrap();
        let parcel = Parcel::create().save(db).await.unwrap();
        assert_eq!((letter.id, letter.paper), (7, 500));
        assert_eq!((parcel.id, parcel.paper), (1, Some(495)));
    }
    let file = |name: &str| {
        let file = pulled.files.iter().find(|it| it.name == name);
        file.unwrap().code.clone()
    };
    assert!(file("t.rs").contains("auto_increment"), "{}", file("t.rs"));
    assert!(
        file("film.rs").contains("pub released: Option<i32>"),
        "{}",
        file("film.rs")
    );
    let employee = file("employee.rs");
    for name in ["reports_to_employee", "buddy_employee"] {
        assert!(employee.contains(&format!("as = \"{name}\"")), "{employee}");
    }
    let edge = file("edge.rs");
    for name in ["node_row", "parent_node_row"] {
        assert!(edge.contains(&format!("as = \"{name}\"")), "{edge}");
    }
}

// Also what is no longer the same is told, thing by thing.
#[tokio::test]
async fn what_models_cannot_say_is_told() {
    let (database, db) = database(include_str!("pull/unsayable.sql")).await;
    let pulled = pull::models(&db.blueprint(&[]).await.unwrap()).unwrap();
    let told: Vec<String> = pulled.notices.iter().map(ToString::to_string).collect();
    let known = has_nulls_not_distinct(&database.connect().await.unwrap()).await;
    let expected = include_str!("pull/unsayable.txt").lines();
    let expected = expected.filter(|line| known || !line.contains("takes two NULLs for equal"));
    assert_eq!(told, expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn the_same_database_gives_the_same_code() {
    let (_database, db) = database(include_str!("pull/hostile.sql")).await;
    let mut pulled = Vec::new();
    for _ in 0..2 {
        let blueprint = db.blueprint(&SCHEMAS).await.unwrap();
        pulled.push(pull::models(&blueprint).unwrap().files);
    }
    assert_eq!(pulled[0], pulled[1]);
}

#[tokio::test]
async fn nothing_is_written_over() {
    let folder = std::env::temp_dir().join(format!("orm-pull-{}", std::process::id()));
    let pulled = pull::models(&orm_core::ddl::Blueprint::default()).unwrap();
    std::fs::create_dir_all(folder.join("src")).unwrap();
    std::fs::write(folder.join("src/mod.rs"), "mine").unwrap();
    for there in ["src", "src/mod.rs"] {
        let refused = pulled.write_to(&folder.join(there));
        assert!(
            matches!(refused, Err(FolderError::Exists(_))),
            "{refused:?}"
        );
    }
    std::fs::remove_dir_all(folder).unwrap();
}

// The folder that was pulled into follows the database, and loses no line of a person's.
#[tokio::test]
async fn what_was_changed_by_hand_stays_when_it_is_pulled_again() {
    let (database, db) = database(
        "CREATE TABLE users (id integer PRIMARY KEY, name text, email text);
         CREATE TABLE tags (id integer PRIMARY KEY, label text, more text); CREATE TABLE old (id integer PRIMARY KEY);
         CREATE TABLE kept (id integer PRIMARY KEY);",
    )
    .await;
    let folder = std::env::temp_dir().join(format!("orm-again-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let pull = async || {
        let pulled = pull::models(&db.blueprint(&[]).await.unwrap()).unwrap();
        pulled.write_to(&folder).unwrap()
    };
    let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap();
    let edit = |name: &str, from: &str, to: &str| {
        let text = read(name);
        assert!(text.contains(from), "{text}");
        std::fs::write(folder.join(name), text.replacen(from, to, 1)).unwrap();
    };
    let first = pull().await;
    assert_eq!(
        first.files,
        ["mod.rs", "kept.rs", "old.rs", "tag.rs", "user.rs"]
    );
    assert_eq!(pull().await, pull::Written::default());

    edit(
        "user.rs",
        "    pub email:",
        "    #[validate(email)]\n    pub email:",
    );
    edit("user.rs", "A row of `users`.", "Somebody who buys.");
    let own = "\nimpl User {\n    // mine\n}\n";
    std::fs::write(folder.join("user.rs"), read("user.rs") + own).unwrap();
    edit(
        "tag.rs",
        "pub label: Option<String>",
        "pub label: Option<Label>",
    );
    edit("kept.rs", "pub id", "// mine\n    pub id");
    edit("mod.rs", "mod tag;", "mod mine;\nmod tag;");
    assert_eq!(pull().await, pull::Written::default());

    let client = database.connect().await.unwrap();
    let change = "ALTER TABLE users ADD age integer, DROP name; DROP TABLE old; DROP TABLE kept;
         ALTER TABLE tags ALTER label SET NOT NULL; CREATE TABLE news (id integer PRIMARY KEY);";
    client.batch_execute(change).await.unwrap();
    let second = pull().await;
    assert_eq!(second.files, ["mod.rs", "news.rs", "user.rs"]);
    assert!(read("mod.rs").contains("Kept, Old"), "{}", read("mod.rs"));
    // No file is removed: one whose table was left out looks the same.
    assert_eq!(
        second.left,
        [
            Left::Changed("tag.rs".into()),
            Left::NotPulled("kept.rs".into()),
            Left::NotPulled("old.rs".into())
        ]
    );
    let user = read("user.rs");
    for line in [
        "#[validate(email)]",
        "Somebody who buys.",
        own,
        "pub age: Option<i32>",
    ] {
        assert!(user.contains(line), "{user}");
    }
    assert!(!user.contains("pub name"), "{user}");
    let all = read("mod.rs");
    assert!(
        ["mine", "news", "old", "kept"]
            .iter()
            .all(|it| all.contains(&format!("mod {it};"))),
        "{all}"
    );
    assert!(read("tag.rs").contains("Option<Label>"));
    assert!(read(".pulled/tag.rs.new").contains("pub label: String"));

    // Once a person has taken it over, nothing is left to say of it.
    edit("tag.rs", "pub label: Option<Label>", "pub label: String");
    std::fs::remove_file(folder.join("news.rs")).unwrap();
    for name in ["kept", "old"] {
        std::fs::remove_file(folder.join(format!("{name}.rs"))).unwrap();
    }
    let third = pull().await;
    assert_eq!(third.left, [Left::Deleted("news.rs".into())]);
    assert_eq!(third.files, ["mod.rs"]);
    assert!(!read("mod.rs").contains("mod kept;") && !folder.join(".pulled/tag.rs.new").exists());

    // A conflict ends where a person says so, and the file follows the database again.
    edit("tag.rs", "pub label: String", "pub label: Box<str>");
    let change = "ALTER TABLE tags ALTER label DROP NOT NULL";
    client.batch_execute(change).await.unwrap();
    assert!(pull().await.left.contains(&Left::Changed("tag.rs".into())));
    let new = folder.join(".pulled/tag.rs.new");
    std::fs::rename(new, folder.join(".pulled/tag.rs")).unwrap();
    // And a column that a person has named before is not there twice.
    edit(
        "user.rs",
        "    pub id",
        "    pub nick: Option<String>,\n    pub id",
    );
    let change = "ALTER TABLE tags ADD colour text; ALTER TABLE users ADD nick text";
    client.batch_execute(change).await.unwrap();
    let after = pull().await;
    assert!(after.files.contains(&"tag.rs".into()), "{after:?}");
    let tag = read("tag.rs");
    assert!(
        tag.contains("Box<str>") && tag.contains("pub colour"),
        "{tag}"
    );
    assert!(
        after.left.contains(&Left::Changed("user.rs".into())),
        "{after:?}"
    );
    assert_eq!(read("user.rs").matches("pub nick").count(), 1);
    edit(
        "user.rs",
        "    pub nick: Option<String>,\n    pub id",
        "    pub id",
    );
    pull().await;

    // What is one's own does not become that of another table.
    let change =
        "ALTER TABLE users RENAME TO buyers; CREATE TABLE \"user\" (id integer PRIMARY KEY);";
    client.batch_execute(change).await.unwrap();
    let before = read("user.rs");
    let fourth = pull().await;
    assert!(
        fourth.left.contains(&Left::Moved("user.rs".into())),
        "{fourth:?}"
    );
    assert!(fourth.files.contains(&"buyer.rs".into()), "{fourth:?}");
    assert_eq!(read("user.rs"), before);
    std::fs::remove_dir_all(folder).unwrap();
}

// Nothing of the database has become code: there are the items that are meant
// to be there, with attributes that are, and no function, macro or `unsafe`.
#[tokio::test]
async fn the_code_has_the_items_it_should_have() {
    let (_database, db) = database(include_str!("pull/hostile.sql")).await;
    let pulled = pull::models(&db.blueprint(&SCHEMAS).await.unwrap()).unwrap();
    for file in &pulled.files {
        let code = syn::parse_file(&file.code).unwrap();
        assert!(code.attrs.iter().all(|it| it.path().is_ident("doc")));
        let attributes = code.items.iter().flat_map(|item| match item {
            syn::Item::Struct(it) => it.attrs.clone(),
            syn::Item::Enum(it) => it.attrs.clone(),
            syn::Item::Const(it) => {
                assert_eq!(
                    (&*file.name, it.ident.to_string()),
                    ("mod.rs", "MODELS".into())
                );
                it.attrs.clone()
            }
            syn::Item::Mod(it) => {
                assert!(it.content.is_none() && it.attrs.is_empty());
                Vec::new()
            }
            syn::Item::Use(it) => it.attrs.clone(),
            _ => panic!("{}: {}", file.name, file.code),
        });
        let known = ["doc", "derive", "model", "association", "db_enum"];
        for attribute in attributes {
            let name = attribute.path().get_ident().unwrap().to_string();
            assert!(known.contains(&&*name), "{name}");
        }
    }
}

#[tokio::test]
async fn associations_have_the_names_a_person_would_give() {
    let (_database, db) = database(include_str!("pull/hostile.sql")).await;
    let pulled = pull::models(&db.blueprint(&SCHEMAS).await.unwrap()).unwrap();
    let aliases = |name: &str| -> Vec<String> {
        let file = pulled.files.iter().find(|it| it.name == name).unwrap();
        let parts = file.code.split("as = \"").skip(1);
        parts
            .map(|it| it.split('"').next().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        aliases("order.rs"),
        ["seller", "user", "order_items", "products"]
    );
    assert_eq!(aliases("category.rs"), ["parent", "product", "children"]);
    assert_eq!(aliases("transfer.rs"), ["from", "to"]);
    let [manager, mentor] = ["employees_as_manager", "employee_as_mentor"];
    assert_eq!(
        aliases("employee.rs"),
        ["manager", "mentor", manager, mentor]
    );
    assert_eq!(
        aliases("account.rs"),
        ["tenant", "transfers_as_from", "transfers_as_to"]
    );
    let user = [
        "orders_as_seller",
        "orders",
        "profile",
        "user_creates",
        "users",
        "followers",
        "followeds",
    ];
    assert_eq!(aliases("user.rs"), user);
    assert_eq!(aliases("tag.rs"), ["products"]);
}
