//! What a text is made of.

pub(in crate::validate) fn alpha(text: &str) -> bool {
    each(text, |c| c.is_ascii_alphabetic())
}

pub(in crate::validate) fn alphanumeric(text: &str) -> bool {
    each(text, |c| c.is_ascii_alphanumeric())
}

pub(in crate::validate) fn ascii(text: &str) -> bool {
    text.is_ascii()
}

pub(in crate::validate) fn lowercase(text: &str) -> bool {
    text.chars().all(|c| c.to_lowercase().eq([c]))
}

pub(in crate::validate) fn uppercase(text: &str) -> bool {
    text.chars().all(|c| c.to_uppercase().eq([c]))
}

pub(in crate::validate) fn full_width(text: &str) -> bool {
    text.chars().any(|c| !is_half_width(c))
}

pub(in crate::validate) fn half_width(text: &str) -> bool {
    text.chars().any(is_half_width)
}

pub(in crate::validate) fn variable_width(text: &str) -> bool {
    full_width(text) && half_width(text)
}

pub(in crate::validate) fn multibyte(text: &str) -> bool {
    !text.is_ascii()
}

pub(in crate::validate) fn surrogate_pair(text: &str) -> bool {
    text.chars().any(|c| c.len_utf16() == 2)
}

pub(in crate::validate) fn slug(text: &str) -> bool {
    text.split(['-', '_'])
        .all(|word| each(word, |c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

pub(in crate::validate) fn strong_password(text: &str) -> bool {
    let symbol = |c: char| !c.is_alphanumeric() && !c.is_whitespace() && !c.is_control();
    text.chars().count() >= 8
        && text.chars().any(char::is_lowercase)
        && text.chars().any(char::is_uppercase)
        && text.chars().any(char::is_numeric)
        && text.chars().any(symbol)
}

/// Every character passes, and there is one.
pub(super) fn each(text: &str, test: impl FnMut(char) -> bool) -> bool {
    !text.is_empty() && text.chars().all(test)
}

/// ASCII's printable characters and the half-width forms of Katakana, Hangul and symbols.
fn is_half_width(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{FF61}'..='\u{FFDC}' | '\u{FFE8}'..='\u{FFEE}')
}
