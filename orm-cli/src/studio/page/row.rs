//! One row, with the ways from it to others.

use super::{Pairs, Problem, frame, of_asked, parts, relation};
use crate::studio::Studio;
use crate::studio::asked::address;
use crate::studio::catalog::Relation;
use crate::studio::html::{Attr, Html};
use crate::studio::statement::{self, Items};
use crate::studio::walk::{self, Way};
use crate::studio::{code, read};

/// How much of a value is shown.
const MOST: usize = 20_000;

pub(super) async fn page(studio: &Studio, pairs: &Pairs) -> Result<Html, Problem> {
    let catalog = studio.catalog().await?;
    let of = relation(&catalog, pairs)?;
    let key = pairs.iter().filter(|(name, _)| name == "k");
    let key: Vec<String> = key.map(|(_, value)| value.clone()).collect();
    if key.is_empty() || key.len() != of.key.len() {
        return Err(Problem::Asked(format!(
            "A row of `{}` is found by {} values, and {} were given.",
            of.name,
            of.key.len(),
            key.len()
        )));
    }
    let exact: Vec<usize> = (0..of.columns.len()).collect();
    let text = statement::row(catalog.backend, of, &key, Items::Shown(MOST, &exact));
    let text = text.map_err(Problem::Asked)?;
    let plain = statement::row(catalog.backend, of, &key, Items::Plain);
    let plain = plain.map_err(Problem::Asked)?;
    let found = read::rows(&studio.db, &text.text, &text.params).await;
    let found = found.map_err(|error| of_asked(error, text.params.len()))?;
    let Some(cells) = found.into_iter().next() else {
        return Err(Problem::Missing(format!(
            "`{}` has no such row, or not any more.",
            of.name
        )));
    };
    let (shown, exact) = cells.split_at(of.columns.len().min(cells.len()));
    let value = |column: usize| {
        let marked = exact.get(column)?.as_deref()?;
        marked.strip_prefix('v').map(str::to_owned)
    };
    let ways = walk::ways(&catalog, of);
    let title = format!("{} {}", of.rust, key.join(", "));
    Ok(frame::page(studio, &title, "/", |page| {
        page.element("h1", &[], |it| {
            it.link(&address("/table", &of.name), &of.name.to_string());
            it.of_text("span", "model", &title);
        });
        page.markup("<div class=\"two\"><section>");
        fields(page, of, shown, &ways, &value);
        parts::hidden(page, &of.hidden);
        page.markup("</section><section>");
        page.of_text("h2", "", "From here");
        associations(page, &ways, &value);
        page.markup("</section></div>");
        parts::queries(page, &code::find(of, &key), &plain);
    }))
}

fn fields(
    page: &mut Html,
    of: &Relation,
    shown: &[Option<String>],
    ways: &[Way<'_>],
    value: &dyn Fn(usize) -> Option<String>,
) {
    page.markup("<div class=\"scroll\"><table class=\"row\"><tbody>");
    for (at, column) in of.columns.iter().enumerate() {
        let cell = shown.get(at).and_then(|it| it.as_deref());
        let mut ways = ways
            .iter()
            .filter(|it| it.is_up() && it.column() == Some(at));
        let url = ways.find_map(|it| it.url(value));
        page.element("tr", &[], |it| {
            it.element("th", &[Attr::Title(&column.words)], |it| {
                it.text(&column.name);
                if of.key.contains(&at) {
                    it.of_text("span", "key", "key");
                }
            });
            it.of_text("td", "faint type", &column.words);
            it.element("td", &[Attr::Class("value")], |it| match url {
                Some(url) => it
                    .element("a", &[Attr::Href(&url)], |it| {
                        parts::value(it, column, cell, MOST);
                    })
                    .end(),
                None => parts::value(it, column, cell, MOST),
            });
        });
    }
    page.markup("</tbody></table></div>");
}

fn associations(page: &mut Html, ways: &[Way<'_>], value: &dyn Fn(usize) -> Option<String>) {
    if ways.is_empty() {
        page.of_text(
            "p",
            "faint",
            "Nothing refers to it, and it refers to nothing.",
        );
        return;
    }
    page.markup("<ul class=\"associations\">");
    for way in ways.iter().filter(|it| it.is_for(value)) {
        page.element("li", &[], |it| {
            match way.url(value) {
                Some(url) => it.link(&url, &way.label).end(),
                None => it.of_text("span", "faint", &way.label),
            }
            it.of_text("span", "badge", way.what);
            if way.url(value).is_none() {
                it.of_text("span", "null", "NULL");
            }
        });
    }
    page.markup("</ul>");
}
