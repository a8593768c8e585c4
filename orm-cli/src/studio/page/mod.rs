//! The pages, one per file.

mod frame;
mod parts;
mod picture;
mod plan;
mod row;
mod schema;
mod table;
mod tables;

use hyper::{StatusCode, Uri};
use orm_core::ddl::blueprint::Name;

use super::Studio;
use super::answer::{self, Answer};
use super::asked;
use super::catalog::{Catalog, Relation};
use crate::failure::Failure;

/// Why there is no page.
#[derive(Debug)]
enum Problem {
    /// There is nothing of this name.
    Missing(String),
    /// What is asked makes no sense.
    Asked(String),
    /// The database did not answer, or refused.
    Database(orm_core::Error),
    /// What the page is about cannot be read.
    Failure(Failure),
}

impl From<orm_core::Error> for Problem {
    fn from(error: orm_core::Error) -> Self {
        Problem::Database(error)
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Problem::Failure(failure)
    }
}

/// The pairs of an address.
type Pairs = Vec<(String, String)>;

/// Answers a request that was let in.
pub(super) async fn answer(studio: &Studio, uri: &Uri) -> Answer {
    let pairs = asked::pairs(uri.query().unwrap_or_default());
    let page = match uri.path() {
        "/style.css" => return answer::style(include_str!("../style.css")),
        "/picture.svg" => match picture::svg(studio, &pairs).await {
            Ok(svg) => return answer::picture(svg),
            Err(problem) => Err(problem),
        },
        "/" => tables::page(studio).await,
        "/table" => table::page(studio, &pairs).await,
        "/row" => row::page(studio, &pairs).await,
        "/plan" => plan::page(studio, &pairs).await,
        "/picture" => picture::page(studio, &pairs).await,
        "/migrations" => schema::migrations(studio).await,
        "/drift" => schema::drift(studio).await,
        "/lint" => schema::lint(studio).await,
        _ => Err(Problem::Missing("There is no such page.".to_owned())),
    };
    match page {
        Ok(page) => answer::page(StatusCode::OK, page),
        Err(problem) => problem.answer(studio),
    }
}

impl Problem {
    fn answer(&self, studio: &Studio) -> Answer {
        let (status, heading, text) = match self {
            Problem::Missing(text) => (StatusCode::NOT_FOUND, "Not there", text.clone()),
            Problem::Asked(text) => (
                StatusCode::BAD_REQUEST,
                "That cannot be asked",
                text.clone(),
            ),
            Problem::Database(error) => (
                StatusCode::BAD_GATEWAY,
                "That did not work",
                error.to_string(),
            ),
            Problem::Failure(failure) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "That did not work",
                failure.to_string(),
            ),
        };
        let page = frame::page(studio, heading, "", |page| {
            page.of_text("h1", "", heading);
            page.of_text("pre", "problem", &text);
        });
        answer::page(status, page)
    }
}

/// Why a statement with values of an address failed: where the database takes one for no value
/// of its column's type, or compares no such values, that is what was asked.
fn of_asked(error: orm_core::Error, values: usize) -> Problem {
    let code = error.sqlstate().unwrap_or_default();
    // Those behind the first are of types whose values are names or have a grammar.
    let is_of_value = code.starts_with("22")
        || matches!(
            code,
            "23514" | "42601" | "42602" | "42703" | "42704" | "42883" | "42P01"
        );
    match values > 0 && is_of_value {
        true => Problem::Asked(format!(
            "The database takes a value for none of its column's type, or does not compare \
             such values: {error}"
        )),
        false => Problem::Database(error),
    }
}

/// The table or view that an address is about.
fn relation<'c>(catalog: &'c Catalog, pairs: &Pairs) -> Result<&'c Relation, Problem> {
    let name = asked::name(pairs).unwrap_or_else(|| Name::new(None, ""));
    let found = catalog.relation(&name);
    found.ok_or_else(|| Problem::Missing(format!("There is no table or view `{name}`.")))
}
