//! Steps over the root of sums, or of running means, of squared gradients.

use super::{GRAIN, side_by_side, steps, together};
use crate::element::Element;
use crate::kernels::parallel;
use crate::kernels::processor::per_processor;

/// The numbers of a step of [`rmsprop`] and its variants, as in Keras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmspropStep<T> {
    /// How far a step goes.
    pub learning_rate: T,
    /// How much of the means remains.
    pub rho: T,
    /// 1 - ρ.
    pub rest: T,
    /// What remains of the last step.
    pub momentum: T,
    /// Keeps the step finite where the mean square is 0.
    pub epsilon: T,
}

steps! {
    /// `RMSprop` (Hinton, 2012): v ← ρ v + (1 - ρ) g², w ← w - η g / √(v + ε).
    pub fn rmsprop, rmsprop_piece(step: RmspropStep<T>, w: &mut [T], g: &[T], v: &mut [T]) {
        *v = step.rho * *v + step.rest * *g * *g;
        *w -= step.learning_rate * *g / (*v + step.epsilon).sqrt();
    }
}

steps! {
    /// [`rmsprop`] whose steps d are summed up: m ← μ m + d, w ← w - m.
    pub fn rmsprop_with_momentum, rmsprop_with_momentum_piece(
        step: RmspropStep<T>, w: &mut [T], g: &[T], v: &mut [T], m: &mut [T]
    ) {
        *v = step.rho * *v + step.rest * *g * *g;
        *m = step.momentum * *m + step.learning_rate * *g / (*v + step.epsilon).sqrt();
        *w -= *m;
    }
}

steps! {
    /// [`rmsprop`] over the variance: a ← ρ a + (1 - ρ) g, w ← w - η g / √(v - a² + ε).
    ///
    /// A variance that rounding has made negative counts as 0.
    pub fn rmsprop_centered, rmsprop_centered_piece(
        step: RmspropStep<T>, w: &mut [T], g: &[T], v: &mut [T], a: &mut [T]
    ) {
        *v = step.rho * *v + step.rest * *g * *g;
        *a = step.rho * *a + step.rest * *g;
        *w -= step.learning_rate * *g / ((*v - *a * *a).maximum(T::ZERO) + step.epsilon).sqrt();
    }
}

steps! {
    /// [`rmsprop_centered`] whose steps d are summed up: m ← μ m + d, w ← w - m.
    pub fn rmsprop_centered_with_momentum, rmsprop_centered_with_momentum_piece(
        step: RmspropStep<T>, w: &mut [T], g: &[T], v: &mut [T], a: &mut [T], m: &mut [T]
    ) {
        *v = step.rho * *v + step.rest * *g * *g;
        *a = step.rho * *a + step.rest * *g;
        let variance = (*v - *a * *a).maximum(T::ZERO);
        *m = step.momentum * *m + step.learning_rate * *g / (variance + step.epsilon).sqrt();
        *w -= *m;
    }
}

/// The numbers of a step of [`adagrad`], as in Keras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdagradStep<T> {
    /// How far a step goes.
    pub learning_rate: T,
    /// Keeps the step finite where the sum is 0.
    pub epsilon: T,
}

steps! {
    /// Adagrad (Duchi, Hazan and Singer, 2011): a ← a + g², w ← w - η g / √(a + ε).
    pub fn adagrad, adagrad_piece(step: AdagradStep<T>, w: &mut [T], g: &[T], a: &mut [T]) {
        *a += *g * *g;
        *w -= step.learning_rate * *g / (*a + step.epsilon).sqrt();
    }
}

/// The numbers of a step of [`adadelta`], as in Keras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdadeltaStep<T> {
    /// How far a step goes.
    pub learning_rate: T,
    /// How much of the means remains.
    pub rho: T,
    /// 1 - ρ.
    pub rest: T,
    /// What the first step begins with, and what keeps a step finite.
    pub epsilon: T,
}

steps! {
    /// Adadelta (Zeiler, 2012): a ← ρ a + (1 - ρ) g², d = √(x + ε) g / √(a + ε), x ← ρ x + (1 - ρ) d², w ← w - η d.
    pub fn adadelta, adadelta_piece(step: AdadeltaStep<T>, w: &mut [T], g: &[T], a: &mut [T], x: &mut [T]) {
        *a = step.rho * *a + step.rest * *g * *g;
        let d = (*x + step.epsilon).sqrt() * *g / (*a + step.epsilon).sqrt();
        *x = step.rho * *x + step.rest * d * d;
        *w -= step.learning_rate * d;
    }
}

/// The numbers of a step of [`ftrl`], as in Keras.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FtrlStep<T> {
    /// How far a step goes; not 0.
    pub learning_rate: T,
    /// p, by whose power of the sum the steps become smaller: 0.5 for the root of the paper.
    pub power: T,
    /// λ₁, below which a parameter is 0.
    pub l1: T,
    /// 2 (λ₂ + β / 2η): what is added to the divisor.
    pub l2: T,
    /// Twice the factor of the parameter that is added to its gradient.
    pub shrinkage: T,
}

/// FTRL-Proximal (`McMahan` et al., 2013), which finds a parameter anew in each step from all its gradients:
/// n′ = n + g², z ← z + g + s w - (n′ᵖ - nᵖ) / η w, w ← (clip(z, ±λ₁) - z) / (n′ᵖ / η + l₂), n ← n′.
///
/// Where no gradient has come yet, and so the divisor is 0, the parameter is 0 as for every z within ±λ₁.
pub fn ftrl<T: Element>(step: FtrlStep<T>, parameters: &mut [T], gradient: &[T], n: &mut [T], z: &mut [T]) {
    if step.power == T::from_f64(0.5) {
        ftrl_root(step, parameters, gradient, n, z);
    } else {
        ftrl_power(step, parameters, gradient, n, z);
    }
}

/// The formula of [`ftrl`], given `$power`, that of `$sum`. (A closure would not be compiled for the processor.)
macro_rules! follow {
    ($step:ident, $w:ident, $g:ident, $n:ident, $z:ident, $sum:ident => $power:expr) => {{
        let $sum = *$n;
        let old = $power / $step.learning_rate;
        let $sum = *$n + *$g * *$g;
        let new = $power / $step.learning_rate;
        *$z += *$g + $step.shrinkage * *$w - (new - old) * *$w;
        *$n = $sum;
        let clipped = $z.minimum($step.l1).maximum(-$step.l1);
        let divisor = new + $step.l2;
        *$w = if divisor > T::ZERO { (clipped - *$z) / divisor } else { T::ZERO };
    }};
}

steps! {
    fn ftrl_root, ftrl_root_piece(step: FtrlStep<T>, w: &mut [T], g: &[T], n: &mut [T], z: &mut [T]) {
        follow!(step, w, g, n, z, sum => sum.sqrt());
    }
}

steps! {
    fn ftrl_power, ftrl_power_piece(step: FtrlStep<T>, w: &mut [T], g: &[T], n: &mut [T], z: &mut [T]) {
        follow!(step, w, g, n, z, sum => sum.powf(step.power));
    }
}
