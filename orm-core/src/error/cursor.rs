//! Cursors of pages that cannot be used.

use std::fmt;

use super::{Error, Fault};

/// What is wrong with a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CursorFault {
    NotWhole,
    OtherOrder,
    Signed,
    Unsigned,
    NotOurs,
}

pub(super) struct RefusedCursor {
    fault: CursorFault,
    model: Option<&'static str>,
}

impl RefusedCursor {
    pub(super) fn model(&self) -> Option<&'static str> {
        self.model
    }
}

impl fmt::Display for RefusedCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(model) = self.model {
            write!(f, "{model}: ")?;
        }
        f.write_str(match self.fault {
            CursorFault::NotWhole => {
                "the cursor is none, or was cut or changed on its way; hand it on as it was given \
                 out, or ask for the first page, without a cursor"
            }
            CursorFault::OtherOrder => {
                "the cursor belongs to another order or model; ask for the order that it was made \
                 in, or for the first page, without a cursor"
            }
            CursorFault::Signed => {
                "the cursor is signed, and this query reads it without a key; add `.signed_by(key)`, \
                 or ask for the first page, without a cursor"
            }
            CursorFault::Unsigned => {
                "the cursor is not signed, and this query takes only signed ones; ask for the first \
                 page, without a cursor"
            }
            CursorFault::NotOurs => {
                "the cursor was changed, or signed with another key; ask for the first page, \
                 without a cursor"
            }
        })
    }
}

impl Error {
    /// A cursor that was given cannot be used.
    pub(crate) fn cursor(fault: CursorFault, model: Option<&'static str>) -> Self {
        Self::new(Fault::Cursor(RefusedCursor { fault, model }))
    }
}
