//! The names of what the derive writes beside a model, and who may use it.

use syn::ext::IdentExt;
use syn::{Ident, Visibility};

use super::association::rust_name;
use crate::diag::Diagnostics;
use crate::model::{Column, name};
use crate::parse::options::Options;
use crate::parse::{Field, Item};

/// The functions every model has; a constant of such a name would hide one.
const FUNCTIONS: [&str; 15] = [
    "query",
    "find",
    "find_by",
    "find_key",
    "find_or_build",
    "create",
    "create_many",
    "delete_keys",
    "delete_many",
    "copy_in",
    "copy_in_stream",
    "refresh_view",
    "upsert",
    "update_many",
    "upsert_many",
];

/// The methods every builder has.
const METHODS: [&str; 3] = ["set", "save", "with"];

/// What the user calls it, or the model's name with an ending.
pub(super) fn companion(item: &Item, option: &str, ending: &str, diag: &mut Diagnostics) -> Ident {
    let written = item.options.name(option);
    written
        .and_then(|name| rust_name(name, diag))
        .unwrap_or_else(|| {
            let name = format!("{}{ending}", item.ident.unraw());
            Ident::new(&name, item.ident.span())
        })
}

/// The constant of a field, also of another model's: the field's name, with an
/// underscore where a function of every model is called so.
pub(crate) fn handle(field: &Ident) -> Ident {
    if is_function(&field.unraw().to_string()) {
        underscored(field)
    } else {
        field.clone()
    }
}

/// Whether every model has a function of this name.
pub(super) fn is_function(name: &str) -> bool {
    FUNCTIONS.contains(&name)
}

/// The builder's method for a field: one that neither another field nor the
/// builder itself has.
pub(super) fn setter(field: &Ident, all: &[Field]) -> Ident {
    let mut setter = field.clone();
    while METHODS.contains(&setter.unraw().to_string().as_str())
        || (setter != *field && all.iter().any(|other| other.ident == setter))
    {
        setter = underscored(&setter);
    }
    setter
}

fn underscored(ident: &Ident) -> Ident {
    Ident::new(&format!("{}_", ident.unraw()), ident.span())
}

/// The narrower of two visibilities: what can be seen of a model's field.
pub(super) fn visibility(model: &Visibility, field: &Visibility) -> Visibility {
    match field {
        Visibility::Public(_) => model.clone(),
        _ => field.clone(),
    }
}

/// What `vis = ".."` of an association says: who may use it, if that is not
/// everyone who sees the model.
pub(super) fn written(
    item: &Item,
    options: &Options,
    diag: &mut Diagnostics,
) -> Option<Visibility> {
    let text = options.text("vis")?;
    let help = r#"write `vis = "pub(crate)"`, or `vis = "pub(self)"` for this module alone"#;
    match text.parse::<Visibility>() {
        Ok(Visibility::Restricted(vis)) => Some(Visibility::Restricted(vis)),
        Ok(Visibility::Public(_)) if matches!(item.vis, Visibility::Public(_)) => None,
        Ok(_) => {
            diag.error(
                text,
                "an association is seen by no more than see its model",
                help,
            );
            None
        }
        Err(_) => {
            diag.error(text, format!("`{}` is no visibility", text.value()), help);
            None
        }
    }
}

/// The constant of one field is not the name of another.
pub(super) fn distinct_handles(columns: &mut [Column], diag: &mut Diagnostics) {
    let named: Vec<Ident> = columns.iter().map(|column| column.ident.clone()).collect();
    for column in columns {
        let Some(other) = named.iter().find(|other| **other == column.handle) else {
            continue;
        };
        if column.handle == column.ident {
            continue;
        }
        let what = format!(
            "`{other}` is the constant of the field `{0}` already: `{0}` is a function of every model",
            column.field
        );
        let help = format!(
            r#"give one of the fields another name: `#[column(name = "{other}")]` keeps the column's"#
        );
        diag.error(other, what, help);
        column.handle = column.ident.clone();
    }
}

/// A type parameter for a field or an association that none of `taken` is.
pub(crate) fn parameter(field: &str, taken: &mut Vec<String>) -> String {
    let camel = name::upper_camel(field);
    let begins = camel.chars().next().is_some_and(char::is_alphabetic);
    let mut parameter = if begins { camel } else { format!("Of{camel}") };
    while taken.contains(&parameter) {
        parameter.push('_');
    }
    taken.push(parameter.clone());
    parameter
}

#[cfg(test)]
mod tests {
    use super::FUNCTIONS;

    // A constant of a name that is missing in the list would hide the function.
    #[test]
    fn the_functions_of_every_model_are_listed() -> Result<(), Box<dyn std::error::Error>> {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../orm-core/src/query/queries.rs"
        );
        let source = std::fs::read_to_string(path)?;
        let (_, queries) = source.split_once("pub trait Queries").ok_or("no trait")?;
        let (queries, _) = queries.split_once("\n}\n").ok_or("no end of the trait")?;
        let signatures = queries.split("\n    fn ").skip(1);
        let signatures = signatures.filter_map(|function| function.split(" {\n").next());
        let mut functions: Vec<_> = signatures
            .filter(|signature| !signature.contains("self"))
            .filter_map(|signature| signature.split(['(', '<']).next())
            .collect();
        let mut listed = FUNCTIONS.to_vec();
        functions.sort_unstable();
        listed.sort_unstable();
        assert_eq!(functions, listed);
        Ok(())
    }
}
