//! The first page: tables and views, with about how many rows they have.

use std::collections::BTreeMap;

use orm_core::diff::estimated_rows;
use orm_core::schema::Backend;

use super::{Problem, frame};
use crate::studio::Studio;
use crate::studio::asked::address;
use crate::studio::catalog::{Catalog, Relation};
use crate::studio::html::{Attr, Html};
use crate::studio::{read, statement};

/// How far rows are counted where the database does not say how many there are.
const COUNTED: usize = 10_001;
/// How many tables are counted for a page.
const TABLES: usize = 100;

pub(super) async fn page(studio: &Studio) -> Result<Html, Problem> {
    let catalog = studio.catalog().await?;
    let rows = rows(studio, &catalog).await?;
    Ok(frame::page(studio, "Tables", "/", |page| {
        page.of_text("h1", "", "Tables");
        for view in &catalog.broken {
            page.element("p", &[Attr::Class("problem")], |it| {
                it.text("The view ");
                it.of_text("code", "", &view.to_string());
                it.text(" is left out: SQLite cannot read it. What it is made of is gone, or never was.");
            });
        }
        if catalog.relations.is_empty() {
            page.of_text("p", "faint", "The database has no tables.");
            return;
        }
        page.markup("<div class=\"scroll\"><table><thead><tr><th>Table</th><th>Model</th>");
        page.markup("<th class=\"number\">Rows</th><th class=\"number\">Columns</th>");
        page.markup("<th>About it</th></tr></thead><tbody>");
        for relation in &catalog.relations {
            page.element("tr", &[], |it| line(it, relation, &rows));
        }
        page.markup("</tbody></table></div>");
        if studio.models.is_none() {
            page.of_text(
                "p",
                "faint",
                "This command does not know your models: names of models and fields are those \
                 that `orm db pull` would choose. Your own program's command knows them.",
            );
        }
    }))
}

fn line(page: &mut Html, relation: &Relation, rows: &BTreeMap<String, String>) {
    page.element("td", &[], |it| {
        it.link(
            &address("/table", &relation.name),
            &relation.name.to_string(),
        );
        if relation.noun != "table" {
            it.of_text("span", "badge", relation.noun);
        }
    });
    let class = if relation.model.is_some() {
        ""
    } else {
        "faint"
    };
    page.of_text("td", class, &relation.rust);
    let rows = rows.get(&relation.name.quoted());
    page.of_text("td", "number", rows.map_or("", String::as_str));
    let columns = relation.columns.len() + relation.hidden.len();
    page.of_text("td", "number", &columns.to_string());
    page.element("td", &[Attr::Class("faint about")], |it| {
        it.text(relation.comment.as_deref().unwrap_or_default());
    });
}

/// About how many rows there are, by the names in SQL: as the database estimates, else
/// counted up to a limit. Views are not counted, for that may take long.
async fn rows(studio: &Studio, catalog: &Catalog) -> Result<BTreeMap<String, String>, Problem> {
    let tables = || catalog.relations.iter().filter(|it| it.noun == "table");
    let mut rows = BTreeMap::new();
    if catalog.backend == Backend::Postgres {
        let names: Vec<String> = tables().map(|it| it.name.quoted()).collect();
        let found = estimated_rows(&studio.db, &names).await?.into_iter();
        rows.extend(found.map(|(name, rows)| (name, format!("~{}", grouped(&rows.to_string())))));
    }
    for relation in tables().take(TABLES) {
        let name = relation.name.quoted();
        if rows.contains_key(&name) {
            continue;
        }
        let counted = statement::count(relation, COUNTED);
        // It may be a table that this user may not read.
        let Ok(counted) = read::rows(&studio.db, &counted, &[]).await else {
            continue;
        };
        let counted = counted.into_iter().flatten().flatten().next();
        rows.insert(name, said(&counted.unwrap_or_default()));
    }
    Ok(rows)
}

fn said(counted: &str) -> String {
    match counted.parse() {
        Ok(COUNTED) => format!("over {}", grouped(&(COUNTED - 1).to_string())),
        _ => grouped(counted),
    }
}

/// `1234567` as `1,234,567`.
fn grouped(digits: &str) -> String {
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_groups() {
        for (digits, read) in [("0", "0"), ("999", "999"), ("1234567", "1,234,567")] {
            assert_eq!(grouped(digits), read);
        }
        assert_eq!(said("10001"), "over 10,000");
    }
}
