//! The lines of `examples/spans.rs`.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing_subscriber::util::SubscriberInitExt as _;

#[allow(dead_code, reason = "the program is not run as one")]
#[path = "../../examples/spans.rs"]
mod program;

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(part)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn statements_stand_in_their_transaction(place: crate::Place) {
    let written = Written::default();
    let to = written.clone();
    // With one listener alone, other threads decide which kinds of span it hears of.
    let _another = program::lines(io::sink).set_default();
    let listening = program::lines(move || to.clone()).set_default();
    program::work(&place.db).await.unwrap();
    drop(listening);
    let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let line = |name: &str| {
        let name = format!("otel.name=\"{name}\"");
        let mut lines = written.lines().filter(|line| line.contains(&name));
        lines
            .next()
            .unwrap_or_else(|| panic!("{name}: {written}"))
            .to_owned()
    };
    for name in ["INSERT pens", "page Pen", "COMMIT", "transaction"] {
        let line = line(name);
        assert!(line.contains("otel.name=\"transaction\""), "{line}");
        assert!(line.contains("close time.busy="), "{line}");
    }
    assert!(!written.contains("blue"), "{written}");
}

on_both! {
    statements_stand_in_their_transaction;
}
