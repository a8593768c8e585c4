use chrono::{DateTime, Utc};
use deadpool_postgres::Pool;
use tokio_postgres::Row;
use super::m{n}::M{n};
use crate::Failure;

#[derive(Debug, Clone)]
pub struct M{i} {
    pub id: i32,
    pub m{p}_id: i32,
    pub name: String,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl M{i} {
    pub fn decode(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(M{i} {
            id: row.try_get(0)?,
            m{p}_id: row.try_get(1)?,
            name: row.try_get(2)?,
            note: row.try_get(3)?,
            created_at: row.try_get(4)?,
            updated_at: row.try_get(5)?,
        })
    }
}

pub async fn find(pool: &Pool, id: i32) -> Result<M{i}, Failure> {
    let client = pool.get().await?;
    let statement = client
        .prepare_cached("SELECT id, m{p}_id, name, note, created_at, updated_at FROM m{i} WHERE id = $1")
        .await?;
    Ok(M{i}::decode(&client.query_one(&statement, &[&id]).await?)?)
}

pub async fn named(pool: &Pool, name: &str) -> Result<Vec<M{i}>, Failure> {
    let client = pool.get().await?;
    let statement = client
        .prepare_cached("SELECT id, m{p}_id, name, note, created_at, updated_at FROM m{i} WHERE name = $1 ORDER BY id DESC LIMIT 20")
        .await?;
    let rows = client.query(&statement, &[&name]).await?;
    Ok(rows.iter().map(M{i}::decode).collect::<Result<_, _>>()?)
}

pub async fn children(pool: &Pool, id: i32) -> Result<usize, Failure> {
    let row = find(pool, id).await?;
    let client = pool.get().await?;
    let statement = client
        .prepare_cached("SELECT id, m{i}_id, name, note, created_at, updated_at FROM m{n} WHERE m{i}_id = $1")
        .await?;
    let rows = client.query(&statement, &[&row.id]).await?;
    let children: Vec<M{n}> = rows.iter().map(M{n}::decode).collect::<Result<_, _>>()?;
    Ok(children.len())
}

pub async fn all(db: &Pool) -> Result<usize, Failure> {
    Ok(find(db, 1).await?.id as usize + named(db, "a").await?.len() + children(db, 1).await?)
}
