use sea_orm::entity::prelude::*;
use sea_orm::{EntityLoaderTrait, QueryOrder, QuerySelect};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "m{i}")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i32,
    pub m{p}_id: i32,
    pub name: String,
    pub note: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    #[sea_orm(belongs_to, from = "m{p}_id", to = "id")]
    pub parent: HasOne<super::m{p}::Entity>,
    #[sea_orm(has_many)]
    pub children: HasMany<super::m{n}::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}

pub async fn find(db: &DatabaseConnection, id: i32) -> Result<Model, DbErr> {
    let row = Entity::find_by_id(id).one(db).await?;
    row.ok_or_else(|| DbErr::RecordNotFound(id.to_string()))
}

pub async fn named(db: &DatabaseConnection, name: &str) -> Result<Vec<Model>, DbErr> {
    Entity::find()
        .filter(Column::Name.eq(name))
        .order_by_desc(Column::Id)
        .limit(20)
        .all(db)
        .await
}

pub async fn children(db: &DatabaseConnection, id: i32) -> Result<usize, DbErr> {
    let row = Entity::load().filter_by_id(id).with(super::m{n}::Entity).one(db).await?;
    Ok(row.map_or(0, |row| row.children.len()))
}

pub async fn all(db: &DatabaseConnection) -> Result<usize, DbErr> {
    Ok(find(db, 1).await?.id as usize + named(db, "a").await?.len() + children(db, 1).await?)
}
