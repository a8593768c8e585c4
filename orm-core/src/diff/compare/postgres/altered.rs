//! A column before and after, and the statements between.

use super::column::is_null;
use crate::ddl::blueprint::{Column, Name, Type};
use crate::ddl::live::Live;
use crate::ddl::text::postgres as text;
use crate::ddl::token;
use crate::diff::conversion::{self, Conversion};
use crate::diff::statement::{alter_column, count_on, count_shared_on, quoted};
use crate::schema::{Identity, SequenceOptions};

/// A statement and those that take it back.
pub(super) struct Step {
    pub(super) up: String,
    pub(super) down: Vec<String>,
}

/// A column before and after, and what is the same in other words.
pub(super) struct Altered<'a> {
    pub(super) table: &'a Name,
    pub(super) now: &'a Column,
    pub(super) wanted: &'a Column,
    pub(super) desired: &'a Column,
    pub(super) numbered: bool,
    pub(super) defaulted: bool,
}

impl Altered<'_> {
    pub(super) fn step(&self, up: &str, down: Option<&str>) -> Step {
        let statement = |action: &str| alter_column(self.table, &self.wanted.name, action);
        Step {
            up: statement(up),
            down: down.map(statement).into_iter().collect(),
        }
    }

    /// What differs, for the line that says so.
    pub(super) fn words(&self) -> String {
        let mut words = Vec::new();
        if self.now.kind != self.wanted.kind {
            let [now, wanted] = [self.now, self.wanted].map(|it| text::kind(&it.kind));
            words.push(format!("type {now} becomes {wanted}"));
        }
        if self.now.collation != self.wanted.collation {
            words.push("collation".to_owned());
        }
        if self.wanted.nullable && !self.now.nullable {
            words.push("may be NULL".to_owned());
        }
        if !self.identity().is_empty()
            || self.now.identity.is_some() != self.wanted.identity.is_some()
        {
            words.push("numbering".to_owned());
        } else if self.counting().is_some() {
            words.push("sequence".to_owned());
        }
        if !self.same_default() {
            words.push("default".to_owned());
        }
        words.join(", ")
    }

    pub(super) fn adds_identity(&self) -> bool {
        self.now.identity.is_none() && self.wanted.identity.is_some() && !self.numbered
    }

    pub(super) fn is_retyped(&self) -> bool {
        self.now.kind != self.wanted.kind || self.now.collation != self.wanted.collation
    }

    fn default_before(&self) -> Option<&str> {
        self.now.default.as_deref().filter(|it| !is_null(it))
    }

    fn default_after(&self) -> Option<&str> {
        self.desired.default.as_deref().filter(|it| !is_null(it))
    }

    fn same_default(&self) -> bool {
        let wanted = self.wanted.default.as_deref().filter(|it| !is_null(it));
        // A name says more than the text, which depends on where it is read.
        if let Some(is_one) = self.now.asks_as(self.wanted) {
            return is_one;
        }
        match (self.default_before(), wanted) {
            (None, None) => true,
            (Some(now), Some(wanted)) => token::same(now, wanted),
            (Some(_), None) => self.numbered,
            (None, Some(_)) => false,
        }
    }

    /// Takes away what stands in the way of a new type, identity or default.
    pub(super) fn released(&self) -> Vec<Step> {
        let mut steps = Vec::new();
        if let (Some(kind), None) = (self.now.identity, self.wanted.identity) {
            let mut step = self.step("DROP IDENTITY", Some(&added(kind, self.now)));
            let options = options_of(self.now);
            step.down
                .push(count_on(self.table, &self.wanted.name, &options));
            steps.push(step);
        }
        let default = self
            .default_before()
            .filter(|_| !self.defaulted && !self.numbered);
        let in_the_way =
            self.is_retyped() || (!self.same_default() && self.default_after().is_none());
        if let (Some(default), true) = (default, in_the_way) {
            steps.push(self.step("DROP DEFAULT", Some(&format!("SET DEFAULT {default}"))));
        }
        steps
    }

    pub(super) fn retyped(&self, conversion: &Conversion) -> Vec<Step> {
        let column = quoted(&self.wanted.name);
        let action = |to: &Column, conversion: &Conversion| {
            let mut out = format!("TYPE {}", text::kind(&to.kind));
            if let Some(name) = &to.collation {
                out = format!("{out} COLLATE {}", quoted(name));
            }
            match conversion.using {
                Some(via) => format!("{out} USING {}", via.expression(&column, &to.kind)),
                None => out,
            }
        };
        let back = conversion::between(&self.wanted.kind, &self.now.kind);
        let up = action(self.desired, conversion);
        vec![self.step(&up, Some(&action(self.now, &back)))]
    }

    /// The sequence of a `serial` has a type of its own, and ends where that does.
    pub(super) fn sequence_type(&self) -> Option<Step> {
        // One that stands alone is nobody's.
        if self.now.asks().is_some() {
            return None;
        }
        let name = self.now.asked()?;
        if !self.now.kind.is_whole() || !self.wanted.kind.is_whole() {
            return None;
        }
        let typed = |kind: &Type| format!("ALTER SEQUENCE {name} AS {}", text::kind(kind));
        Some(Step {
            up: typed(&self.wanted.kind),
            down: vec![typed(&self.now.kind)],
        })
    }

    pub(super) fn identity(&self) -> Vec<Step> {
        match (self.now.identity, self.wanted.identity) {
            (None, Some(kind)) if !self.numbered => {
                let mut steps = vec![self.step(&added(kind, self.desired), Some("DROP IDENTITY"))];
                steps.push(Step {
                    up: count_on(self.table, &self.wanted.name, &options_of(self.desired)),
                    down: Vec::new(),
                });
                steps
            }
            (Some(now), Some(wanted)) if now != wanted => {
                vec![self.step(&set(wanted), Some(&set(now)))]
            }
            _ => Vec::new(),
        }
    }

    /// The numbers of the column's own sequence follow each other otherwise from now on.
    pub(super) fn counting(&self) -> Option<Step> {
        let said = self.desired.sequence.as_ref()?;
        let there = self.now.sequence.as_ref()?;
        // Of a `serial` it may stand alone, and nobody else asks it.
        if said.shared.is_some() || (there.shared.is_some() && !self.numbered) {
            return None;
        }
        let (there, said) = (there.options, said.options);
        let stays =
            self.numbered || (self.now.identity.is_some() && self.wanted.identity.is_some());
        let unlike = said.unlike(&there);
        if !stays || unlike == SequenceOptions::UNSAID {
            return None;
        }
        let back = unlike.as_in(&there);
        Some(match self.now.asked() {
            Some(name) => Step {
                up: altered_sequence(&name, &unlike),
                down: vec![altered_sequence(&name, &back)],
            },
            None => {
                let set = |options: SequenceOptions| {
                    let clauses = options.clauses().into_iter();
                    let set: Vec<_> = clauses.map(|it| format!("SET {it}")).collect();
                    set.join(" ")
                };
                self.step(&set(unlike), Some(&set(back)))
            }
        })
    }

    /// Sets a sequence that stands alone, and is new, behind the rows that exist.
    pub(super) fn counted_on(&self, live: &Live) -> Option<Step> {
        let asked = self.desired.sequence.as_ref()?;
        let name = asked.shared.as_ref()?;
        if live.sequences.contains_key(name) || !self.desired.kind.is_whole() {
            return None;
        }
        Some(Step {
            up: count_shared_on(self.table, &self.wanted.name, name, &asked.options),
            down: Vec::new(),
        })
    }

    pub(super) fn default(&self) -> Option<Step> {
        let after = self.default_after()?;
        if self.defaulted || (self.same_default() && !self.is_retyped()) {
            return None;
        }
        let before = self.default_before().filter(|_| !self.is_retyped());
        let back = before.map_or("DROP DEFAULT".to_owned(), |it| format!("SET DEFAULT {it}"));
        Some(self.step(&format!("SET DEFAULT {after}"), Some(&back)))
    }
}

fn words(kind: Identity) -> &'static str {
    match kind {
        Identity::Always => "GENERATED ALWAYS",
        Identity::ByDefault => "GENERATED BY DEFAULT",
    }
}

fn options_of(column: &Column) -> SequenceOptions {
    let sequence = column.sequence.as_ref();
    sequence.map_or(SequenceOptions::UNSAID, |it| it.options)
}

/// Has a column numbered as its sequence says.
pub(super) fn added(kind: Identity, column: &Column) -> String {
    let own = column.sequence.as_ref();
    let options = own.map(|it| text::counting(&column.kind, &it.options));
    format!(
        "ADD {} AS IDENTITY{}",
        words(kind),
        options.unwrap_or_default()
    )
}

fn set(kind: Identity) -> String {
    format!("SET {}", words(kind))
}

/// Has the numbers of a sequence follow each other otherwise.
pub(super) fn altered_sequence(name: &str, options: &SequenceOptions) -> String {
    format!("ALTER SEQUENCE {name} {}", options.clauses().join(" "))
}
