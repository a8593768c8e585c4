#[derive(Model)]
#[model(tabel = "users")]
struct User {
    id: Option<i32>,
    #[column(uniqe)]
    email: String,
}
