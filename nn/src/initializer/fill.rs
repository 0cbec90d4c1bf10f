//! Draws the first values of a parameter.

use katachi_core::element::Element;
use katachi_core::random::{Random, Use};

use super::Initializer;

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
        }
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
    let mut random = Random::new(seed, Use::Parameters, stream);
    for value in values {
        *value = T::from_f64(limit * between_minus_one_and_one(&mut random));
    }
}

fn fill_normal<T: Element>(deviation: f64, seed: u64, stream: u64, values: &mut [T]) {
    let mut random = Random::new(seed, Use::Parameters, stream);
    for value in values {
        *value = T::from_f64(deviation / TRUNCATED_DEVIATION * truncated_normal(&mut random));
    }
}

fn between_minus_one_and_one(random: &mut Random) -> f64 {
    2.0 * random.unit() - 1.0
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
        ] {
            let values = filled(initializer, 22, 3);
            let count = values.len() as f64;
            let mean = values.iter().sum::<f64>() / count;
            let measured = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
            let largest = values.iter().fold(0.0_f64, |largest, v| largest.max(v.abs()));
            assert!(largest <= bound * (1.0 + 1e-9), "{initializer:?} reaches {largest}, beyond {bound}");
            assert!(largest > 0.99 * bound, "{initializer:?} only reaches {largest} of {bound}");
            // Five standard errors of the mean; 3 % of the variance is more than five of its own.
            assert!(mean.abs() < 5.0 * (variance / count).sqrt(), "{initializer:?} has mean {mean}");
            assert!((measured / variance - 1.0).abs() < 0.03, "{initializer:?} has variance {measured}");
        }
    }

    #[test]
    fn a_seed_and_a_stream_decide_every_number() {
        let first = filled(GlorotUniform, 22, 0);
        assert_eq!(first, filled(GlorotUniform, 22, 0));
        assert_ne!(first, filled(GlorotUniform, 23, 0));
        assert_ne!(first, filled(GlorotUniform, 22, 1));
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
