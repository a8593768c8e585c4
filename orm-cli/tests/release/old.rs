//! The release that runs: its models, and everything that it does with them.

use orm::prelude::*;

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "mood", rename_all = "snake_case")]
pub(crate) enum Mood {
    Good,
    Bad,
}

/// Of one table alone.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "sort", rename_all = "snake_case")]
pub(crate) enum Sort {
    Plain,
    Fancy,
}

#[derive(Model, Debug, Clone)]
#[model(table = "authors")]
#[association(has_many, as = "books", model = Book, foreign_key = "author_id")]
#[association(many_to_many, as = "tags", model = Tag, through = "author_tags", foreign_key = "author_id", other_key = "tag_id")]
pub(crate) struct Author {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    pub(crate) name: String,
    #[column(varchar(80), unique)]
    pub(crate) email: String,
    pub(crate) age: Option<i32>,
    pub(crate) score: i64,
    pub(crate) mood: Mood,
    #[column(default_sql = "now()")]
    pub(crate) joined: DateTime<Utc>,
    #[column(default_sql = "now()")]
    pub(crate) noted: Option<DateTime<Utc>>,
    #[column(default = 3)]
    pub(crate) stars: i16,
    #[column(generated = "upper(name)")]
    pub(crate) shout: String,
    pub(crate) tones: Vec<i32>,
    #[column(json)]
    pub(crate) extra: serde_json::Value,
    pub(crate) host: std::net::IpAddr,
    #[column(numeric(10, 2))]
    pub(crate) price: rust_decimal::Decimal,
}

#[derive(Model, Debug, Clone)]
#[model(table = "books", unique(columns = (author_id, title)))]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "cascade")]
pub(crate) struct Book {
    #[column(primary_key, identity(always))]
    pub(crate) id: i64,
    pub(crate) author_id: i32,
    pub(crate) title: String,
    pub(crate) mood: Option<Mood>,
    #[column(json)]
    pub(crate) extra: Option<serde_json::Value>,
    #[column(version)]
    pub(crate) edition: i32,
}

#[derive(Model, Debug, Clone)]
#[model(table = "tags")]
#[association(many_to_many, as = "authors", model = Author, through = "author_tags", foreign_key = "tag_id", other_key = "author_id")]
pub(crate) struct Tag {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(unique)]
    pub(crate) word: String,
    pub(crate) sort: Option<Sort>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "members", schema = "club", soft_delete)]
pub(crate) struct Member {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(unique(unless_deleted))]
    pub(crate) handle: String,
    pub(crate) deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone)]
#[model(view, table = "author_names")]
pub(crate) struct AuthorName {
    #[column(primary_key)]
    pub(crate) id: i32,
    pub(crate) name: String,
}

pub(crate) const MODELS: orm::ddl::Models = orm::models![Author, Book, Tag, Member, AuthorName];

/// What no model makes.
pub(crate) const BESIDE: &str = "CREATE VIEW author_names AS SELECT id, name FROM authors; \
     ALTER TABLE authors ADD COLUMN legacy text; \
     CREATE TABLE journal (id int PRIMARY KEY, line text);";

type New = AuthorCreate<
    orm::create::Given,
    orm::create::Given,
    orm::create::Given,
    orm::create::Given,
    orm::create::Given,
    orm::create::Given,
    orm::create::Given,
    orm::create::Given,
>;

fn author(n: i32) -> New {
    Author::create()
        .name(format!("Ann {n}"))
        .email(format!("ann{n}@example.com"))
        .score(i64::from(n))
        .mood(Mood::Good)
        .tones(vec![n])
        .extra(serde_json::json!({ "n": n }))
        .host(std::net::IpAddr::from([127, 0, 0, 1]))
        .price(rust_decimal::Decimal::from(n))
}

/// Rows to begin with.
pub(crate) async fn begin(db: &Db) -> orm::Result<()> {
    let ann = author(1).age(30).save(db).await?;
    let rust = Tag::create().word("rust").save(db).await?;
    ann.related(Author::tags).add([&rust], db).await?;
    ann.related(Author::books)
        .create()
        .title("One")
        .save(db)
        .await?;
    Ok(())
}

/// Does everything that the release does, the rows that it reads being as it means them.
pub(crate) async fn does_all(db: &Db) -> Result<(), String> {
    everything(db).await.map_err(|error| error.to_string())?;
    let made = Author::query()
        .filter(Author::noted.is_null())
        .count(db)
        .await;
    match made {
        Ok(0) => Ok(()),
        Ok(_) => Err("a row has no time".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

async fn everything(db: &Db) -> orm::Result<()> {
    // Reads.
    let all = Author::query()
        .include(Author::books)
        .include(Author::tags)
        .all(db)
        .await?;
    let ann = Author::find(all[0].id).one(db).await?;
    Author::query()
        .filter(Author::mood.eq(Mood::Good))
        .filter(Author::score.lt(1_000))
        .filter(Author::name.eq("Ann 1"))
        .all(db)
        .await?;
    Author::query()
        .filter(Author::mood.in_([Mood::Good, Mood::Bad]))
        .filter(Author::email.in_(["ann1@example.com"]))
        .filter(Author::score.in_([1, 2]))
        .order_by(Author::mood.desc())
        .all(db)
        .await?;
    AuthorName::query().all(db).await?;
    Tag::query().all(db).await?;
    // New rows, with and without what may be left out.
    let new = author(2).save(db).await?;
    author(3).age(7).noted(new.joined).stars(5).save(db).await?;
    author(4).id(4_000).joined(new.joined).save(db).await?;
    Author::create_many([author(5), author(6).age(9)])
        .save(db)
        .await?;
    Author::copy_in([author(7), author(8).age(9)])
        .save(db)
        .await?;
    // Changes.
    ann.update()
        .set(Author::name, "Ann")
        .set(Author::age, None::<i32>)
        .set(Author::mood, Mood::Bad)
        .save(db)
        .await?;
    let changes = [new
        .update()
        .set(Author::score, 9)
        .set(Author::mood, Mood::Bad)];
    Author::update_many(changes).save(db).await?;
    // What is there, or not.
    for n in [2, 9] {
        Author::upsert(author(n))
            .on(Author::email)
            .overwrite(Author::name)
            .save(db)
            .await?;
    }
    Author::upsert_many([author(2), author(10)])
        .on(Author::email)
        .or_find(db)
        .await?;
    // What hangs together.
    let book = new
        .related(Author::books)
        .create()
        .title("Two")
        .save(db)
        .await?;
    let again = || Book::create().author_id(new.id).title("Two");
    Book::upsert(again())
        .on((Book::author_id, Book::title))
        .or_ignore(db)
        .await?;
    let book = book.update().set(Book::title, "Three").save(db).await?;
    let word = Tag::create().word("new").save(db).await?;
    Tag::create_many([
        Tag::create().word("a").sort(Sort::Fancy),
        Tag::create().word("b").sort(Sort::Plain),
    ])
    .save(db)
    .await?;
    new.related(Author::tags).add([&word], db).await?;
    new.related(Author::tags).add([&word], db).await?;
    new.related(Author::tags).remove([&word], db).await?;
    word.delete(db).await?;
    // What is marked, and may be there again.
    for _ in 0..2 {
        let member = Member::upsert(Member::create().handle("ann"))
            .on(Member::handle)
            .or_find(db)
            .await?;
        member.row.delete(db).await?;
    }
    Member::query().all(db).await?;
    book.delete(db).await?;
    Ok(())
}
