//! How the database would go about a page's query. It is not run.

use orm_core::schema::Backend;

use super::{Pairs, Problem, frame, of_asked, parts, relation};
use crate::studio::Studio;
use crate::studio::asked::Asked;
use crate::studio::html::{Attr, Html};
use crate::studio::statement::{self, Items};
use crate::studio::{code, read};

pub(super) async fn page(studio: &Studio, pairs: &Pairs) -> Result<Html, Problem> {
    let catalog = studio.catalog().await?;
    let of = relation(&catalog, pairs)?;
    let asked = Asked::read(pairs, of).map_err(Problem::Asked)?;
    let query = statement::page(catalog.backend, of, &asked, Items::Plain);
    let query = query.map_err(Problem::Asked)?;
    let plan: Result<Vec<String>, _> = match catalog.backend {
        Backend::Sqlite => {
            let text = format!("EXPLAIN QUERY PLAN {}", query.text);
            read::steps(&studio.db, &text, &query.params).await
        }
        _ => {
            let text = format!("EXPLAIN {}", query.text);
            let lines = read::rows(&studio.db, &text, &query.params).await;
            lines.map(|it| it.into_iter().flatten().flatten().collect())
        }
    };
    let plan = plan.map_err(|error| of_asked(error, query.params.len()))?;
    let title = format!("Plan of {}", of.name);
    Ok(frame::page(studio, &title, "/", |page| {
        page.of_text("h1", "", &title);
        parts::queries(page, &code::query(of, &asked), &query);
        page.of_text("pre", "plan", &plan.join("\n"));
        page.of_text(
            "p",
            "faint",
            "What the database expects, by EXPLAIN: the query was not run for it.",
        );
        page.element("p", &[Attr::Class("ways")], |it| {
            it.link(&asked.url("/table", of), "Back to the rows");
        });
    }))
}
