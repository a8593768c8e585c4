use chrono::{DateTime, Utc};
use diesel::prelude::*;
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

pub fn find(db: &mut PgConnection, id: i32) -> QueryResult<M{i}> {
    m{i}::table.find(id).select(M{i}::as_select()).first(db)
}

pub fn named(db: &mut PgConnection, name: &str) -> QueryResult<Vec<M{i}>> {
    m{i}::table
        .filter(m{i}::name.eq(name))
        .order(m{i}::id.desc())
        .limit(20)
        .select(M{i}::as_select())
        .load(db)
}

pub fn children(db: &mut PgConnection, id: i32) -> QueryResult<usize> {
    let row = find(db, id)?;
    let children: Vec<M{n}> = M{n}::belonging_to(&row)
        .select(M{n}::as_select())
        .order(m{n}::id)
        .load(db)?;
    Ok(children.len())
}

pub fn all(db: &mut PgConnection) -> QueryResult<usize> {
    Ok(find(db, 1)?.id as usize + named(db, "a")?.len() + children(db, 1)?)
}
