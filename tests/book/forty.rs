//! The forty mistakes of the first day, each with the case of `tests/ui` that shows what is said.

/// What somebody did, what to type, and the case.
pub(crate) const FORTY: [(&str, &str, &str); 40] = [
    (
        "forgot the prelude",
        "`use orm::prelude::*;`",
        "newcomer/prelude_forgotten",
    ),
    ("forgot to wait", "`.await?`", "newcomer/await_forgotten"),
    (
        "gave the database away",
        "`&db`",
        "newcomer/db_not_borrowed",
    ),
    (
        "connected to a text",
        "`Db::connect(Config::from_url(\"..\")?)`",
        "newcomer/connect_to_a_text",
    ),
    (
        "went on with a transaction that was committed",
        "`commit` as the last, or `db.transaction(async |tx| { .. Ok(()) })`",
        "newcomer/transaction_after_commit",
    ),
    (
        "an enum as it is for a column",
        "`#[derive(DbEnum, Debug, Clone, Copy)]`",
        "newcomer/enum_without_derive",
    ),
    (
        "an enum of the database without `Copy`",
        "`#[derive(DbEnum, Debug, Clone, Copy)]`",
        "newcomer/enum_without_copy",
    ),
    (
        "an unsigned integer",
        "`i32` or `i64`",
        "newcomer/unsigned_integer",
    ),
    ("a model that borrows", "`String`", "newcomer/borrowed_text"),
    (
        "a struct for a column, and one that serde does not know",
        "`Json<Address>`, and `#[derive(Clone, Serialize, Deserialize)]` on `Address`",
        "newcomer/json_without_serde",
    ),
    (
        "a field for the rows of another model",
        "`#[association(has_many, as = \"orders\", model = Order, foreign_key = \"user_id\")]` on the struct",
        "newcomer/association_as_a_field",
    ),
    (
        "an association on a field",
        "the same",
        "newcomer/association_on_a_field",
    ),
    (
        "declared one side only",
        "what the message says, or `one_sided`",
        "association/missing",
    ),
    (
        "misspelt the foreign key",
        "the name of a field",
        "association/no_such_column_here",
    ),
    (
        "a foreign key of another type than the key",
        "the same type on both sides",
        "association/key_types",
    ),
    (
        "forgot the primary key",
        "`#[column(primary_key, auto_increment)]`",
        "key/none",
    ),
    (
        "marked two keys and asked by one",
        "`User::find((1, \"ann@example.com\"))`, or `unique` on the second",
        "newcomer/key_of_two_columns",
    ),
    (
        "a model without `Clone`",
        "`#[derive(Model, Debug, Clone)]`",
        "newcomer/model_without_clone",
    ),
    (
        "a generic model",
        "a struct for each table",
        "shape/generic",
    ),
    (
        "words of other libraries in attributes",
        "what the message says",
        "newcomer/words_of_others",
    ),
    (
        "forgot quotes, or wrote too many",
        "what the message says",
        "newcomer/quotes_forgotten",
    ),
    (
        "left a required column out",
        "its setter before `save`",
        "create/missing",
    ),
    (
        "`Some(\"Ann\")` for an `Option<String>`",
        "`.nickname(\"Ann\")`; of an `Option<&str>` `.map(str::to_owned)`",
        "newcomer/text_for_an_option",
    ),
    (
        "saved a row, inserted a row",
        "`user.update().set(User::email, \"..\").save(&db)`, `User::create()`",
        "newcomer/row_saved",
    ),
    (
        "an update that sets nothing",
        "`.set(User::email, user.email)`",
        "query/update_without_set",
    ),
    (
        "an update of all rows",
        "`.filter(..)`, or `.all_rows()`",
        "query/update_without_filter",
    ),
    (
        "sorted by a text",
        "`.order_by(User::email.desc())`",
        "query/order_from_a_text",
    ),
    (
        "a key of another type",
        "`id.parse()?`, `id.try_into()?`",
        "query/wrong_key",
    ),
    (
        "asked the model itself",
        "`User::query()`",
        "newcomer/model_asked_directly",
    ),
    (
        "words of other libraries in queries",
        "what the message says",
        "newcomer/query_words",
    ),
    (
        "a column of true and false as a filter",
        "`User::active.eq(true)`",
        "newcomer/column_as_a_filter",
    ),
    (
        "compared by `==` or `>`, joined by `&&`",
        "`.eq(3)`, `.gt(3)`; `.and(..)` or `&`",
        "newcomer/compared_by_an_operator",
    ),
    (
        "a list of references",
        "`.in_(ids)`, or `.in_(ids.iter().copied())`",
        "newcomer/list_of_references",
    ),
    (
        "compared an enum with a text",
        "`User::status.eq(Status::New)`",
        "newcomer/enum_compared_with_text",
    ),
    (
        "added a filter to a query later",
        "`.maybe(given.map(|email| User::email.eq(email)))`",
        "newcomer/filter_added_later",
    ),
    (
        "took `one` for an `Option`",
        "`.one_or_none(&db)`",
        "newcomer/one_is_no_option",
    ),
    (
        "read an association that was not loaded",
        "`.include(User::orders)` in the query",
        "include/not_included",
    ),
    (
        "included what belongs to another model",
        "`.include(User::orders.include(Order::lines))`",
        "newcomer/include_not_nested",
    ),
    (
        "called an association",
        "`user.related(User::orders).all(&db)`",
        "newcomer/association_as_a_method",
    ),
    (
        "returned a loaded row as a plain one",
        "`orm::loaded!(User { orders })`",
        "newcomer/loaded_row_as_plain",
    ),
];
