//! What a column holds when nothing was given.

use proc_macro2::TokenStream;

use crate::model::Default;
use crate::parse::options::Options;
use crate::parse::value::Value;

/// The default that was written.
pub(super) fn of(options: &Options) -> Option<Default> {
    if let Some(sql) = options.text("default_sql") {
        return Some(Default::Sql(sql.value()));
    }
    match &options.get("default")?.value {
        Value::Tokens(tokens) if is_now(tokens) => Some(Default::Now),
        Value::Tokens(tokens) => Some(Default::Value(tokens.clone())),
        _ => None,
    }
}

/// `now()` is the database's clock, not a function of the user's.
fn is_now(tokens: &TokenStream) -> bool {
    tokens.to_string().replace(' ', "") == "now()"
}
