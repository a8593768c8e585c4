//! Models from a database.
//!
//! ```text
//! Blueprint -> sayable -> enums, model (names, types) -> link (foreign keys) -> association (both sides)
//!           -> emit (tokens) -> Pulled (files) -> folder (on disk)
//! ```
//!
//! Whoever can make a table can choose names, comments and defaults; what is
//! written here is compiled and run by somebody else. So nothing of the
//! database is ever pasted into a text: it becomes a token, and tokens become
//! text by one printer.

mod association;
mod default;
mod difference;
mod emit;
mod enums;
mod file;
mod folder;
mod ident;
mod index;
mod join_table;
mod kept;
mod link;
mod merge;
mod model;
#[cfg(feature = "studio")]
pub(crate) mod naming;
mod notice;
mod rust_type;
mod sayable;
mod word;

pub use folder::{FolderError, Left, Written};
pub(crate) use folder::{qualified_table_of, tables_in};
pub use notice::{KeyReason, Matter, Notice};
pub use orm_core::ddl::unsaid::IndexReason;

use std::collections::BTreeSet;
use std::path::Path;

use orm_core::ddl::Blueprint;
use proc_macro2::TokenStream;

/// The code of the models of a database.
#[derive(Debug, Clone)]
pub struct Pulled {
    /// The files, `mod.rs` first.
    pub files: Vec<SourceFile>,
    /// What the models do not say, or say otherwise.
    pub notices: Vec<Notice>,
    /// The crates beside `orm` whose types the models use.
    pub crates: BTreeSet<&'static str>,
}

/// A file of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Its name: letters, digits and underscores, and `.rs`.
    pub name: String,
    /// What is in it.
    pub code: String,
}

/// Writes the models of a database.
///
/// The same blueprint always gives the same code.
///
/// # Errors
/// When code that was made cannot be printed, which would be a mistake in here.
pub fn models(blueprint: &Blueprint) -> Result<Pulled, syn::Error> {
    let mut notices = Vec::new();
    let blueprint = &sayable::of(blueprint, &mut notices);
    let mut types = model::types(blueprint);
    let enums = enums::all(blueprint, &mut types, &mut notices);
    let mut models = model::all(blueprint, &enums, &mut types, &mut notices);
    let links = link::all(&models, &mut notices);
    association::add(&mut models, &links);
    notices.extend(
        models
            .iter()
            .flat_map(|model| difference::of(model, &links)),
    );
    notices.sort();
    let mut files = vec![file("mod", emit::module(&models, &enums, &notices))?];
    if !enums.is_empty() {
        files.push(file("enums", emit::enums(&enums))?);
    }
    for (at, model) in models
        .iter()
        .enumerate()
        .filter(|(_, it)| !it.is_join_table)
    {
        files.push(file(&model.module, emit::model(&models, at, &enums))?);
    }
    let fields = models
        .iter()
        .filter(|it| !it.is_join_table)
        .flat_map(|it| &it.fields);
    Ok(Pulled {
        files,
        notices,
        crates: fields.filter_map(|field| field.ty.from).collect(),
    })
}

fn file(name: &str, tokens: TokenStream) -> Result<SourceFile, syn::Error> {
    Ok(SourceFile {
        name: format!("{name}.rs"),
        code: prettyplease::unparse(&syn::parse2(tokens)?),
    })
}

impl Pulled {
    /// Writes the files into a new folder, or into one that models were pulled into.
    ///
    /// There, what was changed by hand stays: a file gets what the database has changed
    /// since, line by line, or is left as it is where both changed the same lines.
    ///
    /// # Errors
    /// When the folder exists and nothing was pulled into it, or cannot be written.
    pub fn write_to(&self, folder: &Path) -> Result<Written, FolderError> {
        folder::write(folder, &self.files)
    }
}
