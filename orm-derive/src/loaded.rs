//! `loaded!`: the type of a row with some of its associations loaded.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Path, Token, braced, parenthesized, parse_quote};

use crate::diag::{Diagnostics, suggest};

/// `User { orders: Order { line_items }, profile }`
pub(crate) struct Loaded {
    root: Path,
    model: Path,
    loads: Loads,
}

/// What is loaded beside one row.
type Loads = Punctuated<Load, Token![,]>;

/// One association: `orders: Order { line_items }`
struct Load {
    alias: Ident,
    /// The word behind the dot in `roles.with_join_row`.
    with: Option<Ident>,
    /// Whether a condition may leave the row out: `customer?`
    filtered: bool,
    /// The model on the other side, where it is named.
    model: Option<Path>,
    loads: Loads,
    /// Those of several models that have something loaded: `subject(Post { author })`
    owners: Option<Punctuated<Owner, Token![,]>>,
}

/// One of several models: `Post { author }`
struct Owner {
    model: Path,
    loads: Loads,
}

impl Parse for Owner {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Owner {
            model: input.call(Path::parse_mod_style)?,
            loads: maybe_loads(input)?,
        })
    }
}

/// What stands in braces, if anything does.
fn maybe_loads(input: ParseStream<'_>) -> syn::Result<Loads> {
    if input.peek(syn::token::Brace) {
        loads(input)
    } else {
        Ok(Loads::new())
    }
}

impl Load {
    /// The words that can be wrong, so that what is wrong is said once.
    fn span(&self) -> Span {
        let model = self.model.as_ref().map(Spanned::span);
        let with = self.with.as_ref().map(Ident::span);
        with.or(model).unwrap_or_else(|| self.alias.span())
    }
}

/// What may stand behind a dot.
const WITH_JOIN_ROW: &str = "with_join_row";

impl Parse for Loaded {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut root = parse_quote!(::orm);
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            root = input.call(Path::parse_mod_style)?;
            input.parse::<Token![,]>()?;
        }
        Ok(Loaded {
            root,
            model: input.call(Path::parse_mod_style)?,
            loads: loads(input)?,
        })
    }
}

fn loads(input: ParseStream<'_>) -> syn::Result<Loads> {
    let inside;
    braced!(inside in input);
    Loads::parse_terminated(&inside)
}

impl Parse for Load {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let alias = input.call(Ident::parse_any)?;
        let dot: Option<Token![.]> = input.parse()?;
        let with = dot.map(|_| input.parse()).transpose()?;
        let filtered = input.parse::<Option<Token![?]>>()?.is_some();
        let colon: Option<Token![:]> = input.parse()?;
        let model = colon
            .map(|_| input.call(Path::parse_mod_style))
            .transpose()?;
        let mut owners = None;
        if model.is_none() && input.peek(syn::token::Paren) {
            let inside;
            parenthesized!(inside in input);
            owners = Some(Punctuated::parse_terminated(&inside)?);
        }
        Ok(Load {
            alias,
            with,
            filtered,
            model,
            loads: maybe_loads(input)?,
            owners,
        })
    }
}

/// The type that was described.
pub(crate) fn expand(loaded: &Loaded, diag: &mut Diagnostics) -> TokenStream {
    judge(&loaded.loads, diag);
    let (root, model) = (&loaded.root, &loaded.model);
    let (orm, model) = (quote!(#root::__), quote!(#model));
    row(&orm, model.clone(), &model, &loaded.loads)
}

/// Each association is loaded once, and nothing unknown is asked of it.
fn judge(loads: &Loads, diag: &mut Diagnostics) {
    let mut names: Vec<String> = Vec::new();
    for load in loads {
        let name = load.alias.unraw().to_string();
        if names.contains(&name) {
            diag.error(
                &load.alias,
                format!("`{name}` is loaded twice"),
                "an association is loaded once; put what is loaded beside its rows in one pair of braces",
            );
        }
        names.push(name);
        if let Some(word) = load.with.as_ref().filter(|word| *word != WITH_JOIN_ROW) {
            diag.error(
                word,
                format!("unknown option `{word}`"),
                suggest::help(&word.to_string(), &[WITH_JOIN_ROW]),
            );
        }
        judge(&load.loads, diag);
        for owner in load.owners.iter().flatten() {
            judge(&owner.loads, diag);
        }
    }
}

/// The bare row with each association of the model filled in.
// User { orders, profile }  becomes
//     <<User as Fill<Orders, Vec<Order>>>::Output as Fill<Profile, Option<Profile>>>::Output
fn row(orm: &TokenStream, bare: TokenStream, model: &TokenStream, loads: &Loads) -> TokenStream {
    loads.iter().fold(bare, |row, load| {
        let marker = marker(orm, model, load);
        let slot = slot(orm, &marker, load);
        quote_spanned!(load.span()=> <#row as #orm::Fill<#marker, #slot>>::Output)
    })
}

/// The association's marker. The handle is named, so that the compiler knows
/// the near names; its number among the model's associations finds the marker,
/// which need not be in scope.
fn marker(orm: &TokenStream, model: &TokenStream, load: &Load) -> TokenStream {
    let alias = &load.alias;
    quote_spanned! {alias.span()=>
        <#model as #orm::Nth<{ #orm::nth(<#model>::#alias) }>>::Association
    }
}

/// What the association's slot holds.
fn slot(orm: &TokenStream, marker: &TokenStream, load: &Load) -> TokenStream {
    if let Some(owners) = &load.owners {
        return one_of(orm, marker, load, owners);
    }
    if load.loads.is_empty() && load.model.is_none() && load.with.is_none() && !load.filtered {
        let (kind, row) = (
            quote!(<#marker as #orm::Loadable>::Kind),
            quote!(<#marker as #orm::Loadable>::Row),
        );
        return quote_spanned!(load.span()=> <#kind as #orm::Cardinality>::Loaded<#row>);
    }
    let target = quote!(<#marker as #orm::Associate>::Target);
    // A name that is wrong is reported once, where nothing else is asked of it.
    let bare = load.model.as_ref().map_or_else(
        || target.clone(),
        |model| quote_spanned!(model.span()=> <#model as #orm::Leads<#target>>::There),
    );
    let mut row = row(orm, bare, &target, &load.loads);
    if let Some(with) = &load.with {
        row = quote_spanned! {with.span()=>
            #orm::Joined<#row, <<#marker as #orm::Associate>::Join as #orm::JoinRow>::Model>
        };
    }
    let mut kind = quote!(<#marker as #orm::Associate>::Kind);
    if load.filtered {
        kind = quote!(<#kind as #orm::Cardinality>::Filtered);
    }
    quote_spanned!(load.span()=> <#kind as #orm::Cardinality>::Loaded<#row>)
}

/// A row of one of several models, some of which are loaded with more.
// subject(Post { author })  becomes
//     Option<<Post as LoadedOn<Commentable, CommentableWith, loaded!(Post { author })>>::Output>
fn one_of(
    orm: &TokenStream,
    marker: &TokenStream,
    load: &Load,
    owners: &Punctuated<Owner, Token![,]>,
) -> TokenStream {
    let all = quote_spanned!(load.alias.span()=> <#marker as #orm::AssociateOneOf>::Targets);
    let with = quote!(<#all as #orm::Polymorphic>::With);
    let row = owners.iter().fold(with, |rows, owner| {
        let model = owner.model.to_token_stream();
        let row = row(orm, model.clone(), &model, &owner.loads);
        quote_spanned!(owner.model.span()=> <#model as #orm::LoadedOn<#all, #rows, #row>>::Output)
    });
    quote!(#orm::Option<#row>)
}
