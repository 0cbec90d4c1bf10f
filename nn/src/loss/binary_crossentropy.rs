//! [`BinaryCrossentropy`].

use core::marker::PhantomData;

use katachi_core::element::Element;

use super::{AnyShape, AreValues, EndsInLogits, EndsInSigmoid, Logits, Loss, Probabilities, clip, reciprocal};

/// -t ln p - (1 - t) ln(1 - p), the mean over samples and outputs: each output says yes or no on its own.
///
/// The targets are values from 0 to 1. `torch.nn.BCEWithLogitsLoss` and `torch.nn.BCELoss`.
#[derive(Clone, Copy, Debug)]
pub struct BinaryCrossentropy<Reads> {
    reads: PhantomData<Reads>,
}

impl BinaryCrossentropy<Logits> {
    /// For outputs that are logits z, with p = sigmoid(z), computed as max(z, 0) - z t + ln(1 + exp(-|z|)), which
    /// neither overflows nor cancels. The gradient is (p - t) / count.
    pub const fn from_logits() -> Self {
        Self { reads: PhantomData }
    }
}

impl BinaryCrossentropy<Probabilities> {
    /// For outputs that are probabilities p. They are kept between 10⁻⁷ and 1 - 10⁻⁷, as in Keras, so the loss is at
    /// most 16.1; beyond those bounds the gradient is 0, between them (p - t) / (p (1 - p) count).
    pub const fn from_probabilities() -> Self {
        Self { reads: PhantomData }
    }
}

impl<F: AreValues, E: EndsInLogits, T: Element> Loss<F, E, T> for BinaryCrossentropy<Logits> {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let losses = outputs.iter().zip(F::values(targets)).map(|(&z, &t)| {
            let positive = if z < T::ZERO { T::ZERO } else { z };
            positive - z * t + (-z.abs()).exp().ln_1p()
        });
        losses.sum::<T>() * reciprocal(outputs.len())
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(outputs.len());
        for ((dz, &z), &t) in gradient.iter_mut().zip(outputs).zip(F::values::<T>(targets)) {
            *dz = factor * (z.sigmoid() - t);
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }
}

impl<F: AreValues, E: EndsInSigmoid, T: Element> Loss<F, E, T> for BinaryCrossentropy<Probabilities> {
    type Outputs = AnyShape;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let losses = outputs.iter().zip(F::values(targets)).map(|(&p, &t)| {
            let (p, _) = clip(p);
            -(t * p.ln()) - (T::ONE - t) * (-p).ln_1p()
        });
        losses.sum::<T>() * reciprocal(outputs.len())
    }

    fn value_and_gradient(&self, width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let factor: T = reciprocal(outputs.len());
        for ((dp, &p), &t) in gradient.iter_mut().zip(outputs).zip(F::values::<T>(targets)) {
            let (p, inside) = clip(p);
            *dp = if inside { factor * (p - t) / (p * (T::ONE - p)) } else { T::ZERO };
        }
        Loss::<F, E, T>::value(self, width, outputs, targets)
    }
}
