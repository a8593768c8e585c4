//! The ways of lines between tables.

use super::diagram::{Diagram, Line};
use super::layout::{HEAD, Item, Layers, Place, ROW, TRACK, ends};

/// The way of a line, from the table whose key it is to the one that holds it.
#[derive(Debug, Clone, Default)]
pub(super) struct Path {
    /// Corners, ends included.
    pub(super) points: Vec<(f64, f64)>,
    /// Whether it leaves the first table to the right, and the other one.
    pub(super) to_right: (bool, bool),
}

/// The way of each line.
pub(super) fn all(
    diagram: &Diagram,
    ranks: &[usize],
    layers: &Layers,
    boxes: &[Place],
) -> Vec<Path> {
    let mut used = vec![0_usize; layers.spans.len()];
    let mut paths = Vec::new();
    for (at, line) in diagram.lines.iter().enumerate() {
        let (low, high) = ends(ranks, line);
        paths.push(if line.child == line.parent {
            around(at, diagram, boxes)
        } else if low == high {
            beside(line, boxes, layers, low, &mut used)
        } else {
            across(at, line, ranks, boxes, layers, &mut used)
        });
    }
    paths
}

/// The middle of a row.
fn port(boxes: &[Place], entity: usize, row: usize) -> f64 {
    boxes[entity].y + HEAD + ROW * (row as f64 + 0.5) + 2.0
}

/// The place of the next vertical piece behind a layer.
fn track(layers: &Layers, layer: usize, used: &mut [usize]) -> f64 {
    let (x, width) = layers.spans[layer];
    used[layer] += 1;
    x + width + 22.0 + TRACK * used[layer] as f64
}

/// A table that refers to itself: out to the right, and back.
fn around(at: usize, diagram: &Diagram, boxes: &[Place]) -> Path {
    let line = &diagram.lines[at];
    let before = &diagram.lines[..at];
    let own = |it: &&Line| it.child == line.child && it.parent == line.parent;
    let place = boxes[line.child];
    let x = place.x + place.width;
    let out = x + 24.0 + TRACK * before.iter().filter(own).count() as f64;
    let from = port(boxes, line.parent, line.parent_row);
    let to = port(boxes, line.child, line.child_row);
    Path {
        points: vec![(x, from), (out, from), (out, to), (x, to)],
        to_right: (true, true),
    }
}

/// Two tables of one layer: out to the right, and back.
fn beside(line: &Line, boxes: &[Place], layers: &Layers, layer: usize, used: &mut [usize]) -> Path {
    let (parent, child) = (boxes[line.parent], boxes[line.child]);
    let from = port(boxes, line.parent, line.parent_row);
    let to = port(boxes, line.child, line.child_row);
    let x = track(layers, layer, used);
    Path {
        points: vec![
            (parent.x + parent.width, from),
            (x, from),
            (x, to),
            (child.x + child.width, to),
        ],
        to_right: (true, true),
    }
}

/// From a layer to one further right, by its lanes in the layers between.
fn across(
    at: usize,
    line: &Line,
    ranks: &[usize],
    boxes: &[Place],
    layers: &Layers,
    used: &mut [usize],
) -> Path {
    let (low, high) = ends(ranks, line);
    let forward = ranks[line.parent] == low;
    let parent = (line.parent, line.parent_row);
    let child = (line.child, line.child_row);
    let (left, right) = if forward {
        (parent, child)
    } else {
        (child, parent)
    };
    let start = boxes[left.0];
    let mut y = port(boxes, left.0, left.1);
    let mut points = vec![(start.x + start.width, y)];
    for layer in low..high {
        let x = track(layers, layer, used);
        let next = if layer + 1 == high {
            port(boxes, right.0, right.1)
        } else {
            lane(layers, layer + 1, at)
        };
        points.extend([(x, y), (x, next)]);
        y = next;
    }
    points.push((boxes[right.0].x, y));
    if !forward {
        points.reverse();
    }
    Path {
        points,
        to_right: if forward {
            (true, false)
        } else {
            (false, true)
        },
    }
}

/// The height of a line's lane in a layer.
fn lane(layers: &Layers, layer: usize, line: usize) -> f64 {
    let place = layers.items[layer]
        .iter()
        .position(|it| *it == Item::Lane(line));
    place.map_or(0.0, |at| layers.tops[layer][at] + 4.0)
}
