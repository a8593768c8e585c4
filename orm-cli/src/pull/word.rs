//! English, as far as names of tables need it: one and many.

/// Words whose plural follows no rule.
const IRREGULAR: &[(&str, &str)] = &[
    ("analysis", "analyses"),
    ("axis", "axes"),
    ("basis", "bases"),
    ("cache", "caches"),
    ("child", "children"),
    ("cookie", "cookies"),
    ("crisis", "crises"),
    ("criterion", "criteria"),
    ("data", "data"),
    ("diagnosis", "diagnoses"),
    ("equipment", "equipment"),
    ("foot", "feet"),
    ("goose", "geese"),
    ("half", "halves"),
    ("hero", "heroes"),
    ("index", "indexes"),
    ("information", "information"),
    ("knife", "knives"),
    ("leaf", "leaves"),
    ("life", "lives"),
    ("man", "men"),
    ("medium", "media"),
    ("money", "money"),
    ("mouse", "mice"),
    ("movie", "movies"),
    ("news", "news"),
    ("person", "people"),
    ("potato", "potatoes"),
    ("quiz", "quizzes"),
    ("series", "series"),
    ("sheep", "sheep"),
    ("shelf", "shelves"),
    ("species", "species"),
    ("tomato", "tomatoes"),
    ("tooth", "teeth"),
    ("woman", "women"),
];

/// The plural of the last word: `order_item` becomes `order_items`. A plural
/// stays what it is.
pub(super) fn plural(name: &str) -> String {
    let (before, word) = last_word(name);
    if word != singular_word(word) {
        return name.to_owned();
    }
    format!("{before}{}", plural_word(word))
}

/// The singular of the last word: `order_items` becomes `order_item`.
pub(super) fn singular(name: &str) -> String {
    let (before, word) = last_word(name);
    format!("{before}{}", singular_word(word))
}

/// `line_items` becomes `LineItems`.
pub(super) fn upper_camel(name: &str) -> String {
    name.split('_').map(capitalized).collect()
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

fn last_word(name: &str) -> (&str, &str) {
    name.rfind('_')
        .map_or(("", name), |at| name.split_at(at + 1))
}

fn plural_word(word: &str) -> String {
    if let Some((_, many)) = IRREGULAR.iter().find(|(one, _)| *one == word) {
        return (*many).to_owned();
    }
    let hisses = ["s", "x", "z", "ch", "sh"];
    match word.strip_suffix('y') {
        Some(stem) if !stem.is_empty() && !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => {
            format!("{stem}ies")
        }
        _ if hisses.iter().any(|end| word.ends_with(end)) => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

fn singular_word(word: &str) -> String {
    if let Some((one, _)) = IRREGULAR.iter().find(|(_, many)| *many == word) {
        return (*one).to_owned();
    }
    let ends = ["ies", "es", "s"].map(|end| word.strip_suffix(end).filter(|it| !it.is_empty()));
    match ends {
        [Some(stem), ..] if stem.len() > 1 => format!("{stem}y"),
        [_, Some(stem), _] if takes_es(stem) => stem.to_owned(),
        [_, _, Some(stem)] if !stem.ends_with(['s', 'u', 'i']) => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// Whether the `es` behind a stem is the plural: `addresses` and `statuses`,
/// but neither `cases` nor `houses`, whose own `e` it is.
fn takes_es(stem: &str) -> bool {
    let own_e = ["ous", "aus"].iter().any(|end| stem.ends_with(end));
    let hisses = ["ss", "us", "x", "zz", "ch", "sh"];
    !own_e && hisses.iter().any(|end| stem.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_and_many() {
        let pairs = [
            ("user", "users"),
            ("order_item", "order_items"),
            ("category", "categories"),
            ("address", "addresses"),
            ("status", "statuses"),
            ("box", "boxes"),
            ("person", "people"),
            ("child", "children"),
            ("day", "days"),
            ("house", "houses"),
            ("tie", "ties"),
        ];
        for (one, many) in pairs {
            assert_eq!(plural(one), many);
            if one != "tie" {
                assert_eq!(singular(many), one);
            }
        }
    }

    #[test]
    fn what_is_plural_already_stays() {
        for name in ["users", "order_items", "people", "news", "data", "series"] {
            assert_eq!(plural(name), name);
        }
        for name in ["status", "class", "news", "bus", "s", ""] {
            assert_eq!(singular(name), name);
        }
    }

    #[test]
    fn camels() {
        assert_eq!(upper_camel("line_items"), "LineItems");
        assert_eq!(upper_camel("größe_2"), "Größe2");
    }
}
