//! diesel-async with its deadpool, as the guides of Diesel write it:
//! `belonging_to` and `grouped_by`.

use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::pooled_connection::AsyncDieselConnectionManager;
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use futures_util::TryStreamExt as _;
use orm_bench::contender::{Contender, Result, Work, now};

use crate::diesel_tables::*;

/// Through diesel-async's deadpool.
pub struct Diesel {
    pool: Pool<AsyncPgConnection>,
}

impl Diesel {
    pub fn connect(url: &str) -> Result<Self> {
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(url);
        Ok(Diesel {
            pool: Pool::builder(manager).max_size(16).build()?,
        })
    }
}

async fn first_users(connection: &mut Object<AsyncPgConnection>, limit: u32) -> Result<Vec<User>> {
    Ok(users::table
        .order(users::id)
        .limit(limit.into())
        .select(User::as_select())
        .load(connection)
        .await?)
}

async fn posts_of(connection: &mut Object<AsyncPgConnection>, users: &[User]) -> Result<Vec<Post>> {
    Ok(Post::belonging_to(users)
        .select(Post::as_select())
        .order(posts::id)
        .load(connection)
        .await?)
}

/// Two `belonging_to` queries, the second joined with the products.
async fn below(connection: &mut Object<AsyncPgConnection>, users: Vec<User>) -> Result<Tree> {
    let orders: Vec<Order> = Order::belonging_to(&users)
        .select(Order::as_select())
        .order(orders::id)
        .load(connection)
        .await?;
    let items: Vec<(OrderItem, Product)> = OrderItem::belonging_to(&orders)
        .inner_join(products::table)
        .select((OrderItem::as_select(), Product::as_select()))
        .order(order_items::id)
        .load(connection)
        .await?;
    let items = items.grouped_by(&orders);
    let orders: Vec<_> = orders.into_iter().zip(items).collect();
    let orders = orders.grouped_by(&users);
    Ok(users.into_iter().zip(orders).collect())
}

impl Contender for Diesel {
    fn name(&self) -> &'static str {
        "diesel-async"
    }

    fn does(&self, work: Work) -> bool {
        does(work) || matches!(work, Work::Upsert1k)
    }

    async fn find_by_key(&self, id: i32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let user: User = users::table
            .find(id)
            .select(User::as_select())
            .first(&mut connection)
            .await?;
        Ok(usize::from(user.id == id))
    }

    async fn users(&self, limit: u32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let rows = first_users(&mut connection, limit).await?;
        Ok(rows.len())
    }

    async fn insert(&self, number: u64) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let row: Article = diesel::insert_into(articles::table)
            .values(new_article(number as i32))
            .returning(Article::as_returning())
            .get_result(&mut connection)
            .await?;
        Ok(usize::from(row.id > 0))
    }

    async fn update(&self, id: i32, stock: i32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let row: Stocked = diesel::update(stocked::table.find(id))
            .set((
                stocked::stock_quantity.eq(stock),
                stocked::updated_at.eq(now()),
            ))
            .returning(Stocked::as_returning())
            .get_result(&mut connection)
            .await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn insert_many(&self, count: usize) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<NewArticle> = (0..count).map(|n| new_article(n as i32)).collect();
        let rows: Vec<Article> = diesel::insert_into(articles::table)
            .values(rows)
            .returning(Article::as_returning())
            .get_results(&mut connection)
            .await?;
        Ok(rows.len())
    }

    async fn tree_of_one(&self, id: i32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let user: User = users::table
            .find(id)
            .select(User::as_select())
            .first(&mut connection)
            .await?;
        Ok(size(&below(&mut connection, vec![user]).await?))
    }

    async fn tree(&self, users: u32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let users = first_users(&mut connection, users).await?;
        Ok(size(&below(&mut connection, users).await?))
    }

    async fn posts(&self, users: u32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let users = first_users(&mut connection, users).await?;
        let posts = posts_of(&mut connection, &users).await?;
        let posts = posts.grouped_by(&users);
        let users: Vec<(User, Vec<Post>)> = users.into_iter().zip(posts).collect();
        Ok(users.iter().map(|(_, posts)| posts.len()).sum())
    }

    async fn comments(&self, users: u32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let users = first_users(&mut connection, users).await?;
        let posts = posts_of(&mut connection, &users).await?;
        let comments: Vec<Comment> = Comment::belonging_to(&posts)
            .select(Comment::as_select())
            .order(comments::id)
            .load(&mut connection)
            .await?;
        let comments = comments.grouped_by(&posts);
        let posts: Vec<_> = posts.into_iter().zip(comments).collect();
        let posts = posts.grouped_by(&users);
        let users: Vec<_> = users.into_iter().zip(posts).collect();
        let posts = users.iter().flat_map(|(_, posts)| posts);
        Ok(posts.map(|(_, comments)| 1 + comments.len()).sum())
    }

    async fn upsert(&self, id: i32, stock: i32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let now = now();
        let row = NewStocked {
            id,
            name: "Pro Laptop 15".to_owned(),
            price_in_cents: 100,
            stock_quantity: stock,
            created_at: now,
            updated_at: now,
        };
        let row: Stocked = diesel::insert_into(stocked::table)
            .values(&row)
            .on_conflict(stocked::id)
            .do_update()
            .set(&row)
            .returning(Stocked::as_returning())
            .get_result(&mut connection)
            .await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn upsert_many(&self, count: usize, number: u64) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let now = now();
        let rows = (1..=count as i32).map(|id| NewStocked {
            id,
            name: "Pro Laptop 15".to_owned(),
            price_in_cents: 100,
            stock_quantity: id + number as i32,
            created_at: now,
            updated_at: now,
        });
        let rows: Vec<NewStocked> = rows.collect();
        let rows: Vec<Stocked> = diesel::insert_into(stocked::table)
            .values(&rows)
            .on_conflict(stocked::id)
            .do_update()
            .set((
                stocked::name.eq(excluded(stocked::name)),
                stocked::price_in_cents.eq(excluded(stocked::price_in_cents)),
                stocked::stock_quantity.eq(excluded(stocked::stock_quantity)),
                stocked::updated_at.eq(excluded(stocked::updated_at)),
            ))
            .returning(Stocked::as_returning())
            .get_results(&mut connection)
            .await?;
        Ok(rows.len())
    }

    async fn transaction(&self, id: i32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let right = connection
            .transaction(async |connection| {
                let user: User = users::table
                    .find(id)
                    .select(User::as_select())
                    .first(connection)
                    .await?;
                let product: Stocked = stocked::table
                    .find(id)
                    .select(Stocked::as_select())
                    .first(connection)
                    .await?;
                let sold = NewArticle {
                    name: product.name.clone(),
                    stock_quantity: 1,
                    ..new_article(product.price_in_cents)
                };
                let sold: Article = diesel::insert_into(articles::table)
                    .values(sold)
                    .returning(Article::as_returning())
                    .get_result(connection)
                    .await?;
                let left: Stocked = diesel::update(stocked::table.find(product.id))
                    .set((stocked::stock_quantity.eq(7), stocked::updated_at.eq(now())))
                    .returning(Stocked::as_returning())
                    .get_result(connection)
                    .await?;
                let count: i64 = products::table
                    .filter(products::id.le(id))
                    .count()
                    .get_result(connection)
                    .await?;
                let right = user.id == id && sold.id > 0 && left.stock_quantity == 7 && count > 0;
                diesel::QueryResult::Ok(right)
            })
            .await?;
        Ok(usize::from(right))
    }

    async fn stream(&self) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let rows = events::table
            .select(Event::as_select())
            .load_stream(&mut connection)
            .await?;
        let mut rows = std::pin::pin!(rows);
        let mut seen = 0;
        while let Some(event) = rows.try_next().await? {
            seen += usize::from(event.id > 0);
        }
        Ok(seen)
    }

    async fn wide(&self, limit: u32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let rows: Vec<Wide> = wide::table
            .order(wide::id)
            .limit(limit.into())
            .select(Wide::as_select())
            .load(&mut connection)
            .await?;
        Ok(rows.len())
    }

    async fn siblings(&self, id: i32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let user: User = users::table
            .find(id)
            .select(User::as_select())
            .first(&mut connection)
            .await?;
        let posts: Vec<Post> = Post::belonging_to(&user)
            .select(Post::as_select())
            .order(posts::id)
            .load(&mut connection)
            .await?;
        let reviews: Vec<Review> = Review::belonging_to(&user)
            .select(Review::as_select())
            .order(reviews::id)
            .load(&mut connection)
            .await?;
        Ok(posts.len() + reviews.len())
    }

    async fn unindexed(&self, users: u32) -> Result<usize> {
        let mut connection = self.pool.get().await?;
        let users = first_users(&mut connection, users).await?;
        let visits: Vec<Visit> = Visit::belonging_to(&users)
            .select(Visit::as_select())
            .order(visits::id)
            .load(&mut connection)
            .await?;
        let visits = visits.grouped_by(&users);
        let users: Vec<(User, Vec<Visit>)> = users.into_iter().zip(visits).collect();
        Ok(users.iter().map(|(_, visits)| visits.len()).sum())
    }
}
