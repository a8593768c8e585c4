//! Lists that are trees: order, circles, several ways, depth.

use super::{Arrived, DEEPEST_SERIALIZED, Followed, Forest, Growth, grow};

const ONCE: Growth = Growth {
    each_way: false,
    steps: None,
};

/// `(from, row)`, in the order in which they arrive; 0 is nobody.
fn forest(pairs: &[(u32, u32)], growth: Growth, hidden: &[u32]) -> Forest<u32> {
    let arrived = pairs.iter().map(|&(from, row)| Arrived {
        from: (from > 0).then_some(from),
        key: row,
        row,
        shown: !hidden.contains(&row),
    });
    Forest::new(grow(arrived.collect(), growth))
}

/// `1 .2 ..3!`: a point for each step, `!` where it leads back.
fn printed(forest: &Forest<u32>) -> String {
    let rows = forest.rows().iter().map(|it| {
        let points = ".".repeat(it.depth as usize);
        format!("{points}{}{}", it.row, if it.leads_back { "!" } else { "" })
    });
    rows.collect::<Vec<_>>().join(" ")
}

#[test]
fn rows_stand_behind_what_they_follow_from_in_their_order() {
    // Siblings arrive in order, parents anywhere.
    let pairs = [(2, 4), (1, 3), (0, 1), (1, 2), (0, 9), (3, 5)];
    let forest = forest(&pairs, ONCE, &[]);
    assert_eq!(printed(&forest), "1 .3 ..5 .2 ..4 9");
    assert_eq!(forest.path(2), [&1, &3, &5]);
    assert!(forest.path(99).is_empty());
    assert_eq!(forest.sizes(), [4, 1, 0, 1, 0, 0]);
    let sums = forest.fold(|row, below: &[u32]| row + below.iter().sum::<u32>());
    assert_eq!(sums, [15, 8, 5, 6, 4, 9]);
    let trees = forest.into_trees();
    assert_eq!((trees.len(), trees[0].children.len()), (2, 2));
    assert_eq!(*trees[0].children[0].children[0], 5);
}

#[test]
fn a_row_is_shown_where_the_way_is_shortest_or_for_each_way() {
    // 1 -> 2 -> 3 -> 4 and 1 -> 4: four is one step away.
    let pairs = [(0, 1), (1, 2), (2, 3), (3, 4), (1, 4), (4, 5)];
    assert_eq!(printed(&forest(&pairs, ONCE, &[])), "1 .2 ..3 .4 ..5");
    let every = Growth {
        each_way: true,
        ..ONCE
    };
    assert_eq!(
        printed(&forest(&pairs, every, &[])),
        "1 .2 ..3 ...4 ....5 .4 ..5"
    );
    let few = Growth {
        steps: Some(2),
        ..every
    };
    assert_eq!(printed(&forest(&pairs, few, &[])), "1 .2 ..3 .4 ..5");
}

#[test]
fn what_is_below_another_row_is_no_root_beside_it() {
    let pairs = [(0, 2), (0, 1), (1, 2), (0, 3)];
    assert_eq!(printed(&forest(&pairs, ONCE, &[])), "1 .2 3");
}

#[test]
fn circles_are_cut_and_told() {
    let circle = [(0, 1), (1, 2), (2, 3), (3, 1)];
    assert_eq!(printed(&forest(&circle, ONCE, &[])), "1 .2 ..3!");
    let every = Growth {
        each_way: true,
        ..ONCE
    };
    assert_eq!(printed(&forest(&circle, every, &[])), "1 .2 ..3!");
    // All of them are roots: the first is where it begins.
    let all = [(0, 2), (0, 3), (0, 1), (1, 2), (2, 3), (3, 1)];
    let all = forest(&all, ONCE, &[]);
    assert_eq!(printed(&all), "2 .3 ..1!");
    assert!(all.has_circles());
    assert_eq!(printed(&forest(&[(0, 7), (7, 7)], ONCE, &[])), "7!");
    // Another way to a row is no circle.
    let diamond = [(0, 1), (1, 2), (1, 3), (2, 4), (3, 4)];
    assert!(!forest(&diamond, ONCE, &[]).has_circles());
}

#[test]
fn what_is_left_out_is_walked_over() {
    let pairs = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 6)];
    let shown = forest(&pairs, ONCE, &[2, 3, 5]);
    assert_eq!(printed(&shown), "1 ...4 .6");
    assert_eq!(shown.path(1), [&1, &4]);
    assert_eq!(shown.into_trees().len(), 2);
}

#[test]
fn twenty_thousand_levels_take_no_more_of_the_stack() {
    let pairs: Vec<(u32, u32)> = (0..20_000).map(|it| (it, it + 1)).collect();
    let forest = forest(&pairs, ONCE, &[]);
    assert_eq!(forest.sizes()[0], 19_999);
    assert_eq!(forest.path(19_999).len(), 20_000);
    let trees = forest.into_trees();
    assert!(format!("{:?}", trees[0]).contains("children: 1"));
    drop(trees);
}

#[derive(serde::Serialize)]
struct Part {
    id: u16,
}

/// A chain of so many levels, serialized.
fn serialized(levels: u16) -> serde_json::Result<String> {
    let followed = (0..levels).map(|id| Followed {
        row: Part { id },
        depth: id.into(),
        from: id.checked_sub(1).map(usize::from),
        leads_back: false,
    });
    serde_json::to_string(&Forest::new(followed.collect()).into_trees())
}

#[test]
fn trees_are_serialized_as_deep_as_a_stack_takes_them() {
    let deepest = serialized(DEEPEST_SERIALIZED).unwrap();
    assert_eq!(
        deepest.matches("children").count(),
        usize::from(DEEPEST_SERIALIZED)
    );
    // What failed leaves nothing behind.
    for _ in 0..2 {
        let error = serialized(DEEPEST_SERIALIZED + 1).unwrap_err().to_string();
        assert!(error.contains("a tree has more than"), "{error}");
        assert_eq!(
            serialized(2).unwrap(),
            r#"[{"id":0,"children":[{"id":1,"children":[]}]}]"#
        );
    }
}

#[test]
fn nothing_is_an_empty_forest() {
    let nothing = forest(&[], ONCE, &[]);
    assert!(nothing.is_empty() && nothing.into_trees().is_empty());
    // What leads to a row that did not arrive is nobody's.
    assert_eq!(forest(&[(8, 1)], ONCE, &[]).len(), 0);
}
