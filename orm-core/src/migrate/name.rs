//! The names of migrations: `20240315102344-add-discount-code-to-orders`.

/// Why a name cannot be a migration's, or `Ok`.
///
/// It begins with the moment it was made, so that names sort in the order they
/// are run, and goes on with words.
pub(crate) fn check(name: &str) -> Result<(), String> {
    let Some((stamp, words)) = name.split_once('-') else {
        return Err(EXPECTED.to_owned());
    };
    if !is_stamp(stamp) {
        return Err(format!("`{stamp}` is not a moment: {EXPECTED}"));
    }
    if !is_kebab(words) {
        return Err(format!("`{words}` is not in kebab case: {EXPECTED}"));
    }
    if name.len() > LONGEST {
        return Err(format!("a name has at most {LONGEST} characters"));
    }
    Ok(())
}

/// Why a name cannot be a migration's beside others, or `Ok`.
pub(crate) fn check_beside<'n>(
    name: &str,
    mut others: impl Iterator<Item = &'n str>,
) -> Result<(), String> {
    check(name)?;
    match others.find(|other| stamp(other) == stamp(name)) {
        Some(other) if other == name => Err("there are two of this name: type `orm migrate \
             squash` again if it was interrupted, otherwise delete one, which may be in a \
             squashed file"
            .to_owned()),
        Some(other) => Err(format!("it has the same moment as `{other}`: change one")),
        None => Ok(()),
    }
}

const EXPECTED: &str = "expected `YYYYMMDDHHMMSS-words-in-kebab-case`";

const LONGEST: usize = 200;

/// The part of a name before the first dash.
pub(crate) fn stamp(name: &str) -> &str {
    name.split_once('-').map_or(name, |(stamp, _)| stamp)
}

/// Whether some text is lower-case letters, digits and single dashes.
pub fn is_kebab(text: &str) -> bool {
    let word = |it: &str| {
        !it.is_empty()
            && it
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.split('-').all(word)
}

/// `add discount_code`, `AddDiscountCode` → `add-discount-code`. What is
/// neither letter nor digit separates words.
pub fn to_kebab(text: &str) -> String {
    let mut out = String::new();
    let mut after_lower = false;
    for character in text.chars() {
        if !character.is_ascii_alphanumeric() {
            after_lower = false;
            if !out.is_empty() && !out.ends_with('-') {
                out.push('-');
            }
            continue;
        }
        if character.is_ascii_uppercase() && after_lower {
            out.push('-');
        }
        after_lower = !character.is_ascii_uppercase();
        out.push(character.to_ascii_lowercase());
    }
    out.trim_end_matches('-').to_owned()
}

fn is_stamp(stamp: &str) -> bool {
    if stamp.len() != 14 || !stamp.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let ranges = [
        (4..6, 1..=12),
        (6..8, 1..=31),
        (8..10, 0..=23),
        (10..12, 0..=59),
        (12..14, 0..=59),
    ];
    ranges.into_iter().all(|(digits, range)| {
        stamp[digits]
            .parse()
            .is_ok_and(|it: u8| range.contains(&it))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_moment_and_words() {
        assert_eq!(check("20240315102344-add-discount-code-to-orders"), Ok(()));
        for wrong in [
            "",
            "add-orders",
            "2024031510234-short",
            "20241315102344-month",
            "20240015102344-month",
            "20240315242344-hour",
            "20240315102344",
            "20240315102344-",
            "20240315102344-Add",
            "20240315102344-a--b",
            "20240315102344-a_b",
            "20240315102344-größe",
        ] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn words_become_kebab_case() {
        for (words, kebab) in [
            ("add-discount-code", "add-discount-code"),
            ("Add discount_code", "add-discount-code"),
            ("AddDiscountCode", "add-discount-code"),
            ("addV2Column", "add-v2-column"),
            ("--a  b--", "a-b"),
            ("...", ""),
        ] {
            assert_eq!(to_kebab(words), kebab);
        }
    }
}
