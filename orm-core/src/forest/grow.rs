//! From pairs of rows, one of which led to the other, to a list that is a tree.

use std::hash::Hash;
use std::ops::Range;

use foldhash::{HashMap, HashMapExt};

use super::Followed;

/// A row as it arrived, with the key of the row that led to it.
pub(crate) struct Arrived<K, M> {
    pub(crate) from: Option<K>,
    pub(crate) key: K,
    pub(crate) row: M,
    pub(crate) shown: bool,
}

/// How far it goes, and how often a row is shown that several lead to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Growth {
    pub(crate) each_way: bool,
    pub(crate) steps: Option<u32>,
}

/// A row that is walked over: its children are walked over before its siblings.
struct Place {
    node: usize,
    depth: u32,
    /// The row of the result that is above it.
    above: Option<usize>,
}

/// The rows, each behind the one that led to it.
pub(crate) fn grow<K: Eq + Hash, M: Clone>(
    arrived: Vec<Arrived<K, M>>,
    growth: Growth,
) -> Vec<Followed<M>> {
    let graph = Graph::new(&arrived);
    let places = match growth.each_way {
        true => graph.every_way(growth.steps),
        false => graph.nearest(),
    };
    let mut rows: Vec<Option<M>> = Vec::with_capacity(graph.len());
    let mut shown = Vec::with_capacity(graph.len());
    for (it, &node) in arrived.into_iter().zip(&graph.nodes) {
        // A number is given when a row arrives first.
        if node == rows.len() {
            rows.push(Some(it.row));
            shown.push(it.shown);
        }
    }
    let mut left: Vec<usize> = vec![0; rows.len()];
    for (place, _) in &places {
        left[place.node] += 1;
    }
    let mut result: Vec<Followed<M>> = Vec::with_capacity(places.len());
    // Where each place is in the result, or what is shown above it.
    let mut at: Vec<Option<usize>> = Vec::with_capacity(places.len());
    for (place, leads_back) in places {
        let above = place.above.and_then(|above| at[above]);
        left[place.node] -= 1;
        if !shown[place.node] {
            at.push(above);
            continue;
        }
        let row = match left[place.node] {
            0 => rows[place.node].take(),
            _ => rows[place.node].clone(),
        };
        let Some(row) = row else { continue };
        at.push(Some(result.len()));
        result.push(Followed {
            row,
            depth: place.depth,
            from: above,
            leads_back,
        });
    }
    result
}

/// Rows by number, in the order in which each arrived first.
struct Graph {
    /// That of each row that arrived.
    nodes: Vec<usize>,
    /// Where it begins.
    roots: Vec<usize>,
    /// What each row leads to, one row's behind those of the row before it.
    children: Vec<usize>,
    /// Where those of a row begin; behind the last row, where they end.
    begins: Vec<usize>,
    /// Whether other rows lead there.
    is_below: Vec<bool>,
}

impl Graph {
    fn new<K: Eq + Hash, M>(arrived: &[Arrived<K, M>]) -> Self {
        let mut numbers: HashMap<&K, usize> = HashMap::with_capacity(arrived.len());
        let mut nodes = Vec::with_capacity(arrived.len());
        for it in arrived {
            let next = numbers.len();
            nodes.push(*numbers.entry(&it.key).or_insert(next));
        }
        let count = numbers.len();
        let mut roots = Vec::new();
        let mut pairs: Vec<(usize, usize)> = Vec::with_capacity(arrived.len());
        let mut is_below = vec![false; count];
        for (it, &node) in arrived.iter().zip(&nodes) {
            let Some(from) = &it.from else {
                roots.push(node);
                continue;
            };
            if let Some(&from) = numbers.get(from) {
                pairs.push((from, node));
                is_below[node] |= from != node;
            }
        }
        let (children, begins) = grouped(&pairs, count);
        let mut is_root = vec![false; count];
        roots.retain(|&node| !std::mem::replace(&mut is_root[node], true));
        Graph {
            nodes,
            roots,
            children,
            begins,
            is_below,
        }
    }

    fn len(&self) -> usize {
        self.is_below.len()
    }

    /// The places in `children` of what a row leads to.
    fn ways(&self, node: usize) -> Range<usize> {
        self.begins[node]..self.begins[node + 1]
    }

    fn children(&self, node: usize) -> &[usize] {
        &self.children[self.ways(node)]
    }

    /// Each row once, where the way to it is shortest. What is below another row is not
    /// shown at the root too, unless all of a circle is.
    fn nearest(&self) -> Vec<(Place, bool)> {
        let mut taken = vec![false; self.len()];
        // The ways that are gone.
        let mut gone = vec![false; self.children.len()];
        let mut is_root = vec![false; self.len()];
        let free = self.roots.iter().copied();
        let mut level: Vec<usize> = free.filter(|&node| !self.is_below[node]).collect();
        level.iter().for_each(|&node| taken[node] = true);
        let mut others = self.roots.iter();
        loop {
            level.iter().for_each(|&node| is_root[node] = true);
            self.spread(std::mem::take(&mut level), &mut taken, &mut gone);
            match others.find(|&&node| !taken[node]) {
                Some(&node) => {
                    taken[node] = true;
                    level.push(node);
                }
                None => break,
            }
        }
        let in_order = self.roots.iter().copied().filter(|&node| is_root[node]);
        let places = self.walk(&in_order.collect::<Vec<_>>(), &gone);
        self.leading_back(places)
    }

    /// Goes on from rows of one level, all of a level before the next.
    fn spread(&self, mut level: Vec<usize>, taken: &mut [bool], gone: &mut [bool]) {
        let mut next = Vec::new();
        while !level.is_empty() {
            for node in level.drain(..) {
                for way in self.ways(node) {
                    let child = self.children[way];
                    if !std::mem::replace(&mut taken[child], true) {
                        gone[way] = true;
                        next.push(child);
                    }
                }
            }
            std::mem::swap(&mut level, &mut next);
        }
    }

    /// The places of trees, each before those below it, along some of the ways.
    fn walk(&self, roots: &[usize], gone: &[bool]) -> Vec<Place> {
        let mut found: Vec<Place> = Vec::with_capacity(self.len());
        let place = |node, depth, above| Place { node, depth, above };
        let roots = roots.iter().rev();
        let mut left: Vec<Place> = roots.map(|&node| place(node, 0, None)).collect();
        while let Some(next) = left.pop() {
            let (above, depth) = (Some(found.len()), next.depth + 1);
            let ways = self.ways(next.node).rev().filter(|&way| gone[way]);
            left.extend(ways.map(|way| place(self.children[way], depth, above)));
            found.push(next);
        }
        found
    }

    /// Which places lead to one that is above them, or to themselves.
    fn leading_back(&self, places: Vec<Place>) -> Vec<(Place, bool)> {
        // What is below a place comes behind it, up to an end.
        let mut begins = vec![usize::MAX; self.len()];
        let mut ends: Vec<usize> = (1..=places.len()).collect();
        for (at, place) in places.iter().enumerate() {
            begins[place.node] = at;
        }
        for at in (0..places.len()).rev() {
            if let Some(above) = places[at].above {
                ends[above] = ends[above].max(ends[at]);
            }
        }
        let leads_back = |at: usize, place: &Place| {
            let mut children = self.children(place.node).iter();
            children.any(|&child| {
                let begin = begins[child];
                begin <= at && ends.get(begin).is_some_and(|end| at < *end)
            })
        };
        let places = places.into_iter().enumerate();
        places
            .map(|(at, place)| {
                let back = leads_back(at, &place);
                (place, back)
            })
            .collect()
    }

    /// A row for each way that leads to it.
    fn every_way(&self, steps: Option<u32>) -> Vec<(Place, bool)> {
        let mut on_way = vec![false; self.len()];
        let mut found: Vec<(Place, bool)> = Vec::new();
        // `None` is the end of what is below a row.
        let mut left: Vec<Result<Place, usize>> = Vec::new();
        for &node in self.roots.iter().rev() {
            left.push(Ok(Place {
                node,
                depth: 0,
                above: None,
            }));
        }
        while let Some(next) = left.pop() {
            let place = match next {
                Ok(place) => place,
                Err(node) => {
                    on_way[node] = false;
                    continue;
                }
            };
            let Place { node, depth, .. } = place;
            on_way[node] = true;
            left.push(Err(node));
            let children = self.children(node);
            let back = children.iter().any(|&child| on_way[child]);
            let above = found.len();
            found.push((place, back));
            if steps.is_none_or(|steps| depth < steps) {
                let on = children.iter().rev().filter(|&&child| !on_way[child]);
                left.extend(on.map(|&node| {
                    Ok(Place {
                        node,
                        depth: depth + 1,
                        above: Some(above),
                    })
                }));
            }
        }
        found
    }
}

/// What each row leads to, once, in the order of the pairs, and where those of a row begin.
fn grouped(pairs: &[(usize, usize)], count: usize) -> (Vec<usize>, Vec<usize>) {
    let mut starts = vec![0; count + 1];
    for &(from, _) in pairs {
        starts[from + 1] += 1;
    }
    for at in 0..count {
        starts[at + 1] += starts[at];
    }
    let mut next = starts.clone();
    let mut all = vec![0; pairs.len()];
    for &(from, child) in pairs {
        all[next[from]] = child;
        next[from] += 1;
    }
    // With a limit, a row comes once for each depth.
    let mut last_from = vec![usize::MAX; count];
    let mut children = Vec::with_capacity(all.len());
    let mut begins = Vec::with_capacity(count + 1);
    for from in 0..count {
        begins.push(children.len());
        let own = &all[starts[from]..starts[from + 1]];
        let once = own.iter().filter(|&&child| {
            let before = std::mem::replace(&mut last_from[child], from);
            before != from
        });
        children.extend(once);
    }
    begins.push(children.len());
    (children, begins)
}
