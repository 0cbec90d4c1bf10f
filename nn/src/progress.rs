//! What a training shows while it runs.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _, stderr};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

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
    /// A line for each epoch, at its end; Keras' 2.
    EpochLines,
}

/// The progress of one training.
pub(crate) struct Progress {
    shown: Verbosity,
    epochs: usize,
    steps: usize,
    epoch: usize,
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
        Self { shown, epochs, steps, epoch: 0, began: now, drawn: now, bar: None }
    }

    /// An epoch begins, counted from 1.
    pub fn begin(&mut self, epoch: usize) {
        self.epoch = epoch;
        self.began = Instant::now();
        self.drawn = self.began;
        if self.shown == Verbosity::Progress {
            say(&format!("Epoch {epoch}/{}", self.epochs));
            let bar = ProgressBar::new(self.steps as u64);
            let style = ProgressStyle::with_template("{pos}/{len} {bar:20} {msg}");
            bar.set_style(style.expect("the template is right").progress_chars("━╸─"));
            self.bar = Some(bar);
        }
    }

    /// A step has ended, counted from 1; `values` are the loss and metrics so far, computed only where they are shown.
    pub fn step<V: AsRef<str>>(&mut self, step: usize, values: impl FnOnce() -> Vec<(V, f64)>) {
        let Some(bar) = &self.bar else { return };
        if self.drawn.elapsed() >= BETWEEN_DRAWS {
            self.drawn = Instant::now();
            bar.set_position(step as u64); // First, because the message is drawn beside it.
            bar.set_message(speed(self.began.elapsed(), step) + &text(&values()));
        }
    }

    /// The epoch has ended, and so has its validation.
    pub fn end<V: AsRef<str>>(&mut self, values: &[(V, f64)]) {
        let steps = self.steps;
        let speed = speed(self.began.elapsed(), steps);
        match self.shown {
            Verbosity::Auto | Verbosity::Silent => {}
            Verbosity::Progress => {
                if let Some(bar) = self.bar.take() {
                    bar.finish_and_clear();
                }
                say(&format!("{steps}/{steps} {} {speed}{}", "━".repeat(20), text(values)));
            }
            Verbosity::EpochLines => {
                say(&format!("Epoch {}/{} - {speed}{}", self.epoch, self.epochs, text(values)));
            }
        }
    }
}

/// Writes a line to standard error. That it may be closed is no reason to stop a training.
fn say(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

/// Keras' `2s 5ms/step`.
fn speed(elapsed: Duration, steps: usize) -> String {
    let step = elapsed.as_secs_f64() / steps.max(1) as f64;
    let (value, unit) = if step >= 1.0 {
        (step, "s")
    } else if step >= 1e-3 {
        (step * 1e3, "ms")
    } else {
        (step * 1e6, "us")
    };
    format!("{:.0}s {value:.0}{unit}/step", elapsed.as_secs_f64())
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
        assert_eq!(speed(Duration::from_millis(1955), 391), "2s 5ms/step");
        assert_eq!(speed(Duration::from_micros(400), 10), "0s 40us/step");
        assert_eq!(speed(Duration::from_secs(30), 10), "30s 3s/step");
        assert_eq!(text(&[("accuracy", 0.9123), ("loss", 0.000_301_2)]), " - accuracy: 0.9123 - loss: 3.0120e-4");
    }

    #[test]
    fn nothing_is_computed_that_is_not_shown() {
        for verbosity in [Verbosity::Silent, Verbosity::EpochLines] {
            let mut progress = Progress::new(verbosity, 1, 1);
            std::thread::sleep(BETWEEN_DRAWS);
            progress.step::<&str>(1, || unreachable!("the values are not shown"));
        }
    }
}
