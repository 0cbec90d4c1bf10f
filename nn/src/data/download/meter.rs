//! What a download shows while it runs.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressStyle};

/// The bar of one file, on a terminal.
pub struct Meter(Option<ProgressBar>);

impl Meter {
    /// A transfer begins after `start` bytes; how many there are in all may be unknown.
    pub fn new(name: &str, start: u64, total: Option<u64>) -> Self {
        if !stderr().is_terminal() {
            return Self(None);
        }
        let (bar, template) = match total {
            Some(total) => (ProgressBar::new(total), "{msg} {bytes}/{total_bytes} {bar:20} {bytes_per_sec}"),
            None => (ProgressBar::no_length(), "{msg} {bytes} {bytes_per_sec}"),
        };
        let style = ProgressStyle::with_template(template);
        bar.set_style(style.expect("the template is right").progress_chars("━╸─"));
        bar.set_message(name.to_owned());
        bar.set_position(start);
        bar.reset_eta();
        Self(Some(bar))
    }

    pub fn show(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(bytes);
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
