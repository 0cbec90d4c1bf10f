//! Pictures of data and trainings, as SVG and PNG. Needs the feature `plot`.
//!
//! | picture | of |
//! |---|---|
//! | [`history`](history()), [`History::plot`](crate::History::plot) | the loss and the metrics of a training |
//! | [`runs`] | several trainings, in one picture |
//! | [`learning_rate`] | a schedule of learning rates |
//! | [`confusion_matrix`] | which classes a model takes for which |
//! | [`class_counts`] | how many samples each class has |
//! | [`images`] | images with their labels, and what a model takes them for |
//! | [`predictions`] | predicted values against true ones |
//! | [`fit`] | points, and curves through them |
//! | [`weights`] | a histogram for each parameter of a model |
//!
//! Each function gives a [`Picture`], which is written into a file; the ending decides between SVG and PNG.
//!
//! ```
//! use katachi::plot;
//!
//! let counts = [48, 2, 0, 3, 45, 2, 0, 1, 49]; // row-major, a row for each true class
//! let picture = plot::confusion_matrix(&["setosa", "versicolor", "virginica"], &counts).title("Iris");
//! # let folder = std::env::temp_dir().join("katachi-plot");
//! # std::fs::create_dir_all(&folder).unwrap();
//! picture.write(folder.join("iris.svg"))?;
//! picture.size(600, 500).write(folder.join("iris.png"))?;
//! # std::fs::remove_dir_all(&folder).unwrap();
//! # Ok::<(), katachi::error::Error>(())
//! ```
//!
//! The same data give the same bytes on every machine: letters are drawn with an embedded font (a part of `DejaVu Sans`:
//! Latin, Greek and Cyrillic letters). In SVG, text stays text, and is shown in `DejaVu Sans` or Verdana if the viewer has
//! them. Colours are those that the colour-blind tell apart. What is infinite or NaN is left out, and the picture says so.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places and counts in a picture are small, and clamped before they become whole numbers"
)]

mod axis;
mod classes;
mod curves;
mod draw;
mod file;
mod images;
mod palette;
mod panel;
mod regression;
mod scene;
#[cfg(test)]
mod tests;
mod weights;

use std::path::Path;

use crate::error::Error;
use crate::save::replace;

pub use classes::{ClassCounts, Confusion, class_counts, confusion_matrix};
pub use curves::{Curves, history, learning_rate, runs};
pub use images::{Images, images};
pub use regression::{Fit, Predictions, fit, predictions};
pub use weights::{Weights, weights};

use content::Content;
use scene::{Anchor, Area, GREY, INK, LARGE, SMALL, Scene};

/// The least and the largest side of a picture in pixels.
const SIDES: std::ops::RangeInclusive<u32> = 120..=4096;

/// The white around all in pixels.
const MARGIN: f64 = 14.0;

/// A picture that is not yet a file. `C` is what it shows, with options of its own.
#[derive(Clone, Debug)]
#[must_use = "a picture is seen after `write`"]
pub struct Picture<C> {
    content: C,
    title: String,
    size: Option<(u32, u32)>,
}

impl<C: Content> Picture<C> {
    fn of(content: C) -> Self {
        Self { content, title: String::new(), size: None }
    }

    /// Writes a line above it.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Its width and height in pixels, each from 120 to 4096. Without it, what it shows decides.
    pub fn size(mut self, width: u32, height: u32) -> Self {
        self.size = Some((width, height));
        self
    }

    /// Writes it into a file, whose ending says the format: `.svg` or `.png`.
    ///
    /// Errors are another ending, data that do not fit together, and a file that cannot be written; an earlier file of that
    /// name is kept then.
    pub fn write(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let bytes = match file::Format::of(path)? {
            file::Format::Svg => self.to_svg()?.into_bytes(),
            file::Format::Png => self.to_png()?,
        };
        replace(path, |file| file.write_all(&bytes))
    }

    /// The text of an SVG file.
    pub fn to_svg(&self) -> Result<String, Error> {
        self.scene().map(|scene| draw::svg(&scene))
    }

    /// The bytes of a PNG file, of 8 bits for each of red, green and blue.
    pub fn to_png(&self) -> Result<Vec<u8>, Error> {
        self.scene().map(|scene| draw::png(&scene))
    }

    fn scene(&self) -> Result<Scene, Error> {
        self.content.check()?;
        let (width, height) = self.sides()?;
        let mut scene = Scene::new(width, height);
        let (right, bottom) = (f64::from(width) - MARGIN, f64::from(height) - MARGIN);
        let mut area = Area { left: MARGIN, top: MARGIN, right, bottom };
        if !self.title.is_empty() {
            let title = scene::fit(&self.title, LARGE, area.width());
            scene.text(title, (area.left, area.top + 6.0), LARGE, Anchor::Start, INK);
            area.top += 30.0;
        }
        if let Some(note) = self.content.note() {
            let note = scene::fit(&note, SMALL, area.width());
            scene.text(note, (area.left, area.bottom - 4.0), SMALL, Anchor::Start, GREY);
            area.bottom -= 20.0;
        }
        self.content.draw(&mut scene, area);
        Ok(scene)
    }

    /// The size asked for, or that of the content with what is around it.
    fn sides(&self) -> Result<(u32, u32), Error> {
        if let Some((width, height)) = self.size {
            if SIDES.contains(&width) && SIDES.contains(&height) {
                return Ok((width, height));
            }
            let must = "a width and a height from 120 to 4096 pixels";
            return Err(Error::Option { option: "size", value: format!("{width} × {height}"), must });
        }
        let (width, height) = self.content.size();
        let note = self.content.note();
        // A note is read to its end, and so is a title, unless it is a paragraph.
        let note_width = note.as_ref().map_or(0.0, |note| scene::width_of(note, SMALL));
        let title_width = scene::width_of(&self.title, LARGE).min(600.0);
        let width = width.max(note_width.ceil()).max(title_width.ceil());
        let title = if self.title.is_empty() { 0.0 } else { 30.0 };
        let note = if note.is_some() { 20.0 } else { 0.0 };
        let (width, height) = (width + 2.0 * MARGIN, height + title + note + 2.0 * MARGIN);
        Ok((width as u32, height as u32)).map(|(width, height)| {
            (width.clamp(*SIDES.start(), *SIDES.end()), height.clamp(*SIDES.start(), *SIDES.end()))
        })
    }
}

mod content {
    use crate::error::Error;

    use super::scene::{Area, Scene};

    /// What a picture shows. No other crate can implement it.
    pub trait Content {
        /// The width and height that it would like, without title and margins.
        fn size(&self) -> (f64, f64);

        /// Whether its data fit together; the rest is called only then.
        fn check(&self) -> Result<(), Error>;

        /// A line below it.
        fn note(&self) -> Option<String>;

        fn draw(&self, scene: &mut Scene, area: Area);
    }
}

/// [`Error::Data`]; its place is the call, as the user writes it, or the file.
fn data_error(place: impl Into<String>, problem: impl Into<String>, help: impl Into<String>) -> Error {
    Error::data(place, problem, help)
}

/// What a picture says of the values that it does not show.
fn note_of_left_out(not_finite: usize, not_positive: usize) -> Option<String> {
    let said = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 value that is not {what} is left out")),
        _ => Some(format!("{count} values that are not {what} are left out")),
    };
    let notes: Vec<String> =
        [said(not_finite, "finite"), said(not_positive, "positive")].into_iter().flatten().collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

/// `2 classes`, `1 class`.
fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// The names as texts of their own.
fn owned<N: AsRef<str>>(names: &[N]) -> Vec<String> {
    names.iter().map(|name| name.as_ref().to_owned()).collect()
}
