//! Lines for people, JSON for machines.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Mutex, PoisonError};

use orm_core::migrate::Event;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::progress::Progress;

/// Where results go. What cannot be written is lost without a word: whoever
/// closed the other end does not want it.
#[derive(Clone)]
pub(crate) struct Output {
    json: bool,
    colour: bool,
    progress: Arc<Progress>,
    /// What machines are told, in one piece, at the end.
    document: Arc<Mutex<Map<String, Value>>>,
    /// The migrations that were run, for whoever is told of a failure behind them.
    done: Arc<Mutex<Vec<String>>>,
}

const GREEN: &str = "32";
const RED: &str = "31";
const YELLOW: &str = "33";

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
        Output {
            json,
            colour: !json && !plain && io::stdout().is_terminal(),
            progress: Arc::new(Progress::new(!json && io::stderr().is_terminal())),
            document: Arc::default(),
            done: Arc::default(),
        }
    }

    /// A line for people.
    pub(crate) fn line(&self, text: &str) {
        self.progress.clear();
        if !self.json {
            let _ = writeln!(io::stdout(), "{text}");
        }
    }

    /// The result, for machines: an object, whose fields join those that are there.
    pub(crate) fn result(&self, value: &Value) {
        if let Value::Object(fields) = value {
            let fields = fields.clone().into_iter();
            let document = self.document.lock();
            document
                .unwrap_or_else(PoisonError::into_inner)
                .extend(fields);
        }
    }

    /// Nothing follows: machines get their document.
    pub(crate) fn end(&self) {
        self.progress.clear();
        if !self.json {
            return;
        }
        let document = self.document.lock();
        let document = document.unwrap_or_else(PoisonError::into_inner).clone();
        let _ = writeln!(io::stdout(), "{:#}", Value::Object(document));
    }

    /// Something happened while migrations ran.
    pub(crate) fn event(&self, event: &Event<'_>) {
        if let Event::Finished { name, .. } = event {
            self.done
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push((*name).to_owned());
        }
        match event {
            Event::Statement { .. } => self.progress.start(event.to_string()),
            Event::Batch { .. } => self.progress.tell(event.to_string()),
            // A blank line after each, as Sequelize has it.
            Event::Finished { .. } => self.line(&format!("{}\n", self.coloured(GREEN, event))),
            Event::Retrying { .. } | Event::Waiting => self.aside(&event.to_string()),
            Event::Notice {
                severity: "WARNING",
                ..
            } => self.line(&self.coloured(YELLOW, event)),
            event => self.line(&event.to_string()),
        }
    }

    /// Something that is no part of the result.
    pub(crate) fn aside(&self, text: &str) {
        self.progress.clear();
        let _ = writeln!(io::stderr(), "{text}");
    }

    /// Nothing follows but why it failed.
    pub(crate) fn failed(&self, failure: &Failure) {
        let (kind, message) = (failure.kind(), failure.to_string());
        let done = self
            .done
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let error = json!({ "kind": kind, "message": message, "done_before": done });
        self.result(&json!({ "error": error }));
        self.end();
        let colour = self.colour && io::stderr().is_terminal();
        let word = if colour {
            paint(RED, "ERROR:")
        } else {
            "ERROR:".to_owned()
        };
        let _ = writeln!(io::stderr(), "\n{word} {failure}");
    }

    fn coloured(&self, colour: &str, event: &Event<'_>) -> String {
        if self.colour {
            paint(colour, &event.to_string())
        } else {
            event.to_string()
        }
    }
}

fn paint(colour: &str, text: &str) -> String {
    format!("\x1b[{colour}m{text}\x1b[0m")
}
