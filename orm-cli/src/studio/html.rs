//! Pages: markup that is part of this program, and text of anybody.

use std::fmt::Write;

use super::url::Url;

/// A page in the making.
///
/// Markup goes in as a literal of this program alone. Every other text goes through
/// [`text`](Html::text) or an [`Attr`], which escape it: there is no method that takes a
/// `String` as it is.
#[derive(Default)]
pub(super) struct Html(String);

/// An attribute of an element. What comes from a database or a request fits into those that
/// no browser runs or follows.
pub(super) enum Attr<'a> {
    Class(&'static str),
    /// Any other whose value is part of this program.
    Own(&'static str, &'static str),
    Href(&'a Url),
    Src(&'a Url),
    Title(&'a str),
    Value(&'a str),
}

impl Html {
    /// Markup of our own.
    pub(super) fn markup(&mut self, literal: &'static str) -> &mut Self {
        self.0.push_str(literal);
        self
    }

    /// Text, of which every character is shown and none is markup.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for character in text.chars() {
            match is_odd(character) {
                true => self.odd(character),
                false => escape(&mut self.0, character),
            }
        }
        self
    }

    /// An element with what is inside.
    pub(super) fn element(
        &mut self,
        name: &'static str,
        attributes: &[Attr<'_>],
        inside: impl FnOnce(&mut Html),
    ) -> &mut Self {
        self.open(name, attributes);
        inside(self);
        self.0.extend(["</", name, ">"]);
        self
    }

    /// An element with a text inside.
    pub(super) fn of_text(&mut self, name: &'static str, class: &'static str, text: &str) {
        self.element(name, &[Attr::Class(class)], |it| {
            it.text(text);
        });
    }

    /// A link with a text.
    pub(super) fn link(&mut self, url: &Url, text: &str) -> &mut Self {
        self.element("a", &[Attr::Href(url)], |it| {
            it.text(text);
        })
    }

    /// The beginning of an element, or one that has no inside.
    pub(super) fn open(&mut self, name: &'static str, attributes: &[Attr<'_>]) -> &mut Self {
        self.0.extend(["<", name]);
        for attribute in attributes {
            let (name, value) = match attribute {
                Attr::Class("") => continue,
                Attr::Class(class) => ("class", *class),
                Attr::Own(name, value) => (*name, *value),
                Attr::Href(url) => ("href", url.as_str()),
                Attr::Src(url) => ("src", url.as_str()),
                Attr::Title(text) => ("title", *text),
                Attr::Value(text) => ("value", *text),
            };
            self.0.extend([" ", name, "=\""]);
            for character in value.chars() {
                escape(&mut self.0, character);
            }
            self.0.push('"');
        }
        self.0.push('>');
        self
    }

    /// Where nothing is to be answered.
    pub(super) fn end(&mut self) {}

    pub(super) fn into_string(self) -> String {
        self.0
    }

    /// A character that would not be seen, or that would turn what stands beside it.
    fn odd(&mut self, character: char) {
        self.0.push_str("<span class=\"odd\">");
        let _ = write!(self.0, "U+{:04X}</span>", u32::from(character));
    }
}

fn escape(out: &mut String, character: char) {
    match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        '\'' => out.push_str("&#39;"),
        _ => out.push(character),
    }
}

/// Control characters other than those that part lines and words, marks of direction, and
/// what has no width.
fn is_odd(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' => true,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{fff0}'..='\u{fff8}' | '\u{fffe}' | '\u{ffff}' => true,
        _ => character.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> String {
        let mut page = Html::default();
        page.text(text);
        page.into_string()
    }

    #[test]
    fn no_text_is_markup() {
        assert_eq!(
            text("</td><script>alert('1')</script>&amp;\""),
            "&lt;/td&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;&quot;"
        );
        assert_eq!(text("naïve 漢字 🦀\n\t."), "naïve 漢字 🦀\n\t.");
    }

    #[test]
    fn what_would_not_be_seen_is_said() {
        let said = text("a\u{202e}b\u{0}\u{200b}");
        assert!(!said.contains(['\u{202e}', '\u{0}', '\u{200b}']), "{said}");
        assert!(said.contains(">U+202E<") && said.contains(">U+0000<"));
    }

    #[test]
    fn no_value_ends_its_attribute() {
        let mut page = Html::default();
        let value = "\" onfocus=\"alert(1)\" '>";
        let href = Url::of("/table").with("name", "\"><b>&c=d#");
        page.open("input", &[Attr::Value(value), Attr::Title(value)]);
        page.link(&href, "x");
        let page = page.into_string();
        assert_eq!(page.matches('"').count(), 6, "{page}");
        assert!(!page.contains("<b>") && !page.contains("&c=d"), "{page}");
        assert!(!page.contains(" onfocus=\"alert"), "{page}");
    }
}
