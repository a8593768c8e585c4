//! Check digits, and the splitting of digits that have them.

/// The digits of a text that has nothing else, and at least one.
pub(super) fn digits(text: &str) -> Option<Vec<u8>> {
    let digits = || text.bytes().map(|byte| byte.wrapping_sub(b'0'));
    (!text.is_empty() && digits().all(|digit| digit < 10)).then(|| digits().collect())
}

/// The text without the separator that groups it: one and the same throughout,
/// never first, last or doubled.
pub(super) fn ungrouped(text: &str, separators: &[char]) -> Option<String> {
    let Some(separator) = text.chars().find(|c| separators.contains(c)) else {
        return Some(text.to_owned());
    };
    let sound = text.split(separator).all(|group| !group.is_empty());
    sound.then(|| text.split(separator).collect())
}

/// The Luhn sum of ISO/IEC 7812-1 annex B is a multiple of 10.
pub(super) fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &digit)| match (place % 2, u32::from(digit)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The GS1 sum, 3 and 1 alternating from the right, is a multiple of 10.
pub(super) fn gs1(digits: &[u8]) -> bool {
    let weights = [1, 3].into_iter().cycle();
    let sum: u32 = digits
        .iter()
        .rev()
        .zip(weights)
        .map(|(&d, w)| u32::from(d) * w)
        .sum();
    sum.is_multiple_of(10)
}

/// The sum weighted 1, 2, 3 … from the right is a multiple of 11; the last may be `X` for 10.
pub(super) fn mod_11(code: &str) -> bool {
    let Some((body, last)) = code.split_at_checked(code.len().saturating_sub(1)) else {
        return false;
    };
    let Some(mut values) = digits(body) else {
        return false;
    };
    values.push(match last.as_bytes() {
        [b'X' | b'x'] => 10,
        [digit @ b'0'..=b'9'] => digit - b'0',
        _ => return false,
    });
    let sum: usize = values
        .iter()
        .rev()
        .zip(1..)
        .map(|(&value, weight)| usize::from(value) * weight)
        .sum();
    sum.is_multiple_of(11)
}

/// Digits as they are, capitals as 10 to 35; nothing else.
pub(super) fn letter_values(code: &str) -> Option<Vec<u8>> {
    code.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' => Some(byte - b'0'),
            b'A'..=b'Z' => Some(byte - b'A' + 10),
            _ => None,
        })
        .collect()
}

/// The remainder by 97 of the number that the values spell in decimal (ISO/IEC 7064).
pub(super) fn mod_97(values: impl IntoIterator<Item = u8>) -> u32 {
    values.into_iter().fold(0, |rest, value| {
        let shift = if value < 10 { 10 } else { 100 };
        (rest * shift + u32::from(value)) % 97
    })
}
