//! How the rows of a table are kept: logged or not, by which parameters, in which
//! partitions.

use proc_macro2::TokenTree;
use syn::ext::IdentExt;

use super::Fields;
use crate::diag::{Diagnostics, suggest};
use crate::model::{Model, Partition, Storage, Term};
use crate::parse::Item;
use crate::parse::options::{Entry, Options};
use crate::parse::value::{Assignment, Name, Value};

/// What a partition holds: what the user writes, and the runtime's variant.
const METHODS: [(&str, &str); 3] = [("range", "Range"), ("list", "List"), ("hash", "Hash")];

/// Reads what the model says of it; constraints and indexes are known by now.
pub(super) fn kept(item: &Item, fields: &Fields, model: &mut Model, diag: &mut Diagnostics) {
    let options = &item.options;
    let partition = options
        .get("partition_by")
        .and_then(|entry| partition(entry, fields, model, diag));
    let parameters = parameters(options, diag);
    if partition.is_some() {
        for (word, what) in [
            ("unlogged", "is not logged by itself"),
            ("storage", "has no storage parameters"),
        ] {
            if let Some(entry) = options.get(word) {
                let what = format!("a partitioned table {what}: its partitions hold the rows");
                let help = format!("leave `{word}` out, and say it of each partition");
                diag.error(&entry.key, what, help);
            }
        }
    }
    model.storage = Storage {
        unlogged: options.has("unlogged"),
        parameters,
        partition,
    };
}

/// What `storage(..)` says, of a table or an index.
pub(super) fn parameters(options: &Options, diag: &mut Diagnostics) -> Vec<(String, String)> {
    match options.get("storage").map(|entry| &entry.value) {
        Some(Value::Assignments(all)) => {
            all.iter().filter_map(|one| parameter(one, diag)).collect()
        }
        _ => Vec::new(),
    }
}

/// The storage parameters of indexes that not every method has.
const OF_METHODS: [(&str, &[&str]); 10] = [
    ("fillfactor", &["btree", "hash", "gist", "spgist"]),
    ("deduplicate_items", &["btree"]),
    ("buffering", &["gist"]),
    ("fastupdate", &["gin"]),
    ("gin_pending_list_limit", &["gin"]),
    ("pages_per_range", &["brin"]),
    ("autosummarize", &["brin"]),
    ("m", &["hnsw"]),
    ("ef_construction", &["hnsw"]),
    ("lists", &["ivfflat"]),
];

/// What `storage(..)` says of an index, none of which is of another method.
pub(super) fn of_index(options: &Options, diag: &mut Diagnostics) -> Vec<(String, String)> {
    let method = options
        .name("method")
        .map_or("btree", |name| name.text.as_str());
    if let Some(Value::Assignments(all)) = options.get("storage").map(|entry| &entry.value) {
        for one in all {
            let name = one.name.unraw().to_string();
            let of = OF_METHODS.iter().find(|(own, _)| *own == name);
            let Some((_, methods)) = of.filter(|(_, methods)| !methods.contains(&method)) else {
                continue;
            };
            let what = format!("an index of the method `{method}` has no `{name}`");
            let help = format!(
                "leave it out: it is a parameter of {}",
                suggest::quoted(methods)
            );
            diag.error(&one.name, what, help);
        }
    }
    parameters(options, diag)
}

/// A number, a truth value or a text, as the server reads it from a text.
fn parameter(one: &Assignment, diag: &mut Diagnostics) -> Option<(String, String)> {
    let name = one.name.unraw().to_string();
    let tokens: Vec<TokenTree> = one.value.clone().into_iter().collect();
    let text: Option<String> = match tokens.as_slice() {
        [TokenTree::Ident(word)] if word == "true" || word == "false" => Some(word.to_string()),
        [TokenTree::Punct(minus), TokenTree::Literal(number)] if minus.as_char() == '-' => {
            number_of(&number.to_string()).map(|number| format!("-{number}"))
        }
        [TokenTree::Literal(literal)] => {
            match syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                Ok(text) => Some(text.value()),
                Err(_) => number_of(&literal.to_string()),
            }
        }
        _ => None,
    };
    let text = text.filter(|text| !text.contains('\0'));
    if text.is_none() {
        diag.error(
            &one.value,
            format!("`{name}` cannot have this value"),
            "write a number, `true`, `false` or a text",
        );
    }
    Some((name, text?))
}

fn number_of(written: &str) -> Option<String> {
    let digits = written.replace('_', "");
    digits.parse::<f64>().is_ok().then_some(digits)
}

fn partition(
    entry: &Entry,
    fields: &Fields,
    model: &Model,
    diag: &mut Diagnostics,
) -> Option<Partition> {
    let Value::Options(written) = &entry.value else {
        return None;
    };
    let mut said = METHODS
        .iter()
        .filter_map(|(word, method)| Some((written.get(word)?, *method)));
    let Some((first, method)) = said.next() else {
        // What is in it and cannot be read was reported.
        if written.entries.is_empty() && diag.count() == 0 {
            let help = "write `partition_by(range = created_at)`, or `list` or `hash`";
            diag.error(&entry.key, "`partition_by` does not say by what", help);
        }
        return None;
    };
    if let Some((second, _)) = said.next() {
        let what = format!(
            "a table is partitioned by one thing, but here are `{}` and `{}`",
            first.name, second.name
        );
        let help = "keep one of the two; a partition can be partitioned by the other";
        diag.error(&second.key, what, help);
    }
    let names = first.value.as_names()?;
    let columns = fields.resolve_all(names, &model.ident, diag);
    for (name, &at) in names
        .iter()
        .zip(&columns)
        .filter(|_| names.len() == columns.len())
    {
        in_every_key(name, at, model, diag);
    }
    Some(Partition { method, columns })
}

/// Each partition has indexes of its own, so that a row is told from those in others
/// by the columns alone that say in which one it is.
fn in_every_key(name: &Name, at: usize, model: &Model, diag: &mut Diagnostics) {
    let field = &model.columns[at].field;
    if !model.key.contains(&at) && !model.key.is_empty() {
        let key: Vec<&str> = model
            .key
            .iter()
            .map(|at| model.columns[*at].field.as_str())
            .collect();
        let what = format!(
            "`{}` is partitioned by `{field}`, which is not in its primary key, {}",
            model.ident,
            suggest::quoted(&key)
        );
        diag.error(
            name,
            what,
            format!("write `#[column(primary_key)]` on `{field}` too"),
        );
    }
    let uniques = model.uniques.iter();
    let uniques = uniques.map(|it| (&it.name, it.columns.clone()));
    let indexes = model.indexes.iter().filter(|index| index.unique);
    let indexes = indexes.map(|index| {
        let columns = index.parts.iter().filter_map(|part| match part.term {
            Term::Column(at) => Some(at),
            Term::Expression(_) => None,
        });
        (&index.name, columns.collect())
    });
    let exclusions = model.exclusions.iter().map(|exclusion| {
        let equal = exclusion
            .elements
            .iter()
            .filter(|it| it.operator == "Equal");
        let columns = equal.filter_map(|it| match it.term {
            Term::Column(at) => Some(at),
            Term::Expression(_) => None,
        });
        (&exclusion.name, columns.collect())
    });
    let uniques = uniques.chain(indexes).map(|it| ("unique", it));
    let exclusions = exclusions.map(|it| ("exclusion", it));
    for (sort, (constraint, columns)) in uniques.chain(exclusions) {
        if !columns.contains(&at) {
            let what = format!(
                "`{}` is partitioned by `{field}`, which the {sort} `{constraint}` does not have",
                model.ident
            );
            diag.error(
                name,
                what,
                match sort {
                    "exclusion" => format!(
                        "add `{field} with =` to its columns: rows are compared within a partition"
                    ),
                    _ => format!(
                        "add `{field}` to its columns: rows are told apart within a partition"
                    ),
                },
            );
        }
    }
}
