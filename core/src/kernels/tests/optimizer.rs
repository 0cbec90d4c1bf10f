//! Optimizers, by Keras' formulas written out.

use super::{assert_close, numbers, on_every_processor};
use crate::element::Element;
use crate::kernels::optimizer::*;
use std::vec;
use std::vec::Vec;

#[test]
fn sgd_is_keras_s() {
    on_every_processor(|| {
        for (momentum, nesterov) in [(0.0, false), (0.9, false), (0.9, true)] {
            let n = 103;
            let mut w = numbers::<f64>(1, n);
            let mut v = if momentum == 0.0 { vec![] } else { vec![0.0; n] };
            let (mut expected, mut velocity) = (w.clone(), vec![0.0; n]);
            for step in 0..3 {
                let g = numbers::<f64>(10 + step, n);
                sgd(SgdStep { learning_rate: 0.1, momentum, nesterov }, &mut w, &g, &mut v);
                for i in 0..n {
                    velocity[i] = momentum * velocity[i] - 0.1 * g[i];
                    expected[i] += if nesterov { momentum * velocity[i] - 0.1 * g[i] } else { velocity[i] };
                }
            }
            assert_close("sgd", &w, &expected, 1e-14);
        }
    });
}

#[test]
fn adam_is_keras_s() {
    on_every_processor(|| {
        let n = 103;
        let mut w = numbers::<f64>(1, n);
        let (mut m, mut v) = (vec![0.0; n], vec![0.0; n]);
        let (mut expected, mut first, mut second) = (w.clone(), vec![0.0; n], vec![0.0; n]);
        for step in 1..4 {
            let g = numbers::<f64>(10 + step, n);
            let t = i32::try_from(step).unwrap();
            let rate = 0.01 * (1.0 - 0.999_f64.powi(t)).sqrt() / (1.0 - 0.9_f64.powi(t));
            let numbers = AdamStep { learning_rate: rate, rest_1: 1.0 - 0.9, rest_2: 1.0 - 0.999, epsilon: 1e-7 };
            adam(numbers, &mut w, &g, &mut m, &mut v);
            for i in 0..n {
                first[i] = 0.9 * first[i] + 0.1 * g[i];
                second[i] = 0.999 * second[i] + 0.001 * g[i] * g[i];
                expected[i] -= rate * first[i] / (second[i].sqrt() + 1e-7);
            }
        }
        assert_close("adam", &w, &expected, 1e-13);
        assert_close("first moment", &m, &first, 1e-14);
        assert_close("second moment", &v, &second, 1e-14);
    });
}

/// A step of parameters along a gradient, with three states.
type Step<'a, T> = dyn Fn(&mut [T], &[T], [&mut [T]; 3]) + 'a;

/// A step of each formula over `w`, `g` and up to three arrays of what is kept, which are not negative.
fn every_step<T: Element>(each: &mut dyn FnMut(&str, &Step<'_, T>)) {
    let n = T::from_f64;
    let (rate, rest, epsilon) = (n(0.1), n(0.2), n(1e-3));
    let adam_step = AdamStep { learning_rate: rate, rest_1: rest, rest_2: n(0.3), epsilon };
    each("sgd", &|w, g, [v, ..]| sgd(SgdStep { learning_rate: rate, momentum: n(0.0), nesterov: false }, w, g, v));
    each("momentum", &|w, g, [v, ..]| sgd(SgdStep { learning_rate: rate, momentum: n(0.9), nesterov: true }, w, g, v));
    each("adam", &|w, g, [m, v, _]| adam(adam_step, w, g, m, v));
    each("amsgrad", &|w, g, [m, v, h]| amsgrad(adam_step, w, g, m, v, h));
    let step = AdamaxStep { learning_rate: rate, rest_1: rest, beta_2: n(0.7), epsilon };
    each("adamax", &|w, g, [m, u, _]| adamax(step, w, g, m, u));
    let (of_moment, of_gradient, correction) = (n(0.8), n(0.3), n(1.5));
    let step =
        NadamStep { learning_rate: rate, rest_1: rest, rest_2: rest, of_moment, of_gradient, correction, epsilon };
    each("nadam", &|w, g, [m, v, _]| nadam(step, w, g, m, v));
    let step = LionStep { learning_rate: rate, beta_1: n(0.8), rest_1: rest, beta_2: n(0.7), rest_2: n(0.3) };
    each("lion", &|w, g, [m, ..]| lion(step, w, g, m));
    let step = RmspropStep { learning_rate: rate, rho: n(0.8), rest, momentum: n(0.5), epsilon };
    each("rmsprop", &|w, g, [v, ..]| rmsprop(step, w, g, v));
    each("rmsprop_with_momentum", &|w, g, [v, m, _]| rmsprop_with_momentum(step, w, g, v, m));
    each("rmsprop_centered", &|w, g, [v, a, _]| rmsprop_centered(step, w, g, v, a));
    each("rmsprop_centered_with_momentum", &|w, g, [v, a, m]| rmsprop_centered_with_momentum(step, w, g, v, a, m));
    each("adagrad", &|w, g, [a, ..]| adagrad(AdagradStep { learning_rate: rate, epsilon }, w, g, a));
    let step = AdadeltaStep { learning_rate: rate, rho: n(0.8), rest, epsilon };
    each("adadelta", &|w, g, [a, x, _]| adadelta(step, w, g, a, x));
    let step = |power| FtrlStep { learning_rate: rate, power: n(power), l1: rest, l2: rest, shrinkage: rest };
    each("ftrl", &|w, g, [a, z, _]| ftrl(step(0.5), w, g, a, z));
    each("ftrl_power", &|w, g, [a, z, _]| ftrl(step(0.3), w, g, a, z));
    each("clip", &|w, _, _| clip(rest, w));
    each("scale", &|w, _, _| scale(rest, w));
    each("decay", &|w, _, _| decay(rest, w));
    each("accumulate", &|w, g, _| accumulate((), w, g));
    each("mean", &|w, g, _| mean(n(3.0), w, g));
    each("average", &|w, g, _| average(AverageStep { momentum: n(0.8), rest }, w, g));
}

/// All that a step leaves: parameters, and what is kept.
fn after<T: Element>(step: &Step<'_, T>, pieces: usize) -> Vec<T> {
    let n = 103;
    let mut all: Vec<Vec<T>> = (0..5).map(|seed| numbers(seed, n)).collect();
    all[2..].iter_mut().flatten().for_each(|kept| *kept = kept.abs());
    let [w, g, a, b, c] = &mut all[..] else { unreachable!() };
    for start in (0..n).step_by(pieces) {
        let range = start..(start + pieces).min(n);
        let kept = [&mut a[range.clone()], &mut b[range.clone()], &mut c[range.clone()]];
        step(&mut w[range.clone()], &g[range], kept);
    }
    all.concat()
}

#[test]
fn a_step_has_the_same_bits_on_every_processor_and_for_each_parameter_by_itself() {
    fn check<T: Element>() {
        every_step::<T>(&mut |name, step| {
            let alone = after(step, 1);
            on_every_processor(|| assert_eq!(after(step, 103), alone, "{name}"));
        });
        let values = numbers::<T>(7, 1003);
        let expected: f64 = values.iter().map(|value| value.to_f64() * value.to_f64()).sum();
        on_every_processor(|| assert!((squares(&values) - expected).abs() < 1e-11));
    }
    check::<f32>();
    check::<f64>();
}
