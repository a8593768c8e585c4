//! What a model expands to after an error: the errors, and enough of the model
//! that the rest of the program is not blamed for them.

use proc_macro2::TokenStream;
use quote::quote;

use super::parameters::Parameters;
use super::{associations, columns, companion, create, polymorphic, prefill, rows, types};
use crate::model::{Column, Default, Model};

/// The errors, then the model without what may be wrong with it.
pub(crate) fn fallback(model: Model, errors: &syn::Error) -> TokenStream {
    let errors = errors.to_compile_error();
    let model = &without_doubts(model);
    let parameters = &Parameters::new(model);
    let named = [
        create::definition(model, parameters),
        create::methods(model, parameters),
        companion::definition(model, parameters),
        associations::markers(model),
        polymorphic::markers(model),
    ];
    let (types, keys) = (types::names(model), associations::keys(model));
    let implementation = super::implementation(model, &rows::no_methods(model));
    let rest = [
        columns::handles(model),
        create::implementation(model, parameters),
        prefill::implementations(model, parameters),
        companion::implementation(model, parameters),
        associations::implementations(model),
        polymorphic::implementations(model),
        super::written(model),
    ];
    // They may have been asked for in other words.
    let hooked = model.hooks.is_none().then(|| super::hooked(&model.ident));
    let (root, quiet) = (&model.root, super::beside::quiet());
    quote! {
        #errors
        #(#named)*
        #quiet
        const _: () = {
            use #root::__ as __;
            #types
            #keys
            #implementation
            #hooked
            #(#rest)*
        };
    }
}

/// The model with nothing left that could bring an error of its own.
fn without_doubts(mut model: Model) -> Model {
    let nullable: Vec<usize> = (0..model.columns.len())
        .filter(|at| model.columns[*at].nullable)
        .collect();
    model.key.retain(|at| !nullable.contains(at));
    model.columns = model.columns.into_iter().map(without_options).collect();
    model.uniques.clear();
    model.exclusions.clear();
    model.checks.clear();
    model.indexes.clear();
    model.validate = None;
    model.scopes.clear();
    model.backends.clear();
    model.doubts.clear();
    model.associations_known = false;
    let mut names: Vec<String> = model
        .columns
        .iter()
        .map(|column| column.field.clone())
        .collect();
    model.associations.retain(|association| {
        let is_new = !names.contains(&association.name);
        names.push(association.name.clone());
        is_new
    });
    model
}

/// Every column may be left out of a create: which one must be given is not known.
fn without_options(column: Column) -> Column {
    Column {
        identity: None,
        sql_type: None,
        default: Some(Default::Sql(String::new())),
        generated: None,
        timestamp: None,
        version: false,
        rules: Vec::new(),
        unique: true,
        ..column
    }
}
