use chrono::{DateTime, Utc};
use sqlx::PgPool;
use super::m{n}::M{n};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct M{i} {
    pub id: i32,
    pub m{p}_id: i32,
    pub name: String,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

pub async fn find(pool: &PgPool, id: i32) -> sqlx::Result<M{i}> {
    sqlx::query_as("SELECT id, m{p}_id, name, note, created_at, updated_at FROM m{i} WHERE id = $1")
        .bind(id)
        .fetch_one(pool)
        .await
}

pub async fn named(pool: &PgPool, name: &str) -> sqlx::Result<Vec<M{i}>> {
    sqlx::query_as("SELECT id, m{p}_id, name, note, created_at, updated_at FROM m{i} WHERE name = $1 ORDER BY id DESC LIMIT 20")
        .bind(name)
        .fetch_all(pool)
        .await
}

pub async fn children(pool: &PgPool, id: i32) -> sqlx::Result<usize> {
    let row = find(pool, id).await?;
    let children: Vec<M{n}> = sqlx::query_as("SELECT id, m{i}_id, name, note, created_at, updated_at FROM m{n} WHERE m{i}_id = $1")
        .bind(row.id)
        .fetch_all(pool)
        .await?;
    Ok(children.len())
}

pub async fn all(db: &PgPool) -> sqlx::Result<usize> {
    Ok(find(db, 1).await?.id as usize + named(db, "a").await?.len() + children(db, 1).await?)
}
