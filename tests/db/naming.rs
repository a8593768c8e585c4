//! Names are taken literally, whatever they are.

use orm::prelude::*;
use orm::query::Queries;

use crate::database::{Test, with_models};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "select", schema = "Weird \"Schema\"")]
#[association(has_many, as = "where", model = Group, foreign_key = "from")]
#[association(many_to_many, as = "r#match", model = Group, through = "natural join; --", foreign_key = "order", other_key = "by")]
struct Table {
    #[column(primary_key, auto_increment)]
    r#type: i32,
    #[column(name = "Order By", unique)]
    r#fn: String,
    #[column(name = "a\"b'c\\d")]
    quoted: Option<i32>,
    #[column(name = "  ünï çödé 🦀 ")]
    unicode: Option<String>,
    #[column(name = "UPPER")]
    upper: Option<bool>,
    #[column(name = "$1")]
    dollar: Option<i64>,
    #[column(name = "t0")]
    alias: Option<i32>,
    #[column(name = "k0")]
    key: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "GROUP")]
#[association(belongs_to, as = "join", model = Table, foreign_key = "from")]
#[association(many_to_many, as = "r#loop", model = Table, through = "natural join; --", foreign_key = "by", other_key = "order")]
struct Group {
    #[column(primary_key, auto_increment, name = "l0")]
    id: i32,
    #[column(name = "from")]
    from: i32,
    #[column(name = "l1")]
    number: Option<i32>,
}

#[tokio::test]
async fn keywords_capitals_quotes_and_unicode() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Table, Group]).await?;
    let db = &place.db;
    let row = Table::create()
        .r#fn("fn")
        .quoted(7)
        .unicode("ü")
        .upper(true)
        .dollar(9)
        .alias(1)
        .key(2)
        .save(db)
        .await?;
    assert_eq!(Table::find(row.r#type).one(db).await?, row);
    assert_eq!(Table::find_by(Table::r#fn, "fn").one(db).await?, row);
    let every = Table::query()
        .filter(
            Table::quoted.eq(7)
                & Table::unicode.eq("ü")
                & Table::upper.eq(true)
                & Table::dollar.eq(9),
        )
        .filter(Table::alias.eq(1) & Table::key.eq(2))
        .order_by((Table::quoted.desc(), Table::unicode));
    assert_eq!(every.one(db).await?, row);
    let row = row
        .update()
        .set(Table::quoted, Table::quoted + 1)
        .set(Table::dollar, None)
        .save(db)
        .await?;
    assert_eq!((row.quoted, row.dollar), (Some(8), None));
    let many = Table::create_many([
        Table::create().r#fn("a").alias(3),
        Table::create().r#fn("b").key(4),
    ])
    .save(db)
    .await?;
    assert_eq!((many[0].alias, many[1].key), (Some(3), Some(4)));
    let upserted = Table::upsert(Table::create().r#fn("a").dollar(5))
        .on(Table::r#fn)
        .save(db)
        .await?;
    assert_eq!(
        (upserted.created, upserted.row.dollar, upserted.row.alias),
        (false, Some(5), Some(3))
    );
    many[1].delete(db).await?;
    assert_eq!(Table::query().count(db).await?, 2);
    Ok(())
}

#[tokio::test]
async fn associations_of_such_tables() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Table, Group]).await?;
    let db = &place.db;
    let row = Table::create()
        .r#fn("fn")
        .with(Table::r#where, |group| {
            [group().number(2), group().number(1)]
        })
        .save(db)
        .await?;
    let groups = row
        .related(Table::r#where)
        .order_by(Group::number)
        .all(db)
        .await?;
    row.related(Table::r#match).add(&groups, db).await?;
    let loaded = Table::query()
        .filter(Table::r#where.any(Group::number.eq(1)) & Table::r#match.count().eq(2))
        .include(
            Table::r#where
                .order_by(Group::number)
                .limit(1)
                .include(Group::join),
        )
        .include(
            Table::r#match
                .filter(Group::join.exists())
                .include(Group::r#loop),
        )
        .one(db)
        .await?;
    assert_eq!(loaded.r#where[0].number, Some(1));
    assert_eq!(loaded.r#where[0].join.r#type, row.r#type);
    assert_eq!(
        loaded
            .r#match
            .iter()
            .map(|it| it.r#loop.len())
            .collect::<Vec<_>>(),
        [1, 1]
    );
    let separate = Table::query()
        .include(Table::r#match.limit(1).separate())
        .one(db)
        .await?;
    assert_eq!(separate.r#match.len(), 1);
    Ok(())
}

/// Fields that are called like what every model can do.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "docs")]
struct Doc {
    #[column(primary_key)]
    find: i32,
    query: String,
    table: String,
    update: Option<i32>,
    delete: Option<i32>,
    create: Option<i32>,
    set: Option<i32>,
    save: Option<i32>,
    with: Option<i32>,
    key: Option<i32>,
    related: Option<i32>,
    decode: Option<i32>,
    param: Option<i32>,
    columns: Option<i32>,
    draft: Option<i32>,
    row: Option<i32>,
    values: Option<i32>,
}

#[tokio::test]
async fn fields_named_like_methods() -> Test {
    let place = with_models(orm::models![Doc]).await?;
    let db = &place.db;
    let new = Doc::create()
        .find(1)
        .query("q")
        .table("t")
        .update(2)
        .row(3)
        .set(Doc::set, 4)
        .save_(5);
    let doc = new.save(db).await?;
    assert_eq!(
        (doc.find, doc.query.as_str(), doc.update, doc.set, doc.save),
        (1, "q", Some(2), Some(4), Some(5))
    );
    assert_eq!(Doc::find(1).one(db).await?, doc);
    let found = Doc::query()
        .filter(Doc::query_.eq("q") & Doc::find_.eq(1) & Doc::delete.is_null())
        .one(db)
        .await?;
    assert_eq!(found, doc);
    let doc = doc
        .update()
        .set(Doc::update, 7)
        .set(Doc::draft, Doc::find_)
        .save(db)
        .await?;
    assert_eq!((doc.update, doc.draft), (Some(7), Some(1)));
    doc.delete(db).await?;
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "members", schema = "crm")]
#[association(has_many, as = "notes", model = Note, foreign_key = ("member_tenant", "member_code"))]
#[association(many_to_many, as = "teams", model = Team, through = "crm_members_teams",
    foreign_key = ("m_tenant", "m_code"), other_key = ("t_tenant", "t_name"))]
struct Member {
    #[column(primary_key)]
    tenant: i32,
    #[column(primary_key)]
    code: String,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "notes")]
#[association(belongs_to, as = "member", model = Member, foreign_key = ("member_tenant", "member_code"), on_delete = "cascade")]
struct Note {
    #[column(primary_key, auto_increment)]
    id: i64,
    member_tenant: Option<i32>,
    member_code: Option<String>,
    text: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "teams")]
#[association(many_to_many, as = "members", model = Member, through = "crm_members_teams",
    foreign_key = ("t_tenant", "t_name"), other_key = ("m_tenant", "m_code"))]
struct Team {
    #[column(primary_key)]
    tenant: i32,
    #[column(primary_key)]
    name: String,
}

#[tokio::test]
async fn composite_keys_and_schemas() -> Test {
    only_on_a_server!();
    let place = with_models(orm::models![Member, Note, Team]).await?;
    let db = &place.db;
    let member = |tenant: i32, code: &str| {
        Member::create()
            .tenant(tenant)
            .code(code)
            .name(format!("{tenant}{code}"))
    };
    let members = Member::create_many([member(1, "a"), member(1, "b"), member(2, "a")])
        .save(db)
        .await?;
    let note = |tenant: Option<i32>, code: Option<&str>| {
        Note::create()
            .member_tenant(tenant)
            .member_code(code.map(str::to_owned))
            .text("n")
    };
    let notes = [
        note(Some(1), Some("a")),
        note(Some(2), Some("a")),
        note(None, None),
        note(Some(1), None),
        note(None, Some("a")),
    ];
    let notes = Note::create_many(notes).save(db).await?;
    assert_eq!(Member::find((1, "b")).one(db).await?, members[1]);
    assert_eq!(
        Member::find((3, "a"))
            .one(db)
            .await
            .unwrap_err()
            .to_string(),
        "Member not found"
    );

    let loaded = Note::query().include(Note::member).all(db).await?;
    let names: Vec<Option<&str>> = loaded
        .iter()
        .map(|it| it.member.as_ref().map(|it| &*it.name))
        .collect();
    assert_eq!(names, [Some("1a"), Some("2a"), None, None, None]);
    for separate in [false, true] {
        let include = if separate {
            Member::notes.separate()
        } else {
            Member::notes.order_by(Note::id)
        };
        let loaded = Member::query().include(include).all(db).await?;
        assert_eq!(
            loaded.iter().map(|it| it.notes.len()).collect::<Vec<_>>(),
            [1, 0, 1]
        );
    }
    let with_notes = Member::query()
        .filter(Member::notes.exists())
        .order_by((Member::tenant, Member::code))
        .all(db)
        .await?;
    assert_eq!(with_notes, [members[0].clone(), members[2].clone()]);

    let team = |tenant: i32, name: &str| Team::create().tenant(tenant).name(name);
    let teams = Team::create_many([team(1, "x"), team(2, "x")])
        .save(db)
        .await?;
    members[0].related(Member::teams).add(&teams, db).await?;
    members[2]
        .related(Member::teams)
        .add([&teams[1]], db)
        .await?;
    let loaded = Team::query()
        .include(Team::members.order_by(Member::tenant.desc()).limit(1))
        .all(db)
        .await?;
    let first: Vec<&str> = loaded.iter().map(|it| &*it.members[0].name).collect();
    assert_eq!(first, ["1a", "2a"]);
    let separate = Team::query()
        .include(Team::members.separate().include(Member::notes))
        .all(db)
        .await?;
    assert_eq!(
        separate
            .iter()
            .map(|it| it.members.len())
            .collect::<Vec<_>>(),
        [1, 2]
    );
    let limited = Team::query()
        .include(Team::members.limit(1).separate())
        .all(db)
        .await?;
    assert_eq!(
        limited
            .iter()
            .map(|it| it.members.len())
            .collect::<Vec<_>>(),
        [1, 1]
    );
    assert_eq!(members[0].related(Member::teams).count(db).await?, 2);
    assert!(
        members[0]
            .related(Member::teams)
            .has_all(&teams, db)
            .await?
    );
    members[0]
        .related(Member::teams)
        .remove([&teams[0]], db)
        .await?;
    assert!(!members[0].related(Member::teams).has(&teams[0], db).await?);

    let moved = notes[2].related(Note::member).set(&members[1], db).await?;
    assert_eq!(
        (moved.member_tenant, moved.member_code.as_deref()),
        (Some(1), Some("b"))
    );
    let added = members[1]
        .related(Member::notes)
        .create()
        .text("new")
        .save(db)
        .await?;
    assert_eq!(added.member_code.as_deref(), Some("b"));
    let error = Note::create()
        .member_tenant(9)
        .member_code("z")
        .text("t")
        .save(db)
        .await
        .unwrap_err();
    assert_eq!(error.fields(), ["member_tenant", "member_code"]);
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "a.b", unique(columns = (tenant, code)))]
struct Pointed {
    #[column(primary_key)]
    id: i32,
    #[column(name = "c.d, a.b.e")]
    tenant: i32,
    #[column(name = "e")]
    code: Option<String>,
}

// SQLite quotes none of the names that it lists.
#[tokio::test]
async fn names_with_points_and_commas_are_known() -> Test {
    let place = with_models(orm::models![Pointed]).await?;
    let db = &place.db;
    let row = |id| Pointed::create().id(id).tenant(1).code("canary");
    row(1).save(db).await?;
    let error = row(2).save(db).await.expect_err("a violation");
    let kind = orm::error::ErrorKind::UniqueViolation;
    let fields = ["tenant", "code"];
    assert_eq!(
        (error.kind(), error.model(), error.fields()),
        (kind, Some("Pointed"), &fields[..]),
        "{error}"
    );
    let written = orm::raw::raw_sql(r#"INSERT INTO "a.b" VALUES (2, NULL, 'canary')"#);
    let error = written.execute(db).await.expect_err("a violation");
    let kind = orm::error::ErrorKind::NotNullViolation;
    assert_eq!(
        (error.kind(), error.model(), error.fields()),
        (kind, Some("Pointed"), &fields[..1]),
        "{error}"
    );
    Ok(())
}
