//! [`Errors`]: what a stage finds, collected, and impossible to forget.

use std::cell::RefCell;
use std::fmt::Display;

use quote::ToTokens;
use syn::Error;

/// The errors found so far. A stage adds to it and goes on; the driver calls [`check`](Self::check) between stages.
///
/// Dropping it with errors that nobody looked at is a bug of the compiler, and panics.
pub struct Errors {
    found: RefCell<Option<Error>>,
}

impl Errors {
    pub fn new() -> Self {
        Self { found: RefCell::new(None) }
    }

    /// Reports `message` at the whole of `tokens`.
    pub fn report(&self, tokens: impl ToTokens, message: impl Display) {
        self.push(Error::new_spanned(tokens, message));
    }

    /// Reports `message` at the whole of `tokens`, with what to do about it.
    pub fn report_with_help(&self, tokens: impl ToTokens, message: impl Display, help: impl Display) {
        self.report(tokens, format_args!("{message}\nhelp: {help}"));
    }

    pub fn push(&self, error: Error) {
        let mut found = self.found.borrow_mut();
        match &mut *found {
            Some(first) => first.combine(error),
            None => *found = Some(error),
        }
    }

    /// Whether something was found so far.
    pub fn has_some(&self) -> bool {
        self.found.borrow().is_some()
    }

    /// All errors found so far as one, if there are any.
    pub fn check(&self) -> Result<(), Error> {
        self.found.borrow_mut().take().map_or(Ok(()), Err)
    }
}

impl Drop for Errors {
    fn drop(&mut self) {
        let is_forgotten = self.found.borrow().is_some() && !std::thread::panicking();
        assert!(!is_forgotten, "errors were reported and nobody checked");
    }
}
