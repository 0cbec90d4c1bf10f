//! A grid of images, with their labels and what a model takes them for.

use crate::Element;
use crate::error::Error;

use super::palette;
use super::scene::{Anchor, Area, Colour, GREY, INK, Mark, SMALL, Scene, fit};
use super::{Content, Picture, counted, data_error, owned};

/// The height of a line below an image.
const LINE: f64 = 15.0;
/// Between images.
const GAP: f64 = 14.0;
/// More than these are too small to be seen.
const MOST: usize = 1000;

/// Images in rows.
#[derive(Clone, Debug)]
pub struct Images {
    pixels: Vec<f64>,
    shape: [usize; 3],
    labels: Option<Vec<u32>>,
    predictions: Option<Vec<u32>>,
    names: Option<Vec<String>>,
    columns: Option<usize>,
}

/// Images in rows, each of `[height, width, channels]`: 1 channel is grey, 3 are red, green and blue. The values stand as
/// Keras has them, channels last, one image after the other.
///
/// If all values are from 0 to 1, 0 is black and 1 is white; else the least is black and the largest white. What is not
/// finite is black, and the picture says so.
///
/// ```
/// use katachi::plot;
///
/// let pixels = [0.0_f32, 1.0, 1.0, 0.0, /* the second */ 1.0, 1.0, 0.0, 0.0];
/// let picture = plot::images(&pixels, [2, 2, 1]).labels(&[0, 1]).predictions(&[0, 0]).names(&["diagonal", "bar"]);
/// assert!(picture.to_svg()?.contains("≠ bar")); // the second is taken for a diagonal
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn images<T: Element>(pixels: &[T], shape: [usize; 3]) -> Picture<Images> {
    let pixels = pixels.iter().map(|value| value.to_f64()).collect();
    Picture::of(Images { pixels, shape, labels: None, predictions: None, names: None, columns: None })
}

impl Picture<Images> {
    /// Writes the class of each image below it.
    pub fn labels(mut self, labels: &[u32]) -> Self {
        self.content.labels = Some(labels.to_vec());
        self
    }

    /// Writes what a model takes each image for. Where there are labels too, wrong ones are framed, and the right class
    /// follows after `≠`.
    pub fn predictions(mut self, predictions: &[u32]) -> Self {
        self.content.predictions = Some(predictions.to_vec());
        self
    }

    /// The names of the classes, which are written instead of their numbers.
    pub fn names<N: AsRef<str>>(mut self, names: &[N]) -> Self {
        self.content.names = Some(owned(names));
        self
    }

    /// How many images stand in a row. Without it, the grid is about square.
    pub fn columns(mut self, columns: usize) -> Self {
        self.content.columns = Some(columns);
        self
    }
}

impl Images {
    /// The numbers of values of one image; 0 if it does not fit into memory.
    fn len_of_one(&self) -> usize {
        let [height, width, channels] = self.shape;
        height.checked_mul(width).and_then(|pixels| pixels.checked_mul(channels)).unwrap_or(0)
    }

    fn count(&self) -> usize {
        self.pixels.len().checked_div(self.len_of_one()).unwrap_or(0)
    }

    fn columns(&self) -> usize {
        self.columns.unwrap_or_else(|| (self.count() as f64).sqrt().ceil() as usize).clamp(1, self.count().max(1))
    }

    /// The lines below an image: its class, and below a prediction the right one.
    fn lines(&self) -> usize {
        usize::from(self.labels.is_some()) + usize::from(self.predictions.is_some())
    }

    fn name(&self, class: u32) -> String {
        self.names.as_ref().map_or_else(|| class.to_string(), |names| names[class as usize].clone())
    }

    fn is_wrong(&self, image: usize) -> bool {
        match (&self.labels, &self.predictions) {
            (Some(labels), Some(predictions)) => labels[image] != predictions[image],
            _ => false,
        }
    }

    fn captions(&self, image: usize) -> Vec<String> {
        let label = self.labels.as_ref().map(|labels| self.name(labels[image]));
        let prediction = self.predictions.as_ref().map(|predictions| self.name(predictions[image]));
        match (label, prediction) {
            (Some(label), Some(prediction)) if self.is_wrong(image) => vec![prediction, format!("≠ {label}")],
            (_, Some(prediction)) => vec![prediction],
            (label, None) => label.into_iter().collect(),
        }
    }

    /// Which value is black, and which is white.
    fn range(&self) -> (f64, f64) {
        let finite = self.pixels.iter().filter(|value| value.is_finite());
        let (low, high) = finite.fold((0.0, 1.0), |(low, high): (f64, f64), value| (low.min(*value), high.max(*value)));
        if (low, high) == (0.0, 1.0) {
            return (low, high);
        }
        let finite = || self.pixels.iter().copied().filter(|value| value.is_finite());
        (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max))
    }

    fn colours(&self, image: usize, (low, high): (f64, f64)) -> Vec<Colour> {
        // Halves, because the difference of two values may be infinite.
        let span = high / 2.0 - low / 2.0;
        let level =
            |value: f64| if value.is_finite() { ((value / 2.0 - low / 2.0) / span * 255.0).round() as u8 } else { 0 };
        let pixels = &self.pixels[image * self.len_of_one()..][..self.len_of_one()];
        let colour = |pixel: &[f64]| match pixel {
            [red, green, blue] => [*red, *green, *blue].map(level),
            grey => [level(grey[0]); 3],
        };
        pixels.chunks_exact(self.shape[2]).map(colour).collect()
    }
}

impl Content for Images {
    fn size(&self) -> (f64, f64) {
        let [height, width, _] = self.shape.map(|side| side as f64);
        let columns = self.columns() as f64;
        let rows = self.count().div_ceil(self.columns()) as f64;
        // A whole number of pixels for each, so that all are as large.
        let scale = (84.0 / width.max(height)).floor().max(1.0);
        let (width, height) = (width * scale, height * scale + LINE * self.lines() as f64);
        // Room for a word below it.
        let least = if self.lines() == 0 { 0.0 } else { 72.0 };
        ((width.max(least) + GAP) * columns - GAP, (height + GAP) * rows - GAP)
    }

    fn check(&self) -> Result<(), Error> {
        const PLACE: &str = "plot::images";
        let [height, width, channels] = self.shape;
        if ![1, 3].contains(&channels) {
            let problem = format!("images of {}", counted(channels, "channel", "channels"));
            return Err(data_error(PLACE, problem, "pass 1 channel (grey) or 3 (red, green, blue), the last size"));
        }
        let one = self.len_of_one();
        if one == 0 || self.pixels.is_empty() || !self.pixels.len().is_multiple_of(one) {
            let values = counted(self.pixels.len(), "value", "values");
            let problem = format!("{values} are no whole number of images of {height} × {width} × {channels}");
            return Err(data_error(PLACE, problem, "pass all values of at least one image, and its shape"));
        }
        let count = self.count();
        if count > MOST {
            let problem = format!("{count} images are too many to be seen");
            return Err(data_error(PLACE, problem, format!("pass at most {MOST}, such as the first hundred")));
        }
        if self.columns == Some(0) {
            return Err(Error::Option { option: "columns", value: "0".into(), must: "at least 1" });
        }
        for (one, what, classes) in
            [("label", "labels", &self.labels), ("prediction", "predictions", &self.predictions)]
        {
            let Some(classes) = classes else { continue };
            if classes.len() != count {
                let problem =
                    format!("{} for {}", counted(classes.len(), one, what), counted(count, "image", "images"));
                return Err(data_error(PLACE, problem, "pass one for each image"));
            }
            let largest = classes.iter().max().copied().unwrap_or(0);
            if let Some(names) = self.names.as_ref().filter(|names| largest as usize >= names.len()) {
                let known = counted(names.len(), "name", "names");
                let problem = format!("{what} have the class {largest}, but there are {known}");
                return Err(data_error(PLACE, problem, "pass a name for each class, counted from 0"));
            }
        }
        Ok(())
    }

    fn note(&self) -> Option<String> {
        let mut notes = Vec::new();
        if self.labels.is_some() && self.predictions.is_some() {
            let wrong = (0..self.count()).filter(|image| self.is_wrong(*image)).count();
            notes.push(format!("{wrong} of {} wrong (framed; ≠ the right class)", self.count()));
        }
        let not_finite = self.pixels.iter().filter(|value| !value.is_finite()).count();
        if not_finite > 0 {
            notes.push(format!("{} not finite, drawn black", counted(not_finite, "value is", "values are")));
        }
        (!notes.is_empty()).then(|| notes.join("; "))
    }

    fn draw(&self, scene: &mut Scene, area: Area) {
        let columns = self.columns();
        let rows = self.count().div_ceil(columns);
        let [height, width, _] = self.shape.map(|side| side as f64);
        let below = LINE * self.lines() as f64;
        let range = self.range();
        for image in 0..self.count() {
            let cell = area.cell(image, columns, rows, GAP);
            let scale = (cell.width() / width).min((cell.height() - below) / height).max(1e-3);
            // Whole pixels are drawn sharp, if there is one for each of the image.
            let scale = if scale >= 1.0 { scale.floor() } else { scale };
            let (left, top) = ((cell.left + (cell.width() - width * scale) / 2.0).round(), cell.top.round());
            let place = Area { left, top, right: left + width * scale, bottom: top + height * scale };
            scene.marks.push(Mark::Image { area: place, columns: self.shape[1], pixels: self.colours(image, range) });
            let is_wrong = self.is_wrong(image);
            if is_wrong {
                let out = 2.0;
                let frame =
                    Area { left: left - out, top: top - out, right: place.right + out, bottom: place.bottom + out };
                scene.frame(frame, palette::VERMILION, 2.5);
            } else {
                scene.frame(place, GREY, 0.5);
            }
            for (line, caption) in self.captions(image).iter().enumerate() {
                let y = place.bottom + (line as f64 + 0.75) * LINE;
                let caption = fit(caption, SMALL, cell.width() + GAP - 4.0);
                let ink = if is_wrong { palette::VERMILION } else { INK };
                scene.text(caption, (f64::midpoint(cell.left, cell.right), y), SMALL, Anchor::Middle, ink);
            }
        }
    }
}
