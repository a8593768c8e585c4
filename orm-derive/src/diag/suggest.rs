//! What somebody may have meant: the nearest name, or the list of choices.

/// A line that helps with an unknown name: the near one, or all of them.
pub(crate) fn help(written: &str, choices: &[&str]) -> String {
    if let Some(near) = nearest(written, choices) {
        return format!("did you mean `{near}`?");
    }
    match choices {
        [] => "remove it".to_owned(),
        [only] => format!("the only one is `{only}`"),
        _ => format!("expected one of {}", list(choices)),
    }
}

/// The choices in a row: `` `a`, `b`, `c` ``.
pub(crate) fn quoted(choices: &[&str]) -> String {
    let quoted: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    quoted.join(", ")
}

/// The choices as words: `` `a`, `b` or `c` ``.
pub(crate) fn list(choices: &[&str]) -> String {
    let quoted: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// The choice a slip of the hand away from what was written.
pub(crate) fn nearest<'a>(written: &str, choices: &[&'a str]) -> Option<&'a str> {
    let plain = fold(written);
    if let Some(same) = choices.iter().find(|choice| fold(choice) == plain) {
        return Some(same);
    }
    let limit = (written.chars().count() / 3).max(1);
    let slip = choices
        .iter()
        .map(|choice| (distance(written, choice), *choice))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, choice)| choice);
    slip.or_else(|| completed(&plain, choices))
}

/// The one choice that begins with what was written.
fn completed<'a>(plain: &str, choices: &[&'a str]) -> Option<&'a str> {
    let mut longer = choices
        .iter()
        .filter(|choice| plain.len() > 2 && fold(choice).starts_with(plain));
    match (longer.next(), longer.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

/// The name without what people get wrong without noticing.
fn fold(name: &str) -> String {
    name.chars()
        .filter(|c| *c != '_')
        .flat_map(char::to_lowercase)
        .collect()
}

/// Optimal string alignment: how many insertions, deletions, replacements and
/// swaps of neighbours lie between two names.
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows = vec![(0..=right.len()).collect::<Vec<usize>>()];
    for i in 1..=left.len() {
        let mut row = vec![i];
        for j in 1..=right.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(left[i - 1] != right[j - 1]);
            let mut best = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, help, nearest};

    #[test]
    fn swapped_neighbours_are_one_slip() {
        assert_eq!(distance("talbe", "table"), 1);
        assert_eq!(distance("", "abc"), 3);
    }

    #[test]
    fn only_near_names_are_suggested() {
        assert_eq!(nearest("tabel", &["table", "schema"]), Some("table"));
        assert_eq!(
            nearest("hasMany", &["has_one", "has_many"]),
            Some("has_many")
        );
        assert_eq!(nearest("foo", &["table", "schema"]), None);
        assert_eq!(nearest("made", &["id", "made_at"]), Some("made_at"));
    }

    #[test]
    fn far_names_get_the_list() {
        assert_eq!(
            help("foo", &["table", "schema", "check"]),
            "expected one of `table`, `schema` or `check`"
        );
    }
}
