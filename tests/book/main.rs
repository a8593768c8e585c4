//! The guide of `docs/guide` as text: the program that its blocks make, and its links.
//!
//! The blocks of a chapter are one program, in the order in which they stand there:
//! what begins like an item is one, and everything else is the body of an async function
//! that has a `db`. They are kept in `tests/guide/chapters.rs`, which `tests/guide`
//! compiles and runs:
//!
//! ```sh
//! BLESS=1 cargo test -p typed-orm --test book     # writes the program after a chapter was changed
//! BLESS=1 cargo test -p typed-orm --test guide    # writes the SQL that chapters show
//! ```

#![allow(clippy::unwrap_used)]

// The other test of the guide uses the rest of it.
#[allow(dead_code)]
mod book;
mod forty;

/// Fails unless the file is what it is made of, or writes it.
fn is_kept(file: &str, made: &str) {
    if std::env::var_os("BLESS").is_some() {
        return book::write(file, made);
    }
    assert!(
        book::text(file) == made,
        "{file} is not what it is made of: BLESS=1 cargo test -p typed-orm --test book"
    );
}

#[test]
fn the_program_is_what_the_chapters_say() {
    is_kept("tests/guide/chapters.rs", &book::rust_of_all());
}

#[test]
fn the_messages_are_those_of_the_compiler() {
    is_kept("docs/guide/src/errors.md", &book::errors(&forty::FORTY));
}

#[test]
fn links_lead_somewhere() {
    let dead: Vec<_> = book::links()
        .into_iter()
        .filter(|(chapter, link)| !book::exists(chapter, link))
        .collect();
    assert_eq!(dead, []);
}

/// What is shown of an example, and not compiled where it stands.
#[test]
fn parts_of_examples_stand_in_them() {
    for (chapter, part) in book::parts() {
        assert!(
            book::is_in_an_example(&part),
            "{chapter}: no example has\n{part}"
        );
    }
}

#[test]
fn each_mistake_of_the_first_day_has_its_case() {
    for (_, _, case) in forty::FORTY {
        assert!(book::is_case(case), "tests/ui/{case} is not there");
    }
    let listed = |case: &String| forty::FORTY.iter().any(|(_, _, it)| it == case);
    let unlisted: Vec<_> = book::cases("newcomer")
        .into_iter()
        .filter(|case| !listed(case))
        .collect();
    assert_eq!(unlisted, Vec::<String>::new());
}
