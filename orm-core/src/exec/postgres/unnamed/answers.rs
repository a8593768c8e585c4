//! From the network to the driver: it hears what it expects.

use std::io;

use bytes::{Buf, BufMut, BytesMut};

use super::plans::{Asked, Plans, shape_of};
use super::settings::message;
use super::{name_at, out_of_step, total_length};
use crate::error::CHANGED;
use crate::exec::postgres::setup::ALWAYS;

/// Reads the server's messages, however they are cut, and writes the driver's.
#[derive(Default)]
pub(in crate::exec) struct Answers {
    /// The start of a message that was not understood yet.
    waiting: BytesMut,
    /// So much of a message passes as it is, or is dropped.
    passing: usize,
    dropping: usize,
    /// How far the answer to the group in hand is.
    stage: Stage,
    /// What the driver is to be given.
    pub(in crate::exec) out: BytesMut,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Stage {
    #[default]
    Start,
    /// Its rows do not have the shape they should have.
    Changed,
    /// It failed.
    Failed,
}

/// What becomes of a message.
enum Fate {
    Pass,
    Drop,
    /// It is to be read.
    Read,
}

impl Answers {
    pub(in crate::exec) fn take(&mut self, mut bytes: &[u8], plans: &mut Plans) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.passing > 0 {
                let (passed, rest) = bytes.split_at(self.passing.min(bytes.len()));
                self.out.extend_from_slice(passed);
                self.passing -= passed.len();
                bytes = rest;
            } else if self.dropping > 0 {
                let dropped = self.dropping.min(bytes.len());
                self.dropping -= dropped;
                bytes = &bytes[dropped..];
            } else {
                self.waiting.extend_from_slice(bytes);
                bytes = &[];
                while self.understand(plans)? {}
            }
        }
        Ok(())
    }

    /// Deals with the first message that is waiting; `false` if more of it is needed.
    fn understand(&mut self, plans: &mut Plans) -> io::Result<bool> {
        if self.passing > 0 || self.dropping > 0 || self.waiting.len() < 5 {
            return Ok(false);
        }
        let (kind, total) = (self.waiting[0], total_length(&self.waiting)?);
        let here = self.waiting.len().min(total);
        match self.fate(kind, plans) {
            Fate::Pass => {
                self.out.extend_from_slice(&self.waiting[..here]);
                self.passing = total - here;
            }
            Fate::Drop => self.dropping = total - here,
            Fate::Read if here < total => return Ok(false),
            Fate::Read => {
                let whole = self.waiting.split_to(total);
                self.read(&whole, plans)?;
                return Ok(true);
            }
        }
        self.waiting.advance(here);
        Ok(true)
    }

    fn fate(&self, kind: u8, plans: &mut Plans) -> Fate {
        let Some(group) = plans.on_their_way.front_mut() else {
            return Fate::Pass;
        };
        match kind {
            b'S' if group.asked == Asked::Start => Fate::Read,
            // Notices, settings and notifications may come at any time.
            b'N' | b'S' | b'A' => Fate::Pass,
            b'Z' | b'E' => Fate::Read,
            _ if self.stage == Stage::Changed => Fate::Drop,
            b'C' if group.settings => {
                group.settings = false;
                Fate::Drop
            }
            _ if group.settings => Fate::Drop,
            _ => match (&group.asked, kind) {
                (Asked::Execute(_), b'1' | b'2') => Fate::Drop,
                (Asked::Execute(_), b'T' | b'n') => Fate::Read,
                (Asked::Describe(_), b'T' | b't') => Fate::Read,
                _ => Fate::Pass,
            },
        }
    }

    fn read(&mut self, whole: &[u8], plans: &mut Plans) -> io::Result<()> {
        let Some(group) = plans.on_their_way.front() else {
            return Ok(());
        };
        let body = &whole[5..];
        match whole[0] {
            b'Z' => {
                if self.stage == Stage::Changed {
                    changed(&mut self.out);
                }
                self.stage = Stage::Start;
                plans.on_their_way.pop_front();
            }
            b'E' => {
                self.stage = Stage::Failed;
                // The driver will not close what it does not have.
                if let Asked::Describe(name) = &group.asked {
                    plans.by_name.remove(name);
                }
            }
            b'S' => plans.contradicted |= contradicts(body)?,
            kind => match &group.asked {
                Asked::Describe(name) => match plans.by_name.get_mut(name) {
                    Some(plan) if kind == b't' => plan.types = body.to_vec(),
                    Some(plan) => plan.shape = shape_of(body)?,
                    None => {}
                },
                Asked::Execute(shape) => {
                    let found = if kind == b'T' { shape_of(body)? } else { 0 };
                    if found == *shape {
                        message(&mut self.out, b'2', |_| {});
                    } else {
                        self.stage = Stage::Changed;
                    }
                    return Ok(());
                }
                Asked::AsItIs | Asked::Start => {}
            },
        }
        self.out.extend_from_slice(whole);
        Ok(())
    }
}

/// Whether a setting is told that the start-up message named with another value.
fn contradicts(body: &[u8]) -> io::Result<bool> {
    let name = name_at(body).ok_or_else(out_of_step)?;
    let value = name_at(&body[name.len() + 1..]).ok_or_else(out_of_step)?;
    let is_it = |(ours, _): &&(&str, &str)| ours.as_bytes() == name;
    let ours = ALWAYS.iter().find(is_it);
    Ok(ours.is_some_and(|(_, ours)| ours.as_bytes() != value))
}

/// An error in place of rows that the driver would misread.
fn changed(out: &mut BytesMut) {
    message(out, b'E', |body| {
        for (field, text) in [
            (b'S', "ERROR"),
            (b'V', "ERROR"),
            (b'C', CHANGED),
            (b'M', "the columns of the result have changed"),
        ] {
            body.put_u8(field);
            body.put_slice(text.as_bytes());
            body.put_u8(0);
        }
        body.put_u8(0);
    });
}
