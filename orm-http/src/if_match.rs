//! Writes of what a client has read: `ETag` and `If-Match`.

use orm::Error;

use crate::{Failure, Result};

/// The version that a client has read, of the header `If-Match`.
///
/// ```
/// let read = orm_http::IfMatch::read([&b"\"3\""[..]])?;
/// assert!(read.check(3).is_ok());
/// assert_eq!(read.check(4).unwrap_err().status(), 412);
/// # Ok::<(), orm_http::Failure>(())
/// ```
#[derive(Debug, Clone)]
pub struct IfMatch(Option<Tags>);

#[derive(Debug, Clone)]
enum Tags {
    Any,
    These(Vec<i64>),
}

impl IfMatch {
    /// Reads the values of the header, of which there may be several or none.
    ///
    /// # Errors
    /// 400 if one of them is no list of tags.
    pub fn read<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Result<Self> {
        let mut tags = None;
        for value in values {
            let read = std::str::from_utf8(value).ok().and_then(read);
            let detail = "If-Match is not a list of tags";
            let read = read.ok_or_else(|| Failure::new(400_u16, detail))?;
            tags = Some(match (tags, read) {
                (None, read) => read,
                (Some(Tags::These(mut all)), Tags::These(more)) => {
                    all.extend(more);
                    Tags::These(all)
                }
                _ => Tags::Any,
            });
        }
        Ok(IfMatch(tags))
    }

    /// Refuses a request that does not say what it has read.
    ///
    /// # Errors
    /// 428 without the header.
    pub fn required(self) -> Result<Self> {
        match self.0 {
            Some(_) => Ok(self),
            None => Err(Failure::new(
                428_u16,
                "say which version you have read: the ETag of the answer, as If-Match",
            )),
        }
    }

    /// Whether the row still has the version that the client has read.
    ///
    /// # Errors
    /// 412 if it has another.
    pub fn check(&self, version: impl Into<i64>) -> Result<()> {
        match &self.0 {
            Some(Tags::These(versions)) if !versions.contains(&version.into()) => Err(outdated()),
            _ => Ok(()),
        }
    }

    /// The answer to an error of the write: 412 where somebody else was quicker and the
    /// client said what it had read, and otherwise what the error is always answered with.
    pub fn failure(&self, error: Error) -> Failure {
        match &self.0 {
            Some(Tags::These(_)) if error.is_stale() => outdated().with_cause(error),
            _ => Failure::from(error),
        }
    }
}

fn outdated() -> Failure {
    let detail = "it was changed by somebody else; read it again";
    Failure::new(412_u16, detail)
}

/// Tags of ours are quoted numbers; any other, and a weak one, matches nothing.
fn read(value: &str) -> Option<Tags> {
    if value.trim() == "*" {
        return Some(Tags::Any);
    }
    let mut versions = Vec::new();
    let mut rest = value.trim();
    loop {
        let (weak, tag) = match rest.strip_prefix("W/") {
            Some(tag) => (true, tag),
            None => (false, rest),
        };
        let (tag, behind) = tag.strip_prefix('"')?.split_once('"')?;
        versions.extend(tag.parse::<i64>().ok().filter(|_| !weak));
        let behind = behind.trim_start();
        if behind.is_empty() {
            return Some(Tags::These(versions));
        }
        rest = behind.strip_prefix(',')?.trim_start();
    }
}

/// The version of a row, as the value of the header `ETag`.
///
/// ```
/// assert_eq!(orm_http::etag(3), "\"3\"");
/// ```
pub fn etag(version: i64) -> String {
    format!("\"{version}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(value: &str) -> Option<Vec<i64>> {
        match read(value)? {
            Tags::Any => None,
            Tags::These(versions) => Some(versions),
        }
    }

    #[test]
    fn tags_are_read_as_they_are_written() {
        assert_eq!(versions("\"3\""), Some(vec![3]));
        assert_eq!(versions(" \"3\" , \"14\""), Some(vec![3, 14]));
        assert_eq!(versions("W/\"3\", \"other, text\", \"-1\""), Some(vec![-1]));
        assert!(matches!(read("*"), Some(Tags::Any)));
        for wrong in ["", "3", "\"3", "\"3\" \"4\"", "\"3\",", "*, \"3\""] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }
}
