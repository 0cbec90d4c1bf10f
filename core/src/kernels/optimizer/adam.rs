//! Adam and its relatives: steps by running means of the gradients, over the size that gradients have.

use super::{GRAIN, side_by_side, steps, together};
use crate::element::Element;
use crate::kernels::parallel;
use crate::kernels::processor::per_processor;

/// The numbers of a step of [`adam`] or [`amsgrad`], as in Keras.
///
/// 1 - β is asked for and not β: in `f32` the rounding of β = 0.999 is a hundred thousandth of 1 - β.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep<T> {
    /// η √(1 - β₂ᵗ) / (1 - β₁ᵗ) in step t: the bias of both moments is corrected here.
    pub learning_rate: T,
    /// 1 - β₁: how much of the gradient the first moment takes.
    pub rest_1: T,
    /// 1 - β₂: how much of its square the second moment takes.
    pub rest_2: T,
    /// Keeps the step finite where the second moment is 0.
    pub epsilon: T,
}

steps! {
    /// Adam (Kingma and Ba, 2015): m ← m + (1 - β₁)(g - m), v ← v + (1 - β₂)(g² - v), w ← w - η m / (√v + ε).
    pub fn adam, adam_piece(step: AdamStep<T>, w: &mut [T], g: &[T], m: &mut [T], v: &mut [T]) {
        *m += (*g - *m) * step.rest_1;
        *v += (*g * *g - *v) * step.rest_2;
        *w -= *m * step.learning_rate / (v.sqrt() + step.epsilon);
    }
}

steps! {
    /// `AMSGrad` (Reddi, Kale and Kumar, 2018): [`adam`] over the largest second moment so far, h ← max(h, v).
    pub fn amsgrad, amsgrad_piece(
        step: AdamStep<T>, w: &mut [T], g: &[T], m: &mut [T], v: &mut [T], h: &mut [T]
    ) {
        *m += (*g - *m) * step.rest_1;
        *v += (*g * *g - *v) * step.rest_2;
        *h = h.maximum(*v);
        *w -= *m * step.learning_rate / (h.sqrt() + step.epsilon);
    }
}

/// The numbers of a step of [`adamax`], as in Keras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamaxStep<T> {
    /// η / (1 - β₁ᵗ) in step t.
    pub learning_rate: T,
    /// 1 - β₁: how much of the gradient the moment takes.
    pub rest_1: T,
    /// How much of the norm remains.
    pub beta_2: T,
    /// Keeps the step finite where the norm is 0.
    pub epsilon: T,
}

steps! {
    /// Adamax (Kingma and Ba, 2015, algorithm 2): m ← m + (1 - β₁)(g - m), u ← max(β₂ u, |g|), w ← w - η m / (u + ε).
    pub fn adamax, adamax_piece(step: AdamaxStep<T>, w: &mut [T], g: &[T], m: &mut [T], u: &mut [T]) {
        *m += (*g - *m) * step.rest_1;
        *u = (step.beta_2 * *u).maximum(g.abs());
        *w -= *m * step.learning_rate / (*u + step.epsilon);
    }
}

/// The numbers of a step of [`nadam`], as in Keras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NadamStep<T> {
    /// How far a step goes.
    pub learning_rate: T,
    /// 1 - β₁: how much of the gradient the first moment takes.
    pub rest_1: T,
    /// 1 - β₂: how much of its square the second moment takes.
    pub rest_2: T,
    /// What the first moment counts in the step.
    pub of_moment: T,
    /// What the gradient counts in the step.
    pub of_gradient: T,
    /// 1 / (1 - β₂ᵗ) in step t.
    pub correction: T,
    /// Keeps the step finite where the second moment is 0.
    pub epsilon: T,
}

steps! {
    /// Nadam (Dozat, 2016): moments as in [`adam`], then w ← w - η (a m + b g) / (√(c v) + ε).
    pub fn nadam, nadam_piece(step: NadamStep<T>, w: &mut [T], g: &[T], m: &mut [T], v: &mut [T]) {
        *m += (*g - *m) * step.rest_1;
        *v += (*g * *g - *v) * step.rest_2;
        let direction = *m * step.of_moment + *g * step.of_gradient;
        *w -= direction * step.learning_rate / ((*v * step.correction).sqrt() + step.epsilon);
    }
}
