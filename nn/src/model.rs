//! The [`Model`] trait, which `model!` implements.

#[cfg(feature = "alloc")]
use alloc::boxed::Box;

use katachi_core::batch::BatchView;
use katachi_core::kernels::Write;
use katachi_core::shape::Shape;

use crate::ending::Ending;
use crate::parameters::Parameters;

pub use crate::tables::{ActivationInfo, LayerInfo, ParameterInfo, ParameterPath};

/// The hand-written model of the documentation below, which is also what the tests of training train.
#[cfg(all(test, feature = "std"))]
pub(crate) mod example {
    include!("model/example.rs");
}

/// A network: parameters with a forward and a backward pass over batches of n samples, n at run time.
///
/// [`model!`](crate::model!) writes this implementation. One can also be written by hand, for a layer that the language
/// lacks, and is then used like any other:
///
/// ```
#[doc = include_str!("model/example.rs")]
/// # fn main() -> Result<(), katachi::error::Error> {
/// use katachi::loss::SparseCategoricalCrossentropy;
/// use katachi::metric::Accuracy;
/// use katachi::optimizer::Adam;
/// use katachi::{Dataset, Predict, Trainer, targets::Labels, typenum::U3};
///
/// // Three classes of points in a plane: right, above, and left below.
/// let points: Vec<f32> = (0..60).flat_map(|i| [[3.0, 0.0], [0.0, 3.0], [-2.0, -2.0]][i % 3]).collect();
/// let labels = (0..60).map(|i| i % 3).collect();
/// let data = Dataset::<shape!(2), Labels<U3>>::from_labels(points, labels)?;
///
/// let mut model = Scaled::<f32>::init(22);
/// let history = Trainer::new(Adam::new(0.1), SparseCategoricalCrossentropy::from_logits())
///     .metric(Accuracy)
///     .epochs(20)
///     .fit(&mut model, &data)?;
/// assert_eq!(history.last("accuracy"), Some(1.0));
/// assert_eq!(model.predict_classes(&data)[..3], [0, 1, 2]);
/// # Ok(())
/// # }
/// ```
pub trait Model: Parameters {
    /// The shape of one input sample.
    type Input: Shape;
    /// The shape of one output sample.
    type Output: Shape;
    /// What the model ends in, which decides the losses that fit.
    type Ending: Ending;

    /// The name of the struct.
    const NAME: &'static str;
    /// The layers in the order of declaration.
    const LAYERS: &'static [LayerInfo];
    /// The parameters in the order of declaration, which is their order in `as_slice`.
    const PARAMETERS: &'static [ParameterInfo];
    /// How many values of workspace [`infer`](Self::infer) needs.
    const INFERENCE_WORKSPACE: WorkspaceSize;
    /// How many values of workspace [`forward`](Self::forward) and [`backward`](Self::backward) need.
    const TRAINING_WORKSPACE: WorkspaceSize;
    /// The calls of layers whose values [`activations`](Self::activations) gives, in their order. `model!` lists all of
    /// them; a model that is written by hand has none, unless it says so.
    const ACTIVATIONS: &'static [ActivationInfo] = &[];
    /// How many values of workspace [`activations`](Self::activations) needs.
    const ACTIVATIONS_WORKSPACE: WorkspaceSize = WorkspaceSize::NONE;

    /// A new model, its parameters drawn from `seed`, each as its [`ParameterInfo::initializer`] says.
    ///
    /// The same seed gives the same model everywhere, and each parameter has random numbers of its own: another size of
    /// one layer leaves the others as they were. On the heap, and never built on the stack.
    #[cfg(feature = "alloc")]
    fn init(seed: u64) -> Box<Self> {
        let mut model = Self::zeros();
        let mut stream = 0;
        ParameterInfo::for_each(Self::PARAMETERS, &mut |_, offset, parameter| {
            let values = &mut model.as_mut_slice()[offset..][..parameter.len()];
            parameter.initializer.fill(parameter.shape, seed, stream, values);
            stream += 1;
        });
        model
    }

    /// Writes the outputs for `x` to `y` (n · `Output::SIZE` values), as in use: nothing is dropped out, and nothing
    /// is kept for a backward pass. `workspace` holds at least as many values as
    /// [`INFERENCE_WORKSPACE`](Self::INFERENCE_WORKSPACE) says for n samples, of any content.
    fn infer(
        &self,
        x: BatchView<'_, Self::Input, Self::Element>,
        y: &mut [Self::Element],
        workspace: &mut [Self::Element],
    );

    /// Writes the outputs for `x` to `y`, as in training, and keeps in `workspace` (at least as many values as
    /// [`TRAINING_WORKSPACE`](Self::TRAINING_WORKSPACE) says) what [`backward`](Self::backward) reads.
    fn forward(
        &self,
        x: BatchView<'_, Self::Input, Self::Element>,
        y: &mut [Self::Element],
        workspace: &mut [Self::Element],
        pass: Pass,
    );

    /// From the gradient `dy` of the loss with respect to the outputs, writes the gradient with respect to every
    /// parameter to `gradient`, and to `dx` with respect to the inputs if it is asked for. `write` says whether what is
    /// in `gradient` is replaced or added to; `dx` is always replaced.
    ///
    /// `x`, `y`, `workspace` and `pass` are those of the [`forward`](Self::forward) just done. `dy` and `workspace`
    /// are used up.
    fn backward(
        &self,
        x: BatchView<'_, Self::Input, Self::Element>,
        y: &[Self::Element],
        dy: &mut [Self::Element],
        dx: Option<&mut [Self::Element]>,
        workspace: &mut [Self::Element],
        gradient: &mut Self,
        write: Write,
        pass: Pass,
    );

    /// Writes what every layer gives for `x`, as in use, to `y`: for each sample one row, the values of all
    /// [`ACTIVATIONS`](Self::ACTIVATIONS) one after the other. `workspace` holds at least as many values as
    /// [`ACTIVATIONS_WORKSPACE`](Self::ACTIVATIONS_WORKSPACE) says. [`Inspect::trace`](crate::inspect::Inspect::trace) is
    /// for everyday use.
    fn activations(
        &self,
        x: BatchView<'_, Self::Input, Self::Element>,
        y: &mut [Self::Element],
        workspace: &mut [Self::Element],
    ) {
        let _ = (x, y, workspace);
    }
}

/// A box of a model is that model, so that what [`init`](Model::init) gives goes wherever a model goes.
#[cfg(feature = "alloc")]
impl<M: Model> Model for Box<M> {
    type Input = M::Input;
    type Output = M::Output;
    type Ending = M::Ending;

    const NAME: &'static str = M::NAME;
    const LAYERS: &'static [LayerInfo] = M::LAYERS;
    const PARAMETERS: &'static [ParameterInfo] = M::PARAMETERS;
    const INFERENCE_WORKSPACE: WorkspaceSize = M::INFERENCE_WORKSPACE;
    const TRAINING_WORKSPACE: WorkspaceSize = M::TRAINING_WORKSPACE;
    const ACTIVATIONS: &'static [ActivationInfo] = M::ACTIVATIONS;
    const ACTIVATIONS_WORKSPACE: WorkspaceSize = M::ACTIVATIONS_WORKSPACE;

    fn infer(&self, x: BatchView<'_, M::Input, M::Element>, y: &mut [M::Element], workspace: &mut [M::Element]) {
        (**self).infer(x, y, workspace);
    }

    fn forward(
        &self,
        x: BatchView<'_, M::Input, M::Element>,
        y: &mut [M::Element],
        workspace: &mut [M::Element],
        pass: Pass,
    ) {
        (**self).forward(x, y, workspace, pass);
    }

    fn backward(
        &self,
        x: BatchView<'_, M::Input, M::Element>,
        y: &[M::Element],
        dy: &mut [M::Element],
        dx: Option<&mut [M::Element]>,
        workspace: &mut [M::Element],
        gradient: &mut Self,
        write: Write,
        pass: Pass,
    ) {
        (**self).backward(x, y, dy, dx, workspace, gradient, write, pass);
    }

    fn activations(&self, x: BatchView<'_, M::Input, M::Element>, y: &mut [M::Element], workspace: &mut [M::Element]) {
        (**self).activations(x, y, workspace);
    }
}

/// How many values of workspace a pass needs: some whatever the size of the batch, and some for each of its samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkspaceSize {
    /// Values whatever the size of the batch: what is computed from parameters alone.
    pub fixed: usize,
    /// Values for each sample of the batch.
    pub per_sample: usize,
}

impl WorkspaceSize {
    /// No workspace.
    pub const NONE: Self = Self { fixed: 0, per_sample: 0 };

    /// So many values for each sample.
    pub const fn per_sample(per_sample: usize) -> Self {
        Self { fixed: 0, per_sample }
    }

    /// Values for a batch of `samples`.
    pub const fn for_batch(self, samples: usize) -> usize {
        self.fixed + self.per_sample * samples
    }
}

/// Which forward and backward pass of a training this is: what dropout draws from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// The seed of the training.
    pub seed: u64,
    /// The number of the step, counted over all epochs.
    pub step: u64,
}

impl Pass {
    /// The key of the random numbers of one layer in this pass (`SplitMix64`'s finalizer over the three numbers).
    pub fn key(self, layer: u64) -> u64 {
        let mix = |z: u64| {
            let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^ (z >> 31)
        };
        [self.step, layer].into_iter().fold(mix(self.seed), |state, number| {
            mix(state.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15)))
        })
    }

    /// The pass of a model that is a layer of another: its random numbers are its own.
    pub fn nested(self, layer: u64) -> Self {
        Self { seed: self.key(layer), step: self.step }
    }
}
