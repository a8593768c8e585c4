//! What a model expands to after an error: the errors, and enough of the model
//! that the rest of the program is not blamed for them.

use proc_macro2::TokenStream;
use quote::quote;

use super::{columns, companion, create, prefill, rows};
use crate::model::{Column, Default, Model};

/// The errors, then the model without what may be wrong with it.
pub(crate) fn fallback(model: &Model, errors: &syn::Error) -> TokenStream {
    let errors = errors.to_compile_error();
    let model = &without_doubts(model);
    let named = [create::definition(model), companion::definition(model)];
    let implementation = super::implementation(model, &rows::methods(model));
    let rest = [
        columns::handles(model),
        create::implementation(model),
        prefill::implementations(model),
    ];
    let root = &model.root;
    quote! {
        #errors
        #(#named)*
        #[allow(non_upper_case_globals)]
        const _: () = {
            use #root::__private as __orm;
            #implementation
            #(#rest)*
        };
    }
}

/// The model with nothing left that could bring an error of its own.
fn without_doubts(model: &Model) -> Model {
    let mut columns: Vec<Column> = Vec::new();
    for column in &model.columns {
        if columns.iter().all(|other| other.ident != column.ident) {
            columns.push(without_options(column));
        }
    }
    let key = if model.key.is_empty() && !columns.is_empty() {
        vec![0]
    } else {
        model.key.clone()
    };
    Model {
        ident: model.ident.clone(),
        vis: model.vis.clone(),
        root: model.root.clone(),
        schema: None,
        table: model.table.clone(),
        comment: None,
        renamed_from: None,
        columns,
        key,
        uniques: Vec::new(),
        checks: Vec::new(),
        indexes: Vec::new(),
        associations: Vec::new(),
        validate: None,
        serde_case: None,
    }
}

/// Every column may be left out of a create: which one must be given is not known.
fn without_options(column: &Column) -> Column {
    Column {
        ident: column.ident.clone(),
        ty: column.ty.clone(),
        docs: Vec::new(),
        name: column.name.clone(),
        field: column.field.clone(),
        nullable: column.nullable,
        primary_key: column.primary_key,
        unique: true,
        identity: None,
        sql_type: None,
        default: Some(Default::Sql(String::new())),
        generated: None,
        timestamp: None,
        comment: None,
        renamed_from: None,
        rules: Vec::new(),
    }
}
