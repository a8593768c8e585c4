//! Reads the inside of an attribute by the vocabulary: a list of keys with values.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::Parser;
use syn::{Ident, LitBool, LitInt, LitStr, Path};

use super::part::{elements, parts};
use super::value::{Assignment, Name, Value, Whole};
use crate::diag::{Diagnostics, suggest};
use crate::elsewhere;
use crate::vocab::{self, Key, Place, Shape};

/// A key as it was written, with its value.
#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) key: Ident,
    pub(crate) name: &'static str,
    pub(crate) value: Value,
}

/// The keys of one attribute, or of one pair of parentheses inside it.
#[derive(Clone)]
pub(crate) struct Options {
    /// The word the options belong to, for pointing at what is missing.
    pub(crate) owner: Ident,
    pub(crate) entries: Vec<Entry>,
    /// The keys whose values could not be read, which was reported.
    unread: Vec<&'static str>,
}

impl Options {
    pub(crate) fn empty(owner: Ident) -> Self {
        Options {
            owner,
            entries: Vec::new(),
            unread: Vec::new(),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name == name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether a key was written whose value could not be read. It was reported.
    pub(crate) fn is_unread(&self, name: &str) -> bool {
        self.unread.contains(&name)
    }

    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Entry> {
        self.entries.iter().filter(move |entry| entry.name == name)
    }

    pub(crate) fn text(&self, name: &str) -> Option<&LitStr> {
        self.get(name)?.value.as_text()
    }

    pub(crate) fn name(&self, name: &str) -> Option<&Name> {
        self.names(name)?.first()
    }

    pub(crate) fn names(&self, name: &str) -> Option<&[Name]> {
        self.get(name)?.value.as_names()
    }

    pub(crate) fn path(&self, name: &str) -> Option<&Path> {
        self.get(name)?.value.as_path()
    }

    /// `false` only where `key = false` was written.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        !matches!(
            self.get(name).map(|entry| &entry.value),
            Some(Value::Bool(LitBool { value: false, .. }))
        )
    }
}

/// Reads the keys of a place. What cannot be read is reported and left out.
pub(crate) fn read(
    place: Place,
    owner: &Ident,
    tokens: TokenStream,
    diag: &mut Diagnostics,
) -> Options {
    let mut options = Options::empty(owner.clone());
    for item in split(tokens) {
        let key = match item.first() {
            Some(TokenTree::Ident(word)) => vocab::find(place, &word.unraw().to_string()),
            _ => None,
        };
        let Some(entry) = entry(place, item, diag) else {
            options.unread.extend(key.map(|key| key.name));
            continue;
        };
        match options.get(entry.name) {
            Some(first) if !vocab::find(place, entry.name).is_some_and(|key| key.many) => {
                let what = format!("`{}` is given twice", first.name);
                diag.error(&entry.key, what, "keep one of the two");
            }
            _ => options.entries.push(entry),
        }
    }
    options
}

/// The parts between the commas; a comma at the end is allowed.
pub(super) fn split(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut items = vec![Vec::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => items.push(Vec::new()),
            _ => items
                .last_mut()
                .into_iter()
                .for_each(|item| item.push(token.clone())),
        }
    }
    items.retain(|item| !item.is_empty());
    items
}

fn entry(place: Place, item: Vec<TokenTree>, diag: &mut Diagnostics) -> Option<Entry> {
    let all: TokenStream = item.iter().cloned().collect();
    let mut tokens = item.into_iter();
    let Some(TokenTree::Ident(word)) = tokens.next() else {
        let choices = vocab::names(place);
        diag.error(
            &all,
            format!("expected a name {}", place.describe()),
            one_of(place, &choices),
        );
        return None;
    };
    let key = known(place, &word, diag)?;
    let rest: Vec<TokenTree> = tokens.collect();
    let value = match rest.as_slice() {
        [] => flag(&key),
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => {
            listed(&key, &word, group, diag)
        }
        [TokenTree::Punct(equals), value @ ..] if equals.as_char() == '=' && !value.is_empty() => {
            assigned(&key, &value.iter().cloned().collect())
        }
        _ => None,
    };
    if value.is_none() {
        let what = match rest.as_slice() {
            [] => format!("`{word}` needs a value"),
            _ if key.shapes == [Shape::Flag] => format!("`{word}` takes no value"),
            _ => format!("`{word}` cannot have this value"),
        };
        diag.error(&all, what, format!("write `{}`", key.example));
    }
    Some(Entry {
        key: word,
        name: key.name,
        // That it is there was understood.
        value: value.or_else(|| flag(&key))?,
    })
}

/// The key, or a message that says which one may have been meant.
fn known(place: Place, word: &Ident, diag: &mut Diagnostics) -> Option<Key> {
    let written = word.unraw().to_string();
    let found = vocab::find(place, &written);
    if found.is_none() {
        let choices = vocab::names(place);
        let elsewhere = place
            .neighbours()
            .iter()
            .find(|other| vocab::find(**other, &written).is_some());
        match (suggest::nearest(&written, &choices), elsewhere) {
            (None, Some(other)) => diag.error(
                word,
                format!("`{written}` does not belong {}", place.describe()),
                format!("it belongs {}", other.describe()),
            ),
            (near, _) => diag.error(
                word,
                format!("unknown {} `{written}`", place.noun()),
                match (near, elsewhere::said(place, &written)) {
                    (_, Some(here)) => here.to_owned(),
                    (Some(near), None) => format!("did you mean `{near}`?"),
                    (None, None) => one_of(place, &choices),
                },
            ),
        }
    }
    found
}

/// A longer list is read by nobody; the documentation has it.
fn one_of(place: Place, choices: &[&str]) -> String {
    match choices.get(..10) {
        Some(ten) if choices.len() > 10 => format!(
            "expected one of {}, .. of the list in the documentation of `{}`",
            suggest::quoted(ten),
            place.documented_at(),
        ),
        _ => suggest::help("", choices),
    }
}

fn flag(key: &Key) -> Option<Value> {
    key.shapes.contains(&Shape::Flag).then_some(Value::Flag)
}

/// The value behind `=`, if it has one of the key's shapes.
fn assigned(key: &Key, tokens: &TokenStream) -> Option<Value> {
    key.shapes.iter().find_map(|shape| match shape {
        Shape::Text => syn::parse2(tokens.clone()).ok().map(Value::Text),
        Shape::Name => name(tokens.clone()).map(|name| Value::Names(vec![name])),
        Shape::Names => names(tokens.clone()).map(Value::Names),
        Shape::Parts => parts(tokens.clone()).map(Value::Parts),
        Shape::Elements => elements(tokens.clone()).map(Value::Elements),
        Shape::Path => Path::parse_mod_style
            .parse2(tokens.clone())
            .ok()
            .map(Value::Path),
        Shape::Bool => syn::parse2(tokens.clone()).ok().map(Value::Bool),
        Shape::Whole => whole(tokens).map(Value::Whole),
        Shape::Value => is_expression(tokens).then(|| Value::Tokens(tokens.clone())),
        _ => None,
    })
}

/// `100` or `-1`.
fn whole(tokens: &TokenStream) -> Option<Whole> {
    let mut digits = tokens.clone().into_iter().peekable();
    let sign = digits.next_if(|it| matches!(it, TokenTree::Punct(it) if it.as_char() == '-'));
    let number: LitInt = syn::parse2(digits.collect()).ok()?;
    let sign = if sign.is_some() { "-" } else { "" };
    let value = format!("{sign}{}", number.base10_digits()).parse().ok()?;
    let tokens = tokens.clone();
    number
        .suffix()
        .is_empty()
        .then_some(Whole { value, tokens })
}

/// The value in parentheses, if it has one of the key's shapes.
fn listed(key: &Key, word: &Ident, group: &Group, diag: &mut Diagnostics) -> Option<Value> {
    key.shapes.iter().find_map(|shape| match shape {
        Shape::Numbers(count) => numbers(group.stream())
            .filter(|all| all.len() == *count)
            .map(Value::Numbers),
        Shape::Options(place) => Some(Value::Options(read(*place, word, group.stream(), diag))),
        Shape::Arguments(place) => arguments(*place, word, group, diag),
        Shape::Assignments => assignments(group.stream()).map(Value::Assignments),
        _ => None,
    })
}

pub(super) fn name(tokens: TokenStream) -> Option<Name> {
    let mut tokens = tokens.into_iter();
    let first = ungroup(tokens.next()?);
    match (tokens.next(), &first) {
        (Some(_), _) => None,
        (None, TokenTree::Ident(ident)) => Some(Name {
            text: ident.unraw().to_string(),
            token: first,
        }),
        (None, TokenTree::Literal(_)) => {
            let literal: LitStr = syn::parse2(first.to_token_stream()).ok()?;
            Some(Name {
                text: literal.value(),
                token: first,
            })
        }
        _ => None,
    }
}

/// A `macro_rules` fragment arrives in an invisible group; this is what is in it.
fn ungroup(token: TokenTree) -> TokenTree {
    if let TokenTree::Group(group) = &token
        && group.delimiter() == Delimiter::None
        && let Some(inner) = group.stream().into_iter().next()
    {
        return inner;
    }
    token
}

/// The tokens inside the parentheses, or the tokens themselves where there are none.
pub(super) fn unwrap_list(tokens: TokenStream) -> TokenStream {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    match all.as_slice() {
        [TokenTree::Group(group)] if group.delimiter() == Delimiter::Parenthesis => group.stream(),
        _ => tokens,
    }
}

fn names(tokens: TokenStream) -> Option<Vec<Name>> {
    let items = split(unwrap_list(tokens));
    let names: Option<Vec<Name>> = items
        .into_iter()
        .map(|item| name(item.into_iter().collect()))
        .collect();
    names.filter(|names| !names.is_empty())
}

fn numbers(tokens: TokenStream) -> Option<Vec<LitInt>> {
    split(tokens)
        .into_iter()
        .map(|item| syn::parse2(item.into_iter().collect()).ok())
        .collect()
}

fn assignments(tokens: TokenStream) -> Option<Vec<Assignment>> {
    let read = |item: Vec<TokenTree>| match item.as_slice() {
        [TokenTree::Ident(name), TokenTree::Punct(equals), value @ ..]
            if equals.as_char() == '=' && !value.is_empty() =>
        {
            let value = value.iter().cloned().collect();
            is_expression(&value).then(|| Assignment {
                name: name.clone(),
                value,
            })
        }
        _ => None,
    };
    let all: Option<Vec<Assignment>> = split(tokens).into_iter().map(read).collect();
    all.filter(|all| !all.is_empty())
}

/// `(value, .., option = ..)`: whatever does not look like an option is a value.
fn arguments(place: Place, word: &Ident, group: &Group, diag: &mut Diagnostics) -> Option<Value> {
    let is_option = |item: &[TokenTree]| match item {
        [TokenTree::Ident(_), TokenTree::Punct(equals), ..] => equals.as_char() == '=',
        [TokenTree::Ident(word)] => vocab::find(place, &word.to_string()).is_some(),
        _ => false,
    };
    let (options, values): (Vec<_>, Vec<_>) = split(group.stream())
        .into_iter()
        .partition(|item| is_option(item));
    let comma = || TokenTree::from(proc_macro2::Punct::new(',', proc_macro2::Spacing::Alone));
    let options = options
        .into_iter()
        .flat_map(|item| item.into_iter().chain([comma()]))
        .collect();
    let values: Vec<TokenStream> = values
        .into_iter()
        .map(|item| item.into_iter().collect())
        .collect();
    let options = read(place, word, options, diag);
    let readable = values.iter().all(is_expression);
    readable.then_some(Value::Arguments { values, options })
}

/// Whether a value can stand in generated code: with two of them and no comma in
/// between, rustc could not read the rest of it.
fn is_expression(tokens: &TokenStream) -> bool {
    match syn::parse2::<syn::Expr>(tokens.clone()) {
        Ok(_) => true,
        // Arrays, closures and `if` are beyond the part of syn that we build.
        Err(error) => {
            let reason = error.to_string();
            reason.starts_with("unsupported expression") || reason.contains("found keyword")
        }
    }
}

/// An identifier of the user's text, where the text is one: `type` becomes `r#type`.
pub(crate) fn ident(text: &str, span: Span) -> Option<Ident> {
    if let Ok(mut ident) = syn::parse_str::<Ident>(text) {
        ident.set_span(span);
        return Some(ident);
    }
    // Only a keyword fails here: everything else is no identifier with `r#` either.
    let mut raw = syn::parse_str::<Ident>(&format!("r#{text}")).ok()?;
    raw.set_span(span);
    Some(raw)
}
