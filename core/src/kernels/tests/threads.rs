//! The same bits, whatever the number of threads.
#![cfg(feature = "std")]

use std::vec;
use std::vec::Vec;

use super::numbers;
use crate::activation::Activation;
use crate::kernels::{
    Write, activate, dense, dense_bias_adjoint, dense_input_adjoint, dense_weight_adjoint, dropout,
    optimizer::{AdamStep, adam},
    penalty, softmax,
};

/// Everything that is large enough to be split, as one list of bits.
fn bits() -> Vec<u32> {
    let (batch, inputs, outputs) = (130, 784, 705);
    let x = numbers::<f32>(1, batch * inputs);
    let w = numbers::<f32>(2, inputs * outputs);
    let b = numbers::<f32>(3, outputs);
    let dz = numbers::<f32>(4, batch * outputs);
    let mut y = vec![0.0; batch * outputs];
    let mut dw = numbers::<f32>(5, inputs * outputs);
    let mut db = vec![0.0; outputs];
    let mut dx = vec![0.0; batch * inputs];
    dense(batch, inputs, outputs, &x, &w, Some(&b), Activation::Tanh, &mut y);
    dense_weight_adjoint(batch, inputs, outputs, &x, &dz, Write::Add, &mut dw);
    dense_bias_adjoint(batch, outputs, &dz, Write::Set, &mut db);
    dense_input_adjoint(batch, inputs, outputs, &dz, &w, Write::Set, &mut dx);
    // One panel, many rows.
    let tall = numbers::<f32>(6, 20_000 * 300);
    let mut narrow = vec![0.0; 20_000 * 7];
    dense(20_000, 300, 7, &tall, &w[..2100], None, Activation::Linear, &mut narrow);
    softmax(7, &mut narrow);
    let mut values = w.clone();
    activate(Activation::Sigmoid, &mut values);
    dropout(0.5, 3, &mut values);
    let (mut m, mut v) = (vec![0.0; w.len()], vec![0.0; w.len()]);
    let step = AdamStep { learning_rate: 0.1, rest_1: 0.1, rest_2: 0.001, epsilon: 1e-7 };
    adam(step, &mut values, &dw, &mut m, &mut v);
    let penalty = penalty(0.1, 0.2, &w, &mut dw);
    [y, dw, db, dx, narrow, values, m, v, vec![penalty]].concat().into_iter().map(f32::to_bits).collect()
}

#[test]
fn threads_do_not_change_the_bits() {
    let outside = bits();
    for threads in [1, 2, 3] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        assert!(pool.install(bits) == outside, "with {threads} threads");
    }
}
