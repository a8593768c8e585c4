//! Settings that last as long as a transaction.

use bytes::{BufMut, BytesMut};

use crate::exec::postgres::setup::{ALWAYS, assign};

/// What is set for every transaction, since there is no session to set it for.
#[derive(Debug, Default)]
pub(in crate::exec) struct LocalSettings {
    asked_for: Local,
    /// With what the start-up message said, where the pooler took no notice of it.
    all: Local,
}

impl LocalSettings {
    pub(in crate::exec) fn new(asked_for: &[(&str, String)]) -> Self {
        let always = ALWAYS.map(|(name, value)| (name, value.to_owned()));
        Self {
            asked_for: Local::new(asked_for),
            all: Local::new(&[&always, asked_for].concat()),
        }
    }

    pub(in crate::exec) fn of(&self, contradicted: bool) -> &Local {
        if contradicted {
            &self.all
        } else {
            &self.asked_for
        }
    }
}

#[derive(Debug, Default)]
pub(in crate::exec) struct Local {
    /// A query that sets them, as messages: Parse, Bind, Execute.
    messages: Vec<u8>,
    /// Statements that set them, to go before or behind other text.
    text: String,
}

impl Local {
    fn new(settings: &[(&str, String)]) -> Self {
        if settings.is_empty() {
            return Self::default();
        }
        let calls: Vec<String> = (0..settings.len())
            .map(|i| {
                let (name, value) = (2 * i + 1, 2 * i + 2);
                format!("pg_catalog.set_config(${name},${value},true)")
            })
            .collect();
        let values: Vec<&str> = settings
            .iter()
            .flat_map(|(name, value)| [*name, value.as_str()])
            .collect();
        let mut text = String::new();
        for (name, value) in settings {
            assign(&mut text, "SET LOCAL", name, value);
        }
        Self {
            messages: messages(&format!("SELECT {}", calls.join(",")), &values),
            text,
        }
    }

    pub(in crate::exec) fn messages(&self) -> &[u8] {
        &self.messages
    }

    pub(in crate::exec) fn text(&self) -> &str {
        &self.text
    }

    pub(in crate::exec) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }
}

/// Parse, Bind and Execute of a query whose values are texts.
fn messages(text: &str, values: &[&str]) -> Vec<u8> {
    let mut out = BytesMut::new();
    message(&mut out, b'P', |body| {
        body.put_u8(0);
        body.put_slice(text.as_bytes());
        body.put_u8(0);
        body.put_u16(0);
    });
    message(&mut out, b'B', |body| {
        body.put_slice(&[0, 0]);
        body.put_u16(0);
        body.put_u16(u16::try_from(values.len()).unwrap_or_default());
        for value in values {
            body.put_u32(u32::try_from(value.len()).unwrap_or_default());
            body.put_slice(value.as_bytes());
        }
        body.put_u16(0);
    });
    message(&mut out, b'E', |body| {
        body.put_u8(0);
        body.put_u32(0);
    });
    out.to_vec()
}

/// Writes a message with its length.
pub(in crate::exec) fn message(out: &mut BytesMut, kind: u8, body: impl FnOnce(&mut BytesMut)) {
    out.put_u8(kind);
    let start = out.len();
    out.put_u32(0);
    body(out);
    // What is longer than the protocol allows was refused when the driver wrote it.
    let length = u32::try_from(out.len() - start).unwrap_or(u32::MAX);
    out[start..start + 4].copy_from_slice(&length.to_be_bytes());
}
