//! Messages, their order, and the storefront's own validators.

use crate::validate::{
    Bound, Fault, Format, Literal, RULES, Rule, ValidationErrors, Validator, View,
};

static NAME: &[Validator] = &[
    Validator::new(Rule::NotEmpty).with_message("Product name cannot be blank"),
    Validator::new(Rule::Len { min: 2, max: 200 })
        .with_message("Name must be between 2 and 200 characters"),
];
static PRICE: &[Validator] = &[
    Validator::new(Rule::Min(Bound::Int(0))).with_message("Price cannot be negative"),
    Validator::new(Rule::Format(Format::Int)).with_message("Price must be a whole number of cents"),
];
static STOCK: &[Validator] =
    &[Validator::new(Rule::Min(Bound::Int(0))).with_message("Stock cannot go below zero")];
static QUANTITY: &[Validator] = &[Validator::new(Rule::Min(Bound::Int(1)))];

fn messages(validators: &'static [Validator], value: &View<'_>) -> Vec<String> {
    let mut errors = ValidationErrors::new();
    errors.check("column", validators, value);
    errors.into_iter().map(|fault| fault.message).collect()
}

// An empty name is both blank and too short; a name of spaces is blank only.
#[test]
fn every_failing_validator_speaks_in_order() {
    assert_eq!(
        messages(NAME, &View::Text("")),
        [
            "Product name cannot be blank",
            "Name must be between 2 and 200 characters"
        ],
    );
    assert_eq!(
        messages(NAME, &View::Text("   ")),
        ["Product name cannot be blank"]
    );
}

#[test]
fn a_name_has_2_to_200_characters() {
    for (name, sound) in [
        ("a".to_owned(), false),
        ("ab".to_owned(), true),
        ("😀😀".to_owned(), true),
        ("é".repeat(200), true),
        ("é".repeat(201), false),
    ] {
        assert_eq!(
            messages(NAME, &View::Text(&name)).is_empty(),
            sound,
            "{name}"
        );
    }
}

#[test]
fn a_price_is_not_negative() {
    assert_eq!(
        messages(PRICE, &View::Int(-1)),
        ["Price cannot be negative"]
    );
    assert!(messages(PRICE, &View::Int(0)).is_empty());
    assert!(messages(PRICE, &View::Int(149_999)).is_empty());
    assert_eq!(
        messages(STOCK, &View::Int(-1)),
        ["Stock cannot go below zero"]
    );
}

#[test]
fn the_default_message_names_rule_and_column() {
    let mut errors = ValidationErrors::new();
    errors.check("quantity", QUANTITY, &View::Int(0));
    let fault = errors.iter().next().expect("0 is below 1");
    assert_eq!(fault.message, "Validation min on quantity failed");
    assert_eq!((fault.column, fault.rule), (Some("quantity"), "min"));
}

#[test]
fn display_is_one_line_per_fault_joined_by_commas() {
    let mut errors = ValidationErrors::new();
    errors.check("name", NAME, &View::Text(""));
    errors.check("price_in_cents", PRICE, &View::Int(-1));
    errors.check("stock_quantity", STOCK, &View::Int(-1));
    errors.check("quantity", QUANTITY, &View::Int(0));
    assert_eq!(errors.len(), 5);
    assert_eq!(
        errors.to_string(),
        "Validation error: Product name cannot be blank,\n\
         Validation error: Name must be between 2 and 200 characters,\n\
         Validation error: Price cannot be negative,\n\
         Validation error: Stock cannot go below zero,\n\
         Validation error: Validation min on quantity failed",
    );
    assert_eq!(ValidationErrors::new().to_string(), "");
}

#[test]
fn faults_are_found_by_column() {
    let mut errors = ValidationErrors::new();
    errors.check("name", NAME, &View::Text(""));
    errors.push(Fault {
        column: None,
        rule: "both_coordinates_or_none",
        message: "Give both coordinates or none".to_owned(),
    });
    assert_eq!(errors.for_column("name").count(), 2);
    assert_eq!(errors.for_column("price").count(), 0);
    assert_eq!(
        errors.for_model().collect::<Vec<_>>(),
        ["Give both coordinates or none"]
    );
    assert_eq!(errors.iter().count(), (&errors).into_iter().count());
    assert_eq!(errors.clone().into_result(), Err(errors));
    assert_eq!(ValidationErrors::new().into_result(), Ok(()));
}

// An error ends up in logs; a password must not.
#[test]
fn no_value_reaches_an_error_or_debug_text() {
    const SECRET: &str = "hunter2!";
    let view = View::Text(SECRET);
    let mut errors = ValidationErrors::new();
    errors.check(
        "password",
        &[Validator::new(Rule::Len { min: 20, max: 30 })],
        &view,
    );
    assert_eq!(errors.len(), 1);
    for text in [
        format!("{view:?}"),
        format!("{errors:?}"),
        errors.to_string(),
    ] {
        assert!(!text.contains(SECRET), "{text}");
    }
    assert_eq!(
        format!("{view:?} {:?}", View::Null),
        "View::Text(..) View::Null"
    );
}

// The table is what the documentation and the derive's suggestions read.
#[test]
fn the_table_of_names_is_complete_and_unambiguous() {
    const WITH_ARGUMENTS: [Rule; 21] = [
        Rule::NotEmpty,
        Rule::Len { min: 0, max: 1 },
        Rule::MinLength(1),
        Rule::MaxLength(1),
        Rule::ByteLength { min: 0, max: 1 },
        Rule::Min(Bound::Int(1)),
        Rule::Max(Bound::Int(1)),
        Rule::DivisibleBy(2),
        Rule::Equals(Literal::Int(1)),
        Rule::OneOf(&[]),
        Rule::NotOneOf(&[]),
        Rule::Contains("a"),
        Rule::NotContains("a"),
        Rule::Is("a"),
        Rule::Not("a"),
        Rule::After("2011-11-05"),
        Rule::Before("2011-11-05"),
        Rule::Url(crate::validate::UrlOptions::DEFAULT),
        Rule::Uuid(None),
        Rule::Hash(crate::validate::HashKind::Md5),
        Rule::PostalCode("US"),
    ];
    let formats = Format::ALL.iter().map(|format| Rule::Format(*format));
    let names: Vec<_> = WITH_ARGUMENTS
        .into_iter()
        .chain(formats)
        .map(|rule| rule.name())
        .collect();
    assert_eq!(
        RULES.iter().map(|rule| rule.name).collect::<Vec<_>>(),
        names
    );
    for (at, rule) in RULES.iter().enumerate() {
        assert!(
            !rule.doc.is_empty() && rule.doc.ends_with('.'),
            "{}",
            rule.name
        );
        assert!(
            rule.name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        );
        let twin = |other: &crate::validate::RuleName| {
            other.name == rule.name
                || (!rule.sequelize.is_empty() && other.sequelize == rule.sequelize)
        };
        assert!(!RULES[at + 1..].iter().any(twin), "{}", rule.name);
    }
}
