//! Names: between Rust's and SQL's spelling, one and many.

/// The most bytes PostgreSQL keeps of a name.
pub(crate) const LIMIT: usize = 63;

/// `OrderItem` and `orderItem` become `order_item`; `HTTPLog` becomes `http_log`.
pub(crate) fn snake(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, &c) in chars.iter().enumerate() {
        let after_lower = at > 0 && !chars[at - 1].is_uppercase() && chars[at - 1] != '_';
        let before_lower = at > 0
            && chars[at - 1] != '_'
            && chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        if c.is_uppercase() && (after_lower || before_lower) {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// `line_items` becomes `LineItems`.
pub(crate) fn upper_camel(name: &str) -> String {
    name.split('_').map(capitalized).collect()
}

fn capitalized(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// Words whose plural follows no rule.
const IRREGULAR: &[(&str, &str)] = &[
    ("person", "people"),
    ("man", "men"),
    ("woman", "women"),
    ("child", "children"),
    ("mouse", "mice"),
    ("goose", "geese"),
    ("foot", "feet"),
    ("tooth", "teeth"),
    ("ox", "oxen"),
    ("datum", "data"),
    ("medium", "media"),
    ("criterion", "criteria"),
    ("phenomenon", "phenomena"),
    ("analysis", "analyses"),
    ("basis", "bases"),
    ("crisis", "crises"),
    ("diagnosis", "diagnoses"),
    ("hypothesis", "hypotheses"),
    ("thesis", "theses"),
    ("axis", "axes"),
    ("index", "indexes"),
    ("octopus", "octopuses"),
    ("quiz", "quizzes"),
    ("movie", "movies"),
    ("cache", "caches"),
    ("cookie", "cookies"),
    ("leaf", "leaves"),
    ("life", "lives"),
    ("knife", "knives"),
    ("shelf", "shelves"),
    ("half", "halves"),
    ("hero", "heroes"),
    ("potato", "potatoes"),
    ("tomato", "tomatoes"),
    ("sheep", "sheep"),
    ("fish", "fish"),
    ("deer", "deer"),
    ("series", "series"),
    ("species", "species"),
    ("news", "news"),
    ("equipment", "equipment"),
    ("information", "information"),
    ("money", "money"),
];

/// The plural of the last word: `order_item` becomes `order_items`.
pub(crate) fn plural(name: &str) -> String {
    let (before, word) = last_word(name);
    format!("{before}{}", plural_word(word))
}

/// The singular of the last word: `order_items` becomes `order_item`.
pub(crate) fn singular(name: &str) -> String {
    let (before, word) = last_word(name);
    format!("{before}{}", singular_word(word))
}

fn last_word(name: &str) -> (&str, &str) {
    name.rfind('_')
        .map_or(("", name), |at| name.split_at(at + 1))
}

fn plural_word(word: &str) -> String {
    if let Some((_, many)) = IRREGULAR.iter().find(|(one, _)| *one == word) {
        return (*many).to_owned();
    }
    let sibilant = ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| word.ends_with(end));
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) && !stem.is_empty() => {
            format!("{stem}ies")
        }
        _ if sibilant => format!("{word}es"),
        _ => format!("{word}s"),
    }
}

fn singular_word(word: &str) -> String {
    if let Some((one, _)) = IRREGULAR.iter().find(|(_, many)| *many == word) {
        return (*one).to_owned();
    }
    match (
        word.strip_suffix("ies"),
        word.strip_suffix("es"),
        word.strip_suffix('s'),
    ) {
        (Some(stem), ..) if !stem.is_empty() => format!("{stem}y"),
        (_, Some(stem), _) if takes_es(stem) => stem.to_owned(),
        (_, _, Some(stem)) if !stem.is_empty() && !stem.ends_with('s') => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// Whether the `es` behind a stem is the plural: `address` and `status`, but
/// neither `case` nor `house`, whose own `e` it is.
fn takes_es(stem: &str) -> bool {
    let own_e = ["ous", "aus"].iter().any(|end| stem.ends_with(end));
    !own_e
        && ["ss", "us", "x", "zz", "ch", "sh"]
            .iter()
            .any(|end| stem.ends_with(end))
}

/// A name made of parts, within what the server keeps of it.
///
/// The server cuts a longer one off, and two names may then be the same; here
/// the end of a cut name tells them apart.
pub(crate) fn joined(parts: &[&str], suffix: &str) -> String {
    let whole = format!("{}_{suffix}", parts.join("_"));
    if whole.len() <= LIMIT {
        return whole;
    }
    let tail = format!("_{:08x}_{suffix}", hash(&whole));
    let mut end = LIMIT - tail.len();
    while !whole.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{tail}", &whole[..end])
}

/// FNV-1a, which never changes between versions of the compiler.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The spellings `serde` and `#[db_enum(rename_all)]` know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    pub(crate) const ALL: [(&'static str, Case); 8] = [
        ("snake_case", Case::Snake),
        ("camelCase", Case::Camel),
        ("PascalCase", Case::Pascal),
        ("kebab-case", Case::Kebab),
        ("lowercase", Case::Lower),
        ("UPPERCASE", Case::Upper),
        ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
        ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
    ];

    /// A name in snake case, spelled this way.
    pub(crate) fn apply(self, snake: &str) -> String {
        match self {
            Case::Snake => snake.to_owned(),
            Case::Lower => snake.replace('_', ""),
            Case::Upper => snake.replace('_', "").to_uppercase(),
            Case::Pascal => upper_camel(snake),
            Case::Camel => {
                let pascal = upper_camel(snake);
                let mut chars = pascal.chars();
                chars.next().map_or_else(String::new, |first| {
                    first.to_lowercase().chain(chars).collect()
                })
            }
            Case::ScreamingSnake => snake.to_uppercase(),
            Case::Kebab => snake.replace('_', "-"),
            Case::ScreamingKebab => snake.to_uppercase().replace('_', "-"),
        }
    }

    /// A field's name as `serde` spells it: `lowercase` leaves fields alone there.
    pub(crate) fn apply_to_field(self, snake: &str) -> String {
        match self {
            Case::Lower => snake.to_owned(),
            Case::Upper => snake.to_uppercase(),
            _ => self.apply(snake),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Case, LIMIT, joined, plural, singular, snake, upper_camel};

    #[test]
    fn snake_case_keeps_acronyms_together() {
        assert_eq!(snake("OrderItem"), "order_item");
        assert_eq!(snake("HTTPLog"), "http_log");
        assert_eq!(snake("Utf8Text"), "utf8_text");
        assert_eq!(snake("already_snake"), "already_snake");
        assert_eq!(upper_camel("line_items"), "LineItems");
    }

    #[test]
    fn plurals_and_back() {
        let pairs = [
            ("user", "users"),
            ("person", "people"),
            ("category", "categories"),
            ("analysis", "analyses"),
            ("octopus", "octopuses"),
            ("order_item", "order_items"),
            ("sheep", "sheep"),
            ("child", "children"),
            ("datum", "data"),
            ("hypothesis", "hypotheses"),
            ("status", "statuses"),
            ("address", "addresses"),
            ("box", "boxes"),
            ("criterion", "criteria"),
            ("mouse", "mice"),
            ("day", "days"),
            ("bus", "buses"),
            ("match", "matches"),
            ("house", "houses"),
            ("movie", "movies"),
            ("cache", "caches"),
        ];
        for (one, many) in pairs {
            assert_eq!(plural(one), many);
            if one != "house" {
                assert_eq!(singular(many), one);
            }
        }
        assert_eq!(singular("class"), "class");
    }

    #[test]
    fn a_long_name_is_cut_and_told_apart() {
        let long = "x".repeat(80);
        let (first, second) = (joined(&[&long, "a"], "idx"), joined(&[&long, "b"], "idx"));
        assert_eq!((first.len(), second.len()), (LIMIT, LIMIT));
        assert_ne!(first, second);
        assert_eq!(joined(&["orders", "status"], "idx"), "orders_status_idx");
        assert!(joined(&[&"ä".repeat(60)], "key").len() <= LIMIT);
    }

    #[test]
    fn cases() {
        let spelled: Vec<String> = Case::ALL
            .iter()
            .map(|(_, case)| case.apply("on_its_way"))
            .collect();
        assert_eq!(
            spelled,
            [
                "on_its_way",
                "onItsWay",
                "OnItsWay",
                "on-its-way",
                "onitsway",
                "ONITSWAY",
                "ON_ITS_WAY",
                "ON-ITS-WAY"
            ]
        );
    }
}
