//! Reading one table.

use orm::prelude::*;

use crate::shop::{Order, User};

#[test]
fn find_binds_the_key_and_lists_the_columns() {
    assert_eq!(Order::find(42).to_sql(), "");
    assert_eq!(User::find_by(User::email, "a@b.co").to_sql(), "");
}
