use orm::prelude::*;
use super::m{p}::M{p};
use super::m{n}::M{n};

#[derive(Model, Debug, Clone)]
#[model(table = "m{i}", timestamps)]
#[association(belongs_to, as = "parent", model = M{p}, foreign_key = "m{p}_id")]
#[association(has_many, as = "children", model = M{n}, foreign_key = "m{i}_id")]
pub struct M{i} {
    #[column(primary_key, auto_increment)]
    pub id: i32,
    pub m{p}_id: i32,
    #[column(varchar(150))]
    pub name: String,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

pub async fn find(db: &Db, id: i32) -> orm::Result<M{i}> {
    M{i}::find(id).one(db).await
}

pub async fn named(db: &Db, name: &str) -> orm::Result<Vec<M{i}>> {
    M{i}::query().filter(M{i}::name.eq(name)).order_by(M{i}::id.desc()).limit(20).all(db).await
}

pub async fn children(db: &Db, id: i32) -> orm::Result<usize> {
    let row = M{i}::find(id).include(M{i}::children).one(db).await?;
    Ok(row.children.len())
}

pub async fn all(db: &Db) -> orm::Result<usize> {
    Ok(find(db, 1).await?.id as usize + named(db, "a").await?.len() + children(db, 1).await?)
}
