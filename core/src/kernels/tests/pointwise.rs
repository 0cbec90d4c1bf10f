//! Activations, dropout and penalties.

use std::vec;
use std::vec::Vec;

use super::{assert_close, numbers, on_every_processor};
use crate::activation::{Activation, Saved};
use crate::kernels::{activate, activation_adjoint, dropout, penalty};

fn all() -> [Activation<f64>; 14] {
    [
        Activation::Linear,
        Activation::Relu,
        Activation::Relu6,
        Activation::LeakyRelu { negative_slope: -0.3 },
        Activation::Elu { alpha: 0.7 },
        Activation::Selu,
        Activation::Gelu,
        Activation::GeluTanh,
        Activation::Silu,
        Activation::Sigmoid,
        Activation::HardSigmoid,
        Activation::Tanh,
        Activation::Softplus,
        Activation::Softsign,
    ]
}

/// By the textbook, with the standard library.
fn textbook(activation: Activation<f64>, x: f64) -> f64 {
    let sigmoid = 1.0 / (1.0 + (-x).exp());
    let elu = |alpha: f64| if x > 0.0 { x } else { alpha * x.exp_m1() };
    match activation {
        Activation::Linear => x,
        Activation::Relu => x.max(0.0),
        Activation::Relu6 => x.clamp(0.0, 6.0),
        Activation::LeakyRelu { negative_slope } => x.max(0.0) + negative_slope * x.min(0.0),
        Activation::Elu { alpha } => elu(alpha),
        Activation::Selu => 1.050_700_987_355_480_5 * elu(1.673_263_242_354_377_2),
        Activation::Gelu => {
            // Φ by its integral: Simpson's rule on the density.
            let density = |t: f64| (-t * t / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
            let (n, h) = (2000, x / 2000.0);
            let inner: f64 = (1..n).map(|i| if i % 2 == 1 { 4.0 } else { 2.0 } * density(f64::from(i) * h)).sum();
            x * (0.5 + h / 3.0 * (density(0.0) + inner + density(x)))
        }
        Activation::GeluTanh => {
            x / 2.0 * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044_715 * x.powi(3))).tanh())
        }
        Activation::Silu => x * sigmoid,
        Activation::Sigmoid => sigmoid,
        Activation::HardSigmoid => (x / 6.0 + 0.5).clamp(0.0, 1.0),
        Activation::Tanh => x.tanh(),
        Activation::Softplus => x.exp().ln_1p(),
        Activation::Softsign => x / (1.0 + x.abs()),
    }
}

/// From -8 to 8, kinks (-3, 0, 3, 6) left out.
fn inputs() -> Vec<f64> {
    (0..161).map(|i| f64::from(i) / 10.0 - 8.003).collect()
}

#[test]
fn activations_are_the_textbook_s() {
    on_every_processor(|| {
        for activation in all() {
            let x = inputs();
            let expected: Vec<f64> = x.iter().map(|x| textbook(activation, *x)).collect();
            let mut y = x.clone();
            activate(activation, &mut y);
            assert_close("activate", &y, &expected, 1e-13);
        }
    });
}

#[test]
fn derivatives_are_central_differences() {
    on_every_processor(|| {
        for activation in all() {
            let x = inputs();
            let saved: Vec<f64> = match activation.saves() {
                Saved::Input => x.clone(),
                Saved::Output => x.iter().map(|x| activation.apply(*x)).collect(),
                Saved::Nothing => vec![],
            };
            let h = 1e-5;
            let expected: Vec<f64> =
                x.iter().map(|x| 3.0 * (activation.apply(x + h) - activation.apply(x - h)) / (2.0 * h)).collect();
            assert!(expected.iter().any(|d| d.abs() > 0.1), "{activation:?} has a derivative");
            let mut dy = vec![3.0; x.len()];
            activation_adjoint(activation, &saved, &mut dy);
            assert_close("activation_adjoint", &dy, &expected, 1e-8);
        }
    });
}

/// Single precision has coefficients and thresholds of its own.
#[test]
fn single_precision_agrees_with_double() {
    on_every_processor(|| {
        for (single, double) in [
            (Activation::Selu, Activation::Selu),
            (Activation::Gelu, Activation::Gelu),
            (Activation::GeluTanh, Activation::GeluTanh),
            (Activation::Silu, Activation::Silu),
            (Activation::Softplus, Activation::Softplus),
            (Activation::Tanh, Activation::Tanh),
            (Activation::HardSigmoid, Activation::HardSigmoid),
            (Activation::Elu { alpha: 1.0 }, Activation::Elu { alpha: 1.0 }),
        ] {
            let mut x = numbers::<f32>(5, 333);
            for x in &mut x {
                *x *= 10.0;
            }
            let expected: Vec<f64> = x.iter().map(|x| textbook(double, f64::from(*x))).collect();
            activate(single, &mut x);
            assert_close("activate", &x, &expected, 1e-6);
        }
    });
}

/// The loop gives what the function gives, in every lane and in the rest.
#[test]
fn loops_give_the_bits_of_one_value() {
    on_every_processor(|| {
        for length in 0..40 {
            let x = numbers::<f32>(6, length);
            let mut y = x.clone();
            activate(Activation::Tanh, &mut y);
            let alone: Vec<f32> = x.iter().map(|x| Activation::Tanh.apply(*x)).collect();
            assert_eq!(y, alone);
        }
    });
}

#[test]
fn nan_stays() {
    for activation in all() {
        assert!(activation.apply(f64::NAN).is_nan(), "{activation:?}");
    }
}

#[test]
fn dropout_keeps_the_mean_and_depends_on_the_key() {
    on_every_processor(|| {
        let n = 100_000;
        let mut values = vec![1.0_f32; n];
        dropout(0.2, 7, &mut values);
        let dropped = values.iter().filter(|v| **v == 0.0).count();
        assert!(dropped.abs_diff(n / 5) < n / 200, "{dropped} of {n} are dropped");
        assert!(values.iter().all(|v| *v == 0.0 || (*v - 1.25).abs() < 1e-6));

        let mut again = vec![1.0_f32; n];
        dropout(0.2, 7, &mut again);
        assert_eq!(values, again);

        let mut other = vec![1.0_f32; n];
        dropout(0.2, 8, &mut other);
        let both = values.iter().zip(&other).filter(|(a, b)| **a == 0.0 && **b == 0.0).count();
        assert!(both.abs_diff(n / 25) < n / 250, "{both} of {n} are dropped with both keys");

        // Neighbours are dropped independently too.
        let pairs = values.windows(2).filter(|pair| *pair == [0.0, 0.0]).count();
        assert!(pairs.abs_diff(n / 25) < n / 250, "{pairs} neighbours of {n} are dropped");

        dropout(0.0, 7, &mut again);
        assert_eq!(values, again);
    });
}

#[test]
fn penalty_is_the_sum_and_its_gradient() {
    on_every_processor(|| {
        for length in [1, 15, 16, 17, 40_000] {
            let mut w = numbers::<f64>(3, length);
            w[length / 2] = 0.0;
            let mut dw = vec![0.25; length];
            let value = penalty(0.01, 0.1, &w, &mut dw);
            let expected: f64 = w.iter().map(|w| 0.01 * w.abs() + 0.1 * w * w).sum();
            assert!((value - expected).abs() <= 1e-12 * expected);
            let gradient: Vec<f64> =
                w.iter().map(|w| 0.25 + if *w == 0.0 { 0.0 } else { 0.01 * w.signum() } + 0.2 * w).collect();
            assert_close("penalty", &dw, &gradient, 1e-15);
        }
    });
}
