//! A thousand random functions in the language (`build.rs` writes them): each gradient against central differences.
//!
//! Its own binary: a change of another test does not compile the thousand again.
#![allow(missing_docs, clippy::pedantic, reason = "what is generated here explains itself by its source")]

use katachi::{Shape, Tensor};

#[path = "check.rs"]
#[allow(dead_code, reason = "the other binary uses the rest")]
mod check;

include!(concat!(env!("OUT_DIR"), "/random_graphs.rs"));

/// A function of the language, its arguments packed into one slice.
pub struct Case {
    pub name: &'static str,
    pub source: &'static str,
    /// How many values the arguments have.
    pub arguments: usize,
    pub value: fn(&[f64]) -> f64,
    pub gradient: fn(&[f64]) -> Vec<f64>,
    pub value_and_gradient: fn(&[f64]) -> (f64, Vec<f64>),
}

/// An argument, or the gradient with respect to one.
pub trait Argument {
    fn from_values(values: &[f64]) -> Self;
    fn values(&self) -> &[f64];
    fn size() -> usize;
}

impl Argument for f64 {
    fn from_values(values: &[f64]) -> Self {
        values[0]
    }

    fn values(&self) -> &[f64] {
        std::slice::from_ref(self)
    }

    fn size() -> usize {
        1
    }
}

impl<const N: usize> Argument for [f64; N] {
    fn from_values(values: &[f64]) -> Self {
        std::array::from_fn(|index| values[index])
    }

    fn values(&self) -> &[f64] {
        self
    }

    fn size() -> usize {
        N
    }
}

impl<S: Shape> Argument for Tensor<S, f64> {
    fn from_values(values: &[f64]) -> Self {
        Tensor::from_fn(|index| values[index])
    }

    fn values(&self) -> &[f64] {
        self.as_slice()
    }

    fn size() -> usize {
        S::SIZE
    }
}

/// The next argument.
pub fn read<A: Argument>(values: &mut &[f64]) -> A {
    let (argument, rest) = values.split_at(A::size());
    *values = rest;
    A::from_values(argument)
}

/// The gradients with respect to all arguments.
pub trait Gradients {
    fn append_to(&self, values: &mut Vec<f64>);
}

impl<A: Argument> Gradients for A {
    fn append_to(&self, values: &mut Vec<f64>) {
        values.extend_from_slice(self.values());
    }
}

macro_rules! tuples {
    ($(($($name:ident),+))*) => {
        $(impl<$($name: Argument),+> Gradients for ($($name,)+) {
            fn append_to(&self, values: &mut Vec<f64>) {
                #[allow(non_snake_case, reason = "the names are those of the types")]
                let ($($name,)+) = self;
                $(values.extend_from_slice($name.values());)+
            }
        })*
    };
}

tuples! { (A, B) (A, B, C) }

/// All gradients as one slice, in the order of the arguments.
pub fn flat(gradients: &impl Gradients) -> Vec<f64> {
    let mut values = Vec::new();
    gradients.append_to(&mut values);
    values
}

const STEP: f64 = 1e-4;

/// The derivative by four values, whose error is of the fourth order in the step (Abramowitz and Stegun, 25.3.21).
fn difference(f: impl Fn(f64) -> f64, step: f64) -> f64 {
    (8.0 * (f(step) - f(-step)) - (f(2.0 * step) - f(-2.0 * step))) / (12.0 * step)
}

/// The central differences at a point, unless there is a kink so near that the two steps disagree.
///
/// Only values of the function decide that, so a wrong gradient cannot pass for a kink.
fn differences(f: fn(&[f64]) -> f64, point: &[f64]) -> Option<Vec<f64>> {
    (0..point.len())
        .map(|index| {
            let shifted = |by: f64| {
                let mut point = point.to_vec();
                point[index] += by;
                f(&point)
            };
            let (wide, narrow) = (difference(shifted, STEP), difference(shifted, STEP / 2.0));
            let off = (wide - narrow).abs() / wide.abs().max(scale(f(point)));
            (off < 1e-8).then_some(narrow)
        })
        .collect()
}

/// What the smallest derivative counts as: rounding of the function's value makes an error, whatever the derivative.
fn scale(value: f64) -> f64 {
    1e-2 * value.abs().max(1.0)
}

/// Panics unless the function's gradient is that of its differences to 1e-6. Whether any of it is not 0.
fn check(case: &Case, seed: u64) -> bool {
    let Case { name, source, .. } = case;
    let mut numbers = check::Numbers(seed);
    let smooth = (0..100).find_map(|_| {
        let point = numbers.take(case.arguments);
        differences(case.value, &point).map(|differences| (point, differences))
    });
    let (point, expected) = smooth.unwrap_or_else(|| panic!("{name}: 100 points, each with a kink\n{source}"));

    let value = (case.value)(&point);
    let gradient = (case.gradient)(&point);
    assert_eq!(gradient.len(), expected.len(), "{name}: length\n{source}");
    for (index, (actual, expected)) in std::iter::zip(&gradient, expected).enumerate() {
        let off = (actual - expected).abs() / actual.abs().max(expected.abs()).max(scale(value));
        // Written so that NaN is not close to anything.
        assert!(off <= 1e-6, "{name}[{index}]: {actual} is not {expected}, off by {off:e}\n{source}at {point:?}");
    }
    assert_eq!((case.value_and_gradient)(&point), (value, gradient.clone()), "{name}\n{source}");
    gradient.iter().any(|value| value.abs() > 1e-3)
}

#[test]
fn a_thousand_gradients_agree_with_central_differences() {
    let cases: Vec<&Case> = PARTS.iter().copied().flatten().collect();
    assert_eq!(cases.len(), 1000);
    let moving = (0..).zip(&cases).filter(|(seed, case)| check(case, *seed)).count();
    assert!(moving > 970, "only {moving} gradients are not all zero");
}
