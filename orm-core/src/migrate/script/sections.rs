//! The directives of a script, judged.

use super::split::{Directive, Item, items};
use super::{Allowance, Batches, Down, Script, ScriptFlaw, Section, Statement};
use crate::schema::Backend;

/// A flaw and whether it is in the first or the second file.
pub(crate) type FlawIn<'f> = (&'f str, ScriptFlaw);

/// Reads `up.sql` and, if there is one, `down.sql`.
pub(crate) fn two_files<'f>(
    (up_file, up): (&'f str, &str),
    down: Option<(&'f str, &str)>,
    of: Backend,
) -> Result<Script, FlawIn<'f>> {
    let (up, irreversible) = whole_file(up_file, up, of).map_err(|flaw| (up_file, flaw))?;
    let Some((down_file, down)) = down else {
        let down = irreversible.map_or(Down::Missing, |(reason, _)| Down::Irreversible(reason));
        return Ok(Script { up, down });
    };
    if let Some((_, line)) = irreversible {
        let reason = "`orm:irreversible` contradicts the `down.sql` beside it: remove one of them";
        return Err((up_file, ScriptFlaw::new(line, reason)));
    }
    match whole_file(down_file, down, of).map_err(|flaw| (down_file, flaw))? {
        (_, Some((_, line))) => {
            let reason = "`orm:irreversible` belongs into `up.sql`, without a `down.sql`";
            Err((down_file, ScriptFlaw::new(line, reason)))
        }
        (down, None) => Ok(Script {
            up,
            down: Down::Section(down),
        }),
    }
}

/// Reads a file with `-- orm:up` and `-- orm:down` sections.
pub(crate) fn one_file<'f>(file: &'f str, text: &str, of: Backend) -> Result<Script, FlawIn<'f>> {
    sections_of(file, text, of).map_err(|flaw| (file, flaw))
}

type Irreversible = Option<(String, usize)>;

fn whole_file(file: &str, text: &str, of: Backend) -> Result<(Section, Irreversible), ScriptFlaw> {
    let text = normalised(text);
    let mut section = Draft::new(of);
    for item in items(&text, of)? {
        match item {
            Item::Statement(statement) => section.statement(statement)?,
            Item::Directive(Directive {
                word: word @ ("up" | "down"),
                line,
                ..
            }) => {
                let reason = format!("`orm:{word}` is for migrations of one file");
                return Err(ScriptFlaw::new(line, reason));
            }
            Item::Directive(directive) => section.directive(directive)?,
        }
    }
    let irreversible = section.irreversible.take();
    Ok((section.finish(file, text)?, irreversible))
}

fn sections_of(file: &str, text: &str, of: Backend) -> Result<Script, ScriptFlaw> {
    let text = normalised(text);
    let mut head = Draft::new(of);
    let mut up: Option<(Draft, usize)> = None;
    let mut down: Option<(Draft, usize, usize)> = None;
    for item in items(&text, of)? {
        let current = match (&mut up, &mut down) {
            (_, Some((draft, ..))) | (Some((draft, _)), None) => draft,
            (None, None) => &mut head,
        };
        match item {
            Item::Directive(Directive {
                word: "up",
                line,
                end,
                ..
            }) => {
                if up.is_some() || down.is_some() {
                    return Err(ScriptFlaw::new(
                        line,
                        "a second `orm:up`, or one after `orm:down`",
                    ));
                }
                up = Some((head.inherited(), end));
            }
            Item::Directive(Directive {
                word: "down",
                line,
                start,
                end,
                ..
            }) => {
                if up.is_none() || down.is_some() {
                    return Err(ScriptFlaw::new(
                        line,
                        "`orm:down` must follow `orm:up`, once",
                    ));
                }
                down = Some((head.inherited(), start, end));
            }
            Item::Directive(directive) => current.directive(directive)?,
            Item::Statement(statement) => current.statement(statement)?,
        }
    }
    assemble(file, &text, head, up, down)
}

fn assemble(
    file: &str,
    text: &str,
    head: Draft,
    up: Option<(Draft, usize)>,
    down: Option<(Draft, usize, usize)>,
) -> Result<Script, ScriptFlaw> {
    let Some((mut up, up_start)) = up else {
        return Err(ScriptFlaw::new(1, "no `-- orm:up` section"));
    };
    if let Some(allowance) = head.allowances.first() {
        let reason = "`orm:allow` stands before the statement it is about, in its section";
        return Err(ScriptFlaw::new(allowance.line, reason));
    }
    if let Some((_, line)) = head.batches {
        let reason = "`orm:batches` stands before the statement it is about, in its section";
        return Err(ScriptFlaw::new(line, reason));
    }
    if let Some(statement) = head.statements.first() {
        let reason = "a statement before `-- orm:up`: which direction does it belong to?";
        return Err(ScriptFlaw::new(statement.line(None), reason));
    }
    up.was = up.was.take().or(head.was);
    let irreversible = up.irreversible.take().or(head.irreversible);
    let up_end = down.as_ref().map_or(text.len(), |(_, start, _)| *start);
    let up = up.finish(file, text[up_start..up_end].to_owned())?;
    let down = match (down, irreversible) {
        (None, None) => Down::Missing,
        (None, Some((reason, _))) => Down::Irreversible(reason),
        (Some((draft, _, start)), None) if draft.irreversible.is_none() => {
            Down::Section(draft.finish(file, text[start..].to_owned())?)
        }
        (Some((draft, ..)), irreversible) => {
            let line = irreversible
                .or(draft.irreversible)
                .map_or(1, |(_, line)| line);
            let reason =
                "`orm:irreversible` contradicts the `orm:down` section: remove one of them";
            return Err(ScriptFlaw::new(line, reason));
        }
    };
    Ok(Script { up, down })
}

/// A section being read.
struct Draft {
    of: Backend,
    statements: Vec<Statement>,
    no_transaction: bool,
    foreign_keys_off: bool,
    irreversible: Irreversible,
    was: Option<String>,
    allowances: Vec<Allowance>,
    /// For the statement that comes next, and the line that says so.
    batches: Option<(Batches, usize)>,
}

impl Draft {
    fn new(of: Backend) -> Draft {
        Draft {
            of,
            statements: Vec::new(),
            no_transaction: false,
            foreign_keys_off: false,
            irreversible: None,
            was: None,
            allowances: Vec::new(),
            batches: None,
        }
    }

    /// A section of a file with this head: what is said there is for both.
    fn inherited(&self) -> Draft {
        Draft {
            no_transaction: self.no_transaction,
            foreign_keys_off: self.foreign_keys_off,
            ..Draft::new(self.of)
        }
    }

    fn statement(&mut self, statement: Statement) -> Result<(), ScriptFlaw> {
        match statement.refusal(self.of, self.no_transaction) {
            Some(reason) => Err(ScriptFlaw::new(statement.line(None), reason)),
            None => {
                let statement = self.in_batches(statement)?;
                self.statements.push(statement);
                Ok(())
            }
        }
    }

    /// The statement as the directive before it says.
    fn in_batches(&mut self, statement: Statement) -> Result<Statement, ScriptFlaw> {
        let Some((batches, line)) = self.batches.take() else {
            return Ok(statement);
        };
        if !self.no_transaction {
            let reason = "`orm:batches` needs `-- orm:no-transaction` at the top: each batch is a \
                          transaction of its own";
            return Err(ScriptFlaw::new(line, reason));
        }
        match batches.flaw(&statement, self.of) {
            Some(reason) => Err(ScriptFlaw::new(statement.line(None), reason)),
            None => Ok(statement.in_batches(batches)),
        }
    }

    fn directive(&mut self, directive: Directive<'_>) -> Result<(), ScriptFlaw> {
        let Directive {
            word,
            argument,
            line,
            ..
        } = directive;
        if word == "allow" {
            self.allowances.push(Allowance {
                line,
                text: argument.to_owned(),
                statement: self.statements.len(),
            });
            return Ok(());
        }
        if word == "batches" {
            let read = Batches::parse(argument, self.of);
            let read = read.map_err(|reason| ScriptFlaw::new(line, reason))?;
            return match self.batches.replace((read, line)) {
                Some(_) => Err(ScriptFlaw::new(
                    line,
                    "`orm:batches` twice for one statement",
                )),
                None => Ok(()),
            };
        }
        if !self.statements.is_empty() {
            let reason = format!("`orm:{word}` must stand before the first statement");
            return Err(ScriptFlaw::new(line, reason));
        }
        match (word, argument) {
            ("no-transaction", "") if self.foreign_keys_off => return Err(contradiction(line)),
            ("foreign-keys-off", "") if self.no_transaction => return Err(contradiction(line)),
            ("no-transaction", "") => self.no_transaction = true,
            ("foreign-keys-off", "") if self.of == Backend::Sqlite => self.foreign_keys_off = true,
            ("foreign-keys-off", "") => {
                let reason = "`orm:foreign-keys-off` is for SQLite";
                return Err(ScriptFlaw::new(line, reason));
            }
            ("was", file) if !file.is_empty() => self.was = Some(file.to_owned()),
            ("irreversible", reason) => {
                let reason = reason.trim_matches('"').trim();
                if reason.is_empty() {
                    let reason = "say why: `-- orm:irreversible \"the old values are gone\"`";
                    return Err(ScriptFlaw::new(line, reason));
                }
                self.irreversible = Some((reason.to_owned(), line));
            }
            _ => {
                let reason = format!(
                    "unknown directive `orm:{word}`: there are `orm:up`, `orm:down`, \
                     `orm:no-transaction`, `orm:foreign-keys-off`, `orm:irreversible \"reason\"`, \
                     `orm:was FILE`, `orm:batches TABLE (KEY)` and `orm:allow rule: reason`"
                );
                return Err(ScriptFlaw::new(line, reason));
            }
        }
        Ok(())
    }

    fn finish(self, file: &str, normalised: String) -> Result<Section, ScriptFlaw> {
        if let Some((_, line)) = self.batches {
            let reason = "`orm:batches` stands before the statement it is about, in its section";
            return Err(ScriptFlaw::new(line, reason));
        }
        let beyond = |allowance: &&Allowance| allowance.statement >= self.statements.len();
        if let Some(allowance) = self.allowances.iter().find(beyond) {
            let reason = "`orm:allow` stands before the statement it is about, in its section";
            return Err(ScriptFlaw::new(allowance.line, reason));
        }
        Ok(Section {
            file: file.to_owned(),
            statements: self.statements,
            no_transaction: self.no_transaction,
            foreign_keys_off: self.foreign_keys_off,
            was: self.was,
            allowances: self.allowances,
            normalised,
        })
    }
}

/// Keys are looked at again before the one transaction is committed.
fn contradiction(line: usize) -> ScriptFlaw {
    let reason = "`orm:foreign-keys-off` is for migrations of one transaction: it contradicts \
                  `orm:no-transaction`";
    ScriptFlaw::new(line, reason)
}

/// The text with one kind of line ending, as a check-out on another system may
/// have changed them, and without the mark some editors put first.
fn normalised(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}
