//! Associations of a model with itself: a tree, and pairs in both directions.

use orm::create::{Given, Missing};
use orm::prelude::*;
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
#[model(table = "nodes")]
#[association(belongs_to, as = "parent", model = Node, foreign_key = "parent_id", on_delete = "cascade")]
#[association(has_many, as = "children", model = Node, foreign_key = "parent_id")]
#[association(many_to_many, as = "following", model = Node, through = "follows", foreign_key = "follower_id", other_key = "followed_id")]
#[association(many_to_many, as = "followers", model = Node, through = "follows", foreign_key = "followed_id", other_key = "follower_id")]
struct Node {
    #[column(primary_key, auto_increment)]
    id: i32,
    #[column(unique)]
    label: String,
    parent_id: Option<i32>,
}

stored! {
    Node, NodeLabel;
}

#[test]
fn selfish() -> Result<(), Box<dyn std::error::Error>> {
    crate::run::explore(world)
}

fn world(on: Backend) -> World {
    let follows = Join::new("follows", &["follower_id"], &["followed_id"]);
    World {
        on,
        name: "selfish",
        models: orm::models![Node],
        sql: "",
        tables: vec![
            Table {
                blank: serde_json::json!({"parent_id": null}),
                ..Table::new("nodes").references(
                    Reference::to("nodes", &["parent_id"])
                        .cascade()
                        .nullable(&["parent_id"]),
                )
            },
            Table::joining("follows", &["follower_id", "followed_id"])
                .references(Reference::to("nodes", &["follower_id"]).cascade())
                .references(Reference::to("nodes", &["followed_id"]).cascade()),
        ],
        associations: vec![
            Box::new(Loose {
                link: Link::has("nodes.children", "nodes", &["parent_id"]).nullable(),
                association: Node::children,
                making: making!(filled),
            }),
            Box::new(MayPoint {
                link: Link::of("nodes.parent", "nodes", &["parent_id"]).nullable(),
                association: Node::parent,
                build: node,
            }),
            Box::new(Linked {
                link: Link::through("nodes.following", "nodes", follows.clone()),
                association: Node::following,
                build: node,
                joining: None,
                joined: None,
            }),
            Box::new(Linked {
                link: Link::through("nodes.followers", "nodes", follows.turned()),
                association: Node::followers,
                build: node,
                joining: None,
                joined: None,
            }),
        ],
        makers: vec![Box::new(Modelled {
            table: "nodes",
            nests: &[0, 2, 3],
            making: making!(|(), new| node(new)),
        })],
    }
}

/// A node with what is below it.
fn filled(row: NodeCreate<Missing>, new: &New) -> NodeCreate<Given> {
    let row = numbered!(row.label(&*new.label), new);
    let row = maybe!(row, new, parent_id);
    let row = below!(row, new, 0, Node::children, filled);
    let row = below!(row, new, 2, Node::following, filled);
    below!(row, new, 3, Node::followers, filled)
}

fn node(new: &New) -> NodeCreate<Given> {
    filled(Node::create(), new)
}
