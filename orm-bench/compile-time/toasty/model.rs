use jiff::Timestamp;
use toasty::Deferred;
use super::m{n}::M{n};
use super::m{p}::M{p};

#[derive(Debug, toasty::Model)]
#[table = "m{i}"]
pub struct M{i} {
    #[key]
    #[auto]
    pub id: i32,
    #[index]
    pub m{p}_id: i32,
    #[belongs_to(key = m{p}_id, references = id)]
    pub parent: Deferred<M{p}>,
    #[index]
    pub name: String,
    pub note: Option<String>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    #[has_many(pair = parent)]
    pub children: Deferred<Vec<M{n}>>,
}

pub async fn find(db: &mut toasty::Db, id: i32) -> toasty::Result<M{i}> {
    M{i}::get_by_id(db, &id).await
}

pub async fn named(db: &mut toasty::Db, name: &str) -> toasty::Result<Vec<M{i}>> {
    M{i}::filter_by_name(name).order_by(M{i}::fields().id().desc()).limit(20).exec(db).await
}

pub async fn children(db: &mut toasty::Db, id: i32) -> toasty::Result<usize> {
    let row = M{i}::filter_by_id(id).include(M{i}::fields().children()).get(db).await?;
    Ok(row.children.get().len())
}

pub async fn all(db: &mut toasty::Db) -> toasty::Result<usize> {
    Ok(find(db, 1).await?.id as usize + named(db, "a").await?.len() + children(db, 1).await?)
}
