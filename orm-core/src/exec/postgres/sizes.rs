//! How much a statement can be: what the protocol and the server count to.

use super::values::MOST_BYTES;
use crate::error::{Error, Result};
use crate::exec::params::Params;

/// How many values a statement can bind: the protocol counts them in 16 bits.
const MOST_PARAMS: usize = u16::MAX as usize;

/// Refuses a statement that the server would end the connection for. How much its
/// values are is known when they are written, and refused there.
pub(in crate::exec) fn check(text: &str, params: Params<'_>) -> Result<()> {
    if params.len() > MOST_PARAMS {
        return Err(Error::usage(format!(
            "the statement binds {} values, and PostgreSQL takes {MOST_PARAMS} at most: \
             bind a list as one value with `.in_(..)`, or ask in several statements",
            params.len()
        )));
    }
    if text.len() > MOST_BYTES {
        return Err(Error::usage(format!(
            "the statement's text has {} bytes, and PostgreSQL takes less than 1 GB: \
             bind its values, or ask in several statements",
            text.len()
        )));
    }
    Ok(())
}
