use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use super::m{n}::{M{n}, m{n}};
use super::m{p}::M{p};

diesel::table! {
    m{i} (id) {
        id -> Int4,
        m{p}_id -> Int4,
        name -> Varchar,
        note -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = m{i}, belongs_to(M{p}), check_for_backend(diesel::pg::Pg))]
pub struct M{i} {
    pub id: i32,
    pub m{p}_id: i32,
    pub name: String,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

pub async fn find(db: &mut AsyncPgConnection, id: i32) -> QueryResult<M{i}> {
    m{i}::table.find(id).select(M{i}::as_select()).first(db).await
}

pub async fn named(db: &mut AsyncPgConnection, name: &str) -> QueryResult<Vec<M{i}>> {
    m{i}::table
        .filter(m{i}::name.eq(name))
        .order(m{i}::id.desc())
        .limit(20)
        .select(M{i}::as_select())
        .load(db)
        .await
}

pub async fn children(db: &mut AsyncPgConnection, id: i32) -> QueryResult<usize> {
    let row = find(db, id).await?;
    let children: Vec<M{n}> = M{n}::belonging_to(&row)
        .select(M{n}::as_select())
        .order(m{n}::id)
        .load(db)
        .await?;
    Ok(children.len())
}

pub async fn all(db: &mut AsyncPgConnection) -> QueryResult<usize> {
    Ok(find(db, 1).await?.id as usize + named(db, "a").await?.len() + children(db, 1).await?)
}
