//! Unique constraints, checks and indexes, on the struct and on fields.

use syn::{Ident, LitStr};

use super::{Fields, backends, choice, exclusion, hiding, names, storage};
use crate::diag::{Diagnostics, suggest};
use crate::model::{Check, Index, IndexPart, Model, Term, Unique, name};
use crate::parse::Item;
use crate::parse::options::{Entry, Options};
use crate::parse::value::{self, Part, Value};

/// The index methods: what the user writes, and the runtime's variant.
const METHODS: [(&str, &str); 8] = [
    ("btree", "Btree"),
    ("hash", "Hash"),
    ("gin", "Gin"),
    ("gist", "Gist"),
    ("spgist", "SpGist"),
    ("brin", "Brin"),
    ("hnsw", "Hnsw"),
    ("ivfflat", "IvfFlat"),
];

/// Collects everything that constrains or indexes the table.
pub(super) fn constraints(item: &Item, fields: &Fields, model: &mut Model, diag: &mut Diagnostics) {
    for at in 0..item.fields.len() {
        on_field(&item.fields[at].column, at, model, diag);
    }
    for entry in &item.options.entries {
        let Value::Options(options) = &entry.value else {
            continue;
        };
        match entry.name {
            "unique" => unique(options, fields, model, diag),
            "index" => index(options, fields, model, diag),
            "exclude" => exclusion::exclude(options, fields, model, diag),
            "check" => check(options, model, diag),
            _ => {}
        }
    }
    distinct_names(item, model, diag);
}

fn on_field(options: &Options, at: usize, model: &mut Model, diag: &mut Diagnostics) {
    let column = model.columns[at].name.clone();
    if let Some(entry) = options.get("unique") {
        let none = Options::empty(entry.key.clone());
        let options = match &entry.value {
            Value::Options(options) => options,
            _ => &none,
        };
        let written = entry.value.as_text().or_else(|| options.text("name"));
        let name = match written {
            Some(text) => names::sql(text, diag),
            None => name::joined(&[&model.table, &column], "key"),
        };
        add_unique(options, name, vec![at], model, diag);
    }
    for entry in options.all("index") {
        let index = column_index(entry, at, &column, model, diag);
        if let Value::Options(options) = &entry.value {
            backends::index(options, model);
        }
        model.indexes.push(index);
    }
    for (number, entry) in options.all("check").enumerate() {
        let suffix = if number == 0 {
            "check".to_owned()
        } else {
            format!("check{number}")
        };
        let expression = entry.value.as_text().map(LitStr::value).unwrap_or_default();
        backends::check(entry.value.as_text(), model);
        model.checks.push(Check {
            name: name::joined(&[&model.table, &column], &suffix),
            expression,
            message: None,
        });
    }
}

fn column_index(
    entry: &Entry,
    at: usize,
    column: &str,
    model: &Model,
    diag: &mut Diagnostics,
) -> Index {
    let none = Options::empty(entry.key.clone());
    let options = match &entry.value {
        Value::Options(options) => options,
        _ => &none,
    };
    let part = IndexPart {
        term: Term::Column(at),
        descending: options.has("desc"),
        nulls_first: None,
        operator_class: options.text("ops").map(LitStr::value),
    };
    let default = name::joined(&[&model.table, column], "idx");
    index_of(options, vec![part], Vec::new(), default, model, diag)
}

fn unique(options: &Options, fields: &Fields, model: &mut Model, diag: &mut Diagnostics) {
    let Some(written) = options.names("columns") else {
        diag.error(
            &options.owner,
            "`unique` does not say which columns",
            "write `unique(columns = (tenant, email))`",
        );
        return;
    };
    let columns = fields.resolve_all(written, &model.ident, diag);
    let name = match options.text("name") {
        Some(text) => names::sql(text, diag),
        None => default_name(model, &columns, "key"),
    };
    add_unique(options, name, columns, model, diag);
}

/// A constraint, or an index where it does not see rows that are marked as deleted.
fn add_unique(
    options: &Options,
    name: String,
    columns: Vec<usize>,
    model: &mut Model,
    diag: &mut Diagnostics,
) {
    let Some(filter) = hiding::unless_deleted(options, model, diag) else {
        backends::unique(options, model);
        model.uniques.push(Unique {
            name,
            columns,
            nulls_not_distinct: options.has("nulls_not_distinct"),
            deferrable: choice::deferrable(options, diag),
        });
        return;
    };
    if let Some(entry) = options.get("nulls_not_distinct") {
        diag.error(
            &entry.key,
            "`unless_deleted` makes an index, in which NULLs are distinct",
            "leave one of the two out",
        );
    }
    if let Some(entry) = options.get("deferrable") {
        diag.error(
            &entry.key,
            "`unless_deleted` makes an index, which is checked at once",
            "leave one of the two out",
        );
    }
    let parts = columns.into_iter().map(|at| IndexPart {
        term: Term::Column(at),
        descending: false,
        nulls_first: None,
        operator_class: None,
    });
    model.indexes.push(Index {
        name,
        parts: parts.collect(),
        include: Vec::new(),
        method: "Btree",
        unique: true,
        unless_deleted: true,
        filter: Some(filter),
        parameters: Vec::new(),
    });
}

fn check(options: &Options, model: &mut Model, diag: &mut Diagnostics) {
    let Some(expression) = options.text("expression") else {
        let help = r#"write `check(name = "dates", expression = "starts < ends")`"#;
        diag.error(&options.owner, "`check` does not say what must hold", help);
        return;
    };
    let name = match options.text("name") {
        Some(text) => names::sql(text, diag),
        None => name::joined(&[&model.table], &format!("check{}", model.checks.len() + 1)),
    };
    let message = options.text("message").map(LitStr::value);
    backends::check(Some(expression), model);
    model.checks.push(Check {
        name,
        expression: expression.value(),
        message,
    });
}

fn index(options: &Options, fields: &Fields, model: &mut Model, diag: &mut Diagnostics) {
    let mut parts = Vec::new();
    let ops = options.text("ops").map(LitStr::value);
    if let Some(Entry {
        value: Value::Parts(written),
        ..
    }) = options.get("columns")
    {
        parts.extend(
            written
                .iter()
                .filter_map(|part| index_part(part, ops.as_ref(), fields, &model.ident, diag)),
        );
    }
    if let Some(expression) = options.text("expression") {
        let term = Term::Expression(expression.value());
        parts.push(IndexPart {
            term,
            descending: false,
            nulls_first: None,
            operator_class: ops,
        });
    }
    if parts.is_empty() {
        // What is in it and cannot be read was reported.
        if diag.count() > 0 {
            return;
        }
        let help = r#"write `index(columns = (status))` or `index(expression = "lower(email)")`"#;
        diag.error(&options.owner, "`index` does not say what is indexed", help);
        return;
    }
    let include = fields.resolve_all(
        options.names("include").unwrap_or_default(),
        &model.ident,
        diag,
    );
    let words = parts.iter().map(|part| match part.term {
        Term::Column(at) => model.columns[at].name.as_str(),
        Term::Expression(_) => "expr",
    });
    let words: Vec<&str> = std::iter::once(model.table.as_str()).chain(words).collect();
    let default = name::joined(&words, "idx");
    let index = index_of(options, parts, include, default, model, diag);
    backends::index(options, model);
    model.indexes.push(index);
}

fn index_part(
    part: &Part,
    ops: Option<&String>,
    fields: &Fields,
    owner: &Ident,
    diag: &mut Diagnostics,
) -> Option<IndexPart> {
    let own = part.operator_class.as_ref().map(LitStr::value);
    Some(IndexPart {
        term: match &part.term {
            value::Term::Column(name) => Term::Column(fields.resolve(name, owner, diag)?),
            value::Term::Expression(text) => Term::Expression(text.value()),
        },
        descending: part.descending,
        nulls_first: part.nulls_first,
        operator_class: own.or_else(|| ops.cloned()),
    })
}

fn index_of(
    options: &Options,
    parts: Vec<IndexPart>,
    include: Vec<usize>,
    default: String,
    model: &Model,
    diag: &mut Diagnostics,
) -> Index {
    let unless_deleted = hiding::unless_deleted(options, model, diag);
    Index {
        name: options
            .text("name")
            .map_or(default, |text| names::sql(text, diag)),
        method: method(options, &parts, diag),
        parts,
        include,
        unique: options.has("unique"),
        unless_deleted: unless_deleted.is_some(),
        filter: unless_deleted.or_else(|| options.text("where").map(LitStr::value)),
        parameters: storage::of_index(options, diag),
    }
}

fn method(options: &Options, parts: &[IndexPart], diag: &mut Diagnostics) -> &'static str {
    let Some(written) = options.name("method") else {
        return "Btree";
    };
    let known = METHODS.iter().find(|(word, _)| *word == written.text);
    if known.is_none() {
        let words = METHODS.map(|(word, _)| word);
        diag.error(
            written,
            format!("unknown index method `{}`", written.text),
            suggest::help(&written.text, &words),
        );
    }
    // Which distance it is about only the operator class says.
    if matches!(&*written.text, "hnsw" | "ivfflat")
        && parts.iter().any(|part| part.operator_class.is_none())
    {
        diag.error(
            written,
            format!(
                "an index of the method `{}` needs an operator class",
                written.text
            ),
            r#"add the one of the distance that is sorted by: `ops = "vector_cosine_ops"`"#,
        );
    }
    known.map_or("Btree", |(_, variant)| variant)
}

fn default_name(model: &Model, columns: &[usize], suffix: &str) -> String {
    let mut parts = vec![model.table.as_str()];
    parts.extend(columns.iter().map(|at| model.columns[*at].name.as_str()));
    name::joined(&parts, suffix)
}

/// The server keeps constraints and indexes of a table apart by name.
fn distinct_names(item: &Item, model: &Model, diag: &mut Diagnostics) {
    let uniques = model.uniques.iter().map(|unique| &unique.name);
    let indexes = model.indexes.iter().map(|index| &index.name);
    let checks = model.checks.iter().map(|check| &check.name);
    let exclusions = model.exclusions.iter().map(|it| &it.name);
    let mut names: Vec<&String> = uniques.chain(indexes).chain(checks).collect();
    names.extend(exclusions);
    names.extend(&model.key_name);
    names.extend(keys(model));
    for (at, name) in names.iter().enumerate() {
        if names[..at].contains(name) {
            let what = format!(
                "two constraints or indexes of `{}` are called `{name}`",
                item.ident
            );
            diag.error(&item.ident, what, r#"give one of them a `name = ".."`"#);
        }
    }
}

/// The names that foreign keys were given; two associations can share one of them.
fn keys(model: &Model) -> Vec<&String> {
    let mut named: Vec<(&[usize], &String)> = Vec::new();
    for association in &model.associations {
        let key = association.constraint_name.as_ref();
        let key = key.map(|name| (association.owner.as_slice(), name));
        named.extend(key.filter(|key| !named.contains(key)));
    }
    named.into_iter().map(|(_, name)| name).collect()
}
