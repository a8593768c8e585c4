//! Places: tables in layers from left to right, each behind those it refers
//! to; lines that pass a layer get a lane in it.

use std::collections::BTreeSet;

use super::diagram::{Diagram, Entity, Line};
use super::route::{self, Path};

/// The height of a line of text.
pub(super) const ROW: f64 = 20.0;
/// The height of a table's name.
pub(super) const HEAD: f64 = 26.0;
/// The width of a character, of the widest usual monospaced font at this size.
pub(super) const CHARACTER: f64 = 7.3;
/// Between two things of a layer.
const SPACE: f64 = 28.0;
/// Around everything.
const MARGIN: f64 = 24.0;
/// The height of a lane.
const LANE: f64 = 8.0;
/// Between two layers, without the lines.
const GAP: f64 = 48.0;
/// Between two lines that run in parallel.
pub(super) const TRACK: f64 = 9.0;

/// Where everything is.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) boxes: Vec<Place>,
    /// One for each line of the diagram.
    pub(super) paths: Vec<Path>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Where a table is.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Something in a layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Entity(usize),
    /// A line that passes through.
    Lane(usize),
}

/// The layers, with the place of each of their items.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) items: Vec<Vec<Item>>,
    /// The upper end of each item.
    pub(super) tops: Vec<Vec<f64>>,
    /// The left end and the width of each layer.
    pub(super) spans: Vec<(f64, f64)>,
}

/// Places everything.
pub(super) fn of(diagram: &Diagram) -> Layout {
    let ranks = ranks(diagram);
    let mut items = fill(diagram, &ranks);
    for _ in 0..4 {
        sort(diagram, &ranks, &mut items);
    }
    let sizes: Vec<(f64, f64)> = diagram.entities.iter().map(size).collect();
    let layers = place(diagram, &ranks, items, &sizes);
    let mut boxes = vec![Place::default(); sizes.len()];
    for (layer, items) in layers.items.iter().enumerate() {
        for (item, &y) in items.iter().zip(&layers.tops[layer]) {
            if let Item::Entity(at) = *item {
                let (width, height) = sizes[at];
                let x = layers.spans[layer].0;
                boxes[at] = Place {
                    x,
                    y,
                    width,
                    height,
                };
            }
        }
    }
    let paths = route::all(diagram, &ranks, &layers, &boxes);
    let far = |of: &dyn Fn(&Place) -> f64| boxes.iter().map(of).fold(0.0, f64::max) + MARGIN;
    let loops = paths
        .iter()
        .flat_map(|path| &path.points)
        .map(|point| point.0);
    Layout {
        width: far(&|it| it.x + it.width).max(loops.fold(0.0, f64::max) + MARGIN),
        height: far(&|it| it.y + it.height),
        boxes,
        paths,
    }
}

/// How many tables are in the longest chain that a table refers to. A key
/// that closes a circle does not count.
fn ranks(diagram: &Diagram) -> Vec<usize> {
    let mut ranks = vec![None; diagram.entities.len()];
    for at in 0..ranks.len() {
        rank(diagram, at, &mut BTreeSet::new(), &mut ranks);
    }
    ranks.into_iter().map(Option::unwrap_or_default).collect()
}

fn rank(
    diagram: &Diagram,
    at: usize,
    open: &mut BTreeSet<usize>,
    ranks: &mut Vec<Option<usize>>,
) -> usize {
    if let Some(known) = ranks[at] {
        return known;
    }
    open.insert(at);
    let mut found = 0;
    let parents: BTreeSet<usize> = lines_of(diagram, at).map(|line| line.parent).collect();
    for parent in parents {
        if !open.contains(&parent) {
            found = found.max(rank(diagram, parent, open, ranks) + 1);
        }
    }
    open.remove(&at);
    ranks[at] = Some(found);
    found
}

fn lines_of(diagram: &Diagram, child: usize) -> impl Iterator<Item = &Line> {
    diagram.lines.iter().filter(move |line| line.child == child)
}

/// The items of each layer; tables without lines fill up the shortest ones.
fn fill(diagram: &Diagram, ranks: &[usize]) -> Vec<Vec<Item>> {
    let count = ranks.iter().max().map_or(0, |most| most + 1);
    let is_alone = |at: usize| {
        !diagram
            .lines
            .iter()
            .any(|it| it.child == at || it.parent == at)
    };
    let alone: Vec<usize> = (0..ranks.len()).filter(|&at| is_alone(at)).collect();
    // As many columns as make a picture that is about as wide as it is high.
    let square = (alone.len() as f64).sqrt().ceil() as usize;
    let mut layers = vec![Vec::new(); count.max(square)];
    for (at, &rank) in ranks.iter().enumerate().filter(|(at, _)| !is_alone(*at)) {
        layers[rank].push(Item::Entity(at));
    }
    for (at, line) in diagram.lines.iter().enumerate() {
        let (low, high) = ends(ranks, line);
        for layer in layers.iter_mut().take(high).skip(low + 1) {
            layer.push(Item::Lane(at));
        }
    }
    let height = |layer: &Vec<Item>| -> f64 { layer.iter().map(|it| height(diagram, *it)).sum() };
    for at in alone {
        let shortest = layers
            .iter_mut()
            .min_by(|a, b| height(a).total_cmp(&height(b)));
        if let Some(layer) = shortest {
            layer.push(Item::Entity(at));
        }
    }
    layers
}

/// The layers of a line's ends, the left one first.
pub(super) fn ends(ranks: &[usize], line: &Line) -> (usize, usize) {
    let (child, parent) = (ranks[line.child], ranks[line.parent]);
    (child.min(parent), child.max(parent))
}

fn height(diagram: &Diagram, item: Item) -> f64 {
    match item {
        Item::Entity(at) => size(&diagram.entities[at]).1 + SPACE,
        Item::Lane(_) => LANE + SPACE / 2.0,
    }
}

/// Moves each item next to what it is connected to: the mean place of its
/// neighbours, in parts of their layers.
fn sort(diagram: &Diagram, ranks: &[usize], layers: &mut [Vec<Item>]) {
    for at in 0..layers.len() {
        let before = layers.to_vec();
        let wish = |item: &Item, own: usize| {
            let neighbours = neighbours(diagram, ranks, *item, at);
            let places = neighbours.iter().filter_map(|&(layer, item)| {
                let place = before.get(layer)?.iter().position(|it| *it == item)?;
                Some((place as f64 + 0.5) / before[layer].len() as f64)
            });
            let places: Vec<f64> = places.collect();
            if places.is_empty() {
                // What has no neighbours goes to the end, in order.
                return 1.0 + own as f64;
            }
            places.iter().sum::<f64>() / places.len() as f64
        };
        let mut wishes: Vec<(f64, Item)> = layers[at]
            .iter()
            .enumerate()
            .map(|(own, item)| (wish(item, own), *item))
            .collect();
        wishes.sort_by(|a, b| a.0.total_cmp(&b.0));
        layers[at] = wishes.into_iter().map(|it| it.1).collect();
    }
}

/// What an item of a layer is connected to in the layers beside it.
fn neighbours(diagram: &Diagram, ranks: &[usize], item: Item, layer: usize) -> Vec<(usize, Item)> {
    let mut found = Vec::new();
    for (at, line) in diagram.lines.iter().enumerate() {
        let (low, high) = ends(ranks, line);
        let is_on = match item {
            Item::Entity(own) => own == line.child || own == line.parent,
            Item::Lane(own) => own == at,
        };
        if !is_on || low == high {
            continue;
        }
        let other = |beside: usize| {
            let end = [line.child, line.parent]
                .into_iter()
                .find(|it| ranks[*it] == beside);
            match end {
                Some(entity) if beside == low || beside == high => (beside, Item::Entity(entity)),
                _ => (beside, Item::Lane(at)),
            }
        };
        if layer > low {
            found.push(other(layer - 1));
        }
        if layer < high {
            found.push(other(layer + 1));
        }
    }
    found
}

/// The size of a table's box.
fn size(entity: &Entity) -> (f64, f64) {
    let (name, kind) = columns(entity);
    let rows = MARKS + (name + kind) as f64 * CHARACTER + 36.0;
    let head = letters(&entity.name) as f64 * CHARACTER * 1.1 + 24.0;
    (rows.max(head), HEAD + ROW * entity.rows.len() as f64 + 6.0)
}

/// The width of the marks in front of a column.
pub(super) const MARKS: f64 = 40.0;

/// The longest name and the longest type of a table, in characters.
pub(super) fn columns(entity: &Entity) -> (usize, usize) {
    let names = entity.rows.iter().map(|row| letters(&row.name));
    let kinds = entity
        .rows
        .iter()
        .map(|row| letters(&row.kind) + usize::from(row.nullable));
    (names.max().unwrap_or(0), kinds.max().unwrap_or(0))
}

/// The width of a text in characters: those of East Asia are twice as wide.
fn letters(text: &str) -> usize {
    let width = |c: char| {
        if matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{ff00}'..='\u{ff60}')
        {
            2
        } else {
            1
        }
    };
    text.chars().map(width).sum()
}

fn place(
    diagram: &Diagram,
    ranks: &[usize],
    items: Vec<Vec<Item>>,
    sizes: &[(f64, f64)],
) -> Layers {
    let heights: Vec<f64> = items
        .iter()
        .map(|layer| layer.iter().map(|it| height(diagram, *it)).sum())
        .collect();
    let tallest = heights.iter().copied().fold(0.0, f64::max);
    let mut x = MARGIN;
    let (mut tops, mut spans) = (Vec::new(), Vec::new());
    for (at, (layer, own)) in items.iter().zip(&heights).enumerate() {
        let widths = layer.iter().map(|item| match item {
            Item::Entity(at) => sizes[*at].0,
            Item::Lane(_) => 0.0,
        });
        let width = widths.fold(0.0, f64::max);
        let mut y = MARGIN + (tallest - own) / 2.0;
        let mut layer_tops = Vec::new();
        for item in layer {
            layer_tops.push(y);
            y += height(diagram, *item);
        }
        tops.push(layer_tops);
        spans.push((x, width));
        x += width + GAP + TRACK * tracks(diagram, ranks, at) as f64;
    }
    Layers { items, tops, spans }
}

/// How many lines run between a layer and the next.
fn tracks(diagram: &Diagram, ranks: &[usize], layer: usize) -> usize {
    let between = |line: &&Line| {
        let (low, high) = ends(ranks, line);
        low == layer && high == layer || (low..high).contains(&layer)
    };
    diagram.lines.iter().filter(between).count()
}
