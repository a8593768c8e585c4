//! The one function that quotes a name.

/// Writes `name` as a quoted identifier, so that the server takes every
/// character of it literally.
///
/// That the name is not empty, holds no NUL and has at most 63 bytes is
/// checked where names come in, by the derive.
pub(crate) fn quote(out: &mut String, name: &str) {
    out.reserve(name.len() + 2);
    out.push('"');
    // Hardly any name has a quote in it; looking at bytes is the quick way to see.
    if name.bytes().any(|byte| byte == b'"') {
        out.push_str(&name.replace('"', "\"\""));
    } else {
        out.push_str(name);
    }
    out.push('"');
}
