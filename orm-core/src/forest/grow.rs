//! From pairs of rows, one of which led to the other, to a list that is a tree.

use std::hash::Hash;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

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
    let mut rows: Vec<Option<M>> = Vec::with_capacity(graph.children.len());
    let mut shown = Vec::with_capacity(graph.children.len());
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
    children: Vec<Vec<usize>>,
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
        let mut graph = Graph {
            nodes,
            roots: Vec::new(),
            children: vec![Vec::new(); numbers.len()],
            is_below: vec![false; numbers.len()],
        };
        // With a limit, a row comes once for each depth.
        let mut known = HashSet::with_capacity(arrived.len());
        for (at, it) in arrived.iter().enumerate() {
            let node = graph.nodes[at];
            let from = it.from.as_ref().map(|from| numbers.get(from).copied());
            if !known.insert((from, node)) {
                continue;
            }
            match from {
                None => graph.roots.push(node),
                Some(Some(from)) => {
                    graph.children[from].push(node);
                    graph.is_below[node] |= from != node;
                }
                Some(None) => {}
            }
        }
        graph
    }

    /// Each row once, where the way to it is shortest. What is below another row is not
    /// shown at the root too, unless all of a circle is.
    fn nearest(&self) -> Vec<(Place, bool)> {
        let mut taken = vec![false; self.children.len()];
        let mut own: Vec<Vec<usize>> = vec![Vec::new(); self.children.len()];
        let mut roots = Vec::new();
        let free = self.roots.iter().filter(|&&node| !self.is_below[node]);
        self.spread(free.copied(), &mut taken, &mut own, &mut roots);
        for &node in &self.roots {
            self.spread([node].into_iter(), &mut taken, &mut own, &mut roots);
        }
        let mut is_root = vec![false; self.children.len()];
        roots.iter().for_each(|&node| is_root[node] = true);
        let in_order = self.roots.iter().copied().filter(|&node| is_root[node]);
        let places = walk(&in_order.collect::<Vec<_>>(), &own);
        self.leading_back(places)
    }

    fn spread(
        &self,
        from: impl Iterator<Item = usize>,
        taken: &mut [bool],
        own: &mut [Vec<usize>],
        roots: &mut Vec<usize>,
    ) {
        let mut level: Vec<usize> = from
            .filter(|&node| !std::mem::replace(&mut taken[node], true))
            .collect();
        roots.extend(&level);
        while !level.is_empty() {
            let mut next = Vec::new();
            for node in level {
                for &child in &self.children[node] {
                    if !std::mem::replace(&mut taken[child], true) {
                        own[node].push(child);
                        next.push(child);
                    }
                }
            }
            level = next;
        }
    }

    /// Which places lead to one that is above them, or to themselves.
    fn leading_back(&self, places: Vec<Place>) -> Vec<(Place, bool)> {
        // What is below a place comes behind it, up to an end.
        let mut begins = vec![usize::MAX; self.children.len()];
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
            let mut children = self.children[place.node].iter();
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
        let mut on_way = vec![false; self.children.len()];
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
            let children = &self.children[node];
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

/// The places of trees, each before those below it.
fn walk(roots: &[usize], children: &[Vec<usize>]) -> Vec<Place> {
    let mut found: Vec<Place> = Vec::new();
    let place = |node, depth, above| Place { node, depth, above };
    let mut left: Vec<Place> = roots
        .iter()
        .rev()
        .map(|&node| place(node, 0, None))
        .collect();
    while let Some(next) = left.pop() {
        let (above, depth) = (Some(found.len()), next.depth + 1);
        let below = children[next.node].iter().rev();
        left.extend(below.map(|&node| place(node, depth, above)));
        found.push(next);
    }
    found
}
