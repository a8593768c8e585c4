//! From the driver to the network: names are taken out.

use std::io;
use std::sync::Arc;

use bytes::{Buf, BufMut, BytesMut};

use super::plans::{Asked, Group, Plan, Plans};
use super::settings::{LocalSettings, message};
use super::{name_at, out_of_step, total_length};
use crate::sql::COPY_END;

/// The version in a start-up message; others are requests to encrypt or cancel.
const VERSION: &[u8] = &[0, 3, 0, 0];

/// Settings of the session, and the end of a start-up message.
const SESSION: &[u8] = b"TimeZone\0UTC\0standard_conforming_strings\0on\0\0";

/// Reads the driver's messages, however they are cut, and writes ours.
pub(in crate::exec) struct Questions {
    settings: Arc<LocalSettings>,
    /// The start of a message that was not understood yet.
    waiting: BytesMut,
    /// So much of a message passes as it is.
    passing: usize,
    /// What goes before the first message has no first byte.
    started: bool,
    /// The messages of a group are being read, up to its Sync.
    open: bool,
    /// A Bind passes that is to be described.
    binding: Option<Vec<u8>>,
    in_transaction: bool,
    /// The execution in hand takes rows from the driver.
    copying: bool,
    /// What the network is to be given.
    pub(in crate::exec) out: BytesMut,
}

impl Questions {
    pub(in crate::exec) fn new(settings: Arc<LocalSettings>) -> Self {
        Self {
            settings,
            waiting: BytesMut::new(),
            passing: 0,
            started: false,
            open: false,
            binding: None,
            in_transaction: false,
            copying: false,
            out: BytesMut::new(),
        }
    }

    pub(in crate::exec) fn take(&mut self, mut bytes: &[u8], plans: &mut Plans) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.passing > 0 {
                let (passed, rest) = bytes.split_at(self.passing.min(bytes.len()));
                self.pass(passed);
                bytes = rest;
                continue;
            }
            self.waiting.extend_from_slice(bytes);
            bytes = &[];
            while self.understand(plans)? {}
        }
        Ok(())
    }

    fn pass(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
        self.passing -= bytes.len();
        if self.passing == 0
            && let Some(portal) = self.binding.take()
        {
            message(&mut self.out, b'D', |body| {
                body.put_u8(b'P');
                body.put_slice(&portal);
                body.put_u8(0);
            });
        }
    }

    /// Lets `length` of the message in hand pass, and as much of it as is there.
    fn let_pass(&mut self, length: usize) {
        self.passing = length;
        let here = self.waiting.len().min(length);
        let bytes = self.waiting.split_to(here);
        self.pass(&bytes);
    }

    /// Deals with the first message that is waiting; `false` if more of it is needed.
    fn understand(&mut self, plans: &mut Plans) -> io::Result<bool> {
        if self.passing > 0 {
            return Ok(false);
        }
        if !self.started {
            return self.start(plans);
        }
        if self.waiting.len() < 5 {
            return Ok(false);
        }
        let total = total_length(&self.waiting)?;
        let whole = self.waiting.len() >= total;
        match self.waiting[0] {
            b'B' => return self.bind(total, plans),
            b'P' | b'D' | b'C' | b'Q' if !whole => return Ok(false),
            b'P' => self.parse(total, plans)?,
            b'D' => self.describe(total, plans)?,
            b'C' => self.close(total, plans)?,
            b'Q' => self.query(total, plans)?,
            // The server takes no notice of it while it takes rows, and the driver sends
            // another behind them: a group has one.
            b'S' if self.copying => {
                if !whole {
                    return Ok(false);
                }
                self.copying = false;
                self.waiting.advance(total);
            }
            b'S' => {
                self.group(plans);
                self.open = false;
                self.let_pass(total);
            }
            b'E' | b'H' => {
                self.group(plans);
                self.let_pass(total);
            }
            // Passwords, copied rows, the farewell.
            _ => self.let_pass(total),
        }
        Ok(true)
    }

    /// The start-up message, with the settings that poolers know and pass on.
    fn start(&mut self, plans: &mut Plans) -> io::Result<bool> {
        let Some(head) = self.waiting.first_chunk::<4>() else {
            return Ok(false);
        };
        let total = usize::try_from(u32::from_be_bytes(*head)).map_err(|_| out_of_step())?;
        if total < 8 {
            return Err(out_of_step());
        }
        if self.waiting.len() < total {
            return Ok(false);
        }
        let mut text = self.waiting.split_to(total);
        self.started = true;
        if &text[4..8] == VERSION {
            plans.on_their_way.push_back(Group {
                asked: Asked::Start,
                settings: false,
            });
            text.truncate(total - 1);
            text.extend_from_slice(SESSION);
            let length = u32::try_from(text.len()).map_err(|_| out_of_step())?;
            text[..4].copy_from_slice(&length.to_be_bytes());
        }
        self.out.extend_from_slice(&text);
        Ok(true)
    }

    /// The group that the message in hand belongs to.
    fn group<'p>(&mut self, plans: &'p mut Plans) -> &'p mut Group {
        let groups = &mut plans.on_their_way;
        if !self.open || groups.is_empty() {
            self.open = true;
            groups.push_back(Group {
                asked: Asked::AsItIs,
                settings: false,
            });
        }
        let last = groups.len() - 1;
        &mut groups[last]
    }

    /// Sets what is to be set, in front of a statement outside a transaction.
    fn set_up(&mut self, plans: &mut Plans) {
        let contradicted = plans.contradicted;
        let in_transaction = self.in_transaction;
        let group = self.group(plans);
        if in_transaction || group.settings {
            return;
        }
        let settings = self.settings.of(contradicted);
        group.settings = !settings.is_empty();
        self.out.extend_from_slice(settings.messages());
    }

    fn parse(&mut self, total: usize, plans: &mut Plans) -> io::Result<()> {
        self.set_up(plans);
        let whole = self.waiting.split_to(total);
        let name = name_at(&whole[5..]).ok_or_else(out_of_step)?;
        let rest = &whole[5 + name.len() + 1..];
        let text = name_at(rest).ok_or_else(out_of_step)?;
        if !name.is_empty() {
            let (text, types) = rest.split_at(text.len() + 1);
            let plan = Plan {
                text: text.to_vec(),
                types: types.to_vec(),
                shape: 0,
            };
            plans.by_name.insert(name.to_vec(), plan);
            self.group(plans).asked = Asked::Describe(name.to_vec());
        }
        self.write_parse(rest);
        Ok(())
    }

    fn write_parse(&mut self, text_and_types: &[u8]) {
        message(&mut self.out, b'P', |body| {
            body.put_u8(0);
            body.put_slice(text_and_types);
        });
    }

    fn describe(&mut self, total: usize, plans: &mut Plans) -> io::Result<()> {
        self.group(plans);
        let whole = self.waiting.split_to(total);
        match whole.get(5) {
            Some(b'S') => message(&mut self.out, b'D', |body| body.put_slice(b"S\0")),
            _ => self.out.extend_from_slice(&whole),
        }
        Ok(())
    }

    /// The driver needs a plan no more. The server has nothing to close.
    fn close(&mut self, total: usize, plans: &mut Plans) -> io::Result<()> {
        self.group(plans);
        let whole = self.waiting.split_to(total);
        let name = whole.get(6..).and_then(name_at).ok_or_else(out_of_step)?;
        if whole[5] == b'S' {
            plans.by_name.remove(name);
            message(&mut self.out, b'C', |body| body.put_slice(b"S\0"));
        } else {
            self.out.extend_from_slice(&whole);
        }
        Ok(())
    }

    /// An execution. Its values may be large: they pass as they come.
    fn bind(&mut self, total: usize, plans: &mut Plans) -> io::Result<bool> {
        let Some(portal) = name_at(&self.waiting[5..]) else {
            return Ok(false);
        };
        let portal = portal.to_vec();
        let Some(name) = name_at(&self.waiting[5 + portal.len() + 1..]) else {
            return Ok(false);
        };
        let name = name.to_vec();
        if name.is_empty() {
            self.set_up(plans);
            self.let_pass(total);
            return Ok(true);
        }
        self.set_up(plans);
        let plan = plans.by_name.get(&name).ok_or_else(out_of_step)?;
        let (shape, described) = (plan.shape, [&plan.text[..], &plan.types].concat());
        self.copying = is_copy(&described);
        self.group(plans).asked = Asked::Execute(shape);
        self.write_parse(&described);

        let head = 5 + portal.len() + 1 + name.len() + 1;
        let length = u32::try_from(total - 1 - name.len()).map_err(|_| out_of_step())?;
        self.out.put_u8(b'B');
        self.out.put_u32(length);
        self.out.put_slice(&portal);
        self.out.put_slice(&[0, 0]);
        self.binding = Some(portal);
        self.waiting.advance(head);
        self.let_pass(total.checked_sub(head).ok_or_else(out_of_step)?);
        Ok(true)
    }

    /// Text without values, of one statement or several. Only a `Tx` begins and
    /// ends transactions, and always in these words.
    fn query(&mut self, total: usize, plans: &mut Plans) -> io::Result<()> {
        self.open = false;
        self.group(plans);
        self.open = false;
        let whole = self.waiting.split_to(total);
        let text = name_at(&whole[5..]).ok_or_else(out_of_step)?;
        let begins = text.starts_with(b"BEGIN");
        if matches!(text, b"COMMIT" | b"ROLLBACK") {
            self.in_transaction = false;
        }
        let settings = self.settings.of(plans.contradicted);
        if self.in_transaction || settings.is_empty() || text.is_empty() {
            self.out.extend_from_slice(&whole);
        } else {
            let settings = settings.text().as_bytes();
            let (first, second, between) = match (begins, text) {
                (true, _) => (text, settings, &b";"[..]),
                (false, b"COMMIT" | b"ROLLBACK") => (text, &b""[..], &b""[..]),
                (false, _) => (settings, text, &b""[..]),
            };
            message(&mut self.out, b'Q', |body| {
                body.put_slice(first);
                body.put_slice(between);
                body.put_slice(second);
                body.put_u8(0);
            });
        }
        self.in_transaction |= begins;
        Ok(())
    }
}

/// Whether a text is one of ours that takes rows from the driver.
fn is_copy(text: &[u8]) -> bool {
    let text = name_at(text).unwrap_or_default();
    text.starts_with(b"COPY ") && text.ends_with(COPY_END.as_bytes())
}
