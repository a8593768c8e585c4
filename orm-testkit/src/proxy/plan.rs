//! What is to go wrong on a connection, and when.

use std::time::Duration;

use crate::random::Random;

/// Something that goes wrong in one direction of a connection.
///
/// Bytes are counted per connection and direction, from the moment the plan
/// holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is closed in good order once so many bytes have passed;
    /// with 0, when the first one is due.
    Close {
        /// The bytes that still arrive.
        after: usize,
    },
    /// The connection is reset (RST) once so many bytes have passed; with 0,
    /// when the first one is due.
    Reset {
        /// The bytes that still arrive.
        after: usize,
    },
    /// Nothing more arrives once so many bytes have passed, and nobody is told.
    /// What is held back arrives after [`heal`](super::FaultProxy::heal).
    Stall {
        /// The bytes that still arrive.
        after: usize,
    },
    /// One byte arrives changed.
    Damage {
        /// How many bytes come before it.
        at: usize,
        /// The bits of it that are turned over; 0 changes nothing.
        mask: u8,
    },
    /// Everything arrives in pieces of so many bytes.
    Pieces {
        /// The length of a piece; 0 counts as 1.
        of: usize,
    },
    /// Each piece arrives later. The next one waits for it, so that little
    /// passes: [`LatencyProxy`](super::LatencyProxy) is a long way, this is a
    /// slow one.
    Delay(Duration),
}

/// What goes wrong on a connection, in each direction.
///
/// ```
/// use orm_testkit::{Fault, FaultPlan};
///
/// let cut = FaultPlan::new().answers(Fault::Close { after: 100 });
/// assert_ne!(cut, FaultPlan::new());
/// // The same number, the same plan.
/// assert_eq!(FaultPlan::seeded(7, 500), FaultPlan::seeded(7, 500));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FaultPlan {
    pub(super) requests: Option<Fault>,
    pub(super) answers: Option<Fault>,
}

impl FaultPlan {
    /// Everything passes.
    pub fn new() -> Self {
        Self::default()
    }

    /// What happens to what the server says.
    #[must_use]
    pub fn answers(mut self, fault: Fault) -> Self {
        self.answers = Some(fault);
        self
    }

    /// What happens to what the client says.
    #[must_use]
    pub fn requests(mut self, fault: Fault) -> Self {
        self.requests = Some(fault);
        self
    }

    /// One fault somewhere in the first `within` bytes of the server's answers:
    /// a close, a reset, a stall or a damaged byte. The same seed makes the
    /// same plan.
    #[must_use]
    pub fn seeded(seed: u64, within: usize) -> Self {
        let mut chance = Random::new(seed);
        let after = chance.below(within);
        Self::new().answers(match chance.below(4) {
            0 => Fault::Close { after },
            1 => Fault::Reset { after },
            2 => Fault::Stall { after },
            _ => {
                let mask = 1 << chance.below(8);
                Fault::Damage { at: after, mask }
            }
        })
    }
}

/// How much has passed, over all connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Passed {
    /// The bytes that reached the server.
    pub requests: usize,
    /// The bytes that reached clients.
    pub answers: usize,
}
