//! Pictures of numbers that a model predicts.

use crate::Element;
use crate::error::Error;

use super::axis::{Axis, short};
use super::palette;
use super::panel::{Key, Look, Panel, legend};
use super::scene::{Anchor, Area, GREY, SMALL, Scene};
use super::{Content, Picture, counted, data_error, note_of_left_out};

/// Predicted values against true ones.
#[derive(Clone, Debug)]
pub struct Predictions {
    truth: Vec<f64>,
    predicted: Vec<f64>,
}

/// Predicted values against true ones: a point for each, and the diagonal on which they are equal. Both axes have the same
/// range. The mean absolute error of what is shown stands in the corner that is rarely used, that below the diagonal.
///
/// ```
/// use katachi::plot;
///
/// let svg = plot::predictions(&[1.0_f32, 2.0, 3.0], &[1.1, 1.9, 3.2]).to_svg()?;
/// assert!(svg.contains("predicted"));
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn predictions<T: Element>(truth: &[T], predicted: &[T]) -> Picture<Predictions> {
    Picture::of(Predictions { truth: numbers(truth), predicted: numbers(predicted) })
}

fn numbers<T: Element>(values: &[T]) -> Vec<f64> {
    values.iter().map(|value| value.to_f64()).collect()
}

/// How see-through points are: the more there are, the more.
fn alpha(points: usize) -> f64 {
    match points {
        0..=100 => 0.8,
        101..=1000 => 0.45,
        _ => 0.2,
    }
}

fn shows(pair: &(f64, f64)) -> bool {
    Axis::shows(pair.0, false) && Axis::shows(pair.1, false)
}

impl Predictions {
    fn pairs(&self) -> impl Iterator<Item = (f64, f64)> {
        self.truth.iter().copied().zip(self.predicted.iter().copied())
    }
}

impl Content for Predictions {
    fn size(&self) -> (f64, f64) {
        (440.0, 420.0)
    }

    fn check(&self) -> Result<(), Error> {
        let (truth, predicted) = (self.truth.len(), self.predicted.len());
        if truth == predicted && truth > 0 {
            return Ok(());
        }
        let problem = if truth == predicted {
            "there is no value".into()
        } else {
            format!(
                "{} for {}",
                counted(predicted, "prediction", "predictions"),
                counted(truth, "true value", "true values")
            )
        };
        Err(data_error("plot::predictions", problem, "pass a prediction for each true value"))
    }

    fn note(&self) -> Option<String> {
        note_of_left_out(self.pairs().filter(|pair| !shows(pair)).count(), 0)
    }

    fn draw(&self, scene: &mut Scene, area: Area) {
        let values = self.pairs().filter(shows).flat_map(|(truth, predicted)| [truth, predicted]);
        let axis = Axis::around(values, false);
        let panel = Panel { title: "", x: axis.clone(), y: axis.clone(), x_label: "truth", y_label: "predicted" };
        let plane = panel.draw(scene, area);
        let shown: Vec<(f64, f64)> = self.pairs().filter(shows).collect();
        let error = shown.iter().map(|(truth, predicted)| (truth - predicted).abs() / shown.len() as f64).sum::<f64>();
        let corners = [axis.low, axis.high].map(|end| plane.place(end, end)).into_iter().flatten().collect();
        scene.dashes(corners, GREY, 1.2);
        for (truth, predicted) in &shown {
            if let Some(place) = plane.place(*truth, *predicted) {
                scene.disc(place, 2.8, palette::BLUE, alpha(shown.len()));
            }
        }
        let text = format!("mean absolute error {}", short(error));
        let at = (plane.area.right - 6.0, plane.area.bottom - 10.0);
        scene.text(text, at, SMALL, Anchor::End, GREY);
    }
}

/// Points, and curves through them.
#[derive(Clone, Debug)]
pub struct Fit {
    x: Vec<f64>,
    y: Vec<f64>,
    lines: Vec<(String, Vec<f64>)>,
}

/// Points, to which [`line`](Picture::line) adds what a model predicts and what is true.
///
/// ```
/// use katachi::plot;
///
/// let x = [0.0, 1.0, 2.0, 3.0];
/// let y = [1.1, 2.9, 5.2, 6.8];
/// let picture = plot::fit(&x, &y).line("2 x + 1", &x.map(|x| 2.0 * x + 1.0)).line("model", &x.map(|x| 1.9 * x + 1.1));
/// assert!(picture.to_svg()?.contains("2 x + 1"));
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn fit<T: Element>(x: &[T], y: &[T]) -> Picture<Fit> {
    Picture::of(Fit { x: numbers(x), y: numbers(y), lines: Vec::new() })
}

impl Picture<Fit> {
    /// Adds a curve: its value at each x of the points, whose order does not matter.
    pub fn line<T: Element>(mut self, name: impl Into<String>, values: &[T]) -> Self {
        self.content.lines.push((name.into(), numbers(values)));
        self
    }
}

impl Fit {
    fn points(&self) -> impl Iterator<Item = (f64, f64)> {
        self.x.iter().copied().zip(self.y.iter().copied())
    }

    /// The points of a curve, from left to right.
    fn curve(&self, values: &[f64]) -> Vec<(f64, f64)> {
        let mut curve: Vec<(f64, f64)> = self.x.iter().copied().zip(values.iter().copied()).collect();
        curve.sort_by(|a, b| a.0.total_cmp(&b.0));
        curve
    }
}

impl Content for Fit {
    fn size(&self) -> (f64, f64) {
        (560.0, 380.0)
    }

    fn check(&self) -> Result<(), Error> {
        let points = self.x.len();
        if points == 0 {
            return Err(data_error("plot::fit", "there is no point", "pass at least one point"));
        }
        if self.y.len() != points {
            let problem = format!("{} of y for {points} of x", counted(self.y.len(), "value", "values"));
            return Err(data_error("plot::fit", problem, "pass a y for each x"));
        }
        match self.lines.iter().find(|line| line.1.len() != points) {
            None => Ok(()),
            Some((name, values)) => {
                let values = counted(values.len(), "value", "values");
                let problem = format!("the line `{name}` has {values} for {}", counted(points, "point", "points"));
                Err(data_error("plot::fit", problem, "pass the value of the line at each x of the points"))
            }
        }
    }

    fn note(&self) -> Option<String> {
        let lines = self.lines.iter().flat_map(|line| self.x.iter().copied().zip(line.1.iter().copied()));
        note_of_left_out(self.points().chain(lines).filter(|pair| !shows(pair)).count(), 0)
    }

    fn draw(&self, scene: &mut Scene, area: Area) {
        let look = |line: usize| Look { colour: palette::line(line + 1, self.lines.len() + 1), dashed: line % 2 == 1 };
        let mut keys = vec![("data".to_owned(), Key::Disc(palette::line(0, self.lines.len() + 1)))];
        keys.extend(self.lines.iter().enumerate().map(|(line, (name, _))| (name.clone(), Key::Line(look(line)))));
        let area = legend(scene, area, &keys);
        let values =
            self.points().map(|point| point.1).chain(self.lines.iter().flat_map(|line| line.1.iter().copied()));
        let x = Axis::around(self.x.iter().copied(), false);
        let panel = Panel { title: "", x, y: Axis::around(values, false), x_label: "x", y_label: "y" };
        let plane = panel.draw(scene, area);
        for (x, y) in self.points() {
            if let Some(place) = plane.place(x, y) {
                scene.disc(place, 2.8, palette::line(0, self.lines.len() + 1), alpha(self.x.len()));
            }
        }
        for (line, (_, values)) in self.lines.iter().enumerate() {
            plane.curve(scene, &self.curve(values), look(line));
        }
    }
}
