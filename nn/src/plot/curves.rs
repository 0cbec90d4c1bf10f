//! Curves over epochs and steps: one training, several of them, a schedule of learning rates.

use std::path::Path;

use crate::error::Error;
use crate::history::History;

use super::axis::Axis;
use super::palette;
use super::panel::{Key, Look, Panel, legend};
use super::scene::{Area, GREY, Scene};
use super::{Content, Picture, data_error, note_of_left_out};

/// The curves of a picture, a panel for each quantity.
#[derive(Clone, Debug)]
pub struct Curves {
    panels: Vec<CurvePanel>,
    legend: Vec<(String, Key)>,
    logarithmic: bool,
    /// Why there is nothing to draw, if so.
    empty: Option<(&'static str, String, &'static str)>,
}

#[derive(Clone, Debug)]
struct CurvePanel {
    title: String,
    x_label: &'static str,
    /// Whether [`Picture::logarithmic`] is about this panel.
    may_be_logarithmic: bool,
    curves: Vec<(Vec<(f64, f64)>, Look)>,
}

/// The loss and the metrics of a training: a panel for each, with the values of validation dashed.
///
/// ```
/// use katachi::plot;
/// use katachi::prelude::*;
///
/// model! {
///     struct Line { y: Dense(1 => 1) }
/// }
///
/// let data = Dataset::from_arrays([[0.0_f32], [1.0], [2.0]], [[1.0], [3.0], [5.0]])?;
/// let mut line = Line::init(22);
/// let history = Trainer::new(Sgd::new(0.1), MeanSquaredError).epochs(5).verbose(Verbosity::Silent).fit(&mut line, &data)?;
///
/// # let folder = std::env::temp_dir().join("katachi-plot-history");
/// # std::fs::create_dir_all(&folder).unwrap();
/// plot::history(&history).title("A line").logarithmic().write(folder.join("curves.svg"))?;
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn history(history: &History) -> Picture<Curves> {
    let mut panels = panels(&[history], &["training"]);
    let is_validated = history.names().any(|name| name.starts_with("val_"));
    let look = |dashed| Key::Line(look(0, 1, dashed));
    let mut legend = Vec::new();
    if is_validated {
        // Two colours as well as two kinds of line: there is but one run.
        for curves in panels.iter_mut().map(|panel| &mut panel.curves) {
            curves.iter_mut().filter(|curve| curve.1.dashed).for_each(|curve| curve.1.colour = palette::VERMILION);
        }
        let validation = Key::Line(Look { colour: palette::VERMILION, dashed: true });
        legend = vec![("training".into(), look(false)), ("validation".into(), validation)];
    }
    let empty = (history.epochs() == 0).then(|| {
        ("plot::history", "the history has no epoch".into(), "train with `fit` first, for at least one epoch")
    });
    Picture::of(Curves { panels, legend, logarithmic: false, empty })
}

/// Several trainings in one picture: a colour for each, validation dashed.
///
/// ```
/// use katachi::plot;
/// # use katachi::prelude::*;
/// # model! { struct Line { y: Dense(1 => 1) } }
/// # let data = Dataset::from_arrays([[0.0_f32], [1.0], [2.0]], [[1.0], [3.0], [5.0]])?;
/// # let run = |rate| Trainer::new(Sgd::new(rate), MeanSquaredError).epochs(5).verbose(Verbosity::Silent).fit(&mut *Line::init(22), &data);
/// let (slow, fast) = (run(0.01)?, run(0.1)?);
/// let svg = plot::runs(&[("slow", &slow), ("fast", &fast)]).to_svg()?;
/// assert!(svg.contains("slow"));
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn runs(runs: &[(&str, &History)]) -> Picture<Curves> {
    let (names, histories): (Vec<&str>, Vec<&History>) = runs.iter().copied().unzip();
    let panels = panels(&histories, &names);
    let mut legend: Vec<(String, Key)> = names
        .iter()
        .enumerate()
        .map(|(run, name)| ((*name).to_owned(), Key::Line(look(run, runs.len(), false))))
        .collect();
    if panels.iter().any(|panel| panel.curves.iter().any(|curve| curve.1.dashed)) {
        legend.extend(
            [("training", false), ("validation", true)]
                .map(|(name, dashed)| (name.to_owned(), Key::Line(Look { colour: GREY, dashed }))),
        );
    }
    let without = runs.iter().find(|run| run.1.epochs() == 0);
    let empty = match without {
        None if runs.is_empty() => Some("there is no run".into()),
        None => None,
        Some((name, _)) => Some(format!("the history of `{name}` has no epoch")),
    };
    let empty = empty.map(|problem| ("plot::runs", problem, "pass at least one run, each of at least one epoch"));
    Picture::of(Curves { panels, legend, logarithmic: false, empty })
}

/// The learning rate over so many steps.
///
/// Of more than two thousand steps, evenly spaced ones are drawn, the first and the last among them.
///
/// ```
/// use katachi::plot;
///
/// let decay = |step: u64| 0.1 * 0.99_f64.powf(step as f64);
/// let svg = plot::learning_rate(500, decay).logarithmic().to_svg()?;
/// assert!(svg.contains("learning rate"));
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn learning_rate(steps: u64, rate: impl Fn(u64) -> f64) -> Picture<Curves> {
    const MOST: u64 = 2000;
    let points = steps.min(MOST);
    // In 128 bits: the product passes 64 for a count of steps that nobody takes.
    let step = |point: u64| {
        let last = u128::from(points.saturating_sub(1).max(1));
        (u128::from(point) * u128::from(steps - 1) / last) as u64
    };
    let curve = (0..points).map(step).map(|step| (step as f64, rate(step))).collect();
    let panel = CurvePanel {
        title: "learning rate".into(),
        x_label: "step",
        may_be_logarithmic: true,
        curves: vec![(curve, look(0, 1, false))],
    };
    let empty =
        (steps == 0).then(|| ("plot::learning_rate", "there are 0 steps to draw".into(), "pass at least 1 step"));
    Picture::of(Curves { panels: vec![panel], legend: Vec::new(), logarithmic: false, empty })
}

impl Picture<Curves> {
    /// Draws the loss, or the learning rate, on a logarithmic axis. Values that are not positive are left out, and the
    /// picture says how many.
    pub fn logarithmic(mut self) -> Self {
        self.content.logarithmic = true;
        self
    }
}

impl History {
    /// Draws the loss and the metrics into a file, SVG or PNG by its ending: [`plot::history`](crate::plot::history()) is
    /// the same with options.
    ///
    /// ```
    /// # use katachi::prelude::*;
    /// # model! { struct Line { y: Dense(1 => 1) } }
    /// # let data = Dataset::from_arrays([[0.0_f32], [1.0], [2.0]], [[1.0], [3.0], [5.0]])?;
    /// # let mut trainer = Trainer::new(Sgd::new(0.1), MeanSquaredError).epochs(5).verbose(Verbosity::Silent);
    /// # let history = trainer.fit(&mut *Line::init(22), &data)?;
    /// # let path = std::env::temp_dir().join("katachi-history-plot.png");
    /// history.plot(&path)?;
    /// # std::fs::remove_file(&path).unwrap();
    /// # Ok::<(), katachi::error::Error>(())
    /// ```
    pub fn plot(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        history(self).write(path)
    }
}

fn look(run: usize, runs: usize, dashed: bool) -> Look {
    Look { colour: palette::line(run, runs), dashed }
}

/// A panel for each name without its `val_`, in the order of their first appearance.
fn panels(histories: &[&History], names: &[&str]) -> Vec<CurvePanel> {
    let mut titles: Vec<String> = Vec::new();
    for name in histories.iter().flat_map(|history| history.names()) {
        let title = name.strip_prefix("val_").unwrap_or(name);
        if !titles.iter().any(|known| known == title) {
            titles.push(title.to_owned());
        }
    }
    // Keras writes the loss before the metrics, a training of several losses after its parts.
    titles.sort_by_key(|title| title != "loss");
    let curves = |title: &str| {
        let of_run = |(run, history): (usize, &&History)| {
            [(title.to_owned(), false), (format!("val_{title}"), true)].map(|(name, dashed)| {
                let values = history.get(&name)?;
                let points = values.iter().enumerate().map(|(epoch, value)| ((epoch + 1) as f64, *value)).collect();
                Some((points, look(run, names.len(), dashed)))
            })
        };
        histories.iter().enumerate().flat_map(of_run).flatten().collect()
    };
    let panel = |title: &String| CurvePanel {
        title: title.clone(),
        x_label: "epoch",
        may_be_logarithmic: title == "loss",
        curves: curves(title),
    };
    titles.iter().map(panel).collect()
}

impl Curves {
    fn columns(&self) -> usize {
        match self.panels.len() {
            0 | 1 => 1,
            2..=4 => 2,
            _ => 3,
        }
    }

    fn is_logarithmic(&self, panel: &CurvePanel) -> bool {
        self.logarithmic && panel.may_be_logarithmic
    }
}

impl Content for Curves {
    fn size(&self) -> (f64, f64) {
        let columns = self.columns();
        (480.0 * columns as f64, 320.0 * self.panels.len().div_ceil(columns).max(1) as f64)
    }

    fn check(&self) -> Result<(), Error> {
        self.empty.as_ref().map_or(Ok(()), |(place, problem, help)| Err(data_error(*place, problem.clone(), *help)))
    }

    fn note(&self) -> Option<String> {
        let count = |is_left_out: &dyn Fn(f64, bool) -> bool| {
            let panels = self.panels.iter().flat_map(|panel| {
                let logarithmic = self.is_logarithmic(panel);
                let values = panel.curves.iter().flat_map(|curve| &curve.0);
                values.filter(move |point| is_left_out(point.1, logarithmic))
            });
            panels.count()
        };
        let not_finite = count(&|value, _| !Axis::shows(value, false));
        let not_positive = count(&|value, logarithmic| Axis::shows(value, false) && !Axis::shows(value, logarithmic));
        note_of_left_out(not_finite, not_positive)
    }

    fn draw(&self, scene: &mut Scene, area: Area) {
        let area = legend(scene, area, &self.legend);
        let columns = self.columns();
        let rows = self.panels.len().div_ceil(columns);
        for (number, panel) in self.panels.iter().enumerate() {
            let logarithmic = self.is_logarithmic(panel);
            let points = || panel.curves.iter().flat_map(|curve| curve.0.iter().copied());
            let mut x = Axis::around(points().map(|point| point.0), false).whole();
            // Epochs are counted from 1, so there is no tick at 0; steps are counted from 0.
            x.low = x.low.max(points().map(|point| point.0).fold(f64::INFINITY, f64::min) - 0.9);
            let axes = Panel {
                title: &panel.title,
                x,
                y: Axis::around(points().map(|point| point.1), logarithmic),
                x_label: panel.x_label,
                y_label: "",
            };
            let plane = axes.draw(scene, area.cell(number, columns, rows, 18.0));
            for (curve, look) in &panel.curves {
                plane.curve(scene, curve, *look);
            }
        }
    }
}
