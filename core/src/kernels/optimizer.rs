//! Optimizers: one pass over parameters, gradient and moments.

use super::parallel;
use super::processor::per_processor;
use crate::element::Element;

/// Parameters that a thread takes at a time, about 10 µs of work.
const GRAIN: usize = 1 << 16;

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
    assert_eq!(parameters.len(), gradient.len(), "one derivative for each parameter");
    if step.momentum == T::ZERO {
        parallel::split((parameters, gradient), GRAIN, &|_, (w, g)| {
            descend(step.learning_rate, w, g);
        });
    } else {
        assert_eq!(parameters.len(), velocity.len(), "one velocity for each parameter");
        parallel::split((parameters, (gradient, velocity)), GRAIN, &|_, (w, (g, v))| {
            descend_with_momentum(step, w, g, v);
        });
    }
}

per_processor! {
    fn descend<T: Element>(learning_rate: T, parameters: &mut [T], gradient: &[T]) {
        for (w, g) in parameters.iter_mut().zip(gradient) {
            *w -= learning_rate * *g;
        }
    }
}

per_processor! {
    fn descend_with_momentum<T: Element>(step: SgdStep<T>, parameters: &mut [T], gradient: &[T], velocity: &mut [T]) {
        for ((w, g), v) in parameters.iter_mut().zip(gradient).zip(velocity) {
            let change = step.learning_rate * *g;
            *v = step.momentum * *v - change;
            *w += if step.nesterov { step.momentum * *v - change } else { *v };
        }
    }
}

/// The numbers of a step of [`adam`], as in Keras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamStep<T> {
    /// η √(1 - β₂ᵗ) / (1 - β₁ᵗ) in step t: the bias of both moments is corrected here.
    pub learning_rate: T,
    /// How much of the first moment remains.
    pub beta_1: T,
    /// How much of the second moment remains.
    pub beta_2: T,
    /// Keeps the step finite where the second moment is 0.
    pub epsilon: T,
}

/// Adam (Kingma and Ba, 2015): m ← m + (1 - β₁)(g - m), v ← v + (1 - β₂)(g² - v), w ← w - η m / (√v + ε).
pub fn adam<T: Element>(step: AdamStep<T>, parameters: &mut [T], gradient: &[T], m: &mut [T], v: &mut [T]) {
    assert_eq!(parameters.len(), gradient.len(), "one derivative for each parameter");
    assert_eq!(parameters.len(), m.len(), "one first moment for each parameter");
    assert_eq!(parameters.len(), v.len(), "one second moment for each parameter");
    parallel::split(((parameters, gradient), (m, v)), GRAIN, &|_, ((w, g), (m, v))| {
        adam_piece(step, w, g, m, v);
    });
}

per_processor! {
    fn adam_piece<T: Element>(step: AdamStep<T>, parameters: &mut [T], gradient: &[T], m: &mut [T], v: &mut [T]) {
        let (rest_1, rest_2) = (T::ONE - step.beta_1, T::ONE - step.beta_2);
        for (((w, g), m), v) in parameters.iter_mut().zip(gradient).zip(m).zip(v) {
            *m += (*g - *m) * rest_1;
            *v += (*g * *g - *v) * rest_2;
            *w -= *m * step.learning_rate / (v.sqrt() + step.epsilon);
        }
    }
}
