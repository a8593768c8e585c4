#[derive(Model, Debug, Clone)]
#[model(table = "users", timestamps)]
#[association(has_many, as = "orders", model = Order, foreign_key = "user_id")]
pub struct User {
    /// Given by the database.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    #[column(varchar(150))]
    pub full_name: String,
    #[column(varchar(255), unique)]
    #[validate(email(message = "Must be a valid email address"))]
    pub email: String,
    #[column(varchar(255))]
    pub password_hash: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
