//! The tables and what refers to what, drawn.

use orm_core::ddl::blueprint::{Blueprint, Name, Table};

use super::{Pairs, Problem, frame};
use crate::erd::Diagram;
use crate::studio::Studio;
use crate::studio::asked::{self, address};
use crate::studio::html::{Attr, Html};
use crate::studio::url::Url;

/// The page around the picture.
pub(super) async fn page(studio: &Studio, pairs: &Pairs) -> Result<Html, Problem> {
    let catalog = studio.catalog().await?;
    let about = about(&catalog.blueprint, pairs)?;
    let picture = match about {
        Some(name) => address("/picture.svg", name),
        None => Url::of("/picture.svg"),
    };
    let tables = drawn(&catalog.blueprint, about);
    Ok(frame::page(studio, "Picture", "/picture", |page| {
        page.element("h1", &[], |it| {
            match about {
                Some(name) => it.link(&address("/table", name), &name.to_string()),
                None => it.text("Picture"),
            };
        });
        page.element("p", &[Attr::Class("ways")], |it| {
            it.link(&picture, "In full size");
            if about.is_some() {
                it.link(&Url::of("/picture"), "All tables");
            }
        });
        if tables.is_empty() {
            page.of_text("p", "faint", "The database has no tables.");
            return;
        }
        let attributes = [Attr::Class("picture"), Attr::Href(&picture)];
        page.element("a", &attributes, |it| {
            let attributes = [
                Attr::Src(&picture),
                Attr::Own("alt", "Tables and what refers to what"),
            ];
            it.open("img", &attributes);
        });
        page.of_text("h2", "", "One table with its neighbours");
        page.element("p", &[Attr::Class("names")], |it| {
            for table in &tables {
                it.link(&address("/picture", &table.name), &table.name.to_string());
                it.text(" ");
            }
        });
    }))
}

/// The picture itself.
pub(super) async fn svg(studio: &Studio, pairs: &Pairs) -> Result<String, Problem> {
    let catalog = studio.catalog().await?;
    let about = about(&catalog.blueprint, pairs)?;
    let tables = drawn(&catalog.blueprint, about);
    let drawn = Blueprint {
        tables: tables.into_iter().cloned().collect(),
        ..Blueprint::default()
    };
    Ok(Diagram::of(&drawn).svg())
}

/// The table that is asked for, as the database has it.
fn about<'b>(blueprint: &'b Blueprint, pairs: &Pairs) -> Result<Option<&'b Name>, Problem> {
    let Some(name) = asked::name(pairs) else {
        return Ok(None);
    };
    let mut tables = blueprint.tables.iter().map(|it| &it.name);
    match tables.find(|it| **it == name) {
        Some(name) => Ok(Some(name)),
        None => Err(Problem::Missing(format!("There is no table `{name}`."))),
    }
}

/// All tables, or one with those that it refers to and that refer to it.
fn drawn<'b>(blueprint: &'b Blueprint, about: Option<&Name>) -> Vec<&'b Table> {
    let Some(about) = about else {
        return blueprint.tables.iter().collect();
    };
    let refers = |from: &Table, to: &Name| from.foreign_keys().any(|(_, key)| key.target == *to);
    let one = blueprint.tables.iter().find(|it| it.name == *about);
    let is_near = |table: &&Table| {
        table.name == *about
            || refers(table, about)
            || one.is_some_and(|one| refers(one, &table.name))
    };
    blueprint.tables.iter().filter(is_near).collect()
}
