//! The validators of a field: from what was written to the runtime's `Rule`.

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::parse::Parser;
use syn::{Lit, LitInt, LitStr, Path};

use crate::diag::{Diagnostics, suggest};
use crate::model::{Rule, Test, name};
use crate::parse::Field;
use crate::parse::options::{Entry, Options};
use crate::parse::value::Value;
use crate::vocab::{self, Place};

/// The algorithms of `hash(..)`.
const HASHES: [&str; 7] = [
    "crc32", "md5", "sha1", "sha224", "sha256", "sha384", "sha512",
];

/// The validators of a field, in the order in which they were written.
pub(super) fn all(field: &Field, diag: &mut Diagnostics) -> Vec<Rule> {
    let mut rules = Vec::new();
    for attribute in &field.rules {
        for entry in &attribute.entries {
            if entry.name != "when" {
                rules.extend(rule(entry, attribute.path("when"), field, diag));
            }
        }
    }
    rules
}

fn rule(entry: &Entry, when: Option<&Path>, field: &Field, diag: &mut Diagnostics) -> Option<Rule> {
    let written = Written::new(entry);
    let Some(test) = written.test() else {
        let example = vocab::find(Place::Validate, entry.name).map_or("", |key| key.example);
        let what = format!("`{}` cannot have these values", entry.name);
        diag.error(
            &entry.key,
            what,
            written
                .hint()
                .unwrap_or_else(|| format!("write `{example}`")),
        );
        return None;
    };
    longer_than_column(&written, field, diag);
    Some(Rule {
        name: entry.name.to_owned(),
        test,
        message: written.options.text("message").map(LitStr::value),
        when: when.cloned(),
        span: entry.key.span(),
    })
}

/// A rule's name, values and options.
struct Written<'a> {
    name: &'a str,
    values: &'a [TokenStream],
    options: Options,
    custom: Option<&'a Path>,
}

impl<'a> Written<'a> {
    fn new(entry: &'a Entry) -> Self {
        let (values, options) = match &entry.value {
            Value::Arguments { values, options } => (values.as_slice(), options.clone()),
            _ => (&[][..], Options::empty(entry.key.clone())),
        };
        Written {
            name: entry.name,
            values,
            options,
            custom: entry.value.as_path(),
        }
    }

    fn test(&self) -> Option<Test> {
        match self.name {
            "custom" => self.custom().map(Test::Custom),
            _ => self.rule().map(Test::Rule),
        }
    }

    /// The expression of the rule, where the values are the ones it takes.
    fn rule(&self) -> Option<TokenStream> {
        let variant = format_ident!("{}", name::upper_camel(self.name));
        let takes_limits = matches!(self.name, "len" | "byte_length");
        if !takes_limits && (self.options.has("min") || self.options.has("max")) {
            return None;
        }
        let rule = match self.name {
            "not_empty" => self.bare(quote!(NotEmpty))?,
            "len" => self.limits()?,
            "byte_length" => {
                let (min, max) = self.range()?;
                quote!(ByteLength { min: #min, max: #max })
            }
            "min_length" | "max_length" => {
                let length = self.one(length)?;
                quote!(#variant(#length))
            }
            "min" | "max" => {
                let bound = self.one(bound)?;
                quote!(#variant(__::Bound::#bound))
            }
            "divisible_by" => {
                let divisor = self.one(integer)?;
                quote!(DivisibleBy(#divisor))
            }
            "equals" => {
                let literal = self.one(constant)?;
                quote!(Equals(__::Literal::#literal))
            }
            "one_of" | "not_one_of" => {
                let literals: Option<Vec<TokenStream>> = self.values.iter().map(constant).collect();
                let literals = literals.filter(|literals| !literals.is_empty())?;
                quote!(#variant(&[#(__::Literal::#literals),*]))
            }
            "contains" | "not_contains" | "is" | "not" | "after" | "before" | "postal_code" => {
                let text = self.one(text)?;
                quote!(#variant(#text))
            }
            "regex" => {
                let text = self.one(text)?;
                quote!(Is(#text))
            }
            "url" => self.url()?,
            "uuid" => self.uuid()?,
            "hash" => {
                let kind = self.hash()?;
                quote!(Hash(__::HashKind::#kind))
            }
            _ => self.bare(quote!(Format(__::Format::#variant)))?,
        };
        Some(quote!(__::Rule::#rule))
    }

    /// The rule, where it was given no value.
    fn bare(&self, rule: TokenStream) -> Option<TokenStream> {
        self.values.is_empty().then_some(rule)
    }

    fn one<T>(&self, read: impl Fn(&TokenStream) -> Option<T>) -> Option<T> {
        match self.values {
            [value] => read(value),
            _ => None,
        }
    }

    /// `len(2, 200)`, `len(min = 2)`, `len(max = 200)` or both by name.
    fn limits(&self) -> Option<TokenStream> {
        if let Some((min, max)) = self.range() {
            return Some(quote!(Len { min: #min, max: #max }));
        }
        match (self.limit("min"), self.limit("max")) {
            (Some(min), None) if self.values.is_empty() && !self.options.has("max") => {
                Some(quote!(MinLength(#min)))
            }
            (None, Some(max)) if self.values.is_empty() && !self.options.has("min") => {
                Some(quote!(MaxLength(#max)))
            }
            _ => None,
        }
    }

    fn range(&self) -> Option<(Literal, Literal)> {
        match self.values {
            [min, max]
                if self
                    .options
                    .get("min")
                    .or(self.options.get("max"))
                    .is_none() =>
            {
                Some((length(min)?, length(max)?))
            }
            [] => Some((self.limit("min")?, self.limit("max")?)),
            _ => None,
        }
    }

    fn limit(&self, name: &str) -> Option<Literal> {
        match &self.options.get(name)?.value {
            Value::Tokens(tokens) => length(tokens),
            _ => None,
        }
    }

    /// The greatest number of characters that the rule lets through.
    fn most(&self) -> Option<u64> {
        let most = match (self.name, self.values) {
            ("len", [_, max]) | ("max_length", [max]) => length(max)?,
            ("len", []) => self.limit("max")?,
            _ => return None,
        };
        most.to_string().parse().ok()
    }

    fn url(&self) -> Option<TokenStream> {
        let flags = ["require_scheme", "allow_local"]
            .into_iter()
            .filter(|flag| self.options.has(flag));
        let flags: Vec<_> = flags.map(|flag| format_ident!("{flag}")).collect();
        let schemes = self.options.names("schemes").map(|names| {
            let names = names.iter().map(|name| &name.text);
            quote!(schemes: &[#(#names),*],)
        });
        self.bare(
            quote!(Url(__::UrlOptions { #(#flags: true,)* #schemes ..__::UrlOptions::DEFAULT })),
        )
    }

    fn uuid(&self) -> Option<TokenStream> {
        if self.values.is_empty() {
            return Some(quote!(Uuid(__::None)));
        }
        let version: LitInt = self.one(|value| syn::parse2(value.clone()).ok())?;
        let version = Literal::u8_suffixed(version.base10_parse().ok()?);
        Some(quote!(Uuid(__::Some(#version))))
    }

    fn hash(&self) -> Option<proc_macro2::Ident> {
        let written = self.one(|value| Some(value.to_string().trim_matches('"').to_lowercase()))?;
        let known = HASHES.iter().find(|known| **known == written)?;
        Some(format_ident!("{}", name::upper_camel(known)))
    }

    fn custom(&self) -> Option<Path> {
        match self.custom {
            Some(path) => Some(path.clone()),
            None => self.one(|value| Path::parse_mod_style.parse2(value.clone()).ok()),
        }
    }

    /// More than the example, where the choices are few.
    fn hint(&self) -> Option<String> {
        (self.name == "hash")
            .then(|| format!("write `hash(..)` with one of {}", suggest::list(&HASHES)))
    }
}

/// A text longer than its column would pass the rule and fail in the database.
fn longer_than_column(written: &Written<'_>, field: &Field, diag: &mut Diagnostics) {
    let declared = field
        .column
        .get("varchar")
        .or_else(|| field.column.get("char"));
    let Some(Entry {
        value: Value::Numbers(numbers),
        name: column,
        ..
    }) = declared
    else {
        return;
    };
    let (Some(most), Ok(holds)) = (written.most(), numbers[0].base10_parse::<u64>()) else {
        return;
    };
    if most > holds {
        diag.error(
            &written.options.owner,
            format!(
                "`{}` lets {most} characters through, but the column is `{column}({holds})`",
                written.name
            ),
            format!("write at most {holds} here, or a longer column"),
        );
    }
}

fn length(value: &TokenStream) -> Option<Literal> {
    let number: LitInt = syn::parse2(value.clone()).ok()?;
    Some(Literal::usize_unsuffixed(number.base10_parse().ok()?))
}

fn text(value: &TokenStream) -> Option<LitStr> {
    syn::parse2(value.clone()).ok()
}

fn integer(value: &TokenStream) -> Option<TokenStream> {
    signed(value)
        .filter(|(_, literal)| matches!(literal, Lit::Int(_)))
        .map(|_| value.clone())
}

/// `Int(0)`, `Float(-0.5)` or `Decimal("19.99")`
fn bound(value: &TokenStream) -> Option<TokenStream> {
    match signed(value)? {
        (_, Lit::Int(_)) => Some(quote!(Int(#value))),
        (_, Lit::Float(_)) => Some(quote!(Float(#value))),
        (false, Lit::Str(text)) => Some(quote!(Decimal(#text))),
        _ => None,
    }
}

/// `Text("small")`, `Int(-1)` or `Bool(true)`
fn constant(value: &TokenStream) -> Option<TokenStream> {
    match signed(value)? {
        (_, Lit::Int(_)) => Some(quote!(Int(#value))),
        (false, Lit::Str(text)) => Some(quote!(Text(#text))),
        (false, Lit::Bool(literal)) => Some(quote!(Bool(#literal))),
        _ => None,
    }
}

/// A literal, with or without a minus before it.
fn signed(value: &TokenStream) -> Option<(bool, Lit)> {
    let text = value.to_token_stream();
    if let Ok(literal) = syn::parse2::<Lit>(text.clone()) {
        return Some((false, literal));
    }
    let mut tokens = text.into_iter();
    match tokens.next()? {
        proc_macro2::TokenTree::Punct(minus) if minus.as_char() == '-' => {}
        _ => return None,
    }
    syn::parse2::<Lit>(tokens.collect())
        .ok()
        .map(|literal| (true, literal))
}
