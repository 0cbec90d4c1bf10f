//! How the elements of one tensor are written: all alike, so that columns stand below each other.

use core::fmt::{self, Write};

use crate::tensor::Dtype;

/// The widths of a column, and whether its numbers are powers of ten.
pub(super) struct Layout {
    scientific: bool,
    precision: usize,
    /// The most characters before the point; of all, where there is no point.
    left: usize,
    /// The most characters from the point to the power.
    right: usize,
    /// The characters of the power, as in `e+00`.
    power: usize,
}

impl Layout {
    /// The layout of the elements that `each` shows.
    pub(super) fn new<T: Dtype>(precision: usize, each: impl Fn(&mut dyn FnMut(T))) -> Self {
        let mut layout = Self { scientific: is_scientific(&each), precision, left: 0, right: 0, power: 0 };
        let mut word = 0;
        each(&mut |value| {
            let number = layout.number(value);
            let (left, right, power) = number.parts();
            if right.is_empty() && power.is_empty() {
                word = word.max(left.len());
            } else {
                layout.left = layout.left.max(left.len());
                layout.right = layout.right.max(right.len());
                layout.power = layout.power.max(power.len());
            }
        });
        // A word such as `nan` stands at the right of the whole column, and makes it as wide as itself.
        layout.left += word.saturating_sub(layout.width());
        layout
    }

    /// How many characters an element takes.
    pub(super) fn width(&self) -> usize {
        self.left + self.right + self.power
    }

    /// Writes one element.
    pub(super) fn write<T: Dtype>(&self, f: &mut fmt::Formatter<'_>, value: T) -> fmt::Result {
        let number = self.number(value);
        let (left, right, power) = number.parts();
        if right.is_empty() {
            return write!(f, "{left:>width$}", width = self.width());
        }
        write!(f, "{left:>width$}{right}", width = self.left)?;
        let filler = if self.scientific { '0' } else { ' ' };
        for _ in right.len()..self.right {
            f.write_char(filler)?;
        }
        write!(f, "{power:<width$}", width = self.power)
    }

    /// An element without its padding: a float has a point and no zeros at its end.
    fn number<T: Dtype>(&self, value: T) -> Text {
        let Some(float) = value.to_float() else { return Text::of(|text| value.write(text, false, None)) };
        if float.is_nan() {
            return Text::of(|text| text.write_str("nan"));
        }
        if float.is_infinite() {
            return Text::of(|text| text.write_str(if float > 0.0 { "inf" } else { "-inf" }));
        }
        let digits = |precision| Text::of(|text| value.write(text, self.scientific, precision));
        let mut number = digits(None);
        if number.parts().1.len() > self.precision + 1 {
            number = digits(Some(self.precision));
        }
        let (left, right, power) = number.parts();
        let fraction = right.trim_start_matches('.').trim_end_matches('0');
        let exponent: Option<i32> = power.strip_prefix('e').and_then(|power| power.parse().ok());
        Text::of(|text| {
            write!(text, "{left}.{fraction}")?;
            exponent.map_or(Ok(()), |exponent| write!(text, "e{exponent:+03}"))
        })
    }
}

/// `NumPy`'s rule: powers of ten where a number is very large or very small, or where they lie far apart.
fn is_scientific<T: Dtype>(each: &impl Fn(&mut dyn FnMut(T))) -> bool {
    let (mut least, mut greatest) = (f64::INFINITY, 0.0_f64);
    each(&mut |value| {
        let size = value.to_float().map_or(0.0, f64::abs);
        if size > 0.0 && size.is_finite() {
            (least, greatest) = (least.min(size), greatest.max(size));
        }
    });
    greatest > 0.0 && (greatest >= 1e8 || least < 1e-4 || greatest / least > 1000.0)
}

/// A short text on the stack: longer than any number that is laid out.
struct Text {
    bytes: [u8; 64],
    length: usize,
}

impl Text {
    /// The text that a function writes, or its beginning.
    fn of(write: impl FnOnce(&mut Self) -> fmt::Result) -> Self {
        let mut text = Self { bytes: [0; 64], length: 0 };
        // What is too long is cut, which is no error here.
        let _ = write(&mut text);
        text
    }

    /// What stands before the point, from the point on, and from the `e` on.
    fn parts(&self) -> (&str, &str, &str) {
        let text = core::str::from_utf8(&self.bytes[..self.length]).unwrap_or_default();
        let (digits, power) =
            text.split_at(text.rfind('e').filter(|_| text.starts_with(is_digit)).unwrap_or(text.len()));
        let (left, right) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
        (left, right, power)
    }
}

impl Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        let room = self.bytes.get_mut(self.length..self.length + more.len()).ok_or(fmt::Error)?;
        room.copy_from_slice(more.as_bytes());
        self.length += more.len();
        Ok(())
    }
}

/// Whether a character begins a number, and no word such as `true`.
fn is_digit(first: char) -> bool {
    first == '-' || first.is_ascii_digit()
}
