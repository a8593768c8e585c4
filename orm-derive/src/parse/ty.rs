//! The one shape of type that is recognised by its spelling.

use syn::{GenericArgument, PathArguments, Type};

/// What an `Option<..>` holds, where the type is spelled as one.
///
/// An alias is not seen through; generated code asserts that the type checker
/// agrees about every column.
pub(crate) fn option_of(ty: &Type) -> Option<&Type> {
    let Type::Path(ty) = ungroup(ty) else {
        return None;
    };
    let segments: Vec<_> = ty.path.segments.iter().collect();
    let (last, before) = segments.split_last()?;
    let before: Vec<String> = before
        .iter()
        .map(|segment| segment.ident.to_string())
        .collect();
    let is_std = matches!(before.as_slice(), [])
        || before == ["std", "option"]
        || before == ["core", "option"];
    if ty.qself.is_some() || last.ident != "Option" || !is_std {
        return None;
    }
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

fn ungroup(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => ungroup(&group.elem),
        Type::Paren(paren) => ungroup(&paren.elem),
        _ => ty,
    }
}

/// The last name of a path type such as `shop::Email`.
pub(crate) fn last_name(ty: &Type) -> Option<String> {
    match ungroup(ty) {
        Type::Path(ty) => ty
            .path
            .segments
            .last()
            .map(|segment| segment.ident.to_string()),
        _ => None,
    }
}

/// The name of a type that is one word, as those of the language are.
pub(crate) fn primitive(ty: &Type) -> Option<String> {
    match ungroup(ty) {
        Type::Path(ty) if ty.qself.is_none() => ty.path.get_ident().map(ToString::to_string),
        _ => None,
    }
}
