//! The chapters as files: their blocks, the program that they make, their links.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

const BOOK: &str = "docs/guide/src";

/// The longest line of SQL in a chapter.
const WIDTH: usize = 96;

struct Chapter {
    name: String,
    blocks: Vec<Block>,
}

/// What stands between two fences.
struct Block {
    language: String,
    text: String,
    /// The lines between the fences, in the file.
    lines: std::ops::Range<usize>,
}

enum Kind {
    Item,
    Statements,
}

impl Block {
    fn is_rust(&self) -> bool {
        self.language == "rust"
    }

    fn kind(&self) -> Kind {
        let code = |line: &&str| !line.trim().is_empty() && !line.starts_with("//");
        let first = self.text.lines().find(code).unwrap_or_default();
        let items = [
            "use ",
            "#[",
            "pub ",
            "struct ",
            "enum ",
            "fn ",
            "async fn ",
            "impl ",
            "type ",
            "const ",
            "static ",
            "mod ",
            "trait ",
        ];
        match items.iter().any(|item| first.starts_with(item)) {
            true => Kind::Item,
            false => Kind::Statements,
        }
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn write(file: &str, text: &str) {
    fs::write(root().join(file), text).unwrap();
}

pub(crate) fn text(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap()
}

fn read(chapter: &str) -> String {
    text(&format!("{BOOK}/{chapter}.md"))
}

/// The chapters that the table of contents names, in its order.
fn names() -> Vec<String> {
    let contents = read("SUMMARY");
    let links = contents.split("](").skip(1);
    links
        .filter_map(|rest| rest.split_once(".md)"))
        .map(|(name, _)| name.to_owned())
        .collect()
}

fn chapters() -> Vec<Chapter> {
    let all = names().into_iter();
    all.map(|name| Chapter {
        blocks: blocks(&read(&name)),
        name,
    })
    .collect()
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(language), None) => {
                open = Some(Block {
                    language: language.trim().to_owned(),
                    text: String::new(),
                    lines: number + 1..number + 1,
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                block.lines.end = number + 1;
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without an end");
    blocks
}

impl Chapter {
    /// The module that its blocks make.
    fn rust(&self) -> String {
        let (mut items, mut body) = (String::new(), String::new());
        for (number, block) in self.blocks.iter().enumerate() {
            if !block.is_rust() {
                continue;
            }
            let text = &block.text;
            match block.kind() {
                // SQLite is compiled in where a whole workspace is tested.
                Kind::Item if text.contains("TestFile") => {
                    items.push_str(
                        &text.replace("cfg(test)", "cfg(all(test, feature = \"sqlite\"))"),
                    );
                }
                Kind::Item => items.push_str(text),
                Kind::Statements => {
                    writeln!(body, "{text}sent.by({:?}, {number});", self.name).unwrap();
                }
            }
        }
        if !body.is_empty() {
            writeln!(
                items,
                "pub async fn run(db: orm::prelude::Db, sent: &crate::sent::Sent) \
                 -> Result<(), Box<dyn std::error::Error>> {{\n{body}Ok(())\n}}\n\
                 #[tokio::test]\nasync fn runs() {{\n\
                 let (_database, db, sent) = crate::place().await;\n\
                 if let Err(error) = run(db.clone(), &sent).await {{\n\
                 panic!(\"{{error}}: {{error:?}}\");\n}}\n\
                 db.close().await;\n}}"
            )
            .unwrap();
        }
        let name = self.name.replace(['/', '-'], "_");
        format!("pub mod {name} {{\n{items}}}\n")
    }
}

pub(crate) fn rust_of_all() -> String {
    let mut text = String::from("// Made of docs/guide by tests/guide: change the chapters.\n\n");
    for chapter in chapters() {
        text.push_str(&chapter.rust());
    }
    text
}

/// A statement without what is only there to be read: line breaks and spaces.
pub(crate) fn plain(sql: &str) -> String {
    sql.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The statements that a chapter shows behind a block.
pub(crate) fn sql_behind(chapter: &str, block: usize) -> Option<Vec<String>> {
    let blocks = blocks(&read(chapter));
    let next = blocks.get(block + 1).filter(|it| it.language == "sql")?;
    let statements = next.text.split(";\n").map(plain);
    Some(statements.filter(|it| !it.is_empty()).collect())
}

/// Writes the statements where a chapter shows some.
pub(crate) fn write_sql(chapter: &str, block: usize, sent: &[String]) {
    let text = read(chapter);
    let blocks = blocks(&text);
    let Some(next) = blocks.get(block + 1).filter(|it| it.language == "sql") else {
        return;
    };
    let shown: Vec<String> = sent.iter().map(|sql| wrapped(&plain(sql)) + ";").collect();
    let lines: Vec<&str> = text.lines().collect();
    let mut written: Vec<&str> = lines[..next.lines.start].to_vec();
    written.extend(shown.iter().flat_map(|statement| statement.lines()));
    written.extend(&lines[next.lines.end..]);
    write(
        &format!("{BOOK}/{chapter}.md"),
        &(written.join("\n") + "\n"),
    );
}

fn wrapped(sql: &str) -> String {
    let (mut text, mut width) = (String::new(), 0);
    for word in sql.split(' ') {
        let length = word.chars().count();
        if width > 0 && width + 1 + length > WIDTH {
            text.push_str("\n  ");
            width = 2;
        } else if width > 0 {
            text.push(' ');
            width += 1;
        }
        text.push_str(word);
        width += length;
    }
    text
}

/// The blocks that are parts of examples, each with its chapter.
pub(crate) fn parts() -> Vec<(String, String)> {
    let of = |chapter: Chapter| {
        let parts = chapter.blocks.into_iter();
        let parts = parts.filter(|block| block.language == "rust,ignore");
        parts.map(move |block| (chapter.name.clone(), block.text))
    };
    chapters().into_iter().flat_map(of).collect()
}

/// Whether the lines of a block stand in an example as they are.
pub(crate) fn is_in_an_example(part: &str) -> bool {
    [
        "orm-actix/examples",
        "orm-axum/examples",
        "orm-examples/examples",
    ]
    .iter()
    .flat_map(|folder| fs::read_dir(root().join(folder)).unwrap())
    .any(|file| {
        fs::read_to_string(file.unwrap().path())
            .unwrap()
            .contains(part)
    })
}

/// Every link of every chapter that leads to a file.
pub(crate) fn links() -> Vec<(String, String)> {
    let mut links = Vec::new();
    for name in names().into_iter().chain(["SUMMARY".to_owned()]) {
        let text = read(&name);
        for rest in text.split("](").skip(1) {
            let link = rest.split(')').next().unwrap_or_default();
            if !link.contains("://") {
                links.push((name.clone(), link.to_owned()));
            }
        }
    }
    links
}

/// Whether a link of a chapter leads to a file, and to a heading in it.
pub(crate) fn exists(chapter: &str, link: &str) -> bool {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let from = root().join(BOOK).join(chapter);
    let folder = from.parent().unwrap_or(Path::new(""));
    let path = match file {
        "" => from.with_extension("md"),
        file => folder.join(file),
    };
    let Ok(text) = fs::read_to_string(path) else {
        return false;
    };
    heading.is_empty()
        || text
            .lines()
            .any(|line| anchor(line).as_deref() == Some(heading))
}

/// The name by which a heading is linked to.
fn anchor(line: &str) -> Option<String> {
    let title = line.strip_prefix('#')?.trim_start_matches('#').trim();
    let kept = title
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
}

const ERRORS: &str = "\
# What the compiler says

Every message of the macros and of the types that they write, as `tests/ui` has it: search for the words that you see.
This page is made of these tests.
";

const FIRST_DAY: &str = "
## The first day

The forty mistakes that are made first. Some are plain Rust, of which rustc cannot know what it would be called here.

| you | type | the message |
|---|---|---|
";

/// The chapter of messages: one for each case of `tests/ui`.
pub(crate) fn errors(first_day: &[(&str, &str, &str)]) -> String {
    let mut chapter = String::from(ERRORS) + &table(first_day);
    for topic in sorted(&root().join("tests/ui")) {
        write!(chapter, "\n## {}\n", title(&topic)).unwrap();
        for case in sorted(&topic) {
            if case.extension().is_some_and(|it| it == "stderr") {
                let said = fs::read_to_string(&case).unwrap();
                let lines = said
                    .lines()
                    .filter(|line| !line.trim_start().starts_with("-->"));
                let said = lines.collect::<Vec<_>>().join("\n");
                write!(chapter, "\n### {}\n\n```text\n{said}\n```\n", title(&case)).unwrap();
            }
        }
    }
    chapter
}

/// The mistakes that everybody makes, what to type, and under which headings the message is.
fn table(first_day: &[(&str, &str, &str)]) -> String {
    let mut table = String::from(FIRST_DAY);
    for (done, write, case) in first_day {
        let case = Path::new(case);
        let topic = case.parent().map(title).unwrap_or_default();
        let write = write.replace('|', r"\|");
        writeln!(table, "| {done} | {write} | {topic}: {} |", title(case)).unwrap();
    }
    table
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    let mut all: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

/// The words of a file's name.
fn title(path: &Path) -> String {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let words = name.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or(String::new(), |first| {
        first.to_uppercase().to_string() + letters.as_str()
    })
}

/// Whether `tests/ui` has a case of this name, and what is said of it.
pub(crate) fn is_case(case: &str) -> bool {
    let path = root().join("tests/ui").join(case);
    path.with_extension("rs").exists() && path.with_extension("stderr").exists()
}

/// The cases of a topic, by their names.
pub(crate) fn cases(topic: &str) -> Vec<String> {
    let all = sorted(&root().join("tests/ui").join(topic)).into_iter();
    let programs = all.filter(|path| path.extension().is_some_and(|it| it == "rs"));
    let stem = |path: PathBuf| {
        path.file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    programs
        .map(|path| format!("{topic}/{}", stem(path)))
        .collect()
}
