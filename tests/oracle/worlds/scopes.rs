//! Scopes: two pairs of associations that share rows or a join table.

use orm::create::{Given, Missing};
use orm::prelude::*;
use orm_testkit::Random;
use serde::{Deserialize, Serialize};

use crate::backend::Backend;
use crate::kinds::{Linked, Loose, MayPoint};
use crate::link::{Join, Link};
use crate::makers::Modelled;
use crate::steps::New;
use crate::tables::{Reference, Table};
use crate::typed::{below, making, maybe, numbered, stored};
use crate::world::World;

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "posts")]
#[association(has_many, as = "notes", model = Note, foreign_key = "post_id")]
#[association(has_many, as = "drafts", model = Note, foreign_key = "post_id", scope(kind = "draft"))]
#[association(has_many, as = "finals", model = Note, foreign_key = "post_id", scope(kind = "final"))]
#[association(has_one, as = "summary", model = Note, foreign_key = "post_id", scope(kind = "summary"))]
#[association(many_to_many, as = "categories", model = Term, through = "post_terms", scope(kind = "category"))]
#[association(many_to_many, as = "keywords", model = Term, through = "post_terms", scope(kind = "keyword"))]
struct Post {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "notes")]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "set_null")]
struct Note {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[column(default = "draft")]
    kind: String,
    post_id: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "terms")]
#[association(many_to_many, as = "posts", model = Post, through = "post_terms")]
struct Term {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[column(default = "category")]
    kind: String,
}

stored! {
    Post, PostLabel;
    Note, NoteLabel;
    Term, TermLabel;
}

#[test]
fn scopes() -> Result<(), Box<dyn std::error::Error>> {
    crate::run::explore(world)
}

const POST: &[&str] = &["post_id"];

fn world(on: Backend) -> World {
    let terms = Join::new("post_terms", POST, &["term_id"]);
    World {
        on,
        name: "scopes",
        models: orm::models![Post, Note, Term],
        sql: "",
        tables: vec![
            Table::new("posts"),
            Table {
                invent: |random| kinds(random, &["draft", "final", "other"]),
                blank: serde_json::json!({"kind": "draft", "post_id": null}),
                ..Table::new("notes").references(Reference::to("posts", POST).set_null())
            },
            Table {
                invent: |random| kinds(random, &["category", "keyword", "other"]),
                blank: serde_json::json!({"kind": "category"}),
                ..Table::new("terms")
            },
            Table::joining("post_terms", &["post_id", "term_id"])
                .references(Reference::to("posts", POST).cascade())
                .references(Reference::to("terms", &["term_id"]).cascade()),
        ],
        associations: vec![
            Box::new(Loose {
                link: Link::has("posts.notes", "notes", POST).nullable(),
                association: Post::notes,
                making: making!(note),
            }),
            Box::new(Loose {
                link: Link::has("posts.drafts", "notes", POST)
                    .nullable()
                    .scoped("kind", "draft"),
                association: Post::drafts,
                making: making!(note),
            }),
            Box::new(Loose {
                link: Link::has("posts.finals", "notes", POST)
                    .nullable()
                    .scoped("kind", "final"),
                association: Post::finals,
                making: making!(note),
            }),
            Box::new(Loose {
                link: Link::has("posts.summary", "notes", POST)
                    .nullable()
                    .scoped("kind", "summary")
                    .one(),
                association: Post::summary,
                making: making!(note),
            }),
            Box::new(Linked {
                link: Link::through("posts.categories", "terms", terms.clone())
                    .scoped("kind", "category"),
                association: Post::categories,
                build: |new: &New| term(Term::create(), new),
                joining: None,
                joined: None,
            }),
            Box::new(Linked {
                link: Link::through("posts.keywords", "terms", terms.clone())
                    .scoped("kind", "keyword"),
                association: Post::keywords,
                build: |new: &New| term(Term::create(), new),
                joining: None,
                joined: None,
            }),
            Box::new(Linked {
                link: Link::through("terms.posts", "posts", terms.turned()),
                association: Term::posts,
                build: |new: &New| post(Post::create(), new),
                joining: None,
                joined: None,
            }),
            Box::new(MayPoint {
                link: Link::of("notes.post", "posts", POST).nullable(),
                association: Note::post,
                build: |new: &New| post(Post::create(), new),
            }),
        ],
        makers: vec![
            Box::new(Modelled {
                table: "posts",
                nests: &[0, 1, 2, 3, 4, 5],
                making: making!(|(), new| post(Post::create(), new)),
            }),
            Box::new(Modelled {
                table: "notes",
                nests: &[],
                making: making!(|(), new| note(Note::create(), new)),
            }),
            Box::new(Modelled {
                table: "terms",
                nests: &[6],
                making: making!(|(), new| term(Term::create(), new)),
            }),
        ],
    }
}

fn kinds(random: &mut Random, all: &[&str]) -> Vec<(&'static str, serde_json::Value)> {
    match random.pick(all) {
        Some(kind) if random.percent(80) => vec![("kind", (*kind).into())],
        _ => Vec::new(),
    }
}

fn post(row: PostCreate<Missing>, new: &New) -> PostCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    let row = below!(row, new, 0, Post::notes, note);
    let row = below!(row, new, 1, Post::drafts, note);
    let row = below!(row, new, 2, Post::finals, note);
    let row = below!(row, new, 3, Post::summary, note);
    let row = below!(row, new, 4, Post::categories, term);
    below!(row, new, 5, Post::keywords, term)
}

fn note(row: NoteCreate<Missing>, new: &New) -> NoteCreate<Given> {
    let row = numbered!(maybe!(row.label(&*new.label), new, post_id), new);
    match new.text("kind") {
        Some(kind) => row.kind(kind),
        None => row,
    }
}

fn term(row: TermCreate<Missing>, new: &New) -> TermCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    let row = match new.text("kind") {
        Some(kind) => row.kind(kind),
        None => row,
    };
    below!(row, new, 6, Term::posts, post)
}
