//! Enum types as Rust enums.

use orm_core::ddl::blueprint::{Blueprint, EnumType, Name};
use proc_macro2::Ident;

use super::ident::{self, Taken};
use super::notice::{Matter, Notice};
use super::word::{singular, upper_camel};

/// A Rust enum for an enum type.
#[derive(Debug)]
pub(super) struct Enum<'b> {
    pub(super) kind: &'b EnumType,
    /// What it is called in Rust.
    pub(super) name: String,
    /// Its variants, in the order of the labels.
    pub(super) variants: Vec<String>,
}

impl Enum<'_> {
    /// The enum and the variant of a label.
    pub(super) fn variant(&self, label: &str) -> Option<(Ident, Ident)> {
        let at = self.kind.labels.iter().position(|it| it == label)?;
        Some((ident::ident(&self.name), ident::ident(&self.variants[at])))
    }
}

/// The enums of all enum types that have a value; `types` are the names that
/// are taken among the types.
pub(super) fn all<'b>(
    blueprint: &'b Blueprint,
    types: &mut Taken,
    notices: &mut Vec<Notice>,
) -> Vec<Enum<'b>> {
    let (with, without): (Vec<_>, Vec<_>) = blueprint
        .enums
        .iter()
        .partition(|kind| !kind.labels.is_empty());
    notices.extend(
        without
            .iter()
            .map(|kind| Notice::new(&kind.name, Matter::NoLabels)),
    );
    with.into_iter()
        .map(|kind| Enum {
            kind,
            name: types.take(&[name(blueprint, &kind.name)]),
            variants: variants(kind),
        })
        .collect()
}

/// `order_status` is `OrderStatus`, and so is `enum_orders_status`, as
/// Sequelize calls the type of `orders.status`.
pub(super) fn name(blueprint: &Blueprint, kind: &Name) -> String {
    let name = ident::snake(&kind.name).unwrap_or_else(|| "enum".into());
    let Some(rest) = name.strip_prefix("enum_") else {
        return upper_camel(&name);
    };
    let tables = blueprint.tables.iter();
    let of_column = tables.filter_map(|table| {
        let table = ident::snake(&table.name.name)?;
        let column = rest.strip_prefix(&table)?.strip_prefix('_')?;
        Some(format!("{}_{column}", singular(&table)))
    });
    // The longest table: `enum_order_items_kind` is not of `order`.
    let found = of_column.min_by_key(String::len);
    upper_camel(&found.unwrap_or_else(|| rest.to_owned()))
}

fn variants(kind: &EnumType) -> Vec<String> {
    let mut taken = Taken::types();
    let variant = |label: &String| {
        let name = ident::snake(label).unwrap_or_else(|| "other".into());
        taken.take(&[upper_camel(&name)])
    };
    kind.labels.iter().map(variant).collect()
}

/// Whether the derive finds the label by itself in the variant's name.
pub(super) fn is_evident(label: &str, variant: &str) -> bool {
    // Words of one letter run together in camel case, digits do not begin one.
    let plain = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase());
    label.split('_').all(plain) && upper_camel(label) == variant
}

#[cfg(test)]
mod tests {
    use orm_core::ddl::blueprint::Name;

    use super::*;

    fn kind(labels: &[&str]) -> EnumType {
        EnumType {
            name: Name::new(None, "mood"),
            labels: labels.iter().map(|&label| label.into()).collect(),
        }
    }

    #[test]
    fn labels_become_variants() {
        let labels = [
            "on_its_way",
            "On Its Way",
            "",
            "2nd",
            "Self",
            "self",
            "…",
            "r#\"}",
        ];
        let expected = [
            "OnItsWay",
            "OnItsWay2",
            "Other",
            "N2nd",
            "Self_",
            "Self2",
            "Other2",
            "R",
        ];
        assert_eq!(variants(&kind(&labels)), expected);
    }

    #[test]
    fn only_plain_labels_are_left_to_the_derive() {
        assert!(is_evident("on_its_way", "OnItsWay"));
        assert!(is_evident("pending", "Pending"));
        for label in ["On_its_way", "a_b", "utf8", "", "on__its"] {
            assert!(!is_evident(label, &upper_camel(label)), "{label}");
        }
    }
}
