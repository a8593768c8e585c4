//! Pictures of the storefront, kept as they are looked at.

// In a test a panic is the answer.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::{env, fs};

use orm_cli::erd::Diagram;
use orm_core::ddl::blueprint::{Blueprint, Column, Name, Storage, Table, Type};
use orm_examples::models::{Order, OrderItem, Product, User};

fn storefront() -> Diagram {
    Diagram::of_models(orm_core::models![User, Order, OrderItem, Product]).unwrap()
}

/// Compares with the file, or writes it if `BLESS` is set.
fn golden(name: &str, picture: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/erd")
        .join(name);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, picture).unwrap();
    }
    assert_eq!(picture, fs::read_to_string(&path).unwrap(), "{name}");
}

#[test]
fn the_storefront_in_mermaid() {
    golden("storefront.mmd", &storefront().mermaid());
}

#[test]
fn the_storefront_in_dot() {
    golden("storefront.dot", &storefront().dot());
}

#[test]
fn the_storefront_in_svg() {
    golden("storefront.svg", &storefront().svg());
}

fn hostile() -> Diagram {
    let name = "</text><script>alert(1)</script>\" -->\u{0}\n%%{init}%% | {";
    let column = Column {
        name: name.into(),
        kind: Type::Other(name.into()),
        nullable: true,
        identity: None,
        sequence: None,
        default: None,
        generated: None,
        collation: None,
        comment: None,
    };
    let table = Table {
        name: Name::new(Some(name), name),
        columns: vec![column],
        constraints: Vec::new(),
        indexes: Vec::new(),
        storage: Storage::default(),
        comment: None,
    };
    Diagram::of(&Blueprint {
        tables: vec![table],
        enums: Vec::new(),
        views: Vec::new(),
    })
}

#[test]
fn names_are_text_and_nothing_else() {
    let (svg, dot, mermaid) = (hostile().svg(), hostile().dot(), hostile().mermaid());
    for xml in [&svg, &dot] {
        assert!(!xml.contains("<script") && !xml.contains('\0'), "{xml}");
    }
    // Table, column: what was a line break is none.
    assert_eq!(mermaid.lines().count(), 4, "{mermaid}");
    assert!(
        !mermaid.contains("%%") && !mermaid.contains("<script"),
        "{mermaid}"
    );
    assert_eq!(mermaid.matches('"').count() % 2, 0, "{mermaid}");
}

#[test]
fn nothing_is_a_picture_too() {
    let nothing = Diagram::of(&Blueprint::default());
    assert_eq!(nothing.mermaid(), "erDiagram\n");
    assert!(nothing.svg().starts_with("<svg") && nothing.dot().ends_with("}\n"));
}
