//! Draws the first values of a parameter.

use katachi_core::element::Element;
use katachi_core::random::{Random, Use};

use super::orthogonal::orthogonal;
use super::{Distribution, Fan, Initializer};

/// The standard deviation of a standard normal that is truncated at ±2.
const TRUNCATED_DEVIATION: f64 = 0.879_625_661_034_239_8;

impl Initializer {
    /// Fills the values of a parameter of this `shape`, row-major.
    ///
    /// Each `stream` of a seed has numbers of its own; a model uses the parameter's index, so that another size of one
    /// layer leaves the numbers of the others alone. They are drawn as `f64` and then rounded, so a model of `f32`
    /// begins with the numbers of the same model of `f64`, rounded.
    ///
    /// ```
    /// use katachi::Initializer;
    ///
    /// let mut weight = [0.0_f32; 6];
    /// Initializer::GlorotUniform.fill(&[2, 3], 22, 0, &mut weight);
    /// let limit = (6.0_f32 / (2.0 + 3.0)).sqrt();
    /// assert!(weight.iter().all(|w| w.abs() <= limit));
    /// ```
    pub fn fill<T: Element>(self, shape: &[usize], seed: u64, stream: u64, values: &mut [T]) {
        let (inputs, outputs) = fans(shape);
        let sum = inputs + outputs;
        match self {
            Self::Zeros => values.fill(T::ZERO),
            Self::Ones => values.fill(T::ONE),
            Self::Constant(value) => values.fill(T::from_f64(value)),
            Self::GlorotUniform => fill_uniform(Element::sqrt(6.0 / sum), seed, stream, values),
            Self::GlorotNormal => fill_normal(Element::sqrt(2.0 / sum), seed, stream, values),
            Self::HeUniform => fill_uniform(Element::sqrt(6.0 / inputs), seed, stream, values),
            Self::HeNormal => fill_normal(Element::sqrt(2.0 / inputs), seed, stream, values),
            Self::LecunUniform => fill_uniform(Element::sqrt(3.0 / inputs), seed, stream, values),
            Self::LecunNormal => fill_normal(Element::sqrt(1.0 / inputs), seed, stream, values),
            Self::RandomUniform { minval, maxval } => {
                fill(seed, stream, values, |random| minval + (maxval - minval) * random.unit());
            }
            Self::RandomNormal { mean, stddev } => {
                fill(seed, stream, values, |random| mean + stddev * normal(random));
            }
            Self::TruncatedNormal { mean, stddev } => {
                fill(seed, stream, values, |random| mean + stddev * truncated_normal(random));
            }
            Self::VarianceScaling { scale, mode, distribution } => {
                let fan = match mode {
                    Fan::In => inputs,
                    Fan::Out => outputs,
                    Fan::Average => sum / 2.0,
                };
                let variance = scale / fan.max(1.0);
                match distribution {
                    Distribution::TruncatedNormal => fill_normal(Element::sqrt(variance), seed, stream, values),
                    Distribution::UntruncatedNormal => {
                        fill(seed, stream, values, |random| Element::sqrt(variance) * normal(random));
                    }
                    Distribution::Uniform => fill_uniform(Element::sqrt(3.0 * variance), seed, stream, values),
                }
            }
            Self::Orthogonal { gain } => {
                let (rows, columns) = matrix(shape);
                let mut random = Random::new(seed, Use::Parameters, stream);
                let q = orthogonal(rows, columns, || normal(&mut random));
                for (value, q) in values.iter_mut().zip(q) {
                    *value = T::from_f64(gain * q);
                }
            }
            Self::Identity { gain } => {
                let (_, columns) = matrix(shape);
                for (index, value) in values.iter_mut().enumerate() {
                    let is_diagonal = index / columns == index % columns;
                    *value = if is_diagonal { T::from_f64(gain) } else { T::ZERO };
                }
            }
        }
    }
}

/// The sizes as those of a matrix: all but the last are its rows. A vector is a column.
fn matrix(shape: &[usize]) -> (usize, usize) {
    match *shape {
        [] => (1, 1),
        [size] => (size, 1),
        [ref rows @ .., columns] => (rows.iter().product(), columns),
    }
}

/// Fan-in and fan-out, as Keras' `compute_fans`.
fn fans(shape: &[usize]) -> (f64, f64) {
    match *shape {
        [] => (1.0, 1.0),
        [size] => (size as f64, size as f64),
        [ref receptive @ .., inputs, outputs] => {
            let field: f64 = receptive.iter().map(|&size| size as f64).product();
            (inputs as f64 * field, outputs as f64 * field)
        }
    }
}

fn fill_uniform<T: Element>(limit: f64, seed: u64, stream: u64, values: &mut [T]) {
    fill(seed, stream, values, |random| limit * between_minus_one_and_one(random));
}

fn fill_normal<T: Element>(deviation: f64, seed: u64, stream: u64, values: &mut [T]) {
    fill(seed, stream, values, |random| deviation / TRUNCATED_DEVIATION * truncated_normal(random));
}

fn fill<T: Element>(seed: u64, stream: u64, values: &mut [T], draw: impl Fn(&mut Random) -> f64) {
    let mut random = Random::new(seed, Use::Parameters, stream);
    for value in values {
        *value = T::from_f64(draw(&mut random));
    }
}

fn between_minus_one_and_one(random: &mut Random) -> f64 {
    2.0 * random.unit() - 1.0
}

/// A standard normal, by Marsaglia's polar method, which needs no sine. Of each pair one is used.
fn normal(random: &mut Random) -> f64 {
    loop {
        let (x, y) = (between_minus_one_and_one(random), between_minus_one_and_one(random));
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            return x * Element::sqrt(-2.0 * Element::ln(square) / square);
        }
    }
}

/// A standard normal, truncated at ±2.
///
/// By rejection: a point in the interval is kept with the probability exp(-x²/2), three out of five. That is exact,
/// and needs nothing but `exp`, which gives the same bits on every machine.
fn truncated_normal(random: &mut Random) -> f64 {
    loop {
        let x = 2.0 * between_minus_one_and_one(random);
        if random.unit() < Element::exp(-0.5 * x * x) {
            return x;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Initializer::{self, *};
    use super::{Distribution, Fan};

    const SHAPE: [usize; 2] = [300, 100];

    fn filled(initializer: Initializer, seed: u64, stream: u64) -> Vec<f64> {
        let mut values = vec![f64::NAN; SHAPE[0] * SHAPE[1]];
        initializer.fill(&SHAPE, seed, stream, &mut values);
        values
    }

    #[test]
    fn constants_are_constant() {
        for (initializer, value) in [(Zeros, 0.0), (Ones, 1.0), (Constant(-2.5), -2.5)] {
            assert!(filled(initializer, 1, 2).iter().all(|&v| v == value));
        }
    }

    #[test]
    fn bounds_mean_and_variance_are_those_of_the_papers() {
        for (initializer, bound, variance) in [
            (GlorotUniform, (6.0_f64 / 400.0).sqrt(), 2.0 / 400.0),
            (HeUniform, (6.0_f64 / 300.0).sqrt(), 2.0 / 300.0),
            (LecunUniform, (3.0_f64 / 300.0).sqrt(), 1.0 / 300.0),
            (GlorotNormal, 2.0 * (2.0_f64 / 400.0).sqrt() / 0.879_625_661, 2.0 / 400.0),
            (HeNormal, 2.0 * (2.0_f64 / 300.0).sqrt() / 0.879_625_661, 2.0 / 300.0),
            (LecunNormal, 2.0 * (1.0_f64 / 300.0).sqrt() / 0.879_625_661, 1.0 / 300.0),
            (RandomUniform { minval: -0.3, maxval: 0.3 }, 0.3, 0.03),
            // The share of the variance that a cut at two deviations leaves (Johnson, Kotz and Balakrishnan, 1994, 13.10).
            (TruncatedNormal { mean: 0.0, stddev: 0.5 }, 1.0, 0.773_741_302 / 4.0),
            (scaling(1.5, Fan::In, Distribution::Uniform), (4.5_f64 / 300.0).sqrt(), 1.5 / 300.0),
            (scaling(1.5, Fan::Out, Distribution::Uniform), (4.5_f64 / 100.0).sqrt(), 1.5 / 100.0),
            (scaling(1.5, Fan::Average, Distribution::Uniform), (4.5_f64 / 200.0).sqrt(), 1.5 / 200.0),
            (
                scaling(1.5, Fan::Average, Distribution::TruncatedNormal),
                2.0 * (1.5_f64 / 200.0).sqrt() / 0.879_625_661,
                1.5 / 200.0,
            ),
        ] {
            let values = filled(initializer, 22, 3);
            let count = values.len() as f64;
            let (mean, measured) = mean_and_variance(&values);
            let largest = values.iter().fold(0.0_f64, |largest, v| largest.max(v.abs()));
            assert!(largest <= bound * (1.0 + 1e-9), "{initializer:?} reaches {largest}, beyond {bound}");
            assert!(largest > 0.99 * bound, "{initializer:?} only reaches {largest} of {bound}");
            // Five standard errors of the mean; 3 % of the variance is more than five of its own.
            assert!(mean.abs() < 5.0 * (variance / count).sqrt(), "{initializer:?} has mean {mean}");
            assert!((measured / variance - 1.0).abs() < 0.03, "{initializer:?} has variance {measured}");
        }
    }

    fn scaling(scale: f64, mode: Fan, distribution: Distribution) -> Initializer {
        VarianceScaling { scale, mode, distribution }
    }

    fn mean_and_variance(values: &[f64]) -> (f64, f64) {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        (mean, values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count)
    }

    #[test]
    fn normal_numbers_are_distributed_so() {
        for (initializer, mean, deviation) in [
            (RandomNormal { mean: 3.0, stddev: 0.5 }, 3.0, 0.5),
            (scaling(2.0, Fan::In, Distribution::UntruncatedNormal), 0.0, (2.0_f64 / 300.0).sqrt()),
        ] {
            let values = filled(initializer, 7, 1);
            let count = values.len() as f64;
            let (measured, variance) = mean_and_variance(&values);
            assert!((measured - mean).abs() < 5.0 * deviation / count.sqrt(), "{initializer:?} has mean {measured}");
            assert!((variance / deviation.powi(2) - 1.0).abs() < 0.05, "{initializer:?} has variance {variance}");
            // Φ(1) and Φ(2): within five standard errors of a share.
            for (deviations, share) in [(1.0, 0.682_689_492), (2.0, 0.954_499_736)] {
                let within =
                    values.iter().filter(|v| (*v - mean).abs() < deviations * deviation).count() as f64 / count;
                let error = (share * (1.0 - share) / count).sqrt();
                assert!(
                    (within - share).abs() < 5.0 * error,
                    "{initializer:?}: {within} within {deviations} deviations"
                );
            }
        }
    }

    #[test]
    fn means_and_bounds_are_where_they_are_said_to_be() {
        let uniform = filled(RandomUniform { minval: 2.0, maxval: 2.5 }, 7, 1);
        assert!(uniform.iter().all(|v| (2.0..2.5).contains(v)));
        assert!((mean_and_variance(&uniform).0 - 2.25).abs() < 0.005);
        let truncated = filled(TruncatedNormal { mean: -4.0, stddev: 0.1 }, 7, 1);
        assert!(truncated.iter().all(|v| (-4.2..-3.8).contains(v)));
        assert!((mean_and_variance(&truncated).0 + 4.0).abs() < 0.005);
    }

    #[test]
    fn scalings_are_the_named_ones() {
        for (named, scaled) in [
            (GlorotUniform, scaling(1.0, Fan::Average, Distribution::Uniform)),
            (GlorotNormal, scaling(1.0, Fan::Average, Distribution::TruncatedNormal)),
            (HeUniform, scaling(2.0, Fan::In, Distribution::Uniform)),
            (HeNormal, scaling(2.0, Fan::In, Distribution::TruncatedNormal)),
            (LecunUniform, scaling(1.0, Fan::In, Distribution::Uniform)),
            (LecunNormal, scaling(1.0, Fan::In, Distribution::TruncatedNormal)),
        ] {
            let (named, scaled) = (filled(named, 3, 4), filled(scaled, 3, 4));
            assert!(named.iter().zip(&scaled).all(|(a, b)| (a - b).abs() <= 1e-15));
        }
    }

    #[test]
    fn orthogonal_matrices_are_orthogonal_and_as_long_as_their_gain() {
        for shape in [[12, 5], [5, 12], [9, 9]] {
            let [rows, columns] = shape;
            let mut q = vec![f64::NAN; rows * columns];
            Orthogonal { gain: 2.0 }.fill(&shape, 22, 0, &mut q);
            let at = |i: usize, k: usize| if rows < columns { q[i * columns + k] } else { q[k * columns + i] };
            for i in 0..rows.min(columns) {
                for j in 0..rows.min(columns) {
                    let product: f64 = (0..rows.max(columns)).map(|k| at(i, k) * at(j, k)).sum();
                    assert!((product - if i == j { 4.0 } else { 0.0 }).abs() < 1e-13, "{shape:?}: {i} {j}");
                }
            }
        }
        // Of several axes all but the last are the rows.
        let (mut kernel, mut flat) = (vec![0.0; 24], vec![0.0; 24]);
        Orthogonal { gain: 1.0 }.fill(&[2, 4, 3], 1, 2, &mut kernel);
        Orthogonal { gain: 1.0 }.fill(&[8, 3], 1, 2, &mut flat);
        assert_eq!(kernel, flat);
    }

    #[test]
    fn identity_is_a_diagonal() {
        let mut values = [f64::NAN; 9];
        Identity { gain: 1.5 }.fill(&[3, 3], 0, 0, &mut values);
        assert_eq!(values, [1.5, 0.0, 0.0, 0.0, 1.5, 0.0, 0.0, 0.0, 1.5]);
    }

    #[test]
    fn a_seed_and_a_stream_decide_every_number() {
        for initializer in [GlorotUniform, RandomNormal { mean: 0.0, stddev: 1.0 }, Orthogonal { gain: 1.0 }] {
            let first = filled(initializer, 22, 0);
            assert_eq!(first, filled(initializer, 22, 0));
            assert_ne!(first, filled(initializer, 23, 0));
            assert_ne!(first, filled(initializer, 22, 1));
        }
    }

    #[test]
    fn f32_begins_with_the_rounded_numbers_of_f64() {
        for initializer in [GlorotUniform, HeNormal] {
            let mut single = vec![0.0_f32; SHAPE[0] * SHAPE[1]];
            initializer.fill(&SHAPE, 5, 1, &mut single);
            #[allow(clippy::cast_possible_truncation, reason = "rounding is the claim")]
            let rounded: Vec<f32> = filled(initializer, 5, 1).into_iter().map(|v| v as f32).collect();
            assert_eq!(single, rounded);
        }
    }

    #[test]
    fn fans_are_those_of_keras() {
        assert_eq!(super::fans(&[]), (1.0, 1.0));
        assert_eq!(super::fans(&[7]), (7.0, 7.0));
        assert_eq!(super::fans(&[784, 700]), (784.0, 700.0));
        assert_eq!(super::fans(&[5, 5, 6, 16]), (150.0, 400.0));
    }
}
