use orm::prelude::*;

/// A type that the driver has to ask the server about.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(name = "mood")]
pub(crate) enum Mood {
    Happy,
    Sad,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "owners")]
#[association(has_many, as = "things", model = Thing, foreign_key = "owner_id")]
pub(crate) struct Owner {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(unique)]
    pub(crate) name: String,
    pub(crate) mood: Mood,
    pub(crate) moods: Vec<Mood>,
    pub(crate) visits: i64,
    pub(crate) seen_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "things")]
#[association(belongs_to, as = "owner", model = Owner, foreign_key = "owner_id")]
#[association(has_many, as = "parts", model = Part, foreign_key = "thing_id")]
pub(crate) struct Thing {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(index)]
    pub(crate) owner_id: i32,
    pub(crate) label: String,
    pub(crate) size: i32,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "parts")]
#[association(belongs_to, as = "thing", model = Thing, foreign_key = "thing_id", on_delete = "cascade")]
pub(crate) struct Part {
    #[column(primary_key, auto_increment)]
    pub(crate) id: i32,
    #[column(index)]
    pub(crate) thing_id: i32,
    pub(crate) note: Option<String>,
}

/// All of them.
pub(crate) const MODELS: orm::ddl::Models = orm::models![Owner, Thing, Part];
