//! Optimizers, by Keras' formulas written out.

use super::{assert_close, numbers, on_every_processor};
use crate::kernels::optimizer::{AdamStep, SgdStep, adam, sgd};
use std::vec;

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
