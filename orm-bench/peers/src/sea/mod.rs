//! SeaORM 2 with its pool at its defaults: entities in the new format,
//! `load_many` and `load_one` for trees, active models for writes.

mod article;
mod comment;
mod event;
mod order;
mod order_item;
mod post;
mod product;
mod review;
mod stocked;
mod user;
mod visit;
#[cfg(feature = "postgres")]
mod wide;

use futures_util::TryStreamExt as _;
use orm_bench::contender::{Contender, Result, Work, now};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectOptions, Database, DatabaseConnection,
    EntityLoaderTrait, EntityTrait, LoaderTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, TransactionTrait, sea_query::OnConflict,
};

/// Through sqlx's pool, as SeaORM sets it up.
pub struct Sea {
    db: DatabaseConnection,
    stocked: Vec<stocked::Model>,
}

impl Sea {
    pub async fn connect(url: &str) -> Result<Self> {
        let mut options = ConnectOptions::new(url);
        options.max_connections(16).sqlx_logging(false);
        #[cfg(feature = "sqlite")]
        options.map_sqlx_sqlite_opts(|it| {
            it.synchronous(sea_orm::sqlx::sqlite::SqliteSynchronous::Normal)
        });
        let db = Database::connect(options).await?;
        let stocked = stocked::Entity::find()
            .order_by_asc(stocked::Column::Id)
            .all(&db)
            .await?;
        Ok(Sea { db, stocked })
    }

    async fn first_users(&self, limit: u32) -> Result<Vec<user::Model>> {
        let query = user::Entity::find()
            .order_by_asc(user::Column::Id)
            .limit(u64::from(limit));
        Ok(query.all(&self.db).await?)
    }

    /// The loader, level by level. The entity loader nests two levels, not three.
    async fn below(&self, users: Vec<user::Model>) -> Result<Tree> {
        let orders = users.load_many(order::Entity, &self.db).await?;
        let orders_per_user: Vec<usize> = orders.iter().map(Vec::len).collect();
        let orders: Vec<order::Model> = orders.into_iter().flatten().collect();
        let items = orders.load_many(order_item::Entity, &self.db).await?;
        let items_per_order: Vec<usize> = items.iter().map(Vec::len).collect();
        let items: Vec<order_item::Model> = items.into_iter().flatten().collect();
        let products = items.load_one(product::Entity, &self.db).await?;
        let items = regroup(items_per_order, items.into_iter().zip(products));
        let orders = regroup(orders_per_user, orders.into_iter().zip(items));
        Ok(users.into_iter().zip(orders).collect())
    }
}

fn new_article(price_in_cents: i32) -> article::ActiveModel {
    let now = now();
    article::ActiveModel {
        name: Set("Pro Laptop 15".to_owned()),
        price_in_cents: Set(price_in_cents),
        stock_quantity: Set(25),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}

type Tree = Vec<(user::Model, Vec<(order::Model, Vec<Item>)>)>;
type Item = (order_item::Model, Option<product::Model>);

fn size(tree: &Tree) -> usize {
    let orders = tree.iter().flat_map(|(_, orders)| orders);
    orders.map(|(_, items)| 1 + items.len()).sum()
}

/// Cuts `rows` into groups of these sizes.
fn regroup<T>(sizes: Vec<usize>, rows: impl IntoIterator<Item = T>) -> Vec<Vec<T>> {
    let mut rows = rows.into_iter();
    let groups = sizes.into_iter();
    groups
        .map(|size| rows.by_ref().take(size).collect())
        .collect()
}

impl Contender for Sea {
    fn name(&self) -> &'static str {
        "SeaORM"
    }

    fn does(&self, work: Work) -> bool {
        // 100,000 rows of five values are more than a statement can bind; a limit
        // per parent takes SQL by hand.
        matches!(work, Work::Upsert1k)
            || work.is_for_peers() && !matches!(work, Work::Insert100k | Work::Latest)
    }

    async fn find_by_key(&self, id: i32) -> Result<usize> {
        let user = user::Entity::find_by_id(id).one(&self.db).await?;
        Ok(usize::from(user.is_some_and(|user| user.id == id)))
    }

    async fn users(&self, limit: u32) -> Result<usize> {
        Ok(self.first_users(limit).await?.len())
    }

    async fn insert(&self, number: u64) -> Result<usize> {
        let row = new_article(number as i32).insert(&self.db).await?;
        Ok(usize::from(row.id > 0))
    }

    async fn update(&self, id: i32, stock: i32) -> Result<usize> {
        let mut row: stocked::ActiveModel = self.stocked[id as usize - 1].clone().into();
        row.stock_quantity = Set(stock);
        row.updated_at = Set(now());
        let row = row.update(&self.db).await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn insert_many(&self, count: usize) -> Result<usize> {
        let rows = (0..count).map(|n| new_article(n as i32));
        let rows = article::Entity::insert_many(rows)
            .exec_with_returning(&self.db)
            .await?;
        Ok(rows.len())
    }

    async fn tree_of_one(&self, id: i32) -> Result<usize> {
        let user = user::Entity::find_by_id(id).one(&self.db).await?;
        Ok(size(&self.below(user.into_iter().collect()).await?))
    }

    async fn tree(&self, users: u32) -> Result<usize> {
        let users = self.first_users(users).await?;
        Ok(size(&self.below(users).await?))
    }

    async fn upsert(&self, id: i32, stock: i32) -> Result<usize> {
        let now = now();
        let row = stocked::ActiveModel {
            id: Set(id),
            name: Set("Pro Laptop 15".to_owned()),
            price_in_cents: Set(100),
            stock_quantity: Set(stock),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let row = stocked::Entity::insert(row)
            .on_conflict(
                OnConflict::column(stocked::Column::Id)
                    .update_columns([
                        stocked::Column::Name,
                        stocked::Column::PriceInCents,
                        stocked::Column::StockQuantity,
                        stocked::Column::UpdatedAt,
                    ])
                    .to_owned(),
            )
            .exec_with_returning(&self.db)
            .await?;
        Ok(usize::from(row.stock_quantity == stock))
    }

    async fn upsert_many(&self, count: usize, number: u64) -> Result<usize> {
        let now = now();
        let rows = (1..=count as i32).map(|id| stocked::ActiveModel {
            id: Set(id),
            name: Set("Pro Laptop 15".to_owned()),
            price_in_cents: Set(100),
            stock_quantity: Set(id + number as i32),
            created_at: Set(now),
            updated_at: Set(now),
        });
        let rows = stocked::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(stocked::Column::Id)
                    .update_columns([
                        stocked::Column::Name,
                        stocked::Column::PriceInCents,
                        stocked::Column::StockQuantity,
                        stocked::Column::UpdatedAt,
                    ])
                    .to_owned(),
            )
            .exec_with_returning(&self.db)
            .await?;
        Ok(rows.len())
    }

    async fn transaction(&self, id: i32) -> Result<usize> {
        let tx = self.db.begin().await?;
        let user = user::Entity::find_by_id(id).one(&tx).await?;
        let user = user.ok_or("no user")?;
        let product = stocked::Entity::find_by_id(id).one(&tx).await?;
        let product = product.ok_or("no product")?;
        let mut sold = new_article(product.price_in_cents);
        sold.name = Set(product.name.clone());
        sold.stock_quantity = Set(1);
        let sold = sold.insert(&tx).await?;
        let mut left: stocked::ActiveModel = product.into();
        left.stock_quantity = Set(7);
        left.updated_at = Set(now());
        let left = left.update(&tx).await?;
        let count = product::Entity::find()
            .filter(product::Column::Id.lte(id))
            .count(&tx)
            .await?;
        tx.commit().await?;
        let right = user.id == id && sold.id > 0 && left.stock_quantity == 7 && count > 0;
        Ok(usize::from(right))
    }

    async fn posts(&self, users: u32) -> Result<usize> {
        let users = self.first_users(users).await?;
        let posts = users.load_many(post::Entity, &self.db).await?;
        let users: Vec<(user::Model, Vec<post::Model>)> = users.into_iter().zip(posts).collect();
        Ok(users.iter().map(|(_, posts)| posts.len()).sum())
    }

    async fn comments(&self, users: u32) -> Result<usize> {
        let users = self.first_users(users).await?;
        let posts = users.load_many(post::Entity, &self.db).await?;
        let posts_per_user: Vec<usize> = posts.iter().map(Vec::len).collect();
        let posts: Vec<post::Model> = posts.into_iter().flatten().collect();
        let comments = posts.load_many(comment::Entity, &self.db).await?;
        let posts = regroup(posts_per_user, posts.into_iter().zip(comments));
        let users: Vec<(user::Model, Vec<(post::Model, Vec<comment::Model>)>)> =
            users.into_iter().zip(posts).collect();
        let posts = users.iter().flat_map(|(_, posts)| posts);
        Ok(posts.map(|(_, comments)| 1 + comments.len()).sum())
    }

    #[cfg(feature = "postgres")]
    async fn wide(&self, limit: u32) -> Result<usize> {
        let query = wide::Entity::find()
            .order_by_asc(wide::Column::Id)
            .limit(u64::from(limit));
        Ok(query.all(&self.db).await?.len())
    }

    async fn stream(&self) -> Result<usize> {
        let mut rows = event::Entity::find().stream(&self.db).await?;
        let mut seen = 0;
        while let Some(event) = rows.try_next().await? {
            seen += usize::from(event.id > 0);
        }
        Ok(seen)
    }

    async fn siblings(&self, id: i32) -> Result<usize> {
        let user = user::Entity::load()
            .filter_by_id(id)
            .with(post::Entity)
            .with(review::Entity)
            .one(&self.db)
            .await?;
        Ok(user.map_or(0, |user| user.posts.len() + user.reviews.len()))
    }

    async fn unindexed(&self, users: u32) -> Result<usize> {
        let users = self.first_users(users).await?;
        let visits = users.load_many(visit::Entity, &self.db).await?;
        let users: Vec<(user::Model, Vec<visit::Model>)> = users.into_iter().zip(visits).collect();
        Ok(users.iter().map(|(_, visits)| visits.len()).sum())
    }
}
