//! Rows within some steps of where it begins.

use std::hash::Hash;

use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};

use super::Arrived;

/// Those that so many steps reach, of all that are reached.
pub(crate) fn within<K: Eq + Hash, M>(
    mut arrived: Vec<Arrived<K, M>>,
    steps: u32,
) -> Vec<Arrived<K, M>> {
    let mut led_to: HashMap<Option<&K>, Vec<usize>> = HashMap::new();
    for (at, it) in arrived.iter().enumerate() {
        led_to.entry(it.from.as_ref()).or_default().push(at);
    }
    let mut kept = vec![false; arrived.len()];
    let mut seen: HashSet<&K> = HashSet::new();
    // Nobody leads to where it begins.
    let mut level = vec![None];
    for _ in 0..=steps {
        let mut next = Vec::new();
        for from in level {
            for &at in led_to.get(&from).into_iter().flatten() {
                kept[at] = true;
                let key = &arrived[at].key;
                if seen.insert(key) {
                    next.push(Some(key));
                }
            }
        }
        if next.is_empty() {
            break;
        }
        level = next;
    }
    let mut kept = kept.into_iter();
    arrived.retain(|_| kept.next().unwrap_or(false));
    arrived
}
