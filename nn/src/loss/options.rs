//! Options of losses: which values make sense, and label smoothing.

use core::fmt;

use katachi_core::element::Element;

/// An option of a loss has a value that makes no sense. Training and evaluation give it as
/// [`Error::Option`](crate::error::Error::Option).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptionError {
    /// The option, as the user writes it.
    pub option: &'static str,
    /// Its value.
    pub value: f64,
    /// What it must be.
    pub must: &'static str,
}

impl fmt::Display for OptionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { option, value, must } = self;
        write!(f, "`{option}` is {value:?}, but it must be {must}")
    }
}

impl core::error::Error for OptionError {}

/// An error that names the option, unless it is `fine`.
pub(super) fn check(fine: bool, option: &'static str, value: f64, must: &'static str) -> Result<(), OptionError> {
    if fine { Ok(()) } else { Err(OptionError { option, value, must }) }
}

/// A smoothing of 1 would leave nothing of the targets.
pub(super) fn check_label_smoothing(smoothing: f64) -> Result<(), OptionError> {
    check((0.0..1.0).contains(&smoothing), "label_smoothing", smoothing, "at least 0 and less than 1")
}

pub(super) fn check_gamma(gamma: f64) -> Result<(), OptionError> {
    check(gamma.is_finite() && gamma >= 0.0, "gamma", gamma, "a finite number of at least 0")
}

/// Label smoothing: the target t becomes t (1 - s) + s / classes (Szegedy et al., "Rethinking the Inception Architecture
/// for Computer Vision", 2016, section 7). Without smoothing it stays what it is, to the last bit.
#[derive(Clone, Copy)]
pub(super) struct Smoothing<T> {
    /// 1 - s
    pub keep: T,
    /// s / classes
    pub spread: T,
}

impl<T: Element> Smoothing<T> {
    pub fn new(smoothing: f64, classes: usize) -> Self {
        Self { keep: T::from_f64(1.0 - smoothing), spread: T::from_f64(smoothing / classes as f64) }
    }

    pub fn of(self, target: T) -> T {
        target * self.keep + self.spread
    }
}
