//! Associations of foreign keys, on both sides, with their names.
//!
//! `orders.customer_id` is `Order::customer` and `Customer::orders`. Where a
//! name is a column's, or two keys want one, the name says more.

use std::collections::BTreeSet;

use orm_core::ddl::blueprint::Table;

use super::difference;
use super::ident;
use super::index::{self, Indexes};
use super::join_table::{self, Pair};
use super::link::{self, Link};
use super::model::{Association, Kind, Model, Through};
use super::word::{plural, singular};

/// Gives the models their associations.
pub(super) fn add<'b>(models: &mut [Model<'b>], links: &[Link<'b>]) {
    let pairs = pairs(models, links);
    for (at, pair, plain) in &pairs {
        let pointed_at = links.iter().any(|link| link.target == *at);
        models[*at].is_join_table = *plain && !pointed_at && pair.left.child == *at;
    }
    let direct: Vec<&Link<'b>> = links
        .iter()
        .filter(|it| !models[it.child].is_join_table)
        .collect();
    let aliases: Vec<String> = direct
        .iter()
        .map(|link| belongs_to(models, link, &direct))
        .collect();
    for (link, alias) in direct.iter().zip(&aliases) {
        has(models, link, alias, &direct);
    }
    for (at, pair, _) in &pairs {
        through(models, *at, pair.left, pair.right);
        through(models, *at, pair.right, pair.left);
    }
}

/// The tables that are between two others, by position, with whether they
/// need no model.
fn pairs<'l, 'b>(models: &[Model<'b>], links: &'l [Link<'b>]) -> Vec<(usize, Pair<'l, 'b>, bool)> {
    let of = |at: usize| {
        let table = models[at].table;
        let own: Vec<&Link<'b>> = links.iter().filter(|it| it.child == at).collect();
        let pair = join_table::pair(table, &own)?;
        let plain = own.len() == 2 && join_table::is_plain(models, table, &pair);
        Some((at, pair, plain))
    };
    (0..models.len()).filter_map(of).collect()
}

/// The side that holds the key. Returns its name.
fn belongs_to<'b>(models: &mut [Model<'b>], link: &Link<'b>, all: &[&Link<'b>]) -> String {
    let own = all.iter().filter(|it| it.child == link.child);
    let keys: BTreeSet<&'b [String]> = own.map(|it| it.key.columns.as_slice()).collect();
    let Indexes { without, .. } = index::of(models[link.child].table, &keys);
    let rivals = all
        .iter()
        .filter(|it| (it.child, it.target) == (link.child, link.target));
    let says_little = rivals.count() > 1 || link.child == link.target;
    let mut wanted = names_of_one(models, link);
    if says_little && stem_of(models, link).is_none() {
        // The name of the table, which would not say which.
        wanted.remove(0);
    }
    let possible = |action| difference::possible(&models[link.child], link, action);
    let (on_delete, on_update) = (possible(link.key.on_delete), possible(link.key.on_update));
    let child = &mut models[link.child];
    let alias = child.taken.take(&wanted);
    let association = Association {
        kind: Kind::BelongsTo {
            key: link.key,
            name: (link.name != link::usual_name(link, all)).then_some(link.name),
            on_delete,
            on_update,
            indexed: !without.contains(link.key.columns.as_slice()),
        },
        alias: alias.clone(),
        target: link.target,
        foreign_key: child.field_names(&link.columns),
        held: held(models, link),
    };
    models[link.child].associations.push(association);
    alias
}

/// `customer_id` is the key of a `customer`; a key of another name is that of
/// what it points at.
fn names_of_one(models: &[Model<'_>], link: &Link<'_>) -> Vec<String> {
    let target = own_name(&models[link.target]);
    let fields = models[link.child].field_names(&link.columns);
    let stem = stem_of(models, link);
    let last = fields.last().map_or("", String::as_str);
    match stem {
        Some(stem) => vec![
            stem.clone(),
            format!("{stem}_{target}"),
            format!("{stem}_row"),
        ],
        None if last.ends_with(&target) => vec![target.clone(), format!("{last}_row")],
        None => vec![
            target.clone(),
            format!("{last}_{target}"),
            format!("{target}_row"),
        ],
    }
}

/// What the columns of a key say of whose it is, if they do.
fn stem_of(models: &[Model<'_>], link: &Link<'_>) -> Option<String> {
    let target = own_name(&models[link.target]);
    let fields = models[link.child].field_names(&link.columns);
    let held = models[link.target].field_names(&link.held);
    let pairs = fields.iter().zip(&held);
    let stems: Vec<&str> = pairs.filter_map(|(own, held)| stem(own, held)).collect();
    let found = stems.iter().find(|it| **it == target).or(stems.last());
    found.map(|it| (*it).to_owned())
}

/// `customer` of `customer_id`, `product` of `product_sku` that holds a `sku`.
/// A column of the same name on both sides, such as a tenant's, says nothing.
fn stem<'f>(own: &'f str, held: &str) -> Option<&'f str> {
    let before = |suffix: &str| own.strip_suffix(suffix)?.strip_suffix('_');
    let stem = before(held)
        .or_else(|| before("id"))
        .filter(|it| !it.is_empty());
    stem.filter(|_| own != held)
}

/// A model's name as a name of one row.
fn own_name(model: &Model<'_>) -> String {
    let name = ident::snake(&model.table.name.name);
    name.map_or_else(|| model.module.clone(), |name| singular(&name))
}

/// The side whose key is held.
fn has<'b>(models: &mut [Model<'b>], link: &Link<'b>, other: &str, all: &[&Link<'b>]) {
    let one = own_name(&models[link.child]);
    let plain = if link.unique { one } else { plural(&one) };
    let specific = format!("{plain}_as_{other}");
    let rivals = all
        .iter()
        .filter(|it| (it.child, it.target) == (link.child, link.target));
    let is_alone = rivals.count() == 1 || own_name(&models[link.target]) == other;
    let wanted = match (link.child == link.target, link.unique) {
        (true, false) if other == "parent" => vec!["children".to_owned(), specific],
        (true, true) if other == "parent" => vec!["child".to_owned(), specific],
        // Two rows of one table: the name of the table would say nothing.
        (true, true) => vec![specific],
        _ if is_alone => vec![plain, specific],
        _ => vec![specific],
    };
    let kind = if link.unique {
        Kind::HasOne
    } else {
        Kind::HasMany
    };
    let association = Association {
        kind,
        alias: models[link.target].taken.take(&wanted),
        target: link.child,
        foreign_key: models[link.child].field_names(&link.columns),
        held: held(models, link),
    };
    models[link.target].associations.push(association);
}

/// The side of `own` of a table that is between it and `other`.
fn through<'b>(models: &mut [Model<'b>], between: usize, own: &Link<'b>, other: &Link<'b>) {
    let table = &models[between];
    let (name, is_join_table) = (plural(&own_name(table)), table.is_join_table);
    let plain = plural(&names_of_one(models, other).swap_remove(0));
    let wanted = [plain.clone(), format!("{plain}_through_{name}")];
    let between_table: &'b Table = table.table;
    let columns = |link: &Link<'_>| {
        if is_join_table {
            link.key.columns.clone()
        } else {
            models[between].field_names(&link.columns)
        }
    };
    let (foreign_key, other_key) = (columns(own), columns(other));
    let through = if is_join_table {
        Through::Table(&between_table.name.name)
    } else {
        Through::Model(between)
    };
    let association = Association {
        kind: Kind::ManyToMany {
            through,
            other_key,
            other_held: held(models, other),
        },
        alias: models[own.target].taken.take(&wanted),
        target: other.target,
        foreign_key,
        held: held(models, own),
    };
    models[own.target].associations.push(association);
}

/// The fields that a key refers to, unless they are the primary key.
fn held(models: &[Model<'_>], link: &Link<'_>) -> Vec<String> {
    if link.to_primary_key {
        Vec::new()
    } else {
        models[link.target].field_names(&link.held)
    }
}
