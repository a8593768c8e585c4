//! `.env`: what the environment does not say.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::failure::Failure;

/// The variables of a file, by name.
pub(crate) type Variables = HashMap<String, String>;

/// The variables of `.env` in the folder, or in one above it that belongs to the same
/// repository; none if there is no such file.
///
/// # Errors
///
/// Fails if the file cannot be read, with the line and never with what stands there.
pub(crate) fn read(folder: &Path) -> Result<Variables, Failure> {
    for path in candidates(folder) {
        match fs::read_to_string(&path) {
            Ok(text) => {
                return parse(&text).map_err(|(line, reason)| {
                    Failure::refused(format!("{}, line {line}: {reason}", path.display()))
                });
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) => {
                return Err(Failure::Io(format!("read `{}`", path.display()), error));
            }
        }
    }
    Ok(Variables::new())
}

fn candidates(folder: &Path) -> Vec<PathBuf> {
    let root = folder.ancestors().find(|it| it.join(".git").exists());
    // Above a repository, and where there is none, it may be anybody's.
    let last = root.unwrap_or(folder);
    let inside = folder.ancestors().take_while(|it| it.starts_with(last));
    inside.map(|it| it.join(".env")).collect()
}

/// The lines `NAME=value`, with or without quotes and `export`.
fn parse(text: &str) -> Result<Variables, (usize, &'static str)> {
    let mut variables = Variables::new();
    for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1..) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line
            .split_once('=')
            .ok_or((number, "expected NAME=value"))?;
        let name = name.trim_end();
        let plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            return Err((number, "expected NAME=value"));
        }
        let value = unquoted(value.trim()).map_err(|reason| (number, reason))?;
        variables.insert(name.to_owned(), value);
    }
    Ok(variables)
}

fn unquoted(value: &str) -> Result<String, &'static str> {
    let Some(quote @ ('"' | '\'' | '`')) = value.chars().next() else {
        // A comment stands behind a space, for `#` may be part of a password.
        let end = value.find(" #").or(value.find("\t#"));
        let value = value[..end.unwrap_or(value.len())].trim_end();
        return expanded_by_nobody(value).map(str::to_owned);
    };
    let mut out = String::new();
    let mut characters = value.chars();
    characters.next();
    while let Some(character) = characters.next() {
        match character {
            _ if character == quote => {
                let rest = characters.as_str().trim_start();
                if !rest.is_empty() && !rest.starts_with('#') {
                    return Err("something stands behind the closing quote");
                }
                if quote != '\'' {
                    expanded_by_nobody(&out)?;
                }
                return Ok(out);
            }
            '\\' if quote == '"' => out.push(match characters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(other) => other,
                None => break,
            }),
            other => out.push(other),
        }
    }
    Err("the quote that begins the value is not closed")
}

/// Some programs put other variables in their place, others do not: to guess would be
/// to talk to another database than is meant.
fn expanded_by_nobody(value: &str) -> Result<&str, &'static str> {
    match value.contains("${") {
        true => Err("`${..}` is not put in: write the value out"),
        false => Ok(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_are_meant() {
        let text = "\u{feff}# where we are\n\nDATABASE_URL=postgres://u:p#w@h/d # ours\r\n\
                    export DB_USER = app\nDB_PASS=\"a \\\"b\\\" \\n# c\" # secret\n\
                    DB_NAME='${NOT} \\n'\nDB_HOST=\nA.b-C=`x`";
        let read = parse(text).expect("a file that can be read");
        let value = |name: &str| read.get(name).map(String::as_str);
        assert_eq!(value("DATABASE_URL"), Some("postgres://u:p#w@h/d"));
        assert_eq!(value("DB_USER"), Some("app"));
        assert_eq!(value("DB_PASS"), Some("a \"b\" \n# c"));
        assert_eq!(value("DB_NAME"), Some("${NOT} \\n"));
        assert_eq!(value("DB_HOST"), Some(""));
        assert_eq!(value("A.b-C"), Some("x"));
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_line() {
        for (text, line, reason) in [
            ("A=1\nB", 2, "expected NAME=value"),
            ("=1", 1, "expected NAME=value"),
            ("a b=1", 1, "expected NAME=value"),
            ("A=\"1", 1, "the quote that begins"),
            ("A=\"1\\", 1, "the quote that begins"),
            ("A='1'2", 1, "something stands behind"),
            ("A=x\nB=postgres://${USER}@h/d", 2, "`${..}` is not put in"),
            ("B=\"${USER}\"", 1, "`${..}` is not put in"),
        ] {
            let (at, said) = parse(text).expect_err(text);
            assert!(
                at == line && said.starts_with(reason),
                "{text}: {at}: {said}"
            );
        }
    }
}
