//! Hooks that failed.

use std::error::Error as StdError;
use std::fmt;

use super::{Error, Fault};

pub(super) struct HookFault {
    pub(super) model: &'static str,
    hook: &'static str,
    source: Box<dyn StdError + Send + Sync>,
    /// The transaction was committed before, and so many others failed too.
    committed: Option<usize>,
}

impl HookFault {
    pub(super) fn source(&self) -> &(dyn StdError + 'static) {
        &*self.source
    }
}

impl fmt::Display for HookFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let HookFault {
            model,
            hook,
            source,
            committed,
        } = self;
        match committed {
            None => write!(
                f,
                "{model}: `{hook}` failed, and nothing was written: {source}"
            ),
            Some(0) => write!(f, "committed, but `{hook}` of {model} failed: {source}"),
            Some(others) => write!(
                f,
                "committed, but `{hook}` of {model} failed, and {others} more: {source}"
            ),
        }
    }
}

impl Error {
    /// A hook of a model failed with an error of the program's own.
    pub(crate) fn hook(
        model: &'static str,
        hook: &'static str,
        source: Box<dyn StdError + Send + Sync>,
    ) -> Self {
        Self::new(Fault::Hook(HookFault {
            model,
            hook,
            source,
            committed: None,
        }))
    }

    /// A hook failed behind the commit, and so many others too.
    pub(crate) fn committed_but(mut self, others: usize) -> Self {
        if let Fault::Hook(fault) = &mut self.0.fault {
            fault.committed = Some(others);
        }
        self
    }

    /// The name of the hook that failed with an error of its own, as `before_create`;
    /// that error is the [source](std::error::Error::source).
    ///
    /// What a hook's statement failed with is that error, as if there were no hook.
    ///
    /// ```
    /// # use orm_core::error::Error;
    /// assert_eq!(Error::not_found("User", 7).hook_name(), None);
    /// ```
    pub fn hook_name(&self) -> Option<&'static str> {
        match &self.0.fault {
            Fault::Hook(fault) => Some(fault.hook),
            _ => None,
        }
    }

    /// Whether the transaction was committed before this failed.
    pub(super) fn is_behind_commit(&self) -> bool {
        matches!(&self.0.fault, Fault::Hook(fault) if fault.committed.is_some())
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::Error;

    #[test]
    fn what_was_committed_is_said_to_be() {
        let error = || Error::hook("User", "after_commit", "no mail".into());
        assert_eq!(
            error().to_string(),
            "User: `after_commit` failed, and nothing was written: no mail"
        );
        assert!(!error().took_effect());
        let error = error().committed_but(2);
        assert_eq!(
            error.to_string(),
            "committed, but `after_commit` of User failed, and 2 more: no mail"
        );
        assert!(error.took_effect() && error.is_hook());
        assert_eq!(
            (error.model(), error.hook_name()),
            (Some("User"), Some("after_commit"))
        );
        let source = error.source().map(ToString::to_string);
        assert_eq!(source.as_deref(), Some("no mail"));
    }
}
