//! What the storefront sells.

use orm::prelude::*;

use super::OrderItem;

/// A product.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "products", timestamps)]
#[association(has_many, as = "order_items", model = OrderItem, foreign_key = "product_id")]
pub struct Product {
    /// The primary key.
    #[column(primary_key, auto_increment)]
    pub id: i32,
    /// The name on the shelf, 2 to 200 characters.
    #[column(varchar(200))]
    #[validate(
        not_empty(message = "Product name cannot be blank"),
        len(
            min = 2,
            max = 200,
            message = "Name must be between 2 and 200 characters"
        )
    )]
    pub name: String,
    /// What it is, in as many words as it takes.
    pub description: Option<String>,
    /// The price in cents; money is never a float.
    #[validate(min(0, message = "Price cannot be negative"))]
    pub price_in_cents: i32,
    /// How many are left.
    #[column(default = 0)]
    #[validate(min(0, message = "Stock cannot go below zero"))]
    pub stock_quantity: i32,
    /// Whether it is on sale.
    #[column(default = true)]
    pub is_active: bool,
    /// When the product was added.
    pub created_at: DateTime<Utc>,
    /// When the row was last written.
    pub updated_at: DateTime<Utc>,
}

impl Product {
    /// The price as a customer reads it: `$1499.99`.
    pub fn formatted_price(&self) -> String {
        dollars(self.price_in_cents)
    }

    /// Whether there is one to sell.
    pub fn is_in_stock(&self) -> bool {
        self.stock_quantity > 0
    }
}

/// Cents as dollars, in whole numbers all the way: `$0.05`, and `-$0.05` for
/// what is paid back.
fn dollars(cents: i32) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let (whole, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    format!("{sign}${whole}.{rest:02}")
}

#[cfg(test)]
mod tests {
    use super::dollars;

    #[test]
    fn cents_are_never_a_float() {
        assert_eq!(dollars(149_999), "$1499.99");
        assert_eq!(dollars(5), "$0.05");
        assert_eq!(dollars(100), "$1.00");
        assert_eq!(dollars(0), "$0.00");
        assert_eq!(dollars(-5), "-$0.05");
        assert_eq!(dollars(-149_999), "-$1499.99");
        assert_eq!(dollars(i32::MIN), "-$21474836.48");
    }
}
