// What a join table links belongs to nobody.
use orm::prelude::*;

#[derive(Model, Clone)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
#[association(has_many, as = "line_items", model = LineItem, foreign_key = "user_id")]
#[association(many_to_many, as = "tags", model = Tag, through = "user_tags")]
struct User {
    #[column(primary_key, auto_increment)]
    id: i32,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "customer", model = User, foreign_key = "user_id")]
struct Order {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: Option<i32>,
}

#[derive(Model, Clone)]
#[association(belongs_to, as = "user", model = User, foreign_key = "user_id")]
struct LineItem {
    #[column(primary_key, auto_increment)]
    id: i32,
    user_id: i32,
}

#[derive(Model, Clone)]
#[association(many_to_many, as = "users", model = User, through = "user_tags")]
struct Tag {
    #[column(primary_key, auto_increment)]
    id: i32,
}

async fn write(db: &Db, user: &User, tag: &Tag) {
    let _ = user.related(User::tags).delete([tag], db).await;
    let _ = user.related(User::tags).delete_keys([1], db).await;
    let _ = user.related(User::tags).change().adopt([tag]).save(db).await;
}

fn main() {}
