//! Uniques, indexes and checks: on the field where they are about one column,
//! else on the struct.

use orm_core::ddl::blueprint::{Constraint, Index, Part, Rule, Table, Term};
use orm_core::ddl::constraint_name::{self, LONGEST_NAME};
use orm_core::schema::Deferrable;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::super::model::Model;
use super::storage;
use orm_core::ddl::unsaid::is_usual_order;

/// `unique` of a column.
pub(super) fn unique_on(table: &Table, column: &str) -> Option<TokenStream> {
    let found = table
        .constraints
        .iter()
        .find(|it| is_unique_on(it, column))?;
    let usual = usual_name(table, &[column], "key");
    let name = (usual.as_ref() != Some(&found.name)).then_some(&found.name);
    let when = match &found.rule {
        Rule::Unique { deferrable, .. } => self::deferrable(*deferrable),
        _ => None,
    };
    Some(match (name, when) {
        (None, None) => quote!(unique),
        (Some(name), None) => quote!(unique = #name),
        (None, Some(when)) => quote!(unique(#when)),
        (Some(name), Some(when)) => quote!(unique(name = #name, #when)),
    })
}

/// When a constraint is checked, where that is said.
pub(super) fn deferrable(deferrable: Deferrable) -> Option<TokenStream> {
    match deferrable {
        Deferrable::No => None,
        Deferrable::InitiallyImmediate => Some(quote!(deferrable)),
        Deferrable::InitiallyDeferred => Some(quote!(deferrable = "initially_deferred")),
    }
}

fn is_unique_on(constraint: &Constraint, column: &str) -> bool {
    match &constraint.rule {
        Rule::Unique {
            columns,
            nulls_not_distinct: false,
            ..
        } => *columns == [column],
        _ => false,
    }
}

/// The name of the primary key, where it is not the usual one.
pub(super) fn primary_key_name(table: &Table) -> Option<TokenStream> {
    let mut constraints = table.constraints.iter();
    let key = constraints.find(|it| matches!(it.rule, Rule::PrimaryKey(_)))?;
    let (name, usual) = (&key.name, constraint_name::primary_key(&table.name.name));
    (*name != usual).then(|| quote!(primary_key_name = #name))
}

/// The uniques that no field has: `unique(columns = ("a", "b"))`.
pub(super) fn uniques(model: &Model<'_>) -> Vec<TokenStream> {
    let table = model.table;
    let mut on_field: Vec<&str> = Vec::new();
    let mut all = Vec::new();
    for constraint in &table.constraints {
        let Rule::Unique {
            columns,
            nulls_not_distinct,
            deferrable,
        } = &constraint.rule
        else {
            continue;
        };
        if let ([one], false) = (columns.as_slice(), nulls_not_distinct)
            && !on_field.contains(&one.as_str())
        {
            on_field.push(one);
            continue;
        }
        let fields = field_names(model, columns);
        let names: Vec<&str> = columns.iter().map(String::as_str).collect();
        let name = name_unless_usual(
            &constraint.name,
            usual_name(table, &names, "key").as_deref(),
        );
        let nulls = nulls_not_distinct.then(|| quote!(, nulls_not_distinct));
        let when = self::deferrable(*deferrable).map(|when| quote!(, #when));
        all.push(quote!(unique(columns = (#(#fields),*) #name #nulls #when)));
    }
    all
}

/// `check` of a column, if it is called as such a check is.
pub(super) fn check_on(table: &Table, column: &str) -> Option<TokenStream> {
    let name = usual_name(table, &[column], "check")?;
    let condition = table.constraints.iter().find_map(|it| match &it.rule {
        Rule::Check { condition, .. } if it.name == name => Some(bare(condition)),
        _ => None,
    })?;
    Some(quote!(check = #condition))
}

/// The checks that no field has.
pub(super) fn checks(table: &Table) -> Vec<TokenStream> {
    let mut columns = table.columns.iter();
    let on_field: Vec<String> = columns
        .by_ref()
        .filter_map(|it| usual_name(table, &[&it.name], "check"))
        .collect();
    let all = table.constraints.iter().filter_map(|it| match &it.rule {
        Rule::Check { condition, .. } if !on_field.contains(&it.name) => {
            Some((it, bare(condition)))
        }
        _ => None,
    });
    all.map(|(it, condition)| {
        let name = &it.name;
        quote!(check(name = #name, expression = #condition))
    })
    .collect()
}

/// An expression without the parentheses that the server writes around it.
pub(super) fn bare(expression: &str) -> &str {
    let inner = expression
        .strip_prefix('(')
        .and_then(|it| it.strip_suffix(')'));
    inner.filter(|it| is_balanced(it)).unwrap_or(expression)
}

/// Whether no parenthesis outside of quotes closes what is not open.
fn is_balanced(expression: &str) -> bool {
    let (mut depth, mut quote) = (0_i32, None);
    for c in expression.chars() {
        match c {
            // It may escape a quote, or not: better leave it alone.
            '\\' => return false,
            _ if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '\'' | '"' => quote = Some(c),
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    depth == 0 && quote.is_none()
}

/// Whether an index can be an option of its column.
pub(super) fn is_of_column(index: &Index) -> bool {
    let [part] = index.parts.as_slice() else {
        return false;
    };
    part.column().is_some() && is_usual_order(part) && index.include.is_empty()
}

/// `index(..)` of a column.
pub(super) fn index_on(table: &Table, column: &str, index: &Index) -> TokenStream {
    let part = index.parts.first();
    let mut options = Vec::new();
    if usual_name(table, &[column], "idx").as_ref() != Some(&index.name) {
        let name = &index.name;
        options.push(quote!(name = #name));
    }
    options.extend(method(index));
    if part.is_some_and(|part| part.descending) {
        options.push(quote!(desc));
    }
    options.extend(filter(index));
    options.extend(part.and_then(operator_class));
    options.extend(storage::parameters(&index.parameters));
    if options.is_empty() {
        quote!(index)
    } else {
        quote!(index(#(#options),*))
    }
}

/// `index(..)` of the struct.
pub(super) fn index(model: &Model<'_>, index: &Index) -> TokenStream {
    let mut options = Vec::new();
    let first = index.parts.first().map(|it| &it.operator_class);
    let one_class = index
        .parts
        .iter()
        .all(|it| Some(&it.operator_class) == first);
    let (columns, expression) = columns_and_expression(index, one_class);
    let parts = columns.iter().map(|it| part(model, it, !one_class));
    let parts: Vec<TokenStream> = parts.collect();
    if !parts.is_empty() {
        options.push(quote!(columns = (#(#parts),*)));
    }
    options.extend(expression.map(|it| quote!(expression = #it)));
    let name = &index.name;
    options.push(quote!(name = #name));
    options.extend(method(index));
    options.extend(filter(index));
    if !index.include.is_empty() {
        let fields = field_names(model, &index.include);
        options.push(quote!(include = (#(#fields),*)));
    }
    let class = index.parts.first().filter(|_| one_class);
    options.extend(class.and_then(operator_class));
    options.extend(storage::parameters(&index.parameters));
    quote!(index(#(#options),*))
}

/// What stands in `columns`, and the one expression that has its own word: a last
/// one without an order or an operator class of its own.
fn columns_and_expression(index: &Index, one_class: bool) -> (&[Part], Option<&String>) {
    let all = index.parts.as_slice();
    let Some((last, columns)) = all.split_last() else {
        return (all, None);
    };
    match &last.term {
        Term::Expression(text)
            if one_class
                && !last.descending
                && is_usual_order(last)
                && columns.iter().all(|it| it.column().is_some()) =>
        {
            (columns, Some(text))
        }
        _ => (all, None),
    }
}

/// A field or `expression("lower(name)")`.
pub(super) fn term(model: &Model<'_>, term: &Term) -> TokenStream {
    match term {
        Term::Column(name) => {
            let field = field_names(model, std::slice::from_ref(name)).pop();
            field.map_or_else(|| quote!(#name), |field| quote!(#field))
        }
        Term::Expression(text) => quote!(expression(#text)),
    }
}

/// `created_at desc nulls last`, `expression("lower(name)") ops("text_pattern_ops")`
fn part(model: &Model<'_>, part: &Part, has_class: bool) -> TokenStream {
    let term = term(model, &part.term);
    let class = part.operator_class.as_ref().filter(|_| has_class);
    let class = class.map(|class| quote!(ops(#class)));
    let descending = part.descending.then(|| quote!(desc));
    let nulls = (!is_usual_order(part)).then(|| {
        if part.nulls_first == Some(true) {
            quote!(nulls first)
        } else {
            quote!(nulls last)
        }
    });
    quote!(#term #class #descending #nulls)
}

fn method(index: &Index) -> Vec<TokenStream> {
    let mut options = Vec::new();
    if index.method != "btree" {
        let method = Ident::new(&index.method, Span::call_site());
        options.push(quote!(method = #method));
    }
    if index.unique {
        options.push(quote!(unique));
    }
    options
}

fn filter(index: &Index) -> Option<TokenStream> {
    let filter = bare(index.filter.as_ref()?);
    Some(quote!(where = #filter))
}

fn operator_class(part: &Part) -> Option<TokenStream> {
    part.operator_class
        .as_ref()
        .map(|class| quote!(ops = #class))
}

fn field_names(model: &Model<'_>, columns: &[String]) -> Vec<String> {
    let positions = model.positions(columns).unwrap_or_default();
    model.field_names(&positions)
}

/// The name that the derive gives, unless it is too long to be sure of.
pub(super) fn usual_name(table: &Table, columns: &[&str], suffix: &str) -> Option<String> {
    let name = format!("{}_{}_{suffix}", table.name.name, columns.join("_"));
    (name.len() <= LONGEST_NAME).then_some(name)
}

pub(super) fn name_unless_usual(name: &str, usual: Option<&str>) -> Option<TokenStream> {
    (usual != Some(name)).then(|| quote!(, name = #name))
}

#[cfg(test)]
mod tests {
    use super::bare;

    #[test]
    fn only_parentheses_around_everything_are_left_out() {
        assert_eq!(bare("(a > 0)"), "a > 0");
        assert_eq!(bare("((a) > (0))"), "(a) > (0)");
        assert_eq!(bare("(a = ')'::text)"), "a = ')'::text");
        for whole in ["(a) > (0)", "(a) OR (b)", r"(a = '\')", "a", "(a = ')"] {
            assert_eq!(bare(whole), whole);
        }
    }
}
