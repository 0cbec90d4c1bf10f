/// Recognises digits.
///
/// Takes samples of shape `[64]` and gives `[10]`.
///
/// | layer | declared as | output | parameters |
/// |---|---|---|---:|
/// | `hidden` | `Dense(64 => 32, relu)` | `[32]` | 2,080 |
/// | `dropout` | `Dropout(0.2)` | `[32]` | 0 |
/// | `logits` | `Dense(32 => 10)` | `[10]` | 330 |
/// | | | **total** | **2,410** |
#[repr(C)]
pub struct Digits<T: ::katachi::__private::Element = ::core::primitive::f32> {
    /// `Dense(64 => 32, relu)`: 2,080 parameters.
    pub hidden: ::katachi::__private::Dense<
        ::katachi::__private::typenum::U64,
        ::katachi::__private::typenum::U32,
        T,
    >,
    /// One value for each digit.
    ///
    /// `Dense(32 => 10)`: 330 parameters.
    pub logits: ::katachi::__private::Dense<
        ::katachi::__private::typenum::U32,
        ::katachi::__private::typenum::U10,
        T,
    >,
}
const _: () = {
    use ::katachi::__private as katachi;
    unsafe impl<T: katachi::Element> katachi::Parameters for Digits<T> {
        type Element = T;
    }
    const _: () = ::core::assert!(< Digits as katachi::Parameters > ::LEN == 2410);
    const _: () = ::core::assert!(
        < Digits < ::core::primitive::f64 > as katachi::Parameters > ::LEN == 2410
    );
    #[allow(clippy::possible_missing_comma, reason = "`32 * n` is a product")]
    impl<T: katachi::Element> katachi::Model for Digits<T> {
        type Input = katachi::shape::Rank1<katachi::typenum::U64>;
        type Output = katachi::shape::Rank1<katachi::typenum::U10>;
        type Ending = katachi::ending::LinearOutputs;
        const NAME: &'static str = "Digits";
        const LAYERS: &'static [katachi::LayerInfo] = &[
            katachi::LayerInfo {
                name: "hidden",
                kind: "Dense",
                declaration: "Dense(64 => 32, relu)",
                output: &[32],
                parameters: 2080,
                nested: &[],
            },
            katachi::LayerInfo {
                name: "dropout",
                kind: "Dropout",
                declaration: "Dropout(0.2)",
                output: &[32],
                parameters: 0,
                nested: &[],
            },
            katachi::LayerInfo {
                name: "logits",
                kind: "Dense",
                declaration: "Dense(32 => 10)",
                output: &[10],
                parameters: 330,
                nested: &[],
            },
        ];
        const PARAMETERS: &'static [katachi::ParameterInfo] = &[
            katachi::ParameterInfo {
                name: "hidden.weight",
                shape: &[64, 32],
                offset: 0,
                trainable: true,
                initializer: katachi::Initializer::GlorotUniform,
                regularizer: katachi::Regularizer::NONE,
                constraint: katachi::None,
                nested: &[],
            },
            katachi::ParameterInfo {
                name: "hidden.bias",
                shape: &[32],
                offset: 2048,
                trainable: true,
                initializer: katachi::Initializer::Zeros,
                regularizer: katachi::Regularizer::NONE,
                constraint: katachi::None,
                nested: &[],
            },
            katachi::ParameterInfo {
                name: "logits.weight",
                shape: &[32, 10],
                offset: 2080,
                trainable: true,
                initializer: katachi::Initializer::GlorotUniform,
                regularizer: katachi::Regularizer::NONE,
                constraint: katachi::None,
                nested: &[],
            },
            katachi::ParameterInfo {
                name: "logits.bias",
                shape: &[10],
                offset: 2400,
                trainable: true,
                initializer: katachi::Initializer::Zeros,
                regularizer: katachi::Regularizer::NONE,
                constraint: katachi::None,
                nested: &[],
            },
        ];
        const INFERENCE_WORKSPACE: katachi::WorkspaceSize = katachi::WorkspaceSize {
            fixed: 0,
            per_sample: 32,
        };
        const TRAINING_WORKSPACE: katachi::WorkspaceSize = katachi::WorkspaceSize {
            fixed: 0,
            per_sample: 64,
        };
        const ACTIVATIONS: &'static [katachi::ActivationInfo] = &[
            katachi::ActivationInfo {
                layer: 0,
                call: 0,
                shape: &[32],
            },
            katachi::ActivationInfo {
                layer: 1,
                call: 0,
                shape: &[32],
            },
            katachi::ActivationInfo {
                layer: 2,
                call: 0,
                shape: &[10],
            },
        ];
        const ACTIVATIONS_WORKSPACE: katachi::WorkspaceSize = katachi::WorkspaceSize {
            fixed: 0,
            per_sample: 42,
        };
        fn infer(
            &self,
            x: katachi::BatchView<'_, Self::Input, T>,
            y: &mut [T],
            workspace: &mut [T],
        ) {
            let n = x.len();
            let x = x.as_slice();
            let [hidden] = katachi::split(workspace, [32 * n]);
            katachi::kernels::dense(
                n,
                64,
                32,
                x,
                &self.hidden.weight,
                katachi::Some(&self.hidden.bias),
                katachi::Activation::Relu,
                hidden,
            );
            katachi::kernels::dense(
                n,
                32,
                10,
                hidden,
                &self.logits.weight,
                katachi::Some(&self.logits.bias),
                katachi::Activation::Linear,
                y,
            );
        }
        fn forward(
            &self,
            x: katachi::BatchView<'_, Self::Input, T>,
            y: &mut [T],
            workspace: &mut [T],
            pass: katachi::Pass,
        ) {
            let n = x.len();
            let x = x.as_slice();
            let [hidden, buffer1] = katachi::split(workspace, [32 * n, 32 * n]);
            katachi::kernels::dense(
                n,
                64,
                32,
                x,
                &self.hidden.weight,
                katachi::Some(&self.hidden.bias),
                katachi::Activation::Relu,
                hidden,
            );
            let dropout = &mut buffer1[..32 * n];
            dropout.copy_from_slice(hidden);
            katachi::kernels::dropout(T::from_f64(0.2), pass.key(1), dropout);
            katachi::kernels::dense(
                n,
                32,
                10,
                dropout,
                &self.logits.weight,
                katachi::Some(&self.logits.bias),
                katachi::Activation::Linear,
                y,
            );
        }
        fn backward(
            &self,
            x: katachi::BatchView<'_, Self::Input, T>,
            _y: &[T],
            dy: &mut [T],
            dx: katachi::Option<&mut [T]>,
            workspace: &mut [T],
            gradient: &mut Self,
            write: katachi::Write,
            pass: katachi::Pass,
        ) {
            let n = x.len();
            let x = x.as_slice();
            let [hidden, buffer1] = katachi::split(workspace, [32 * n, 32 * n]);
            katachi::kernels::dense_bias_adjoint(
                n,
                10,
                dy,
                write,
                &mut gradient.logits.bias,
            );
            let dropout = &mut buffer1[..32 * n];
            katachi::kernels::dense_weight_adjoint(
                n,
                32,
                10,
                dropout,
                dy,
                write,
                &mut gradient.logits.weight,
            );
            let d_dropout = &mut buffer1[..32 * n];
            katachi::kernels::dense_input_adjoint(
                n,
                32,
                10,
                dy,
                &self.logits.weight,
                katachi::Write::Set,
                d_dropout,
            );
            katachi::kernels::dropout(T::from_f64(0.2), pass.key(1), d_dropout);
            katachi::kernels::activation_adjoint(
                katachi::Activation::Relu,
                hidden,
                d_dropout,
            );
            katachi::kernels::dense_bias_adjoint(
                n,
                32,
                d_dropout,
                write,
                &mut gradient.hidden.bias,
            );
            katachi::kernels::dense_weight_adjoint(
                n,
                64,
                32,
                x,
                d_dropout,
                write,
                &mut gradient.hidden.weight,
            );
            if let katachi::Some(dx) = dx {
                katachi::kernels::dense_input_adjoint(
                    n,
                    64,
                    32,
                    d_dropout,
                    &self.hidden.weight,
                    katachi::Write::Set,
                    dx,
                );
            }
        }
        fn activations(
            &self,
            x: katachi::BatchView<'_, Self::Input, T>,
            y: &mut [T],
            workspace: &mut [T],
        ) {
            let n = x.len();
            let x = x.as_slice();
            let [hidden, logits] = katachi::split(workspace, [32 * n, 10 * n]);
            katachi::kernels::dense(
                n,
                64,
                32,
                x,
                &self.hidden.weight,
                katachi::Some(&self.hidden.bias),
                katachi::Activation::Relu,
                hidden,
            );
            katachi::kernels::dense(
                n,
                32,
                10,
                hidden,
                &self.logits.weight,
                katachi::Some(&self.logits.bias),
                katachi::Activation::Linear,
                logits,
            );
            katachi::kernels::rearrange(
                n,
                &[1, 32],
                katachi::kernels::Walk {
                    sample: 32,
                    offset: 0,
                    strides: &[32, 1],
                },
                hidden,
                katachi::kernels::Walk {
                    sample: 74,
                    offset: 0,
                    strides: &[74, 1],
                },
                katachi::Write::Set,
                y,
            );
            katachi::kernels::rearrange(
                n,
                &[1, 32],
                katachi::kernels::Walk {
                    sample: 32,
                    offset: 0,
                    strides: &[32, 1],
                },
                hidden,
                katachi::kernels::Walk {
                    sample: 74,
                    offset: 32,
                    strides: &[74, 1],
                },
                katachi::Write::Set,
                y,
            );
            katachi::kernels::rearrange(
                n,
                &[1, 10],
                katachi::kernels::Walk {
                    sample: 10,
                    offset: 0,
                    strides: &[10, 1],
                },
                logits,
                katachi::kernels::Walk {
                    sample: 74,
                    offset: 64,
                    strides: &[74, 1],
                },
                katachi::Write::Set,
                y,
            );
        }
    }
    impl Digits {
        /// The layers, in the order of declaration.
        pub const LAYERS: &'static [katachi::LayerInfo] = <Self as katachi::Model>::LAYERS;
        /// The parameters, in the order of declaration.
        pub const PARAMETERS: &'static [katachi::ParameterInfo] = <Self as katachi::Model>::PARAMETERS;
        /// The size of the parameters in bytes.
        pub const PARAMETER_BYTES: usize = ::core::mem::size_of::<Self>();
        /// The memory that a prediction needs besides the parameters and the samples, in bytes.
        pub const INFERENCE_BYTES: katachi::Memory = katachi::Memory::inference::<
            Self,
        >();
        /// The memory that a training step needs besides the parameters, the samples and the optimizer, in bytes.
        pub const TRAINING_BYTES: katachi::Memory = katachi::Memory::training::<Self>();
    }
    katachi::if_alloc! {
        impl Digits { #[doc =
        " A new `Digits` of `f32`, its parameters drawn from `seed`."]
        #[allow(clippy::unnecessary_box_returns, reason =
        "a large model would overflow the stack")] pub fn init(seed : u64) ->
        katachi::Box < Self > { < Self as katachi::Model > ::init(seed) } }
    }
    katachi::if_std! {
        #[allow(clippy::missing_errors_doc, clippy::unnecessary_box_returns, reason =
        "the trait `Save` says both")] impl Digits { #[doc =
        " A `Digits` of `f32` from a file that `save` wrote."] pub fn load(path : impl
        ::core::convert::AsRef < katachi::Path >) -> ::core::result::Result <
        katachi::Box < Self >, katachi::Error > { < Self as katachi::Save > ::load(path)
        } #[doc = r" The same from the bytes of such a file."] pub fn load_bytes(bytes :
        & [::core::primitive::u8]) -> ::core::result::Result < katachi::Box < Self >,
        katachi::Error > { < Self as katachi::Save > ::load_bytes(bytes) } #[doc =
        r" The same from a file of `f32` or `f64`, its numbers rounded to `f32`."] pub fn
        load_cast(path : impl ::core::convert::AsRef < katachi::Path >) ->
        ::core::result::Result < katachi::Box < Self >, katachi::Error > { < Self as
        katachi::Save > ::load_cast(path) } #[doc =
        r" The bytes of such a file, used where they lie: nothing is copied."] pub fn
        view(bytes : & [::core::primitive::u8]) -> ::core::result::Result < & Self,
        katachi::Error > { < Self as katachi::Save > ::view(bytes) } }
    }
    #[diagnostic::on_unimplemented(
        message = "`Digits` takes samples of shape [64]",
        label = "these samples have another shape",
        note = "the shape of samples is part of their type: `shape!(64)` fits"
    )]
    pub trait SameShapeAsInput {}
    impl SameShapeAsInput for katachi::Same {}
    impl<T: katachi::Element, V: SameShapeAsInput> katachi::AcceptsSamples<V>
    for Digits<T> {}
    #[diagnostic::on_unimplemented(
        message = "`Digits` gives outputs of shape [10]",
        label = "these targets have another shape",
        note = "targets that fit are labels of 10 classes, or values of shape [10]"
    )]
    pub trait SameShapeAsOutput {}
    impl SameShapeAsOutput for katachi::Same {}
    impl<T: katachi::Element, V: SameShapeAsOutput> katachi::AcceptsTargets<V>
    for Digits<T> {}
};
