//! Histograms of the parameters of a model.

use crate::Element;
use crate::error::Error;
use crate::model::{Model, ParameterInfo};
use crate::parameters::Parameters;

use super::axis::Axis;
use super::palette;
use super::panel::Panel;
use super::scene::{Area, Scene};
use super::{Content, Picture, data_error, note_of_left_out};

/// A histogram for each array of parameters.
#[derive(Clone, Debug)]
pub struct Weights {
    histograms: Vec<Histogram>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Histogram {
    title: String,
    /// Where the first bin begins and the last ends.
    low: f64,
    high: f64,
    pub counts: Vec<u64>,
    pub left_out: usize,
}

/// How the values of each parameter of a model are spread: a histogram for each array, those of models within it too.
///
/// ```
/// use katachi::plot;
/// use katachi::prelude::*;
///
/// model! {
///     struct Mlp { hidden: Dense(64 => 32, relu), logits: Dense(32 => 10) }
/// }
///
/// let svg = plot::weights(&*Mlp::init(22)).to_svg()?;
/// assert!(svg.contains("hidden.weight"));
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn weights<M: Model>(model: &M) -> Picture<Weights> {
    let values = Parameters::as_slice(model);
    let mut histograms = Vec::new();
    ParameterInfo::for_each(M::PARAMETERS, &mut |path, offset, parameter| {
        let shape: Vec<String> = parameter.shape.iter().map(ToString::to_string).collect();
        let title = format!("{path} ({})", shape.join(" × "));
        let values = values[offset..][..parameter.len()].iter().map(|value| value.to_f64());
        histograms.push(Histogram::of(title, &values));
    });
    Picture::of(Weights { histograms })
}

impl Histogram {
    /// Bins of equal width between the least and the largest; √n of them, but from 5 to 40.
    pub fn of(title: String, values: &(impl Iterator<Item = f64> + Clone)) -> Self {
        let shown = || values.clone().filter(|value| Axis::shows(*value, false));
        let (count, low, high) = shown().fold((0, f64::INFINITY, f64::NEG_INFINITY), |(count, low, high), value| {
            (count + 1, value.min(low), value.max(high))
        });
        let left_out = values.clone().count() - count;
        let (low, high) = if count == 0 { (0.0, 0.0) } else { (low, high) };
        // Equal values stand in the middle of bins around them.
        let (low, high) = if high - low > low.abs().max(high.abs()) * 1e-12 {
            (low, high)
        } else {
            let half = if low == 0.0 { 0.5 } else { low.abs() * 0.05 };
            (low - half, high + half)
        };
        let bins = ((count as f64).sqrt().ceil() as usize).clamp(5, 40);
        let mut counts = vec![0; bins];
        for value in shown() {
            let bin = ((value - low) / (high - low) * bins as f64) as usize;
            counts[bin.min(bins - 1)] += 1;
        }
        Self { title, low, high, counts, left_out }
    }
}

impl Weights {
    fn columns(&self) -> usize {
        match self.histograms.len() {
            0..=1 => 1,
            2..=8 => 2,
            9..=18 => 3,
            _ => 5,
        }
    }
}

impl Content for Weights {
    fn size(&self) -> (f64, f64) {
        let columns = self.columns();
        (300.0 * columns as f64, 180.0 * self.histograms.len().div_ceil(columns) as f64)
    }

    fn check(&self) -> Result<(), Error> {
        if self.histograms.is_empty() {
            return Err(data_error("plot::weights", "the model has no parameters", "draw one that has"));
        }
        Ok(())
    }

    fn note(&self) -> Option<String> {
        note_of_left_out(self.histograms.iter().map(|histogram| histogram.left_out).sum(), 0)
    }

    fn draw(&self, scene: &mut Scene, area: Area) {
        let columns = self.columns();
        let rows = self.histograms.len().div_ceil(columns);
        for (number, histogram) in self.histograms.iter().enumerate() {
            let Histogram { title, low, high, counts, .. } = histogram;
            let panel = Panel {
                title,
                x: Axis { low: *low, high: *high, logarithmic: false, whole: false },
                y: Axis::from_zero(counts.iter().map(|count| *count as f64)).whole(),
                x_label: "",
                y_label: "",
            };
            let plane = panel.draw(scene, area.cell(number, columns, rows, 14.0));
            let width = (high - low) / counts.len() as f64;
            for (bin, count) in counts.iter().enumerate().filter(|bin| *bin.1 > 0) {
                let from = low + bin as f64 * width;
                let corners = (plane.place(from, *count as f64), plane.place(from + width, 0.0));
                if let (Some((left, top)), Some((right, bottom))) = corners {
                    scene.rectangle(Area { left, top, right, bottom }, palette::BLUE);
                }
            }
        }
    }
}
