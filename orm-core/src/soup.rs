//! Texts for fuzzing, made of bytes: pieces of a language, and letters between.

/// The text that these bytes mean. Any bytes mean one, so that a fuzzer that is
/// guided by coverage can change them as it likes.
pub(crate) fn soup(pieces: &[&str], bytes: &[u8]) -> String {
    let mut text = String::new();
    for pair in bytes.chunks_exact(2) {
        let (kind, number) = (pair[0], usize::from(pair[1]));
        match kind {
            0..64 => text.push(char::from(pair[1] & 0x7f)),
            64..80 => text.push_str(["é", "🦀", "\u{202e}", "\0", "\r\n", " "][number % 6]),
            _ => text.push_str(pieces[(usize::from(kind & 1) << 8 | number) % pieces.len()]),
        }
    }
    text
}
