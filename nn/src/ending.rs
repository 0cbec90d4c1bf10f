//! What a model ends in, as a type: it decides which losses fit its outputs.

/// What a model ends in.
pub trait Ending: Copy + 'static {
    /// Whether the outputs are probabilities: then a class is present from 0.5 on, and from 0 on otherwise.
    const PROBABILITIES: bool;
}

macro_rules! ending {
    ($name:ident, $probabilities:literal, $doc:literal) => {
        #[doc = $doc]
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Ending for $name {
            const PROBABILITIES: bool = $probabilities;
        }
    };
}

ending!(LinearOutputs, false, "No activation: the outputs are plain values, or logits for a classifier.");
ending!(SoftmaxOutputs, true, "`softmax`: the outputs are probabilities that sum to one.");
ending!(LogSoftmaxOutputs, false, "`log_softmax`: the outputs are logarithms of probabilities.");
ending!(SigmoidOutputs, true, "`sigmoid`: each output is a probability of its own.");
ending!(OtherOutputs, false, "Any other activation: the outputs are plain values.");
