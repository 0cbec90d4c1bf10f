use katachi::accepts::{AcceptsSamples, AcceptsTargets, Same};
use katachi::ending::LinearOutputs;
use katachi::kernels::{self, Write};
use katachi::model::{LayerInfo, ParameterInfo, WorkspaceSize};
use katachi::{Activation, BatchView, Element, Initializer, Model, Pass, Regularizer, parameters, shape};

parameters! {
    /// y = (x W) ⊙ scale + bias: from samples of shape [2] to logits of 3 classes, each with a scale of its own.
    pub struct Scaled {
        pub weight: [2, 3],
        pub scale: [3],
        pub bias: [3],
    }
}

impl<T: Element> Model for Scaled<T> {
    type Input = shape!(2);
    type Output = shape!(3);
    type Ending = LinearOutputs;

    const NAME: &'static str = "Scaled";
    const LAYERS: &'static [LayerInfo] = &[LayerInfo {
        name: "scaled",
        kind: "Scaled",
        declaration: "Scaled(2 => 3)",
        output: &[3],
        parameters: 12,
        nested: &[],
    }];
    const PARAMETERS: &'static [ParameterInfo] = &[
        ParameterInfo {
            name: "weight",
            shape: &[2, 3],
            offset: 0,
            trainable: true,
            initializer: Initializer::GlorotUniform,
            regularizer: Regularizer::l2(1e-3), // 0.001 Σ weight² is added to the loss.
            constraint: None,
            nested: &[],
        },
        ParameterInfo {
            name: "scale",
            shape: &[3],
            offset: 6,
            trainable: true,
            initializer: Initializer::Ones,
            regularizer: Regularizer::NONE,
            constraint: None,
            nested: &[],
        },
        ParameterInfo {
            name: "bias",
            shape: &[3],
            offset: 9,
            trainable: true,
            initializer: Initializer::Zeros,
            regularizer: Regularizer::NONE,
            constraint: None,
            nested: &[],
        },
    ];
    const INFERENCE_WORKSPACE: WorkspaceSize = WorkspaceSize::NONE;
    const TRAINING_WORKSPACE: WorkspaceSize = WorkspaceSize::per_sample(3); // z = x W, which the gradient of the scale needs.

    fn infer(&self, x: BatchView<'_, Self::Input, T>, y: &mut [T], _workspace: &mut [T]) {
        kernels::dense(x.len(), 2, 3, x.as_slice(), &self.weight, None, Activation::Linear, y);
        for row in y.chunks_exact_mut(3) {
            for (output, (&scale, &bias)) in row.iter_mut().zip(self.scale.iter().zip(self.bias.iter())) {
                *output = *output * scale + bias;
            }
        }
    }

    fn forward(&self, x: BatchView<'_, Self::Input, T>, y: &mut [T], workspace: &mut [T], _pass: Pass) {
        let z = &mut workspace[..3 * x.len()];
        kernels::dense(x.len(), 2, 3, x.as_slice(), &self.weight, None, Activation::Linear, z);
        for (row, z) in y.chunks_exact_mut(3).zip(z.chunks_exact(3)) {
            for class in 0..3 {
                row[class] = z[class] * self.scale[class] + self.bias[class];
            }
        }
    }

    fn backward(
        &self,
        x: BatchView<'_, Self::Input, T>,
        _y: &[T],
        dy: &mut [T],
        dx: Option<&mut [T]>,
        workspace: &mut [T],
        gradient: &mut Self,
        write: Write,
        _pass: Pass,
    ) {
        kernels::dense_bias_adjoint(x.len(), 3, dy, write, &mut gradient.bias);
        if write == Write::Set {
            gradient.scale.fill(T::ZERO);
        }
        for (dy, z) in dy.chunks_exact_mut(3).zip(workspace.chunks_exact(3)) {
            for class in 0..3 {
                gradient.scale[class] += dy[class] * z[class];
                dy[class] *= self.scale[class]; // From here on it is the gradient with respect to z.
            }
        }
        kernels::dense_weight_adjoint(x.len(), 2, 3, x.as_slice(), dy, write, &mut gradient.weight);
        if let Some(dx) = dx {
            kernels::dense_input_adjoint(x.len(), 2, 3, dy, &self.weight, Write::Set, dx);
        }
    }
}

// The shapes that fit. An error of the compiler says so in the words of these two traits.
impl<T: Element> AcceptsSamples<Same> for Scaled<T> {}
impl<T: Element> AcceptsTargets<Same> for Scaled<T> {}
