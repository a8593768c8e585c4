//! `#[derive(JsonFields)]`: the fields of a document.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt;
use syn::meta::ParseNestedMeta;
use syn::{Attribute, Data, DeriveInput, Field, Fields, Ident, LitStr, Path, Token, parse_quote};

use crate::check::{passed_over, serde_case};
use crate::diag::Diagnostics;
use crate::model::name::Case;
use crate::parse::single;
use crate::vocab::Place;

/// Parse, check and emit in one file: there is little of each.
pub(crate) fn expand(input: &DeriveInput, diag: &mut Diagnostics) -> TokenStream {
    let options = single(
        &input.attrs,
        "json_fields",
        Place::JsonFields,
        &input.ident,
        diag,
    );
    let root = options.path("crate").cloned();
    let root: Path = root.unwrap_or_else(|| parse_quote!(::orm));
    if !input.generics.params.is_empty() {
        diag.error(
            &input.generics,
            "a document whose fields are named has no parameters",
            "write one struct per document",
        );
        return TokenStream::new();
    }
    let ident = &input.ident;
    let (column, fields) = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => {
                let serde = input.attrs.iter().filter(|it| it.path().is_ident("serde"));
                let case = serde_case(&serde.cloned().collect::<Vec<_>>());
                let fields = fields.named.iter();
                let fields = fields.filter_map(|field| handle(ident, field, case, diag));
                (document(ident), fields.collect())
            }
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                let inner = &fields.unnamed[0].ty;
                (quote!(<#inner as __::JsonValue>::Column), Vec::new())
            }
            Fields::Unnamed(_) | Fields::Unit => (document(ident), Vec::new()),
        },
        Data::Enum(_) | Data::Union(_) => (document(ident), Vec::new()),
    };
    emit(ident, &root, &column, &fields)
}

fn document(ident: &Ident) -> TokenStream {
    quote_spanned!(ident.span()=> __::Json<#ident>)
}

/// `pub const theme: JsonField<Settings, String> = JsonField::new("theme");`
fn handle(
    owner: &Ident,
    field: &Field,
    case: Option<Case>,
    diag: &mut Diagnostics,
) -> Option<TokenStream> {
    let (name, vis) = (field.ident.as_ref()?, &field.vis);
    let written = Written::read(&field.attrs, diag);
    if written.is_skipped {
        return None;
    }
    let plain = name.unraw().to_string();
    let key = written.key.map_or_else(
        || case.map_or_else(|| plain.clone(), |case| case.apply_to_field(&plain)),
        |key| key.value(),
    );
    let ty = &field.ty;
    let ty = match written.by_function {
        true => quote!(__::JsonDocument),
        false => quote!(#ty),
    };
    let doc = format!(" The field `{key}` of the document.");
    let handle = quote_spanned!(name.span()=> #name);
    Some(quote! {
        #[doc = #doc]
        #vis const #handle: __::JsonField<#owner, #ty> = __::JsonField::new(#key);
    })
}

/// What `serde` is told about a field.
#[derive(Default)]
struct Written {
    key: Option<LitStr>,
    is_skipped: bool,
    /// Its form is not that of its type.
    by_function: bool,
}

impl Written {
    fn read(attrs: &[Attribute], diag: &mut Diagnostics) -> Self {
        let mut written = Written::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("serde")) {
            // What it cannot read, `serde` complains about.
            let _ = attr.parse_nested_meta(|meta| {
                written.option(&meta, diag)?;
                passed_over(&meta)
            });
        }
        written
    }

    fn option(&mut self, meta: &ParseNestedMeta<'_>, diag: &mut Diagnostics) -> syn::Result<()> {
        let is = |name| meta.path.is_ident(name);
        if is("skip") || is("skip_serializing") {
            self.is_skipped = true;
        } else if is("with") || is("serialize_with") {
            self.by_function = true;
        } else if is("flatten") {
            diag.error(
                &meta.path,
                "the fields of a flattened field are beside it, so it has no key to ask for",
                "leave `flatten` out, or derive `JsonFields` for its struct alone",
            );
        } else if is("rename") {
            if meta.input.peek(Token![=]) {
                self.key = Some(meta.value()?.parse()?);
            } else {
                meta.parse_nested_meta(|side| {
                    let key: LitStr = side.value()?.parse()?;
                    if side.path.is_ident("serialize") {
                        self.key = Some(key);
                    }
                    Ok(())
                })?;
            }
        }
        Ok(())
    }
}

fn emit(ident: &Ident, root: &Path, column: &TokenStream, fields: &[TokenStream]) -> TokenStream {
    let constants = (!fields.is_empty()).then(|| {
        quote! {
            #[allow(dead_code, non_upper_case_globals)]
            impl #ident {
                #(#fields)*
            }
        }
    });
    quote! {
        const _: () = {
            use #root::__ as __;
            #[automatically_derived]
            #[diagnostic::do_not_recommend]
            impl __::JsonValue for #ident {
                type Column = #column;
            }
            #constants
        };
    }
}
