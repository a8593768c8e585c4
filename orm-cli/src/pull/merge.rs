//! Two changes of one text, put together line by line.

use std::collections::BTreeMap;

/// Lines that one text may have for each of the other's, before the comparison takes
/// too long: 4,000 of each are compared in a moment.
const CELLS: usize = 16_000_000;

/// The text with both changes of `base`; `None` where both changed the same lines,
/// each otherwise.
///
/// A line of `ours` that is not in `base` is always in what comes out.
pub(super) fn merged(base: &str, ours: &str, theirs: &str) -> Option<String> {
    let [base, ours, theirs] = [base, ours, theirs].map(lines);
    let (own, others) = (matches(&base, &ours)?, matches(&base, &theirs)?);
    let mut out = String::new();
    let mut done = [0; 3];
    let both = own
        .iter()
        .filter_map(|(at, own)| Some((*at, *own, *others.get(at)?)));
    let end = (base.len(), ours.len(), theirs.len());
    for (b, o, t) in both.chain([end]) {
        // What is between two lines that all three have.
        let parts = (&base[done[0]..b], &ours[done[1]..o], &theirs[done[2]..t]);
        let chosen = match parts {
            (base, ours, theirs) if ours == base || ours == theirs => theirs.to_vec(),
            (base, ours, theirs) if theirs == base => ours.to_vec(),
            (base, ours, theirs) => items(base, ours, theirs)?,
        };
        out.extend(chosen);
        out.extend(base.get(b).copied());
        done = [b + 1, o + 1, t + 1];
    }
    Some(out)
}

/// Where each line is an item, such as `mod user;`, their order means nothing: those that
/// one side added are there, those that one took away are not.
fn items<'t>(base: &[&'t str], ours: &[&'t str], theirs: &[&'t str]) -> Option<Vec<&'t str>> {
    const WORDS: [&str; 4] = ["mod ", "pub mod ", "use ", "pub use "];
    let is_item =
        |line: &&str| WORDS.iter().any(|word| line.starts_with(word)) && line.ends_with(";\n");
    if ![base, ours, theirs]
        .iter()
        .all(|all| all.iter().all(is_item))
    {
        return None;
    }
    let kept = |it: &&&str| ours.contains(*it) || !base.contains(*it);
    let added = |it: &&&str| !base.contains(*it) && !theirs.contains(*it);
    let own = ours.iter().filter(added);
    Some(theirs.iter().filter(kept).chain(own).copied().collect())
}

/// With their ends, so that nothing is lost at the end of a file.
fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// Which lines of a text are still in another one, in order: the most that can be.
fn matches(from: &[&str], to: &[&str]) -> Option<BTreeMap<usize, usize>> {
    let width = to.len() + 1;
    if (from.len() + 1).checked_mul(width)? > CELLS {
        return None;
    }
    // How many lines the two have in common from here on.
    let mut common = vec![0_u32; (from.len() + 1) * width];
    for at in (0..from.len()).rev() {
        for other in (0..to.len()).rev() {
            common[at * width + other] = if from[at] == to[other] {
                common[(at + 1) * width + other + 1] + 1
            } else {
                common[(at + 1) * width + other].max(common[at * width + other + 1])
            };
        }
    }
    let mut found = BTreeMap::new();
    let (mut at, mut other) = (0, 0);
    while at < from.len() && other < to.len() {
        if from[at] == to[other] {
            found.insert(at, other);
            (at, other) = (at + 1, other + 1);
        } else if common[(at + 1) * width + other] >= common[at * width + other + 1] {
            at += 1;
        } else {
            other += 1;
        }
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::merged;

    const BASE: &str = "a\nb\nc\nd\ne\n";

    #[test]
    fn changes_at_different_places_are_put_together() {
        for (ours, theirs, both) in [
            (BASE, BASE, BASE),
            ("a\nx\nb\nc\nd\ne\n", BASE, "a\nx\nb\nc\nd\ne\n"),
            (BASE, "a\nc\nd\ne\nf\n", "a\nc\nd\ne\nf\n"),
            ("a\nx\nb\nc\nd\ne\n", "a\nb\nc\ne\n", "a\nx\nb\nc\ne\n"),
            ("a\nB\nc\nd\ne\nmine", "a\nb\nc\nd\nE\n", ""),
            ("a\nB\nc\nd\ne\n", "a\nB\nc\nd\nE\n", "a\nB\nc\nd\nE\n"),
            ("", "", ""),
        ] {
            let found = merged(BASE, ours, theirs);
            match both {
                "" if !ours.is_empty() => assert_eq!(found, None),
                both => assert_eq!(found.as_deref(), Some(both)),
            }
        }
        assert_eq!(merged("", "mine\n", ""), Some("mine\n".into()));
        assert_eq!(merged("", "mine\n", "theirs\n"), None);
    }

    #[test]
    fn items_of_one_line_have_no_order() {
        let base = "mod a;\nmod b;\nmod c;\n";
        let ours = "mod a;\nmod mine;\nmod b;\n";
        let theirs = "mod a;\nmod c;\nmod d;\n";
        let both = merged(base, ours, theirs).unwrap();
        assert_eq!(both, "mod a;\nmod d;\nmod mine;\n");
    }

    #[test]
    fn one_line_changed_twice_is_left_to_a_person() {
        assert_eq!(merged(BASE, "a\nb\nX\nd\ne\n", "a\nb\nY\nd\ne\n"), None);
        assert_eq!(merged(BASE, "a\nb\nX\nd\ne\n", "a\nb\nd\ne\n"), None);
    }

    /// Whatever both did: no line of ours that is new gets lost, and none appears that
    /// neither has.
    #[test]
    fn no_line_of_ours_is_lost() {
        let mut seed = 7_u64;
        let mut next = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        let mut put_together = 0;
        for _ in 0..2_000 {
            let base: Vec<String> = (0..next(12)).map(|_| format!("{}\n", next(6))).collect();
            let mut changed = |mark: &str| {
                let mut lines = base.clone();
                for _ in 0..next(4) {
                    let at = next(lines.len() as u64 + 1) as usize;
                    match next(2) {
                        0 => lines.insert(at, format!("{mark}{}\n", next(9))),
                        _ if at < lines.len() => drop(lines.remove(at)),
                        _ => {}
                    }
                }
                lines.concat()
            };
            let (ours, theirs) = (changed("ours "), changed("theirs "));
            let Some(both) = merged(&base.concat(), &ours, &theirs) else {
                continue;
            };
            put_together += 1;
            let mine = |text: &str| {
                let lines = text.lines().filter(|it| it.starts_with("ours "));
                lines.map(str::to_owned).collect::<Vec<_>>()
            };
            assert_eq!(mine(&both), mine(&ours));
        }
        assert!(put_together > 500, "{put_together}");
    }
}
