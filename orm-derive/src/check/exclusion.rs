//! Exclusion constraints.

use syn::LitStr;

use super::{Fields, backends, choice, hiding, names};
use crate::diag::{Diagnostics, suggest};
use crate::model::{self, Exclusion, Model, Term, name};
use crate::parse::options::{Entry, Options};
use crate::parse::value::{self, Element, Value};

/// The index methods that find rows in conflict: what the user writes, the runtime's variant,
/// and whether they take several columns.
const METHODS: [(&str, &str, bool); 4] = [
    ("gist", "Gist", true),
    ("spgist", "SpGist", false),
    ("btree", "Btree", true),
    ("hash", "Hash", false),
];

/// The operators: what the user writes, and the runtime's variant.
const OPERATORS: [(&str, &str); 6] = [
    ("=", "Equal"),
    ("<>", "NotEqual"),
    ("&&", "Overlaps"),
    ("-|-", "Adjacent"),
    ("~=", "Same"),
    ("&&&", "OverlapsInAll"),
];

pub(super) fn exclude(
    options: &Options,
    fields: &Fields,
    model: &mut Model,
    diag: &mut Diagnostics,
) {
    let Some(Entry {
        value: Value::Elements(written),
        ..
    }) = options.get("columns")
    else {
        // What is in it and cannot be read was reported.
        if !options.is_unread("columns") {
            diag.error(
                &options.owner,
                "`exclude` does not say what two rows may not have in common",
                "write `exclude(columns = (room with =, during with &&))`",
            );
        }
        return;
    };
    let method = method(options, written, diag);
    let mut elements = Vec::new();
    for one in written {
        elements.extend(element(one, method, fields, model, diag));
    }
    // What is wrong with the others was said.
    if elements.len() < written.len() {
        return;
    }
    let words = elements.iter().map(|element| match element.term {
        Term::Column(at) => model.columns[at].name.as_str(),
        Term::Expression(_) => "expr",
    });
    let words: Vec<&str> = std::iter::once(model.table.as_str()).chain(words).collect();
    let name = match options.text("name") {
        Some(text) => names::sql(text, diag),
        None => name::joined(&words, "excl"),
    };
    let unless_deleted = hiding::unless_deleted(options, model, diag);
    backends::exclusion(options, model);
    let exclusion = Exclusion {
        name,
        elements,
        method: METHODS
            .iter()
            .find(|(word, ..)| *word == method)
            .map_or("Gist", |(_, variant, _)| variant),
        filter: unless_deleted.or_else(|| options.text("where").map(LitStr::value)),
        deferrable: choice::deferrable(options, diag),
    };
    // Of two in one table the server keeps one.
    let is_twin = |it: &Exclusion| {
        it.elements == exclusion.elements
            && it.method == exclusion.method
            && it.filter == exclusion.filter
    };
    if model.exclusions.iter().any(is_twin) {
        diag.error(
            &options.owner,
            "this says what another `exclude` of the model says",
            "keep one of the two",
        );
        return;
    }
    model.exclusions.push(exclusion);
}

fn method(options: &Options, written: &[Element], diag: &mut Diagnostics) -> &'static str {
    let Some(name) = options.name("method") else {
        return "gist";
    };
    let Some((word, _, several)) = METHODS.iter().find(|(word, ..)| *word == name.text) else {
        let words = METHODS.map(|(word, ..)| word);
        diag.error(
            name,
            format!(
                "an index of the method `{}` finds no rows in conflict",
                name.text
            ),
            suggest::help(&name.text, &words),
        );
        return "gist";
    };
    if !several && written.len() > 1 {
        diag.error(
            name,
            format!("an index of the method `{word}` is over one column alone"),
            "leave `method` out: `gist` takes several",
        );
        return "gist";
    }
    word
}

fn element(
    element: &Element,
    method: &str,
    fields: &Fields,
    model: &Model,
    diag: &mut Diagnostics,
) -> Option<model::Element> {
    let part = &element.part;
    let shown = match &part.term {
        value::Term::Column(name) => name.text.clone(),
        value::Term::Expression(_) => "expression(..)".to_owned(),
    };
    if part.descending || part.nulls_first.is_some() {
        diag.error(
            &element.tokens,
            "an exclusion constraint has no order",
            format!("write `{shown} with =`, or another operator"),
        );
        return None;
    }
    let Some(operator) = &element.operator else {
        diag.error(
            &element.tokens,
            format!("`{shown}` does not say how two rows are compared by it"),
            format!("write `{shown} with =` or `{shown} with &&`"),
        );
        return None;
    };
    let quoted: Option<LitStr> = syn::parse2(operator.clone()).ok();
    let said = quoted.map_or_else(
        || {
            operator
                .clone()
                .into_iter()
                .map(|it| it.to_string())
                .collect()
        },
        |text| text.value(),
    );
    let Some((word, variant)) = OPERATORS.iter().find(|(word, _)| *word == said) else {
        let words = OPERATORS.map(|(word, _)| word);
        diag.error(
            operator,
            format!("an exclusion constraint cannot compare with `{said}`"),
            format!(
                "write one of {}: they say the same both ways round",
                suggest::quoted(&words)
            ),
        );
        return None;
    };
    if matches!(method, "btree" | "hash") && *word != "=" {
        diag.error(
            operator,
            format!("an index of the method `{method}` does not compare with `{word}`"),
            "leave `method` out: `gist` does",
        );
        return None;
    }
    Some(model::Element {
        term: match &part.term {
            value::Term::Column(name) => Term::Column(fields.resolve(name, &model.ident, diag)?),
            value::Term::Expression(text) => Term::Expression(text.value()),
        },
        operator_class: part.operator_class.as_ref().map(LitStr::value),
        operator: variant,
    })
}
