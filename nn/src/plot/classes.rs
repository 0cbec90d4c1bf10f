//! Pictures of classes: a confusion matrix, and how many samples each class has.

use crate::error::Error;

use super::palette;
use super::scene::{Anchor, Area, GREY, GRID, INK, MEDIUM, SMALL, Scene, fit, width_of};
use super::{Content, Picture, counted, data_error, owned};

/// The widest that a name is written in pixels.
const NAME: f64 = 160.0;

/// A confusion matrix.
#[derive(Clone, Debug)]
pub struct Confusion {
    names: Vec<String>,
    counts: Vec<u64>,
}

/// How often a model took which class for which, as a heat map with numbers.
///
/// The counts are row-major, a row for each true class and a column for each predicted one, as
/// scikit-learn's `confusion_matrix`. A cell is coloured by its share of the samples of its row, so that rare classes show
/// too.
///
/// ```
/// use katachi::plot;
///
/// let svg = plot::confusion_matrix(&["cat", "dog"], &[9, 1, 2, 8]).to_svg()?;
/// assert!(svg.contains("truth"));
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn confusion_matrix<N: AsRef<str>>(names: &[N], counts: &[u64]) -> Picture<Confusion> {
    Picture::of(Confusion { names: owned(names), counts: counts.to_vec() })
}

impl Confusion {
    fn cell_wanted(&self) -> f64 {
        let digits = self.counts.iter().max().map_or(1, |most| most.to_string().len()) as f64;
        let side = match self.names.len() {
            0..=3 => 72.0,
            4..=12 => 44.0,
            13..=25 => 32.0,
            _ => 22.0,
        };
        f64::max(side, digits * 6.0 + 6.0)
    }

    fn widest_name(&self) -> f64 {
        self.names.iter().map(|name| width_of(name, SMALL)).fold(0.0, f64::max).min(NAME)
    }

    fn row(&self, truth: usize) -> &[u64] {
        &self.counts[truth * self.names.len()..][..self.names.len()]
    }

    /// The numbers in the cells, if they have room there.
    fn number_size(&self, cell: f64) -> Option<f64> {
        let widest = self.counts.iter().map(|count| width_of(&count.to_string(), 1.0)).fold(0.0, f64::max);
        let size = ((cell - 4.0) / widest.max(0.1)).min(cell * 0.6).min(13.0);
        (size >= 6.0).then_some(size)
    }
}

impl Content for Confusion {
    fn size(&self) -> (f64, f64) {
        let matrix = self.cell_wanted() * self.names.len() as f64;
        let name = self.widest_name();
        let below = if name + 4.0 > self.cell_wanted() { name + 30.0 } else { 40.0 };
        (matrix + name + 90.0, matrix + below)
    }

    fn check(&self) -> Result<(), Error> {
        let classes = self.names.len();
        if classes == 0 {
            return Err(data_error("plot::confusion_matrix", "there is no class", "name at least one class"));
        }
        if classes.checked_mul(classes) == Some(self.counts.len()) {
            return Ok(());
        }
        let problem = format!(
            "{} for {}, which make a matrix of {classes} × {classes}",
            counted(self.counts.len(), "count", "counts"),
            counted(classes, "name", "names"),
        );
        Err(data_error("plot::confusion_matrix", problem, "pass a name for each class, and all counts, row by row"))
    }

    fn note(&self) -> Option<String> {
        None
    }

    fn draw(&self, scene: &mut Scene, area: Area) {
        let classes = self.names.len();
        let bar = 62.0;
        let name = self.widest_name().min(area.width() * 0.3);
        let left = area.left + 20.0 + name + 8.0;
        let room = Area { left, right: area.right - bar, ..area };
        let by_width = room.width() / classes as f64;
        // Names below stand upright unless each fits its column.
        let is_upright = name + 4.0 > by_width.min((area.height() - 46.0) / classes as f64);
        let below = if is_upright { name.min(area.height() * 0.3) + 10.0 } else { 20.0 } + 20.0;
        let cell = by_width.min((area.height() - below) / classes as f64).max(1.0);
        let side = cell * classes as f64;
        let matrix = Area { left, top: area.top, right: left + side, bottom: area.top + side };

        self.cells(scene, matrix, cell);
        let size = SMALL.min(cell * 0.95).max(6.0);
        // Of names closer than their letters are high, every so many is written.
        let stride = (size / cell).ceil().max(1.0) as usize;
        for (class, text) in self.names.iter().enumerate().step_by(stride) {
            let middle = (class as f64 + 0.5) * cell;
            let text = fit(text, size, name);
            scene.text(&text, (matrix.left - 8.0, matrix.top + middle), size, Anchor::End, INK);
            let x = matrix.left + middle;
            if is_upright {
                let text = fit(&text, size, below - 30.0);
                scene.text_upwards(text, (x, matrix.bottom + 8.0), size, Anchor::End, INK);
            } else {
                scene.text(text, (x, matrix.bottom + 12.0), size, Anchor::Middle, INK);
            }
        }
        let middle = f64::midpoint(matrix.left, matrix.right);
        let names = if is_upright { self.widest_written(size, below - 30.0) + 8.0 } else { 20.0 };
        scene.text("predicted", (middle, matrix.bottom + names + 12.0), MEDIUM, Anchor::Middle, GREY);
        let middle = f64::midpoint(matrix.top, matrix.bottom);
        let beside = matrix.left - 8.0 - self.widest_written(size, name) - 14.0;
        scene.text_upwards("truth", (beside, middle), MEDIUM, Anchor::Middle, GREY);
        colour_bar(scene, Area { left: matrix.right + 14.0, right: matrix.right + 26.0, ..matrix });
    }
}

impl Confusion {
    fn widest_written(&self, size: f64, most: f64) -> f64 {
        self.names.iter().map(|name| width_of(name, size)).fold(0.0, f64::max).min(most)
    }

    fn cells(&self, scene: &mut Scene, matrix: Area, cell: f64) {
        let number_size = self.number_size(cell);
        for truth in 0..self.names.len() {
            let row = self.row(truth);
            let samples = row.iter().map(|count| *count as f64).sum::<f64>().max(1.0);
            for (predicted, count) in row.iter().enumerate() {
                let (left, top) = (matrix.left + predicted as f64 * cell, matrix.top + truth as f64 * cell);
                let colour = palette::share(*count as f64 / samples);
                scene.rectangle(Area { left, top, right: left + cell, bottom: top + cell }, colour);
                if let Some(size) = number_size {
                    // Zeros are many and say least, so they are pale.
                    let ink = if palette::is_dark(colour) { [255; 3] } else { INK };
                    let ink = if *count == 0 { [170; 3] } else { ink };
                    let at = (left + cell / 2.0, top + cell / 2.0);
                    scene.text(count.to_string(), at, size, Anchor::Middle, ink);
                }
            }
        }
        for line in 0..=self.names.len() {
            let at = line as f64 * cell;
            let (x, y) = (matrix.left + at, matrix.top + at);
            scene.line(vec![(x, matrix.top), (x, matrix.bottom)], GRID, 0.7);
            scene.line(vec![(matrix.left, y), (matrix.right, y)], GRID, 0.7);
        }
    }
}

/// The colours of shares from 0 to 100 %, from below.
fn colour_bar(scene: &mut Scene, area: Area) {
    const STEPS: usize = 40;
    for step in 0..STEPS {
        let part = Area { top: area.top, ..area }.cell(STEPS - 1 - step, 1, STEPS, 0.0);
        scene.rectangle(part, palette::share(step as f64 / (STEPS - 1) as f64));
    }
    scene.frame(area, GREY, 0.7);
    for (y, text) in [(area.bottom - 4.0, "0 %"), (area.top + 4.0, "100 %")] {
        scene.text(text, (area.right + 4.0, y), SMALL - 1.0, Anchor::Start, GREY);
    }
}

/// How many samples each class has.
#[derive(Clone, Debug)]
pub struct ClassCounts {
    names: Vec<String>,
    counts: Vec<u64>,
}

/// How many samples each class has, as bars with numbers.
///
/// ```
/// use katachi::plot;
///
/// let svg = plot::class_counts(&["cat", "dog", "frog"], &[120, 80, 7]).title("Animals").to_svg()?;
/// assert!(svg.contains("frog"));
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn class_counts<N: AsRef<str>>(names: &[N], counts: &[u64]) -> Picture<ClassCounts> {
    Picture::of(ClassCounts { names: owned(names), counts: counts.to_vec() })
}

impl Content for ClassCounts {
    fn size(&self) -> (f64, f64) {
        (480.0, (self.names.len() as f64 * 24.0).max(40.0))
    }

    fn check(&self) -> Result<(), Error> {
        let (names, counts) = (self.names.len(), self.counts.len());
        if names == counts && names > 0 {
            return Ok(());
        }
        let problem = if names == counts {
            "there is no class".into()
        } else {
            format!("{} for {}", counted(names, "name", "names"), counted(counts, "count", "counts"))
        };
        Err(data_error("plot::class_counts", problem, "pass a name and a count for each class"))
    }

    fn note(&self) -> Option<String> {
        None
    }

    fn draw(&self, scene: &mut Scene, area: Area) {
        let row = (area.height() / self.names.len() as f64).min(40.0);
        let size = SMALL.min(row * 0.9);
        let widest = |texts: &mut dyn Iterator<Item = f64>| texts.fold(0.0, f64::max);
        let name = widest(&mut self.names.iter().map(|name| width_of(name, size))).min(area.width() * 0.4).min(NAME);
        let number = widest(&mut self.counts.iter().map(|count| width_of(&count.to_string(), size)));
        let left = area.left + name + 8.0;
        let longest = (area.right - number - 8.0 - left).max(1.0);
        let most = self.counts.iter().copied().max().unwrap_or(0).max(1) as f64;
        for (index, (text, count)) in self.names.iter().zip(&self.counts).enumerate() {
            let y = area.top + (index as f64 + 0.5) * row;
            let right = left + *count as f64 / most * longest;
            let bar = Area { left, top: y - row * 0.36, right, bottom: y + row * 0.36 };
            scene.rectangle(bar, palette::BLUE);
            // Below this no letter is read, and the bars alone tell the shape.
            if size >= 5.0 {
                scene.text(fit(text, size, name), (left - 8.0, y), size, Anchor::End, INK);
                scene.text(count.to_string(), (right + 6.0, y), size, Anchor::Start, INK);
            }
        }
        let bottom = area.top + row * self.names.len() as f64;
        scene.line(vec![(left, area.top), (left, bottom)], GREY, 1.0);
    }
}
