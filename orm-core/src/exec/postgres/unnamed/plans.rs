//! What was described under a name, and which answers are on their way.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, Hasher};
use std::io;

use foldhash::quality::FixedState;

use super::{name_at, out_of_step};

/// A statement the driver believes to be prepared.
#[derive(Default)]
pub(in crate::exec) struct Plan {
    /// Ends with a zero.
    pub(in crate::exec) text: Vec<u8>,
    /// The parameters' types: their count and numbers, as Parse has them.
    pub(in crate::exec) types: Vec<u8>,
    /// What a row looks like.
    pub(in crate::exec) shape: Shape,
}

/// Names and types of the columns of a row; zero where there are no rows.
pub(in crate::exec) type Shape = u64;

/// Reads the shape from the body of a RowDescription.
pub(in crate::exec) fn shape_of(mut body: &[u8]) -> io::Result<Shape> {
    let mut hasher = FixedState::default().build_hasher();
    let count = take(&mut body, 2)?;
    hasher.write(count);
    for _ in 0..u16::from_be_bytes([count[0], count[1]]) {
        let name = name_at(body).ok_or_else(out_of_step)?;
        hasher.write(name);
        body = &body[name.len() + 1..];
        // Its table, its number there, its type; then length, modifier and format.
        let rest = take(&mut body, 18)?;
        hasher.write(&rest[6..10]);
    }
    Ok(hasher.finish().max(1))
}

fn take<'b>(body: &mut &'b [u8], count: usize) -> io::Result<&'b [u8]> {
    let (taken, rest) = body.split_at_checked(count).ok_or_else(out_of_step)?;
    *body = rest;
    Ok(taken)
}

/// What the server is asked between two Syncs.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::exec) enum Asked {
    /// To let us in.
    Start,
    /// Something whose answer is the driver's as it is.
    AsItIs,
    /// To describe a statement, for the plan of this name.
    Describe(Vec<u8>),
    /// To execute one whose rows should have this shape.
    Execute(Shape),
}

/// One ReadyForQuery is its end.
#[derive(Debug)]
pub(in crate::exec) struct Group {
    pub(in crate::exec) asked: Asked,
    /// The answers to our own settings come first.
    pub(in crate::exec) settings: bool,
}

/// Shared by both directions of a connection.
#[derive(Default)]
pub(in crate::exec) struct Plans {
    pub(in crate::exec) by_name: HashMap<Vec<u8>, Plan>,
    /// In the order they were asked.
    pub(in crate::exec) on_their_way: VecDeque<Group>,
    /// What the pooler says of its sessions is not what the start-up message said.
    pub(in crate::exec) contradicted: bool,
}
