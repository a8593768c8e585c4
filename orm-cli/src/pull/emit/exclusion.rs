//! Exclusion constraints, as options of the struct.

use orm_core::ddl::blueprint::{Constraint, Element, Exclusion, Rule, Term};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::super::model::Model;
use super::constraint;

/// `exclude(columns = ("room" with "=", "during" with "&&"))`
pub(super) fn all(model: &Model<'_>) -> Vec<TokenStream> {
    let all = model.table.constraints.iter();
    let all = all.filter_map(|it| match &it.rule {
        Rule::Exclude(exclusion) => Some((it, exclusion)),
        _ => None,
    });
    all.map(|(it, exclusion)| one(model, it, exclusion))
        .collect()
}

fn one(model: &Model<'_>, named: &Constraint, exclusion: &Exclusion) -> TokenStream {
    let elements = exclusion.elements.iter().map(|it| element(model, it));
    let words = exclusion.elements.iter().map(|it| match &it.term {
        Term::Column(name) => name.as_str(),
        Term::Expression(_) => "expr",
    });
    let words: Vec<&str> = words.collect();
    let usual = constraint::usual_name(model.table, &words, "excl");
    let name = constraint::name_unless_usual(&named.name, usual.as_deref());
    let method = (exclusion.method != "gist").then(|| {
        let method = Ident::new(&exclusion.method, Span::call_site());
        quote!(, method = #method)
    });
    let filter = exclusion.filter.as_ref().map(|filter| {
        let filter = constraint::bare(filter);
        quote!(, where = #filter)
    });
    let when = constraint::deferrable(exclusion.deferrable).map(|when| quote!(, #when));
    quote!(exclude(columns = (#(#elements),*) #name #method #filter #when))
}

fn element(model: &Model<'_>, element: &Element) -> TokenStream {
    let term = constraint::term(model, &element.term);
    let class = element.operator_class.as_ref();
    let class = class.map(|class| quote!(ops(#class)));
    let operator = element.operator.sql();
    quote!(#term #class with #operator)
}
