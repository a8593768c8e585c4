//! From tokens to what was written, keeping every token and failing as little
//! as possible: a fault in one attribute does not hide the others.

pub(crate) mod options;
mod part;
pub(crate) mod ty;
pub(crate) mod value;

use proc_macro2::TokenStream;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Meta, Type, Visibility};

use self::options::Options;
use crate::diag::Diagnostics;
use crate::vocab::Place;

/// A struct with `#[derive(Model)]`, as written.
pub(crate) struct Item {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) options: Options,
    pub(crate) associations: Vec<Options>,
    pub(crate) fields: Vec<Field>,
    pub(crate) serde: Vec<Attribute>,
    /// What is said about the struct and holds for what stands beside it too.
    pub(crate) marks: Vec<Attribute>,
}

/// A field, as written.
pub(crate) struct Field {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) vis: Visibility,
    pub(crate) docs: Vec<Attribute>,
    /// What is said about the field and holds for its constant and setter too.
    pub(crate) marks: Vec<Attribute>,
    pub(crate) column: Options,
    pub(crate) rules: Vec<Options>,
}

/// The attribute names of the model derive and where each belongs.
const ATTRIBUTES: [(&str, Place, bool); 4] = [
    ("model", Place::Model, true),
    ("association", Place::Association, true),
    ("column", Place::Column, false),
    ("validate", Place::Validate, false),
];

/// Reads a model; `None` where it is no struct with named fields.
pub(crate) fn item(input: &DeriveInput, diag: &mut Diagnostics) -> Option<Item> {
    let fields = named_fields(input, "Model", diag)?;
    if !input.generics.params.is_empty() {
        let (what, help) = if input.generics.type_params().next().is_none()
            && input.generics.const_params().next().is_none()
        {
            let what = "borrows, but a model owns what it has read";
            (
                what,
                "write `String` in place of `&str`, and leave the lifetime out",
            )
        } else {
            let what = "has generic parameters, but a model is one table";
            (what, "write one struct per table")
        };
        diag.error(&input.generics, format!("`{}` {what}", input.ident), help);
        return None;
    }
    let on_struct = attributes(&input.attrs, true, diag);
    let mut item = Item {
        ident: input.ident.clone(),
        vis: input.vis.clone(),
        options: merged(Place::Model, &on_struct, &input.ident, diag),
        associations: each(Place::Association, &on_struct, diag),
        marks: marks(&input.attrs),
        fields: Vec::new(),
        serde: input
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("serde"))
            .cloned()
            .collect(),
    };
    for field in fields {
        item.fields.extend(read_field(field, diag));
    }
    Some(item)
}

fn read_field(field: &syn::Field, diag: &mut Diagnostics) -> Option<Field> {
    let ident = field.ident.clone()?;
    let on_field = attributes(&field.attrs, false, diag);
    Some(Field {
        column: merged(Place::Column, &on_field, &ident, diag),
        rules: each(Place::Validate, &on_field, diag),
        docs: field
            .attrs
            .iter()
            .filter(|attr| attr.path().is_ident("doc") && !is_mark(attr))
            .cloned()
            .collect(),
        marks: marks(&field.attrs),
        vis: field.vis.clone(),
        // What is no column was said.
        ty: match field
            .attrs
            .iter()
            .any(|attr| attr.path().is_ident("association"))
        {
            true => syn::parse_quote!(bool),
            false => field.ty.clone(),
        },
        ident,
    })
}

/// `#[doc(hidden)]`, `#[deprecated]` and `#[allow(..)]`. What a `#[cfg(..)]`
/// leaves out no derive ever sees.
fn marks(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter(|attr| is_mark(attr)).cloned().collect()
}

fn is_mark(attr: &Attribute) -> bool {
    match &attr.meta {
        Meta::List(list) => {
            attr.path().is_ident("deprecated")
                || attr.path().is_ident("allow")
                || (attr.path().is_ident("doc") && list.tokens.to_string() == "hidden")
        }
        Meta::NameValue(_) | Meta::Path(_) => attr.path().is_ident("deprecated"),
    }
}

/// The fields of a struct with named fields, or a message for everything else.
pub(crate) fn named_fields<'a>(
    input: &'a DeriveInput,
    derive: &str,
    diag: &mut Diagnostics,
) -> Option<&'a syn::punctuated::Punctuated<syn::Field, syn::Token![,]>> {
    let kind = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Some(&fields.named),
            Fields::Unnamed(_) => "a tuple struct",
            Fields::Unit => "a struct without fields",
        },
        Data::Enum(_) => "an enum",
        Data::Union(_) => "a union",
    };
    let what = format!("`{derive}` cannot be derived for {kind}");
    diag.error(
        &input.ident,
        what,
        format!(
            "write `struct {} {{ .. }}` with one named field per column",
            input.ident
        ),
    );
    None
}

/// One attribute of ours: its name, where it belongs, what is inside.
struct Written {
    name: Ident,
    place: Place,
    tokens: TokenStream,
}

/// Our attributes among all, with a message for each that is misplaced.
fn attributes(attrs: &[Attribute], on_struct: bool, diag: &mut Diagnostics) -> Vec<Written> {
    let mut ours = Vec::new();
    for attr in attrs {
        let Some(name) = attr.path().get_ident() else {
            continue;
        };
        let Some(&(_, place, on)) = ATTRIBUTES.iter().find(|(known, ..)| name == known) else {
            continue;
        };
        let right_place = if on { "the struct" } else { "a field" };
        match &attr.meta {
            _ if on != on_struct => {
                let what = format!("`#[{name}(..)]` belongs on {right_place}");
                diag.error(name, what, moved(place, right_place));
            }
            Meta::List(list) => ours.push(Written {
                name: name.clone(),
                place,
                tokens: list.tokens.clone(),
            }),
            other => diag.error(
                other,
                format!("`{name}` needs its options in parentheses"),
                format!("write `#[{name}(..)]`"),
            ),
        }
    }
    ours
}

/// Where an attribute goes that stands in the wrong place.
fn moved(place: Place, right_place: &str) -> String {
    match place {
        Place::Association => {
            "move it to the struct, with the name in `as = \"..\"`, and leave the field out"
                .to_owned()
        }
        _ => format!("move it to {right_place}"),
    }
}

/// All attributes of a place read as one: `#[column(a)] #[column(b)]` is `#[column(a, b)]`.
fn merged(place: Place, written: &[Written], owner: &Ident, diag: &mut Diagnostics) -> Options {
    let same = written.iter().filter(|attr| attr.place == place);
    let mut tokens = TokenStream::new();
    for attr in same {
        tokens.extend(attr.tokens.clone());
        tokens.extend(quote::quote!(,));
    }
    options::read(place, owner, tokens, diag)
}

fn each(place: Place, written: &[Written], diag: &mut Diagnostics) -> Vec<Options> {
    let same = written.iter().filter(|attr| attr.place == place);
    same.map(|attr| options::read(place, &attr.name, attr.tokens.clone(), diag))
        .collect()
}

/// The options of the attributes of one name, where no other attribute is ours.
pub(crate) fn single(
    attrs: &[Attribute],
    name: &str,
    place: Place,
    owner: &Ident,
    diag: &mut Diagnostics,
) -> Options {
    let mut tokens = TokenStream::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident(name)) {
        match &attr.meta {
            Meta::List(list) => {
                tokens.extend(list.tokens.clone());
                tokens.extend(quote::quote!(,));
            }
            other => {
                diag.error(
                    other,
                    format!("`{name}` needs its options in parentheses"),
                    format!("write `#[{name}(..)]`"),
                );
            }
        }
    }
    options::read(place, owner, tokens, diag)
}
