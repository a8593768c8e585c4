//! Toasty, as its guide says: models with deferred associations, `.include()`
//! for trees, `create!` and the generated update builders.

use jiff::Timestamp;
use orm_bench::contender::{Contender, Result, Work};
use toasty::Deferred;

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

/// Toasty through its own pool.
pub(crate) struct Toasty(toasty::Db);

impl Toasty {
    pub(crate) async fn connect(url: &str) -> Result<Self> {
        let db = toasty::Db::builder()
            .models(toasty::models!(User, Order, OrderItem, Product, Article))
            .connect(url)
            .await?;
        Ok(Toasty(db))
    }
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
        matches!(
            work,
            Work::FindByKey
                | Work::Rows1
                | Work::Rows10
                | Work::Rows100
                | Work::Rows1k
                | Work::Rows10k
                | Work::Insert
                | Work::Insert10
                | Work::Insert100
                | Work::Insert1k
                | Work::W1
                | Work::W2
                | Work::W3
        )
    }

    async fn find_by_key(&self, id: i32) -> Result<usize> {
        let mut db = self.0.clone();
        let user = User::get_by_id(&mut db, &id).await?;
        Ok(usize::from(user.id == id))
    }

    async fn users(&self, limit: u32) -> Result<usize> {
        let mut db = self.0.clone();
        let query = User::all().order_by(User::fields().id().asc());
        Ok(query.limit(limit as usize).exec(&mut db).await?.len())
    }

    async fn insert(&self, number: u64) -> Result<usize> {
        let mut db = self.0.clone();
        let now = Timestamp::now();
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

    async fn update(&self, _: i32, _: i32) -> Result<usize> {
        Err("not done".into())
    }

    async fn insert_many(&self, count: usize) -> Result<usize> {
        let mut db = self.0.clone();
        let now = Timestamp::now();
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
        let mut db = self.0.clone();
        let users = User::filter_by_id(id)
            .include(User::fields().orders().items().product())
            .exec(&mut db)
            .await?;
        Ok(size(&users))
    }

    async fn tree(&self, users: u32) -> Result<usize> {
        let mut db = self.0.clone();
        let users = User::all()
            .order_by(User::fields().id().asc())
            .limit(users as usize)
            .include(User::fields().orders().items().product())
            .exec(&mut db)
            .await?;
        Ok(size(&users))
    }

    async fn siblings(&self, _: i32) -> Result<usize> {
        Err("not done".into())
    }

    async fn unindexed(&self, _: u32) -> Result<usize> {
        Err("not done".into())
    }

    async fn latest(&self, _: u32, _: u32) -> Result<usize> {
        Err("not done".into())
    }
}
