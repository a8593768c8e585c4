//! The one function that quotes a name.

/// Writes `name` as a quoted identifier, so that the server takes every
/// character of it literally.
///
/// That the name is not empty, holds no NUL and has at most 63 bytes is
/// checked where names come in, by the derive.
pub(crate) fn quote(out: &mut String, name: &str) {
    out.push('"');
    let mut parts = name.split('"');
    if let Some(first) = parts.next() {
        out.push_str(first);
    }
    for part in parts {
        out.push_str("\"\"");
        out.push_str(part);
    }
    out.push('"');
}
