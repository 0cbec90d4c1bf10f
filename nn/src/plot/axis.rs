//! An axis: which values it covers, where they stand, and the ticks that are written at it.

/// Values beyond are left out like infinite ones: the difference of two would be infinite.
const LARGEST: f64 = 1e300;

/// The values along one side of a panel.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Axis {
    pub low: f64,
    pub high: f64,
    pub logarithmic: bool,
    /// Whether ticks stand at whole numbers only.
    pub whole: bool,
}

impl Axis {
    /// Whether a value can be shown.
    pub fn shows(value: f64, logarithmic: bool) -> bool {
        value.is_finite() && value.abs() <= LARGEST && (!logarithmic || value > 0.0)
    }

    /// An axis for all that can be shown of these values, with some room around them.
    pub fn around(values: impl Iterator<Item = f64>, logarithmic: bool) -> Self {
        let shown = values.filter(|value| Self::shows(*value, logarithmic));
        let (low, high) =
            shown.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        let (low, high) = if low > high { (1.0, 1.0) } else { (low, high) };
        if logarithmic {
            let (low, high) = (low.log10(), high.log10());
            let room = if high - low < 1e-9 { 0.3 } else { (high - low) * 0.04 };
            let (low, high) = (10_f64.powf(low - room), 10_f64.powf(high + room));
            return Self { low: low.max(f64::MIN_POSITIVE), high, logarithmic, whole: false };
        }
        let span = high - low;
        let magnitude = low.abs().max(high.abs());
        let room = if span > magnitude * 1e-12 { span * 0.04 } else { (magnitude * 0.1).max(1e-290) };
        let room = if magnitude == 0.0 { 1.0 } else { room };
        Self { low: low - room, high: high + room, logarithmic, whole: false }
    }

    /// From 0, or the least value below it, to the largest.
    pub fn from_zero(values: impl Iterator<Item = f64>) -> Self {
        let high = values.filter(|value| Self::shows(*value, false)).fold(0.0, f64::max);
        Self { low: 0.0, high: if high == 0.0 { 1.0 } else { high * 1.04 }, logarithmic: false, whole: false }
    }

    /// With ticks at whole numbers only, such as epochs.
    pub fn whole(mut self) -> Self {
        self.whole = true;
        self
    }

    /// Where a value stands: 0 at the low end, 1 at the high.
    pub fn fraction(&self, value: f64) -> f64 {
        if self.logarithmic {
            return (value / self.low).log10() / (self.high / self.low).log10();
        }
        (value - self.low) / (self.high - self.low)
    }

    /// At most so many ticks, but at least one: each value and its text.
    pub fn ticks(&self, most: usize) -> Vec<(f64, String)> {
        let most = most.max(1);
        let values = if self.logarithmic { self.powers(most) } else { Vec::new() };
        if !values.is_empty() {
            return values.into_iter().map(|value| (value, power_text(value))).collect();
        }
        let (values, exponent) = self.steps(most);
        let largest = values.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        values.into_iter().map(|value| (value, text(value, exponent, largest))).collect()
    }

    /// Multiples of 1, 2 or 5 times a power of ten, and the exponent of that power.
    fn steps(&self, most: usize) -> (Vec<f64>, i32) {
        let span = self.high - self.low;
        let mut exponent = (span / most as f64).log10().floor() as i32;
        exponent = if self.whole { exponent.max(0) } else { exponent };
        loop {
            for factor in [1.0, 2.0, 5.0] {
                let step = factor * 10_f64.powi(exponent);
                let (first, last) = ((self.low / step).ceil(), (self.high / step).floor());
                if last - first < most as f64 {
                    let count = (last - first).max(-1.0) as usize + 1;
                    // The product of whole numbers and the power is the value nearest to what is written.
                    let value = |index: usize| {
                        let multiple = (first + index as f64) * factor;
                        if exponent < 0 { multiple / 10_f64.powi(-exponent) } else { multiple * 10_f64.powi(exponent) }
                    };
                    return ((0..count).map(value).collect(), exponent);
                }
            }
            exponent += 1;
        }
    }

    /// Powers of ten, with 2 and 5 times them if there is room; none if fewer than two powers are covered.
    fn powers(&self, most: usize) -> Vec<f64> {
        let (first, last) = (self.low.log10().ceil() as i32, self.high.log10().floor() as i32);
        if last <= first {
            return Vec::new();
        }
        let covered = |value: &f64| (self.low..=self.high).contains(value);
        let fine = (first - 1..=last).flat_map(|power| [1.0, 2.0, 5.0].map(|factor| times_power(factor, power)));
        let fine: Vec<f64> = fine.filter(covered).collect();
        if fine.len() <= most {
            return fine;
        }
        let stride = ((last - first + 1) as usize).div_ceil(most);
        (first..=last).step_by(stride).map(|power| times_power(1.0, power)).filter(covered).collect()
    }
}

fn times_power(factor: f64, power: i32) -> f64 {
    if power < 0 { factor / 10_f64.powi(-power) } else { factor * 10_f64.powi(power) }
}

fn power_text(value: f64) -> String {
    if (1e-3..1e5).contains(&value) { format!("{value}") } else { format!("{value:e}") }
}

/// A multiple of a power of ten with the decimals that this power needs.
fn text(value: f64, exponent: i32, largest: f64) -> String {
    if value == 0.0 {
        return "0".into();
    }
    if (1e-3..1e6).contains(&largest) {
        let decimals = usize::try_from(-exponent).unwrap_or(0);
        return minus(&format!("{value:.decimals$}"));
    }
    let own = value.abs().log10().floor() as i32;
    let decimals = usize::try_from(own - exponent).unwrap_or(0).min(6);
    minus(&format!("{value:.decimals$e}"))
}

/// With a minus sign for the hyphen before the number.
fn minus(text: &str) -> String {
    text.strip_prefix('-').map_or_else(|| text.to_owned(), |positive| format!("−{positive}"))
}

/// A value with at most so many significant digits, for a text beside a mark.
pub(super) fn short(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    if !(1e-3..1e6).contains(&value.abs()) {
        return minus(&format!("{value:.2e}"));
    }
    let decimals = usize::try_from(2 - value.abs().log10().floor() as i32).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text };
    minus(&text)
}
