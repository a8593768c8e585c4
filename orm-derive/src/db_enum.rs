//! `#[derive(DbEnum)]`: an enum of the database.

use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Fields, Ident, LitStr, Path, Variant, parse_quote};

use crate::check::sql_name;
use crate::diag::{Diagnostics, suggest};
use crate::model::name::{Case, LIMIT, snake};
use crate::parse::{options::Options, single};
use crate::vocab::Place;

/// An enum and the labels of its variants.
struct DbEnum {
    ident: Ident,
    root: Path,
    schema: Option<String>,
    name: String,
    variants: Vec<(Ident, String)>,
    /// Whether these are all the variants.
    whole: bool,
}

/// Parse, check and emit in one file: there is little of each.
pub(crate) fn expand(input: &DeriveInput, diag: &mut Diagnostics) -> TokenStream {
    let options = single(&input.attrs, "db_enum", Place::DbEnum, &input.ident, diag);
    let variants = variants(input, &options, diag);
    let name = input.ident.unraw().to_string();
    emit(&DbEnum {
        ident: input.ident.clone(),
        root: options
            .path("crate")
            .cloned()
            .unwrap_or_else(|| parse_quote!(::orm)),
        schema: options.text("schema").map(|text| sql_name(text, diag)),
        name: options
            .text("name")
            .map_or_else(|| snake(&name), |text| sql_name(text, diag)),
        whole: matches!(&input.data, Data::Enum(data) if !data.variants.is_empty() && data.variants.len() == variants.len()),
        variants,
    })
}

fn variants(
    input: &DeriveInput,
    options: &Options,
    diag: &mut Diagnostics,
) -> Vec<(Ident, String)> {
    let Data::Enum(data) = &input.data else {
        diag.error(
            &input.ident,
            "`DbEnum` is for enums",
            "derive `DbType` for a struct around one value",
        );
        return Vec::new();
    };
    if !input.generics.params.is_empty() {
        diag.error(
            &input.generics,
            "an enum of the database has no parameters",
            "remove them",
        );
    }
    if data.variants.is_empty() {
        diag.error(
            &input.ident,
            "an enum without variants has no value to store",
            "add a variant",
        );
    }
    let case = case(options, diag);
    let mut labelled: Vec<(Ident, String)> = Vec::new();
    for variant in &data.variants {
        let label = label(variant, case, diag);
        if let Some((first, _)) = labelled.iter().find(|(_, other)| *other == label) {
            let what = format!(
                "`{first}` and `{}` have the same label `{label}`",
                variant.ident
            );
            diag.error(
                &variant.ident,
                what,
                r#"give one of them another: `#[db_enum(label = "..")]`"#,
            );
        }
        if matches!(variant.fields, Fields::Unit) {
            labelled.push((variant.ident.clone(), label));
        }
    }
    labelled
}

fn case(options: &Options, diag: &mut Diagnostics) -> Case {
    let Some(written) = options.text("rename_all") else {
        return Case::Snake;
    };
    let found = Case::ALL.iter().find(|(name, _)| *name == written.value());
    if found.is_none() {
        let names = Case::ALL.map(|(name, _)| name);
        diag.error(
            written,
            format!("unknown case `{}`", written.value()),
            suggest::help(&written.value(), &names),
        );
    }
    found.map_or(Case::Snake, |(_, case)| *case)
}

fn label(variant: &Variant, case: Case, diag: &mut Diagnostics) -> String {
    if !matches!(variant.fields, Fields::Unit) {
        let what = format!("`{}` has fields, but a label has none", variant.ident);
        diag.error(
            &variant.fields,
            what,
            "remove them, or store the enum as `Json<..>`",
        );
    }
    let options = single(
        &variant.attrs,
        "db_enum",
        Place::Label,
        &variant.ident,
        diag,
    );
    match options.text("label") {
        Some(text) => written_label(text, diag),
        None => case.apply(&snake(&variant.ident.unraw().to_string())),
    }
}

/// Any text will do, the empty one too, that the server can keep.
fn written_label(text: &LitStr, diag: &mut Diagnostics) -> String {
    let label = text.value();
    if label.contains('\0') {
        diag.error(
            text,
            "a label cannot contain NUL",
            "leave the character out",
        );
    } else if label.len() > LIMIT {
        let what = format!(
            "a label of {} bytes is longer than the {LIMIT} that PostgreSQL allows",
            label.len()
        );
        diag.error(text, what, "choose a shorter one");
    }
    label
}

// enum OrderStatus { Pending, Processing }  becomes
//     impl DbEnum with its labels, and impl ColumnType that calls the runtime
fn emit(of: &DbEnum) -> TokenStream {
    let (ident, root, name) = (&of.ident, &of.root, &of.name);
    let schema = of
        .schema
        .as_ref()
        .map_or_else(|| quote!(__::None), |schema| quote!(__::Some(#schema)));
    let (variants, labels): (Vec<_>, Vec<_>) = of
        .variants
        .iter()
        .map(|(variant, label)| (variant, label))
        .unzip();
    // After an error not every variant has a label.
    let none = (!of.whole).then(|| quote!(_ => ""));
    // That it is `Copy` is asked once, where it becomes a `DbEnum`.
    quote! {
        const _: () = {
            use #root::__ as __;
            const ENUM: __::EnumDef =
                __::EnumDef { schema: #schema, name: #name, labels: &[#(#labels),*] };
            #[automatically_derived]
            impl __::DbEnum for #ident {
                const DEF: &'static __::EnumDef = &ENUM;
                const VARIANTS: &'static [Self] = &[#(#ident::#variants),*];
                fn label(&self) -> &'static str {
                    match self { #(#ident::#variants => #labels,)* #none }
                }
            }
            #[automatically_derived]
            impl __::ColumnType for #ident {
                type Base = Self;
                type Family = __::family::Label;
                const SQL_TYPE: __::SqlType = __::SqlType::Enum(&ENUM);
                fn to_param(&self) -> __::Param {
                    __::enumeration::to_param(self)
                }
                fn from_param(param: &__::Param) -> __::Option<Self> {
                    __::enumeration::from_param(param)
                }
                fn decode(
                    sql_type: __::WireType<'_>,
                    raw: __::Option<&[u8]>,
                ) -> __::StdResult<Self, __::DecodeFault> {
                    __::enumeration::decode(sql_type, raw)
                }
            }
            #[automatically_derived]
            impl __::ArrayElement for #ident where for<'__> #ident: __::ColumnType {}
        };
    }
}
