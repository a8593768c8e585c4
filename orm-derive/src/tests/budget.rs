//! How much a model expands to. Every line is compiled once per model of every
//! user: a change that needs a bigger budget has to be worth it.

use super::expanded;

const BARE: &str = "#[derive(Model)] struct A { #[column(primary_key)] id: i32 }";

fn lines(source: &str) -> usize {
    expanded(source).lines().count()
}

#[test]
fn a_model_of_one_column() {
    let lines = lines(BARE);
    assert!(lines <= FIXED, "{lines} lines");
}

/// Most of it is the builder's four methods and three conversions.
const FIXED: usize = 137;

#[test]
fn a_required_column() {
    let more = lines(&BARE.replace("}", ", #[column(varchar(9))] name: String }")) - lines(BARE);
    assert!(more <= REQUIRED, "{more} lines");
}

/// Descriptor, handle, setter, the trait that says what is missing, and the
/// assertion that a varchar holds it.
const REQUIRED: usize = 36;

#[test]
fn an_optional_column() {
    let more = lines(&BARE.replace("}", ", name: Option<String> }")) - lines(BARE);
    assert!(more <= OPTIONAL, "{more} lines");
}

const OPTIONAL: usize = 12;

#[test]
fn an_association() {
    let one = |more: &str| {
        format!(
            "#[derive(Model)] #[association(has_many, as = \"bs\")] {more} {}",
            &BARE[16..]
        )
    };
    let two = "#[association(has_many, as = \"cs\")]";
    let first = lines(&one("")) - lines(BARE);
    let second = lines(&one(two)) - lines(&one(""));
    assert!(second <= ASSOCIATION, "{second} lines");
    assert!(first - second <= COMPANION, "{} lines", first - second);
}

/// Descriptor, marker and its number, handle, the two ways to fill its slot, and the check of
/// the other side.
const ASSOCIATION: usize = 97;

/// The companion itself: its struct, how it is put together and taken apart, `Deref`,
/// `Debug`, `Clone`, `PartialEq`.
const COMPANION: usize = 78;

/// The storefront's four models. The time that rustc takes for a model grows with
/// what is written for it.
#[test]
fn the_storefront() {
    let models = [
        include_str!("../../../orm-examples/src/models/user.rs"),
        include_str!("../../../orm-examples/src/models/order.rs"),
        include_str!("../../../orm-examples/src/models/order_item.rs"),
        include_str!("../../../orm-examples/src/models/product.rs"),
    ];
    let bytes = |source: &str| {
        let items = syn::parse_file(source).unwrap().items;
        let is_model = |item: &syn::Item| {
            let item = quote::quote!(#item).to_string();
            item.contains("derive (Model")
        };
        let models = items.iter().filter(|item| is_model(item));
        let expanded = models.map(|item| super::pretty(crate::expand::model(quote::quote!(#item))));
        expanded.map(|text| text.len()).sum::<usize>()
    };
    let bytes: usize = models.into_iter().map(bytes).sum();
    assert!(bytes > 20_000, "{bytes} bytes: are these the models?");
    assert!(bytes <= STOREFRONT, "{bytes} bytes");
}

const STOREFRONT: usize = 54_350;

#[test]
fn nothing_is_generic_over_functions_or_async() {
    let source = include_str!("cases/user.rs");
    let expansion = expanded(source);
    assert!(!expansion.contains("async"), "a future type per model");
    assert!(!expansion.contains("format!"), "text made at run time");
}
