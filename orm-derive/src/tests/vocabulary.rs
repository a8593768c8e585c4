//! The table of the attribute language is true: every key parses its own
//! example, and the documentation has it.

use proc_macro2::TokenStream;
use quote::quote;

use crate::diag::Diagnostics;
use crate::elsewhere::SAID;
use crate::parse::options;
use crate::vocab::{FORMATS, KEYS, Place, find};

#[test]
fn every_key_parses_its_example() {
    for key in KEYS {
        let tokens: TokenStream = key.example.parse().unwrap();
        let mut diag = Diagnostics::new();
        let owner = syn::parse2(quote!(owner)).unwrap();
        let read = options::read(key.place, &owner, tokens, &mut diag);
        diag.finish()
            .unwrap_or_else(|error| panic!("{:?} {}: {error}", key.place, key.example));
        assert!(
            read.has(key.name),
            "`{}` is an example of another key",
            key.example
        );
    }
}

#[test]
fn every_key_is_documented() {
    let documentation = |place: Place| match place {
        Place::DbEnum | Place::Label => include_str!("../docs/db_enum.md"),
        Place::Polymorphic | Place::OfTypes => include_str!("../docs/polymorphic.md"),
        Place::JsonFields => include_str!("../docs/json_fields.md"),
        Place::DbType => include_str!("../docs/db_type.md"),
        Place::Projection | Place::ProjectionField => include_str!("../docs/projection.md"),
        _ => include_str!("../docs/model.md"),
    };
    for key in KEYS {
        let name = key.name;
        let doc = documentation(key.place);
        let forms = [
            format!("`{name}`"),
            format!("{name}("),
            format!("({name}"),
            format!("{name} ="),
        ];
        assert!(
            forms.iter().any(|form| doc.contains(form)),
            "{:?} `{name}` is not in its page",
            key.place
        );
    }
    for format in FORMATS {
        assert!(
            include_str!("../docs/model.md").contains(&format!("`{format}`")),
            "`{format}` is not in the page"
        );
    }
}

#[test]
fn a_word_of_another_library_is_none_of_ours() {
    for (place, words, help) in SAID {
        for word in *words {
            assert!(find(*place, word).is_none(), "{place:?} has `{word}`");
            let said = SAID
                .iter()
                .filter(|(at, words, _)| at == place && words.contains(word));
            assert_eq!(said.count(), 1, "{place:?} `{word}` is said twice");
        }
        assert!(!help.ends_with('.'), "{help}");
    }
}

/// What the help tells to write can be written there.
#[test]
fn a_word_of_another_library_leads_to_one_of_ours() {
    for (place, _, help) in SAID {
        let Some(written) = help.strip_prefix("write `") else {
            continue;
        };
        let key = written
            .split(['(', ' ', '`', ','])
            .next()
            .unwrap_or_default();
        assert!(
            find(*place, key).is_some(),
            "{place:?} has no `{key}`: {help}"
        );
    }
}
