//! A table's rows, with what is asked of them.

use super::{Pairs, Problem, frame, of_asked, parts, relation};
use crate::studio::Studio;
use crate::studio::asked::{Asked, Order, Place, address};
use crate::studio::catalog::Relation;
use crate::studio::html::{Attr, Html};
use crate::studio::kind::Test;
use crate::studio::statement::{self, Items, ROWS};
use crate::studio::url::Url;
use crate::studio::walk::{self, Way};
use crate::studio::{code, read};

/// How much of a value is shown.
const MOST: usize = 120;

/// A row: what is shown of each column, and the whole values of some.
struct Row {
    shown: Vec<Option<String>>,
    exact: Vec<Option<String>>,
}

pub(super) async fn page(studio: &Studio, pairs: &Pairs) -> Result<Html, Problem> {
    let catalog = studio.catalog().await?;
    let of = relation(&catalog, pairs)?;
    let asked = Asked::read(pairs, of).map_err(Problem::Asked)?;
    let ways: Vec<Way<'_>> = walk::ways(&catalog, of)
        .into_iter()
        .filter(|it| it.is_up() && it.column().is_some())
        .collect();
    let exact = needed(of, &asked, &ways);
    let text = statement::page(catalog.backend, of, &asked, Items::Shown(MOST, &exact));
    let text = text.map_err(Problem::Asked)?;
    let plain = statement::page(catalog.backend, of, &asked, Items::Plain);
    let plain = plain.map_err(Problem::Asked)?;
    let found = read::rows(&studio.db, &text.text, &text.params).await;
    let found = found.map_err(|error| of_asked(error, text.params.len()))?;
    let is_more = found.len() > ROWS;
    let rows: Vec<Row> = found
        .into_iter()
        .take(ROWS)
        .map(|it| cells(of, it))
        .collect();
    Ok(frame::page(studio, &of.name.to_string(), "/", |page| {
        heading(page, of);
        conditions(page, of, &asked);
        parts::queries(page, &code::query(of, &asked), &plain);
        page.element("p", &[Attr::Class("ways")], |it| {
            it.link(
                &placed(asked.url("/plan", of), &asked),
                "Plan of this query",
            );
        });
        let exact_of = |row: &Row, column| whole(row, &exact, column);
        page.markup("<div class=\"scroll\"><table class=\"rows\"><thead><tr>");
        head(page, of, &asked);
        page.markup("</tr></thead><tbody>");
        for row in &rows {
            page.element("tr", &[], |it| {
                line(it, of, row, &ways, &|column| exact_of(row, column));
            });
        }
        page.markup("</tbody></table></div>");
        if rows.is_empty() {
            page.of_text("p", "faint", "No rows.");
        }
        let last = rows.last().filter(|_| is_more);
        let next = last.map(|row| next(of, &asked, |column| exact_of(row, column)));
        turning(page, of, &asked, next.as_ref());
        parts::hidden(page, &of.hidden);
    }))
}

/// The columns whose whole values are part of addresses.
fn needed(of: &Relation, asked: &Asked, ways: &[Way<'_>]) -> Vec<usize> {
    let terms = asked.terms(of).into_iter().map(|it| it.column);
    let mut all: Vec<usize> = terms.chain(ways.iter().flat_map(Way::needs)).collect();
    all.extend(&of.key);
    all.sort_unstable();
    all.dedup();
    all
}

fn cells(of: &Relation, mut cells: Vec<Option<String>>) -> Row {
    let exact = cells.split_off(of.columns.len().min(cells.len()));
    Row {
        shown: cells,
        exact,
    }
}

/// The whole value of a column: nothing where it is too long, else `None` for NULL.
fn whole(row: &Row, exact: &[usize], column: usize) -> Option<Option<String>> {
    let place = exact.iter().position(|&it| it == column)?;
    match row.exact.get(place)? {
        Some(marked) => Some(Some(marked.strip_prefix('v')?.to_owned())),
        None => Some(None),
    }
}

fn heading(page: &mut Html, of: &Relation) {
    page.element("h1", &[], |it| {
        it.text(&of.name.to_string());
        if of.noun != "table" {
            it.of_text("span", "badge", of.noun);
        }
        it.of_text("span", "model", &of.rust);
    });
    if let Some(comment) = &of.comment {
        page.of_text("p", "faint", comment);
    }
    if of.noun == "table" {
        page.element("p", &[Attr::Class("ways")], |it| {
            it.link(
                &address("/picture", &of.name),
                "Picture of it and its neighbours",
            );
        });
    }
}

/// The conditions that hold, each with a way to drop it, and a line for one more.
fn conditions(page: &mut Html, of: &Relation, asked: &Asked) {
    page.markup("<form action=\"/table\" method=\"get\" class=\"filters\">");
    let hide = |page: &mut Html, name, value: &str| {
        let attributes = [
            Attr::Own("type", "hidden"),
            Attr::Own("name", name),
            Attr::Value(value),
        ];
        page.open("input", &attributes);
    };
    if let Some(schema) = &of.name.schema {
        hide(page, "schema", schema);
    }
    hide(page, "table", &of.name.name);
    for (at, filter) in asked.filters.iter().enumerate() {
        let column = &of.columns[filter.column];
        hide(page, "c", &column.name);
        hide(page, "is", filter.test.method());
        hide(page, "v", &filter.value);
        page.element("span", &[Attr::Class("chip")], |it| {
            it.of_text("b", "", &column.name);
            it.text(" ").text(filter.test.label()).text(" ");
            if filter.test.takes_value() {
                it.of_text("code", "", &filter.value);
            }
            let mut others = asked.filters.clone();
            others.remove(at);
            let without = Asked {
                filters: others,
                order: asked.order,
                place: Place::First,
            };
            it.link(&without.url("/table", of), "×");
        });
    }
    page.markup(
        "<select name=\"c\" aria-label=\"Column\"><option value=\"\">filter by ..</option>",
    );
    for column in &of.columns {
        page.element("option", &[Attr::Value(&column.name)], |it| {
            it.text(&column.name).text(" · ").text(&column.words);
        });
    }
    page.markup("</select><select name=\"is\" aria-label=\"Test\">");
    for test in Test::ALL {
        page.element("option", &[Attr::Value(test.method())], |it| {
            it.text(test.label());
        });
    }
    page.markup("</select><input name=\"v\" aria-label=\"Value\" autocomplete=\"off\">");
    if let Some(order) = asked.order {
        hide(page, "order", &of.columns[order.column].name);
        if order.descending {
            hide(page, "desc", "1");
        }
    }
    page.markup("<button>Filter</button></form>");
}

/// The names of the columns, each of which sorts: up, down, not.
fn head(page: &mut Html, of: &Relation, asked: &Asked) {
    if !of.key.is_empty() {
        page.markup("<th></th>");
    }
    for (at, column) in of.columns.iter().enumerate() {
        let now = asked.order.filter(|it| it.column == at);
        let (order, arrow) = match now.map(|it| it.descending) {
            None => (Some(false), ""),
            Some(false) => (Some(true), " ↑"),
            Some(true) => (None, " ↓"),
        };
        let sorted = Asked {
            filters: asked.filters.clone(),
            order: order.map(|descending| Order {
                column: at,
                descending,
            }),
            place: Place::First,
        };
        page.element("th", &[Attr::Title(&column.words)], |it| {
            match column.kind.is_sortable() {
                true => it.link(&sorted.url("/table", of), &column.name),
                false => it.text(&column.name),
            };
            it.text(arrow);
            if of.key.contains(&at) {
                it.of_text("span", "key", "key");
            }
        });
    }
}

fn line(
    page: &mut Html,
    of: &Relation,
    row: &Row,
    ways: &[Way<'_>],
    whole: &dyn Fn(usize) -> Option<Option<String>>,
) {
    if !of.key.is_empty() {
        let key = of.key.iter().map(|&at| whole(at).flatten());
        let key: Option<Vec<String>> = key.collect();
        page.element("td", &[], |it| {
            if let Some(key) = key {
                it.link(&walk::row(of, key.iter().map(String::as_str)), "open");
            }
        });
    }
    for (at, column) in of.columns.iter().enumerate() {
        let cell = row.shown.get(at).and_then(|it| it.as_deref());
        let mut ways = ways.iter().filter(|it| it.column() == Some(at));
        let url = ways.find_map(|it| it.url(|column| whole(column).flatten()));
        page.element("td", &[Attr::Class(class(column))], |it| match url {
            Some(url) => it
                .element("a", &[Attr::Href(&url)], |it| {
                    parts::value(it, column, cell, MOST);
                })
                .end(),
            None => parts::value(it, column, cell, MOST),
        });
    }
}

fn class(column: &crate::studio::catalog::Column) -> &'static str {
    use crate::studio::kind::Kind;
    match column.kind {
        Kind::Integer | Kind::Float | Kind::Decimal => "number",
        _ => "",
    }
}

/// The address of the page behind a row.
fn next(of: &Relation, asked: &Asked, whole: impl Fn(usize) -> Option<Option<String>>) -> Url {
    let values = asked.terms(of).into_iter().map(|it| whole(it.column));
    match values.collect::<Option<Vec<_>>>() {
        Some(values) if of.is_keyed() && !matches!(asked.place, Place::Skipping(_)) => {
            asked.next(of, &values)
        }
        // A value is too long for an address, or nothing tells rows apart.
        _ => asked.skipping(of, ROWS as u64),
    }
}

/// An address with the place of a page.
fn placed(url: Url, asked: &Asked) -> Url {
    match &asked.place {
        Place::First => url,
        Place::Skipping(rows) => url.with("skip", &rows.to_string()),
        Place::After(values) => values.iter().fold(url, |url, value| {
            let marked = value.as_ref().map_or("n".to_owned(), |it| format!("v{it}"));
            url.with("after", &marked)
        }),
    }
}

fn turning(page: &mut Html, of: &Relation, asked: &Asked, next: Option<&Url>) {
    page.element("p", &[Attr::Class("ways")], |it| {
        if asked.place != Place::First {
            it.link(&asked.url("/table", of), "First page");
        }
        if let Some(next) = next {
            it.link(next, "Next page");
        }
    });
}
