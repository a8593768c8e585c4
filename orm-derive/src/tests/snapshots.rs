//! Each `cases/<name>.rs` expands to `cases/<name>.expanded.rs`.

use std::path::Path;
use std::{env, fs};

use super::expanded;

#[track_caller]
fn check(case: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/tests/cases");
    let source = fs::read_to_string(folder.join(format!("{case}.rs"))).unwrap();
    let actual = expanded(&source);
    let file = folder.join(format!("{case}.expanded.rs"));
    if env::var_os("BLESS").is_some() {
        fs::write(&file, &actual).unwrap();
    }
    let expected = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        actual == expected,
        "`{case}` expands differently; BLESS=1 accepts it:\n{actual}"
    );
}

#[test]
fn a_model_with_an_association() {
    check("user");
}

#[test]
fn a_model_that_holds_a_key() {
    check("order");
}

#[test]
fn a_model_after_an_error() {
    check("broken");
}

#[test]
fn an_enum() {
    check("db_enum");
}

#[test]
fn a_newtype() {
    check("db_type");
}

#[test]
fn fields_of_documents() {
    check("json_fields");
}

#[test]
fn a_projection() {
    check("projection");
}
