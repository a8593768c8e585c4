//! Toasty, as its guide says: models with deferred associations, `.include()`
//! for trees, `create!` and the generated update builders.

use jiff::Timestamp;
use orm_bench::contender::{Contender, Result, Work};
use serde_json::Value;
use toasty::Deferred;
use tokio::sync::Mutex;

#[derive(Debug, toasty::Model)]
#[table = "users"]
struct User {
    #[key]
    #[auto]
    id: i32,
    full_name: String,
    #[unique]
    email: String,
    password_hash: String,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[has_many]
    orders: Deferred<Vec<Order>>,
    #[has_many]
    posts: Deferred<Vec<Post>>,
    #[has_many]
    reviews: Deferred<Vec<Review>>,
    #[has_many]
    visits: Deferred<Vec<Visit>>,
}

#[derive(Debug, toasty::Model)]
#[table = "posts"]
struct Post {
    #[key]
    #[auto]
    id: i32,
    #[index]
    user_id: i32,
    #[belongs_to(key = user_id, references = id)]
    user: Deferred<User>,
    title: String,
    created_at: Timestamp,
    #[has_many]
    comments: Deferred<Vec<Comment>>,
}

#[derive(Debug, toasty::Model)]
#[table = "comments"]
struct Comment {
    #[key]
    #[auto]
    id: i32,
    #[index]
    post_id: i32,
    #[belongs_to(key = post_id, references = id)]
    post: Deferred<Post>,
    body: String,
}

#[derive(Debug, toasty::Model)]
#[table = "reviews"]
struct Review {
    #[key]
    #[auto]
    id: i32,
    #[index]
    user_id: i32,
    #[belongs_to(key = user_id, references = id)]
    user: Deferred<User>,
    body: String,
    created_at: Timestamp,
}

#[derive(Debug, toasty::Model)]
#[table = "visits"]
struct Visit {
    #[key]
    #[auto]
    id: i32,
    #[index]
    user_id: i32,
    #[belongs_to(key = user_id, references = id)]
    user: Deferred<User>,
    page: String,
    created_at: Timestamp,
}

#[derive(Debug, toasty::Model)]
#[table = "orders"]
struct Order {
    #[key]
    #[auto]
    id: i32,
    #[index]
    user_id: i32,
    #[belongs_to(key = user_id, references = id)]
    user: Deferred<User>,
    status: String,
    total_in_cents: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
    #[has_many(pair = order)]
    items: Deferred<Vec<OrderItem>>,
}

#[derive(Debug, toasty::Model)]
#[table = "order_items"]
struct OrderItem {
    #[key]
    #[auto]
    id: i32,
    #[index]
    order_id: i32,
    #[belongs_to(key = order_id, references = id)]
    order: Deferred<Order>,
    #[index]
    product_id: i32,
    #[belongs_to(key = product_id, references = id)]
    product: Deferred<Product>,
    quantity: i32,
    unit_price_in_cents: i32,
    created_at: Timestamp,
}

#[derive(Debug, toasty::Model)]
#[table = "products"]
struct Product {
    #[key]
    #[auto]
    id: i32,
    name: String,
    price_in_cents: i32,
    stock_quantity: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, toasty::Model)]
#[table = "articles"]
struct Article {
    #[key]
    #[auto]
    id: i32,
    name: String,
    price_in_cents: i32,
    stock_quantity: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, toasty::Model)]
#[table = "stocked"]
struct Stocked {
    #[key]
    #[auto]
    id: i32,
    name: String,
    price_in_cents: i32,
    stock_quantity: i32,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Debug, toasty::Model)]
#[table = "wide"]
struct Wide {
    #[key]
    id: i32,
    int_1: i32,
    int_2: i32,
    int_3: i32,
    int_4: i32,
    int_5: i32,
    int_6: i32,
    int_7: i32,
    int_8: i32,
    text_1: String,
    text_2: String,
    text_3: String,
    text_4: String,
    text_5: String,
    text_6: String,
    text_7: String,
    text_8: String,
    note_1: Option<String>,
    note_2: Option<String>,
    note_3: Option<String>,
    at_1: Timestamp,
    at_2: Timestamp,
    at_3: Timestamp,
    ratio: f64,
    active: bool,
    #[column(type = jsonb)]
    document_1: Value,
    #[column(type = jsonb)]
    document_2: Value,
    numbers_1: Vec<i32>,
    numbers_2: Vec<i32>,
    words: Vec<String>,
}

/// Toasty through its own pool.
pub(crate) struct Toasty {
    db: toasty::Db,
    /// The rows that are updated, in hand.
    stocked: Mutex<Vec<Stocked>>,
}

impl Toasty {
    pub(crate) async fn connect(url: &str, tables: toasty::ModelSet) -> Result<Self> {
        let mut db = toasty::Db::builder()
            .models(tables)
            .max_pool_size(16)
            .connect(url)
            .await?;
        let stocked = Stocked::all().order_by(Stocked::fields().id().asc());
        let stocked = Mutex::new(stocked.exec(&mut db).await?);
        Ok(Toasty { db, stocked })
    }
}

/// What every database has.
#[allow(dead_code)] // one of the two binaries uses it
pub(crate) fn tables() -> toasty::ModelSet {
    toasty::models!(
        User, Order, OrderItem, Product, Article, Post, Comment, Review, Visit, Stocked
    )
}

/// The same, and the table with arrays.
#[allow(dead_code)] // one of the two binaries uses it
pub(crate) fn all_tables() -> toasty::ModelSet {
    toasty::models!(
        User, Order, OrderItem, Product, Article, Post, Comment, Review, Visit, Stocked, Wide
    )
}

/// The time, as finely as the others write it.
fn now() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now)
}

fn size(users: &[User]) -> usize {
    let orders = users.iter().flat_map(|user| user.orders.get());
    orders.map(|order| 1 + order.items.get().len()).sum()
}

impl Contender for Toasty {
    fn name(&self) -> &'static str {
        "Toasty"
    }

    fn does(&self, work: Work) -> bool {
        // Rows come as a whole or in pages, never one by one; children have no limit.
        work.is_for_peers() && !matches!(work, Work::Stream | Work::Insert100k | Work::Latest)
    }

    async fn find_by_key(&self, id: i32) -> Result<usize> {
        let mut db = self.db.clone();
        let user = User::get_by_id(&mut db, &id).await?;
        Ok(usize::from(user.id == id))
    }

    async fn users(&self, limit: u32) -> Result<usize> {
        let mut db = self.db.clone();
        let query = User::all().order_by(User::fields().id().asc());
        Ok(query.limit(limit as usize).exec(&mut db).await?.len())
    }

    async fn insert(&self, number: u64) -> Result<usize> {
        let mut db = self.db.clone();
        let now = now();
        let article = toasty::create!(Article {
            name: String::from("Pro Laptop 15"),
            price_in_cents: number as i32,
            stock_quantity: 25,
            created_at: now,
            updated_at: now,
        })
        .exec(&mut db)
        .await?;
        Ok(usize::from(article.id > 0))
    }

    async fn update(&self, id: i32, stock: i32) -> Result<usize> {
        let mut db = self.db.clone();
        let mut stocked = self.stocked.lock().await;
        let row = &mut stocked[id as usize - 1];
        row.update()
            .stock_quantity(stock)
            .updated_at(now())
            .exec(&mut db)
            .await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn upsert(&self, id: i32, stock: i32) -> Result<usize> {
        let mut db = self.db.clone();
        let now = now();
        let row = Stocked::upsert_by_id(id)
            .name(String::from("Pro Laptop 15"))
            .price_in_cents(100)
            .stock_quantity(stock)
            .updated_at(now)
            .on_create(|row| row.created_at(now))
            .exec(&mut db)
            .await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn transaction(&self, id: i32) -> Result<usize> {
        let mut db = self.db.clone();
        let mut tx = db.transaction().await?;
        let user = User::get_by_id(&mut tx, &id).await?;
        let mut product = Stocked::get_by_id(&mut tx, &id).await?;
        let now = now();
        let sold = toasty::create!(Article {
            name: product.name.clone(),
            price_in_cents: product.price_in_cents,
            stock_quantity: 1,
            created_at: now,
            updated_at: now,
        })
        .exec(&mut tx)
        .await?;
        product
            .update()
            .stock_quantity(7)
            .updated_at(now)
            .exec(&mut tx)
            .await?;
        let count = Product::filter(Product::fields().id().le(id));
        let count = count.count().exec(&mut tx).await?;
        tx.commit().await?;
        let right = user.id == id && sold.id > 0 && product.stock_quantity == 7 && count > 0;
        Ok(usize::from(right))
    }

    async fn wide(&self, limit: u32) -> Result<usize> {
        let mut db = self.db.clone();
        let query = Wide::all().order_by(Wide::fields().id().asc());
        Ok(query.limit(limit as usize).exec(&mut db).await?.len())
    }

    async fn insert_many(&self, count: usize) -> Result<usize> {
        let mut db = self.db.clone();
        let now = now();
        let mut many = Article::create_many();
        for n in 0..count {
            many = many.item(
                Article::create()
                    .name(String::from("Pro Laptop 15"))
                    .price_in_cents(n as i32)
                    .stock_quantity(25)
                    .created_at(now)
                    .updated_at(now),
            );
        }
        Ok(many.exec(&mut db).await?.len())
    }

    async fn tree_of_one(&self, id: i32) -> Result<usize> {
        let mut db = self.db.clone();
        let users = User::filter_by_id(id)
            .include(User::fields().orders().items().product())
            .exec(&mut db)
            .await?;
        Ok(size(&users))
    }

    async fn tree(&self, users: u32) -> Result<usize> {
        let mut db = self.db.clone();
        let users = User::all()
            .order_by(User::fields().id().asc())
            .limit(users as usize)
            .include(User::fields().orders().items().product())
            .exec(&mut db)
            .await?;
        Ok(size(&users))
    }

    async fn posts(&self, users: u32) -> Result<usize> {
        let mut db = self.db.clone();
        let users = User::all()
            .order_by(User::fields().id().asc())
            .limit(users as usize)
            .include(User::fields().posts())
            .exec(&mut db)
            .await?;
        Ok(users.iter().map(|user| user.posts.get().len()).sum())
    }

    async fn comments(&self, users: u32) -> Result<usize> {
        let mut db = self.db.clone();
        let users = User::all()
            .order_by(User::fields().id().asc())
            .limit(users as usize)
            .include(User::fields().posts().comments())
            .exec(&mut db)
            .await?;
        let posts = users.iter().flat_map(|user| user.posts.get());
        Ok(posts.map(|post| 1 + post.comments.get().len()).sum())
    }

    async fn siblings(&self, id: i32) -> Result<usize> {
        let mut db = self.db.clone();
        let user = User::filter_by_id(id)
            .include(User::fields().posts())
            .include(User::fields().reviews())
            .get(&mut db)
            .await?;
        Ok(user.posts.get().len() + user.reviews.get().len())
    }

    async fn unindexed(&self, users: u32) -> Result<usize> {
        let mut db = self.db.clone();
        let users = User::all()
            .order_by(User::fields().id().asc())
            .limit(users as usize)
            .include(User::fields().visits())
            .exec(&mut db)
            .await?;
        Ok(users.iter().map(|user| user.visits.get().len()).sum())
    }
}
