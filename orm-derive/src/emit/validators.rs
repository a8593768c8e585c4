//! Validators: data beside the column, or calls of the user's functions.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::{optional, position};
use crate::model::{Column, Model, Rule, Test};

/// The validators of a column that are plain data.
pub(super) fn data(column: &Column) -> Vec<TokenStream> {
    column
        .rules
        .iter()
        .filter(|rule| rule.is_data())
        .filter_map(validator)
        .collect()
}

/// `Validator::new(Rule::Min(..)).with_message("..")`
fn validator(rule: &Rule) -> Option<TokenStream> {
    let Test::Rule(expression) = &rule.test else {
        return None;
    };
    let message = rule
        .message
        .as_ref()
        .map(|message| quote!(.with_message(#message)));
    Some(quote!(__::Validator::new(#expression) #message))
}

/// `validate_column` and `validate_model`, where there is something to call.
pub(super) fn methods(model: &Model) -> TokenStream {
    let arms: Vec<TokenStream> = model
        .columns
        .iter()
        .enumerate()
        .filter_map(|(at, column)| arm(model, at, column))
        .collect();
    let column = (!arms.is_empty()).then(|| {
        quote! {
            fn validate_column(column: u16, values: &__::Values<'_, Self>, errors: &mut __::ValidationErrors) {
                match column {
                    #(#arms)*
                    _ => {}
                }
            }
        }
    });
    let whole = model.validate.as_ref().map(|function| {
        quote! {
            fn validate_model(values: &__::Values<'_, Self>, errors: &mut __::ValidationErrors) {
                #function(values, errors);
            }
        }
    });
    quote!(#column #whole)
}

/// The calls for one column.
// #[validate(custom = is_even, when = is_published)] quantity: i32  becomes
//     3 => if is_published(values) {
//         if let Some(value) = __::given(values, Item::quantity) {
//             __::judge(errors, "quantity", "is_even", None, is_even(&value));
//         }
//     }
fn arm(model: &Model, at: usize, column: &Column) -> Option<TokenStream> {
    let calls: Vec<TokenStream> = column
        .rules
        .iter()
        .filter(|rule| !rule.is_data())
        .map(|rule| call(model, at, column, rule))
        .collect();
    let at = position(at);
    (!calls.is_empty()).then(|| quote!(#at => { #(#calls)* }))
}

fn call(model: &Model, at: usize, column: &Column, rule: &Rule) -> TokenStream {
    let call = match &rule.test {
        Test::Rule(_) => {
            let (validator, at) = (validator(rule), position(at));
            quote!(__::check(values, errors, #at, &#validator);)
        }
        Test::Custom(function) => {
            let (owner, ident, field, message) = (
                &model.ident,
                &column.handle,
                &column.field,
                optional(rule.message.as_ref()),
            );
            let name = function
                .segments
                .last()
                .map(|segment| segment.ident.to_string())
                .unwrap_or_default();
            // The same variable as below, whatever context the rule comes from.
            let value = quote!(value);
            let verdict = quote_spanned!(rule.span=> #function(&#value));
            quote! {
                if let __::Some(#value) = __::given(values, #owner::#ident) {
                    __::judge(errors, #field, #name, #message, #verdict);
                }
            }
        }
    };
    match &rule.when {
        Some(condition) => quote!(if #condition(values) { #call }),
        None => call,
    }
}
