//! Steps along the gradient, or along its signs.

use super::{GRAIN, side_by_side, steps, together};
use crate::element::Element;
use crate::kernels::parallel;
use crate::kernels::processor::per_processor;

/// The numbers of a step of [`sgd`], as in Keras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SgdStep<T> {
    /// How far a step goes.
    pub learning_rate: T,
    /// What remains of the last step's velocity; 0 needs no velocity.
    pub momentum: T,
    /// Whether the gradient is taken as if the velocity had been followed already.
    pub nesterov: bool,
}

/// Gradient descent: w ← w - η g, or with momentum v ← μ v - η g and w ← w + v (Nesterov: w ← w + μ v - η g).
///
/// Without momentum the velocity may be empty.
pub fn sgd<T: Element>(step: SgdStep<T>, parameters: &mut [T], gradient: &[T], velocity: &mut [T]) {
    if step.momentum == T::ZERO {
        descend(step.learning_rate, parameters, gradient);
    } else {
        descend_with_momentum(step, parameters, gradient, velocity);
    }
}

steps! {
    fn descend, descend_piece(learning_rate: T, w: &mut [T], g: &[T]) {
        *w -= learning_rate * *g;
    }
}

steps! {
    fn descend_with_momentum, descend_with_momentum_piece(step: SgdStep<T>, w: &mut [T], g: &[T], v: &mut [T]) {
        let change = step.learning_rate * *g;
        *v = step.momentum * *v - change;
        *w += if step.nesterov { step.momentum * *v - change } else { *v };
    }
}

/// The numbers of a step of [`lion`], as in Keras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LionStep<T> {
    /// How far a step goes.
    pub learning_rate: T,
    /// How much of the mean counts in the step.
    pub beta_1: T,
    /// 1 - β₁: how much of the gradient counts in the step.
    pub rest_1: T,
    /// How much of the mean remains.
    pub beta_2: T,
    /// 1 - β₂.
    pub rest_2: T,
}

steps! {
    /// Lion (Chen et al., 2023): w ← w - η sign(β₁ m + (1 - β₁) g), m ← β₂ m + (1 - β₂) g.
    pub fn lion, lion_piece(step: LionStep<T>, w: &mut [T], g: &[T], m: &mut [T]) {
        *w -= step.learning_rate * (*m * step.beta_1 + *g * step.rest_1).sign();
        *m = *m * step.beta_2 + *g * step.rest_2;
    }
}
