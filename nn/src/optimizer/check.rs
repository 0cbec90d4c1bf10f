//! Options that must be in a range, each an [`Error::Option`] if it is not.

use crate::error::Error;

/// An error that names the option, unless it is `fine`.
pub(crate) fn that(fine: bool, option: &'static str, value: f64, must: &'static str) -> Result<(), Error> {
    if fine { Ok(()) } else { Err(Error::Option { option, value: readable(value), must }) }
}

/// How much of something remains in each step.
pub(crate) fn part(option: &'static str, value: f64) -> Result<(), Error> {
    that((0.0..1.0).contains(&value), option, value, "from 0 to below 1")
}

pub(crate) fn from_0_to_1(option: &'static str, value: f64) -> Result<(), Error> {
    that((0.0..=1.0).contains(&value), option, value, "from 0 to 1")
}

pub(crate) fn above_0(option: &'static str, value: f64) -> Result<(), Error> {
    that(value.is_finite() && value > 0.0, option, value, "a finite number above 0")
}

pub(crate) fn at_least_0(option: &'static str, value: f64) -> Result<(), Error> {
    that(value.is_finite() && value >= 0.0, option, value, "a finite number of at least 0")
}

/// As in Keras a rate of 0 is allowed: it trains nothing, which is of use to see what a loop costs.
pub(crate) fn learning_rate(rate: f64) -> Result<(), Error> {
    at_least_0("learning_rate", rate)
}

/// A count of steps.
pub(crate) fn at_least_1(option: &'static str, value: u64) -> Result<(), Error> {
    if value == 0 { Err(Error::Option { option, value: "0".into(), must: "at least 1" }) } else { Ok(()) }
}

/// A number without hundreds of zeros.
fn readable(value: f64) -> String {
    let is_near = (1e-5..1e16).contains(&value.abs()) || value == 0.0 || !value.is_finite();
    if is_near { format!("{value}") } else { format!("{value:e}") }
}
