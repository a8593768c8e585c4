//! Rows with a life: marked as deleted and restored, counted by a version, hidden by a
//! default scope; below each other, beside each other, and in join tables.

use orm::create::{Given, Missing};
use orm::prelude::*;
use orm::query::Filter;
use orm_testkit::Random;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::backend::Backend;
use crate::kinds::{Kept, Linked, Loose, MayPoint, Pointing, with_join_rows};
use crate::link::{Join, Link};
use crate::makers::{Living, Modelled};
use crate::steps::New;
use crate::tables::{Reference, Row, Table};
use crate::typed::{below, making, maybe, numbered, stored};
use crate::world::World;

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "authors", soft_delete)]
#[association(has_many, as = "posts", model = Post, foreign_key = "author_id")]
#[association(has_many, as = "edited", model = Post, foreign_key = "editor_id")]
#[association(has_one, as = "desk", model = Desk, foreign_key = "author_id")]
#[association(has_many, as = "contracts", model = Contract, foreign_key = "author_id")]
#[association(many_to_many, as = "reads", model = Post, through = Pin)]
struct Author {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[column(version)]
    version: i32,
    #[serde(with = "moment")]
    deleted_at: Option<DateTime<Utc>>,
}

/// NULL is not shown either.
fn shown() -> Filter<Post> {
    Post::level.lt(3)
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "posts", soft_delete, default_scope = shown)]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "cascade")]
#[association(belongs_to, as = "editor", model = Author, foreign_key = "editor_id", on_delete = "set_null")]
#[association(has_many, as = "notes", model = Note, foreign_key = "post_id")]
#[association(has_many, as = "lines", model = Line, foreign_key = "post_id")]
#[association(many_to_many, as = "tags", model = Tag, through = Tagging)]
#[association(many_to_many, as = "readers", model = Author, through = Pin)]
struct Post {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    author_id: Option<i32>,
    editor_id: Option<i32>,
    #[column(default = 0)]
    level: Option<i32>,
    #[column(version)]
    version: i32,
    #[serde(with = "moment")]
    deleted_at: Option<DateTime<Utc>>,
}

/// It goes with its post, and comes back with it.
#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "notes", soft_delete)]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "cascade")]
struct Note {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    post_id: i32,
    #[serde(with = "moment")]
    deleted_at: Option<DateTime<Utc>>,
}

/// It has no mark, and stays.
#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "lines")]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "cascade")]
struct Line {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    post_id: Option<i32>,
    #[column(version)]
    version: i32,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "desks", soft_delete)]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "cascade")]
struct Desk {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[column(unique(unless_deleted))]
    author_id: Option<i32>,
    #[column(version)]
    version: i32,
    #[serde(with = "moment")]
    deleted_at: Option<DateTime<Utc>>,
}

/// It keeps its author from being deleted.
#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "contracts", soft_delete)]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "restrict")]
struct Contract {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    author_id: Option<i32>,
    #[serde(with = "moment")]
    deleted_at: Option<DateTime<Utc>>,
}

fn open() -> Filter<Tag> {
    Tag::level.lt(3)
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "tags", default_scope = open)]
#[association(many_to_many, as = "posts", model = Post, through = Tagging)]
struct Tag {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    #[column(default = 0)]
    level: Option<i32>,
}

#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "taggings", soft_delete)]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "tag", model = Tag, foreign_key = "tag_id", on_delete = "cascade", one_sided)]
struct Tagging {
    #[column(primary_key)]
    post_id: i32,
    #[column(primary_key)]
    tag_id: i32,
    #[validate(min(1))]
    rank: i32,
    #[column(version)]
    version: i32,
    #[serde(with = "moment")]
    deleted_at: Option<DateTime<Utc>>,
}

/// No constraint keeps pairs apart.
#[derive(Model, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[model(table = "pins", soft_delete)]
#[association(belongs_to, as = "author", model = Author, foreign_key = "author_id", on_delete = "cascade", one_sided)]
#[association(belongs_to, as = "post", model = Post, foreign_key = "post_id", on_delete = "cascade", one_sided)]
struct Pin {
    #[column(primary_key, auto_increment)]
    #[serde(skip)]
    id: i32,
    author_id: i32,
    post_id: i32,
    #[column(version)]
    version: i32,
    #[serde(with = "moment")]
    deleted_at: Option<DateTime<Utc>>,
}

/// A moment as text.
mod moment {
    use orm::prelude::{DateTime, Utc};
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        moment: &Option<DateTime<Utc>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        moment.map(|moment| moment.to_rfc3339()).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        let moment = text.map(|text| text.parse().map_err(D::Error::custom));
        moment.transpose()
    }
}

stored! {
    Author, AuthorLabel;
    Post, PostLabel;
    Note, NoteLabel;
    Line, LineLabel;
    Desk, DeskLabel;
    Contract, ContractLabel;
    Tag, TagLabel;
}

#[test]
fn lives() -> Result<(), Box<dyn std::error::Error>> {
    crate::run::explore(world)
}

const AUTHOR: &[&str] = &["author_id"];
const EDITOR: &[&str] = &["editor_id"];
const POST: &[&str] = &["post_id"];

fn world(on: Backend) -> World {
    World {
        on,
        name: "lives",
        models: orm::models![Author, Post, Note, Line, Desk, Contract, Tag, Tagging, Pin],
        sql: "",
        tables: tables(),
        associations: associations(),
        makers: vec![
            Box::new(Living(Modelled {
                table: "authors",
                nests: &[0, 1, 2, 3, 9],
                making: making!(|(), new| author(Author::create(), new)),
            })),
            Box::new(Living(Modelled {
                table: "posts",
                nests: &[4, 5, 8],
                making: making!(|(), new| post(Post::create(), new)),
            })),
            Box::new(Living(Modelled {
                table: "notes",
                nests: &[],
                making: making!(|(), new| {
                    note(Note::create().post_id(new.required("post_id")), new)
                }),
            })),
            Box::new(Modelled {
                table: "lines",
                nests: &[],
                making: making!(|(), new| line(Line::create(), new)),
            }),
            Box::new(Living(Modelled {
                table: "desks",
                nests: &[],
                making: making!(|(), new| desk(Desk::create(), new)),
            })),
            Box::new(Living(Modelled {
                table: "contracts",
                nests: &[],
                making: making!(|(), new| contract(Contract::create(), new)),
            })),
            Box::new(Modelled {
                table: "tags",
                nests: &[],
                making: making!(|(), new| tag(Tag::create(), new)),
            }),
        ],
    }
}

fn tables() -> Vec<Table> {
    let marked = |table: Table| Table {
        is_marked: true,
        ..table
    };
    let versioned = |table: Table| Table {
        is_versioned: true,
        ..table
    };
    let levelled = |table: Table| Table {
        invent: level,
        shows: is_shown,
        ..table
    };
    let blank = |table: Table, blank: Value| Table { blank, ..table };
    vec![
        marked(versioned(Table::new("authors"))),
        blank(
            marked(versioned(levelled(
                Table::new("posts")
                    .references(Reference::to("authors", AUTHOR).nullable(AUTHOR).cascade())
                    .references(Reference::to("authors", EDITOR).set_null()),
            ))),
            serde_json::json!({"author_id": null, "editor_id": null, "level": 0}),
        ),
        marked(Table::new("notes").references(Reference::to("posts", POST).cascade())),
        blank(
            versioned(
                Table::new("lines")
                    .references(Reference::to("posts", POST).nullable(POST).cascade()),
            ),
            serde_json::json!({"post_id": null}),
        ),
        Table {
            unless_marked: vec![AUTHOR],
            ..blank(
                marked(versioned(Table::new("desks").references(
                    Reference::to("authors", AUTHOR).nullable(AUTHOR).cascade(),
                ))),
                serde_json::json!({"author_id": null}),
            )
        },
        blank(
            marked(
                Table::new("contracts")
                    .references(Reference::to("authors", AUTHOR).nullable(AUTHOR)),
            ),
            serde_json::json!({"author_id": null}),
        ),
        blank(
            levelled(Table::new("tags")),
            serde_json::json!({"level": 0}),
        ),
        marked(versioned(
            Table::joining("taggings", &["post_id", "tag_id"])
                .references(Reference::to("posts", POST).cascade())
                .references(Reference::to("tags", &["tag_id"]).cascade()),
        )),
        Table {
            hidden: &["id"],
            ..marked(versioned(
                Table::joining("pins", &["author_id", "post_id"])
                    .references(Reference::to("authors", AUTHOR).cascade())
                    .references(Reference::to("posts", POST).cascade()),
            ))
        },
    ]
}

fn associations() -> Vec<Box<dyn crate::typed::Subject>> {
    let taggings = Join {
        joining: Some(("rank", 1)),
        ..Join::new("taggings", POST, &["tag_id"])
    };
    let pins = Join::new("pins", POST, AUTHOR);
    vec![
        Box::new(Loose {
            link: Link::has("authors.posts", "posts", AUTHOR).nullable(),
            association: Author::posts,
            making: making!(post),
        }),
        Box::new(Loose {
            link: Link::has("authors.edited", "posts", EDITOR).nullable(),
            association: Author::edited,
            making: making!(post),
        }),
        Box::new(Loose {
            link: Link::has("authors.desk", "desks", AUTHOR).nullable().one(),
            association: Author::desk,
            making: making!(desk),
        }),
        Box::new(Loose {
            link: Link::has("authors.contracts", "contracts", AUTHOR).nullable(),
            association: Author::contracts,
            making: making!(contract),
        }),
        Box::new(Kept {
            link: Link::has("posts.notes", "notes", POST),
            association: Post::notes,
            making: making!(note),
        }),
        Box::new(Loose {
            link: Link::has("posts.lines", "lines", POST).nullable(),
            association: Post::lines,
            making: making!(line),
        }),
        Box::new(Linked {
            link: Link::through("posts.tags", "tags", taggings.clone()),
            association: Post::tags,
            build: |new: &New| tag(Tag::create(), new),
            joining: Some(|related, rank| related.joining(Tagging::rank, rank)),
            joined: Some(with_join_rows!(Post)),
        }),
        Box::new(Linked {
            link: Link::through("tags.posts", "posts", taggings.turned()),
            association: Tag::posts,
            build: |new: &New| post(Post::create(), new),
            joining: Some(|related, rank| related.joining(Tagging::rank, rank)),
            joined: Some(with_join_rows!(Tag)),
        }),
        Box::new(Linked {
            link: Link::through("posts.readers", "authors", pins.clone()),
            association: Post::readers,
            build: |new: &New| author(Author::create(), new),
            joining: None,
            joined: Some(with_join_rows!(Post)),
        }),
        Box::new(Linked {
            link: Link::through("authors.reads", "posts", pins.turned()),
            association: Author::reads,
            build: |new: &New| post(Post::create(), new),
            joining: None,
            joined: Some(with_join_rows!(Author)),
        }),
        Box::new(MayPoint {
            link: Link::of("posts.author", "authors", AUTHOR).nullable(),
            association: Post::author,
            build: |new: &New| author(Author::create(), new),
        }),
        Box::new(MayPoint {
            link: Link::of("posts.editor", "authors", EDITOR).nullable(),
            association: Post::editor,
            build: |new: &New| author(Author::create(), new),
        }),
        Box::new(Pointing {
            link: Link::of("notes.post", "posts", POST),
            association: Note::post,
            build: |new: &New| post(Post::create(), new),
        }),
        Box::new(MayPoint {
            link: Link::of("lines.post", "posts", POST).nullable(),
            association: Line::post,
            build: |new: &New| post(Post::create(), new),
        }),
        Box::new(MayPoint {
            link: Link::of("desks.author", "authors", AUTHOR).nullable(),
            association: Desk::author,
            build: |new: &New| author(Author::create(), new),
        }),
    ]
}

fn level(random: &mut Random) -> Vec<(&'static str, Value)> {
    match random.below(10) {
        0 => vec![("level", Value::Null)],
        1 => vec![("level", 3.into())],
        level @ 2..6 => vec![("level", (level % 3).into())],
        _ => Vec::new(),
    }
}

fn is_shown(row: &Row) -> bool {
    let level = row.get("level").and_then(Value::as_i64);
    level.is_some_and(|level| level < 3)
}

fn author(row: AuthorCreate<Missing>, new: &New) -> AuthorCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    let row = below!(row, new, 0, Author::posts, post);
    let row = below!(row, new, 1, Author::edited, post);
    let row = below!(row, new, 2, Author::desk, desk);
    let row = below!(row, new, 3, Author::contracts, contract);
    below!(row, new, 9, Author::reads, post)
}

fn post(row: PostCreate<Missing>, new: &New) -> PostCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    let row = maybe!(row, new, author_id);
    let row = maybe!(row, new, editor_id);
    let row = maybe!(row, new, level);
    let row = below!(row, new, 4, Post::notes, note);
    let row = below!(row, new, 5, Post::lines, line);
    below!(row, new, 8, Post::readers, author)
}

fn note<P>(row: NoteCreate<Missing, P>, new: &New) -> NoteCreate<Given, P> {
    numbered!(row.label(&*new.label), new)
}

fn line(row: LineCreate<Missing>, new: &New) -> LineCreate<Given> {
    numbered!(maybe!(row.label(&*new.label), new, post_id), new)
}

fn desk(row: DeskCreate<Missing>, new: &New) -> DeskCreate<Given> {
    numbered!(maybe!(row.label(&*new.label), new, author_id), new)
}

fn contract(row: ContractCreate<Missing>, new: &New) -> ContractCreate<Given> {
    numbered!(maybe!(row.label(&*new.label), new, author_id), new)
}

fn tag(row: TagCreate<Missing>, new: &New) -> TagCreate<Given> {
    numbered!(maybe!(row.label(&*new.label), new, level), new)
}
