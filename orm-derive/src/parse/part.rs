//! The parts of an index and of an exclusion constraint: columns and expressions, with what
//! is said of each.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::LitStr;

use super::options::{name, split, unwrap_list};
use super::value::{Element, Part, Term};

pub(super) fn parts(tokens: TokenStream) -> Option<Vec<Part>> {
    let items = split(unwrap_list(tokens));
    let parts: Option<Vec<Part>> = items.into_iter().map(part).collect();
    parts.filter(|parts| !parts.is_empty())
}

/// The parts of an exclusion constraint: `column with =`.
pub(super) fn elements(tokens: TokenStream) -> Option<Vec<Element>> {
    let items = split(unwrap_list(tokens));
    let elements: Option<Vec<Element>> = items.into_iter().map(element).collect();
    elements.filter(|elements| !elements.is_empty())
}

fn element(item: Vec<TokenTree>) -> Option<Element> {
    let tokens = item.iter().cloned().collect();
    // A column may have that name.
    let mut behind = item.iter().skip(1);
    let with = behind.position(|token| is_word(token, "with"));
    let with = with.map_or(item.len(), |at| at + 1);
    let operator: TokenStream = item.iter().skip(with + 1).cloned().collect();
    let mut item = item;
    item.truncate(with);
    Some(Element {
        part: part(item)?,
        operator: (!operator.is_empty()).then_some(operator),
        tokens,
    })
}

/// `column`, `column desc nulls last`, `expression("lower(name)") ops("class") desc`
fn part(item: Vec<TokenTree>) -> Option<Part> {
    let mut tokens = item.into_iter().peekable();
    let first = tokens.next()?;
    let term = match tokens.next_if(is_in_parentheses) {
        Some(text) if is_word(&first, "expression") => Term::Expression(in_parentheses(text)?),
        Some(_) => return None,
        None => Term::Column(name(first.into())?),
    };
    let class = tokens.next_if(|token| is_word(token, "ops"));
    let operator_class = match class {
        Some(_) => Some(in_parentheses(tokens.next()?)?),
        None => None,
    };
    let words: Vec<String> = tokens
        .map(|token| token.to_string().to_lowercase())
        .collect();
    let mut words = words.iter().map(String::as_str).peekable();
    let descending = words.next_if(|word| matches!(*word, "asc" | "desc")) == Some("desc");
    let nulls_first = match (words.next(), words.next(), words.next()) {
        (None, ..) => None,
        (Some("nulls"), Some("first"), None) => Some(true),
        (Some("nulls"), Some("last"), None) => Some(false),
        _ => return None,
    };
    Some(Part {
        term,
        operator_class,
        descending,
        nulls_first,
    })
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_in_parentheses(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis)
}

/// The text of `("text")`.
fn in_parentheses(token: TokenTree) -> Option<LitStr> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            syn::parse2(group.stream()).ok()
        }
        _ => None,
    }
}
