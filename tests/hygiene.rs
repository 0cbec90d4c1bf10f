//! Expansions in odd places: under denied lints, beside names that shadow what generated code might
//! mean, in functions, several in one module.

/// Names of the prelude and of ours, all meaning something else.
#[forbid(unsafe_code)]
#[deny(warnings, missing_docs, clippy::all, clippy::pedantic)]
mod shadowed {
    #![allow(dead_code, reason = "the names are here to be in the way")]

    pub struct Option;
    pub struct Some;
    pub struct None;
    pub struct Result;
    pub struct Ok;
    pub struct Vec;
    pub struct Box;
    pub struct Tensor;
    pub struct Dense;
    pub struct Parameters;
    pub struct Activation;
    pub struct Same;
    pub struct Constraint;
    pub struct Regularizer;
    pub struct Initializer;
    pub trait Element {}
    pub mod core {}
    pub mod std {}
    pub mod kernels {}

    katachi::model! {
        /// A model whose name is that of the trait it implements.
        pub struct Model {
            Input(2, 3),
            Flatten,
            /// Documented.
            hidden: Dense(6 => 4, leaky_relu(0.1), l2 = 0.01, kernel_initializer = constant(0.5)),
            constrained: Dense(4 => 4, kernel_initializer = variance_scaling(mode = fan_avg), orthogonal_rows = 0.1,
                bias_l1 = 1e-3, kernel_constraint = max_norm(2.0), bias_constraint = non_negative),
            Dropout(0.5),
            logits: Dense(4 => 3, softmax, bias = false),
        }
    }
}

mod several {
    katachi::model! {
        #[derive(Debug, Clone, PartialEq)]
        pub struct First {
            layer: Dense(1 => 2),
        }
    }

    katachi::model! {
        #[cfg(any())]
        pub struct NotCompiled {
            layer: Dense(1 => 2),
        }
    }

    katachi::model! {
        pub(crate) struct Second {
            layer: Dense(2 => 3, tanh,),
        }
    }

    katachi::model! {
        struct Third { layer: Dense(3 => 4), }
    }

    pub fn third() -> usize {
        size_of::<Third>()
    }
}

#[test]
fn a_model_can_stand_in_a_function_and_beside_others() {
    use katachi::{Model, Parameters};

    katachi::model! {
        struct Local {
            layer: Dense(4 => 5),
        }
    }

    assert_eq!(Local::init(1).as_slice().len(), 25);
    assert_eq!(several::First::LAYERS.len(), 1);
    assert_eq!(<several::Second as Model>::NAME, "Second");
    assert_eq!(several::third(), 16 * size_of::<f32>());
    assert_eq!(shadowed::Model::PARAMETERS.len(), 5);
}

/// Attributes of the user's go to the struct.
#[test]
fn a_model_can_derive() {
    use katachi::Model;

    let first = several::First::init(1);
    assert_eq!(first.clone(), first);
    assert!(format!("{first:?}").starts_with("First { layer: Dense { weight: Tensor[1, 2] ["));
    assert_ne!(<several::First<f64> as Model>::init(2).layer.weight.len(), 0);
}
