//! What every page has around it.

use crate::studio::Studio;
use crate::studio::html::{Attr, Html};
use crate::studio::url::Url;

/// The pages that every page leads to.
const PAGES: [(&str, &str); 5] = [
    ("/", "Tables"),
    ("/picture", "Picture"),
    ("/migrations", "Migrations"),
    ("/drift", "Drift"),
    ("/lint", "Lint"),
];

/// A page with its title; `current` is the path of the page that it belongs to.
pub(super) fn page(
    studio: &Studio,
    title: &str,
    current: &str,
    inside: impl FnOnce(&mut Html),
) -> Html {
    let mut page = Html::default();
    page.markup("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.markup("<meta name=\"viewport\" content=\"width=device-width\">");
    page.markup("<link rel=\"stylesheet\" href=\"/style.css\">");
    page.element("title", &[], |it| {
        it.text(title).text(" · orm studio");
    });
    page.markup("</head><body><header><nav>");
    page.of_text("span", "name", "orm studio");
    for (path, label) in PAGES {
        let class = if path == current { "current" } else { "" };
        page.element(
            "a",
            &[Attr::Class(class), Attr::Href(&Url::of(path))],
            |it| {
                it.text(label);
            },
        );
    }
    page.markup("</nav>");
    page.element("span", &[Attr::Class("database")], |it| {
        it.text(&studio.database);
        it.of_text("span", "badge", "read-only");
    });
    page.markup("</header><main>");
    inside(&mut page);
    page.markup("</main></body></html>\n");
    page
}
