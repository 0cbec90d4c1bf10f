//! Softmax, its logarithm, and the loss.

use std::vec;
use std::vec::Vec;

use super::{assert_close, numbers, on_every_processor};
use crate::kernels::{log_softmax, log_softmax_adjoint, softmax, softmax_adjoint, sparse_softmax_cross_entropy};

const SIZES: [(usize, usize); 8] = [(1, 1), (1, 7), (128, 10), (3, 16), (5, 33), (2, 5000), (700, 3), (3, 300)];

fn naive_softmax(width: usize, x: &[f64]) -> Vec<f64> {
    x.chunks(width)
        .flat_map(|row| {
            let total: f64 = row.iter().map(|x| x.exp()).sum();
            row.iter().map(move |x| x.exp() / total)
        })
        .collect()
}

/// Logits around 0, of a size that exponentials can still be summed naively.
fn logits(rows: usize, width: usize) -> Vec<f64> {
    numbers::<f64>(1, rows * width).into_iter().map(|x| 20.0 * x).collect()
}

#[test]
fn softmax_is_the_naive_one() {
    on_every_processor(|| {
        for (rows, width) in SIZES {
            let x = logits(rows, width);
            let expected = naive_softmax(width, &x);
            let mut y = x.clone();
            softmax(width, &mut y);
            assert_close("softmax", &y, &expected, 1e-14);
            let mut y = x.clone();
            log_softmax(width, &mut y);
            let expected: Vec<f64> = expected.iter().map(|y| y.ln()).collect();
            assert_close("log_softmax", &y, &expected, 1e-13);
        }
    });
}

/// dx = Jᵀ dy with J[i, j] = yᵢ (δᵢⱼ - yⱼ), or δᵢⱼ - yⱼ for the logarithm.
#[test]
fn softmax_adjoints_are_the_transposed_jacobian() {
    on_every_processor(|| {
        for (rows, width) in SIZES {
            if width > 300 {
                continue;
            }
            let x = logits(rows, width);
            let y = naive_softmax(width, &x);
            let dy = numbers::<f64>(2, rows * width);
            let jacobian = |logarithm: bool| -> Vec<f64> {
                (0..rows * width)
                    .map(|at| {
                        let (row, j) = (at / width * width, at % width);
                        (0..width)
                            .map(|i| {
                                let factor = if logarithm { 1.0 } else { y[row + i] };
                                let delta = if i == j { 1.0 } else { 0.0 };
                                dy[row + i] * factor * (delta - y[row + j])
                            })
                            .sum()
                    })
                    .collect()
            };
            let mut dx = dy.clone();
            softmax_adjoint(width, &y, &mut dx);
            assert_close("softmax_adjoint", &dx, &jacobian(false), 1e-13);
            let mut dx = dy.clone();
            let log_y: Vec<f64> = y.iter().map(|y| y.ln()).collect();
            log_softmax_adjoint(width, &log_y, &mut dx);
            assert_close("log_softmax_adjoint", &dx, &jacobian(true), 1e-13);
        }
    });
}

#[test]
fn huge_logits_do_not_overflow() {
    on_every_processor(|| {
        let mut y = [1000.0_f32, 999.0, -1e30];
        softmax(3, &mut y);
        assert_close("softmax", &y, &[0.731_058_6, 0.268_941_4, 0.0], 1e-6);
        let mut dlogits = [0.0; 3];
        let loss = sparse_softmax_cross_entropy(3, &[1000.0_f32, 999.0, -1e30], &[1], &mut dlogits);
        assert_close("loss", &[loss], &[1.313_261_7], 1e-6);
        assert_close("dlogits", &dlogits, &[0.731_058_6, -0.731_058_6, 0.0], 1e-6);
    });
}

#[test]
fn cross_entropy_is_the_mean_and_its_gradient() {
    on_every_processor(|| {
        for (rows, width) in SIZES {
            let x = logits(rows, width);
            let labels: Vec<u32> = (0..rows).map(|i| u32::try_from(i * 7 % width).unwrap()).collect();
            let y = naive_softmax(width, &x);
            let n = rows as f64;
            let expected: f64 =
                labels.iter().enumerate().map(|(row, label)| -y[row * width + *label as usize].ln()).sum::<f64>() / n;
            let mut gradient: Vec<f64> = y.iter().map(|y| y / n).collect();
            for (row, label) in labels.iter().enumerate() {
                gradient[row * width + *label as usize] -= 1.0 / n;
            }
            let mut dlogits = vec![5.0; rows * width];
            let loss = sparse_softmax_cross_entropy(width, &x, &labels, &mut dlogits);
            assert_close("loss", &[loss], &[expected], 1e-13);
            assert_close("dlogits", &dlogits, &gradient, 1e-14);
            assert!(width == 1 || dlogits.iter().any(|d| d.abs() > 1e-6));
        }
    });
}
