//! What is said otherwise here than by other tools.

use super::file::Part;

/// The way there, with where it comes from.
///
/// # Errors
///
/// In words, if something in it is for the tool alone.
pub(super) fn of_up(part: &Part) -> Result<String, String> {
    let text = plain(&part.text);
    if let Some(hole) = hole(&text) {
        return Err(format!(
            "`{hole}` is filled in by the tool: write out what it stands for"
        ));
    }
    let mut out = format!("-- orm:was {}\n", part.was);
    let says_so = text.lines().next().is_some_and(|line| {
        let line = line.trim_start_matches('-').trim();
        line.starts_with("no-transaction")
    });
    if part.no_transaction || says_so || runs_alone(&text) {
        out.push_str("-- orm:no-transaction\n");
    }
    let text = without_transaction(&text);
    out.push_str(&text);
    if !text.lines().any(says_something) {
        out.push_str("SELECT 1;\n");
    }
    Ok(out)
}

/// The way back.
pub(super) fn of_down(text: &str) -> String {
    let text = plain(text);
    let alone = if runs_alone(&text) {
        "-- orm:no-transaction\n"
    } else {
        ""
    };
    format!("{alone}{}", without_transaction(&text))
}

/// With one kind of line endings, the last of them too.
fn plain(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    match text.is_empty() || text.ends_with('\n') {
        true => text,
        false => text + "\n",
    }
}

fn says_something(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with("--")
}

/// Whether the server takes it outside of a transaction only.
fn runs_alone(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| says_something(line));
    lines.any(|line| line.to_lowercase().contains("concurrently"))
}

/// `${name}`, if it has one.
fn hole(text: &str) -> Option<&str> {
    let from = text.find("${")?;
    let length = text[from..].find('}')?;
    Some(&text[from..=from + length])
}

/// Without the lines around it that begin and end a transaction: there is one already.
fn without_transaction(text: &str) -> String {
    let is = |line: &str, words: &[&str]| {
        let line = line.trim().trim_end_matches(';').trim_end().to_lowercase();
        words.contains(&line.as_str())
    };
    let lines: Vec<&str> = text.lines().collect();
    let first = lines.iter().position(|line| says_something(line));
    let last = lines.iter().rposition(|line| says_something(line));
    let (Some(first), Some(last)) = (first, last) else {
        return text.to_owned();
    };
    let begins = is(
        lines[first],
        &[
            "begin",
            "begin transaction",
            "begin work",
            "start transaction",
        ],
    );
    let ends = is(
        lines[last],
        &["commit", "commit transaction", "commit work", "end"],
    );
    if first == last || !begins || !ends {
        return text.to_owned();
    }
    let kept = lines.iter().enumerate();
    let kept = kept.filter(|(at, _)| *at != first && *at != last);
    kept.map(|(_, line)| format!("{line}\n")).collect()
}
