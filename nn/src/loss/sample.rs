//! [`SampleLoss`]: a loss that is a function of one sample.

use core::marker::PhantomData;

use katachi_core::element::Element;
use katachi_core::shape::Shape;

use super::{AreValues, Loss, TakesOutputs, reciprocal};
use crate::ending::Ending;

/// A loss that is a function of the outputs and targets of one sample.
///
/// It is a [`Loss`], the mean over the samples, and a [`Metric`](crate::metric::Metric) under its name. It fits the
/// models that give outputs of its shape, whatever they end in; for another model the program does not compile.
/// `#[differentiable]` writes the implementation for a function of such arguments. By hand:
///
/// ```
/// use katachi::loss::{OneShape, SampleLoss};
/// use katachi::prelude::*;
///
/// /// The error of a point in the plane, in the second direction ten times as bad.
/// #[derive(Clone, Copy, Debug)]
/// struct Miss;
///
/// impl SampleLoss for Miss {
///     type Element = f32;
///     type Outputs = shape!(2);
///     type Fits = OneShape;
///     const NAME: &'static str = "miss";
///
///     fn value(outputs: &[f32], targets: &[f32]) -> f32 {
///         (outputs[0] - targets[0]).powi(2) + 10.0 * (outputs[1] - targets[1]).powi(2)
///     }
///
///     fn value_and_gradient(outputs: &[f32], targets: &[f32], gradient: &mut [f32]) -> f32 {
///         gradient[0] = 2.0 * (outputs[0] - targets[0]);
///         gradient[1] = 20.0 * (outputs[1] - targets[1]);
///         Self::value(outputs, targets)
///     }
/// }
///
/// model! {
///     struct Line { line: Dense(1 => 2) }
/// }
///
/// # fn main() -> Result<(), Error> {
/// let data = Dataset::from_arrays([[0.0_f32], [1.0]], [[1.0, 0.0], [3.0, -1.0]])?;
/// let mut line = Line::init(0);
/// let mut trainer = Trainer::new(Sgd::new(0.05), Miss).metric(Miss).epochs(300).verbose(Verbosity::Silent);
/// let history = trainer.fit(&mut line, &data)?;
/// assert!(history.last("miss").unwrap() < 1e-3);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(message = "`{Self}` is no loss of one sample")]
pub trait SampleLoss: Send + Sync {
    /// `f32` or `f64`.
    type Element: Element;
    /// The shape of the outputs of one sample, which is that of its targets; a tuple of shapes for a model of several
    /// outputs.
    type Outputs: Shape;
    /// What says so where a model gives outputs of another shape: [`OneShape`](super::OneShape), or a type with a sentence
    /// of its own.
    type Fits;
    /// Its name as a metric.
    const NAME: &'static str;

    /// The loss of one sample, of `Outputs::SIZE` outputs and as many targets.
    fn value(outputs: &[Self::Element], targets: &[Self::Element]) -> Self::Element;

    /// The same, and its gradient with respect to each output, which replaces what is in `gradient`.
    fn value_and_gradient(
        outputs: &[Self::Element],
        targets: &[Self::Element],
        gradient: &mut [Self::Element],
    ) -> Self::Element;
}

/// The outputs that the [`SampleLoss`] `L` takes.
#[derive(Clone, Copy, Debug)]
pub struct SampleOutputs<L>(PhantomData<L>);

impl<L: SampleLoss> TakesOutputs for SampleOutputs<L> {
    type Shape<Given: Shape> = L::Outputs;
    type Fits = L::Fits;
}

impl<F: AreValues, E: Ending, T: Element, L: SampleLoss<Element = T>> Loss<F, E, T> for L {
    type Outputs = SampleOutputs<L>;

    fn value(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>]) -> T {
        let size = L::Outputs::SIZE;
        let samples = outputs.chunks_exact(size).zip(F::values(targets).chunks_exact(size));
        samples.map(|(y, t)| L::value(y, t)).sum::<T>() * reciprocal(outputs.len() / size)
    }

    fn value_and_gradient(&self, _width: usize, outputs: &[T], targets: &[F::Item<T>], gradient: &mut [T]) -> T {
        let size = L::Outputs::SIZE;
        let factor: T = reciprocal(outputs.len() / size);
        let mut total = T::ZERO;
        let samples = outputs.chunks_exact(size).zip(F::values(targets).chunks_exact(size));
        for ((y, t), dy) in samples.zip(gradient.chunks_exact_mut(size)) {
            total += L::value_and_gradient(y, t, dy);
            for dy in dy {
                *dy *= factor;
            }
        }
        total * factor
    }
}
