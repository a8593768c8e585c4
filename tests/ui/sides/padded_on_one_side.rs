use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "books", foreign_key = "shelf")]
struct Shelf {
    #[column(primary_key)]
    code: String,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "place", model = Shelf, foreign_key = "shelf")]
struct Book {
    #[column(primary_key)]
    id: i64,
    #[column(char(3))]
    shelf: String,
}

#[derive(Model, Clone)]
#[association(has_many, as = "towns", foreign_key = "country")]
struct Country {
    #[column(primary_key, char(2))]
    code: String,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "within", model = Country, foreign_key = "country")]
struct Town {
    #[column(primary_key)]
    id: i64,
    #[column(varchar(2))]
    country: String,
}

fn main() {}
