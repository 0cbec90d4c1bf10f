//! What a training shows while it runs.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::callback::Running;
use crate::history::significant;

/// What a training writes to standard error while it runs; Keras' `verbose`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Verbosity {
    /// [`Progress`](Self::Progress) if standard error is a terminal, else [`EpochLines`](Self::EpochLines).
    #[default]
    Auto,
    /// Nothing; Keras' 0.
    Silent,
    /// A bar for each epoch, with the loss and metrics so far; Keras' 1.
    Progress,
    /// Two lines for each epoch, one at its begin and one at its end; Keras' 2.
    EpochLines,
}

/// Keras' numbers: 0 is silent, 1 shows a bar, more shows lines.
impl From<u8> for Verbosity {
    fn from(verbose: u8) -> Self {
        match verbose {
            0 => Self::Silent,
            1 => Self::Progress,
            _ => Self::EpochLines,
        }
    }
}

/// The progress of one training.
pub(crate) struct Progress {
    shown: Verbosity,
    epochs: usize,
    steps: usize,
    began: Instant,
    drawn: Instant,
    bar: Option<ProgressBar>,
}

/// How often a bar is drawn at most. Formatting its text at every step would cost more than a small model's step.
const BETWEEN_DRAWS: Duration = Duration::from_millis(50);

impl Progress {
    pub fn new(verbosity: Verbosity, epochs: usize, steps: usize) -> Self {
        let shown = match verbosity {
            Verbosity::Auto if stderr().is_terminal() => Verbosity::Progress,
            Verbosity::Auto => Verbosity::EpochLines,
            chosen => chosen,
        };
        let now = Instant::now();
        Self { shown, epochs, steps, began: now, drawn: now, bar: None }
    }

    /// An epoch begins, counted from 1.
    pub fn begin(&mut self, epoch: usize) {
        self.began = Instant::now();
        self.drawn = self.began;
        if self.shown != Verbosity::Silent {
            say(&format!("Epoch {epoch}/{}", self.epochs));
        }
        if self.shown == Verbosity::Progress {
            let bar = ProgressBar::new(self.steps as u64);
            let style = ProgressStyle::with_template("{pos}/{len} {bar:20} {msg}");
            bar.set_style(style.expect("the template is right").progress_chars("━╸─"));
            self.bar = Some(bar);
        }
    }

    /// A step has ended, counted from 1; the loss and metrics so far are computed only where they are shown.
    pub fn step(&mut self, step: usize, so_far: &dyn Running) {
        let Some(bar) = &self.bar else { return };
        if self.drawn.elapsed() >= BETWEEN_DRAWS {
            self.drawn = Instant::now();
            bar.set_position(step as u64); // First, because the message is drawn beside it.
            let mut values = Vec::new();
            so_far.each(&mut |name, value| values.push((name.to_owned(), value)));
            values.sort_by(|a, b| a.0.cmp(&b.0));
            bar.set_message(speed(self.began.elapsed(), step, " ") + &text(&values));
        }
    }

    /// The epoch has ended after so many steps, and so has its validation.
    pub fn end<V: AsRef<str>>(&mut self, step: usize, values: &[(V, f64)]) {
        let steps = self.steps;
        let elapsed = self.began.elapsed();
        match self.shown {
            Verbosity::Auto | Verbosity::Silent => {}
            Verbosity::Progress => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
                let speed = speed(elapsed, step, " ");
                let done = "━".repeat(20 * step / steps.max(1));
                say(&format!("{step}/{steps} {done} {speed}{}", text(values)));
            }
            Verbosity::EpochLines => {
                say(&format!("{step}/{steps} - {}{}", speed(elapsed, step, " - "), text(values)));
            }
        }
    }
}

/// Writes a line to standard error. That it may be closed is no reason to stop a training.
pub(crate) fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

/// Keras' `2s 5ms/step`, with what Keras puts between the two.
fn speed(elapsed: Duration, steps: usize, between: &str) -> String {
    let step = elapsed.as_secs_f64() / steps.max(1) as f64;
    let (value, unit) = if step >= 1.0 {
        (step, "s")
    } else if step >= 1e-3 {
        (step * 1e3, "ms")
    } else {
        (step * 1e6, "us")
    };
    format!("{:.0}s{between}{value:.0}{unit}/step", elapsed.as_secs_f64())
}

/// Keras' ` - accuracy: 0.9123 - loss: 0.3012`.
fn text<V: AsRef<str>>(values: &[(V, f64)]) -> String {
    let mut text = String::new();
    for (name, value) in values {
        let _ = write!(text, " - {}: {}", name.as_ref(), significant(*value)); // A string takes all that is written.
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_read_as_in_keras() {
        assert_eq!(speed(Duration::from_millis(1955), 391, " "), "2s 5ms/step");
        assert_eq!(speed(Duration::from_micros(400), 10, " "), "0s 40us/step");
        assert_eq!(speed(Duration::from_secs(30), 10, " - "), "30s - 3s/step");
        assert_eq!(text(&[("accuracy", 0.9123), ("loss", 0.000_301_2)]), " - accuracy: 0.9123 - loss: 3.0120e-4");
    }

    #[test]
    fn nothing_is_computed_that_is_not_shown() {
        struct Unasked;

        impl Running for Unasked {
            fn each(&self, _: &mut dyn FnMut(&str, f64)) {
                unreachable!("the values are not shown");
            }
        }

        for verbosity in [Verbosity::Silent, Verbosity::EpochLines] {
            let mut progress = Progress::new(verbosity, 1, 1);
            std::thread::sleep(BETWEEN_DRAWS);
            progress.step(1, &Unasked);
        }
    }
}
