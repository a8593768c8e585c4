//! Collects what is wrong with one input, so that everything is reported at once.

pub(crate) mod suggest;

use quote::ToTokens;

/// The errors found so far.
///
/// It must be [finished](Diagnostics::finish); a test in which it is dropped
/// before that fails, because errors would get lost.
pub(crate) struct Diagnostics {
    errors: Vec<syn::Error>,
    finished: bool,
}

impl Diagnostics {
    pub(crate) fn new() -> Self {
        Diagnostics {
            errors: Vec::new(),
            finished: false,
        }
    }

    /// Adds an error: what is wrong, and on a line of its own what to write.
    ///
    /// `what` starts in lower case and has no full stop; the user's words are
    /// in backticks. `help` is the exact thing to write.
    pub(crate) fn error(
        &mut self,
        at: &impl ToTokens,
        what: impl AsRef<str>,
        help: impl AsRef<str>,
    ) {
        let message = format!("{}\nhelp: {}", what.as_ref(), help.as_ref());
        self.errors.push(syn::Error::new_spanned(at, message));
    }

    /// How many errors there are so far.
    pub(crate) fn count(&self) -> usize {
        self.errors.len()
    }

    /// The errors as `compile_error!` calls, if there are any.
    pub(crate) fn finish(mut self) -> Result<(), syn::Error> {
        self.finished = true;
        let all = std::mem::take(&mut self.errors)
            .into_iter()
            .reduce(|mut all, next| {
                all.combine(next);
                all
            });
        all.map_or(Ok(()), Err)
    }
}

#[cfg(test)]
impl Drop for Diagnostics {
    fn drop(&mut self) {
        assert!(
            self.finished || std::thread::panicking(),
            "diagnostics dropped before they were finished"
        );
    }
}
