//! Types of the language that no column can have, known by their names: nobody can make them
//! column types, so what to write in their place is said at once.

use quote::quote;
use syn::{Type, parse_quote};

use crate::diag::Diagnostics;
use crate::parse::{Field, ty};

/// The field's type, or after a message one that stands in for it.
pub(super) fn judged(field: &Field, diag: &mut Diagnostics) -> Type {
    let base = ty::option_of(&field.ty).unwrap_or(&field.ty);
    let Some((instead, help)) = refused(base) else {
        return field.ty.clone();
    };
    let spelled = quote!(#base).to_string().replace("& ", "&");
    diag.error(
        base,
        format!("`{spelled}` cannot be stored in a column"),
        help,
    );
    match ty::option_of(&field.ty) {
        Some(_) => parse_quote!(::core::option::Option<#instead>),
        None => instead,
    }
}

/// What stands in for a type that cannot be stored, and what to write.
fn refused(base: &Type) -> Option<(Type, &'static str)> {
    let name = match base {
        Type::Reference(to) if ty::primitive(&to.elem).as_deref() == Some("str") => {
            "str".to_owned()
        }
        other => ty::primitive(other)?,
    };
    match name.as_str() {
        "str" | "char" => Some((parse_quote!(String), "write `String`")),
        "u8" | "i8" => Some((
            parse_quote!(i16),
            "write `i16`, the smallest integer of a database",
        )),
        "u16" => Some((
            parse_quote!(i32),
            "write `i32`: a database has no unsigned integers",
        )),
        "u32" | "u64" | "usize" => Some((
            parse_quote!(i64),
            "write `i64`: a database has no unsigned integers",
        )),
        "isize" | "i128" | "u128" => Some((
            parse_quote!(i64),
            "write `i64`, the largest integer of a database",
        )),
        _ => None,
    }
}
