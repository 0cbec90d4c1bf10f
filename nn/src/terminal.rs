//! Curves and heat maps as text, for a terminal.
//!
//! ```
//! use katachi::terminal::sparkline;
//!
//! assert_eq!(sparkline(&[2.0, 1.5, 1.0, 0.5, 0.0]), "█▆▅▃▁");
//! ```

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares and places are from 0 to the size of the text"
)]

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use crate::error::Error;
use crate::history::{History, significant};
use crate::names::{column_width, list, nearest};

/// What a heat map may be written with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Coloured backgrounds, by the escape sequences of 256 colours.
    Colour,
    /// The shades `░▒▓█`.
    Shades,
    /// Nothing but ASCII.
    Plain,
}

impl Style {
    /// What the standard output takes: colours if it is a terminal and `NO_COLOR` (no-color.org) is not set, nothing but
    /// ASCII on a terminal that calls itself `dumb`, else shades.
    pub fn detect() -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        if set("TERM").is_some_and(|terminal| terminal == "dumb") {
            Self::Plain
        } else if std::io::stdout().is_terminal() && set("NO_COLOR").is_none() {
            Self::Colour
        } else {
            Self::Shades
        }
    }
}

/// Values as a line of blocks, the least the lowest, the largest the highest. What is not finite is a space.
pub fn sparkline(values: &[f64]) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let (low, high) = range(values);
    let block = |value: &f64| {
        if !value.is_finite() {
            return ' ';
        }
        BLOCKS[(share(*value, low, high) * 7.0).round() as usize]
    };
    values.iter().map(block).collect()
}

/// Curves in a frame of so many characters, with the largest and the least value at their left and a legend above.
///
/// Each character is 2 × 4 dots of Braille. Every second dot of the second curve is left out, of the third two of three, so
/// that they are told apart without colours. What is not finite is left out.
///
/// ```
/// use katachi::terminal::curves;
///
/// let text = curves(&[("loss", &[1.0, 0.5, 0.25, 0.2])], 20, 4);
/// assert_eq!(text.lines().count(), 6); // the legend, four lines, and the axis
/// ```
pub fn curves(curves: &[(&str, &[f64])], width: usize, height: usize) -> String {
    let (width, height) = (width.clamp(2, 1000), height.clamp(1, 1000));
    let all: Vec<f64> = curves.iter().flat_map(|curve| curve.1.iter().copied()).collect();
    let (low, high) = range(&all);
    let longest = curves.iter().map(|curve| curve.1.len()).max().unwrap_or(0);
    let mut dots = Dots::new(width, height);
    for (number, (_, values)) in curves.iter().enumerate() {
        let place = |index: usize| {
            let x = index as f64 / (longest.max(2) - 1) as f64 * (width * 2 - 1) as f64;
            let y = (1.0 - share(values[index], low, high)) * (height * 4 - 1) as f64;
            values[index].is_finite().then_some((x, y))
        };
        let mut drawn = 0;
        for index in 0..values.len() {
            let Some(to) = place(index) else { continue };
            let from = index.checked_sub(1).and_then(place).unwrap_or(to);
            let steps = (to.0 - from.0).abs().max((to.1 - from.1).abs()).ceil().max(1.0);
            for step in 1..=steps as usize {
                let part = step as f64 / steps;
                if drawn % (number + 1) == 0 {
                    dots.set(from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
                }
                drawn += 1;
            }
        }
    }

    let labels = if all.iter().any(|value| value.is_finite()) {
        [significant(high), significant(low)]
    } else {
        Default::default()
    };
    let side = labels.iter().map(String::len).max().unwrap_or(0);
    let keys = ["⣀⣀", "⢀⢀", "⢀ "];
    let legend: Vec<String> =
        curves.iter().enumerate().map(|(at, (name, _))| format!("{} {name}", keys[at.min(2)])).collect();
    let mut text = format!("{:side$}  {}\n", "", legend.join("   "));
    for (row, line) in dots.lines().enumerate() {
        let last = row + 1 == height;
        let label = if row == 0 {
            &labels[0]
        } else if last {
            &labels[1]
        } else {
            ""
        };
        let _ = writeln!(text, "{label:>side$} ┤{line}"); // A string takes all that is written.
    }
    let ends = format!("1{longest:>0$}", width.saturating_sub(1));
    let _ = write!(text, "{:side$}  {}", "", if longest > 1 { ends.as_str() } else { "1" });
    text
}

/// Characters of Braille.
struct Dots {
    width: usize,
    cells: Vec<u8>,
}

impl Dots {
    fn new(width: usize, height: usize) -> Self {
        Self { width, cells: vec![0; width * height] }
    }

    fn set(&mut self, x: f64, y: f64) {
        // Unicode numbers the dots of a cell by columns, but the lowest two last.
        const BITS: [[u8; 2]; 4] = [[0, 3], [1, 4], [2, 5], [6, 7]];
        let (x, y) = (x.round() as usize, y.round() as usize);
        if let Some(cell) = self.cells.get_mut(y / 4 * self.width + x / 2) {
            *cell |= 1 << BITS[y % 4][x % 2];
        }
    }

    fn lines(&self) -> impl Iterator<Item = String> {
        let letter = |cell: &u8| char::from_u32(0x2800 + u32::from(*cell)).unwrap_or(' ');
        self.cells.chunks(self.width).map(move |row| row.iter().map(letter).collect())
    }
}

/// A confusion matrix: how often a model took which class for which. The counts are row-major, a row for each true class.
///
/// A cell is coloured or shaded by its share of the samples of its row.
///
/// ```
/// use katachi::terminal::{Style, heat_map};
///
/// let text = heat_map(&["cat", "dog"], &[9, 1, 2, 8], Style::Plain)?;
/// assert_eq!(text, "     | cat dog\n-----+--------\n cat |   9   1\n dog |   2   8\n(a row for each true class)");
/// # Ok::<(), katachi::error::Error>(())
/// ```
pub fn heat_map<N: AsRef<str>>(names: &[N], counts: &[u64], style: Style) -> Result<String, Error> {
    let classes = names.len();
    if classes == 0 || classes.checked_mul(classes) != Some(counts.len()) {
        let problem = format!("{} counts for {classes} names, which make {classes} × {classes}", counts.len());
        return Err(Error::data(
            "terminal::heat_map",
            problem,
            "pass a name for each class, and all counts, row by row",
        ));
    }
    let names: Vec<String> = names.iter().map(|name| cut(name.as_ref(), 12, style)).collect();
    let length = |name: &String| name.chars().count();
    let first = names.iter().map(length).max().unwrap_or(0);
    let widest = counts.iter().max().map_or(1, |most| most.to_string().len());
    // The shade takes a place of its own before the number.
    let widest = widest + usize::from(style == Style::Shades);
    let width = names.iter().map(length).max().unwrap_or(0).min(6).max(widest);

    let (bar, dash, crossing) = if style == Style::Plain { ("|", "-", "+") } else { ("│", "─", "┼") };
    let heads: Vec<String> = names.iter().map(|name| format!(" {:>width$}", cut(name, width, style))).collect();
    let heads = heads.concat();
    let mut text = format!(" {:first$} {bar}{heads}\n", "");
    let _ = writeln!(text, "{}{crossing}{}", dash.repeat(first + 2), dash.repeat(heads.chars().count()));
    for (name, row) in names.iter().zip(counts.chunks_exact(classes)) {
        let samples = row.iter().map(|count| *count as f64).sum::<f64>().max(1.0);
        let cells: String = row.iter().map(|count| cell(*count, *count as f64 / samples, width, style)).collect();
        let _ = writeln!(text, " {name:<first$} {bar}{cells}");
    }
    text += "(a row for each true class)";
    Ok(text)
}

/// A count with its share of its row.
fn cell(count: u64, share: f64, width: usize, style: Style) -> String {
    match style {
        Style::Plain => format!(" {count:>width$}"),
        Style::Shades => {
            let shade = [' ', '░', '▒', '▓', '█'][(share * 4.0).ceil() as usize];
            format!(" {shade}{count:>0$}", width - 1)
        }
        Style::Colour => {
            // The greys to blues of the cube of 6 × 6 × 6 colours, and black or white on them.
            let (ground, ink) = [(231, 250), (195, 16), (153, 16), (111, 16), (69, 231), (27, 231), (18, 231)]
                [(share * 6.0).ceil() as usize];
            format!("\u{1b}[48;5;{ground};38;5;{ink}m {count:>width$}\u{1b}[0m")
        }
    }
}

/// A name in at most so many characters.
fn cut(name: &str, most: usize, style: Style) -> String {
    if name.chars().count() <= most {
        return name.to_owned();
    }
    let end = if style == Style::Plain { '.' } else { '…' };
    name.chars().take(most - 1).chain([end]).collect()
}

impl History {
    /// A line for each loss and metric: its course as blocks, the first value and the last.
    ///
    /// ```text
    /// loss          █▅▃▂▂▁▁▁  2.2045 → 0.1713
    /// val_accuracy  ▁▄▆▇████  0.3008 → 0.9554
    /// ```
    ///
    /// Of more than 60 epochs, as many evenly spaced ones are shown. A history without epochs is an empty text.
    pub fn sparkline(&self) -> String {
        const MOST: usize = 60;
        let longest = column_width(self.names().map(|name| name.chars().count()).max().unwrap_or(0));
        let line = |(name, values): (&str, &[f64])| {
            let count = values.len().min(MOST);
            let shown: Vec<f64> = (0..count)
                .map(|at| values[if count < 2 { 0 } else { at * (values.len() - 1) / (count - 1) }])
                .collect();
            let (first, last) = (significant(values[0]), significant(values[values.len() - 1]));
            format!("{name:<longest$}  {}  {first} → {last}", sparkline(&shown))
        };
        self.columns().filter(|(_, values)| !values.is_empty()).map(line).collect::<Vec<_>>().join("\n")
    }

    /// The course of a loss or metric as a chart of text, 60 characters wide and 10 high, with that of its validation if
    /// there is one: every second dot of it is left out.
    ///
    /// Errors are a name that was not computed, and a history without epochs. [`curves`] is the same for any values.
    pub fn terminal_curve(&self, name: &str) -> Result<String, Error> {
        let place = "the curve of a history";
        if self.epochs() == 0 {
            return Err(Error::data(
                place,
                "the history has no epoch",
                "train with `fit` first, for at least one epoch",
            ));
        }
        let Some(values) = self.get(name) else {
            let known: Vec<&str> = self.names().collect();
            let help = match nearest(name, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("there are {}", list(known.iter())),
            };
            return Err(Error::data(place, format!("`{name}` was not computed"), help));
        };
        let validation = format!("val_{name}");
        let mut shown = vec![(name, values)];
        shown.extend(self.get(&validation).map(|values| (validation.as_str(), values)));
        Ok(curves(&shown, 60, 10))
    }
}

/// The least and the largest that are finite; 0 and 0 of none.
fn range(values: &[f64]) -> (f64, f64) {
    let finite = values.iter().copied().filter(|value| value.is_finite());
    let (low, high) =
        finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    if low > high { (0.0, 0.0) } else { (low, high) }
}

/// Where a value stands between the least, 0, and the largest, 1; a half if they are equal. Halves are subtracted, because
/// the difference of two values may be infinite.
fn share(value: f64, low: f64, high: f64) -> f64 {
    if low < high { ((value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0)).clamp(0.0, 1.0) } else { 0.5 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history_of(columns: &[(&str, &[f64])]) -> History {
        let mut history = History::default();
        for epoch in 0..columns[0].1.len() {
            let row: Vec<_> = columns.iter().map(|(name, values)| ((*name).to_owned(), values[epoch])).collect();
            history.push(&row);
        }
        history
    }

    #[test]
    fn a_sparkline_has_a_block_for_each_value() {
        assert_eq!(sparkline(&[0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]), "▁▂▃▄▅▆▇█");
        assert_eq!(sparkline(&[1.0, f64::NAN, 0.0, f64::INFINITY]), "█ ▁ ");
        assert_eq!(sparkline(&[-f64::MAX, 0.0, f64::MAX]), "▁▅█");
        assert_eq!(sparkline(&[3.0, 3.0]), "▅▅");
        assert_eq!(sparkline(&[]), "");
    }

    #[test]
    fn a_history_is_a_line_for_each_name() {
        let history = history_of(&[("loss", &[2.0, 1.0, 0.5]), ("val_accuracy", &[0.5, 0.75, 1.0])]);
        assert_eq!(history.sparkline(), "loss          █▃▁  2.0000 → 0.5000\nval_accuracy  ▁▅█  0.5000 → 1.0000");
        let long: Vec<f64> = (0..1000).map(f64::from).collect();
        let line = history_of(&[("loss", &long)]).sparkline();
        assert_eq!(line.chars().filter(|letter| ('▁'..='█').contains(letter)).count(), 60);
        assert_eq!(History::default().sparkline(), "");
    }

    #[test]
    fn a_falling_line_goes_from_corner_to_corner() {
        let text = curves(&[("loss", &[1.0, 0.0])], 4, 2);
        let lines: Vec<&str> = text.lines().collect();
        // Independently of the letters: the first cell of the first line has its upper left dot, the last of the last its
        // lower right one.
        let dots = |letter: Option<char>| letter.unwrap() as u32 - 0x2800;
        assert_eq!(dots(lines[1].chars().nth(8)) & 1, 1);
        assert_eq!(dots(lines[2].chars().last()) & 128, 128);
        assert!(lines[1].starts_with("1.0000 ┤") && lines[2].starts_with("0.0000 ┤"));
        assert_eq!(lines[3], "        1  2");
    }

    #[test]
    fn a_second_curve_has_half_the_dots() {
        let count = |text: &str| {
            let braille =
                text.lines().skip(1).flat_map(str::chars).filter(|letter| ('\u{2800}'..='\u{28ff}').contains(letter));
            braille.map(|letter| (letter as u32 - 0x2800).count_ones()).sum::<u32>()
        };
        let flat: &[f64] = &[1.0; 5];
        assert_eq!(count(&curves(&[("loss", flat)], 20, 3)), 40);
        let nothing: &[f64] = &[];
        // The ends of its four parts are rounded.
        assert!((19..=21).contains(&count(&curves(&[("loss", nothing), ("val_loss", flat)], 20, 3))));
        assert_eq!(count(&curves(&[("loss", &[f64::NAN, f64::NAN])], 20, 3)), 0);
    }

    #[test]
    fn a_curve_of_a_history_shows_its_validation_or_says_what_is_meant() {
        let history = history_of(&[("loss", &[2.0, 1.0]), ("val_loss", &[2.5, 1.5])]);
        let text = history.terminal_curve("loss").unwrap();
        assert!(text.contains("⣀⣀ loss   ⢀⢀ val_loss"), "{text}");
        assert!(text.contains("2.5000 ┤") && text.contains("1.0000 ┤"), "{text}");
        assert_eq!(text.lines().count(), 12);
        let error = history.terminal_curve("los").unwrap_err().to_string();
        assert_eq!(error, "the curve of a history: `los` was not computed; did you mean `loss`?");
        assert!(History::default().terminal_curve("loss").is_err());
    }

    #[test]
    fn a_heat_map_has_three_styles() {
        let map = |style| heat_map(&["cat", "dog"], &[9, 1, 0, 10], style).unwrap();
        assert_eq!(
            map(Style::Plain),
            "     | cat dog\n-----+--------\n cat |   9   1\n dog |   0  10\n(a row for each true class)"
        );
        assert_eq!(
            map(Style::Shades),
            "     │ cat dog\n─────┼────────\n cat │ █ 9 ░ 1\n dog │   0 █10\n(a row for each true class)"
        );
        let coloured = map(Style::Colour);
        assert!(coloured.contains("\u{1b}[48;5;18;38;5;231m  10\u{1b}[0m"), "{coloured:?}");
        assert!(map(Style::Plain).is_ascii());
        let long = heat_map(&["a class with a long name", "b"], &[1, 0, 0, 1], Style::Plain).unwrap();
        assert!(long.is_ascii() && long.lines().all(|line| line.len() < 40), "{long}");
    }

    #[test]
    fn counts_that_make_no_square_are_refused() {
        let error = heat_map(&["cat"], &[1, 2], Style::Plain).unwrap_err().to_string();
        assert_eq!(
            error,
            "terminal::heat_map: 2 counts for 1 names, which make 1 × 1; pass a name for each class, and all counts, row by row"
        );
        assert!(heat_map::<&str>(&[], &[], Style::Plain).is_err());
    }
}
