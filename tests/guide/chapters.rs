// Made of docs/guide by tests/guide: change the chapters.

pub mod start {
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = "users", timestamps)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
pub struct User {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(varchar(255), unique)]
    #[validate(email)]
    pub email: String,
    pub nickname: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone)]
#[model(table = "orders")]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id", on_delete = "restrict")]
pub struct Order {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub user_id: i32,
    #[validate(min(0))]
    pub total_in_cents: i64,
}

#[tokio::main]
async fn main() -> orm::Result<()> {
    let db = Db::connect(Config::from_env()?).await?;
    db.create_missing(orm::models![User, Order]).await?;

    let ann = match User::find_by(User::email, "ann@example.com").one_or_none(&db).await? {
        Some(ann) => ann,
        None => User::create().email("ann@example.com").save(&db).await?,
    };
    ann.related(User::orders).create().total_in_cents(4_999).save(&db).await?;

    let users = User::query()
        .filter(User::orders.any(Order::total_in_cents.gt(1_000)))
        .include(User::orders.order_by(Order::id.desc()).limit(3))
        .order_by(User::email)
        .all(&db)
        .await?;
    for user in &users {
        println!("{}: {} orders, latest {:?}", user.email, user.orders.len(), user.orders.first());
    }
    Ok(())
}
#[cfg(all(test, feature = "sqlite"))]
mod tests {
    use orm::prelude::*;
    use orm_testkit::TestFile;

    use super::{Order, User};

    #[tokio::test]
    async fn an_address_is_used_once() -> Result<(), Box<dyn std::error::Error>> {
        let file = TestFile::create()?;
        let db = Db::connect(Config::from_url(&file.url())?).await?;
        db.create_missing(orm::models![User, Order]).await?;

        User::create().email("ann@example.com").save(&db).await?;
        let error = User::create().email("ann@example.com").save(&db).await.unwrap_err();
        assert!(error.is_unique_violation());
        assert_eq!(error.fields(), ["email"]);
        Ok(())
    }
}
}
pub mod models {
use orm::prelude::*;
use orm::query::count;
use orm::types::Json;
use serde::{Deserialize, Serialize};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Member,
    Admin,
}

#[derive(Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct Settings {
    pub theme: String,
}

#[derive(Model, Debug, Clone)]
#[model(
    table = "people",
    timestamps,
    index(columns = (role, created_at desc)),
    check(expression = "age >= 0")
)]
pub struct Person {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    #[column(varchar(150))]
    pub full_name: String,
    #[column(varchar(255), unique)]
    #[validate(email)]
    pub email: String,
    pub age: Option<i32>,
    #[column(default = Role::Member)]
    pub role: Role,
    pub settings: Option<Json<Settings>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Person]).await?;
sent.by("models", 1);
let ann = Person::create()
    .full_name("Ann")
    .email("ann@example.com")
    .settings(Json(Settings { theme: "dark".to_owned() }))
    .save(&db)
    .await?;
assert_eq!(ann.role, Role::Member);
sent.by("models", 2);
let ann = Person::find(ann.id).one(&db).await?;
let same = Person::find_by(Person::email, "ann@example.com").one_or_none(&db).await?;
assert_eq!(same.map(|it| it.id), Some(ann.id));
let admins = Person::query()
    .filter(Person::role.eq(Role::Admin) & (Person::age.ge(18) | Person::age.is_null()))
    .filter(Person::email.ends_with("@example.com"))
    .order_by((Person::age.desc().nulls_last(), Person::id))
    .limit(20)
    .all(&db)
    .await?;
assert!(admins.is_empty());
sent.by("models", 4);
let number = Person::query().filter(Person::role.eq(Role::Admin)).count(&db).await?;
let oldest = Person::query().values(Person::age.max()).one(&db).await?;
let by_role = Person::query()
    .values((Person::role, count()))
    .group_by(Person::role)
    .all(&db)
    .await?;
assert_eq!((number, oldest, by_role), (0, None, vec![(Role::Member, 1)]));
sent.by("models", 6);
let dark = Person::settings.json_text(["theme"]).eq("dark");
assert_eq!(Person::query().filter(dark).count(&db).await?, 1);
sent.by("models", 8);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod associations {
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[association(has_many, as = "posts", model = Post, foreign_key = "author_id")]
pub struct Author {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub name: String,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "cascade")]
#[association(many_to_many, as = "tags", model = Tag, through = PostTag)]
pub struct Post {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub author_id: i32,
    pub title: String,
}

#[derive(Model, Debug, Clone)]
#[association(many_to_many, as = "posts", model = Post, through = PostTag)]
pub struct Tag {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(unique)]
    pub word: String,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", one_sided)]
#[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", one_sided)]
pub struct PostTag {
    #[column(primary_key)]
    pub post_id: i32,
    #[column(primary_key)]
    pub tag_id: i32,
    #[column(default = false)]
    pub pinned: bool,
}
use orm::query::{exists, outer};
#[derive(Polymorphic, Debug, Clone)]
pub enum Commentable {
    Post(Post),
    Author(Author),
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "subject", polymorphic = Commentable)]
pub struct Comment {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub subject_type: CommentableType,
    pub subject_id: i32,
    pub body: String,
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Author, Post, Tag, PostTag]).await?;
let ann = Author::create().name("Ann").save(&db).await?;
let rust = Tag::create().word("rust").save(&db).await?;
sent.by("associations", 1);
let post = ann.related(Author::posts).create().title("Hello").save(&db).await?;
assert_eq!(post.author_id, ann.id);
sent.by("associations", 2);
let titled = ann.related(Author::posts).filter(Post::title.contains("ell"));
assert_eq!(titled.count(&db).await?, 1);
let author = post.related(Post::author).one(&db).await?;
assert_eq!(author.name, "Ann");
sent.by("associations", 4);
post.related(Post::tags).joining(PostTag::pinned, true).add([&rust], &db).await?;
assert!(post.related(Post::tags).has(&rust, &db).await?);
sent.by("associations", 6);
let draft = ann.related(Author::posts).create().title("Draft").save(&db).await?;
let changed = ann
    .related(Author::posts)
    .change()
    .delete([&draft])
    .update([post.update().set(Post::title, "Hello again")])
    .create(|post| [post().title("A new one")])
    .save(&db)
    .await?;
assert_eq!((&*changed.updated[0].title, &*changed.created[0].title), ("Hello again", "A new one"));
sent.by("associations", 7);
post.related(Post::tags).set_keys([rust.id], &db).await?;
let other = ann.related(Author::posts).create().title("Another").save(&db).await?;
ann.related(Author::posts).change().delete_keys([other.id]).save(&db).await?;
sent.by("associations", 8);
let about_rust = Post::query()
    .filter(Post::tags.any(Tag::word.eq("rust")))
    .filter(Post::author.any(Author::name.starts_with("A")))
    .count(&db)
    .await?;
assert_eq!(about_rust, 1);
let idle = Author::query().filter(Author::posts.is_empty()).count(&db).await?;
assert_eq!(idle, 0);
sent.by("associations", 9);
let busiest = Author::query().order_by(Author::posts.count().desc()).first(&db).await?;
assert_eq!(busiest.map(|it| it.name), Some("Ann".to_owned()));
sent.by("associations", 11);
let quiet = Author::query()
    .filter(Author::id.not_in_subquery(Post::query().values(Post::author_id)))
    .count(&db)
    .await?;
assert_eq!(quiet, 0);
let namesake = Tag::query().filter(Tag::word.eq(outer(Author::name)));
assert!(!Author::query().filter(exists(namesake)).exists(&db).await?);
let latest = Post::query()
    .filter(Post::author_id.eq(outer(Author::id)))
    .order_by(Post::id.desc())
    .limit(1)
    .values(Post::title);
let authors = Author::query().values((Author::name, latest.subquery())).all(&db).await?;
assert!(authors[0].1.is_some());
sent.by("associations", 13);
let people = Author::query().values(Author::name);
let words = Tag::query().values(Tag::word);
let names = people.union(words).order_by(Author::name).all(&db).await?;
assert!(names.is_sorted());
sent.by("associations", 14);
let pinned = PostTag::pinned.eq(true);
let posts = Post::query()
    .filter(Post::tags.only_join_rows(pinned.clone()).any(Tag::word.eq("rust")))
    .include(Post::tags.filter_join_rows(pinned).order_by_join_rows(PostTag::pinned).with_join_row())
    .all(&db)
    .await?;
assert!(posts[0].tags[0].join.pinned);
sent.by("associations", 15);
db.create_missing(orm::models![Comment]).await?;
let comment = Comment::create().subject(&post).body("Well said").save(&db).await?;
Comment::create().subject(&ann).body("Welcome").save(&db).await?;
let on_ann = Comment::query().filter(Comment::subject.is(Author::name.eq("Ann"))).all(&db).await?;
assert_eq!(on_ann[0].body, "Welcome");
let comment = comment.update().set_owner(Comment::subject, &ann).save(&db).await?;
let comment = Comment::subject.set(&comment, &post, &db).await?;
assert_eq!(comment.subject_type, CommentableType::Post);
sent.by("associations", 17);
let comments = Comment::query()
    .include(Comment::subject.on(Post::query().include(Post::author)))
    .order_by(Comment::id)
    .all(&db)
    .await?;
let about = comments.iter().map(|comment| match &comment.subject {
    Some(CommentableWith::Post(post)) => post.author.name.as_str(),
    Some(CommentableWith::Author(author)) => author.name.as_str(),
    None => "nothing",
});
assert_eq!(about.collect::<Vec<_>>(), ["Ann", "Ann"]);
sent.by("associations", 18);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod loading {
use orm::exec::NPlusOne;
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
pub struct User {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub name: String,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
#[association(has_many, as = "items", model = Item, foreign_key = "order_id")]
pub struct Order {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub user_id: i32,
    pub total: i32,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "order", model = Order, foreign_key = "order_id")]
pub struct Item {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub order_id: i32,
    pub product: String,
}
#[derive(Model, Debug, Clone)]
#[association(has_many, as = "children", model = Category, foreign_key = "parent_id")]
#[association(belongs_to, as = "parent", model = Category, foreign_key = "parent_id")]
pub struct Category {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub parent_id: Option<i32>,
    pub name: String,
}
type UserWithOrders = orm::loaded!(User { orders: Order { items } });

fn number_of_items(user: &UserWithOrders) -> usize {
    user.orders.iter().map(|order| order.items.len()).sum()
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![User, Order, Item]).await?;
let ann = User::create()
    .name("Ann")
    .with(User::orders, |order| {
        [
            order().total(5).with(Order::items, |item| [item().product("pen")]),
            order().total(70).with(Order::items, |item| [item().product("ink"), item().product("paper")]),
        ]
    })
    .save(&db)
    .await?;
sent.by("loading", 1);
let ann = User::find(ann.id)
    .include(User::orders.order_by(Order::id).include(Order::items.order_by(Item::id)))
    .one(&db)
    .await?;
let products: Vec<&str> = ann.orders[1].items.iter().map(|item| &*item.product).collect();
assert_eq!(products, ["ink", "paper"]);
sent.by("loading", 2);
let users = User::query()
    .include(User::orders.filter(Order::total.gt(10)).order_by(Order::id.desc()).limit(1))
    .all(&db)
    .await?;
assert_eq!(users[0].orders.len(), 1);
sent.by("loading", 4);
let nobody = User::query().include(User::orders.filter(Order::total.gt(1_000)).required());
assert!(nobody.all(&db).await?.is_empty());
sent.by("loading", 5);
db.create_missing(orm::models![Category]).await?;
let office = Category::create().name("office").save(&db).await?;
let pens = office.related(Category::children).create().name("pens").save(&db).await?;
pens.related(Category::children).create().name("ink").save(&db).await?;
sent.by("loading", 7);
let forest = Category::query()
    .filter(Category::parent_id.is_null())
    .order_by(Category::name)
    .follow(Category::children)
    .all(&db)
    .await?;
let names: Vec<(u32, &str)> = forest.rows().iter().map(|it| (it.depth, &*it.row.name)).collect();
assert_eq!(names, [(0, "office"), (1, "pens"), (2, "ink")]);
assert_eq!(forest.sizes(), [2, 1, 0]);
let trees = forest.into_trees();
assert_eq!(trees[0].children[0].name, "pens");
sent.by("loading", 8);
assert_eq!(number_of_items(&ann), 3);
sent.by("loading", 11);
let orders = Order::query().order_by(Order::id).all(&db).await?;
let items = Order::items.load_for(&orders, &db).await?;
let numbers: Vec<usize> = items.iter().map(Vec::len).collect();
assert_eq!(numbers, [1, 2]);
sent.by("loading", 12);
let watch = NPlusOne::new();
let watched = db.watched_by(&watch);
for order in &orders {
    order.related(Order::customer).one(&watched).await?;
}
assert!(!watch.repeated(2).is_empty());
sent.by("loading", 14);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod projections {
use orm::prelude::*;
use orm::query::count;

#[derive(Model, Debug, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
pub struct User {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub name: String,
    pub email: String,
    pub password_hash: String,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
pub struct Order {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub user_id: i32,
    pub status: String,
    pub total: i32,
}

#[derive(Projection, Debug)]
#[projection(model = User)]
pub struct Profile {
    pub id: i32,
    pub name: String,
    #[projection(value = User::orders.count())]
    pub order_count: i64,
    #[projection(include = User::orders.order_by(Order::id.desc()).limit(3))]
    pub latest: Vec<Receipt>,
}

#[derive(Projection, Debug, Clone)]
#[projection(model = Order)]
pub struct Receipt {
    pub id: i32,
    pub total: i32,
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![User, Order]).await?;
let new = User::create().name("Ann").email("ann@example.com").password_hash("..");
let ann = new
    .with(User::orders, |order| [order().status("paid").total(5), order().status("new").total(7)])
    .save(&db)
    .await?;
sent.by("projections", 1);
let profile = User::find(ann.id).select::<Profile>().one(&db).await?;
assert_eq!((profile.order_count, profile.latest.len()), (2, 2));
sent.by("projections", 2);
let names: Vec<String> = User::query().values(User::name).all(&db).await?;
let pairs = User::query().values((User::id, User::email)).all(&db).await?;
assert_eq!((names.len(), pairs.len()), (1, 1));
sent.by("projections", 4);
let totals = Order::query()
    .values((Order::status, count(), Order::total.sum()))
    .group_by(Order::status)
    .having(Order::total.sum().gt(1))
    .order_by(Order::status)
    .all(&db)
    .await?;
assert_eq!(totals.len(), 2);
sent.by("projections", 5);
let paid = User::orders.only(Order::status.eq("paid"));
let spent = paid.sum(Order::total);
let users = User::query()
    .filter(User::orders.sum(Order::total).gt(10_i64))
    .values((User::name, spent.clone(), User::orders.max(Order::total)))
    .order_by(spent.desc())
    .all(&db)
    .await?;
assert_eq!(users, [("Ann".to_owned(), Some(5), Some(7))]);
sent.by("projections", 7);
let users = User::query()
    .include(User::orders.order_by(Order::id))
    .annotate((User::orders.count(), User::orders.min(Order::total)))
    .all(&db)
    .await?;
let (number, least) = users[0].values;
assert_eq!((number, users[0].orders.len()), (2, 2));
assert_eq!(least, Some(5));
sent.by("projections", 9);
let sent_to = Order::query()
    .values((Order::id, Order::customer.value(User::email)))
    .order_by(Order::id)
    .all(&db)
    .await?;
assert_eq!(sent_to[0].1.as_deref(), Some("ann@example.com"));
sent.by("projections", 11);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod pages {
use orm::prelude::*;
use orm::query::{Order, Page, PageCursor, Query};

#[derive(Model, Debug, Clone)]
#[model(table = "songs", index(columns = (plays, id)))]
pub struct Song {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub title: String,
    pub plays: i32,
    pub released: Option<NaiveDate>,
}
fn chosen(word: &str) -> Option<Order<Song>> {
    Some(match word {
        "plays" => Song::plays.asc(),
        "-plays" => Song::plays.desc(),
        "title" => Song::title.asc(),
        "-released" => Song::released.desc().nulls_last(),
        _ => return None,
    })
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Song]).await?;
let new = (0..50).map(|at| Song::create().title(format!("Song {at}")).plays(at % 7));
Song::create_many(new).save(&db).await?;

let query = || Song::query().order_by(Song::plays.desc());
let first: Page<Song> = query().page(20).fetch(&db).await?;
assert_eq!(first.rows.len(), 20);
sent.by("pages", 1);
let text = first.next.as_ref().map(PageCursor::to_string);
let cursor = text.map(|text| text.parse::<PageCursor>()).transpose()?;
let second = query().page(20).at(cursor).fetch(&db).await?;
sent.by("pages", 2);
let back = query().page(20).at(second.previous).fetch(&db).await?;
assert_eq!(back.rows[0].id, first.rows[0].id);
sent.by("pages", 4);
let other = Song::query().order_by(Song::title).page(20).at(first.next.clone());
let error = other.fetch(&db).await.unwrap_err();
assert!(error.is_cursor_refused());
sent.by("pages", 5);
let key = [7; 32]; // from the configuration
let signed = query().page(20).signed_by(&key).fetch(&db).await?;
let next = query().page(20).signed_by(&key).at(signed.next).fetch(&db).await?;
assert_eq!(next.rows.len(), 20);
sent.by("pages", 6);
let order = chosen("-released").unwrap_or_else(|| Song::id.asc());
let asked_for: u32 = 1_000_000;
let page = Song::query().order_by(order).page(asked_for.clamp(1, 100)).fetch(&db).await?;
assert_eq!(page.rows.len(), 50);
sent.by("pages", 8);
let connection = query().page(2).with_total().fetch(&db).await?.into_connection()?;
assert_eq!(connection.total_count, Some(50));
assert!(connection.page_info.has_next_page);
sent.by("pages", 9);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod streams {
use bytes::Bytes;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = "readings", index(columns = (sensor, id)))]
#[association(has_many, as = "remarks", model = Remark, foreign_key = "reading_id")]
pub struct Reading {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub sensor: String,
    pub celsius: i32,
    pub checked: bool,
}

#[derive(Model, Debug, Clone)]
#[model(table = "remarks")]
#[association(belongs_to, as = "reading", model = Reading, foreign_key = "reading_id")]
pub struct Remark {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub reading_id: i32,
    pub body: String,
}
fn csv(db: &Db) -> impl Stream<Item = orm::Result<Bytes>> + Send + use<> {
    let readings = Reading::query().order_by((Reading::sensor, Reading::id)).stream(db);
    let line = |it: Reading| Bytes::from(format!("{},{}\n", it.sensor, it.celsius));
    let head = stream::iter([Ok(Bytes::from_static(b"sensor,celsius\n"))]);
    head.chain(readings.map_ok(line))
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Reading, Remark]).await?;
let new = (0..2_000).map(|at| {
    let reading = Reading::create().sensor(format!("s{}", at % 3));
    reading.celsius(at % 40).checked(false)
});
let readings = Reading::create_many(new).save(&db).await?;
readings[0].related(Reading::remarks).create().body("cold").save(&db).await?;

let mut rows = Reading::query().order_by(Reading::id).stream(&db);
let mut warmest = 0;
while let Some(reading) = rows.next().await {
    warmest = warmest.max(reading?.celsius);
}
assert_eq!(warmest, 39);
sent.by("streams", 1);
let body: Vec<Bytes> = csv(&db).try_collect().await?;
assert_eq!((body.len(), &*body[1]), (2_001, &b"s0,0\n"[..]));
sent.by("streams", 3);
let mut rows = Reading::query().order_by(Reading::sensor).include(Reading::remarks).stream(&db);
let mut remarks = 0;
while let Some(reading) = rows.try_next().await? {
    remarks += reading.remarks.len();
}
assert_eq!(remarks, 1);
sent.by("streams", 4);
let mut cold = 0;
let all = Reading::query()
    .for_each(&db, |reading| {
        cold += i32::from(reading.celsius < 10);
        Ok(())
    })
    .await?;
assert_eq!((all, cold), (2_000, 500));
sent.by("streams", 5);
let unchecked = Reading::query().filter(Reading::checked.eq(false));
unchecked
    .in_batches(800)
    .for_each_async(&db, async |readings| -> orm::Result<()> {
        let updates = readings.iter().map(|it| it.update().set(Reading::checked, true));
        Reading::update_many(updates).save(&db).await.map(drop)
    })
    .await?;
assert_eq!(Reading::query().filter(Reading::checked.eq(true)).count(&db).await?, 2_000);
sent.by("streams", 6);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod searching {
use orm::prelude::*;
use orm::query::{Headline, TextConfig, TsQuery, Weight};
use orm::types::{Range, TsVector};
use serde::{Deserialize, Serialize};

#[derive(Model, Debug, Clone)]
#[model(table = "articles")]
pub struct Article {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(index(method = gin, ops = "gin_trgm_ops", name = "articles_title_like"))]
    pub title: String,
    pub body: String,
    #[column(
        generated = "setweight(to_tsvector('english', title), 'A') || to_tsvector('english', body)",
        index(method = gin)
    )]
    pub words: TsVector,
}

#[derive(Model, Debug, Clone)]
#[model(table = "guests", index(expression = "settings -> 'address' ->> 'city'", name = "guests_city"))]
pub struct Guest {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub settings: Json<Settings>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonFields)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    pub theme: String,
    pub font_size: Option<i32>,
    pub address: Option<Address>,
}

#[derive(Debug, Clone, Serialize, Deserialize, JsonFields)]
pub struct Address {
    pub city: String,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extra {
    Breakfast,
    Parking,
}

#[derive(Model, Debug, Clone)]
#[model(table = "bookings", exclude(columns = (room with =, days with &&)))]
pub struct Booking {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub room: i32,
    #[column(index(method = gist))]
    pub days: Range<NaiveDate>,
    #[column(index(method = gin))]
    pub extras: Vec<Extra>,
}
#[derive(Model, Debug, Clone)]
#[model(table = "passages")]
pub struct Passage {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub text: String,
    #[column(index(method = hnsw, ops = "vector_cosine_ops"))]
    pub embedding: Vector<3>,
}

pub async fn nearest(db: &Db, to: Vector<3>) -> orm::Result<Vec<(String, Option<f64>)>> {
    let apart = Passage::embedding.cosine_distance(to);
    let nearest = Passage::query().order_by(apart.clone()).limit(5);
    nearest.values((Passage::text, apart)).all(db).await
}
use std::borrow::Cow;

use bytes::{BufMut, BytesMut};
use orm::schema::SqlType;
use orm::types::{Bind, ColumnType, DecodeFault, EncodeFault, Encoded, IsNull, Param, WireType, family};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    pub longitude: f64,
    pub latitude: f64,
}

/// Little-endian, a point with the number of its coordinate system, WGS 84.
const HEAD: [u8; 9] = [1, 1, 0, 0, 0x20, 0xe6, 0x10, 0, 0];

impl ColumnType for Place {
    type Base = Self;
    type Family = family::Opaque;

    const SQL_TYPE: SqlType = SqlType::Named("geography(Point,4326)");

    fn to_param(&self) -> Param {
        Param::other(*self)
    }

    fn from_param(param: &Param) -> Option<Self> {
        param.downcast::<Self>().copied()
    }

    fn decode(sql_type: WireType<'_>, raw: Option<&[u8]>) -> Result<Self, DecodeFault> {
        if sql_type.name() != "geography" {
            return Err(DecodeFault::wrong_type("geography", sql_type));
        }
        let raw = raw.ok_or_else(|| DecodeFault::null("geography"))?;
        let number = |at| Some(f64::from_le_bytes(raw.get(at..at + 8)?.try_into().ok()?));
        match (raw.starts_with(&HEAD), number(9), number(17)) {
            (true, Some(longitude), Some(latitude)) => Ok(Place { longitude, latitude }),
            _ => Err(DecodeFault::malformed("a point")),
        }
    }
}

impl Bind for Place {
    fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed("geography")
    }

    fn encode(&self, sql_type: WireType<'_>, out: &mut BytesMut) -> Encoded {
        if sql_type.name() != "geography" {
            return Err(EncodeFault::wrong_type("geography", sql_type).into());
        }
        out.put_slice(&HEAD);
        out.put_f64_le(self.longitude);
        out.put_f64_le(self.latitude);
        Ok(IsNull::No)
    }

    fn write_text(&self, out: &mut String) -> Result<(), EncodeFault> {
        out.push_str(&format!("SRID=4326;POINT({} {})", self.longitude, self.latitude));
        Ok(())
    }
}

#[derive(Model, Debug, Clone)]
#[model(table = "shops")]
pub struct Shop {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(index(method = gist))]
    pub place: Place,
}

pub async fn around(db: &Db, place: Place, meters: f64) -> orm::Result<Vec<Shop>> {
    let near = orm::raw::raw_expr("ST_DWithin(").column(Shop::place).raw(", ").bind(place).raw(", ").bind(meters).raw(")");
    Shop::query().filter(near.filter()).all(db).await
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Article, Guest, Booking]).await?;
let rats = Article::create().title("Fat rats").body("They ran over the mat, and ate it.").save(&db).await?;
Article::create().title("Red shoes").body("No rat is in them.").save(&db).await?;
sent.by("searching", 1);
let query = TsQuery::websearch(TextConfig::ENGLISH, "\"fat rats\" or cats");
let found = Article::query()
    .filter(Article::words.search(&query))
    .order_by((Article::words.rank(&query).desc(), Article::id))
    .all(&db)
    .await?;
assert_eq!(found.len(), 1);
sent.by("searching", 2);
let marks = Headline { start: "«".to_owned(), stop: "»".to_owned(), ..Headline::default() };
let shown = Article::find(rats.id)
    .values((Article::title.headline(TextConfig::ENGLISH, &query, &marks), Article::words.rank(&query)))
    .one(&db)
    .await?;
assert_eq!(shown.0.as_deref(), Some("«Fat» «rats»"));
sent.by("searching", 4);
let typed = TsQuery::prefix(TextConfig::SIMPLE, "ra");
let words = Article::title.to_tsvector(TextConfig::SIMPLE).weighted(Weight::A);
let words = words.followed_by(Article::body.to_tsvector(TextConfig::SIMPLE));
assert_eq!(Article::query().filter(words.search(&typed)).count(&db).await?, 2);
sent.by("searching", 5);
let alike = Article::query()
    .filter(Article::title.is_like("Red sheos") & Article::title.similarity("Red sheos").ge(0.4))
    .order_by(Article::title.unlikeness("Red sheos"))
    .limit(10);
assert_eq!(alike.one(&db).await?.title, "Red shoes");
sent.by("searching", 6);
let address = Some(Address { city: "Bonn".to_owned() });
Guest::create().settings(Settings { theme: "dark".to_owned(), font_size: Some(9), address }).save(&db).await?;

let city = Guest::settings.at(Settings::address).at(Address::city);
let large = Guest::settings.at(Settings::font_size).lt(10);
let guests = Guest::query().filter(city.clone().eq("Bonn") & large).order_by(city).all(&db).await?;
assert_eq!(guests[0].settings.theme, "dark");
sent.by("searching", 8);
let day = |day| NaiveDate::from_ymd_opt(2025, 6, day).unwrap_or_default();
let stay = Range::from(day(1)..day(5));
let booked = Booking::create().room(7).days(stay).extras([Extra::Parking]).save(&db).await?;

let wanted = Range::from(day(4)..day(8));
let taken = Booking::query().filter(Booking::room.eq(7) & Booking::days.overlaps_range(wanted));
assert!(taken.exists(&db).await?);

let clash = Booking::find(booked.id).values((Booking::days.range_intersection(wanted), Booking::days.range_end()));
assert_eq!(clash.one(&db).await?, (Range::from(day(4)..day(5)), Some(day(5))));
sent.by("searching", 10);
let again = Booking::create().room(7).days(wanted).extras([Extra::Parking]).save(&db).await;
assert!(again.is_err_and(|error| error.is_exclusion_violation()));
sent.by("searching", 11);
let parking = Booking::query().filter(Booking::extras.has_element(Extra::Parking));
parking.update().set(Booking::extras, Booking::extras.array_append(Extra::Breakfast)).save(&db).await?;
let both = Booking::extras.contains_all([Extra::Breakfast, Extra::Parking]);
assert_eq!(Booking::query().filter(both).count(&db).await?, 1);
sent.by("searching", 12);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod views {
use orm::migrate::{Index, Migration, SchemaEditor};
use orm::prelude::*;
use orm::query::{Rows, count};
use orm::raw::raw_sql;

#[derive(Model, Debug, Clone)]
#[model(table = "customers")]
#[association(has_many, as = "orders", model = Order, foreign_key = "customer_id")]
#[association(has_one, as = "total", model = CustomerTotal, foreign_key = "customer_id")]
#[association(has_one, as = "spent", model = Spent, foreign_key = "customer_id")]
pub struct Customer {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub name: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "orders")]
#[association(belongs_to, as = "customer", model = Customer, foreign_key = "customer_id")]
#[association(belongs_to, as = "month_total", model = MonthTotal, foreign_key = "month", constraint = false, one_sided)]
pub struct Order {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub customer_id: i32,
    pub month: i32,
    pub cents: i32,
}
#[derive(Model, Debug, Clone)]
#[model(view, table = "customer_totals")]
#[association(belongs_to, as = "customer", model = Customer, foreign_key = "customer_id")]
pub struct CustomerTotal {
    #[column(primary_key)]
    pub customer_id: i32,
    pub orders: i64,
    pub cents: Option<i64>,
}

pub const CUSTOMER_TOTALS: &str = "
    SELECT customers.id AS customer_id, count(orders.id) AS orders, sum(orders.cents) AS cents
    FROM customers LEFT JOIN orders ON orders.customer_id = customers.id
    GROUP BY customers.id";

pub struct AddCustomerTotals;

impl Migration for AddCustomerTotals {
    fn name(&self) -> &str {
        "20260301090000-add-customer-totals"
    }

    async fn up(&self, schema: &SchemaEditor<'_>) -> orm::Result<()> {
        schema.create_view_raw("customer_totals", CUSTOMER_TOTALS).await
    }

    async fn down(&self, schema: &SchemaEditor<'_>) -> orm::Result<()> {
        schema.drop_view("customer_totals").await
    }
}
#[derive(Model, Debug, Clone)]
#[model(materialized_view, table = "month_totals")]
pub struct MonthTotal {
    #[column(primary_key)]
    pub month: i32,
    pub orders: i64,
}

pub struct AddMonthTotals;

impl Migration for AddMonthTotals {
    fn name(&self) -> &str {
        "20260301090100-add-month-totals"
    }

    async fn up(&self, schema: &SchemaEditor<'_>) -> orm::Result<()> {
        let rows = "SELECT month, count(*) AS orders FROM orders GROUP BY month";
        schema.create_materialized_view_raw("month_totals", rows).await?;
        schema.add_index(Index::on("month_totals", ["month"]).unique()).await
    }

    async fn down(&self, schema: &SchemaEditor<'_>) -> orm::Result<()> {
        schema.drop_materialized_view("month_totals").await
    }
}
#[derive(Model, Debug, Clone)]
#[model(named_query, table = "spent")]
#[association(belongs_to, as = "customer", model = Customer, foreign_key = "customer_id")]
pub struct Spent {
    #[column(primary_key)]
    pub customer_id: i32,
    pub cents: Option<i64>,
    pub orders: i64,
}

fn spent_since(month: i32) -> Rows<Order, (i32, Option<i64>, i64)> {
    Order::query()
        .filter(Order::month.ge(month))
        .values((Order::customer_id, Order::cents.sum(), count()))
        .group_by(Order::customer_id)
}
#[derive(Model, Debug, Clone)]
#[model(named_query, table = "best")]
pub struct Best {
    #[column(primary_key)]
    pub customer_id: i32,
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Customer, Order]).await?;
Customer::create_many(["Ann", "Ben", "Cleo"].map(|name| Customer::create().name(name))).save(&db).await?;
let orders = [(1, 1, 500), (1, 2, 7_000), (2, 2, 900)];
let orders = orders.map(|(customer, month, cents)| Order::create().customer_id(customer).month(month).cents(cents));
Order::create_many(orders).save(&db).await?;
sent.by("views", 1);
raw_sql(format!("CREATE VIEW customer_totals AS {CUSTOMER_TOTALS}")).execute(&db).await?;
sent.by("views", 3);
let idle = CustomerTotal::query().filter(CustomerTotal::orders.eq(0)).include(CustomerTotal::customer).one(&db).await?;
assert_eq!((&*idle.customer.name, idle.cents), ("Cleo", None));
let large = Customer::query()
    .filter(Customer::total.any(CustomerTotal::cents.gt(1_000)))
    .include(Customer::total)
    .all(&db)
    .await?;
assert_eq!(large[0].total.as_ref().map(|it| it.orders), Some(2));
sent.by("views", 4);
let rows = "SELECT month, count(*) AS orders FROM orders GROUP BY month";
raw_sql(format!("CREATE MATERIALIZED VIEW month_totals AS {rows}")).execute(&db).await?;
raw_sql("CREATE UNIQUE INDEX ON month_totals (month)").execute(&db).await?;
sent.by("views", 6);
Order::create().customer_id(3).month(2).cents(100).save(&db).await?;
assert_eq!(MonthTotal::find(2).one(&db).await?.orders, 2);
MonthTotal::refresh_view().concurrently().run(&db).await?;
let orders = Order::query().filter(Order::month.eq(2)).include(Order::month_total).all(&db).await?;
assert_eq!(orders[0].month_total.as_ref().map(|it| it.orders), Some(3));
sent.by("views", 7);
let most = Spent::query().with::<Spent>(spent_since(2)).order_by(Spent::cents.desc()).limit(1).one(&db).await?;
assert_eq!((most.customer_id, most.cents), (1, Some(7_000)));
sent.by("views", 9);
let customers = Customer::query()
    .with::<Spent>(spent_since(1))
    .filter(Customer::spent.any(Spent::orders.ge(2)))
    .include(Customer::spent)
    .all(&db)
    .await?;
assert_eq!(customers[0].spent.as_ref().and_then(|it| it.cents), Some(7_500));
sent.by("views", 11);
let best = Spent::query().filter(Spent::cents.gt(1_000)).values(Spent::customer_id);
let orders = Order::query()
    .with::<Spent>(spent_since(1))
    .with::<Best>(best)
    .filter(Order::customer_id.in_subquery(Best::query().values(Best::customer_id)))
    .count(&db)
    .await?;
assert_eq!(orders, 2);
sent.by("views", 14);
let ids = Customer::query().values(Customer::id).except(Order::query().values(Order::customer_id));
let page = Best::query().with::<Best>(ids).order_by(Best::customer_id).page(20).fetch(&db).await?;
assert!(page.rows.is_empty());
sent.by("views", 16);
let large = Spent::query().with::<Spent>(spent_since(1)).filter(Spent::cents.gt(5_000)).values(Spent::customer_id);
let changed = Customer::query().filter(Customer::id.in_subquery(large)).update().set(Customer::name, "Ann A.").save(&db).await?;
assert_eq!(changed, 1);
sent.by("views", 17);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod writing {
use orm::prelude::*;
use orm::query::FoundOrBuilt;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "products", timestamps)]
pub struct Product {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(unique)]
    pub sku: String,
    pub name: String,
    #[column(default = 0)]
    pub stock: i32,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Product]).await?;
sent.by("writing", 1);
let pen = Product::create().sku("P-1").name("Pen").save(&db).await?;
let more = Product::create_many([
    Product::create().sku("P-2").name("Ink").stock(10),
    Product::create().sku("P-3").name("Paper").note("A4"),
])
.save(&db)
.await?;
assert_eq!(more[0].stock, 10);
sent.by("writing", 2);
let rows = (0..10_000).map(|n| Product::create().sku(format!("N-{n}")).name("Nail").stock(1_000));
let written = Product::copy_in(rows).on_progress(|rows| println!("{rows} rows")).save(&db).await?;
assert_eq!(written, 10_000);
sent.by("writing", 4);
let pen = pen.update().set(Product::stock, Product::stock + 5).set(Product::note, "blue").save(&db).await?;
assert_eq!(pen.stock, 5);
sent.by("writing", 6);
let mut changed = pen.clone();
changed.name = "Blue pen".to_owned();
let pen = changed.changes(&pen).save(&db).await?;
sent.by("writing", 8);
let sold_out = Product::query().filter(Product::stock.eq(0));
let number = sold_out.update().set(Product::note, "sold out").save(&db).await?;
assert_eq!(number, 1);
let all = Product::query().order_by(Product::id).all(&db).await?;
let counted = all.iter().zip([3, 4, 5]).map(|(row, stock)| row.update().set(Product::stock, stock));
Product::update_many(counted).save(&db).await?;
sent.by("writing", 10);
let again = Product::create().sku("P-1").name("Pen, black");
let upserted = Product::upsert(again).on(Product::sku).overwrite(Product::name).save(&db).await?;
assert!(upserted.updated && !upserted.created);
let found = Product::upsert(Product::create().sku("P-1").name("Pen")).on(Product::sku).or_find(&db).await?;
assert_eq!(found.row.name, "Pen, black");
let cap = Product::create().sku("C-1").name("Cap");
let cap = match Product::find_or_build(cap).on(Product::sku).one(&db).await? {
    FoundOrBuilt::Found(cap) => cap,
    FoundOrBuilt::Built(cap) => cap.stock(30).save(&db).await?,
};
assert_eq!(cap.stock, 30);
sent.by("writing", 12);
pen.delete(&db).await?;
let number = Product::query().filter(Product::stock.lt(5)).delete().run(&db).await?;
assert_eq!(number, 1);
let rest = Product::query().limit(10).all(&db).await?;
Product::delete_many(&rest).run(&db).await?;
sent.by("writing", 14);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod hooks {
use orm::hooks::{HookResult, Hooks, Unsaved, Write};
use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "members", hooks)]
pub struct Member {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(unique)]
    #[validate(email)]
    pub email: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "deeds")]
pub struct Deed {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub text: String,
}

impl Hooks for Member {
    async fn before_create(rows: &mut [Unsaved<Self>], _tx: &Tx) -> HookResult {
        for member in rows {
            if let Some(email) = member.get(Member::email) {
                member.set(Member::email, email.trim().to_lowercase());
            }
        }
        Ok(())
    }

    async fn before_delete(rows: &[Self], tx: &Tx) -> HookResult {
        if rows.iter().any(|member| member.id == 1) {
            return Err("the founder stays".into());
        }
        Deed::create().text("a member leaves").save(tx).await?;
        Ok(())
    }

    async fn after_commit(write: Write, rows: &[Self], _db: &Db) -> HookResult {
        println!("{write:?} of {} members", rows.len());
        Ok(())
    }
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Member, Deed]).await?;
let founder = Member::create().email(" Ann@Example.com").save(&db).await?;
assert_eq!(founder.email, "ann@example.com");
let error = founder.delete(&db).await.unwrap_err();
assert_eq!(error.to_string(), "Member: `before_delete` failed, and nothing was written: the founder stays");
assert!(error.is_hook());
sent.by("hooks", 1);
let all = Member::query().filter(Member::id.gt(1));
let error = all.clone().delete().run(&db).await.unwrap_err();
assert!(error.to_string().starts_with("Member has hooks"));
all.delete().without_hooks().run(&db).await?;
founder.without_hooks().delete(&db).await?;
sent.by("hooks", 2);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod validation {
use orm::prelude::*;
use orm::validate::ValidationErrors;

#[derive(Model, Debug, Clone)]
#[model(table = "accounts")]
pub struct Account {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(varchar(255), unique)]
    #[validate(email(message = "Must be a valid email address"))]
    pub email: String,
    #[validate(len(2, 50))]
    pub name: String,
    #[validate(min(0), max(150))]
    pub age: Option<i32>,
    #[validate(custom(is_even, message = "must be even"))]
    pub seats: i32,
}

fn is_even(seats: &i32) -> bool {
    seats % 2 == 0
}
fn status(error: &orm::Error) -> u16 {
    if error.is_validation() || error.refers_to_nothing() {
        422
    } else if error.is_unique_violation() || error.is_referred_to() || error.is_stale() {
        409
    } else if error.is_not_found() {
        404
    } else if error.is_acquire_timeout() || error.is_connect() || error.is_timeout() {
        503
    } else {
        500
    }
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Account]).await?;
let wrong = Account::create().email("nobody").name("A").seats(3).save(&db).await;
let error = wrong.unwrap_err();
assert!(error.is_validation());
assert_eq!(error.fields(), ["email", "name", "seats"]);
let errors = error.validation_errors::<ValidationErrors>().ok_or("every fault of the row")?;
let first = errors.iter().next().ok_or("the first")?;
assert_eq!((first.column, &*first.message), (Some("email"), "Must be a valid email address"));
sent.by("validation", 1);
Account::create().email("ann@example.com").name("Ann").seats(2).save(&db).await?;
let twice = Account::create().email("ann@example.com").name("Ann").seats(2).save(&db).await;
let error = twice.unwrap_err();
assert!(error.is_unique_violation());
assert_eq!((error.model(), error.fields()), (Some("Account"), &["email"][..]));
sent.by("validation", 2);
assert_eq!(status(&error), 409);
let missing = Account::find(-1).one(&db).await.unwrap_err();
assert_eq!((status(&missing), missing.to_string()), (404, "Account -1 not found".to_owned()));
sent.by("validation", 4);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod transactions {
use orm::batch;
use orm::exec::{Isolation, Retry, TxOptions};
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = "accounts")]
pub struct Account {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[validate(min(0))]
    pub balance: i64,
}
#[derive(Debug)]
enum Refused {
    TooPoor { balance: i64 },
    Database(orm::Error),
}

impl From<orm::Error> for Refused {
    fn from(error: orm::Error) -> Self {
        Refused::Database(error)
    }
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Account]).await?;
let from = Account::create().balance(100).save(&db).await?;
let to = Account::create().balance(0).save(&db).await?;
sent.by("transactions", 1);
db.transaction(async |tx| {
    let from = Account::find(from.id).for_update().one(tx).await?;
    from.update().set(Account::balance, Account::balance - 30).save(tx).await?;
    to.update().set(Account::balance, Account::balance + 30).save(tx).await?;
    Ok(())
})
.await?;
sent.by("transactions", 2);
let too_much = db
    .transaction(async |tx| {
        to.update().set(Account::balance, Account::balance + 500).save(tx).await?;
        from.update().set(Account::balance, Account::balance - 500).save(tx).await?;
        Ok(())
    })
    .await;
assert!(too_much.unwrap_err().is_check_violation());
assert_eq!(to.refresh(&db).await?.balance, 30);
sent.by("transactions", 4);
let tx = db.begin().await?;
let inner = tx
    .transaction(async |tx| {
        from.update().set(Account::balance, -1).save(tx).await?;
        Ok(())
    })
    .await;
assert!(inner.is_err());
tx.after_commit(|| println!("kept"));
tx.commit().await?;
sent.by("transactions", 5);
let refused = db
    .try_transaction(async |tx| {
        let from = Account::find(from.id).for_update().one(tx).await?;
        if from.balance < 500 {
            return Err(Refused::TooPoor { balance: from.balance });
        }
        from.update().set(Account::balance, Account::balance - 500).save(tx).await?;
        Ok(())
    })
    .await;
assert!(matches!(refused, Err(Refused::TooPoor { balance: 70 })));
sent.by("transactions", 7);
let (opened, accounts) = db
    .batch((batch::create(Account::create().balance(7)), batch::count(Account::query())))
    .await?;
assert_eq!((opened.balance, accounts), (7, 3));
sent.by("transactions", 8);
let options = TxOptions::new().isolation(Isolation::Serializable);
let id = from.id;
let account = db
    .transaction_retry(options, Retry::times(3), async |tx| {
        let account = Account::find(id).one(tx).await?;
        account.update().set(Account::balance, account.balance + 1).save(tx).await
    })
    .await?;
assert_eq!(account.balance, 71);
sent.by("transactions", 10);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod http {
}
pub mod programs {
use orm::prelude::*;
use secrecy::{ExposeSecret, SecretString};

#[derive(Model, Debug, Clone, serde::Serialize)]
#[model(table = "clients")]
pub struct Client {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    pub name: String,
    #[column(unique)]
    #[serde(skip_serializing)]
    pub token: SecretString,
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Client]).await?;
let client = Client::create().name("Till 4").token("sk_live_7").save(&db).await?;
assert!(!format!("{client:?}").contains("sk_live_7"));
let token = SecretString::from("sk_live_7");
let found = Client::find_by(Client::token, token).one(&db).await?;
assert_eq!(found.token.expose_secret(), "sk_live_7");
sent.by("programs", 2);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod migrations {
use std::process::ExitCode;

use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = "orders")]
pub struct Order {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(varchar(20))]
    pub discount_code: Option<String>,
}
#[derive(Model, Debug, Clone)]
#[model(table = "plans")]
#[association(has_many, as = "features", model = Feature, foreign_key = "plan_id")]
struct Plan {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    name: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "features", unique(columns = (plan_id, name)))]
#[association(belongs_to, as = "plan", model = Plan, foreign_key = "plan_id")]
struct Feature {
    #[column(primary_key, auto_increment)]
    id: i32,
    plan_id: i32,
    name: String,
}

async fn seed(db: &Db) -> orm::Result<()> {
    db.transaction(async |tx| {
        let plans = ["free", "team"].map(|name| Plan::create().name(name));
        let plans = Plan::upsert_many(plans).on(Plan::name).or_find(tx).await?;
        let features = plans.iter().map(|plan| Feature::create().plan_id(plan.row.id).name("mail"));
        Feature::upsert_many(features).on((Feature::plan_id, Feature::name)).or_find(tx).await?;
        Ok(())
    })
    .await
}
#[derive(Model, Debug, Clone)]
#[model(
    table = "readings",
    primary_key_name = "PK_readings",
    unique(columns = (day, sensor, place), deferrable = "initially_deferred"),
    index(columns = (sensor, expression("lower(unit)") ops("text_pattern_ops"), value desc), name = "by_unit"),
    partition_by(range = day)
)]
pub struct Reading {
    #[column(primary_key)]
    pub day: NaiveDate,
    #[column(primary_key)]
    pub id: i64,
    pub sensor: i32,
    pub place: i32,
    #[column(collation = "C")]
    pub unit: String,
    pub value: f64,
}
#[derive(Model, Debug, Clone)]
#[model(table = "invoices")]
pub struct Invoice {
    #[column(primary_key, identity(start = 1000, cache = 20))]
    pub id: i64,
    #[column(sequence(name = "document_numbers", start = 500, increment = 5))]
    pub number: i64,
}

#[derive(Model, Debug, Clone)]
#[model(table = "credit_notes")]
pub struct CreditNote {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    #[column(sequence(name = "document_numbers"))]
    pub number: i64,
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Plan, Feature]).await?;
seed(&db).await?;
seed(&db).await?;
assert_eq!((Plan::query().count(&db).await?, Feature::query().count(&db).await?), (2, 2));
sent.by("migrations", 11);
db.create_missing(orm::models![Reading]).await?;
db.executor()
    .batch("CREATE TABLE readings_rest PARTITION OF readings DEFAULT")
    .await?;
sent.by("migrations", 15);
db.create_missing(orm::models![Invoice, CreditNote]).await?;
let invoice = Invoice::create().save(&db).await?;
let note = CreditNote::create().save(&db).await?;
assert_eq!((invoice.id, invoice.number, note.number), (1000, 500, 505));
sent.by("migrations", 17);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod studio {
}
pub mod testing {
use orm::prelude::*;
use orm_testkit::{Factories as _, StatementLog, TestDatabase};

#[derive(Model, Debug, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
pub struct User {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub name: String,
}

#[derive(Model, Debug, Clone)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
pub struct Order {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub user_id: i32,
}

#[tokio::test]
async fn a_user_has_orders() -> Result<(), Box<dyn std::error::Error>> {
    let database = TestDatabase::create().await?;
    let db = Db::connect(Config::from_url(&database.url())?).await?;
    db.create_missing(orm::models![User, Order]).await?;

    let ann = User::create().name("Ann").save(&db).await?;
    ann.related(User::orders).create().save(&db).await?;
    assert_eq!(ann.related(User::orders).count(&db).await?, 1);
    Ok(())
}
use orm_testkit::{Fault, FaultPlan, FaultProxy};

#[tokio::test]
async fn nobody_knows_what_became_of_it() -> Result<(), Box<dyn std::error::Error>> {
    let database = TestDatabase::create().await?;
    let proxy = FaultProxy::start(orm_testkit::server()?.address())?;
    let db = Db::connect(Config::from_url(&database.url_via(proxy.local_addr()))?).await?;
    db.create_missing(orm::models![User, Order]).await?;

    let tx = db.begin().await?;
    User::create().name("Ann").save(&tx).await?;
    proxy.disturb_once(FaultPlan::new().answers(Fault::Close { after: 0 }));
    let error = tx.commit().await.unwrap_err();
    assert!(error.is_commit_unknown());

    // The proxy lets everything pass again, and the pool opens another connection: look.
    let there = User::query().filter(User::name.eq("Ann")).exists(&db).await?;
    assert!(there);
    Ok(())
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![User, Order]).await?;
let order = Order::factory().save(&db).await?; // and the user it belongs to
let ann = User::factory().set(User::name, "Ann").save(&db).await?;
let orders = Order::factory().of(Order::customer, &ann).many(3).save(&db).await?;
assert!(orders.iter().all(|it| it.user_id == ann.id && it.id != order.id));
let users = User::factory().many(2).each(|at, user| user.set(User::name, format!("User {at}")));
assert_eq!(users.save(&db).await?[1].name, "User 1");
sent.by("testing", 1);
let log = StatementLog::new();
let reporter = log.clone();
let counted = db.with_logger(move |event| reporter.record(event.sql()));

let scope = log.scope();
User::query().include(User::orders).all(&counted).await?;
scope.assert_count(1);
sent.by("testing", 2);
let named = User::query().filter(User::name.eq("Ann"));
let plan = named.explain_by_index(&db).await?;
let missing = plan.indexed().unwrap_err();
assert_eq!(missing.to_string(), "no index leads to the rows that are asked for of users");
User::find(1).explain_by_index(&db).await?.indexed()?;
sent.by("testing", 3);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod howto {
use orm::prelude::*;
use orm::query::Filter;
use orm::raw::{raw_expr, raw_sql};

#[derive(Model, Debug, Clone)]
#[model(table = "teams")]
#[association(has_many, as = "tickets", model = Ticket, foreign_key = "team_id")]
pub struct Team {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub name: String,
}

#[derive(Model, Debug, Clone)]
#[model(table = "tickets", timestamps, soft_delete, unique(columns = (team_id, number)))]
#[association(belongs_to, as = "team", model = Team, foreign_key = "team_id")]
pub struct Ticket {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub team_id: i32,
    pub number: i32,
    pub title: String,
    pub assignee: Option<String>,
    #[column(version)]
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub deleted_at: Option<DateTime<Utc>>,
}
#[derive(Default)]
pub struct Patch {
    pub title: Option<String>,
    pub assignee: Option<Option<String>>,
}

pub async fn patch(ticket: &Ticket, patch: Patch, db: &Db) -> orm::Result<Ticket> {
    ticket
        .update()
        .set_if_some(Ticket::title, patch.title)
        .set_if_some(Ticket::assignee, patch.assignee)
        .save(db)
        .await
}
pub enum Sort {
    Newest,
    Title,
}

pub struct Asked {
    pub text: Option<String>,
    pub assignees: Vec<String>,
    pub sort: Sort,
}

pub fn search(asked: Asked) -> orm::query::Query<Ticket> {
    let text = asked.text.map(|text| Ticket::title.icontains(&text));
    let assigned = (!asked.assignees.is_empty()).then(|| Ticket::assignee.in_(asked.assignees));
    let query = Ticket::query().maybe(text).maybe(assigned);
    match asked.sort {
        Sort::Newest => query.order_by(Ticket::id.desc()),
        Sort::Title => query.order_by((Ticket::title, Ticket::id)),
    }
}
pub fn of_team(team: i32) -> Filter<Ticket> {
    Ticket::team_id.eq(team)
}
use orm::exec::{Retry, TxOptions};

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobState {
    Waiting,
    Done,
}

#[derive(Model, Debug, Clone)]
#[model(table = "jobs", index(columns = (state, run_at, id)))]
pub struct Job {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    #[column(unique)]
    pub reference: String,
    pub payload: Json<Vec<String>>,
    #[column(default = JobState::Waiting)]
    pub state: JobState,
    #[column(default = 0)]
    pub attempts: i32,
    pub run_at: DateTime<Utc>,
}

/// Does a job, if one is due; the answer says whether there was one.
pub async fn work(db: &Db) -> orm::Result<bool> {
    db.transaction_retry(TxOptions::new(), Retry::times(3), async |tx| -> orm::Result<bool> {
        let due = Job::query()
            .filter(Job::state.eq(JobState::Waiting) & Job::run_at.le(Utc::now()))
            .order_by((Job::run_at, Job::id));
        let Some(job) = due.for_update().skip_locked().first(tx).await? else { return Ok(false) };
        // A savepoint: what the job wrote is undone if it fails, that it was tried is not.
        let tried = tx.transaction(async |tx| perform(&job, tx).await).await;
        match tried {
            Ok(()) => job.update().set(Job::state, JobState::Done).save(tx).await?,
            Err(error) if error.is_validation() || error.is_not_found() => {
                let later = Utc::now() + std::time::Duration::from_secs(60);
                job.update().set(Job::attempts, Job::attempts + 1).set(Job::run_at, later).save(tx).await?
            }
            Err(error) => return Err(error),
        };
        Ok(true)
    })
    .await
}

async fn perform(job: &Job, tx: &Tx) -> orm::Result<()> {
    for name in &job.payload.0 {
        Team::create().name(name).save(tx).await?;
    }
    Ok(())
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Team, Ticket]).await?;
let team = Team::create().name("Support").save(&db).await?;
let ticket = team.related(Team::tickets).create().number(1).title("It is slow").save(&db).await?;
sent.by("howto", 1);
let new = Ticket::create().team_id(team.id).number(1).title("It is very slow");
let upserted = Ticket::upsert(new).on((Ticket::team_id, Ticket::number)).overwrite(Ticket::title).save(&db).await?;
assert!(upserted.updated);
sent.by("howto", 2);
let ticket = Ticket::find(ticket.id).one(&db).await?;
let ticket = patch(&ticket, Patch { assignee: Some(Some("Ann".to_owned())), ..Patch::default() }, &db).await?;
assert_eq!((&*ticket.title, ticket.assignee.as_deref()), ("It is very slow", Some("Ann")));
sent.by("howto", 5);
let mine = Ticket::find(ticket.id).one(&db).await?;
let theirs = Ticket::find(ticket.id).one(&db).await?;
theirs.update().set(Ticket::title, "Slow on Mondays").save(&db).await?;
let error = mine.update().set(Ticket::title, "Slow").save(&db).await.unwrap_err();
assert!(error.is_stale());
sent.by("howto", 7);
let ticket = ticket.refresh(&db).await?;
ticket.delete(&db).await?;
assert_eq!(Ticket::query().count(&db).await?, 0);
let bin = Ticket::query().only_deleted().all(&db).await?;
let ticket = bin[0].restore(&db).await?;
assert_eq!(Ticket::query().with_deleted().count(&db).await?, 1);
sent.by("howto", 9);
let asked = Asked { text: Some("MONDAY".to_owned()), assignees: vec![], sort: Sort::Title };
assert_eq!(search(asked).all(&db).await?.len(), 1);
sent.by("howto", 12);
assert_eq!(Ticket::query().filter(of_team(team.id)).count(&db).await?, 1);
assert_eq!(team.related(Team::tickets).count(&db).await?, 1);
sent.by("howto", 15);
let numbers = 100..1_100;
let many = numbers.map(|number| Ticket::create().team_id(team.id).number(number).title("Imported"));
let created = Ticket::create_many(many).save(&db).await?;
assert_eq!(created.len(), 1_000);
sent.by("howto", 16);
let mut csv = String::from("number,title\n");
let rows = Ticket::query()
    .order_by(Ticket::number)
    .for_each(&db, |ticket| {
        csv.push_str(&format!("{},{}\n", ticket.number, ticket.title));
        Ok(())
    })
    .await?;
assert_eq!((rows, csv.lines().count()), (1_001, 1_002));
sent.by("howto", 17);
let longest: i32 = raw_sql("SELECT max(length(title)) FROM tickets WHERE team_id = $1")
    .bind(team.id)
    .scalar(&db)
    .await?;
assert_eq!(longest, 15);
let tickets = raw_sql("SELECT * FROM tickets ORDER BY random() LIMIT 3").models::<Ticket>(&db).await?;
assert_eq!(tickets.len(), 3);
sent.by("howto", 18);
let short = raw_expr("length(").column(Ticket::title).raw(") < ").bind(12).filter();
assert_eq!(Ticket::query().filter(short).count(&db).await?, 1_000);
sent.by("howto", 19);
db.create_missing(orm::models![Job]).await?;
sent.by("howto", 22);
let new = Job::create().reference("import 7").payload(Json(vec!["Sales".to_owned()])).run_at(Utc::now());
Job::upsert(new).on(Job::reference).or_ignore(&db).await?;
assert!(work(&db).await?);
assert!(!work(&db).await?);
sent.by("howto", 23);
raw_sql("SELECT pg_notify($1, $2)").bind("jobs").bind("7").execute(&db).await?;
sent.by("howto", 25);
println!("{}", Ticket::query().filter(of_team(1)).to_sql());
let logged = db.with_logger(|event| println!("{} {:?}", event.sql(), event.duration()));
logged.authenticate().await?;
sent.by("howto", 26);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod production {
use std::time::Duration;

use orm::exec::PoolOptions;
use orm::prelude::*;

pub fn config() -> orm::Result<Config> {
    let pool = PoolOptions::new()
        .max(10)
        .min(2)
        .acquire(Duration::from_secs(3))
        .max_lifetime(Duration::from_secs(1_800));
    Ok(Config::from_env()?
        .application_name("shop")
        .pool(pool)
        .statement_timeout(Duration::from_secs(10))
        .statement_deadline(Duration::from_secs(15))
        .lock_timeout(Duration::from_secs(3))
        .idle_in_transaction_session_timeout(Duration::from_secs(30)))
}
use orm::exec::Pooler;

pub fn pooled() -> orm::Result<Config> {
    Ok(Config::from_url("postgres://app@pooler.example.com:6432/shop")?
        .pooler(Pooler::Transaction)
        .direct(Config::from_url("postgres://app@db.example.com/shop")?)
        .pool(PoolOptions::new().max(20))
        .statement_deadline(Duration::from_secs(15)))
}
pub fn watched(config: Config) -> Config {
    config.logger(|event| {
        if event.duration() > Duration::from_millis(200) {
            let why = event.error().map(ToString::to_string).unwrap_or_default();
            eprintln!("slow: {:?}, rows {:?}, {} {why}", event.duration(), event.rows(), event.sql());
        }
    })
}
#[derive(Debug, PartialEq)]
pub enum Health {
    Up,
    Busy,
    Down,
}

pub async fn health(db: &Db) -> Health {
    match db.authenticate().await {
        Ok(()) => Health::Up,
        Err(error) if error.is_acquire_timeout() => Health::Busy,
        Err(_) => Health::Down,
    }
}
pub async fn shut_down(db: &Db) -> bool {
    // First stop taking requests; then what is left has so long to end.
    tokio::time::timeout(Duration::from_secs(20), db.close()).await.is_ok()
}
use orm::error::ErrorKind;

#[derive(Debug, PartialEq)]
pub enum Class {
    /// It may be written: look, and only then try again.
    Look,
    /// Nothing stayed: run the whole transaction again, later.
    Again,
    /// The request asks for what cannot be: say so to whoever sent it.
    User,
    /// The program, its configuration or its tables are wrong: wake somebody.
    Bug,
}

pub fn class(error: &orm::Error) -> Class {
    use ErrorKind::{Authentication, Config, DatabaseNotFound, Tls};
    if error.may_have_taken_effect() {
        Class::Look
    } else if matches!(error.kind(), Config | Authentication | DatabaseNotFound | Tls) {
        Class::Bug
    } else if error.is_retryable()
        || error.is_connection_lost()
        || error.is_connect()
        || error.is_timeout()
        || error.is_lock_not_available()
        || error.is_read_only()
    {
        Class::Again
    } else if error.is_validation()
        || error.is_unique_violation()
        || error.refers_to_nothing()
        || error.is_referred_to()
        || error.is_not_found()
        || error.is_stale()
        || error.is_cursor_refused()
    {
        Class::User
    } else {
        Class::Bug
    }
}
#[derive(Model, Debug, Clone)]
#[model(table = "payments")]
pub struct Payment {
    #[column(primary_key, auto_increment)]
    pub id: i64,
    #[column(unique)]
    pub reference: String,
    pub cents: i64,
}

use orm::exec::{Retry, TxOptions};

pub async fn pay(db: &Db, reference: &str, cents: i64) -> orm::Result<Payment> {
    let paying = db.transaction_retry(TxOptions::new(), Retry::times(3), async |tx| -> orm::Result<Payment> {
        Payment::create().reference(reference).cents(cents).save(tx).await
    });
    match paying.await {
        Err(error) if error.may_have_taken_effect() || error.is_unique_violation() => {
            let there = Payment::find_by(Payment::reference, reference).one_or_none(db).await?;
            there.ok_or(error)
        }
        paid => paid,
    }
}
pub struct Databases {
    pub main: Db,
    /// Late by what replication takes: for what may be a moment old.
    pub replica: Db,
}

pub async fn databases() -> orm::Result<Databases> {
    let hosts = "postgres://app@db-1.example.com,db-2.example.com/shop";
    Ok(Databases {
        main: Db::connect(Config::from_url(&format!("{hosts}?target_session_attrs=read-write"))?).await?,
        replica: Db::connect(Config::from_url(&format!("{hosts}?target_session_attrs=read-only"))?).await?,
    })
}
pub async fn renewed(old: Db, config: Config) -> orm::Result<Db> {
    let new = Db::connect(config).await?;
    tokio::spawn(async move { old.close().await });
    Ok(new)
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
let pool = db.pool_status();
println!("open {} of {}: {} at work, {} idle; {} wait", pool.size, pool.max, pool.in_use, pool.idle, pool.waiting);
sent.by("production", 3);
assert_eq!(health(&db).await, Health::Up);
sent.by("production", 8);
db.create_missing(orm::models![Payment]).await?;
let once = pay(&db, "order 7", 1_999).await?;
let again = pay(&db, "order 7", 1_999).await?;
assert_eq!(once.id, again.id);
let missing = Payment::find(-1).one(&db).await.unwrap_err();
assert_eq!(class(&missing), Class::User);
sent.by("production", 12);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod databases {
use orm::prelude::*;

#[derive(Model, Debug, Clone)]
#[model(table = "notes", backends(postgres, sqlite))]
pub struct Note {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub text: String,
    pub tags: Json<Vec<String>>,
    pub written_at: DateTime<Utc>,
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Note]).await?;
let note = Note::create().text("both").tags(Json(vec!["a".to_owned()])).written_at(Utc::now()).save(&db).await?;
assert_eq!(Note::find(note.id).one(&db).await?.tags.0, ["a"]);
sent.by("databases", 1);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod coming_from {
}
pub mod questions {
use orm::prelude::*;
use orm::query::{Filter, TimeUnit, case, count, exists, not_exists, outer, rank, row_number};
use orm::raw::{raw_expr, raw_sql};

#[derive(Model, Debug, Clone, PartialEq)]
#[association(has_many, as = "orders", model = Order, foreign_key = "buyer_id")]
#[association(belongs_to, as = "inviter", model = Buyer, foreign_key = "inviter_id")]
#[association(has_many, as = "invited", model = Buyer, foreign_key = "inviter_id")]
pub struct Buyer {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub name: String,
    #[column(unique)]
    pub email: String,
    pub city: Option<String>,
    pub settings: serde_json::Value,
    pub inviter_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[association(belongs_to, as = "buyer", model = Buyer, foreign_key = "buyer_id")]
#[association(has_many, as = "lines", model = Line, foreign_key = "order_id")]
pub struct Order {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub buyer_id: i32,
    pub status: String,
    pub total: i32,
    pub paid: i32,
    pub placed_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[association(belongs_to, as = "order", model = Order, foreign_key = "order_id")]
pub struct Line {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub order_id: i32,
    pub product: String,
    pub amount: i32,
}

#[derive(Projection, Debug, Clone, PartialEq)]
#[projection(model = Buyer)]
pub struct Contact {
    pub name: String,
    pub email: String,
}
use std::collections::HashMap;
fn lines_of(status: &str) -> orm::query::Rows<Line, String> {
    Line::query().filter(Line::order.is(Order::status.eq(status))).values(Line::product)
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Buyer, Order, Line]).await?;
let buyer = |name: &str, city: Option<&str>| {
    let email = format!("{}@example.com", name.to_lowercase());
    let settings = serde_json::json!({ "theme": { "dark": name == "Ann" } });
    Buyer::create().name(name).email(email).city(city.map(str::to_owned)).settings(settings)
};
let ann = buyer("Ann", Some("Oslo")).save(&db).await?;
let ben = buyer("Ben", Some("Rome")).inviter_id(ann.id).save(&db).await?;
let cleo = buyer("Cleo", None).inviter_id(ben.id).save(&db).await?;
for (buyer, status, total, paid, day, products) in [
    (&ann, "paid", 30, 30, "2026-01-05", &["pen", "ink"][..]),
    (&ann, "new", 50, 0, "2026-02-10", &["ink"][..]),
    (&ben, "paid", 20, 20, "2026-02-20", &["pen"][..]),
    (&ben, "paid", 70, 60, "2026-03-01", &["lamp", "pen"][..]),
] {
    let placed_at: DateTime<Utc> = format!("{day}T12:00:00Z").parse().expect("a moment");
    let order = buyer.related(Buyer::orders).create();
    let order = order.status(status).total(total).paid(paid).placed_at(placed_at);
    order.with(Order::lines, |line| products.iter().map(|it| line().product(*it).amount(1)).collect::<Vec<_>>()).save(&db).await?;
}
sent.by("questions", 1);
assert_eq!(Buyer::find(ann.id).one(&db).await?.name, "Ann");
assert!(Buyer::find(999).one(&db).await.is_err_and(|error| error.is_not_found()));
sent.by("questions", 2);
let found = Buyer::find_by(Buyer::email, "ben@example.com").one_or_none(&db).await?;
assert_eq!(found.map(|it| it.name), Some("Ben".to_owned()));
sent.by("questions", 3);
let newest = Order::query().order_by(Order::placed_at.desc()).first(&db).await?;
assert_eq!(newest.map(|it| it.total), Some(70));
sent.by("questions", 4);
assert!(Order::query().filter(Order::status.eq("new")).exists(&db).await?);
sent.by("questions", 5);
let same = Buyer::upsert(buyer("Ann", None)).on(Buyer::email).or_find(&db).await?;
assert!(!same.created && same.row == ann);
sent.by("questions", 6);
let wanted = [cleo.id, ann.id];
let mut rows = Buyer::query().filter(Buyer::id.in_(wanted)).all(&db).await?;
rows.sort_by_key(|row| wanted.iter().position(|id| *id == row.id));
assert_eq!(rows[0].name, "Cleo");
sent.by("questions", 7);
let open = Order::status.eq("new").or(Order::paid.lt(Order::total)).and(!Order::total.gt(60));
assert_eq!(Order::query().filter(open).count(&db).await?, 1);
sent.by("questions", 8);
assert_eq!(Order::query().filter(Order::status.in_(["new", "paid"])).count(&db).await?, 4);
assert_eq!(Order::query().filter(Order::status.in_(Vec::<String>::new())).count(&db).await?, 0);
sent.by("questions", 9);
assert_eq!(Buyer::query().filter(Buyer::city.is_null()).count(&db).await?, 1);
sent.by("questions", 10);
assert_eq!(Buyer::query().filter(Buyer::city.ne("Oslo")).count(&db).await?, 1);
assert_eq!(Buyer::query().filter(Buyer::city.is_distinct_from("Oslo")).count(&db).await?, 2);
sent.by("questions", 11);
assert_eq!(Order::query().filter(Order::total.between(20, 50)).count(&db).await?, 3);
sent.by("questions", 12);
assert_eq!(Buyer::query().filter(Buyer::name.icontains("AN")).count(&db).await?, 1);
assert_eq!(Buyer::query().filter(Buyer::email.starts_with("b%")).count(&db).await?, 0);
sent.by("questions", 13);
assert_eq!(Buyer::query().filter(Buyer::email.like("_en@%")).count(&db).await?, 1);
sent.by("questions", 14);
assert_eq!(Order::query().filter(Order::paid.lt(Order::total)).count(&db).await?, 2);
assert_eq!(Order::query().filter((Order::total - Order::paid).gt(20)).count(&db).await?, 1);
sent.by("questions", 15);
let (status, least): (Option<&str>, Option<i32>) = (Some("paid"), None);
let orders = Order::query()
    .maybe(status.map(|it| Order::status.eq(it)))
    .maybe(least.map(|it| Order::total.ge(it)));
assert_eq!(orders.count(&db).await?, 3);
sent.by("questions", 16);
let cities = ["Oslo", "Rome"].map(|city| Buyer::city.eq(city));
assert_eq!(Buyer::query().filter(Filter::any_of(cities)).count(&db).await?, 2);
sent.by("questions", 17);
let february: DateTime<Utc> = "2026-02-01T00:00:00Z".parse().expect("a moment");
let march: DateTime<Utc> = "2026-03-01T00:00:00Z".parse().expect("a moment");
let placed = Order::placed_at.ge(february).and(Order::placed_at.lt(march));
assert_eq!(Order::query().filter(placed).count(&db).await?, 2);
sent.by("questions", 18);
let dark = Buyer::settings.json_text(["theme", "dark"]).eq("true");
assert_eq!(Buyer::query().filter(dark).count(&db).await?, 1);
let dark = Buyer::settings.json_contains(serde_json::json!({ "theme": { "dark": true } }));
assert_eq!(Buyer::query().filter(dark).count(&db).await?, 1);
sent.by("questions", 19);
let short = raw_expr("length(").column(Buyer::name).raw(") < ").bind(4).filter();
assert_eq!(Buyer::query().filter(short).count(&db).await?, 2);
sent.by("questions", 20);
assert_eq!(Buyer::query().filter(Buyer::orders.any(Order::total.gt(40))).count(&db).await?, 2);
sent.by("questions", 21);
assert_eq!(Buyer::query().filter(Buyer::orders.is_empty()).count(&db).await?, 1);
sent.by("questions", 22);
let settled = Buyer::orders.exists().and(Buyer::orders.all(Order::status.eq("paid")));
assert_eq!(Buyer::query().filter(settled).one(&db).await?.name, "Ben");
sent.by("questions", 23);
assert_eq!(Buyer::query().filter(Buyer::orders.count().ge(2)).count(&db).await?, 2);
sent.by("questions", 24);
assert_eq!(Order::query().filter(Order::buyer.is(Buyer::city.eq("Rome"))).count(&db).await?, 2);
sent.by("questions", 25);
let bought_ink = Buyer::orders.then(Order::lines).any(Line::product.eq("ink"));
assert_eq!(Buyer::query().filter(bought_ink).one(&db).await?.name, "Ann");
sent.by("questions", 26);
let by_ann = Buyer::inviter.is(Buyer::name.eq("Ann"));
assert_eq!(Buyer::query().filter(by_ann).one(&db).await?.name, "Ben");
sent.by("questions", 27);
let order = (Buyer::city.desc().nulls_last(), Buyer::name.asc());
let buyers = Buyer::query().order_by(order).values(Buyer::name).all(&db).await?;
assert_eq!(buyers, ["Ben", "Ann", "Cleo"]);
sent.by("questions", 28);
let orders = Order::query().order_by((Order::buyer.value(Buyer::name).desc(), Order::id.asc()));
assert_eq!(orders.first(&db).await?.map(|it| it.total), Some(20));
sent.by("questions", 29);
let best = Buyer::query().order_by(Buyer::orders.sum(Order::total).desc().nulls_last());
assert_eq!(best.first(&db).await?.map(|it| it.name), Some("Ben".to_owned()));
sent.by("questions", 30);
let newest = Buyer::orders.first(1, Order::placed_at.desc()).value(Order::total);
let totals = Buyer::query().order_by(newest.clone().desc().nulls_last()).values(newest).all(&db).await?;
assert_eq!(totals, [Some(70), Some(50), None]);
sent.by("questions", 31);
let new_first = case(Order::status.eq("new"), orm::query::value(0), 1);
let orders = Order::query().order_by((new_first.asc(), Order::id.asc()));
assert_eq!(orders.first(&db).await?.map(|it| it.total), Some(50));
sent.by("questions", 32);
let tree = Buyer::query().include(Buyer::orders.include(Order::lines)).order_by(Buyer::id).all(&db).await?;
assert_eq!(tree[0].orders[0].lines.len(), 2);
sent.by("questions", 33);
let latest = Buyer::orders.order_by(Order::placed_at.desc()).limit(1);
let buyers = Buyer::query().include(latest).order_by(Buyer::id).all(&db).await?;
assert_eq!(buyers[1].orders[0].total, 70);
sent.by("questions", 34);
let is_new = || Order::status.eq("new");
let buyers = Buyer::query().filter(Buyer::orders.any(is_new())).include(Buyer::orders.filter(is_new()));
assert_eq!(buyers.one(&db).await?.orders.len(), 1);
sent.by("questions", 35);
let buyers = Buyer::query().annotate(Buyer::orders.count()).order_by(Buyer::id).all(&db).await?;
assert_eq!((buyers[0].name.as_str(), buyers[0].values), ("Ann", 2));
sent.by("questions", 36);
let orders = Order::query().include(Order::buyer.select::<Contact>()).order_by(Order::id).all(&db).await?;
assert_eq!(orders[0].buyer.name, "Ann");
sent.by("questions", 37);
let above = Buyer::find(cleo.id).follow(Buyer::inviter).all(&db).await?;
assert_eq!(above.rows().len(), 3);
sent.by("questions", 38);
let emails: Vec<String> = Buyer::query().values(Buyer::email).order_by(Buyer::email).all(&db).await?;
assert_eq!(emails.len(), 3);
sent.by("questions", 39);
let names: HashMap<i32, String> = Buyer::query().values((Buyer::id, Buyer::name)).all(&db).await?.into_iter().collect();
assert_eq!(names[&ann.id], "Ann");
sent.by("questions", 41);
let contact = Buyer::find(ann.id).select::<Contact>().one(&db).await?;
assert_eq!(contact.email, "ann@example.com");
sent.by("questions", 42);
let statuses = Order::query().values(Order::status).distinct().order_by(Order::status).all(&db).await?;
assert_eq!(statuses, ["new", "paid"]);
sent.by("questions", 43);
let place = Buyer::name.concat(" of ").concat(Buyer::city.coalesce("nowhere"));
let places = Buyer::query().values(place).order_by(Buyer::id).all(&db).await?;
assert_eq!(places[2], "Cleo of nowhere");
sent.by("questions", 44);
assert_eq!(Order::query().count(&db).await?, 4);
sent.by("questions", 45);
let (sum, least, most) =
    Order::query().values((Order::total.sum(), Order::total.min(), Order::total.max())).one(&db).await?;
assert_eq!((sum, least, most), (Some(170), Some(20), Some(70)));
sent.by("questions", 46);
let per_status = Order::query().values((Order::status, count())).group_by(Order::status).order_by(Order::status);
assert_eq!(per_status.all(&db).await?, [("new".to_owned(), 1), ("paid".to_owned(), 3)]);
sent.by("questions", 47);
let busy = Order::query().values(Order::buyer_id).group_by(Order::buyer_id).having(Order::total.sum().gt(80_i64));
assert_eq!(busy.all(&db).await?, [ben.id]);
sent.by("questions", 48);
assert_eq!(Line::query().values(Line::product.count_distinct()).one(&db).await?, 3);
sent.by("questions", 49);
let month = Order::placed_at.date_trunc(TimeUnit::Month);
let months = Order::query().values((month.clone(), count())).group_by(month.clone()).order_by(month).all(&db).await?;
assert_eq!(months.iter().map(|it| it.1).collect::<Vec<_>>(), [1, 2, 1]);
sent.by("questions", 50);
let (paid, new) = Order::query()
    .values((count().filter_where(Order::status.eq("paid")), count().filter_where(Order::status.eq("new"))))
    .one(&db)
    .await?;
assert_eq!((paid, new), (3, 1));
sent.by("questions", 51);
let running = Order::total.sum().over((), Order::placed_at);
let totals = Order::query().order_by(Order::placed_at).values(running).all(&db).await?;
assert_eq!(totals, [Some(30), Some(80), Some(100), Some(170)]);
sent.by("questions", 52);
let ranks = Order::query()
    .order_by(Order::id)
    .values((rank().over((), Order::total.desc()), row_number().over(Order::buyer_id, Order::id)))
    .all(&db)
    .await?;
assert_eq!(ranks, [(3, 1), (2, 2), (4, 1), (1, 2)]);
sent.by("questions", 53);
let best = Order::query().first_of_each(1, Order::status, Order::total.desc()).order_by(Order::status);
assert_eq!(best.values((Order::status, Order::total)).all(&db).await?, [("new".to_owned(), 50), ("paid".to_owned(), 70)]);
sent.by("questions", 54);
let paying = Order::query().filter(Order::paid.gt(0)).values(Order::buyer_id);
assert_eq!(Buyer::query().filter(Buyer::id.not_in_subquery(paying)).one(&db).await?.name, "Cleo");
sent.by("questions", 55);
let namesake = Line::query().filter(Line::product.eq(outer(Buyer::name).lower()));
assert_eq!(Buyer::query().filter(exists(namesake.clone())).count(&db).await?, 0);
assert_eq!(Buyer::query().filter(not_exists(namesake)).count(&db).await?, 3);
sent.by("questions", 56);
let average = Order::query().values(Order::total.avg()).subquery();
let above = Order::query().filter(Order::total.cast::<f64>().gt(average.cast::<Option<f64>>()));
assert_eq!(above.count(&db).await?, 2);
sent.by("questions", 57);
let of_buyer = Order::query().filter(Order::buyer_id.eq(outer(Order::buyer_id)));
let average = of_buyer.values(Order::total.avg()).subquery();
let above = Order::query().filter(Order::total.cast::<f64>().gt(average.cast::<Option<f64>>()));
assert_eq!(above.count(&db).await?, 2);
sent.by("questions", 58);
let lines = || Line::query().values(Line::product);
let of_new = || lines_of("new");
assert_eq!(lines().union(of_new()).all(&db).await?.len(), 3);
assert_eq!(lines().intersect(of_new()).all(&db).await?, ["ink"]);
assert_eq!(lines().except(of_new()).order_by(Line::product).all(&db).await?, ["lamp", "pen"]);
sent.by("questions", 59);
let orders = || Order::query().order_by(Order::placed_at.desc()).page(3);
let first = orders().fetch(&db).await?;
let second = orders().at(first.next.clone()).fetch(&db).await?;
assert_eq!((first.rows.len(), second.rows.len(), second.next.is_some()), (3, 1, false));
sent.by("questions", 61);
let page = Order::query().order_by(Order::id).page(2).with_total().fetch(&db).await?;
assert_eq!((page.rows.len(), page.total), (2, Some(4)));
sent.by("questions", 62);
let mut sum = 0;
Order::query().for_each(&db, |order| { sum += order.total; Ok::<_, orm::Error>(()) }).await?;
assert_eq!(sum, 170);
sent.by("questions", 63);
let changed = Order::query().filter(Order::status.eq("new")).update().set(Order::paid, Order::total).save(&db).await?;
let deleted = Line::query().filter(Line::product.eq("lamp")).delete().run(&db).await?;
assert_eq!((changed, deleted), (1, 1));
sent.by("questions", 64);
assert!(Order::query().limit(1).to_sql().starts_with("SELECT"));
let paid: i64 = raw_sql("SELECT sum(paid) FROM orders WHERE total > $1").bind(25).scalar(&db).await?;
assert_eq!(paid, 140);
sent.by("questions", 65);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod cheat_sheet {
use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "writers", timestamps)]
#[association(has_many, as = "books", model = Book, foreign_key = "writer_id")]
pub struct Writer {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(unique)]
    #[validate(email)]
    pub email: String,
    pub nickname: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "books", unique(columns = (writer_id, title)))]
#[association(belongs_to, as = "writer", model = Writer, foreign_key = "writer_id", on_delete = "cascade")]
#[association(many_to_many, as = "topics", model = Topic, through = "book_topics")]
pub struct Book {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub writer_id: i32,
    pub title: String,
    #[column(default = 0)]
    pub pages: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "topics")]
#[association(many_to_many, as = "books", model = Book, through = "book_topics")]
pub struct Topic {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(unique)]
    pub word: String,
}

#[derive(Projection, Debug)]
#[projection(model = Writer)]
pub struct Card {
    pub id: i32,
    pub email: String,
}
pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) -> Result<(), Box<dyn std::error::Error>> {
db.create_missing(orm::models![Writer, Book, Topic]).await?;
sent.by("cheat-sheet", 1);
let ann = Writer::create().email("ann@example.com").save(&db).await?;
let ben = Writer::create().email("ben@example.com").with(Writer::books, |book| [book().title("One")]).save(&db).await?;
let topics = Topic::create_many(["sea", "sky"].map(|word| Topic::create().word(word))).save(&db).await?;
let book = ann.related(Writer::books).create().title("Two").pages(300).save(&db).await?;

let ann = ann.update().set(Writer::nickname, "A.").save(&db).await?;
let mut changed = ann.clone();
changed.nickname = None;
let ann = changed.changes(&ann).save(&db).await?;
Book::query().filter(Book::pages.lt(10)).update().set(Book::pages, Book::pages + 1).save(&db).await?;

let same = Writer::upsert(Writer::create().email("ann@example.com").nickname("Ann")).on(Writer::email);
assert!(!same.overwrite(Writer::nickname).save(&db).await?.created);

book.related(Book::topics).add(&topics, &db).await?;
book.related(Book::topics).set([&topics[0]], &db).await?;
book.related(Book::topics).remove([&topics[0]], &db).await?;

ben.delete(&db).await?;
Book::query().filter(Book::pages.gt(1_000)).delete().run(&db).await?;
sent.by("cheat-sheet", 2);
let book = Book::find(book.id).one(&db).await?;
let nobody = Writer::find_by(Writer::email, "nobody@example.com").one_or_none(&db).await?;
let page = Book::query().filter(Book::pages.gt(100)).order_by(Book::title).limit(20).offset(0).all(&db).await?;
let either = Book::title.starts_with("T").or(Book::pages.in_([0, 1])).and(Book::title.ne("Three"));
assert_eq!(Book::query().filter(either).count(&db).await?, 1);
let first = Book::query().order_by(Book::title).page(20).fetch(&db).await?;

let long = Writer::query().filter(Writer::books.any(Book::pages.gt(100))).all(&db).await?;
let idle = Writer::query().filter(Writer::books.is_empty()).exists(&db).await?;
let by_name = Book::query().filter(Book::writer.any(Writer::email.eq("ann@example.com"))).first(&db).await?;

let tree = Writer::query().include(Writer::books.order_by(Book::title).include(Book::topics)).all(&db).await?;
assert_eq!(tree[0].books[0].title, "Two");
let cards = Writer::query().select::<Card>().all(&db).await?;
let emails: Vec<String> = Writer::query().values(Writer::email).all(&db).await?;
let pages = Book::query().values((Book::writer_id, Book::pages.sum())).group_by(Book::writer_id).all(&db).await?;
let counted: i64 = orm::raw::raw_sql("SELECT count(*) FROM books WHERE pages > $1").bind(100).scalar(&db).await?;
assert_eq!((long.len(), idle, counted), (1, false, 1));
sent.by("cheat-sheet", 3);
db.transaction(async |tx| {
    let book = Book::find(book.id).for_update().one(tx).await?;
    book.update().set(Book::pages, book.pages + 1).save(tx).await
})
.await?;
sent.by("cheat-sheet", 4);
Ok(())
}
#[tokio::test]
async fn runs() {
let (_database, db, sent) = crate::place().await;
if let Err(error) = run(db.clone(), &sent).await {
panic!("{error}: {error:?}");
}
db.close().await;
}
}
pub mod faq {
}
pub mod errors {
}
