//! The table of models that every law is checked on: each layer, option and activation stands in one of them.

use katachi::{Model, Parameters};

use crate::check::Numbers;

/// Declares a module with a model for each row, and `for_each`, which calls a macro with all of them.
macro_rules! models {
    ($($module:ident { $($layers:tt)* })*) => {
        $(pub mod $module {
            katachi::model! {
                pub struct M { $($layers)* }
            }
        })*

        /// Calls `visit` with each model of the table.
        pub fn for_each(visit: &mut impl Visit) {
            $(visit.model::<$module::M<f64>>(stringify!($module));)*
        }
    };
}

/// What is done with each model.
pub trait Visit {
    fn model<M: Model<Element = f64>>(&mut self, name: &str);
}

/// A model with parameters of either sign, small enough that no activation saturates.
pub fn random<M: Model<Element = f64>>(numbers: &mut Numbers) -> Box<M> {
    let mut model = M::zeros();
    numbers.fill(model.as_mut_slice(), 0.8);
    model
}

models! {
    linear { a: Dense(3 => 4), b: Dense(4 => 2, linear) }
    relu { a: Dense(3 => 6, relu), b: Dense(6 => 2) }
    relu6 { a: Dense(3 => 6, relu6), b: Dense(6 => 2) }
    leaky_relu { a: Dense(3 => 6, leaky_relu), b: Dense(6 => 2) }
    leaky_relu_with_slope { a: Dense(3 => 6, leaky_relu(-0.3)), b: Dense(6 => 2, leaky_relu(negative_slope = 0.01)) }
    elu { a: Dense(3 => 6, elu), b: Dense(6 => 2, elu(alpha = 0.5)) }
    selu { a: Dense(3 => 6, selu), b: Dense(6 => 2) }
    gelu { a: Dense(3 => 6, gelu), b: Dense(6 => 2, gelu(approximate = true)) }
    silu { a: Dense(3 => 6, silu), b: Dense(6 => 2) }
    sigmoid { a: Dense(3 => 6, sigmoid), b: Dense(6 => 2, sigmoid) }
    hard_sigmoid { a: Dense(3 => 6, hard_sigmoid), b: Dense(6 => 2) }
    tanh { a: Dense(3 => 6, tanh), b: Dense(6 => 2, tanh) }
    softplus { a: Dense(3 => 6, softplus), b: Dense(6 => 2) }
    softsign { a: Dense(3 => 6, softsign), b: Dense(6 => 2) }
    softmax { a: Dense(3 => 6, softmax), b: Dense(6 => 4, softmax) }
    log_softmax { a: Dense(3 => 6, log_softmax), b: Dense(6 => 4, log_softmax) }

    by_their_own_names {
        Input(5), Tanh, a: Dense(5 => 5), Relu, b: Dense(5 => 5), Relu6, c: Dense(5 => 5), LeakyRelu(0.1), d: Dense(5 => 5),
        Elu, e: Dense(5 => 5), Selu, f: Dense(5 => 5), Gelu, g: Dense(5 => 5), Gelu(approximate = true), h: Dense(5 => 5), Silu,
        i: Dense(5 => 5), Sigmoid, j: Dense(5 => 5), HardSigmoid, k: Dense(5 => 5), Softplus, l: Dense(5 => 5), Softsign,
        m: Dense(5 => 5), Activation(tanh), n: Dense(5 => 5), Linear, o: Dense(5 => 3), LogSoftmax,
    }
    activations_in_a_row { Input(4), Silu, Tanh, a: Dense(4 => 3, gelu), Softplus, Sigmoid, Softmax }
    without_bias { a: Dense(3 => 5, tanh, bias = false), b: Dense(5 => 2, bias = false) }
    inferred_sizes { Input(2, 3), Flatten, a: Dense(_ => 4, tanh), b: Dense(_ => 2) }
    over_the_innermost { Input(2, 3), a: Dense(3 => 4, tanh), Softmax, b: Dense(4 => 2), Flatten, c: Dense(4 => 3) }
    reshaped { a: Dense(4 => 6, tanh), Reshape(2, 3), b: Dense(3 => 2), Softmax }
    dropped { a: Dense(3 => 8, tanh), Dropout(0.5), b: Dense(8 => 6, relu), drop: Dropout(rate = 0.25), c: Dense(6 => 2) }
    dropped_first { Input(6), Dropout(0.3), a: Dense(6 => 2), Dropout(0.5) }
    not_dropped { Input(3), Dropout(0), a: Dense(3 => 2) }
    names_of_generated_variables {
        x: Dense(3 => 3, tanh), y: Dense(3 => 3, gelu), n: Dense(3 => 3, tanh), dy: Dense(3 => 3), workspace: Dense(3 => 3, tanh),
        d_x: Dense(3 => 3), buffer0: Dense(3 => 3), r#fn: Dense(3 => 3, tanh), gradient: Dense(3 => 3), pass: Dense(3 => 3), r#type: Dense(3 => 2),
    }
    one_by_one { a: Dense(1 => 1) }
    no_parameters { Input(2, 3), Tanh, Softmax }
    nothing_but_a_new_shape { Input(2, 3), Flatten }
    regularised { a: Dense(3 => 4, tanh, l1 = 0.01, l2 = 0.1), b: Dense(4 => 2, l2 = 1) }
    initialised {
        a: Dense(30 => 40, tanh, kernel_initializer = he_normal, bias_initializer = constant(-0.5)),
        b: Dense(40 => 2, activation = sigmoid, kernel_initializer = lecun_uniform, bias_initializer = ones),
    }
}
