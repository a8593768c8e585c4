//! Diesel itself, on libpq or SQLite, with r2d2: the calls block. As its guides write it:
//! `belonging_to` and `grouped_by`.

use std::rc::Rc;

use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, Pool};
use orm_bench::contender::{Contender, Result, Work, now};
use orm_bench::throughput::{Rate, rate_of_threads};

use crate::diesel_tables::*;

#[cfg(feature = "postgres")]
use diesel::PgConnection as Connected;
#[cfg(feature = "sqlite")]
use diesel::SqliteConnection as Connected;
#[cfg(feature = "sqlite")]
use diesel::connection::DefaultLoadingMode as RowByRow;
#[cfg(feature = "postgres")]
use diesel::pg::PgRowByRowLoadingMode as RowByRow;

type Manager = ConnectionManager<Connected>;

/// Through r2d2.
pub struct Diesel {
    pool: Pool<Manager>,
}

impl Diesel {
    pub fn connect(url: &str) -> Result<Self> {
        let manager = Manager::new(url);
        let pool = Pool::builder().max_size(16);
        #[cfg(feature = "sqlite")]
        let pool = pool.connection_customizer(Box::new(Pragmas));
        Ok(Diesel {
            pool: pool.build(manager)?,
        })
    }
}

/// What everyone sets on SQLite.
#[cfg(feature = "sqlite")]
#[derive(Debug)]
struct Pragmas;

#[cfg(feature = "sqlite")]
impl diesel::r2d2::CustomizeConnection<Connected, diesel::r2d2::Error> for Pragmas {
    fn on_acquire(
        &self,
        connection: &mut Connected,
    ) -> std::result::Result<(), diesel::r2d2::Error> {
        use diesel::connection::SimpleConnection as _;
        let pragmas =
            "PRAGMA busy_timeout = 5000; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON";
        connection
            .batch_execute(pragmas)
            .map_err(diesel::r2d2::Error::QueryError)
    }
}

/// One that writes says so when it begins, where that matters.
fn transaction<T>(
    connection: &mut Connected,
    work: impl FnOnce(&mut Connected) -> QueryResult<T>,
) -> QueryResult<T> {
    #[cfg(feature = "postgres")]
    return connection.transaction(work);
    #[cfg(feature = "sqlite")]
    return connection.immediate_transaction(work);
}

/// The new rows as a batch; Diesel returns no rows of one on SQLite.
fn insert_all(connection: &mut Connected, rows: Vec<NewArticle>) -> QueryResult<Vec<Article>> {
    #[cfg(feature = "postgres")]
    return diesel::insert_into(articles::table)
        .values(rows)
        .returning(Article::as_returning())
        .get_results(connection);
    #[cfg(feature = "sqlite")]
    return transaction(connection, |connection| {
        let each = rows.into_iter().map(|row| {
            diesel::insert_into(articles::table)
                .values(row)
                .returning(Article::as_returning())
                .get_result(connection)
        });
        each.collect()
    });
}

fn first_users(connection: &mut Connected, limit: u32) -> Result<Vec<User>> {
    Ok(users::table
        .order(users::id)
        .limit(limit.into())
        .select(User::as_select())
        .load(connection)?)
}

fn posts_of(connection: &mut Connected, users: &[User]) -> Result<Vec<Post>> {
    Ok(Post::belonging_to(users)
        .select(Post::as_select())
        .order(posts::id)
        .load(connection)?)
}

/// Two `belonging_to` queries, the second joined with the products.
fn below(connection: &mut Connected, users: Vec<User>) -> Result<Tree> {
    let orders: Vec<Order> = Order::belonging_to(&users)
        .select(Order::as_select())
        .order(orders::id)
        .load(connection)?;
    let items: Vec<(OrderItem, Product)> = OrderItem::belonging_to(&orders)
        .inner_join(products::table)
        .select((OrderItem::as_select(), Product::as_select()))
        .order(order_items::id)
        .load(connection)?;
    let items = items.grouped_by(&orders);
    let orders: Vec<_> = orders.into_iter().zip(items).collect();
    let orders = orders.grouped_by(&users);
    Ok(users.into_iter().zip(orders).collect())
}

impl Contender for Diesel {
    fn name(&self) -> &'static str {
        "diesel"
    }

    // Its calls block, so each of its tasks is a thread.
    async fn rate(self: &Rc<Self>, work: Work, tasks: u64) -> Result<Rate> {
        rate_of_threads(&**self, work, tasks)
    }

    fn does(&self, work: Work) -> bool {
        does(work)
    }

    async fn find_by_key(&self, id: i32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let user: User = users::table
            .find(id)
            .select(User::as_select())
            .first(&mut connection)?;
        Ok(usize::from(user.id == id))
    }

    async fn users(&self, limit: u32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let rows = first_users(&mut connection, limit)?;
        Ok(rows.len())
    }

    async fn insert(&self, number: u64) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let row: Article = diesel::insert_into(articles::table)
            .values(new_article(number as i32))
            .returning(Article::as_returning())
            .get_result(&mut connection)?;
        Ok(usize::from(row.id > 0))
    }

    async fn update(&self, id: i32, stock: i32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let row: Stocked = diesel::update(stocked::table.find(id))
            .set((
                stocked::stock_quantity.eq(stock),
                stocked::updated_at.eq(now()),
            ))
            .returning(Stocked::as_returning())
            .get_result(&mut connection)?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn insert_many(&self, count: usize) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let rows: Vec<NewArticle> = (0..count).map(|n| new_article(n as i32)).collect();
        Ok(insert_all(&mut connection, rows)?.len())
    }

    async fn tree_of_one(&self, id: i32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let user: User = users::table
            .find(id)
            .select(User::as_select())
            .first(&mut connection)?;
        Ok(size(&below(&mut connection, vec![user])?))
    }

    async fn tree(&self, users: u32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let users = first_users(&mut connection, users)?;
        Ok(size(&below(&mut connection, users)?))
    }

    async fn posts(&self, users: u32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let users = first_users(&mut connection, users)?;
        let posts = posts_of(&mut connection, &users)?;
        let posts = posts.grouped_by(&users);
        let users: Vec<(User, Vec<Post>)> = users.into_iter().zip(posts).collect();
        Ok(users.iter().map(|(_, posts)| posts.len()).sum())
    }

    async fn comments(&self, users: u32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let users = first_users(&mut connection, users)?;
        let posts = posts_of(&mut connection, &users)?;
        let comments: Vec<Comment> = Comment::belonging_to(&posts)
            .select(Comment::as_select())
            .order(comments::id)
            .load(&mut connection)?;
        let comments = comments.grouped_by(&posts);
        let posts: Vec<_> = posts.into_iter().zip(comments).collect();
        let posts = posts.grouped_by(&users);
        let users: Vec<_> = users.into_iter().zip(posts).collect();
        let posts = users.iter().flat_map(|(_, posts)| posts);
        Ok(posts.map(|(_, comments)| 1 + comments.len()).sum())
    }

    async fn upsert(&self, id: i32, stock: i32) -> Result<usize> {
        let mut connection = self.pool.get()?;
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
            .get_result(&mut connection)?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn transaction(&self, id: i32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let right = transaction(&mut connection, |connection| {
            let user: User = users::table
                .find(id)
                .select(User::as_select())
                .first(connection)?;
            let product: Stocked = stocked::table
                .find(id)
                .select(Stocked::as_select())
                .first(connection)?;
            let sold = NewArticle {
                name: product.name.clone(),
                stock_quantity: 1,
                ..new_article(product.price_in_cents)
            };
            let sold: Article = diesel::insert_into(articles::table)
                .values(sold)
                .returning(Article::as_returning())
                .get_result(connection)?;
            let left: Stocked = diesel::update(stocked::table.find(product.id))
                .set((stocked::stock_quantity.eq(7), stocked::updated_at.eq(now())))
                .returning(Stocked::as_returning())
                .get_result(connection)?;
            let count: i64 = products::table
                .filter(products::id.le(id))
                .count()
                .get_result(connection)?;
            let right = user.id == id && sold.id > 0 && left.stock_quantity == 7 && count > 0;
            diesel::QueryResult::Ok(right)
        })?;
        Ok(usize::from(right))
    }

    async fn stream(&self) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let rows = events::table
            .select(Event::as_select())
            .load_iter::<Event, RowByRow>(&mut connection)?;
        let mut seen = 0;
        for event in rows {
            seen += usize::from(event?.id > 0);
        }
        Ok(seen)
    }

    #[cfg(feature = "postgres")]
    async fn wide(&self, limit: u32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let rows: Vec<Wide> = wide::table
            .order(wide::id)
            .limit(limit.into())
            .select(Wide::as_select())
            .load(&mut connection)?;
        Ok(rows.len())
    }

    async fn siblings(&self, id: i32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let user: User = users::table
            .find(id)
            .select(User::as_select())
            .first(&mut connection)?;
        let posts: Vec<Post> = Post::belonging_to(&user)
            .select(Post::as_select())
            .order(posts::id)
            .load(&mut connection)?;
        let reviews: Vec<Review> = Review::belonging_to(&user)
            .select(Review::as_select())
            .order(reviews::id)
            .load(&mut connection)?;
        Ok(posts.len() + reviews.len())
    }

    async fn unindexed(&self, users: u32) -> Result<usize> {
        let mut connection = self.pool.get()?;
        let users = first_users(&mut connection, users)?;
        let visits: Vec<Visit> = Visit::belonging_to(&users)
            .select(Visit::as_select())
            .order(visits::id)
            .load(&mut connection)?;
        let visits = visits.grouped_by(&users);
        let users: Vec<(User, Vec<Visit>)> = users.into_iter().zip(visits).collect();
        Ok(users.iter().map(|(_, visits)| visits.len()).sum())
    }
}
