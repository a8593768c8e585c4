//! A shop's models, then and now.

pub(crate) mod first {
    use orm::prelude::*;

    #[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum State {
        New,
        Sold,
    }

    #[derive(Model, Debug, Clone)]
    #[model(table = "products")]
    pub(crate) struct Product {
        #[column(primary_key, auto_increment)]
        pub(crate) id: i32,
        #[column(varchar(50))]
        pub(crate) name: String,
        pub(crate) cost: i32,
        #[column(default = State::New)]
        pub(crate) state: State,
    }

    pub(crate) const MODELS: orm::ddl::Models = orm::models![Product];
}

pub(crate) mod second {
    use orm::prelude::*;

    #[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
    pub(crate) enum State {
        New,
        Reserved,
        Sold,
    }

    #[derive(Model, Debug, Clone)]
    #[model(table = "products")]
    pub(crate) struct Product {
        #[column(primary_key, auto_increment)]
        pub(crate) id: i64,
        #[column(varchar(80), unique)]
        pub(crate) name: String,
        #[column(renamed_from = "cost")]
        #[validate(min(0))]
        pub(crate) price_in_cents: i32,
        #[column(default = State::Reserved)]
        pub(crate) state: State,
        pub(crate) weight: Option<i32>,
    }

    #[derive(Model, Debug, Clone)]
    #[model(table = "reviews")]
    #[association(belongs_to, as = "product", model = Product, foreign_key = "product_id", on_delete = "cascade", one_sided)]
    pub(crate) struct Review {
        #[column(primary_key, auto_increment)]
        pub(crate) id: i32,
        pub(crate) product_id: i64,
        pub(crate) stars: Option<i16>,
    }

    pub(crate) const MODELS: orm::ddl::Models = orm::models![Product, Review];
}
