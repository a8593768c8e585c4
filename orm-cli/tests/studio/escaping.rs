//! Names and values of whoever made the tables are texts, and nothing else.

use std::collections::BTreeSet;

use crate::place::Place;
use crate::visitor::{Studio, links};

const TABLES: &str = r#"
CREATE TABLE "<script>alert(1)</script>" (
  "id" integer PRIMARY KEY,
  "</td><b onclick=x>" text,
  "it's" text,
  "a""b" text,
  "Ünï 漢字 🦀" text,
  "x&y=z#?%" text
);
INSERT INTO "<script>alert(1)</script>" VALUES
  (1, '<script>alert(1)</script>', '''"''', '"><img src=x onerror=alert(1)>', '</td></tr></table>', '&amp;&lt;'),
  (2, NULL, '', '  spaces  ', 'naïve 漢字 🦀', 'javascript:alert(1)'),
  (3, 'NULL', 'null', E'line\nbreak', 'a' || 'b', '${7*7}{{7*7}}');
CREATE TABLE "select" (
  "Order By" integer NOT NULL, "from" text NOT NULL, "VALUE" text, "script" integer,
  CONSTRAINT "a""b<c>" FOREIGN KEY ("script") REFERENCES "<script>alert(1)</script>" ("id"),
  PRIMARY KEY ("Order By", "from")
);
INSERT INTO "select" VALUES (1, 'a<b>&"c''d', 'x', 1), (1, 'a+b c%20d', 'y', 2), (2, 'a', NULL, NULL);
CREATE VIEW "v""<i>" AS SELECT "id", "it's" AS "<u>" FROM "<script>alert(1)</script>";
"#;

async fn hostile() -> [Place; 2] {
    let places = Place::both().await;
    for place in &places {
        let tables = match place.is_sqlite() {
            true => TABLES.replace(r"E'line\nbreak'", "'line' || char(10) || 'break'"),
            false => TABLES.to_owned(),
        };
        place.run(&tables).await;
    }
    places
}

/// Everything that a page consists of is of the kinds that we write.
#[track_caller]
fn is_clean(page: &str) {
    const TAGS: [&str; 44] = [
        "!doctype",
        "a",
        "b",
        "body",
        "button",
        "code",
        "div",
        "figcaption",
        "figure",
        "form",
        "h1",
        "h2",
        "head",
        "header",
        "html",
        "img",
        "input",
        "li",
        "link",
        "main",
        "meta",
        "nav",
        "option",
        "p",
        "pre",
        "section",
        "select",
        "span",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
        "em",
        "strong",
        "br",
        "hr",
        "dl",
        "dt",
        "dd",
        "time",
    ];
    let mut seen = BTreeSet::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let name: String = rest
            .trim_start_matches('/')
            .chars()
            .take_while(|it| it.is_ascii_alphanumeric() || *it == '!')
            .collect();
        assert!(TAGS.contains(&name.as_str()), "<{name}>: {page}");
        let end = tag_end(rest);
        let attributes = attributes(&rest[name.len().min(end)..end]);
        for attribute in attributes {
            seen.insert(attribute);
        }
        rest = &rest[end..];
    }
    for attribute in seen {
        assert!(
            !attribute.starts_with("on") && attribute != "style",
            "{attribute}: {page}"
        );
    }
    for link in links(page) {
        assert!(link.starts_with('/') && !link.starts_with("//"), "{link}");
    }
}

/// Where the tag ends, quotes being quotes.
fn tag_end(rest: &str) -> usize {
    let mut quoted = false;
    for (at, character) in rest.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '>' if !quoted => return at,
            _ => {}
        }
    }
    panic!("a tag without an end");
}

/// The names of attributes, without what is in quotes.
fn attributes(tag: &str) -> Vec<String> {
    let outside: String = tag.split('"').step_by(2).collect::<Vec<_>>().join("");
    let names = outside.split_whitespace();
    names
        .map(|it| it.trim_end_matches('=').to_owned())
        .collect()
}

fn walk(studio: &Studio, from: &str, left: usize, seen: &mut BTreeSet<String>) {
    if left == 0 || !seen.insert(from.to_owned()) || from.ends_with(".css") || seen.len() > 150 {
        return;
    }
    let answer = studio.get(from);
    assert_eq!(answer.status, 200, "{from}: {answer:?}");
    if from.starts_with("/picture.svg") {
        assert!(!answer.body.contains("<script") && !answer.body.contains("<b "));
        return;
    }
    is_clean(&answer.body);
    for link in links(&answer.body) {
        walk(studio, &link, left - 1, seen);
    }
}

#[tokio::test]
async fn every_page_that_can_be_reached_is_ours() {
    for place in hostile().await {
        let studio = place.studio();
        let mut seen = BTreeSet::new();
        walk(&studio, "/", 4, &mut seen);
        assert!(seen.len() >= 25, "{seen:?}");
        assert!(seen.iter().any(|it| it.starts_with("/row?table=select")));
        assert!(seen.iter().any(|it| it.starts_with("/row?table=%3Cscript")));
    }
}

#[tokio::test]
async fn values_are_shown_as_they_are() {
    for place in hostile().await {
        let studio = place.studio();
        let page = studio.page("/table?table=%3Cscript%3Ealert%281%29%3C%2Fscript%3E");
        assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(page.contains("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;"));
        assert!(page.contains("&amp;amp;&amp;lt;"));
        assert!(page.contains("naïve 漢字 🦀") && page.contains("Ünï 漢字 🦀"));
        // NULL, an empty text and the text `NULL` are three things.
        assert!(page.contains("<span class=\"null\">NULL</span>"));
        assert!(page.contains("<span class=\"empty\">empty</span>"));
        assert!(page.contains(">NULL</td>"));
        // What is asked for comes back into the form, and nowhere else.
        let value = "%22%3E%3Cb%3E%27";
        let column = "x%26y%3Dz%23%3F%25";
        let asked = format!("/table?table=select&c=VALUE&is=eq&v={value}");
        let page = studio.page(&asked);
        is_clean(&page);
        assert!(
            page.contains("value=\"&quot;&gt;&lt;b&gt;&#39;\""),
            "{page}"
        );
        let asked = format!(
            "/table?table=%3Cscript%3Ealert%281%29%3C%2Fscript%3E&c={column}&is=eq&v=%26amp%3B%26lt%3B"
        );
        let page = studio.page(&asked);
        assert_eq!(crate::visitor::cells(&page).len(), 1, "{page}");
        // Neither is what is not there.
        let answer = studio.get("/table?table=%3Cb%3E%22&schema=%3Ci%3E");
        assert_eq!(answer.status, 404);
        is_clean(&answer.body);
        let answer = studio.get("/table?table=select&c=%3Cb%3E&is=eq&v=1");
        assert_eq!(answer.status, 400);
        is_clean(&answer.body);
    }
}

#[tokio::test]
async fn long_values_are_cut_and_bytes_counted() {
    for place in Place::both().await {
        let bytes = if place.is_sqlite() { "BLOB" } else { "bytea" };
        let long = if place.is_sqlite() {
            "replace(hex(zeroblob(500000)), '00', 'é')"
        } else {
            "repeat('é', 500000)"
        };
        let blob = if place.is_sqlite() {
            "x'00ff10'"
        } else {
            "'\\x00ff10'"
        };
        place
            .run(&format!(
                "CREATE TABLE big (id integer PRIMARY KEY, words text, data {bytes}); \
                 INSERT INTO big VALUES (1, {long}, {blob}), (2, '', NULL)"
            ))
            .await;
        let studio = place.studio();
        let page = studio.page("/table?table=big");
        assert!(page.contains("… cut") && page.contains("3 bytes"), "{page}");
        assert!(page.len() < 20_000, "{}", page.len());
        let row = studio.page("/row?table=big&k=1");
        assert!(row.contains("… cut") && row.len() < 60_000);
        // Sorted by what is too long for an address, too.
        studio.page("/table?table=big&order=words&desc=1");
        let odd = "INSERT INTO big VALUES (3, 'a\u{202e}b\u{200b}', NULL)";
        place.run(odd).await;
        let page = studio.page("/row?table=big&k=3");
        assert!(page.contains("U+202E") && !page.contains('\u{202e}'));
    }
}
