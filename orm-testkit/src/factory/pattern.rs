//! Texts that a regular expression matches.

use regex_syntax::hir::{Class, Hir, HirKind};

/// How often what may be repeated is, beyond what must be: the more, the more texts
/// there are.
const REPEATS: [u32; 6] = [5, 3, 1, 0, 11, 23];

/// Texts that the pattern matches, others for other numbers as far as there are any.
pub(super) fn texts(pattern: &str, n: u64) -> impl Iterator<Item = String> {
    let hir = regex_syntax::parse(pattern).ok();
    let texts = hir.into_iter().flat_map(move |hir| {
        REPEATS.map(|repeats| {
            let mut text = String::new();
            let mut choices = Choices {
                left: n - 1,
                repeats,
            };
            choices.write(&hir, &mut text).then_some(text)
        })
    });
    texts.flatten()
}

/// A number that is used up choice by choice, so that others choose otherwise.
struct Choices {
    left: u64,
    repeats: u32,
}

impl Choices {
    fn among(&mut self, count: usize) -> usize {
        let count = u64::try_from(count).unwrap_or(u64::MAX).max(1);
        let chosen = self.left % count;
        self.left /= count;
        usize::try_from(chosen).unwrap_or_default()
    }

    /// Appends what matches; `false` where there is nothing.
    fn write(&mut self, hir: &Hir, text: &mut String) -> bool {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => true,
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(literal) => {
                    text.push_str(literal);
                    true
                }
                Err(_) => false,
            },
            HirKind::Class(class) => {
                let characters = characters(class);
                let chosen = characters.get(self.among(characters.len()));
                text.extend(chosen);
                chosen.is_some()
            }
            HirKind::Repetition(repetition) => {
                let times = repetition.min.saturating_add(self.repeats);
                let times = repetition.max.map_or(times, |max| times.min(max));
                (0..times).all(|_| self.write(&repetition.sub, text))
            }
            HirKind::Capture(capture) => self.write(&capture.sub, text),
            HirKind::Concat(parts) => parts.iter().all(|part| self.write(part, text)),
            HirKind::Alternation(ways) => {
                let chosen = self.among(ways.len());
                self.write(&ways[chosen], text)
            }
        }
    }
}

/// The characters of a class: letters and digits where it has some.
fn characters(class: &Class) -> Vec<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|it| (it.start(), it.end())).collect(),
        Class::Bytes(class) => {
            let ranges = class.iter().map(|it| (it.start().into(), it.end().into()));
            ranges.collect()
        }
    };
    let is_in = |it: &char| {
        ranges
            .iter()
            .any(|(start, end)| (start..=end).contains(&it))
    };
    let plain = ('a'..='z').chain('0'..='9').chain('A'..='Z');
    let plain: Vec<char> = plain.filter(is_in).collect();
    if !plain.is_empty() {
        return plain;
    }
    let printed: Vec<char> = (' '..='~').filter(is_in).collect();
    if !printed.is_empty() {
        return printed;
    }
    ranges
        .iter()
        .flat_map(|(start, end)| (*start..=*end).take(64))
        .collect()
}
