//! The [`Model`] trait, which `model!` implements.

use katachi_core::batch::BatchView;
use katachi_core::shape::Shape;

use crate::ending::Ending;
use crate::parameters::Parameters;

/// A network: parameters with a forward and a backward pass over batches of n samples, n at run time.
///
/// [`model!`](crate::model!) writes this implementation.
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
    /// How many values of workspace one sample needs in [`infer`](Self::infer).
    const INFERENCE_WORKSPACE: usize;
    /// How many values of workspace one sample needs in [`forward`](Self::forward) and [`backward`](Self::backward).
    const TRAINING_WORKSPACE: usize;

    /// Writes the outputs for `x` to `y` (n · `Output::SIZE` values), as in use: nothing is dropped out, and nothing
    /// is kept for a backward pass. `workspace` holds at least n · [`INFERENCE_WORKSPACE`](Self::INFERENCE_WORKSPACE)
    /// values, of any content.
    fn infer(
        &self,
        x: BatchView<'_, Self::Input, Self::Element>,
        y: &mut [Self::Element],
        workspace: &mut [Self::Element],
    );

    /// Writes the outputs for `x` to `y`, as in training, and keeps in `workspace` (at least n ·
    /// [`TRAINING_WORKSPACE`](Self::TRAINING_WORKSPACE) values) what [`backward`](Self::backward) reads.
    fn forward(
        &self,
        x: BatchView<'_, Self::Input, Self::Element>,
        y: &mut [Self::Element],
        workspace: &mut [Self::Element],
        pass: Pass,
    );

    /// From the gradient `dy` of the loss with respect to the outputs, writes the gradient with respect to every
    /// parameter to `gradient` (replacing what is there), and to `dx` with respect to the inputs if it is asked for.
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
        pass: Pass,
    );
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
    /// The key of the random numbers of one layer in this pass (SplitMix64's finalizer over the three numbers).
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
}

/// One line of a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerInfo {
    /// The name; for a layer without one, its kind in lower case, numbered from the second on: `dropout_1`.
    pub name: &'static str,
    /// The kind: `Dense`.
    pub kind: &'static str,
    /// The line as it is written: `Dense(784 => 700, relu)`.
    pub declaration: &'static str,
    /// The shape of one output sample.
    pub output: &'static [usize],
    /// How many parameters the layer has.
    pub parameters: usize,
}

/// One parameter of a model: an array.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ParameterInfo {
    /// The path of its field: `hidden1.weight`.
    pub name: &'static str,
    /// Its shape.
    pub shape: &'static [usize],
    /// Where it begins in `as_slice`.
    pub offset: usize,
    /// Whether training changes it.
    pub trainable: bool,
    /// How it begins.
    pub initializer: Initializer,
    /// The factor of Σ|w| that is added to the loss.
    pub l1: f64,
    /// The factor of Σw² that is added to the loss.
    pub l2: f64,
}

impl ParameterInfo {
    /// How many numbers it holds.
    pub const fn len(&self) -> usize {
        let mut product = 1;
        let mut axis = 0;
        while axis < self.shape.len() {
            product *= self.shape[axis];
            axis += 1;
        }
        product
    }

    /// Whether it holds no number.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// How a parameter begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Initializer {
    /// Every value 0.
    Zeros,
    /// Every value 1.
    Ones,
    /// Every value the same.
    Constant(f64),
    /// Uniform in ±√(6 / (inputs + outputs)).
    GlorotUniform,
    /// Truncated normal of variance 2 / (inputs + outputs).
    GlorotNormal,
    /// Uniform in ±√(6 / inputs).
    HeUniform,
    /// Truncated normal of variance 2 / inputs.
    HeNormal,
    /// Uniform in ±√(3 / inputs).
    LecunUniform,
    /// Truncated normal of variance 1 / inputs.
    LecunNormal,
}
