//! `embed_migrations!`: from a folder to a `Migrator`.
//!
//! What is inside the files is read by the runtime, which splits statements;
//! here it is checked that every migration has a name and a way back.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::LitStr;

/// The expansion: a `Migrator`, or every mistake in the folder.
pub(crate) fn migrations(input: TokenStream) -> TokenStream {
    let folder = if input.is_empty() {
        LitStr::new("migrations", Span::call_site())
    } else {
        match syn::parse2(input) {
            Ok(literal) => literal,
            Err(error) => return error.into_compile_error(),
        }
    };
    // Cargo sets it for every crate it compiles; other build systems may not.
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(PathBuf::new, PathBuf::from);
    match read(&root.join(folder.value())) {
        Ok(found) => emit(&found),
        Err(mistakes) => mistakes
            .into_iter()
            .map(|mistake| syn::Error::new(folder.span(), mistake).into_compile_error())
            .collect(),
    }
}

/// A migration on disk.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    name: String,
    up: PathBuf,
    /// `down.sql`; a migration of one file has its way back in `up`.
    down: Option<PathBuf>,
    one_file: bool,
}

// migrations/20240310091200-create-users/{up,down}.sql  becomes
//     Embedded { name: "20240310091200-create-users", source: EmbeddedSource::TwoFiles {
//         up: include_str!("…/up.sql"), down: Some(include_str!("…/down.sql")) } }
fn emit(found: &[Found]) -> TokenStream {
    let migrations = found.iter().map(|migration| {
        let name = &migration.name;
        let up = text(&migration.up);
        let source = match &migration.down {
            _ if migration.one_file => quote!(OneFile(#up)),
            Some(down) => {
                let down = text(down);
                quote!(TwoFiles { up: #up, down: __::Some(#down) })
            }
            None => quote!(TwoFiles { up: #up, down: __::None }),
        };
        quote!(__::Embedded { name: #name, source: __::EmbeddedSource::#source })
    });
    quote! {{
        use ::orm::__ as __;
        __::Migrator::embedded(&[#(#migrations),*])
    }}
}

/// `include_str!`, so that an edit compiles the program anew.
fn text(path: &Path) -> TokenStream {
    let path = path.to_string_lossy();
    quote!(::core::include_str!(#path))
}

/// Every migration of the folder, oldest first, or everything that is wrong.
fn read(folder: &Path) -> Result<Vec<Found>, Vec<String>> {
    let entries = fs::read_dir(folder).map_err(|error| {
        vec![format!(
            "cannot read the folder `{}`: {error}\nhelp: it is relative to the package's Cargo.toml",
            folder.display()
        )]
    })?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    let (mut found, mut mistakes) = (Vec::new(), Vec::new());
    for path in paths {
        match migration(&path) {
            Ok(migration) => found.extend(migration),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    mistakes.extend(same_moments(&found));
    if mistakes.is_empty() {
        Ok(found)
    } else {
        Err(mistakes)
    }
}

fn same_moments(found: &[Found]) -> impl Iterator<Item = String> {
    let twins = found
        .windows(2)
        .filter(|pair| stamp(&pair[0].name) == stamp(&pair[1].name));
    twins.map(|pair| {
        format!(
            "`{}` and `{}` have the same moment\nhelp: change one of them, so that their order is known",
            pair[0].name, pair[1].name
        )
    })
}

/// The migration at a path, if it is one; other files may be there, too.
fn migration(path: &Path) -> Result<Option<Found>, String> {
    let Some(file) = path.file_name().and_then(|it| it.to_str()) else {
        return Ok(None);
    };
    let (name, one_file) = match file.strip_suffix(".sql") {
        Some(name) if path.is_file() => (name, true),
        _ if path.is_dir() && file.starts_with(|it: char| it.is_ascii_digit()) => (file, false),
        _ => return Ok(None),
    };
    if !is_name(name) {
        return Err(format!(
            "`{file}` is no name for a migration\nhelp: write `20240315102344-add-discount-code`: \
             the moment as YYYYMMDDHHMMSS, then words in kebab case"
        ));
    }
    let migration = Found {
        name: name.to_owned(),
        up: if one_file {
            path.to_owned()
        } else {
            path.join("up.sql")
        },
        down: (!one_file)
            .then(|| path.join("down.sql"))
            .filter(|it| it.exists()),
        one_file,
    };
    way_back(&migration)?;
    Ok(Some(migration))
}

/// Unless there is a way back, the migration says why.
fn way_back(migration: &Found) -> Result<(), String> {
    let name = &migration.name;
    let text = |path: &Path| {
        fs::read_to_string(path)
            .map_err(|error| format!("cannot read `{}` of `{name}`: {error}", file_name(path)))
    };
    let up = text(&migration.up)?;
    // Those in a squashed file had theirs when they were files of their own.
    if migration.one_file && directives(&up).next() == Some("squashed") {
        return Ok(());
    }
    let down = match &migration.down {
        Some(path) => text(path)?,
        None => down_section(&up).to_owned(),
    };
    if has_statement(&down) || directives(&up).any(|it| it.starts_with("irreversible")) {
        return Ok(());
    }
    let place = if migration.one_file {
        "below `-- orm:down`"
    } else {
        "into `down.sql`"
    };
    Err(format!(
        "`{name}` has no way back\nhelp: write it {place}, or say why there is none: \
         `-- orm:irreversible \"reason\"`"
    ))
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// What follows `-- orm:down`.
fn down_section(text: &str) -> &str {
    let mut rest = text;
    while let Some((line, after)) = rest.split_once('\n') {
        if directive(line).is_some_and(|it| it.trim() == "down") {
            return after;
        }
        rest = after;
    }
    ""
}

fn directives(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(directive)
}

/// What follows `-- orm:` in a line.
fn directive(line: &str) -> Option<&str> {
    line.trim()
        .strip_prefix("--")?
        .trim_start_matches('-')
        .trim_start()
        .strip_prefix("orm:")
}

/// Whether there is more than comments.
fn has_statement(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines.any(|line| !line.is_empty() && !line.starts_with("--"))
}

fn stamp(name: &str) -> &str {
    name.split_once('-').map_or(name, |(stamp, _)| stamp)
}

/// The rule of the runtime, which this crate cannot depend on.
fn is_name(name: &str) -> bool {
    let Some((stamp, words)) = name.split_once('-') else {
        return false;
    };
    let word = |it: &str| {
        !it.is_empty()
            && it
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    is_stamp(stamp) && words.split('-').all(word)
}

fn is_stamp(stamp: &str) -> bool {
    if stamp.len() != 14 || !stamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let parts = [
        (4..6, 1..=12),
        (6..8, 1..=31),
        (8..10, 0..=23),
        (10..12, 0..=59),
        (12..14, 0..=59),
    ];
    parts.into_iter().all(|(digits, range)| {
        stamp[digits]
            .parse()
            .is_ok_and(|number: u8| range.contains(&number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files, gone with the test.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str, files: &[(&str, &str)]) -> Self {
            let name = format!("orm-embed-{test}-{}", std::process::id());
            let folder = Folder(std::env::temp_dir().join(name));
            fs::create_dir_all(&folder.0).unwrap();
            for (file, text) in files {
                let path = folder.0.join(file);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, text).unwrap();
            }
            folder
        }

        fn mistakes(&self) -> Vec<String> {
            read(&self.0).unwrap_err()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn both_layouts_are_found_in_the_order_of_their_names() {
        let folder = Folder::new(
            "layouts",
            &[
                ("20240302000000-b.sql", "-- orm:up\na;\n-- orm:down\nb;\n"),
                ("20240301000000-a/up.sql", "a;"),
                ("20240301000000-a/down.sql", "b;"),
                (
                    "20240303000000-c/up.sql",
                    "-- orm:irreversible \"the rows are gone\"\na;",
                ),
                ("README.md", "what this is"),
                (".gitkeep", ""),
            ],
        );
        let found = read(&folder.0).unwrap();
        let names: Vec<&str> = found.iter().map(|it| it.name.as_str()).collect();
        assert_eq!(
            names,
            ["20240301000000-a", "20240302000000-b", "20240303000000-c"]
        );
        let emitted = emit(&found).to_string();
        assert_eq!(emitted.matches("include_str").count(), 4, "{emitted}");
    }

    #[test]
    fn a_squashed_file_is_one_text() {
        let text = "-- orm:squashed\n-- orm:migration 20240101000000-a/up.sql\na;\n";
        let folder = Folder::new("squashed", &[("20240101000000-old.sql", text)]);
        let found = read(&folder.0).unwrap();
        assert!(emit(&found).to_string().contains("OneFile"));
    }

    #[test]
    fn every_mistake_is_reported() {
        let folder = Folder::new(
            "mistakes",
            &[
                ("20240301000000-a/up.sql", "a;"),
                ("20240301000000-a/down.sql", "-- nothing yet\n"),
                ("20240302000000-b.sql", "-- orm:up\na;\n-- orm:down\nb;\n"),
                ("20240302000000-c.sql", "-- orm:up\na;\n-- orm:down\nb;\n"),
                ("20240303000000_d.sql", "a"),
                ("20240304000000-e/down.sql", "a"),
            ],
        );
        let mistakes = folder.mistakes();
        let begins: Vec<&str> = mistakes
            .iter()
            .map(|it| it.lines().next().unwrap())
            .collect();
        assert_eq!(
            begins[..2],
            [
                "`20240301000000-a` has no way back",
                "`20240303000000_d.sql` is no name for a migration",
            ]
        );
        assert!(
            begins[2].starts_with("cannot read `up.sql` of `20240304000000-e`"),
            "{begins:?}"
        );
        assert_eq!(
            begins[3],
            "`20240302000000-b` and `20240302000000-c` have the same moment"
        );
    }

    #[test]
    fn a_missing_folder_is_named() {
        let mistakes = read(Path::new("no/such/folder")).unwrap_err();
        assert!(
            mistakes[0].starts_with("cannot read the folder `no/such/folder`"),
            "{mistakes:?}"
        );
    }
}
