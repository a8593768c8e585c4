//! `#[derive(DbType)]`: a struct around one value, stored as that value.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Data, DeriveInput, Field, Member, parse_quote};

use crate::diag::Diagnostics;
use crate::parse::{single, ty};
use crate::vocab::Place;

/// Parse, check and emit in one file: there is little of each.
pub(crate) fn expand(input: &DeriveInput, diag: &mut Diagnostics) -> TokenStream {
    let options = single(&input.attrs, "db_type", Place::DbType, &input.ident, diag);
    let root = options
        .path("crate")
        .cloned()
        .unwrap_or_else(|| parse_quote!(::orm));
    if !input.generics.params.is_empty() {
        diag.error(
            &input.generics,
            "a column type has no parameters",
            "write one struct per type",
        );
        return TokenStream::new();
    }
    match only_field(input, diag) {
        Some((member, field)) => emit(input, &root, &member, field),
        None => TokenStream::new(),
    }
}

fn only_field<'a>(input: &'a DeriveInput, diag: &mut Diagnostics) -> Option<(Member, &'a Field)> {
    let Data::Struct(data) = &input.data else {
        diag.error(
            &input.ident,
            "`DbType` is for a struct around one value",
            "derive `DbEnum` for an enum of names",
        );
        return None;
    };
    let mut fields = data.fields.iter();
    let (Some(field), None) = (fields.next(), fields.next()) else {
        let what = format!(
            "`{}` has {} fields, but a column holds one value",
            input.ident,
            data.fields.len()
        );
        diag.error(
            &input.ident,
            what,
            "keep one field, or store the struct as `Json<..>`",
        );
        return None;
    };
    if ty::option_of(&field.ty).is_some() {
        diag.error(
            &field.ty,
            "a column type is never NULL by itself",
            "remove the `Option` here and write it in the model",
        );
        return None;
    }
    let member = field
        .ident
        .clone()
        .map_or_else(|| Member::from(0), Member::Named);
    Some((member, field))
}

// struct Cents(i64)  becomes
//     impl Newtype, and impl ColumnType that calls the runtime
fn emit(input: &DeriveInput, root: &syn::Path, member: &Member, field: &Field) -> TokenStream {
    let (ident, inner) = (&input.ident, &field.ty);
    let column_type = quote_spanned!(inner.span()=> <#inner as __::ColumnType>);
    quote! {
        const _: () = {
            use #root::__ as __;
            #[automatically_derived]
            impl __::Newtype for #ident {
                type Inner = #inner;
                fn wrap(inner: #inner) -> Self {
                    #ident { #member: inner }
                }
                fn inner(&self) -> &#inner {
                    &self.#member
                }
                fn into_inner(self) -> #inner {
                    self.#member
                }
            }
            #[automatically_derived]
            impl __::ColumnType for #ident {
                type Base = Self;
                type Family = #column_type::Family;
                const SQL_TYPE: __::SqlType = #column_type::SQL_TYPE;
                const TAKES_UNKNOWN: bool = #column_type::TAKES_UNKNOWN;
                fn to_param(&self) -> __::Param {
                    __::newtype::to_param(self)
                }
                fn into_param(self) -> __::Param {
                    __::newtype::into_param(self)
                }
                fn from_param(param: &__::Param) -> __::Option<Self> {
                    __::newtype::from_param(param)
                }
                fn encode(&self, sql_type: __::WireType<'_>, out: &mut __::BytesMut) -> __::Encoded {
                    __::newtype::encode(self, sql_type, out)
                }
                fn decode(
                    sql_type: __::WireType<'_>,
                    raw: __::Option<&[u8]>,
                ) -> __::StdResult<Self, __::DecodeFault> {
                    __::newtype::decode(sql_type, raw)
                }
            }
            // Quantified over a lifetime it does not use, the bound is a question and no
            // demand: a newtype around a list is a column type, but no element of a list.
            #[automatically_derived]
            impl __::ArrayElement for #ident where for<'__> #inner: __::ArrayElement {}
        };
    }
}
